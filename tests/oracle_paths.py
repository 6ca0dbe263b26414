"""The brute-force reference that judges paths and backward tracing.

Written from DESIGN.md section 3: every chain of people, and for each every choice of contacts,
one after the other; nothing pruned, and of ours nothing but the contacts of `tests/oracle.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import permutations

from tests.facts import Infectious, Rule, World
from tests.oracle import (
    Contact,
    end_of,
    everybody,
    isolated_from,
    meetings_between,
    shared_stays,
    was_known,
)


@dataclass(frozen=True)
class Chain:
    """A path as judged: who is in it, when the last is exposed, what its weakest contact lasts."""

    people: tuple[str, ...]
    arrives_at: datetime
    weakest_s: float


class Chains:
    """Every chain between two groups of people in one world."""

    def __init__(
        self, world: World, sources: Mapping[str, Infectious], rule: Rule, as_of: datetime
    ) -> None:
        """Take what is asked; contacts are looked up once each."""
        self.world, self.sources, self.rule, self.as_of = world, sources, rule, as_of
        self.contacts = cache(self._contacts)

    def _contacts(self, r: str, q: str, since: datetime) -> list[Contact]:
        if r in self.sources:
            until = self.sources[r][1]
        else:
            until = isolated_from(self.world, r, self.as_of)
        stays = shared_stays(self.world, r, q, since, until, self.rule, self.as_of)
        return [*stays, *meetings_between(self.world, r, q, since, until, self.as_of)]

    def between(self, targets: frozenset[str], hops: int) -> Iterator[tuple[Contact, ...]]:
        """Yield every choice of contacts of every chain of people."""
        others = [q for q in everybody(self.world) if q not in self.sources and q not in targets]
        for source, target in ((s, t) for s in sorted(self.sources) for t in sorted(targets)):
            for count in range(hops):
                for middle in permutations(others, count):
                    yield from self.along((source, *middle, target), self.sources[source][0])

    def along(self, people: tuple[str, ...], since: datetime) -> Iterator[tuple[Contact, ...]]:
        """Yield every choice of contacts along some people, the first infectious from then."""
        if len(people) == 1:
            yield ()
            return
        for contact in self.contacts(people[0], people[1], since):
            for rest in self.along(people[1:], contact.exposes_at + self.rule.latent):
                yield (contact, *rest)


def people_of(contacts: tuple[Contact, ...]) -> tuple[str, ...]:
    """Return who is in a chain of contacts."""
    return (contacts[0].from_person, *(contact.to_person for contact in contacts))


def weakest_s(contacts: tuple[Contact, ...]) -> float:
    """Return how many seconds the shortest contact lasts."""
    return min((one.ended_at - one.started_at).total_seconds() for one in contacts)


def order(by: str, chain: Chain) -> tuple[object, ...]:
    """Return the place of a chain in an order; the lowest comes first."""
    count, arrives_at, people = len(chain.people) - 1, chain.arrives_at, chain.people
    if by == "fewest":
        return (count, arrives_at, people)
    if by == "earliest":
        return (arrives_at, count, people)
    return (-chain.weakest_s, count, arrives_at, people)


def paths(chains: Chains, targets: frozenset[str], hops: int, by: str) -> list[Chain]:
    """Return the best chain of each sequence of people, in order.

    For `strongest` a sequence goes by the contacts whose weakest is the strongest, of these by
    those that arrive first; else by those that expose each person the earliest.
    """
    best: dict[tuple[str, ...], Chain] = {}
    for contacts in chains.between(targets, hops):
        chain = Chain(people_of(contacts), contacts[-1].exposes_at, weakest_s(contacts))
        known = best.get(chain.people)
        if by == "strongest":
            is_better = known is None or order(by, chain) < order(by, known)
        else:
            is_better = known is None or chain.arrives_at < known.arrives_at
        if is_better:
            best[chain.people] = chain
    return sorted(best.values(), key=lambda chain: order(by, chain))


def infectors(
    world: World,
    q: str,
    window: Infectious,
    infectious: Mapping[str, Infectious],
    rule: Rule,
    as_of: datetime,
) -> dict[str, list[Contact]]:
    """Return who can have infected q inside a window, with every contact, cut to it.

    A stay or meeting counts as long as it lasts in the window and in the other's infectious
    period.
    """
    found = {}
    for r, (start, end) in infectious.items():
        if r == q:
            continue
        since = max(start, window[0])
        ends = [moment for moment in (end, window[1]) if moment is not None]
        until = min(ends) if ends else None
        stays = shared_stays(world, r, q, since, until, rule, as_of)
        contacts = [*stays, *meetings_between(world, r, q, since, until, as_of)]
        if contacts:
            found[r] = contacts
    return found


def visits_in(world: World, q: str, window: Infectious, rule: Rule, as_of: datetime) -> set[str]:
    """Return the visits of q that last into a window, as far as their end is known or counted."""
    found = set()
    for visit in world.visits:
        left = end_of(visit, rule.exits, as_of)
        if visit.person_id != q or not was_known(visit, as_of) or left is None:
            continue
        if left > window[0] and (window[1] is None or visit.arrived_at < window[1]):
            found.add(visit.visit_id)
    return found
