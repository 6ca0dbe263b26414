"""The links that chains between two groups of people can go by, found from both ends.

Whom the first group reaches in so many hops, and who reaches the second, meet in the middle:
so a chain of four contacts costs three hops, none of which is the fourth of a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from graph.database import Graph
from graph.periods import Period
from graph.rules import TracingRule
from graph.tracing.cypher import estimate_exposures, spread
from graph.tracing.links import Link, TooManyLinks, count_stays, find_infectors, find_links
from graph.tracing.stays import Within, epoch
from graph.tracing.stays import seconds_of as whole

Reason = Literal["visits", "links"]


class OverBudget(Exception):
    """A question would read more visits than allowed."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The links found; complete for chains of up to `contacts`, `reason` says why not for more."""

    links: Sequence[Link]
    contacts: int
    reason: Reason | None


@dataclass(slots=True)
class Between:
    """Two groups of people, and how far each of them was followed.

    `forward[i]` holds from when on people infect whom the first group reaches in at most i
    contacts, `backward[j]` by when people have to be exposed to reach the second group in at
    most j more, None where any time will do. Moments are seconds of the epoch.
    """

    graph: Graph
    sources: Mapping[str, Period]
    targets: frozenset[str]
    rule: TracingRule
    as_of: datetime
    budget: int
    forward: list[dict[str, int]] = field(default_factory=list)
    backward: list[dict[str, int | None]] = field(default_factory=list)

    def gather(self, contacts: int) -> Gathered:
        """Return the links of all chains of at most so many contacts, as far as the budget goes."""
        reason = self._follow(contacts)
        while True:
            try:
                links = self._links()
            except (OverBudget, TooManyLinks) as fault:
                reason = "links" if isinstance(fault, TooManyLinks) else "visits"
                if not self._step_back():
                    return Gathered((), 0, reason)
            else:
                complete = len(self.forward) + len(self.backward) - 1
                return Gathered(links, complete, reason)

    def _follow(self, contacts: int) -> Reason | None:
        ahead, back = contacts // 2, (contacts - 1) // 2
        latent_s = whole(self.rule.latent)
        begins = {one: epoch(period.start) for one, period in self.sources.items()}
        self.forward, self.backward = [begins], [dict.fromkeys(self.targets)]
        if ahead:
            levels, complete, stopped = spread(
                self.graph, self.sources, self.rule, ahead, self.as_of, self.budget
            )
            for hop in range(complete):
                # Where nobody was left to go on from, later levels are as the last.
                level = levels.recorded[hop] if hop < len(levels.recorded) else {}
                ready = {
                    one: found.exposed_at_s + latent_s
                    for one, found in level.items()
                    if one not in self.targets
                }
                self.forward.append({**self.forward[-1], **ready})
            if stopped is not None:
                return "visits"
        newest = self.backward[0]
        for _ in range(back):
            try:
                newest = self._infectors(newest)
            except OverBudget:
                return "visits"
            self.backward.append({**self.backward[-1], **newest})
        return None

    def _infectors(self, frontier: Mapping[str, int | None]) -> dict[str, int | None]:
        """Return who can have exposed a frontier in time, where that is later than known so far."""
        people = self._ends(frontier)
        self._check(people)
        latent_s, first = whole(self.rule.latent), min(self.forward[0].values())
        known = self.backward[-1]
        found = find_infectors(self.graph, people, self.rule, self.as_of)
        return {
            one: latest_s - latent_s
            for one, latest_s in found.items()
            if one not in self.sources
            and latest_s - latent_s >= first
            and _is_later(latest_s - latent_s, known.get(one, first - 1))
        }

    def _links(self) -> list[Link]:
        """Return the links in the middle, then those that lead there from either group."""
        starts, ends = self.forward[-1], self.backward[-1]
        links = self._joining(starts, ends)
        found = set(links)
        before, after = _ends_in(links, starts), _ends_in(links, ends)
        for level in reversed(self.forward[:-1]):
            more = self._joining(level, self._some(before))
            found.update(more)
            before = _ends_in(more, level) | (before & level.keys())
        for later in reversed(self.backward[:-1]):
            more = self._joining(self._some_starts(after), later)
            found.update(more)
            after = _ends_in(more, later) | (after & later.keys())
        return sorted(found, key=lambda link: (link.one_id, link.other_id, link.started_s))

    def _some(self, people: Iterable[str]) -> dict[str, int | None]:
        return dict.fromkeys(one for one in people if one not in self.sources)

    def _some_starts(self, people: Iterable[str]) -> dict[str, int]:
        first, known = min(self.forward[0].values()), self.forward[-1]
        return {one: known.get(one, first) for one in people if one not in self.targets}

    def _joining(self, starts: Mapping[str, int], ends: Mapping[str, int | None]) -> list[Link]:
        """Return the links from people who infect to people who are exposed by them in time."""
        people, others = [Within(*one) for one in sorted(starts.items())], self._ends(ends)
        if people and others:
            visits = count_stays(self.graph, people) + count_stays(self.graph, others)
            if visits > self.budget:
                raise OverBudget
        return find_links(self.graph, people, others, self.rule, self.as_of)

    def _ends(self, ends: Mapping[str, int | None]) -> list[Within]:
        first = min(self.forward[0].values())
        return [
            # A meeting exposes at its very start, so the last second counts.
            Within(one, first, None if by_s is None else by_s + 1)
            for one, by_s in sorted(ends.items())
        ]

    def _check(self, people: Sequence[Within]) -> None:
        frontier = [
            {
                "person_id": one.person_id,
                "infectious_from_s": one.from_s or 0,
                "infectious_until_s": one.until_s,
            }
            for one in people
        ]
        if frontier and estimate_exposures(self.graph, frontier, self.rule) > self.budget:
            raise OverBudget

    def _step_back(self) -> bool:
        """Forget the last hop of the side that was followed further; tell whether there was one."""
        if len(self.forward) == len(self.backward) == 1:
            return False
        if len(self.forward) > len(self.backward):
            self.forward.pop()
        else:
            self.backward.pop()
        return True


def _is_later(moment: int, known: int | None) -> bool:
    return known is not None and moment > known


def _ends_in(links: Iterable[Link], people: Mapping[str, object]) -> set[str]:
    return {one for link in links for one in (link.one_id, link.other_id) if one in people}
