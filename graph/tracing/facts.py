"""What the store holds of the contacts of evidence paths, with when it became known and went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from graph.database import Graph
from graph.rules import TracingRule
from graph.tracing.answer import Contact

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One version of a visit; times in seconds of the epoch, None for not known or not yet.

    `venue_id` is the venue asked about, of the `category`; `zone_id` that itself or its zone.
    """

    person_id: str
    venue_id: str
    category: str
    zone_id: str
    visit_id: str
    version: int
    arrived_at_s: int
    expected_left_at_s: int | None
    left_by_s: int | None
    left_at_s: int | None
    left_recorded_at_s: int | None
    recorded_at_s: int
    retracted_at_s: int | None
    source: str
    batch_id: str

    def end_s(self, exits: str, as_of_s: int) -> int | None:
        """Return when it ended by a rule's exits, as known then; None where it does not count."""
        if not was_known(self, as_of_s):
            return None
        if self.left_recorded_at_s is not None and self.left_recorded_at_s <= as_of_s:
            return self.left_at_s
        guesses = {"estimated": self.expected_left_at_s, "latest": self.left_by_s}
        return guesses.get(exits)


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """A meeting of the two people asked about; times in seconds of the epoch."""

    person_id: str
    other_id: str
    contact_id: str
    started_at_s: int
    ended_at_s: int
    recorded_at_s: int
    retracted_at_s: int | None
    source: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class IsolationFact:
    """An isolation or quarantine; times in seconds of the epoch."""

    person_id: str
    isolation_id: str
    venue_id: str
    started_at_s: int
    recorded_at_s: int
    retracted_at_s: int | None
    source: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class ReportFact:
    """What was stated of a case at one time."""

    person_id: str
    case_id: str
    number: int
    recorded_at: datetime
    classification: str
    onset_on: date | None
    sampled_on: date | None
    confirmed_at: datetime | None
    isolated_at: datetime | None
    source: str
    batch_id: str


def was_known(fact: VisitFact | MeetingFact | IsolationFact, as_of_s: int) -> bool:
    """Tell whether a fact was recorded by then and not withdrawn by then."""
    if fact.recorded_at_s > as_of_s:
        return False
    return fact.retracted_at_s is None or fact.retracted_at_s > as_of_s


@dataclass(slots=True)
class Facts:
    """The facts behind some contacts, and of some people, as read by `find_facts`."""

    visits: Mapping[tuple[str, str], Sequence[VisitFact]] = field(default_factory=dict)
    meetings: Mapping[tuple[str, str], Sequence[MeetingFact]] = field(default_factory=dict)
    isolations: Mapping[str, Sequence[IsolationFact]] = field(default_factory=dict)
    reports: Mapping[str, Sequence[ReportFact]] = field(default_factory=dict)

    def newest_reports(self, person_id: str, as_of_s: int) -> dict[str, ReportFact]:
        """Return the newest report known then of each of a person's cases, by case_id."""
        known = self.reports.get(person_id, ())
        # Later ones stand further behind, so the last of a case that was known stays.
        return {r.case_id: r for r in known if r.recorded_at.timestamp() <= as_of_s}

    def isolated_from_s(self, person_id: str, as_of_s: int) -> int | None:
        """Return from when on somebody who is no source infected nobody, as known then."""
        moments = [
            one.started_at_s
            for one in self.isolations.get(person_id, ())
            if was_known(one, as_of_s)
        ]
        moments += [
            int(report.isolated_at.timestamp())
            for report in self.newest_reports(person_id, as_of_s).values()
            if report.isolated_at is not None
        ]
        return min(moments, default=None)


def find_facts(graph: Graph, contacts: Iterable[Contact], person_ids: Iterable[str]) -> Facts:
    """Return what the store holds behind some contacts, and of some people.

    Visits of both ends at a contact's venue and its zones, meetings between the two, and
    the isolations and case reports of the people: few questions, however many contacts.
    """
    until_s: dict[tuple[str, str], int] = {}
    pairs: set[tuple[str, str]] = set()
    for contact in contacts:
        ends = (contact.from_person, contact.to_person)
        if contact.venue_id is None:
            pairs.add(ends)
            continue
        for person_id in ends:
            key, end_s = (person_id, contact.venue_id), int(contact.ended_at.timestamp())
            until_s[key] = max(until_s.get(key, end_s), end_s)
    stays = [
        {"person_id": person_id, "venue_id": venue_id, "until_s": moment}
        for (person_id, venue_id), moment in sorted(until_s.items())
    ]
    talks = [{"person_id": one, "other_id": other} for one, other in sorted(pairs)]
    people = sorted(set(person_ids))
    return Facts(
        visits=_grouped(VisitFact(**row) for row in _read(graph, "visit", "wanted", stays)),
        meetings=_grouped(MeetingFact(**row) for row in _read(graph, "meeting", "wanted", talks)),
        isolations=_by_person(
            IsolationFact(**row) for row in _read(graph, "isolation", "person_ids", people)
        ),
        reports=_by_person(
            ReportFact(**row) for row in _read(graph, "report", "person_ids", people)
        ),
    )


def rule_counts(rule: TracingRule, one: VisitFact, other: VisitFact) -> bool:
    """Tell whether two visits are in one place that counts under a rule."""
    if one.category not in rule.categories:
        return False
    return rule.roll_up_zones or one.zone_id == other.zone_id


def _read(graph: Graph, kind: str, name: str, rows: Sequence[Any]) -> Iterable[dict[str, Any]]:
    for start in range(0, len(rows), MOST_AT_ONCE):
        part = {name: rows[start : start + MOST_AT_ONCE]}
        yield from graph.read(f"tracing/find_{kind}_facts", **part)


def _grouped(facts: Iterable[Any]) -> dict[tuple[str, str], list[Any]]:
    found = defaultdict(list)
    for fact in facts:
        other = fact.venue_id if isinstance(fact, VisitFact) else fact.other_id
        found[fact.person_id, other].append(fact)
    return found


def _by_person(facts: Iterable[Any]) -> dict[str, list[Any]]:
    found = defaultdict(list)
    for fact in facts:
        found[fact.person_id].append(fact)
    return found
