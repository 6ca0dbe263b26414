"""Why an evidence path of one trace does not hold in another: the steps that make or break it.

A path that held in full in the other trace would have led there too. So some step of it
does not, and what differs between the two for that step is the cause: a fact that became
known in between or was withdrawn, or what was asked otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from graph.tracing.answer import Contact, TracedPerson
from graph.tracing.causes import Cause, Differences, Side
from graph.tracing.facts import Facts, MeetingFact, VisitFact, rule_counts, was_known
from graph.tracing.saved import ERASED


@dataclass(frozen=True, slots=True)
class Step:
    """A contact of a path: the hop it leads to, when it exposes, and the contact before it."""

    contact: Contact
    hop: int
    exposes_s: int
    before_s: int


Infectious = tuple[int, int | None]
# Which side each part of a step is looked at on: a step is tried part by part.
Sides = tuple[Side, ...]


class Search:
    """Finds what a path of `had` lacks in `lacks`."""

    def __init__(self, facts: Facts, had: Side, lacks: Side) -> None:
        self.facts, self.had, self.lacks = facts, had, lacks
        self.differences = Differences(facts, had, lacks)

    def causes(self, person: TracedPerson) -> tuple[Cause, ...]:
        """Return why the path to a person does not hold on the other side, the first step first.

        Several where the path lacks several facts; `unexplained` where the store holds
        nothing that tells, as after a venue was given another kind.
        """
        steps = list(self._steps(person))
        first = 0
        for step in steps[:-1]:
            if self.lacks.has_reached(step.contact.to_person, step.hop, step.exposes_s):
                first = step.hop
        found: dict[Cause, None] = {}
        for step in steps[first:]:
            reached = step.contact.to_person
            through = None if reached in (person.person_id, ERASED) else reached
            for cause in self._of_step(step):
                found[replace(cause, through=through)] = None
        if person.hop > self.lacks.trace.complete_hops:
            found[Cause("stopped" if self.lacks.trace.stopped else "hops")] = None
        return tuple(found) or (Cause("unexplained"),)

    def of_report(self, person_id: str) -> tuple[Cause, ...]:
        """Return which reports made somebody a source or a case, or no longer one."""
        return tuple(self.differences.reports(person_id)) or (
            Cause("sources", person_id=person_id),
        )

    def _steps(self, person: TracedPerson) -> Iterator[Step]:
        before_s = 0
        for hop, contact in enumerate(person.path, start=1):
            exposes_s = int(contact.started_at.timestamp())
            if contact.venue_id is not None:
                exposes_s += int(self.had.trace.rule.least.total_seconds())
            yield Step(contact, hop, exposes_s, before_s)
            before_s = exposes_s

    def _of_step(self, step: Step) -> Iterator[Cause]:
        giver, taker = step.contact.from_person, step.contact.to_person
        if ERASED in (giver, taker):
            yield Cause("erased")
            return
        if step.contact.venue_id is None:
            meetings = self.facts.meetings.get((giver, taker), ())
            tries = [self._meeting(step, meeting) for meeting in meetings]
        else:
            here = step.contact.venue_id
            visits = self.facts.visits
            pairs = product(visits.get((giver, here), ()), visits.get((taker, here), ()))
            tries = [self._stay(step, one, other) for one, other in pairs]
        if any(one.holds((self.lacks,) * len(one.parts)) for one in tries):
            return
        candidates = [one.needed(self.had, self.lacks) for one in tries]
        lacking = min(filter(None, candidates), key=len, default=())
        for explain in lacking:
            yield from explain()

    def _stay(self, step: Step, one: VisitFact, other: VisitFact) -> Try:
        def holds(sides: Sides) -> bool:
            of_one, of_other, of_period, of_rule = sides
            rule = of_rule.trace.rule
            period = self._infectious(step, of_period, of_rule)
            ends = (
                one.end_s(rule.exits, of_one.as_of_s),
                other.end_s(rule.exits, of_other.as_of_s),
            )
            if period is None or None in ends or not rule_counts(rule, one, other):
                return False
            start = max(one.arrived_at_s, other.arrived_at_s, period[0])
            end = min(moment for moment in (*ends, period[1]) if moment is not None)
            least = int(rule.least.total_seconds())
            return end - start >= least and start + least <= step.exposes_s

        return Try(
            holds,
            (
                lambda: self.differences.visit(one),
                lambda: self.differences.visit(other),
                lambda: self.differences.period(step.contact.from_person),
                self.differences.rule,
            ),
        )

    def _meeting(self, step: Step, meeting: MeetingFact) -> Try:
        def holds(sides: Sides) -> bool:
            of_meeting, of_period, of_rule = sides
            period = self._infectious(step, of_period, of_rule)
            if period is None or not was_known(meeting, of_meeting.as_of_s):
                return False
            start = max(meeting.started_at_s, period[0])
            end = meeting.ended_at_s if period[1] is None else min(meeting.ended_at_s, period[1])
            return start < end and start <= step.exposes_s

        return Try(
            holds,
            (
                lambda: self.differences.met(meeting),
                lambda: self.differences.period(step.contact.from_person),
                self.differences.rule,
            ),
        )

    def _infectious(self, step: Step, of_period: Side, of_rule: Side) -> Infectious | None:
        """Return when the giver of a step infects on a side; None if they do not."""
        giver = step.contact.from_person
        if source := of_period.trace.sources.get(giver):
            until = None if source.end is None else int(source.end.timestamp())
            return int(source.start.timestamp()), until
        if step.hop == 1:
            return None
        from_s = step.before_s + int(of_rule.trace.rule.latent.total_seconds())
        return from_s, self.facts.isolated_from_s(giver, of_period.as_of_s)


@dataclass(frozen=True, slots=True)
class Try:
    """Two visits or a meeting that may make a step: whether it holds, and what explains parts."""

    holds: Callable[[Sides], bool]
    parts: tuple[Callable[[], Iterator[Cause]], ...]

    def needed(self, had: Side, lacks: Side) -> tuple[Callable[[], Iterator[Cause]], ...]:
        """Return the parts for whose difference it fails, each alone; all where that is not all.

        None at all where it does not make the step on the side that had it.
        """
        places = range(len(self.parts))
        if not self.holds(tuple(had for _ in places)):
            return ()
        alone = {
            place
            for place in places
            if not self.holds(tuple(lacks if n == place else had for n in places))
        }
        if not self.holds(tuple(had if n in alone else lacks for n in places)):
            return self.parts
        return tuple(self.parts[place] for place in sorted(alone))
