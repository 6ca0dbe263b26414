"""Causes: the facts by which two traces differ, as they became known, were learnt or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from graph.tracing.answer import Trace, TracedPerson
from graph.tracing.facts import Facts, MeetingFact, ReportFact, VisitFact, was_known

Kind = Literal[
    "visit_recorded",
    "visit_withdrawn",
    "exit_learnt",
    "meeting_recorded",
    "meeting_withdrawn",
    "isolation_recorded",
    "isolation_withdrawn",
    "case_confirmed",
    "case_discarded",
    "case_changed",
    "sources",
    "rule",
    "hops",
    "stopped",
    "erased",
    "unexplained",
]
STATED = ("classification", "onset_on", "sampled_on", "confirmed_at", "isolated_at")


@dataclass(frozen=True, slots=True)
class Cause:
    """One fact, or one term of the question, that explains a difference between two traces.

    Args:
        person_id: whose visit, meeting, isolation or case it is; None for terms of the question.
        fact_id: the id of that visit, meeting or isolation.
        other_id: whom they met.
        venue_id: where; `happened_at`: when the visit, meeting or isolation began.
        known_at: when the fact became known, was learnt or was withdrawn.
        case_id, stated: of a report, the statements that it changed.
        source, batch_id: where the fact came from; `is_undone`: withdrawn with its batch.
        through: the person further up the path whom the fact concerns first, None where it
            concerns the changed person directly.
    """

    kind: Kind
    person_id: str | None = None
    fact_id: str | None = None
    other_id: str | None = None
    venue_id: str | None = None
    happened_at: datetime | None = None
    known_at: datetime | None = None
    case_id: str | None = None
    stated: tuple[str, ...] = ()
    source: str | None = None
    batch_id: str | None = None
    is_undone: bool = False
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two traces, with its people at hand."""

    trace: Trace
    people: Mapping[str, TracedPerson]

    @property
    def as_of_s(self) -> int:
        """Return the moment of the trace in seconds of the epoch."""
        return int(self.trace.as_of.timestamp())

    def has_reached(self, person_id: str, hop: int, by_s: int) -> bool:
        """Tell whether somebody was exposed within some hops by a moment, or is a source."""
        if person_id in self.trace.sources:
            return True
        found = self.people.get(person_id)
        return found is not None and found.hop <= hop and found.exposed_at.timestamp() <= by_s


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between the side that had a contact and the one that lacks it."""

    facts: Facts
    had: Side
    lacks: Side

    def visit(self, visit: VisitFact) -> Iterator[Cause]:
        """Yield why a visit, or its exit, is not known on the other side."""
        as_of_s, moment = self.lacks.as_of_s, visit.left_recorded_at_s
        kind: Kind = "exit_learnt"
        if visit.recorded_at_s > as_of_s:
            kind, moment = "visit_recorded", visit.recorded_at_s
        elif not was_known(visit, as_of_s):
            kind, moment = "visit_withdrawn", visit.retracted_at_s
        elif not self._is_between(moment):
            return
        yield Cause(
            kind,
            person_id=visit.person_id,
            fact_id=visit.visit_id,
            venue_id=visit.zone_id,
            happened_at=_instant(visit.arrived_at_s),
            known_at=_instant(moment),
            source=visit.source,
            # The batch of an exit that was learnt later is not that of the visit.
            batch_id=None if kind == "exit_learnt" else visit.batch_id,
        )

    def met(self, meeting: MeetingFact) -> Iterator[Cause]:
        """Yield why a meeting is not known on the other side."""
        if was_known(meeting, self.lacks.as_of_s):
            return
        is_new = meeting.recorded_at_s > self.lacks.as_of_s
        yield Cause(
            "meeting_recorded" if is_new else "meeting_withdrawn",
            person_id=meeting.person_id,
            fact_id=meeting.contact_id,
            other_id=meeting.other_id,
            happened_at=_instant(meeting.started_at_s),
            known_at=_instant(meeting.recorded_at_s if is_new else meeting.retracted_at_s),
            source=meeting.source,
            batch_id=meeting.batch_id,
        )

    def period(self, person_id: str) -> Iterator[Cause]:
        """Yield why somebody infects from or until another moment on the other side."""
        had, lacks = (side.trace.sources.get(person_id) for side in (self.had, self.lacks))
        if had is None and lacks is None:
            yield from self._isolations(person_id)
            yield from self.reports(person_id, ("isolated_at",))
        elif had != lacks:
            reports = list(self.reports(person_id))
            yield from reports
            if self.had.trace.rule.days_before != self.lacks.trace.rule.days_before:
                yield from self.rule()
            elif not reports:
                yield Cause("sources", person_id=person_id)

    def _isolations(self, person_id: str) -> Iterator[Cause]:
        until_s = self.facts.isolated_from_s(person_id, self.lacks.as_of_s)
        for fact in self.facts.isolations.get(person_id, ()):
            stood, stands = (was_known(fact, side.as_of_s) for side in (self.had, self.lacks))
            if fact.started_at_s == until_s and stands and not stood:
                is_new = fact.recorded_at_s > self.had.as_of_s
                yield Cause(
                    "isolation_recorded" if is_new else "isolation_withdrawn",
                    person_id=person_id,
                    fact_id=fact.isolation_id,
                    venue_id=fact.venue_id,
                    happened_at=_instant(fact.started_at_s),
                    known_at=_instant(fact.recorded_at_s if is_new else fact.retracted_at_s),
                    source=fact.source,
                    batch_id=fact.batch_id,
                )

    def reports(self, person_id: str, only: Sequence[str] = STATED) -> Iterator[Cause]:
        """Yield the newest report of each case that states something else than was known before."""
        moments = sorted((self.had.as_of_s, self.lacks.as_of_s))
        before, after = (self.facts.newest_reports(person_id, moment) for moment in moments)
        for case_id, report in after.items():
            old = before.get(case_id)
            stated = tuple(
                name for name in only if getattr(report, name) != (old and getattr(old, name))
            )
            if stated:
                yield Cause(
                    _report_kind(old, report),
                    person_id=person_id,
                    case_id=case_id,
                    stated=stated,
                    known_at=report.recorded_at,
                    source=report.source,
                    batch_id=report.batch_id,
                )

    def rule(self) -> Iterator[Cause]:
        """Yield that the rules differ, if they do."""
        if self.had.trace.rule != self.lacks.trace.rule:
            yield Cause("rule")

    def _is_between(self, moment_s: int | None) -> bool:
        first, second = sorted((self.had.as_of_s, self.lacks.as_of_s))
        return moment_s is not None and first < moment_s <= second


def _report_kind(before: ReportFact | None, after: ReportFact) -> Kind:
    was, stands = before and before.classification, after.classification
    if was == stands:
        return "case_changed"
    if stands == "confirmed":
        return "case_confirmed"
    return "case_discarded" if was == "confirmed" or stands == "discarded" else "case_changed"


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
