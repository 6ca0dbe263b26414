"""Where a trace starts: people, and when each of them is infectious."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from graph.cases import Case, find_cases_by_id, find_confirmed_cases, infectious_period
from graph.database import Graph
from graph.errors import NotFound
from graph.periods import Period
from graph.rules import TracingRule


def find_sources(
    graph: Graph, case_ids: Sequence[str], rule: TracingRule, as_of: datetime
) -> Mapping[str, Period]:
    """Return the people of some cases with their infectious periods, as known at a moment.

    Raises:
        NotFound: one of the cases was not known then.
    """
    cases = find_cases_by_id(graph, case_ids, as_of)
    if len(cases) != len(set(case_ids)):
        raise NotFound("case")
    return _periods(cases, rule)


def find_all_sources(graph: Graph, rule: TracingRule, as_of: datetime) -> Mapping[str, Period]:
    """Return everybody who stood as a confirmed case at a moment, with infectious periods."""
    return _periods(find_confirmed_cases(graph, as_of), rule)


def _periods(cases: Iterable[Case], rule: TracingRule) -> dict[str, Period]:
    """Return one period a person: of several cases, from the first beginning to the last end."""
    periods: dict[str, Period] = {}
    for case in cases:
        period = infectious_period(case, rule)
        earlier = periods.get(case.person_id)
        periods[case.person_id] = period if earlier is None else _around(earlier, period)
    return periods


def _around(a: Period, b: Period) -> Period:
    end = None if a.end is None or b.end is None else max(a.end, b.end)
    return Period(min(a.start, b.start), end)
