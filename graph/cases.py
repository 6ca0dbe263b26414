"""Cases: episodes of the disease, told by reports that are only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.batches import Merged, Refusal, Rows, Stamp, new_rows, sift, without
from graph.changes import change_step
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period, local_day, local_midnight, whole_seconds
from graph.rules import TracingRule

CLASSIFICATIONS = ("suspected", "probable", "confirmed", "discarded")
# As of the end of time everything is known.
ALWAYS = datetime(9999, 12, 31, tzinfo=UTC)
NO_CLASSIFICATION = f"is none of {', '.join(CLASSIFICATIONS)}"
OTHER_PERSON = "already stored for another person"
_STATED = ("classification", "onset_on", "sampled_on", "confirmed_at", "isolated_at")


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What was stated of a case at one time; reports are numbered from 1 as they came in.

    `onset_on` and `sampled_on` are local days; the instants are aware UTC.
    """

    number: int
    recorded_at: datetime
    classification: str
    onset_on: date | None
    sampled_on: date | None
    confirmed_at: datetime | None
    isolated_at: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its newest report states it, as known at one moment.

    `reports` are all that were known then, the newest first; empty in lists.
    """

    case_id: str
    person_id: str
    person_name: str | None
    number: int
    recorded_at: datetime
    classification: str
    onset_on: date | None
    sampled_on: date | None
    confirmed_at: datetime | None
    isolated_at: datetime | None
    source: str
    reports: tuple[CaseReport, ...] = ()


def infectious_period(case: Case, rule: TracingRule) -> Period:
    """Return when a case can infect, by a rule: `[from, isolation)`, UTC, open if not isolated.

    It begins at 00:00 local time, the rule's days before onset; without an onset before
    the sample, else the confirmation, else the report.
    """
    told = case.confirmed_at or case.recorded_at
    anchor = case.onset_on or case.sampled_on or local_day(told)
    return Period(local_midnight(anchor - timedelta(days=rule.days_before)), case.isolated_at)


def merge_cases(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store cases; a row that states something new of a stored case adds a report to it.

    A row that states what the newest report states is a duplicate.
    """
    sifted = sift([_stated(row) for row in rows], "case_id")
    refused = [
        Refusal(row["index"], "classification", NO_CLASSIFICATION)
        for row in sifted.rows
        if row["classification"] not in CLASSIFICATIONS
    ]
    good = without(sifted.rows, refused)
    kept, _ = graph.write_together(
        ("cases/merge_reports", {"rows": good, **stamp.parameters()}),
        change_step(
            "cases", people=lambda found: [row["person_id"] for row in new_rows(good, found[0])]
        ),
    )
    others = [Refusal(row["index"], "case_id", OTHER_PERSON) for row in kept if not row["is_same"]]
    return sifted.merged(len(kept) - len(others), [*refused, *others])


def add_case(graph: Graph, row: Mapping[str, Any], stamp: Stamp) -> None:
    """Store a new case with its first report.

    Raises:
        Refused: the case exists already, or a statement is not one.
    """
    if find_cases_by_id(graph, [row["case_id"]], ALWAYS):
        raise Refused("case_id", "is taken by another case")
    _merge_case(graph, row, stamp)


def record_report(graph: Graph, case_id: str, row: Mapping[str, Any], stamp: Stamp) -> bool:
    """Add a report to a case; return False if it states what the newest one states.

    Raises:
        NotFound: there is no such case.
        Refused: a statement is not one.
    """
    found = find_cases_by_id(graph, [case_id], ALWAYS)
    if not found:
        raise NotFound("case")
    full = {**row, "case_id": case_id, "person_id": found[0].person_id}
    return _merge_case(graph, full, stamp).accepted == 1


def get_case(graph: Graph, case_id: str, as_of: datetime) -> Case:
    """Return one case with all its reports, as known at a moment.

    Raises:
        NotFound: no such case was known then.
    """
    rows = graph.read("cases/find_cases_by_id", case_ids=[case_id], as_of=as_of)
    if not rows:
        raise NotFound("case")
    reports = graph.read("cases/find_reports", case_id=case_id, as_of=as_of)
    return Case(**rows[0], reports=tuple(CaseReport(**report) for report in reports))


def find_cases_by_id(graph: Graph, case_ids: Sequence[str], as_of: datetime) -> list[Case]:
    """Return the cases of some ids that were known at a moment, by case_id."""
    wanted = sorted(set(case_ids))
    rows = graph.read("cases/find_cases_by_id", case_ids=wanted, as_of=as_of)
    return [Case(**row) for row in rows]


def find_cases(graph: Graph, as_of: datetime, limit: int, offset: int) -> list[Case]:
    """Return the cases known at a moment, the one last reported on first."""
    rows = graph.read("cases/find_cases", as_of=as_of, limit=limit, offset=offset)
    return [Case(**row) for row in rows]


def find_confirmed_cases(graph: Graph, as_of: datetime) -> list[Case]:
    """Return every case that stood as confirmed at a moment, by case_id."""
    return [Case(**row) for row in graph.read("cases/find_confirmed_cases", as_of=as_of)]


def count_cases(graph: Graph, as_of: datetime) -> int:
    """Return how many cases were known at a moment."""
    return int(graph.read("cases/count_cases", as_of=as_of)[0]["cases"])


def find_cases_of(graph: Graph, person_id: str, as_of: datetime) -> list[Case]:
    """Return a person's cases, as known at a moment, by case_id."""
    rows = graph.read("cases/find_cases_of", person_id=person_id, as_of=as_of)
    return [Case(**row) for row in rows]


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with every statement, None where there is none, instants in whole seconds."""
    full = {**dict.fromkeys(_STATED), **row}
    for key in ("confirmed_at", "isolated_at"):
        if full[key] is not None:
            full[key] = whole_seconds(full[key])
    return full


def _merge_case(graph: Graph, row: Mapping[str, Any], stamp: Stamp) -> Merged:
    merged = merge_cases(graph, [row], stamp)
    for refusal in merged.refused:
        raise Refused(refusal.column, refusal.reason)
    return merged
