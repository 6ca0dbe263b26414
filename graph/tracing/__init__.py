"""Contact tracing: whom sources can have exposed, in time order, with the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from graph.database import Graph, Reader
from graph.errors import Refused
from graph.periods import Period, whole_seconds
from graph.rules import TracingRule
from graph.tracing import cypher
from graph.tracing.answer import (
    BudgetStop,
    Contact,
    ListedPeople,
    People,
    Trace,
    TracedPerson,
    as_json,
)
from graph.tracing.cypher import warm_up
from graph.tracing.levels import Levels
from graph.tracing.reached import ReachedPeople
from graph.tracing.sources import find_all_sources, find_sources

if TYPE_CHECKING:
    from graph.tracing.projection import Snapshot
    from graph.tracing.projection.spreading import Reached

__all__ = [
    "BudgetStop",
    "Contact",
    "ListedPeople",
    "People",
    "Ready",
    "Spreads",
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
ENGINES = ("auto", "cypher", "projection")
# What one visit that a hop reads costs the Cypher engine, and what a hop that is spread over the
# whole city costs the projection (`truyvet bench trace`): when the one passes the other.
CYPHER_SECONDS_A_VISIT = 2e-6
PROJECTION_SECONDS = 0.05


class Ready(Protocol):
    """Where a trace gets the columns of the projection from."""

    @property
    def ready_in_s(self) -> float:
        """About how many seconds pass before `current` answers; 0 where it is ready."""
        ...

    def current(self) -> Snapshot | None:
        """Return the columns as of a commit seen within the last second; None if unsure."""
        ...


@runtime_checkable
class Spreads(Protocol):
    """A `Ready` that finds by other means than this machine whom sources reach."""

    def spread(
        self,
        snapshot: Snapshot,
        sources: Mapping[str, Period],
        rule: TracingRule,
        hops: int,
        as_of: datetime,
    ) -> Reached:
        """Return what `spreading.spread` does by the columns of a snapshot."""
        ...


def trace(
    graph: Graph,
    sources: Mapping[str, Period],
    rule: TracingRule,
    hops: int,
    as_of: datetime,
    engine: str = "auto",
    budget: int = BUDGET,
    projection: Ready | None = None,
) -> Trace:
    """Return whom sources can have exposed within some hops, as known at a moment.

    Args:
        sources: when each source is infectious: UTC, end excluded, None for open.
        rule: what counts; see `graph.rules`.
        hops: 1 to 6.
        as_of: reads what was recorded by then and not retracted by then.
        engine: `cypher`, `projection`, or `auto`, which takes Cypher until a hop would read so
            many visits that the projection is quicker.
        budget: the most visits that one hop of the Cypher engine may be estimated to read; past
            it the trace stops, complete for the hops before, and says so.
        projection: the columns of this graph; without them only Cypher answers.

    Raises:
        Refused: hops, as_of or engine is out of bounds, or the projection is asked for by name
            and cannot be sure of what it holds.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise Refused("hops", f"is not within 1 to {MOST_HOPS}")
    if engine not in ENGINES:
        raise Refused("engine", f"is none of {', '.join(ENGINES)}")
    if as_of > datetime.now(UTC):
        raise Refused("as_of", "is in the future")
    question = _Question(sources, rule, hops, whole_seconds(as_of))
    if engine == "projection":
        found = None if projection is None else _by_projection(projection, question)
        if found is None:
            raise Refused("engine", "the projection is not ready")
        return found
    if engine == "auto" and projection is not None:
        return _by_the_quicker(graph, projection, question, budget)
    return _by_cypher(graph, question, budget)


@dataclass(frozen=True, slots=True)
class _Question:
    sources: Mapping[str, Period]
    rule: TracingRule
    hops: int
    as_of: datetime


def _by_the_quicker(graph: Graph, projection: Ready, question: _Question, budget: int) -> Trace:
    """Ask Cypher as far as it is the quicker one, else the projection, if it can be sure."""
    began = perf_counter()
    worth = int((projection.ready_in_s + PROJECTION_SECONDS) / CYPHER_SECONDS_A_VISIT)
    found = _by_cypher(graph, question, min(budget, worth))
    if found.stopped is None:
        return found
    quicker = _by_projection(projection, question)
    if quicker is None:
        quicker = found if worth >= budget else _by_cypher(graph, question, budget)
    return replace(quicker, ms=(perf_counter() - began) * 1000)


def _by_projection(projection: Ready, question: _Question) -> Trace | None:
    began = perf_counter()
    snapshot = projection.current()
    if snapshot is None:
        return None
    # Imported here: compiled code takes a second to load, which most commands need not wait for.
    from graph.tracing.projection.people import ColumnPeople
    from graph.tracing.projection.spreading import spread

    asked = (question.sources, question.rule, question.hops, question.as_of)
    if isinstance(projection, Spreads):
        reached = projection.spread(snapshot, *asked)
    else:
        reached = spread(snapshot.columns, *asked)
    return Trace(
        rule=question.rule,
        as_of=question.as_of,
        engine="projection",
        ms=(perf_counter() - began) * 1000,
        hops=question.hops,
        complete_hops=question.hops,
        sources=dict(question.sources),
        people=ColumnPeople(reached),
        stopped=None,
        seen=snapshot.number,
    )


def _by_cypher(graph: Graph, question: _Question, budget: int) -> Trace:
    began = perf_counter()
    sources, rule, hops, as_of = question.sources, question.rule, question.hops, question.as_of

    def read(reader: Reader) -> tuple[People, int, BudgetStop | None]:
        levels, complete_hops, stopped = cypher.spread(reader, sources, rule, hops, as_of, budget)
        confirmed = _confirmed(reader, levels, as_of)
        return ReachedPeople(levels, confirmed), complete_hops, stopped

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
