"""Paths: the chains of contacts by which one person can have infected another (R219)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter
from typing import Literal

from graph.categories import UNKNOWN
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period, local_day, whole_seconds
from graph.rules import TracingRule
from graph.tracing import BUDGET, MOST_HOPS
from graph.tracing.answer import Contact
from graph.tracing.between import Between, Gathered
from graph.tracing.chains import ORDERS, By, Chain, Field, Search
from graph.tracing.links import Infecting, by_person, find_isolations
from graph.tracing.sources import find_sources
from graph.tracing.stays import epoch, instant, seconds_of
from graph.weighting import Weighting

MOST_PATHS = 50
MOST_PEOPLE = 1000

StopReason = Literal["visits", "links", "chains"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which paths are asked for.

    Args:
        hops: the most contacts, 1 to 6. most: how many paths, 1 to 50.
        by: `fewest` contacts, then the earlier arrival; `earliest` arrival, then fewer
            contacts; `strongest` weakest contact, then fewer contacts, then the earlier
            arrival. Further ties go to the lower ids of the people, from the first on.
        weighting: what minutes are multiplied by, setting and recency; None for 1.
    """

    hops: int = 3
    most: int = 5
    by: By = "fewest"
    weighting: Weighting | None = None


DEFAULT = Wanted()


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a path, what it weighs, and where the visits or the meeting were told.

    `strength` is the contact's minutes, exactly, times setting and recency where weighed.
    """

    contact: Contact
    strength: float
    told_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of contacts in time order; `arrives_at` is when its last person is exposed."""

    steps: tuple[Step, ...]
    arrives_at: datetime

    @property
    def weakest(self) -> Step:
        """The step of the least strength, the first of equals."""
        return min(self.steps, key=lambda step: step.strength)


@dataclass(frozen=True, slots=True)
class Paths:
    """The best paths between two groups of people, the best first, each of other people.

    Complete for paths of `complete_hops` contacts; where that is less than was asked for, or
    fewer paths are here than there may be, `stopped` says why: a step would have read more
    `visits` than the budget, the people on the way share too many `links`, or there are too
    many `chains` to look through.
    """

    rule: TracingRule
    as_of: datetime
    ms: float
    sources: Mapping[str, Period]
    targets: Sequence[str]
    wanted: Wanted
    complete_hops: int
    paths: Sequence[Path]
    stopped: StopReason | None


def find_paths(
    graph: Graph,
    sources: Mapping[str, Period],
    targets: Collection[str],
    rule: TracingRule,
    as_of: datetime,
    wanted: Wanted = DEFAULT,
    budget: int = BUDGET,
) -> Paths:
    """Return the chains of contacts by which sources can have exposed targets.

    A path leaves the sources once and enters the targets once; nobody comes twice. Each
    contact starts no earlier than the one before exposed its person, the latent time added,
    and before that person was isolated. Paths of the same people are one, by the contacts
    that expose the earliest, for `strongest` by those whose weakest is the strongest.

    Args:
        sources: when each is infectious: UTC, end excluded, None for open.
        budget: the most visits that one step may be estimated to read.

    Raises:
        Refused: an argument is out of bounds, or somebody stands at both ends.
    """
    _check(sources, targets, as_of, wanted)
    as_of, began = whole_seconds(as_of), perf_counter()
    ends = frozenset(targets)
    gathered = Between(graph, sources, ends, rule, as_of, budget).gather(wanted.hops)
    links = by_person(gathered.links)
    isolated = find_isolations(graph, links.keys() - sources.keys() - ends, as_of)
    where = Field(
        links=links,
        sources={one: _seconds(period) for one, period in sources.items()},
        targets=ends,
        isolated=isolated,
        least_s=seconds_of(rule.least),
        latent_s=seconds_of(rule.latent),
        strength=_strength(graph, gathered, as_of, wanted.weighting),
    )
    search = Search(where, gathered.contacts, wanted.by)
    found = list(islice(search.chains(), wanted.most))
    return Paths(
        rule=rule,
        as_of=as_of,
        ms=(perf_counter() - began) * 1000,
        sources=dict(sources),
        targets=sorted(ends),
        wanted=wanted,
        complete_hops=gathered.contacts,
        paths=[_path(chain, where) for chain in found],
        stopped=_stop(gathered, search),
    )


def find_starts(
    graph: Graph, person_ids: Collection[str], rule: TracingRule, as_of: datetime
) -> Mapping[str, Period]:
    """Return when people are infectious by the cases they had at a moment.

    Raises:
        NotFound: nobody has one of the ids.
        Refused: one of them had no case; then the period must be given.
    """
    cases = find_case_ids(graph, person_ids, as_of)
    if not all(cases.values()):
        raise Refused("from", "has no case: say from when on the person is infectious")
    case_ids = [case_id for every in cases.values() for case_id in every]
    return find_sources(graph, case_ids, rule, as_of)


def find_case_ids(
    graph: Graph, person_ids: Collection[str], as_of: datetime
) -> Mapping[str, Sequence[str]]:
    """Return the cases that people had at a moment, by person_id; none for who had no case.

    Raises:
        NotFound: nobody has one of the ids.
    """
    wanted = sorted(set(person_ids))
    rows = graph.read("people/find_case_ids", person_ids=wanted, as_of=as_of) if wanted else []
    if len(rows) != len(wanted):
        raise NotFound("person")
    return {row["person_id"]: row["case_ids"] for row in rows}


def _check(
    sources: Mapping[str, Period], targets: Collection[str], as_of: datetime, wanted: Wanted
) -> None:
    if not 1 <= wanted.hops <= MOST_HOPS:
        raise Refused("hops", f"is not within 1 to {MOST_HOPS}")
    if not 1 <= wanted.most <= MOST_PATHS:
        raise Refused("most", f"is not within 1 to {MOST_PATHS}")
    if wanted.by not in ORDERS:
        raise Refused("by", f"is none of {', '.join(ORDERS)}")
    if as_of > datetime.now(UTC):
        raise Refused("as_of", "is in the future")
    if not sources or not targets:
        raise Refused("to" if sources else "from", "is empty")
    if len(sources) > MOST_PEOPLE or len(targets) > MOST_PEOPLE:
        raise Refused("from" if len(sources) > MOST_PEOPLE else "to", "names too many people")
    if sources.keys() & set(targets):
        raise Refused("to", "names somebody from whom the paths start")


def _seconds(period: Period) -> tuple[int, int | None]:
    return epoch(period.start), None if period.end is None else epoch(period.end)


def _strength(
    graph: Graph, gathered: Gathered, as_of: datetime, weighting: Weighting | None
) -> Callable[[Infecting], float]:
    """Return what a contact weighs: its minutes, times setting and recency where asked."""
    if weighting is None:
        return lambda contact: contact.seconds / 60
    venue_ids = sorted({link.venue_id for link in gathered.links if link.venue_id is not None})
    rows = graph.read("venues/find_categories", venue_ids=venue_ids) if venue_ids else []
    categories = {row["venue_id"]: row["category"] for row in rows}
    today, chosen = local_day(as_of), weighting

    def strength(contact: Infecting) -> float:
        venue_id = contact.link.venue_id
        category = None if venue_id is None else categories.get(venue_id, UNKNOWN)
        days = max(0, (today - local_day(instant(contact.started_s))).days)
        return contact.seconds / 60 * chosen.setting(category) * chosen.recency(days)

    return strength


def _path(chain: Chain, where: Field) -> Path:
    return Path(
        steps=tuple(
            Step(
                contact=one.contact(where.least_s),
                strength=where.strength(one),
                told_by=_told_by(one),
            )
            for one in chain.contacts
        ),
        arrives_at=instant(chain.arrives_s),
    )


def _told_by(one: Infecting) -> tuple[str, ...]:
    link = one.link
    return (link.one_source,) if link.venue_id is None else (link.one_source, link.other_source)


def _stop(gathered: Gathered, search: Search) -> StopReason | None:
    return gathered.reason or ("chains" if search.is_cut else None)
