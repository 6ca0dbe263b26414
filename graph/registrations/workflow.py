"""The workflow of a registration as data: its states, who may move it where, and the clocks; pure.

Sources: REQUIREMENTS R88 to R99. An intake round follows one chain of offices: until the reform of
July 2025 commune, district, city; since then commune and city, so that the steps of the district
drop out (R173).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from graph.periods import LOCAL_ZONE, day_bounds, local_day, local_midnight, whole_seconds

WITH_DISTRICTS, WITHOUT_DISTRICTS = "districts", "communes"
CHAINS = (WITH_DISTRICTS, WITHOUT_DISTRICTS)
# Resolution 1685/NQ-UBTVQH15: no districts from this day on (R171).
DISTRICTS_UNTIL = date(2025, 7, 1)

COMMUNE, DISTRICT, CITY = "commune_intake", "district_intake", "city_ict"
#: Who moves a registration without an account: the unit itself, and the program.
UNIT, SYSTEM = "unit", "system"
ROLES = (UNIT, COMMUNE, DISTRICT, CITY, SYSTEM)

#: What the district's office takes in itself, where there is one (R15); all else its commune.
OFFICIAL_KINDS = ("mass_org", "party_body", "state_body")
ANY, OFFICIAL, OTHER = "any", "official", "other"
#: Why a unit is excluded: R17, R18, R26, and what no letter foresaw.
BASES = ("own_code", "health_code", "ncovi", "other")


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a registration may stay in a state.

    Args:
        days: so many; working ones (Monday to Friday) if `is_working`. 0 is the end of the day.
        is_deadline: until the end of the intake round, and these days where that has passed.
    """

    days: int
    is_working: bool = False
    is_deadline: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state of a registration.

    Args:
        clock: None where nothing is due.
        needs_reason: whether whoever moves a registration here says why.
        is_final: whether it leads nowhere, except back, with a reason, by the office that
            moved it here.
        is_returnable: whether that office may take the move back while nobody went on.
    """

    code: str
    clock: Clock | None = None
    needs_reason: bool = False
    is_final: bool = False
    is_returnable: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A step that is legal: in which chain, from where to where, by whom, for which kinds."""

    chain: str
    from_state: str
    to_state: str
    role: str
    kinds: str = ANY


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is in a state: what stands in the list of an office as to be done.

    Args:
        email: ANY, or only those that gave an e-mail address (WITH), or gave none (WITHOUT).
        is_when_late: only once its clock has run out, for a reminder.
    """

    chain: str
    state: str
    role: str
    kinds: str = ANY
    email: str = ANY
    is_when_late: bool = False


WITH, WITHOUT = "with", "without"

# R88 to R99; clocks that the letters do not state are inferred.
STATES = {
    state.code: state
    for state in (
        State("draft"),
        State("submitted", Clock(1, is_working=True)),
        State("needs_correction", Clock(2), needs_reason=True, is_returnable=True),
        State("accepted", Clock(1, is_working=True, is_deadline=True), is_returnable=True),
        State("consolidated", Clock(0), is_returnable=True),
        State("forwarded", Clock(2, is_working=True), is_returnable=True),
        State("account_issued"),
        State("handed_over"),
        State("active", Clock(3)),
        State("qr_live"),
        State("first_scan"),
        *(
            State(code, needs_reason=True, is_final=True, is_returnable=True)
            for code in ("excluded", "duplicate", "rejected", "suspended", "closed")
        ),
    )
}
#: The states on the way from the list to the first scan, in this order.
COURSE = tuple(code for code, state in STATES.items() if not state.is_final)
FINAL = tuple(code for code, state in STATES.items() if state.is_final)
RETURNABLE = tuple(code for code, state in STATES.items() if state.is_returnable)
#: Where a registration may be passed on to the desk that takes it (R101).
PASSED_ON_FROM = ("draft", "submitted")

# From, to, by whom. `intake` takes in units of its kinds, `desk` is the office before the city.
_TABLE = """
    draft             submitted                                                 unit intake
    submitted         accepted needs_correction excluded duplicate rejected     intake
    needs_correction  submitted                                                 unit intake
    accepted          consolidated                                              district
    accepted          forwarded                                                 commune
    accepted          needs_correction excluded duplicate                       desk
    consolidated      forwarded                                                 desk
    forwarded         account_issued needs_correction                           city_ict
    account_issued    handed_over                                      city_ict desk system
    handed_over       active                                                    system
    handed_over       account_issued                                   city_ict desk system
    active            qr_live                                                   system
    qr_live           first_scan                                                system
    qr_live           suspended closed                                 city_ict desk
    first_scan        suspended closed                                 city_ict desk
"""
_ROLE_WORDS = frozenset({"unit", "intake", "desk", "district", "commune", "city_ict", "system"})
# A slip that expired or mail that came back (R95) is told why.
_ALSO_WITH_REASON = frozenset({("handed_over", "account_issued")})


def _who(word: str, chain: str) -> Iterator[tuple[str, str]]:
    """Yield the roles that a word of the table means in a chain, with their kinds of units."""
    has_districts = chain == WITH_DISTRICTS
    if word == "intake" and has_districts:
        yield from ((COMMUNE, OTHER), (DISTRICT, OFFICIAL))
    elif word == "intake" or (word in ("desk", "commune") and not has_districts):
        yield COMMUNE, ANY
    elif word in ("desk", "district") and has_districts:
        yield DISTRICT, ANY
    elif word not in ("desk", "district", "commune"):
        yield word, ANY


def _ways() -> Iterator[Way]:
    for line in _TABLE.strip().splitlines():
        from_state, *words = line.split()
        to_states = [word for word in words if word in STATES]
        roles = [word for word in words if word in _ROLE_WORDS]
        for chain in CHAINS:
            for to_state in to_states:
                for word in roles:
                    for role, kinds in _who(word, chain):
                        yield Way(chain, from_state, to_state, role, kinds)


def _turns() -> Iterator[Turn]:
    for chain in CHAINS:
        for role, kinds in _who("intake", chain):
            for state in ("draft", "submitted"):
                yield Turn(chain, state, role, kinds)
            yield Turn(chain, "needs_correction", role, kinds, is_when_late=True)
        for role, _kinds in _who("desk", chain):
            yield Turn(chain, "accepted", role)
            yield Turn(chain, "consolidated", role)
            yield Turn(chain, "account_issued", role, email=WITHOUT)
            yield Turn(chain, "active", role, is_when_late=True)
        yield Turn(chain, "forwarded", CITY)
        yield Turn(chain, "account_issued", CITY, email=WITH)


WAYS = tuple(_ways())
TURNS = tuple(_turns())


def chain_on(day: date) -> str:
    """Return the chain of offices that is in force on a local day."""
    return WITH_DISTRICTS if day < DISTRICTS_UNTIL else WITHOUT_DISTRICTS


def find_ways(to_state: str, role: str) -> list[Way]:
    """Return how a role may bring registrations into a state."""
    return [way for way in WAYS if way.to_state == to_state and way.role == role]


def find_turns(role: str) -> list[Turn]:
    """Return what is to be done by a role."""
    return [turn for turn in TURNS if turn.role == role]


def fits(kinds: str, category: str) -> bool:
    """Say whether a kind of venue is among those that a way or a turn is for."""
    return kinds == ANY or (kinds == OFFICIAL) == (category in OFFICIAL_KINDS)


def find_next(chain: str, state: str, category: str, role: str) -> list[str]:
    """Return into which states a role may move a registration on, in the order of the table."""
    return [
        way.to_state
        for way in WAYS
        if (way.chain, way.from_state, way.role) == (chain, state, role)
        and fits(way.kinds, category)
    ]


def needs_reason(from_state: str, to_state: str) -> bool:
    """Say whether a move is told why: most ends, and every move back from one."""
    return (
        STATES[to_state].needs_reason
        or STATES[from_state].is_final
        or (from_state, to_state) in _ALSO_WITH_REASON
    )


def reasons_wanted_from(to_state: str) -> list[str]:
    """Return from which states a move into a state is told why."""
    return [code for code in STATES if needs_reason(code, to_state)]


def due_at(state: str, entered_at: datetime) -> datetime | None:
    """Return until when a registration is to have left a state, None where nothing is due.

    End excluded, aware UTC. A working day ends at the same time of the next one; what comes on
    a weekend begins on Monday. Public holidays are not known. Where the clock is the deadline
    of a round, this is what holds when that has passed.
    """
    clock = STATES[state].clock
    if clock is None:
        return None
    if clock.is_working:
        return _working(entered_at, clock.days)
    if clock.days == 0:
        return day_bounds(local_day(entered_at)).end
    return whole_seconds(entered_at + timedelta(days=clock.days))


def _working(at: datetime, days: int) -> datetime:
    local = at.astimezone(LOCAL_ZONE)
    if local.weekday() >= 5:
        local = local_midnight(local.date() + timedelta(days=7 - local.weekday())).astimezone(
            LOCAL_ZONE
        )
    for _day in range(days):
        local += timedelta(days=3 if local.weekday() == 4 else 1)
    return whole_seconds(local)
