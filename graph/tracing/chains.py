"""Chains of contacts between people, the best first, without making all of them; pure.

A chain goes by links in time order, and by each person at most once. It is searched best
first: what is known of a beginning, and what is at best to come, bounds what any chain that
begins so can be worth. What is at best to come is exact but for the rule that nobody comes
twice, so that little is looked at in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from typing import Literal, get_args

from graph.tracing.links import Infecting, Link, infecting

By = Literal["fewest", "strongest", "earliest"]
ORDERS: tuple[By, ...] = get_args(By)
# Beginnings of chains that one search looks at: some ten seconds.
MOST_BEGINNINGS = 200_000

Strength = Callable[[Infecting], float]


@dataclass(frozen=True, slots=True)
class Field:
    """Where chains are looked for; moments are seconds of the epoch, ends excluded.

    Args:
        links: by one person, then by the other.
        sources: where chains begin, with the infectious period of each.
        targets: where they end; neither group comes in between.
        isolated: from when on those in between infect nobody.
        strength: what a contact weighs, more than nothing.
    """

    links: Mapping[str, Mapping[str, list[Link]]]
    sources: Mapping[str, tuple[int, int | None]]
    targets: Collection[str]
    isolated: Mapping[str, int]
    least_s: int
    latent_s: int
    strength: Strength

    def until(self, person_id: str) -> int | None:
        """Return when somebody ceases to infect, None for not yet."""
        if person_id in self.sources:
            return self.sources[person_id][1]
        return self.isolated.get(person_id)

    def contacts(self, person_id: str, from_s: int, other_id: str) -> list[Infecting]:
        """Return the contacts of somebody, infectious from a second on, with one other."""
        until_s = self.until(person_id)
        found = (
            infecting(link, from_s, until_s, self.least_s)
            for link in self.links[person_id][other_id]
        )
        return sorted((one for one in found if one), key=lambda one: one.order(self.least_s))

    def others(self, person_id: str) -> Collection[str]:
        """Return whom somebody has links with, sources left out."""
        return [one for one in self.links.get(person_id, ()) if one not in self.sources]


@dataclass(frozen=True, slots=True)
class Chain:
    """Contacts from a source to a target; `weakest` is the least strength among them."""

    contacts: tuple[Infecting, ...]
    weakest: float

    @property
    def arrives_s(self) -> int:
        """When the last contact exposes its person."""
        return self.contacts[-1].exposes_s

    @property
    def people(self) -> tuple[str, ...]:
        """Who is in it, from the source to the target."""
        return (self.contacts[0].link.one_id, *(one.link.other_id for one in self.contacts))


@dataclass(frozen=True, slots=True)
class Beginning:
    """The people of a chain so far, and the ways to come by them that no other way beats."""

    people: tuple[str, ...]
    ways: tuple[Chain, ...]
    from_s: int

    def ready_s(self, way: Chain, latent_s: int) -> int:
        """Return from when on the last person infects, come by this way."""
        return way.arrives_s + latent_s if way.contacts else self.from_s


class ToCome:
    """What is at best to come from a person who infects from a second on, in so many contacts."""

    def __init__(self, where: Field, hops: int, by: By) -> None:
        self._where, self._by = where, by
        self._latest = _latest_starts(where, hops)
        self._arrivals: dict[tuple[str, int, int], float] = {}
        self._weakest: dict[tuple[str, int, int], float] = {}

    def contacts(self, person_id: str, from_s: int, hops: int) -> float:
        """Return the fewest contacts to a target, infinity if there is none within `hops`."""
        if person_id in self._where.targets:
            return 0
        for count in range(1, hops + 1):
            if from_s <= self._latest[count].get(person_id, -inf):
                return count
        return inf

    def arrival(self, person_id: str, from_s: int, hops: int) -> float:
        """Return the earliest moment at which a target can be exposed."""
        key = person_id, from_s, hops
        if key not in self._arrivals:
            best = inf
            for other, contact in self._firsts(person_id, from_s, hops):
                if other in self._where.targets:
                    best = min(best, contact.exposes_s)
                elif contact.exposes_s < best:
                    best = min(best, self.arrival(other, self._ready(contact), hops - 1))
            self._arrivals[key] = best
        return self._arrivals[key]

    def weakest(self, person_id: str, from_s: int, hops: int) -> float:
        """Return the most that the weakest contact can weigh on the way to a target."""
        key = person_id, from_s, hops
        if key not in self._weakest:
            best = -inf
            for other, contact in self._all(person_id, from_s, hops):
                strength = self._where.strength(contact)
                if strength > best:
                    rest = inf
                    if other not in self._where.targets:
                        rest = self.weakest(other, self._ready(contact), hops - 1)
                    best = max(best, min(strength, rest))
            self._weakest[key] = best
        return self._weakest[key]

    def _ready(self, contact: Infecting) -> int:
        return contact.exposes_s + self._where.latent_s

    def leads_on(self, person_id: str, contact: Infecting, hops: int) -> bool:
        """Tell whether a target lies within `hops` contacts after this one."""
        return self.contacts(person_id, self._ready(contact), hops) <= hops

    def _all(self, person_id: str, from_s: int, hops: int) -> Iterator[tuple[str, Infecting]]:
        for other in self._where.others(person_id):
            for contact in self._where.contacts(person_id, from_s, other):
                if self.leads_on(other, contact, hops - 1):
                    yield other, contact

    def _firsts(self, person_id: str, from_s: int, hops: int) -> Iterator[tuple[str, Infecting]]:
        for other in self._where.others(person_id):
            contacts = self._where.contacts(person_id, from_s, other)
            if contacts and self.leads_on(other, contacts[0], hops - 1):
                yield other, contacts[0]

    def bound(
        self, people: tuple[str, ...], ready_s: int, way: Chain, hops: int
    ) -> tuple[float, ...]:
        """Return the least place in the order that a chain which begins so can have."""
        last, left = people[-1], hops - len(way.contacts)
        if last in self._where.targets:
            return _place(self._by, len(way.contacts), way.arrives_s, way.weakest)
        fewest = self.contacts(last, ready_s, left)
        if fewest > left:
            return (inf,)
        count = len(way.contacts) + fewest
        if self._by == "fewest":
            return _place(self._by, count, self.arrival(last, ready_s, int(fewest)), 0)
        arrival = self.arrival(last, ready_s, left)
        weakest = way.weakest
        if self._by == "strongest":
            weakest = min(weakest, self.weakest(last, ready_s, left))
        return _place(self._by, count, arrival, weakest)


def _place(by: By, contacts: float, arrives_s: float, weakest: float) -> tuple[float, ...]:
    """Return what chains are ordered by; then the lower ids of their people decide."""
    if by == "fewest":
        return (contacts, arrives_s)
    if by == "earliest":
        return (arrives_s, contacts)
    return (-weakest, contacts, arrives_s)


def _latest_starts(where: Field, hops: int) -> list[dict[str, float]]:
    """Return, by number of contacts, when at the latest each person may begin to infect.

    Whoever begins later reaches no target in so many contacts.
    """
    latest: list[dict[str, float]] = [dict.fromkeys(where.targets, inf)]
    for _ in range(hops):
        before, now = latest[-1], dict(latest[-1])
        for other, by_s in before.items():
            for person_id, turned in where.links.get(other, {}).items():
                if person_id in where.targets or other in where.sources:
                    continue
                until_s = where.until(person_id)
                for link in turned:
                    start = _latest_start(where, link, until_s, by_s - where.latent_s)
                    if start > now.get(person_id, -inf):
                        now[person_id] = start
        latest.append(now)
    return latest


def _latest_start(where: Field, link: Link, until_s: int | None, exposed_by: float) -> float:
    """Return when the other person of a link may begin at the latest to expose the one by then."""
    ended_s = link.ended_s if until_s is None else min(link.ended_s, until_s)
    if link.venue_id is None:
        is_contact = ended_s > link.started_s and link.started_s <= exposed_by
        return min(ended_s - 1, exposed_by) if is_contact else -inf
    is_contact = ended_s - link.started_s >= where.least_s
    if not is_contact or link.started_s + where.least_s > exposed_by:
        return -inf
    return min(ended_s, exposed_by) - where.least_s


@dataclass(slots=True)
class Search:
    """A search for the best chains; `is_cut` tells that it ended before it had seen them all."""

    where: Field
    hops: int
    by: By
    is_cut: bool = False
    most: int = MOST_BEGINNINGS
    _queue: list[tuple[tuple[float, ...], tuple[str, ...], int, Beginning]] = field(
        default_factory=list
    )
    _seen: int = 0

    def chains(self) -> Iterator[Chain]:
        """Yield chains of different people, the best first, each with its best contacts."""
        to_come = ToCome(self.where, self.hops, self.by)
        for source, (from_s, _) in sorted(self.where.sources.items()):
            self._add(to_come, Beginning((source,), (Chain((), inf),), from_s))
        while self._queue:
            _, people, _, beginning = heappop(self._queue)
            if people[-1] in self.where.targets:
                yield self._best(beginning)
                continue
            if self._seen > self.most:
                self.is_cut = True
                return
            for other in self.where.others(people[-1]):
                if other not in people:
                    self._go_on(to_come, beginning, other)

    def _go_on(self, to_come: ToCome, beginning: Beginning, other: str) -> None:
        last, left = beginning.people[-1], self.hops - len(beginning.people)
        ways = []
        for way in beginning.ways:
            ready_s = beginning.ready_s(way, self.where.latent_s)
            contacts = self.where.contacts(last, ready_s, other)
            if self.by != "strongest":
                contacts = contacts[:1]
            for contact in contacts:
                if to_come.leads_on(other, contact, left):
                    weakest = min(way.weakest, self.where.strength(contact))
                    ways.append(Chain((*way.contacts, contact), weakest))
        if ways:
            people = (*beginning.people, other)
            self._add(to_come, Beginning(people, _unbeaten(ways), beginning.from_s))

    def _add(self, to_come: ToCome, beginning: Beginning) -> None:
        place = min(
            to_come.bound(
                beginning.people, beginning.ready_s(way, self.where.latent_s), way, self.hops
            )
            for way in beginning.ways
        )
        if place != (inf,):
            self._seen += 1
            heappush(self._queue, (place, beginning.people, self._seen, beginning))

    def _best(self, beginning: Beginning) -> Chain:
        return min(
            beginning.ways,
            key=lambda way: _place(self.by, len(way.contacts), way.arrives_s, way.weakest),
        )


def _unbeaten(ways: list[Chain]) -> tuple[Chain, ...]:
    """Return the ways of which no other is both as early and as strong; of equals the first."""
    kept: list[Chain] = []
    for way in sorted(ways, key=lambda way: (way.arrives_s, -way.weakest)):
        if not kept or way.weakest > kept[-1].weakest:
            kept.append(way)
    return tuple(kept)
