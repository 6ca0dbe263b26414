"""Common sources: venues that several cases visited, against what normal traffic would give.

The score of a venue is -log10 of the probability that, by its normal traffic, at least as many
cases as were seen come to it by chance: see `graph.tracing.unlikelihood`. A place is proposed,
never asserted (REQUIREMENTS R129, R221).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from time import perf_counter

import numpy as np

from graph.cases import Case
from graph.database import Graph
from graph.periods import Period, whole_seconds
from graph.reports import count_store
from graph.rules import TracingRule
from graph.tracing.stays import Stay, find_stays
from graph.tracing.traffic import count_city_traffic, count_traffic
from graph.tracing.unlikelihood import Floats, chances, line, scores
from graph.tracing.windows import WindowVisit, get_cases, source_window, visits_of, within

# A venue is proposed where chance would give one like it, among all that were compared, less
# often than once in twenty times (Bonferroni's correction).
SIGNIFICANCE = 0.05
LEAST_SEEN = 2


@dataclass(frozen=True, slots=True)
class CommonVenue:
    """A venue that several cases visited in their source windows.

    Args:
        seen: how many of the cases; expected: how many its normal traffic leads one to expect.
        score: -log10 of the probability of so many or more by chance.
        is_unlikely: whether the score passes the line.
        traffic: its visits on the days on which the cases were anywhere, theirs among them.
        visits: of each case seen, by case_id, the visits that make it so.
    """

    venue_id: str
    seen: int
    expected: float
    score: float
    is_unlikely: bool
    traffic: int
    visits: Mapping[str, tuple[WindowVisit, ...]]


@dataclass(frozen=True, slots=True)
class CommonVenues:
    """Venues common to cases, the least likely by chance first.

    `windows` has every case asked about with its source window; `compared` is how many venues
    there are that could have come out, `line` the score past which one is unlikely among them.
    """

    rule: TracingRule
    as_of: datetime
    ms: float
    windows: Mapping[str, Period]
    compared: int
    line: float
    venues: Sequence[CommonVenue]


def find_common_venues(
    graph: Graph, case_ids: Sequence[str], rule: TracingRule, as_of: datetime
) -> CommonVenues:
    """Return the venues that at least two of the cases visited in their source windows.

    The least likely by chance first, then the one more cases visited, then the quieter, then
    the lower venue_id. Cases of one person count once.

    Raises:
        NotFound: one of the cases was not known then.
        Refused: no case is named, or too many are.
    """
    return compare_venues(graph, get_cases(graph, case_ids, whole_seconds(as_of)), rule, as_of)


def compare_venues(
    graph: Graph, cases: Sequence[Case], rule: TracingRule, as_of: datetime
) -> CommonVenues:
    """Return what `find_common_venues` does, of cases that were read already."""
    as_of, began = whole_seconds(as_of), perf_counter()
    windows = {case.case_id: source_window(case, rule) for case in cases}
    persons = {case.case_id: case.person_id for case in cases}
    stays = {
        case_id: [stay for stay in found if _is_in(stay, windows[case_id])]
        for case_id, found in _stays(graph, persons, windows, rule, as_of).items()
    }
    compared = max(1, count_store(graph).venues)
    past = line(compared, SIGNIFICANCE)
    return CommonVenues(
        rule=rule,
        as_of=as_of,
        windows=windows,
        compared=compared,
        line=past,
        venues=_venues(graph, persons, stays, rule, past),
        ms=(perf_counter() - began) * 1000,
    )


def _stays(
    graph: Graph,
    persons: Mapping[str, str],
    windows: Mapping[str, Period],
    rule: TracingRule,
    as_of: datetime,
) -> dict[str, list[Stay]]:
    """Return the stays of each case's person within the windows of all that person's cases."""
    periods: dict[str, Period] = {}
    for case_id, person_id in persons.items():
        window, known = windows[case_id], periods.get(person_id)
        periods[person_id] = window if known is None else _around(known, window)
    people = [within(*one) for one in sorted(periods.items())]
    by_person: dict[str, list[Stay]] = defaultdict(list)
    for stay in find_stays(graph, people, rule, as_of):
        by_person[stay.person_id].append(stay)
    return {case_id: by_person.get(person_id, []) for case_id, person_id in persons.items()}


def _around(a: Period, b: Period) -> Period:
    ends = [end for end in (a.end, b.end) if end is not None]
    return Period(min(a.start, b.start), max(ends) if len(ends) == 2 else None)


def _is_in(stay: Stay, window: Period) -> bool:
    """Tell whether a stay, on its day, lasts within a window; windows begin and end at midnight."""
    end = inf if window.end is None else window.end.timestamp()
    return window.start.timestamp() <= stay.day_s < end


def _venues(
    graph: Graph,
    persons: Mapping[str, str],
    stays: Mapping[str, Sequence[Stay]],
    rule: TracingRule,
    past: float,
) -> list[CommonVenue]:
    seen_by = _seen_by(persons, stays)
    candidates = sorted(v for v, people in seen_by.items() if len(people) >= LEAST_SEEN)
    if not candidates:
        return []
    days, visits = _visits_by_day(persons, stays)
    traffic = count_traffic(graph, candidates, days, rule)
    met = chances(_shares(graph, candidates, days, traffic), visits)
    seen = np.array([len(seen_by[venue_id]) for venue_id in candidates])
    every = zip(candidates, seen.tolist(), met.sum(axis=1), scores(met, seen), strict=True)
    venues = [
        CommonVenue(
            venue_id=venue_id,
            seen=count,
            expected=float(expected),
            score=float(score),
            is_unlikely=bool(score >= past),
            traffic=sum(traffic.get((venue_id, day_s), 0) for day_s in days),
            visits=_evidence(venue_id, stays),
        )
        for venue_id, count, expected, score in every
    ]
    return sorted(venues, key=lambda one: (-one.score, -one.seen, one.expected, one.venue_id))


def _visits_by_day(
    persons: Mapping[str, str], stays: Mapping[str, Sequence[Stay]]
) -> tuple[list[int], Floats]:
    """Return the days on which anybody was anywhere, and how many visits each person made then."""
    # Of somebody with two cases in question, what was done on a day counts once.
    done: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for case_id, found in stays.items():
        done[persons[case_id]].update((stay.day_s, stay.visit_id) for stay in found)
    days = sorted({day_s for every in done.values() for day_s, _ in every})
    place = {day_s: number for number, day_s in enumerate(days)}
    visits = np.zeros((len(done), len(days)))
    for row, (_, every) in enumerate(sorted(done.items())):
        for day_s, _ in every:
            visits[row, place[day_s]] += 1
    return days, visits


def _seen_by(
    persons: Mapping[str, str], stays: Mapping[str, Iterable[Stay]]
) -> dict[str, set[str]]:
    seen: dict[str, set[str]] = defaultdict(set)
    for case_id, found in stays.items():
        for stay in found:
            seen[stay.venue_id].add(persons[case_id])
    return seen


def _evidence(
    venue_id: str, stays: Mapping[str, Iterable[Stay]]
) -> dict[str, tuple[WindowVisit, ...]]:
    found = {
        case_id: visits_of(stay for stay in every if stay.venue_id == venue_id)
        for case_id, every in sorted(stays.items())
    }
    return {case_id: visits for case_id, visits in found.items() if visits}


def _shares(
    graph: Graph,
    venue_ids: Sequence[str],
    days: Sequence[int],
    traffic: Mapping[tuple[str, int], int],
) -> Floats:
    """Return each venue's share of the city's visits on each day."""
    city = count_city_traffic(graph, days)
    ours = np.array(
        [[traffic.get((venue_id, day_s), 0) for day_s in days] for venue_id in venue_ids], float
    )
    # Something written in between may be in the one count alone.
    every = np.maximum(ours.max(axis=0), [max(1, city.get(day_s, 0)) for day_s in days])
    shares: Floats = ours / every
    return shares
