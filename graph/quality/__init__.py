"""Checks of what is stored: dates, visits and cases that cannot be right, or prove too little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from graph.cases import Case
from graph.categories import CATEGORIES
from graph.database import Graph, Row
from graph.errors import NotFound
from graph.periods import local_day
from graph.quality.links import CaseStays, Link, Stay, find_links
from graph.rules import TracingRule, rule_in_force

__all__ = [
    "CHECKS",
    "MOST_COUNTED",
    "Check",
    "Faults",
    "count_faults",
    "find_faults",
    "get_check",
]

# Nobody reads on past so many faults of one kind; what is counted is bounded by it.
MOST_COUNTED = 10_000

# Days beyond which two dates of one case are not of one episode. The incubation is 14 days at
# most (R119, the backward window), a quarantine 21 (R115); the rest (inferred).
LONGEST_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "sample_before_onset": 14,
        "sample_after_onset": 30,
        "confirmed_after_sample": 14,
        "isolated_before_anchor": 21,
    }
)
# Clocks of phones and gates differ by minutes (inferred).
CLOCK_SLACK = timedelta(minutes=5)
# Faster than anybody travels in a city, in metres a second: 120 km/h; and longer than the
# longest way in it, 60 km, takes at that speed (inferred).
FASTEST = 120_000 / 3600
LONGEST_WAY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the store.

    `reads_visits` where it reads every visit, which takes some seconds a million; `links`
    where it looks at which cases can have exposed which.
    """

    name: str
    reads_visits: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class Faults:
    """What a check found: how many, and some of the rows, in a stated order.

    Past `MOST_COUNTED` nothing is counted: then `is_more`, and `total` is that number.
    """

    check: Check
    total: int
    is_more: bool
    rows: list[Row]


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for check in (
            Check("contacts_before_case", links=True),
            Check("impossible_gaps"),
            Check("missing_dates"),
            Check("cases_without_contacts"),
            Check("unlisted_cases", links=True),
            Check("visits_at_once", reads_visits=True),
            Check("overlong_visits", reads_visits=True),
            Check("skewed_visits", reads_visits=True),
            Check("implausible_check_ins"),
        )
    }
)


def get_check(name: str) -> Check:
    """Return the check of a name.

    Raises:
        NotFound: there is none.
    """
    try:
        return CHECKS[name]
    except KeyError:
        raise NotFound("check") from None


def find_faults(graph: Graph, check: Check, as_of: datetime, limit: int, offset: int = 0) -> Faults:
    """Return what a check finds among what was known at a moment.

    Who could expose whom follows the rule set in force then; unknown exits count as long as
    they could have lasted, zones stay apart, every category counts.
    """
    rule = rule_in_force(local_day(as_of))
    if check.links:
        return _linked(graph, [check], rule, as_of, limit, offset)[0]
    [found] = graph.read(
        f"quality/find_{check.name}",
        as_of=as_of,
        most=MOST_COUNTED + 1,
        limit=limit,
        offset=offset,
        **_terms(check, rule),
    )
    total = min(found["total"], MOST_COUNTED)
    return Faults(check, total, found["total"] > MOST_COUNTED, found["rows"])


def count_faults(graph: Graph, checks: Iterable[Check], as_of: datetime) -> list[Faults]:
    """Return how much each of some checks finds, in their order, without rows."""
    wanted = list(checks)
    rule = rule_in_force(local_day(as_of))
    linked = [check for check in wanted if check.links]
    # Which case can have exposed which is found once for all who ask.
    found = {one.check: one for one in _linked(graph, linked, rule, as_of, 0, 0)}
    return [found.get(check) or find_faults(graph, check, as_of, 0) for check in wanted]


def _linked(
    graph: Graph,
    checks: Sequence[Check],
    rule: TracingRule,
    as_of: datetime,
    limit: int,
    offset: int,
) -> list[Faults]:
    if not checks:
        return []
    cases = _find_case_stays(graph, as_of)
    links = find_links(cases, rule)
    found = []
    for check in checks:
        early = check.name == "contacts_before_case"
        rows = _contacts_before_case(links) if early else _unlisted(cases, links)
        total = min(len(rows), MOST_COUNTED)
        found.append(Faults(check, total, len(rows) > MOST_COUNTED, rows[offset : offset + limit]))
    return found


def _terms(check: Check, rule: TracingRule) -> Mapping[str, Any]:
    """Return what a check's query wants to know besides the moment."""
    terms: Mapping[str, Mapping[str, Any]] = {
        "impossible_gaps": {"days": LONGEST_DAYS},
        "cases_without_contacts": {
            "before": timedelta(days=rule.days_before),
            "least": rule.least,
        },
        "visits_at_once": {
            "slack": CLOCK_SLACK,
            "longest_way": LONGEST_WAY,
            "fastest": FASTEST,
        },
        "overlong_visits": {
            "stays": [
                {"category": code, "longest": category.longest_stay}
                for code, category in sorted(CATEGORIES.items())
            ]
        },
        "skewed_visits": {"slack": CLOCK_SLACK},
    }
    return terms.get(check.name, {})


def _find_case_stays(graph: Graph, as_of: datetime) -> list[CaseStays]:
    """Return where probable and confirmed cases have been, the case last recorded first."""
    names = {field.name for field in fields(Case)}
    found = []
    for row in graph.read("quality/find_case_stays", as_of=as_of):
        case = Case(**{name: value for name, value in row.items() if name in names})
        visits = zip(row["venue_ids"], row["arrived_s"], row["left_s"], strict=True)
        met = zip(row["met_ids"], row["met_from_s"], row["met_until_s"], strict=True)
        found.append(
            CaseStays(
                case,
                [Stay(*visit) for visit in visits],
                [(person_id, Stay(None, start, end)) for person_id, start, end in met],
            )
        )
    return found


def _contacts_before_case(links: list[Link]) -> list[Row]:
    """Return links whose contact fell ill before the source, the widest gap first."""
    rows = [
        {
            "case_id": link.source.case_id,
            "person_id": link.source.person_id,
            "onset_on": link.source.onset_on,
            "contact_case_id": link.contact.case_id,
            "contact_person_id": link.contact.person_id,
            "contact_onset_on": link.contact.onset_on,
            "days": (link.source.onset_on - link.contact.onset_on).days,
            "venue_id": link.venue_id,
            "started_at": link.started_at,
        }
        for link in links
        if link.source.onset_on is not None
        and link.contact.onset_on is not None
        and link.contact.onset_on < link.source.onset_on
    ]
    return sorted(rows, key=lambda row: -row["days"])


def _unlisted(cases: list[CaseStays], links: list[Link]) -> list[Row]:
    """Return confirmed cases that nobody had exposed by the time they were told of."""
    listed = {
        link.contact.case_id
        for link in links
        if link.started_at < (link.contact.confirmed_at or link.contact.recorded_at)
    }
    return [
        {
            "case_id": case.case_id,
            "person_id": case.person_id,
            "onset_on": case.onset_on,
            "confirmed_at": case.confirmed_at,
        }
        for case in (one.case for one in cases)
        if case.classification == "confirmed" and case.case_id not in listed
    ]
