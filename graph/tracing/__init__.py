"""Contact tracing: whom sources can have exposed, in time order, with the proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import perf_counter

from graph.database import Graph, Reader
from graph.errors import Refused
from graph.periods import Period, whole_seconds
from graph.rules import TracingRule
from graph.tracing import cypher
from graph.tracing.answer import (
    CERTAINTIES,
    BudgetStop,
    Contact,
    ListedPeople,
    People,
    Trace,
    TracedPerson,
    as_json,
)
from graph.tracing.cypher import warm_up
from graph.tracing.levels import Exposure, Levels
from graph.tracing.sources import find_all_sources, find_sources

__all__ = [
    "BudgetStop",
    "Contact",
    "ListedPeople",
    "People",
    "Trace",
    "TracedPerson",
    "as_json",
    "find_all_sources",
    "find_sources",
    "trace",
    "warm_up",
]

MOST_HOPS = 6
# Visits that one hop may read: some ten seconds of the Cypher engine on two cores.
BUDGET = 5_000_000
ENGINES = ("auto", "cypher")


def trace(
    graph: Graph,
    sources: Mapping[str, Period],
    rule: TracingRule,
    hops: int,
    as_of: datetime,
    engine: str = "auto",
    budget: int = BUDGET,
) -> Trace:
    """Return whom sources can have exposed within some hops, as known at a moment.

    Args:
        sources: when each source is infectious: UTC, end excluded, None for open.
        rule: what counts; see `graph.rules`.
        hops: 1 to 6.
        as_of: reads what was recorded by then and not retracted by then.
        budget: the most visits that one hop may be estimated to read; past it the trace
            stops, complete for the hops before, and says so.

    Raises:
        Refused: hops, as_of or engine is out of bounds.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise Refused("hops", f"is not within 1 to {MOST_HOPS}")
    if engine not in ENGINES:
        raise Refused("engine", f"is none of {', '.join(ENGINES)}")
    if as_of > datetime.now(UTC):
        raise Refused("as_of", "is in the future")
    as_of = whole_seconds(as_of)
    began = perf_counter()

    def read(reader: Reader) -> tuple[People, int, BudgetStop | None]:
        levels, complete_hops, stopped = cypher.spread(reader, sources, rule, hops, as_of, budget)
        return _people(levels, _confirmed(reader, levels, as_of)), complete_hops, stopped

    people, complete_hops, stopped = graph.read_together(read)
    return Trace(
        rule=rule,
        as_of=as_of,
        engine="cypher",
        ms=(perf_counter() - began) * 1000,
        hops=hops,
        complete_hops=complete_hops,
        sources=dict(sources),
        people=people,
        stopped=stopped,
    )


def _confirmed(graph: Reader, levels: Levels, as_of: datetime) -> frozenset[str]:
    if not levels.first_hop:
        return frozenset()
    reached = sorted(levels.first_hop)
    rows = graph.read("tracing/find_confirmed_among", person_ids=reached, as_of=as_of)
    return frozenset(row["person_id"] for row in rows)


def _people(levels: Levels, confirmed: frozenset[str]) -> ListedPeople:
    paths = _Paths(levels)
    people = []
    for hop, exposure in levels.reached():
        path = paths.to(exposure.person_id, hop)
        people.append(
            TracedPerson(
                person_id=exposure.person_id,
                hop=hop,
                exposed_at=_instant(exposure.exposed_at_s),
                earliest_at=_instant(levels.earliest_s[exposure.person_id]),
                minutes=exposure.seconds // 60,
                certainty=max((c.certainty for c in path), key=CERTAINTIES.index),
                is_case=exposure.person_id in confirmed,
                via=exposure.via_person_id,
                path=path,
            )
        )
    return ListedPeople(people)


class _Paths:
    """Evidence: at each step back, the contact recorded at just that level."""

    def __init__(self, levels: Levels) -> None:
        self._levels = levels
        self._known: dict[tuple[str, int], tuple[Contact, ...]] = {}

    def to(self, person_id: str, hop: int) -> tuple[Contact, ...]:
        if hop == 0:
            return ()
        path = self._known.get((person_id, hop))
        if path is None:
            exposure = self._levels.recorded[hop - 1][person_id]
            path = (*self.to(exposure.via_person_id, hop - 1), _contact(exposure))
            self._known[person_id, hop] = path
        return path


def _contact(exposure: Exposure) -> Contact:
    return Contact(
        from_person=exposure.via_person_id,
        to_person=exposure.person_id,
        venue_id=exposure.venue_id,
        started_at=_instant(exposure.started_at_s),
        ended_at=_instant(exposure.ended_at_s),
        minutes=(exposure.ended_at_s - exposure.started_at_s) // 60,
        certainty=CERTAINTIES[exposure.doubt],
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _instant(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
