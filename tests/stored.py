"""Outbreaks of the oracle put into the store, and asked of the engine under test."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from graph.batches import Merged, Stamp
from graph.cases import merge_cases
from graph.categories import CATEGORIES
from graph.database import Graph
from graph.isolations import merge_isolations, retract_isolations
from graph.meetings import merge_meetings, retract_meetings
from graph.periods import Period
from graph.rules import RULES, TracingRule
from graph.tracing import Trace, TracedPerson, trace
from graph.venues import merge_venues
from graph.visits import merge_visits, retract_visits
from tests.facts import Isolation, Meeting, Rule, Visit, World
from tests.oracle import Row, Step
from tests.worlds import Outbreak

BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)
MOST_ROWS = 2000


def store_worlds(graph: Graph, worlds: Iterable[World], batch: int = MOST_ROWS) -> None:
    """Record every fact at its own time, in the order in which it became known."""
    Recorder(graph, list(worlds), batch).record()


class Recorder:
    """Writes worlds down, moment by moment, through the functions that importers use."""

    def __init__(self, graph: Graph, worlds: Sequence[World], batch: int) -> None:
        """Take the worlds; their ids must not meet."""
        self.graph, self.worlds, self.batch = graph, worlds, batch

    def record(self) -> None:
        """Write venues, then what became known, then what was retracted, by time."""
        venues = [vars(venue) for world in self.worlds for venue in world.venues]
        self.merge(merge_venues, venues, BEGINNING)
        self.by_time(merge_visits, self.arrivals())
        self.by_time(merge_visits, self.exits())
        self.by_time(merge_meetings, self.meetings())
        self.by_time(merge_isolations, self.isolations())
        for number in (1, 2, 3):
            self.by_time(merge_cases, self.reports(number))
        self.retract()

    def merge(self, merge: Any, rows: list[dict[str, Any]], recorded_at: datetime) -> None:
        """Write rows in batches; a row that is not taken is a fault of the test."""
        stamp = Stamp("test", "test", recorded_at)
        for start in range(0, len(rows), self.batch):
            some = rows[start : start + self.batch]
            merged = merge(self.graph, some, stamp)
            # A bare venue may be there already, as the whole that another is a part of.
            assert merged == Merged(len(some), 0) or (merge is merge_venues and not merged.refused)

    def by_time(self, merge: Any, rows: Iterable[tuple[datetime, dict[str, Any]]]) -> None:
        """Write rows, those of one moment together."""
        grouped = defaultdict(list)
        for recorded_at, row in rows:
            grouped[recorded_at].append(row)
        for recorded_at in sorted(grouped):
            self.merge(merge, grouped[recorded_at], recorded_at)

    def arrivals(self) -> Iterable[tuple[datetime, dict[str, Any]]]:
        """Yield visits as they were known at first."""
        for visit in self.facts("visits"):
            known_at_once = visit.left_recorded_at == visit.recorded_at
            yield visit.recorded_at, visit_row(visit, visit.left_at if known_at_once else None)

    def exits(self) -> Iterable[tuple[datetime, dict[str, Any]]]:
        """Yield visits whose exit was learnt later, now with it."""
        for visit in self.facts("visits"):
            if visit.left_recorded_at and visit.left_recorded_at != visit.recorded_at:
                yield visit.left_recorded_at, visit_row(visit, visit.left_at)

    def meetings(self) -> Iterable[tuple[datetime, dict[str, Any]]]:
        """Yield meetings."""
        for meeting in self.facts("meetings"):
            names = ("contact_id", "person_a", "person_b", "started_at", "ended_at")
            yield meeting.recorded_at, {name: getattr(meeting, name) for name in names}

    def isolations(self) -> Iterable[tuple[datetime, dict[str, Any]]]:
        """Yield isolations, numbered within their world."""
        for isolation_id, isolation in self.numbered_isolations():
            yield (
                isolation.recorded_at,
                {
                    "isolation_id": isolation_id,
                    "person_id": isolation.person_id,
                    "venue_id": f"{isolation.person_id}-home",
                    "started_at": isolation.started_at,
                },
            )

    def numbered_isolations(self) -> Iterable[tuple[str, Isolation]]:
        """Yield isolations with an id; the person's id keeps worlds apart."""
        for world in self.worlds:
            for number, isolation in enumerate(world.isolations):
                yield f"{isolation.person_id}-isolation{number}", isolation

    def reports(self, number: int) -> Iterable[tuple[datetime, dict[str, Any]]]:
        """Yield the case reports of one number: several may be recorded at one moment."""
        for report in self.facts("cases"):
            if report.number == number:
                row = dict(vars(report))
                yield row.pop("recorded_at"), {k: v for k, v in row.items() if k != "number"}

    def facts(self, kind: str) -> Iterable[Any]:
        """Yield the facts of one kind of all worlds."""
        for world in self.worlds:
            yield from getattr(world, kind)

    def retract(self) -> None:
        """Withdraw what was retracted."""
        self.retract_by_time(
            retract_visits, ((visit.visit_id, visit) for visit in self.facts("visits"))
        )
        self.retract_by_time(
            retract_meetings, ((meeting.contact_id, meeting) for meeting in self.facts("meetings"))
        )
        self.retract_by_time(retract_isolations, self.numbered_isolations())

    def retract_by_time(
        self, retract: Any, facts: Iterable[tuple[str, Visit | Meeting | Isolation]]
    ) -> None:
        """Withdraw facts, those of one moment together."""
        grouped = defaultdict(list)
        for fact_id, fact in facts:
            if fact.retracted_at is not None:
                grouped[fact.retracted_at].append(fact_id)
        for retracted_at, ids in sorted(grouped.items()):
            retract(self.graph, ids, retracted_at)


def visit_row(visit: Visit, left_at: datetime | None) -> dict[str, Any]:
    """Return a visit as a row to merge."""
    return {
        "visit_id": visit.visit_id,
        "person_id": visit.person_id,
        "venue_id": visit.venue_id,
        "arrived_at": visit.arrived_at,
        "left_at": left_at,
        "expected_left_at": visit.expected_left_at,
        "left_by": visit.left_by,
    }


def tracing_rule(rule: Rule) -> TracingRule:
    """Return the oracle's rule as the product's."""
    return replace(
        RULES[0],
        name="test",
        days_before=rule.days_before,
        least=rule.least,
        latent=rule.latent,
        exits=rule.exits,
        roll_up_zones=rule.roll_up_zones,
        categories=frozenset(CATEGORIES) if rule.categories is None else rule.categories,
    )


def traced(graph: Graph, outbreak: Outbreak, engine: str = "cypher") -> Trace:
    """Return an engine's answer to what an outbreak asks."""
    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    found = trace(
        graph,
        sources,
        tracing_rule(outbreak.rule),
        hops=outbreak.hops,
        as_of=outbreak.as_of,
        engine=engine,
    )
    assert found.stopped is None
    return found


def ask(graph: Graph, outbreak: Outbreak, engine: str = "cypher") -> list[Row]:
    """Return an engine's answer to what an outbreak asks, as the oracle would write it."""
    return [as_row(person) for person in traced(graph, outbreak, engine).people]


def as_row(person: TracedPerson) -> Row:
    """Return a traced person as the oracle's row."""
    return Row(
        person_id=person.person_id,
        hop=person.hop,
        exposed_at=person.exposed_at,
        earliest_at=person.earliest_at,
        minutes=person.minutes,
        certainty=person.certainty,
        is_case=person.is_case,
        via=person.via,
        path=tuple(
            Step(
                step.from_person,
                step.to_person,
                step.venue_id,
                step.started_at,
                step.ended_at,
                step.minutes,
            )
            for step in person.path
        ),
    )
