"""What an office sees of registrations: its desk, the overdue first; and one with all its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from graph.database import Graph
from graph.errors import NotFound
from graph.names import fold
from graph.periods import local_day
from graph.registrations.offices import Actor, Area
from graph.registrations.workflow import (
    OFFICIAL_KINDS,
    RETURNABLE,
    chain_on,
    find_next,
    find_turns,
)

TODO, OVERDUE, ALL = "todo", "overdue", "all"
# So many candidates does an officer look through; more have nothing but a common name.
MOST_ALIKE = 20
SHOWS = (TODO, OVERDUE, ALL)


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which registrations a desk lists.

    Args:
        show: what is to be done by this office (TODO), what is OVERDUE anywhere, or ALL.
        states: in these alone; none for all of them.
        text: part of a name or address in any spelling, or a tax number.
        phone_index: or of which phone, by its blind index.
    """

    show: str = TODO
    states: tuple[str, ...] = ()
    category: str | None = None
    round_id: str | None = None
    text: str = ""
    phone_index: str | None = None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A registration in the list of a desk; `is_todo` if it is this office's to move on."""

    registration_id: str
    name: str
    category: str
    state: str
    chain: str
    unit_code: str
    unit_name: str | None
    source: str
    address: str | None
    round_id: str | None
    received_at: datetime
    placed_at: datetime
    entered_at: datetime
    due_at: datetime | None
    is_overdue: bool
    is_todo: bool
    is_late: bool
    has_email: bool


@dataclass(frozen=True, slots=True)
class MovedBefore:
    """What one request has moved: from where, and whether that can still be taken back."""

    registration_id: str
    name: str
    from_state: str
    to_state: str
    is_newest: bool


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many are in a state: all, this office's to do, overdue, and both of these."""

    state: str
    count: int
    todo: int
    overdue: int
    late: int


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of a registration: who moved it from where to where, when, and why.

    Args:
        from_state: None for the first one; equal to `to_state` where it was passed on.
        after_s: how many seconds it had been in `from_state`.
        office, office_name: the unit of the office that acted, None for the unit itself.
        is_back: whether it took the step before back.
        changed: the names of what was told anew.
    """

    step_id: str
    number: int
    from_state: str | None
    to_state: str
    at: datetime
    after_s: int | None
    account_id: str | None
    account_name: str | None
    role: str
    office: str | None
    office_name: str | None
    reason: str | None
    letter: str | None
    is_back: bool
    changed: list[str] | None
    from_unit: str | None
    to_unit: str | None
    to_unit_name: str | None
    basis: str | None
    issuer: str | None
    issued_code: str | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Alike:
    """A registration that may be the same unit, and what is the same: name, phone, tax_number."""

    registration_id: str
    name: str
    address: str | None
    alike: list[str]


@dataclass(frozen=True, slots=True)
class Original:
    """The registration of which another is a duplicate, and what shows it."""

    registration_id: str
    name: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Registration:
    """All that is stored of a unit that is to get a venue; whom to call is sealed."""

    registration_id: str
    name: str
    category: str
    state: str
    chain: str
    unit_code: str
    unit_name: str | None
    source: str
    address: str | None
    tax_number: str | None
    gate_count: int | None
    holds_code_of: str | None
    is_on_ncovi: bool
    note: str | None
    batch_id: str | None
    row_number: int | None
    round_id: str | None
    round_name: str | None
    venue_id: str | None
    contact_sealed: str | None
    phone_index: str | None
    has_email: bool
    is_late: bool
    received_at: datetime
    placed_at: datetime
    entered_at: datetime
    due_at: datetime | None
    same_as: tuple[Original, ...]
    steps: tuple[StepTaken, ...]

    def is_overdue(self, at: datetime) -> bool:
        """Say whether it has been in its state for too long."""
        return self.due_at is not None and self.due_at <= at

    def came_from(self, actor: Actor) -> str | None:
        """Return the state to which this office may take its last move back, else None."""
        last = self.steps[-1]
        is_own = (last.role, last.office) == (actor.role, actor.unit_code)
        if not is_own or last.is_back or last.from_state in (None, self.state):
            return None
        return last.from_state if self.state in RETURNABLE else None

    def next_states(self, actor: Actor) -> list[str]:
        """Return into which states an actor may move it on."""
        return find_next(self.chain, self.state, self.category, actor.role)


def find_desk(
    graph: Graph,
    actor: Actor,
    area: Area,
    asked: DeskFilter,
    now: datetime,
    *,
    limit: int,
    skip: int = 0,
) -> list[DeskRow]:
    """Return registrations of an area, what is due first on top."""
    rows = graph.read(
        "registrations/find_desk", skip=skip, limit=limit, **_asked(actor, area, asked, now)
    )
    return [DeskRow(**row) for row in rows]


def count_desk(
    graph: Graph, actor: Actor, area: Area, asked: DeskFilter, now: datetime
) -> list[StateCount]:
    """Return how many registrations `find_desk` has to list, by state."""
    rows = graph.read("registrations/count_desk", **_asked(actor, area, asked, now))
    return [StateCount(**row) for row in rows]


def find_moved(graph: Graph, key: str, area: Area) -> list[MovedBefore]:
    """Return what was moved under a sender's key, by registration_id."""
    rows = graph.read("registrations/find_moved", prefix=f"{key}/", area=area.spans)
    return [MovedBefore(**row) for row in rows]


def find_registration_names(
    graph: Graph, registration_ids: Sequence[str], area: Area
) -> dict[str, str]:
    """Return the names of registrations by their ids; those outside of the area are left out."""
    wanted = sorted(set(registration_ids))
    rows = graph.read("registrations/find_names", registration_ids=wanted, area=area.spans)
    return {row["registration_id"]: row["name"] for row in rows}


def find_alike(graph: Graph, registration_id: str, area: Area) -> list[Alike]:
    """Return which others may be the same unit, those with the most in common first."""
    rows = graph.read(
        "registrations/find_alike",
        registration_id=registration_id,
        area=area.spans,
        limit=MOST_ALIKE,
    )
    return [Alike(**row) for row in rows]


def get_registration(graph: Graph, registration_id: str, area: Area, now: datetime) -> Registration:
    """Return one registration with all its steps.

    Raises:
        NotFound: there is none of this id in the area.
    """
    rows = graph.read(
        "registrations/get_registration",
        registration_id=registration_id,
        area=area.spans,
        chain=chain_on(local_day(now)),
    )
    if not rows:
        raise NotFound("registration")
    row = rows[0]
    return Registration(
        **{
            **row,
            "same_as": tuple(Original(**one) for one in row["same_as"]),
            "steps": tuple(StepTaken(**one) for one in row["steps"]),
        }
    )


def _asked(actor: Actor, area: Area, asked: DeskFilter, now: datetime) -> dict[str, Any]:
    filters = {
        **asdict(asked),
        "text": fold(asked.text),
        "turns": [asdict(turn) for turn in find_turns(actor.role)],
        "official": OFFICIAL_KINDS,
        "chain": chain_on(local_day(now)),
        "now": now,
    }
    return {"area": area.spans, "asked": filters}
