"""One scan at a gate: as it is told, stored, and answered; also from a tablet's outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from graph.errors import NotFound, Refused
from graph.intake import GO, STOP, Outcome
from graph.periods import LOCAL_ZONE
from webapp import current
from webapp.arrivals import Instant, Key, read_clock
from webapp.declarations import OLDEST_PERSON, YEAR_WANTED, Contract, Name
from webapp.doors import Door
from webapp.formats import given_name
from webapp.forms import csrf
from webapp.gate.parts import blueprint, own_door
from webapp.gate.visitors import UNKNOWN_CODE, Asked, Visitor, admit, find_visitor
from webapp.language import N_
from webapp.posted import posted, read_body
from webapp.throttle import CHECK_INS, limiter

SOURCE = "venue-scan"
NOTHING = N_("Scan a code or a card, or type name and birth year.")
NAME_WANTED = N_("This card does not tell name and birth year. Type them.")
NOT_IN = N_("Nobody with this code or card has come in here. Choose the way in, or let it decide.")
SENT_OTHERWISE = N_("This scan was sent before with other details. Scan once more.")


class ScanGiven(Contract):
    """What was scanned or typed at a gate.

    Args:
        visit_id: the key made by the screen; sent again with it, a scan is stored once.
        gate: the id of the gate.
        text: as the camera, the scanner or the keyboard gave it; None for a typed name.
        direction: None where the store is to decide: out for whoever is in.
        confirmed: that the card was looked at.
    """

    visit_id: Key
    gate: Annotated[str, Field(min_length=1, max_length=20)]
    text: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    full_name: Name | None = None
    birth_year: Annotated[str, Field(max_length=10)] | None = None
    direction: Literal["in", "out"] | None = None
    scanned_at: Instant | None = None
    sent_at: Instant | None = None
    confirmed: Literal["yes"] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.birth_year is not None and not _is_year(self.birth_year):
            raise _fault("birth_year", YEAR_WANTED)
        if self.text is None and self.full_name is None:
            raise _fault("text", NOTHING)
        if self.text is None and self.birth_year is None:
            raise _fault("birth_year", YEAR_WANTED)
        return self


def _fault(field: str, reason: str) -> PydanticCustomError:
    return PydanticCustomError("reason", reason, {"field": field, "reason": reason})


def _is_year(text: str) -> bool:
    this_year = datetime.now(LOCAL_ZONE).year
    is_number = text.isascii() and text.isdigit() and len(text) == 4
    return is_number and this_year - OLDEST_PERSON <= int(text) <= this_year


@dataclass(frozen=True, slots=True)
class Answer:
    """What the screen says of a scan: nothing that would be about the person afterwards.

    Args:
        key: of the scan, by which it can be undone.
        colour: go, wait or stop; who goes out is only stopped, never asked to wait.
        name: the given name alone.
        at: when they came or went.
    """

    key: str
    colour: str
    direction: str
    name: str
    at: datetime
    needs_declaration: bool


def take(given: ScanGiven) -> Answer | Asked:
    """Store a scan of the officer's gate, or return what is to be told before.

    Raises:
        NotFound, Refused: it cannot be stored; see `reason_of` for what the officer reads.
        IntakeFull, StoreAway: as `Intake.submit`.
    """
    door = own_door(given.gate)
    visitor = _visitor(given, door)
    if isinstance(visitor, Asked):
        return visitor
    return answer_of(given.visit_id, _store(given, door, visitor), visitor.full_name)


def answer_of(key: str, outcome: Outcome, full_name: str | None) -> Answer:
    """Return what a screen says of what is stored."""
    is_out = outcome.direction == "out"
    return Answer(
        key=key,
        colour=GO if is_out and outcome.colour != STOP else outcome.colour,
        direction=outcome.direction,
        name=given_name(full_name),
        at=outcome.at,
        needs_declaration=outcome.needs_declaration and not is_out,
    )


def reason_of(fault: NotFound | Refused) -> str:
    """Return what the officer reads of a scan that was not taken, as a text of the catalogue."""
    if isinstance(fault, NotFound):
        return UNKNOWN_CODE if fault.kind == "personal code" else NOTHING
    if fault.field == "direction":
        return NOT_IN
    return fault.reason if fault.field == "text" else SENT_OTHERWISE


@blueprint.post("/api/v1/gate/scans")
@csrf.exempt
@limiter.limit(CHECK_INS)
def scan() -> ResponseReturnValue:
    """Store a scan that a screen kept while it had no network: 201 first, 200 when sent again."""
    given = read_body(posted(), ScanGiven)
    door = own_door(given.gate)
    visitor = _visitor(given, door)
    if isinstance(visitor, Asked):
        # Nobody is there any more who could be asked; the card was in the officer's hand.
        if visitor.what == "name":
            raise Refused("full_name", NAME_WANTED)
        visitor = _visitor(given.model_copy(update={"confirmed": "yes"}), door)
    assert isinstance(visitor, Visitor)
    outcome = _store(given, door, visitor)
    told = {"visit_id": given.visit_id, "direction": outcome.direction, "colour": outcome.colour}
    return jsonify(told), 200 if outcome.state == "known" else 201


def _visitor(given: ScanGiven, door: Door) -> Visitor | Asked:
    told = read_clock(given.scanned_at, given.sent_at, current.now())
    return find_visitor(
        given.text,
        given.full_name,
        None if given.birth_year is None else int(given.birth_year),
        venue_id=door.gate.venue.venue_id,
        at=told.at,
        is_confirmed=given.confirmed is not None,
    )


def _store(given: ScanGiven, door: Door, visitor: Visitor) -> Outcome:
    told = {
        "visit_id": given.visit_id,
        "direction": given.direction,
        "scanned_at": given.scanned_at,
        "sent_at": given.sent_at,
    }
    return admit(visitor, door, told, source=SOURCE, direction=given.direction or "either")
