"""From the store into columns: everything, a day at a time, or all that concerns some people.

Rows travel as lists: a record a visit would take the driver ten times as long. A day is read in
parts of about `PART` visits by each of two threads, so beside the columns themselves loading
holds a few hundred bytes for each visit of two parts, here and in the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from graph.changes import Mark, settled_head
from graph.database import Graph
from graph.periods import day_bounds, local_day
from graph.tracing.projection.compiling import Moments
from graph.tracing.projection.facts import (
    NEVER,
    CannotHold,
    Isolations,
    Meetings,
    Reports,
    Rows,
    Segment,
    make_segment,
)
from graph.tracing.projection.tables import Names, Tables, moments

PART = 250_000
PEOPLE_AT_ONCE = 1_000
# The ids of more people are too much for one answer: these are numbered as they are met.
MOST_SORTED = 2_000_000
THREADS = 2
_FIRST_DAY = date(1970, 1, 1)
_NULL = -1
# Nulls are not collected into a list: of these an edge has none.
_EVERY = ("venue_id", "person_id", "arrived_s", "recorded_s", "left_s")

Tell = Callable[[int, int], None]
Lists = Mapping[str, Sequence[Any]]
# What queries are read by: a graph's `read_plain`, or a transaction's `read`.
Read = Callable[..., Sequence[Lists]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that tracing reads; `segments` by day since 1970.

    It holds what was committed up to `mark`, and of what was committed while it was read a
    part: read again who is named by the changes after `mark`.
    """

    mark: Mark
    names: Names
    tables: Tables
    segments: Mapping[int, Segment]


def unheard(_done: int, _days: int) -> None:
    """Tell nobody how far loading has come."""


def load(graph: Graph, tell: Tell = unheard) -> Loaded:
    """Return everything that tracing reads.

    Args:
        tell: told after each local day how many are done, of how many.

    Raises:
        CannotHold: a moment lies before 2000 or after 2067.
        StoreAway, StoreFault: the store does not answer.
    """
    head = settled_head(graph)
    names = Names()
    if head.people <= MOST_SORTED:
        [people] = graph.read_plain("projection/find_every_person")
        # In this order they are ranked in no time.
        names.people.numbers(sorted(people["person_id"]))
    [venues] = graph.read_plain("projection/find_venues")
    tables = Tables.empty().with_venues(names.venues, venues)
    tables = tables.plus(_tables(graph.read_plain, names))
    days = [row["day"] for row in graph.read("projection/find_days")]
    parts = _parts(names.venues.ids, head.visit_days // max(len(days), 1))

    def segment(day: date) -> Segment:
        return _segment(graph, names, day, parts)

    segments: dict[int, Segment] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(segment, days):
            segments[found.day] = found
            tell(len(segments), len(days))
    return Loaded(head.mark, names, tables, segments)


def read_people(
    read: Read, names: Names, person_ids: Sequence[str]
) -> tuple[Rows, Tables, set[str]]:
    """Return all visits of some people, their other facts, and who of them is not stored.

    Raises:
        CannotHold, StoreAway, StoreFault: as `load`.
    """
    visits = []
    for start in range(0, len(person_ids), PEOPLE_AT_ONCE):
        some = person_ids[start : start + PEOPLE_AT_ONCE]
        [lists] = read("projection/find_visits_of", person_ids=some)
        visits.append(_rows(lists, names, _days_of(lists["starts_s"])))
    [stored] = read("projection/find_people", person_ids=person_ids)
    tables = _tables(read, names, "_of", person_ids=person_ids)
    return Rows.joined(visits), tables, set(person_ids) - set(stored["person_id"])


def read_venues(read: Read, names: Names, tables: Tables, venue_ids: Iterable[str]) -> Tables:
    """Return the tables with some venues as they are stored now, and those not known before.

    Raises:
        StoreAway, StoreFault: as `load`.
    """
    asked = set(venue_ids) | set(names.venues.ids[len(tables.categories) :])
    while asked:
        known = len(names.venues)
        [lists] = read("projection/find_venues_by_id", venue_ids=sorted(asked))
        tables = tables.with_venues(names.venues, lists)
        asked = set(names.venues.ids[known:])
    return tables


def day_number(day: date) -> int:
    """Return a local day in days since 1970."""
    return (day - _FIRST_DAY).days


def _parts(venue_ids: Sequence[str], visits_a_day: int) -> list[Sequence[str]]:
    """Return the venues in parts that have about `PART` visits on a day; an empty one is all."""
    number = visits_a_day // PART + 1
    if number == 1:
        return [[]]
    return [venue_ids[start::number] for start in range(number)]


def _segment(graph: Graph, names: Names, day: date, parts: Sequence[Sequence[str]]) -> Segment:
    rows = []
    for venue_ids in parts:
        [lists] = graph.read_plain("projection/find_visits_on", day=day, venue_ids=venue_ids)
        days = np.full(len(lists["arrived_s"]), day_number(day), np.int32)
        rows.append(_rows(lists, names, days))
    bounds = day_bounds(day)
    assert bounds.end is not None
    starts, ends = (int(edge.timestamp()) for edge in (bounds.start, bounds.end))
    since = moments([starts, ends])
    return make_segment(day_number(day), int(since[0]), int(since[1]), Rows.joined(rows))


def _rows(lists: Lists, names: Names, days: Moments) -> Rows:
    """Return visits as rows; an edge that is not late got its exit when it was recorded.

    Raises:
        CannotHold: an edge lacks what every edge has.
    """
    if len({len(lists[name]) for name in _EVERY}) > 1:
        raise CannotHold("a visit without its person, its venue or a moment")
    left_s = np.array(lists["left_s"], np.int64)
    recorded = moments(lists["recorded_s"])
    late = np.flatnonzero(left_s == _NULL)
    # A list with nulls is no list of whole numbers to NumPy; floating point holds every second.
    told = np.array(lists["late"], float).reshape(len(late), 5)
    known = moments(np.where(np.isnan(told), _NULL, told).astype(np.int64), _NULL)
    columns = {
        "left": moments(left_s, _NULL),
        "expected": np.full(len(left_s), NEVER, np.int32),
        "left_by": np.full(len(left_s), NEVER, np.int32),
        "left_recorded": recorded.copy(),
        "retracted": np.full(len(left_s), NEVER, np.int32),
    }
    for place, column in enumerate(columns.values()):
        column[late] = known[:, place]
    return Rows(
        person=names.people.numbers(lists["person_id"]),
        venue=names.venues.numbers(lists["venue_id"]),
        day=days,
        arrived=moments(lists["arrived_s"]),
        recorded=recorded,
        **columns,
    )


def _days_of(starts_s: Sequence[int]) -> Moments:
    """Return the local days, since 1970, that begin at some seconds of the epoch."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    starts, places = np.unique(np.array(starts_s, np.int64), return_inverse=True)
    days = [day_number(local_day(epoch + timedelta(seconds=start))) for start in starts.tolist()]
    return np.array(days, np.int32)[places]


def _tables(read: Read, names: Names, whose: str = "", **some: Any) -> Tables:
    """Return the meetings, isolations and case reports of everybody, or of some people."""
    people = names.people
    [met] = read(f"projection/find_meetings{whose}", **some)
    [isolated] = read(f"projection/find_isolations{whose}", **some)
    [told] = read(f"projection/find_reports{whose}", **some)
    return Tables(
        [],
        np.empty(0, np.int64),
        Meetings(
            a=people.numbers(met["person_a"]),
            b=people.numbers(met["person_b"]),
            started=moments(met["started_s"]),
            ended=moments(met["ended_s"]),
            recorded=moments(met["recorded_s"]),
            retracted=moments(met["retracted_s"], _NULL),
        ),
        Isolations(
            person=people.numbers(isolated["person_id"]),
            started=moments(isolated["started_s"]),
            recorded=moments(isolated["recorded_s"]),
            retracted=moments(isolated["retracted_s"], _NULL),
        ),
        Reports(
            case=names.cases.numbers(told["case_id"]),
            person=people.numbers(told["person_id"]),
            recorded=moments(told["recorded_s"]),
            number=np.array(told["number"], np.int32),
            confirmed=np.array(told["is_confirmed"], np.bool_),
            isolated=moments(told["isolated_s"], _NULL),
        ),
    )
