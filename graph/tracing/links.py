"""Links: every stay that two groups of people shared, and every meeting between them.

A link has no direction and is not cut to anybody's infectious period; `Infecting` says which
contact it makes of it, as DESIGN section 3 defines one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.database import Graph
from graph.rules import TracingRule
from graph.tracing.answer import CERTAINTIES, Contact
from graph.tracing.stays import Stay, Within, find_stays, instant, seconds_of

# Links that one question may bring in: some 100 MB and a few seconds.
MOST_LINKS = 200_000


class TooManyLinks(Exception):
    """Two groups share more stays than one question may bring in."""


@dataclass(frozen=True, slots=True)
class Link:
    """A shared stay, or a meeting (`venue_id` None), of two people.

    Moments are whole seconds of the epoch, the end excluded. `expected_s` is the end by the
    expected exits; `is_known` tells whether both exits are known, or it is a meeting. The
    facts are the two visits, or the meeting twice; the sources are where these were told.
    """

    one_id: str
    other_id: str
    venue_id: str | None
    started_s: int
    ended_s: int
    expected_s: int
    is_known: bool
    one_fact_id: str
    other_fact_id: str
    one_source: str
    other_source: str

    def turned(self) -> Link:
        """Return the same link as the other person has it."""
        return Link(
            self.other_id,
            self.one_id,
            self.venue_id,
            self.started_s,
            self.ended_s,
            self.expected_s,
            self.is_known,
            self.other_fact_id,
            self.one_fact_id,
            self.other_source,
            self.one_source,
        )


def find_links(
    graph: Graph,
    people: Iterable[Within],
    others: Iterable[Within],
    rule: TracingRule,
    as_of: datetime,
    most: int = MOST_LINKS,
) -> list[Link]:
    """Return the links between some people and some others, by the ids of both, then by time.

    What both have in common must last within the bounds of each. Where somebody stands on both
    sides a link is there from each end. The visits of both are read and laid side by side: who
    else was at the same places is not.

    Raises:
        TooManyLinks: there are more than `most`.
    """
    ones, ends = list(people), list(others)
    if not ones or not ends:
        return []
    found = set(_meetings(graph, ones, ends, as_of))
    fewer, more = sorted((ones, ends), key=len)
    beside: dict[tuple[str, int], list[Stay]] = defaultdict(list)
    for stay in find_stays(graph, fewer, rule, as_of):
        beside[stay.venue_id, stay.day_s].append(stay)
    least_s = seconds_of(rule.least)
    for stay in find_stays(graph, more, rule, as_of, beside.keys()):
        for other in beside[stay.venue_id, stay.day_s]:
            pair = (stay, other) if more is ones else (other, stay)
            link = _shared(*pair, least_s)
            if link is not None:
                found.add(link)
        if len(found) > most:
            raise TooManyLinks
    return sorted(found, key=_place)


def _shared(one: Stay, other: Stay, least_s: int) -> Link | None:
    """Return two visits to one place as a link, None where too little of them is shared."""
    started_s = max(one.arrived_s, other.arrived_s)
    ended_s = min(one.left_s, other.left_s)
    if ended_s - started_s < least_s or one.person_id == other.person_id:
        return None
    return Link(
        one_id=one.person_id,
        other_id=other.person_id,
        venue_id=one.venue_id,
        started_s=started_s,
        ended_s=ended_s,
        expected_s=min(one.expected_s, other.expected_s),
        is_known=one.is_known and other.is_known,
        one_fact_id=one.visit_id,
        other_fact_id=other.visit_id,
        one_source=one.source,
        other_source=other.source,
    )


def _meetings(
    graph: Graph, people: Sequence[Within], others: Sequence[Within], as_of: datetime
) -> list[Link]:
    within = {one.person_id: one for one in others}
    [columns] = graph.read(
        "tracing/find_meetings_between",
        people=[one.row() for one in people],
        others=sorted(within),
        as_of=as_of,
    )
    names = ("one_id", "other_id", "started_s", "ended_s", "contact_id", "source")
    rows = zip(*(columns[name] for name in names), strict=True)
    return [
        Link(
            one_id=one,
            other_id=other,
            venue_id=None,
            started_s=started_s,
            ended_s=ended_s,
            expected_s=ended_s,
            is_known=True,
            one_fact_id=contact_id,
            other_fact_id=contact_id,
            one_source=source,
            other_source=source,
        )
        for one, other, started_s, ended_s, contact_id, source in rows
        if within[other].holds(started_s, ended_s)
    ]


def _place(link: Link) -> tuple[str, str, int, str, str]:
    return link.one_id, link.other_id, link.started_s, link.one_fact_id, link.other_fact_id


def count_stays(graph: Graph, people: Iterable[Within]) -> int:
    """Return about how many visits `find_links` reads of some people."""
    wanted = sorted({one.person_id for one in people})
    return int(graph.read("tracing/count_stays", person_ids=wanted)[0]["visits"])


def find_infectors(
    graph: Graph, people: Iterable[Within], rule: TracingRule, as_of: datetime
) -> dict[str, int]:
    """Return who shared a stay or meeting with people: by person, the latest useful beginning.

    Who began to infect after that second of the epoch exposed none of them.
    """
    rows = [one.row() for one in people]
    if not rows:
        return {}
    name = "expand_infectors_over_zones" if rule.roll_up_zones else "expand_infectors"
    [columns] = graph.read(
        f"tracing/{name}",
        frontier=rows,
        least=rule.least,
        exits=rule.exits,
        categories=sorted(rule.categories),
        as_of=as_of,
    )
    return dict(zip(columns["person_id"], columns["latest_s"], strict=True))


@dataclass(frozen=True, slots=True)
class Infecting:
    """A link as a contact: one infectious person exposes the other; seconds of the epoch."""

    link: Link
    started_s: int
    ended_s: int
    exposes_s: int

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.ended_s - self.started_s

    def contact(self, least_s: int) -> Contact:
        """Return it as answers show it."""
        link = self.link
        return Contact(
            from_person=link.one_id,
            to_person=link.other_id,
            venue_id=link.venue_id,
            started_at=instant(self.started_s),
            ended_at=instant(self.ended_s),
            minutes=self.seconds // 60,
            certainty=CERTAINTIES[self.doubt(least_s)],
        )

    def doubt(self, least_s: int) -> int:
        """Return 0 where it is certain, 1 probable, 2 possible."""
        if self.link.is_known:
            return 0
        return 1 if self.started_s + least_s <= self.link.expected_s else 2

    def order(self, least_s: int) -> tuple[object, ...]:
        """Return what decides between contacts with one person; the lowest comes first."""
        link = self.link
        return (
            self.exposes_s,
            link.venue_id is None,
            link.venue_id or "",
            self.ended_s,
            self.doubt(least_s),
            link.one_fact_id,
            link.other_fact_id,
        )


def infecting(link: Link, from_s: int, until_s: int | None, least_s: int) -> Infecting | None:
    """Return the contact that a link makes if its one person is infectious in `[from, until)`."""
    started_s = max(link.started_s, from_s)
    ended_s = link.ended_s if until_s is None else min(link.ended_s, until_s)
    if link.venue_id is None:
        return Infecting(link, started_s, ended_s, started_s) if ended_s > started_s else None
    if ended_s - started_s < least_s:
        return None
    return Infecting(link, started_s, ended_s, started_s + least_s)


def find_isolations(graph: Graph, person_ids: Iterable[str], as_of: datetime) -> dict[str, int]:
    """Return from when on people who are no sources infect nobody; the never isolated left out."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return {}
    rows = graph.read("tracing/find_infectious_ends", person_ids=wanted, as_of=as_of)
    return {row["person_id"]: row["until_s"] for row in rows}


def by_person(links: Sequence[Link]) -> dict[str, dict[str, list[Link]]]:
    """Return links by one end and by the other, each link from both ends and once."""
    found: dict[str, dict[str, dict[tuple[str, str], Link]]] = {}
    for link in links:
        for turned in (link, link.turned()):
            between = found.setdefault(turned.one_id, {}).setdefault(turned.other_id, {})
            between[turned.one_fact_id, turned.other_fact_id] = turned
    return {
        one: {other: list(between.values()) for other, between in others.items()}
        for one, others in found.items()
    }
