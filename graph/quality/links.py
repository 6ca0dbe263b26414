"""Which cases can have exposed which: pure, from the stays and meetings of cases alone.

Much less is read than for a trace: nobody else's visits. Zones stay apart, every category
counts, and an unknown exit counts as long as it could have lasted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from graph.cases import Case, infectious_period
from graph.rules import TracingRule

NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit, or with `venue_id` None a meeting; seconds of the epoch, end excluded."""

    venue_id: str | None
    starts_s: int
    ends_s: int


@dataclass(frozen=True, slots=True)
class CaseStays:
    """A case, where its person has been, and whom they met: person ids with meetings."""

    case: Case
    visits: Sequence[Stay]
    meetings: Sequence[tuple[str, Stay]]


@dataclass(frozen=True, slots=True)
class Link:
    """One case that can have exposed the person of another: the first time they were together."""

    source: Case
    contact: Case
    venue_id: str | None
    started_at: datetime


def find_links(cases: Sequence[CaseStays], rule: TracingRule) -> list[Link]:
    """Return every pair of a case and another that it can have exposed, the first time each.

    Sorted by source and contact case_id; of one moment the lower venue_id, a meeting last.
    """
    first: dict[tuple[str, str], tuple[int, str, Link]] = {}
    for source, contact, venue_id, starts_s in _together(cases, rule):
        key = (source.case_id, contact.case_id)
        place = (starts_s, "\U0010ffff" if venue_id is None else venue_id)
        if key not in first or place < first[key][:2]:
            moment = datetime.fromtimestamp(starts_s, UTC)
            first[key] = (*place, Link(source, contact, venue_id, moment))
    return [found[2] for _key, found in sorted(first.items())]


def _together(
    cases: Sequence[CaseStays], rule: TracingRule
) -> Iterator[tuple[Case, Case, str | None, int]]:
    least = int(rule.least.total_seconds())
    infectious = {one.case.case_id: _seconds(one.case, rule) for one in cases}
    for source, contact, venue_id, begins_s, ends_s in chain(_shared(cases), _met(cases)):
        opens_s, closes_s = infectious[source.case_id]
        starts_s = max(begins_s, opens_s)
        if min(ends_s, closes_s) - starts_s >= (1 if venue_id is None else least):
            yield source, contact, venue_id, starts_s


def _seconds(case: Case, rule: TracingRule) -> tuple[int, int]:
    period = infectious_period(case, rule)
    until = NEVER if period.end is None else int(period.end.timestamp())
    return int(period.start.timestamp()), until


def _shared(cases: Sequence[CaseStays]) -> Iterator[tuple[Case, Case, str | None, int, int]]:
    """Yield both ways every two stays of different people that overlap at one venue."""
    at: Mapping[str | None, list[tuple[int, int, Case]]] = defaultdict(list)
    for one in cases:
        for stay in one.visits:
            at[stay.venue_id].append((stay.starts_s, stay.ends_s, one.case))
    for venue_id, stays in at.items():
        stays.sort(key=lambda stay: stay[0])
        present: list[tuple[int, int, Case]] = []
        for starts_s, ends_s, case in stays:
            present = [other for other in present if other[1] > starts_s]
            for _, other_ends_s, other in present:
                if other.person_id != case.person_id:
                    shared = (venue_id, starts_s, min(ends_s, other_ends_s))
                    yield case, other, *shared
                    yield other, case, *shared
            present.append((starts_s, ends_s, case))


def _met(cases: Sequence[CaseStays]) -> Iterator[tuple[Case, Case, str | None, int, int]]:
    """Yield every meeting with somebody who is a case too; the other way comes by the other."""
    cases_of: Mapping[str, list[Case]] = defaultdict(list)
    for one in cases:
        cases_of[one.case.person_id].append(one.case)
    for one in cases:
        for person_id, stay in one.meetings:
            for other in cases_of.get(person_id, ()):
                yield one.case, other, None, stay.starts_s, stay.ends_s
