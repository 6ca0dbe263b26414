"""Who stands at the gate, from what was scanned or typed; a card is shown before it counts.

Somebody with a card is found by its number together with name and birth year, because one number
alone can be mistyped or shared; else the person's id follows from all three, so that the same
card scanned twice is one person. Who only tells name and birth year is one person for a day at
one venue, and no longer: the next day it may be another of that name.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from graph.errors import NotFound, Refused
from graph.identifiers import PERSONAL_CODE, find_persons_of
from graph.intake import Outcome
from graph.names import fold
from graph.periods import local_day
from webapp import current
from webapp.arrivals import CheckInGiven, arrive, sealed_identifier
from webapp.cards import CANNOT_READ, Card, masked, read_card
from webapp.codes import PersonalCode
from webapp.doors import Door, reader
from webapp.language import N_

Direction = Literal["in", "out", "either"]
#: What names one person, where name and birth year agree; a family shares a phone.
STRONG = frozenset({"cccd", "cmnd", "passport", "bhyt", "bhxh", "qid"})
OF_A_VENUE = N_("This is the code of a venue. Scan the person's own code or card.")
UNKNOWN_CODE = N_("This personal code is not known here. Scan a card, or type name and birth year.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who it is.

    Args:
        details: of somebody who may not be stored yet; None for a personal code of ours.
        identifiers: what the card tells, sealed.
    """

    person_id: str
    full_name: str | None
    details: Mapping[str, Any] | None = None
    identifiers: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be told before it is known who it is.

    Args:
        what: `confirm`, that the card is read rightly; `name`, whose name and year it lacks.
        card: as a screen shows it, its numbers masked.
    """

    what: str
    card: Card


def admit(
    visitor: Visitor, door: Door, told: Mapping[str, Any], *, source: str, direction: Direction
) -> Outcome:
    """Store a visitor's way in or out, as the officer who is signed in tells it.

    Args:
        told: visit_id, and the moments of the scan, as `CheckInGiven` has them.

    Raises:
        Refused, IntakeFull, StoreAway: as `Intake.submit`; ValidationError, the key is none.
    """
    return arrive(
        CheckInGiven.model_validate({"code": door.code, **told}),
        door,
        person_id=visitor.person_id,
        details=visitor.details,
        identifiers=visitor.identifiers,
        source=source,
        account_id=current.officer().account_id,
        direction=direction,
    )


def find_visitor(
    text: str | None,
    full_name: str | None,
    birth_year: int | None,
    *,
    venue_id: str,
    at: datetime,
    is_confirmed: bool,
) -> Visitor | Asked:
    """Return who stands there, or what is still to be told.

    Raises:
        NotFound: `personal code`, it is one of ours, but nobody has it.
        Refused: what was scanned is no code or card of a person.
    """
    if text is None:
        return _of_card(Card("typed", full_name, birth_year), venue_id, at)
    text = unicodedata.normalize("NFC", text.strip())
    code = reader().read(text, at)
    if isinstance(code, PersonalCode):
        return _of_code(code)
    if code is not None:
        raise Refused("text", OF_A_VENUE)
    card = read_card(text)
    if card is None:
        raise Refused("text", CANNOT_READ)
    card = replace(
        card,
        full_name=card.full_name or full_name,
        birth_year=card.birth_year or birth_year,
    )
    if card.full_name is None or card.birth_year is None:
        return Asked("name", masked(card))
    return _of_card(card, venue_id, at) if is_confirmed else Asked("confirm", masked(card))


def _of_code(code: PersonalCode) -> Visitor:
    index = current.vault().blind_index(PERSONAL_CODE, code.random_id)
    linked = find_persons_of(current.graph(), PERSONAL_CODE, index)
    if not linked:
        raise NotFound("personal code")
    return Visitor(linked[0].person_id, linked[0].full_name)


def _of_card(card: Card, venue_id: str, at: datetime) -> Visitor:
    name, year = card.full_name or "", card.birth_year
    key = fold(name)
    details = {"full_name": name, "name_key": key, "birth_year": year, "sex": card.sex}
    strong = [number for number in card.identifiers if number[0] in STRONG]
    identifiers = [sealed_identifier(scheme, number) for scheme, number in card.identifiers]
    for scheme, number in strong:
        index = current.vault().blind_index(scheme, number)
        for person in find_persons_of(current.graph(), scheme, index):
            if person.birth_year == year and fold(person.full_name or "") == key:
                return Visitor(person.person_id, name, details, identifiers)
    told = strong[0] if strong else (venue_id, local_day(at).isoformat())
    return Visitor(_new_id(*told, key, str(year)), name, details, identifiers)


def _new_id(*told: str) -> str:
    """Return an id of 128 bits that tells nothing, the same for the same person again."""
    return "g" + current.vault().blind_index("person at a gate", "\0".join(told))
