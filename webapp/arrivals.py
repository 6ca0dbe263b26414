"""From what a phone, a gate or a slip of paper tells to a stored visit and its receipt.

Every way in ends here: the code opens a door, what was told becomes one scan with a digest of its
content, and the intake stores it. Nothing is answered before it is committed.
"""

import hashlib
import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from graph.errors import NotFound
from graph.intake import Outcome, Scan
from graph.periods import epoch_seconds, local_day, whole_seconds
from webapp import citizens, current
from webapp.declarations import (
    FORM_VERSION,
    Contract,
    DeclarationGiven,
    OnBehalfGiven,
    PersonGiven,
    fault,
)
from webapp.doors import Door
from webapp.language import N_
from webapp.units import recognised

# R60: what comes later is taken and flagged.
LATEST = timedelta(hours=72)
# R190: nothing is kept longer, so nobody came before that.
KEPT_DAYS = 28
# A clock that is so little ahead is not wrong.
AHEAD = timedelta(seconds=60)
# So little is the way of a request, not a wrong clock.
SKEW_SECONDS = 5
FIRST_YEAR = 2000
KEPT_OF_PERSON = {"birth", "nationality", "email", "unit_code", "street"}
DECLARATIONS = UUID("6f1c7c0e-8a3b-4a52-9d6c-2f1b6f0f4a11")


def _instant(value: Any) -> Any:
    """Take ISO 8601 as text alone: a bare number could be anything."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:
        raise fault(N_("Write the time as 2021-06-24T08:05:00+07:00."))
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise fault(N_("Write the time as 2021-06-24T08:05:00+07:00.")) from None
    if found.utcoffset() is None:
        raise fault(N_("The time needs its offset, as +07:00."))
    return found


def _in_our_time(value: datetime) -> datetime:
    """Return an instant that arithmetic can be done with: years of clocks that were never set."""
    if not FIRST_YEAR <= value.year < FIRST_YEAR + 100:
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    return whole_seconds(value)


Instant = Annotated[
    AwareDatetime, BeforeValidator(_instant), AfterValidator(_in_our_time), Field(strict=False)
]
Key = Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class CheckInGiven(Contract):
    """One scan as it is told; without a person, the citizen's cookie says who.

    Args:
        visit_id: the sender's key; sent again with it, a scan is stored once.
        code: what was scanned or typed.
        direction: None as the gate says.
        scanned_at: on the sender's clock; None for now.
        sent_at: on the same clock, from which its error follows.
    """

    visit_id: Key
    code: Annotated[str, Field(min_length=1, max_length=400)]
    direction: Literal["in", "out"] | None = None
    scanned_at: Instant | None = None
    sent_at: Instant | None = None
    person: PersonGiven | None = None
    declaration: DeclarationGiven | None = None
    on_behalf: OnBehalfGiven | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """When something happened, as far as the sender's clock can be believed.

    Args:
        at: aware UTC, whole seconds.
        skew_s: by how many seconds the clock was late, None if it did not tell.
        flags: late or clock, if so.
    """

    at: datetime
    skew_s: int | None
    flags: tuple[str, ...]


def read_clock(
    scanned_at: datetime | None, sent_at: datetime | None, received_at: datetime
) -> Told:
    """Return when a scan was made, set right by how wrong its clock was at sending (R60)."""
    skew_s = None if sent_at is None else int((received_at - sent_at).total_seconds())
    if scanned_at is None:
        return Told(received_at, skew_s, ())
    wrong = skew_s if skew_s is not None and abs(skew_s) > SKEW_SECONDS else 0
    at = scanned_at + timedelta(seconds=wrong)
    if at > received_at + AHEAD or at < received_at - timedelta(days=KEPT_DAYS):
        return Told(received_at, skew_s, ("clock",))
    flags = ("late",) if at < received_at - LATEST else ()
    return Told(min(at, received_at), skew_s, flags)


def arrive(given: CheckInGiven, door: Door, **known: Any) -> Outcome:
    """Store a scan, and return what is stored of it; see `scan_of` for what may be `known`.

    Raises:
        NotFound: nobody is given, and the caller knows nobody.
        Refused, IntakeFull, StoreAway: as `Intake.submit`.
    """
    return current.intake().submit(scan_of(given, door, **known))


def scan_of(
    given: CheckInGiven,
    door: Door,
    *,
    person_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    identifiers: Sequence[Mapping[str, str]] = (),
    source: str = "check-in",
    account_id: str | None = None,
    direction: Literal["in", "out", "either"] | None = None,
) -> Scan:
    """Return what the intake takes of what was told.

    Args:
        person_id: who it is, where the caller knows; else a person given is a new one.
        details: of somebody whom the caller knows by a card: full_name, name_key, birth_year
            and sex, None where it does not tell; used if the person is not stored yet.
        identifiers: of a card, as `sealed_identifier` returns them.
        source: the kind of source; a declaration for another makes it `on-behalf`.
        account_id: of the officer who scanned.
        direction: where the caller decides it; else what was told, else what the gate is for.

    Raises:
        NotFound: nobody is given, and the caller knows nobody.
    """
    received_at = current.now()
    told = read_clock(given.scanned_at, given.sent_at, received_at)
    is_new = person_id is None
    if person_id is None:
        if given.person is None:
            raise NotFound("person")
        person_id = citizens.new_person_id(
            given.visit_id, given.person.model_dump_json(exclude_none=True)
        )
    if given.on_behalf is not None and source == "check-in":
        source = "on-behalf"
    return Scan(
        visit_id=given.visit_id,
        digest=_digest(given, door, person_id),
        direction=direction or given.direction or DIRECTIONS[door.gate.kind],
        person_id=person_id,
        person=_details(given.person) or details,
        is_new=is_new,
        venue_id=door.gate.venue.venue_id,
        gate_code=door.gate.code,
        at=told.at,
        received_at=received_at,
        source=source,
        clock_skew_s=told.skew_s,
        declaration=_declaration(given, told.at),
        identifiers=[*_identifiers(given.person), *identifiers],
        flags=told.flags,
        account_id=account_id,
    )


#: What scanning a gate means where nobody says otherwise.
DIRECTIONS: dict[str, Literal["in", "out", "either"]] = {
    "entrance": "in",
    "exit": "out",
    "both": "either",
}
#: The words of the colours (LOOK.md), and what the citizen is advised to do (R65, R66).
COLOURS: dict[str, LazyString] = {
    "go": _l("You may enter"),
    "wait": _l("Wait"),
    "stop": _l("Stop"),
}
ADVICE: dict[str, LazyString] = {
    "go": _l("Keep your mask on and keep your distance."),
    "wait": _l(
        "Your declaration names a symptom or a contact. Tell the staff at the gate, and call "
        "your health station."
    ),
    "stop": _l("Please contact the health staff: wait here and tell the staff at the gate."),
}
NEEDS_DECLARATION = _l("Your health declaration is missing or older than 24 hours. Declare now.")


def advice(outcome: Outcome) -> LazyString:
    """Return what whoever checked in is advised to do."""
    return NEEDS_DECLARATION if outcome.needs_declaration else ADVICE[outcome.colour]


@cache
def words_of(colour: str, needs_declaration: bool, language: str) -> tuple[str, str]:
    """Return word and advice of an answer; looking them up would cost as much as all the rest."""
    told = NEEDS_DECLARATION if needs_declaration else ADVICE[colour]
    with force_locale(language):
        return str(COLOURS[colour]), str(told)


def receipt_number(visit_id: str) -> str:
    """Return the number that people read out, as 7K3M-Q2WX: it opens nothing."""
    letters = b32encode(hashlib.sha256(visit_id.encode()).digest())[:8].decode()
    return f"{letters[:4]}-{letters[4:]}"


def kept_until(at: datetime) -> date:
    """Return the local day after which a visit is deleted (R190)."""
    return local_day(at) + timedelta(days=KEPT_DAYS)


def _digest(given: CheckInGiven, door: Door, person_id: str) -> str:
    """Return a digest of what was told; when it is sent again, only `sent_at` differs."""
    told = given.model_dump(mode="json", exclude={"sent_at", "code"}, exclude_none=True)
    told |= {"gate": door.gate.code, "venue": door.gate.venue.venue_id, "who": person_id}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _details(person: PersonGiven | None) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "full_name": person.full_name,
        "name_key": person.name_key,
        "birth_year": person.birth_year,
        "sex": person.sex,
    }


def _declaration(given: CheckInGiven, at: datetime) -> dict[str, Any] | None:
    """Return the row of a declaration: its answers and all personal details are sealed."""
    declared = given.declaration
    if declared is None:
        return None
    declaration_id = uuid5(DECLARATIONS, given.visit_id).hex
    told = {
        "answers": dict(declared.answers),
        **declared.model_dump(exclude={"answers", "consent", "kind"}, exclude_none=True),
    }
    if given.person is not None:
        kept = given.person.model_dump(include=KEPT_OF_PERSON, exclude_none=True)
        told["person"] = kept | _where(given.person)
    if given.on_behalf is not None:
        told["on_behalf"] = given.on_behalf.model_dump(exclude={"reason"}, exclude_none=True)
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return {
        "declaration_id": declaration_id,
        "kind": declared.kind,
        "form_version": FORM_VERSION,
        "consent_hash": declared.consent,
        "risk": declared.risk,
        "made_at_s": epoch_seconds(at),
        "declared_for": "self" if given.on_behalf is None else "other",
        "reason": given.on_behalf.reason if given.on_behalf else None,
        "sealed": current.vault().seal(text, "declaration", declaration_id),
    }


def _where(person: PersonGiven) -> dict[str, str]:
    """Return where somebody lives: the unit that they typed by its code, if it is surely one.

    If it is not, it stays in the address, as they wrote it.
    """
    if person.unit is None or person.unit_code is not None:
        return {}
    if code := recognised(person.unit):
        return {"unit_code": code}
    return {"street": ", ".join(part for part in (person.street, person.unit) if part)}


def _identifiers(person: PersonGiven | None) -> list[dict[str, str]]:
    if person is None:
        return []
    return [sealed_identifier(scheme, text) for scheme, text in person.identifiers]


def sealed_identifier(scheme: str, text: str) -> dict[str, str]:
    """Return an identifier as the store holds it: found blind, and sealed for its own index."""
    vault = current.vault()
    blind_index = vault.blind_index(scheme, text)
    return {
        "scheme": scheme,
        "blind_index": blind_index,
        "sealed": vault.seal(text, scheme, blind_index),
    }
