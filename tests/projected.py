"""Outbreaks of the oracle laid down as columns, without a store, and asked of the projection."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from graph.periods import Period, day_bounds, local_days
from graph.tracing.projection.columns import (
    NEVER,
    ORIGIN_S,
    Columns,
    Isolations,
    Meetings,
    Reports,
    Rows,
    Segment,
    Venues,
    make_segment,
)
from graph.tracing.projection.facts import nothing
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import (
    TUNING,
    Frontier,
    Partial,
    Tuning,
    hop,
    merge,
    spread,
    spread_by,
)
from tests.facts import Venue, Visit, World
from tests.oracle import Row
from tests.stored import as_row, tracing_rule
from tests.worlds import Outbreak

_EPOCH_DAY = date(1970, 1, 1).toordinal()


def moment(instant: datetime | None) -> int:
    """Return an instant in seconds since 2000, `NEVER` for None."""
    return NEVER if instant is None else int(instant.timestamp()) - ORIGIN_S


class Laid:
    """A world as the arguments of `Columns`: everything that anybody ever recorded."""

    def __init__(self, world: World) -> None:
        """Number people and venues backwards: a tie that goes by number shows."""
        self.world = world
        people = {visit.person_id for visit in world.visits}
        people |= {isolation.person_id for isolation in world.isolations}
        people |= {report.person_id for report in world.cases}
        people |= {name for met in world.meetings for name in (met.person_a, met.person_b)}
        self.people = sorted(people, reverse=True)
        self.number = {name: number for number, name in enumerate(self.people)}
        self.known_venues = {venue.venue_id: venue for venue in world.venues}
        ids = {visit.venue_id for visit in world.visits} | set(self.known_venues)
        self.venue_ids = sorted(ids, reverse=True)
        self.venue_number = {name: number for number, name in enumerate(self.venue_ids)}

    def venues(self) -> Venues:
        """Return the venues."""
        return Venues(
            ids=self.venue_ids,
            category=[self.venue(name).category or "unknown" for name in self.venue_ids],
            top=np.array([self.venue_number[self.top(name)] for name in self.venue_ids], np.uint32),
        )

    def venue(self, venue_id: str) -> Venue:
        """Return a venue."""
        return self.known_venues.get(venue_id, Venue(venue_id))

    def top(self, venue_id: str) -> str:
        """Return the topmost venue that another is a part of."""
        part_of = self.venue(venue_id).part_of
        return venue_id if part_of is None else self.top(part_of)

    def rows(self, visits: Iterable[Visit]) -> Rows:
        """Return the edges of visits, as the store lays them."""
        table = [
            (
                self.number[visit.person_id],
                self.venue_number[visit.venue_id],
                day.toordinal() - _EPOCH_DAY,
                moment(visit.arrived_at),
                moment(visit.left_at),
                moment(visit.recorded_at),
                moment(visit.expected_left_at),
                moment(visit.left_by),
                moment(visit.left_recorded_at),
                moment(visit.retracted_at),
            )
            for visit in visits
            for day in days_of(visit)
        ]
        columns = np.array(table, np.int64).reshape(-1, 10).T
        kinds = (np.uint32, np.uint32, *[np.int32] * 8)
        return Rows(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))

    def segments(self, visits: Iterable[Visit]) -> list[Segment]:
        """Return the edges of visits by local day."""
        rows = self.rows(visits)
        segments = []
        for day in np.unique(rows.day).tolist():
            bounds = day_bounds(date.fromordinal(day + _EPOCH_DAY))
            some = rows.chosen(rows.day == day)
            segments.append(make_segment(day, moment(bounds.start), moment(bounds.end), some))
        return segments

    def meetings(self) -> Meetings:
        """Return the meetings."""
        met = self.world.meetings
        return Meetings(
            a=self.numbers(one.person_a for one in met),
            b=self.numbers(one.person_b for one in met),
            started=moments(one.started_at for one in met),
            ended=moments(one.ended_at for one in met),
            recorded=moments(one.recorded_at for one in met),
            retracted=moments(one.retracted_at for one in met),
        )

    def isolations(self) -> Isolations:
        """Return the isolations."""
        isolated = self.world.isolations
        return Isolations(
            person=self.numbers(one.person_id for one in isolated),
            started=moments(one.started_at for one in isolated),
            recorded=moments(one.recorded_at for one in isolated),
            retracted=moments(one.retracted_at for one in isolated),
        )

    def reports(self) -> Reports:
        """Return the case reports."""
        cases = self.world.cases
        ids = sorted({report.case_id for report in cases})
        return Reports(
            case=np.array([ids.index(report.case_id) for report in cases], np.uint32),
            person=self.numbers(report.person_id for report in cases),
            recorded=moments(report.recorded_at for report in cases),
            number=np.array([report.number for report in cases], np.int32),
            confirmed=np.array([one.classification == "confirmed" for one in cases], np.bool_),
            isolated=moments(report.isolated_at for report in cases),
        )

    def numbers(self, names: Iterable[str]) -> np.ndarray:
        """Return the numbers of people."""
        return np.array([self.number[name] for name in names], np.uint32)


def moments(instants: Iterable[datetime | None]) -> np.ndarray:
    """Return instants in seconds since 2000."""
    return np.array([moment(instant) for instant in instants], np.int32)


def days_of(visit: Visit) -> list[date]:
    """Return the local days on which the store has an edge of a visit: of all that was known."""
    ends = [end for end in (visit.left_at, visit.left_by) if end is not None]
    return local_days(Period(visit.arrived_at, max(ends)))


def columns_of(world: World) -> Columns:
    """Return a world as columns that were loaded at once."""
    laid = Laid(world)
    return Columns.assemble(
        laid.people,
        laid.venues(),
        laid.segments(world.visits),
        laid.meetings(),
        laid.isolations(),
        laid.reports(),
    )


Lay = Callable[[World], Columns]


def answer(outbreak: Outbreak, lay: Lay = columns_of, tuning: Tuning = TUNING) -> list[Row]:
    """Return the projection's answer to what an outbreak asks, as the oracle would write it."""
    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    reached = spread(
        lay(outbreak.world),
        sources,
        tracing_rule(outbreak.rule),
        outbreak.hops,
        outbreak.as_of,
        tuning,
    )
    return [as_row(person) for person in ColumnPeople(reached)]


def changed_columns(world: World, steps: int = 2) -> Columns:
    """Return a world as columns in which people changed since they were laid down.

    Every third person and the last two are not there at first, every second one has other
    visits; the changes come in several steps.
    """
    laid = Laid(world)
    before = len(laid.people) - 2 if len(laid.people) > 2 else len(laid.people)
    is_there = {
        name: laid.number[name] < before and index % 3 for index, name in enumerate(laid.people)
    }
    visits = [one for one in world.visits if is_there[one.person_id]]
    wrong = [
        replace(one, arrived_at=one.arrived_at.replace(hour=3)) if index % 2 else one
        for index, one in enumerate(visits)
    ]
    none = nothing(Meetings), nothing(Isolations), nothing(Reports)
    columns = Columns.assemble(laid.people[:before], laid.venues(), laid.segments(wrong), *none)
    for step in range(steps):
        numbers = np.arange(step, len(laid.people), steps, dtype=np.uint32)
        some = {laid.people[number] for number in numbers}
        columns = columns.replaced(
            people=laid.people,
            numbers=numbers,
            rows=laid.rows(visit for visit in world.visits if visit.person_id in some),
            venues=laid.venues(),
            meetings=laid.meetings(),
            isolations=laid.isolations(),
            reports=laid.reports(),
        )
    return columns


def folded_columns(world: World) -> Columns:
    """Return a world as columns that changed and were laid down anew, day by day."""
    return changed_columns(world).without_days([])


def by_parts(outbreak: Outbreak, parts: int = 2) -> list[Row]:
    """Return the answer of several holders of days, merged by one who holds no visits."""
    laid, rule = Laid(outbreak.world), tracing_rule(outbreak.rule)
    segments = laid.segments(outbreak.world.visits)
    rest = (laid.meetings(), laid.isolations(), laid.reports())
    known = (nothing(Meetings), *rest[1:])
    holders = [
        Columns.assemble(
            laid.people, laid.venues(), segments[part::parts], *(known if part else rest)
        )
        for part in range(parts)
    ]
    alone = Columns.assemble(laid.people, laid.venues(), [], *rest)

    def expand(frontier: Frontier, reached: np.ndarray) -> Partial:
        found = [hop(one, rule, outbreak.as_of, frontier, reached) for one in holders]
        return merge(alone, found)

    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    asked = (sources, rule, outbreak.hops, outbreak.as_of)
    return [as_row(person) for person in ColumnPeople(spread_by(expand, alone, *asked))]
