"""Who can have infected whom: contacts inside source windows with people infectious then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.database import Graph
from graph.errors import Refused
from graph.periods import Period, whole_seconds
from graph.rules import TracingRule
from graph.tracing import BUDGET
from graph.tracing.cypher import estimate_exposures
from graph.tracing.links import (
    Infecting,
    Link,
    count_stays,
    find_infectors,
    find_isolations,
    find_links,
    infecting,
)
from graph.tracing.stays import Within, epoch, instant, seconds_of
from graph.tracing.windows import within as asked_within

# By whom each contact was first exposed, and at which second of the epoch.
Exposures = Mapping[str, Mapping[str, int]]
# When somebody, the latter, was infectious for somebody else; None for never.
Infectious = Callable[[str, str], Period | None]


def find_infectors_of(
    graph: Graph,
    windows: Mapping[str, Period],
    infectious: Mapping[str, Period],
    rule: TracingRule,
    as_of: datetime,
    budget: int = BUDGET,
) -> dict[str, dict[str, list[Infecting]]]:
    """Return who can have infected people within their windows: by person, by infector.

    The contacts are the earliest first. Nobody infects themselves.

    Args:
        windows: of those who were infected, by person_id.
        infectious: periods of those who can have infected them, by person_id.

    Raises:
        Refused: it would read more visits than the budget.
    """
    asked = Infectors(graph, rule, whole_seconds(as_of), budget)
    return asked.within(windows, infectious, lambda _, infector: infectious[infector])


@dataclass(frozen=True, slots=True)
class Infectors:
    """How infectors are asked for: by which rule, as known when, at what cost at most."""

    graph: Graph
    rule: TracingRule
    as_of: datetime
    budget: int

    def within(
        self, windows: Mapping[str, Period], others: Iterable[str], period: Infectious
    ) -> dict[str, dict[str, list[Infecting]]]:
        """Return, by infected person and infector, the contacts, the earliest first."""
        people = [asked_within(*one) for one in sorted(windows.items())]
        beside = [Within(one) for one in sorted(set(others))]
        self._check(count_stays(self.graph, people) + count_stays(self.graph, beside))
        links = find_links(self.graph, people, beside, self.rule, self.as_of)
        least_s = seconds_of(self.rule.least)
        found: dict[str, dict[str, list[Infecting]]] = defaultdict(lambda: defaultdict(list))
        for link in links:
            infectious = period(link.one_id, link.other_id)
            if infectious is None:
                continue
            contact = self._contact(link, windows[link.one_id], infectious)
            if contact is not None:
                found[link.one_id][link.other_id].append(contact)
        for by_infector in found.values():
            for contacts in by_infector.values():
                contacts.sort(key=lambda one: one.order(least_s))
        return {one: dict(by_infector) for one, by_infector in found.items()}

    def contacts(self, windows: Mapping[str, Period], confirmed: Mapping[str, Period]) -> Exposures:
        """Return by whom, and when first, those were exposed who are no cases themselves.

        Only those who then were with one of the infected people.
        """
        near = [asked_within(*one) for one in sorted(windows.items())]
        self._check(_estimate(self.graph, near, self.rule))
        latest = find_infectors(self.graph, near, self.rule, self.as_of)
        latent_s = seconds_of(self.rule.latent)
        people = {
            one: Period(instant(0), instant(by_s - latent_s + 1))
            for one, by_s in latest.items()
            if one not in confirmed
        }
        infectors = self.within(people, confirmed, lambda _, infector: confirmed[infector])
        return {
            person_id: {case: contacts[0].exposes_s for case, contacts in by_case.items()}
            for person_id, by_case in infectors.items()
        }

    def periods(self, confirmed: Mapping[str, Period], contacts: Exposures) -> Infectious:
        """Return when each person was infectious for another one, None for never.

        Nobody was infected by those whom only they themselves can have infected.
        """
        latent_s = seconds_of(self.rule.latent)
        isolated = find_isolations(self.graph, contacts, self.as_of)

        def period(infected: str, infector: str) -> Period | None:
            if infector in confirmed:
                return confirmed[infector]
            moments = [at_s for case, at_s in contacts[infector].items() if case != infected]
            if not moments:
                return None
            until_s = isolated.get(infector)
            end = None if until_s is None else instant(until_s)
            return Period(instant(min(moments) + latent_s), end)

        return period

    def _contact(self, link: Link, window: Period, infectious: Period) -> Infecting | None:
        """Return a link of an infected person as the contact by which the other infects it."""
        ends = [epoch(end) for end in (window.end, infectious.end) if end is not None]
        from_s = max(epoch(window.start), epoch(infectious.start))
        least_s = seconds_of(self.rule.least)
        return infecting(link.turned(), from_s, min(ends) if ends else None, least_s)

    def _check(self, visits: int) -> None:
        if visits > self.budget:
            raise Refused("case", "would read more visits than the budget: name fewer cases")


def _estimate(graph: Graph, people: Sequence[Within], rule: TracingRule) -> int:
    frontier = [
        {
            "person_id": one.person_id,
            "infectious_from_s": one.from_s or 0,
            "infectious_until_s": one.until_s,
        }
        for one in people
    ]
    return estimate_exposures(graph, frontier, rule) if frontier else 0
