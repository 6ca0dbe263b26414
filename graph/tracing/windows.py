"""Source windows: when a case can have been infected, and where it was then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from graph.cases import Case, find_cases_by_id
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period, local_day, local_midnight
from graph.rules import TracingRule
from graph.tracing.stays import Stay, Within, epoch, instant

# Cases that one question may be about.
MOST_CASES = 2000


@dataclass(frozen=True, slots=True)
class WindowVisit:
    """A visit of a case in its source window, whole; `is_known` tells whether its exit is.

    `[arrived_at, left_at)` in UTC, its end as the rule counts it.
    """

    visit_id: str
    venue_id: str
    arrived_at: datetime
    left_at: datetime
    is_known: bool
    source: str


def anchor_of(case: Case) -> date:
    """Return the local day by which a case is dated: onset, else sample, confirmation, report."""
    return case.onset_on or case.sampled_on or local_day(case.confirmed_at or case.recorded_at)


def source_window(case: Case, rule: TracingRule) -> Period:
    """Return when a case can have been infected, `[start, end)` in UTC.

    From 00:00 local time, the rule's `backward_days` before the anchor date, to its end.
    """
    anchor = anchor_of(case)
    first = anchor - timedelta(days=rule.backward_days)
    return Period(local_midnight(first), local_midnight(anchor + timedelta(days=1)))


def get_cases(graph: Graph, case_ids: Sequence[str], as_of: datetime) -> list[Case]:
    """Return cases by their ids, as known at a moment, by case_id.

    Raises:
        NotFound: one of them was not known then.
        Refused: none is named, or too many are.
    """
    wanted = set(case_ids)
    if not wanted:
        raise Refused("case", "is empty")
    if len(wanted) > MOST_CASES:
        raise Refused("case", "names too many cases")
    cases = find_cases_by_id(graph, case_ids, as_of)
    if len(cases) != len(wanted):
        raise NotFound("case")
    return cases


def within(person_id: str, period: Period) -> Within:
    """Return a person and a period as queries take them."""
    return Within(person_id, epoch(period.start), None if period.end is None else epoch(period.end))


def visits_of(stays: Iterable[Stay]) -> tuple[WindowVisit, ...]:
    """Return the visits behind stays, each once, by arrival, then by visit_id."""
    found: Mapping[str, WindowVisit] = {
        stay.visit_id: WindowVisit(
            stay.visit_id,
            stay.venue_id,
            instant(stay.arrived_s),
            instant(stay.left_s),
            stay.is_known,
            stay.source,
        )
        for stay in stays
    }
    return tuple(sorted(found.values(), key=lambda visit: (visit.arrived_at, visit.visit_id)))
