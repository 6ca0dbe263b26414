"""Backward tracing: where, and by whom, cases can have been infected (R129)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from graph.cases import Case
from graph.database import Graph
from graph.errors import Refused
from graph.periods import Period, whole_seconds
from graph.rules import TracingRule
from graph.tracing import BUDGET
from graph.tracing.answer import CERTAINTIES, Contact
from graph.tracing.common_venues import CommonVenues, compare_venues
from graph.tracing.infectors import Infectious, Infectors
from graph.tracing.links import Infecting
from graph.tracing.sources import find_all_sources
from graph.tracing.stays import find_stays, instant, seconds_of
from graph.tracing.windows import WindowVisit, get_cases, source_window, visits_of, within


@dataclass(frozen=True, slots=True)
class PossibleSource:
    """Somebody who was with a case in its source window, infectious then.

    Args:
        hop: 0 for a confirmed case, 1 for the contact of one.
        infectious: the case's period by the rule; of a contact, from its own exposure on.
        minutes: of all the contacts, summed, whole, rounded down once.
        exposed_at: when the first of them exposes the case, at the earliest.
        certainty: that of the surest of them.
        contacts: every one, cut to both periods, the earliest first.
    """

    person_id: str
    hop: int
    infectious: Period
    minutes: int
    exposed_at: datetime
    certainty: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class SourcesOfCase:
    """One case: when it can have been infected, where it was then, and by whom it can have been.

    `sources` are ranked: confirmed cases before contacts, then more minutes, then the earlier
    exposure, then the lower person_id.
    """

    case: Case
    window: Period
    visits: Sequence[WindowVisit]
    sources: Sequence[PossibleSource]


@dataclass(frozen=True, slots=True)
class Backward:
    """Possible sources of cases, by case_id; of several cases also the venues they share."""

    rule: TracingRule
    as_of: datetime
    ms: float
    cases: Sequence[SourcesOfCase]
    common: CommonVenues | None


def find_possible_sources(
    graph: Graph,
    case_ids: Sequence[str],
    rule: TracingRule,
    as_of: datetime,
    *,
    is_with_contacts: bool = False,
    budget: int = BUDGET,
) -> Backward:
    """Return where and by whom cases can have been infected, as known at a moment.

    A stay or meeting counts as far as it lasts in the case's source window and in the other's
    infectious period, by the rule's least minutes.

    Args:
        is_with_contacts: whether those count too whom a confirmed case can have exposed
            before; they infect from then on, the latent time added, until isolated.
        budget: the most visits that one step may be estimated to read.

    Raises:
        NotFound: one of the cases was not known then.
        Refused: no case is named, too many are, `as_of` is to come, or it would read too much.
    """
    if as_of > datetime.now(UTC):
        raise Refused("as_of", "is in the future")
    as_of, began = whole_seconds(as_of), perf_counter()
    cases = get_cases(graph, case_ids, as_of)
    confirmed = find_all_sources(graph, rule, as_of)
    common = compare_venues(graph, cases, rule, as_of) if len(cases) > 1 else None
    asked = Infectors(graph, rule, as_of, budget)
    found = _sources(asked, cases, confirmed, is_with_contacts)
    return Backward(
        rule=rule, as_of=as_of, cases=found, common=common, ms=(perf_counter() - began) * 1000
    )


def _sources(
    asked: Infectors,
    cases: Sequence[Case],
    confirmed: Mapping[str, Period],
    is_with_contacts: bool,
) -> list[SourcesOfCase]:
    """Return the possible sources of each case, by case_id."""
    # Two cases of one person have a window each; a pass takes one window a person.
    found: dict[str, SourcesOfCase] = {}
    for some in _one_a_person(cases):
        windows = {case.person_id: source_window(case, asked.rule) for case in some}
        contacts = asked.contacts(windows, confirmed) if is_with_contacts else {}
        period = asked.periods(confirmed, contacts)
        infectors = asked.within(windows, [*confirmed, *contacts], period)
        visits = _visits(asked, windows)
        for case in some:
            one = case.person_id
            found[case.case_id] = SourcesOfCase(
                case=case,
                window=windows[one],
                visits=visits.get(one, ()),
                sources=_ranked(asked.rule, infectors.get(one, {}), confirmed.keys(), period, one),
            )
    return [found[case_id] for case_id in sorted(found)]


def _visits(asked: Infectors, windows: Mapping[str, Period]) -> dict[str, tuple[WindowVisit, ...]]:
    people = [within(*one) for one in sorted(windows.items())]
    by_person = defaultdict(list)
    for stay in find_stays(asked.graph, people, asked.rule, asked.as_of):
        by_person[stay.person_id].append(stay)
    return {person_id: visits_of(stays) for person_id, stays in by_person.items()}


def _ranked(
    rule: TracingRule,
    infectors: Mapping[str, Sequence[Infecting]],
    confirmed: Collection[str],
    period: Infectious,
    infected: str,
) -> list[PossibleSource]:
    least_s = seconds_of(rule.least)
    sources = []
    for one, contacts in infectors.items():
        infectious = period(infected, one)
        if infectious is None:
            continue
        seconds = sum(contact.seconds for contact in contacts)
        source = PossibleSource(
            person_id=one,
            hop=0 if one in confirmed else 1,
            infectious=infectious,
            minutes=seconds // 60,
            exposed_at=instant(contacts[0].exposes_s),
            certainty=CERTAINTIES[min(contact.doubt(least_s) for contact in contacts)],
            contacts=tuple(contact.contact(least_s) for contact in contacts),
        )
        sources.append((source.hop, -seconds, source.exposed_at, one, source))
    return [source for *_, source in sorted(sources, key=lambda row: row[:4])]


def _one_a_person(cases: Sequence[Case]) -> list[list[Case]]:
    """Return cases in as few passes as it takes for each to have one case a person."""
    passes: list[list[Case]] = []
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        number = counts[case.person_id]
        counts[case.person_id] += 1
        if number == len(passes):
            passes.append([])
        passes[number].append(case)
    return passes
