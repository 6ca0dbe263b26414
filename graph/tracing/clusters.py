"""Clusters of cases and of venues: proposed by what links them, never asserted (R129).

Two confirmed cases are linked if one can have infected the other inside its source window, or
if both were at a venue in their source windows that normal traffic makes unlikely to have in
common. A cluster is what hangs together by such links; a person confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from time import perf_counter
from typing import Literal

import networkx as nx

from graph.cases import Case, find_confirmed_cases
from graph.database import Graph
from graph.errors import Refused
from graph.periods import whole_seconds
from graph.rules import TracingRule
from graph.tracing import BUDGET
from graph.tracing.answer import Contact
from graph.tracing.backward import find_possible_sources
from graph.tracing.common_venues import CommonVenues
from graph.tracing.windows import MOST_CASES, anchor_of

Kind = Literal["source", "venue"]


@dataclass(frozen=True, slots=True)
class CaseLink:
    """Why two cases are proposed to belong together.

    `source`: the person of `from_case` can have infected that of `to_case`, by `contact`, the
    longest one. `venue`: both were at the unlikely venue, whose cases are linked in a row by
    case_id.
    """

    kind: Kind
    from_case: str
    to_case: str
    venue_id: str | None
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class ClusterVenue:
    """A venue of a cluster: the cases that were there, and its score where it is unlikely."""

    venue_id: str
    case_ids: tuple[str, ...]
    score: float | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases that hang together, by case_id, and their venues, those of the most cases first.

    `[first_on, last_on]` are the anchor dates of the first case and the last: of onset, else
    sample, else confirmation, else report.
    """

    case_ids: tuple[str, ...]
    venues: tuple[ClusterVenue, ...]
    links: tuple[CaseLink, ...]
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Clusters:
    """Proposed clusters, the largest first, then the one that began earlier, then by case_id.

    `cases` were looked at; `alone` of them are linked with none.
    """

    rule: TracingRule
    as_of: datetime
    ms: float
    since: date | None
    cases: int
    alone: int
    compared: int
    line: float
    clusters: Sequence[Cluster]


def find_clusters(
    graph: Graph,
    rule: TracingRule,
    as_of: datetime,
    since: date | None = None,
    budget: int = BUDGET,
) -> Clusters:
    """Return clusters of the confirmed cases, as known at a moment.

    Args:
        since: cases whose anchor date is earlier are left out; None for none.
        budget: the most visits that one step may be estimated to read.

    Raises:
        Refused: `as_of` is to come, there are too many cases, or it would read too much.
    """
    if as_of > datetime.now(UTC):
        raise Refused("as_of", "is in the future")
    as_of, began = whole_seconds(as_of), perf_counter()
    cases = {
        case.case_id: case
        for case in find_confirmed_cases(graph, as_of)
        if since is None or anchor_of(case) >= since
    }
    if len(cases) > MOST_CASES:
        raise Refused("since", "leaves too many cases: name a later day")
    links, common = _links(graph, cases, rule, as_of, budget)
    clusters = _clusters(cases, links, common)
    return Clusters(
        rule=rule,
        as_of=as_of,
        since=since,
        cases=len(cases),
        alone=len(cases) - sum(len(cluster.case_ids) for cluster in clusters),
        compared=common.compared if common else 0,
        line=common.line if common else 0.0,
        clusters=clusters,
        ms=(perf_counter() - began) * 1000,
    )


def _links(
    graph: Graph,
    cases: Mapping[str, Case],
    rule: TracingRule,
    as_of: datetime,
    budget: int,
) -> tuple[list[CaseLink], CommonVenues | None]:
    if not cases:
        return [], None
    found = find_possible_sources(graph, sorted(cases), rule, as_of, budget=budget)
    by_person: dict[str, list[str]] = {}
    for case_id, case in sorted(cases.items()):
        by_person.setdefault(case.person_id, []).append(case_id)
    links = [
        CaseLink("source", from_case, one.case.case_id, contact.venue_id, contact)
        for one in found.cases
        for source in one.sources
        for contact in [max(source.contacts, key=lambda contact: contact.minutes)]
        for from_case in by_person.get(source.person_id, ())
    ]
    unlikely = [venue for venue in found.common.venues if venue.is_unlikely] if found.common else []
    links += [
        CaseLink("venue", one, other, venue.venue_id, None)
        for venue in unlikely
        for one, other in pairwise(sorted(venue.visits))
    ]
    return links, found.common


def _clusters(
    cases: Mapping[str, Case], links: Sequence[CaseLink], common: CommonVenues | None
) -> list[Cluster]:
    """Return what hangs together by links, single cases left out."""
    joined: nx.Graph[str] = nx.Graph()
    joined.add_edges_from((link.from_case, link.to_case) for link in links)
    clusters = []
    for component in nx.connected_components(joined):
        own = [link for link in links if link.from_case in component]
        days = [anchor_of(cases[case_id]) for case_id in component]
        clusters.append(
            Cluster(
                case_ids=tuple(sorted(component)),
                venues=_venues(own, common),
                links=tuple(sorted(own, key=_place)),
                first_on=min(days),
                last_on=max(days),
            )
        )
    return sorted(clusters, key=lambda one: (-len(one.case_ids), one.first_on, one.case_ids))


def _place(link: CaseLink) -> tuple[str, str, str, str]:
    return link.to_case, link.from_case, link.kind, link.venue_id or ""


def _venues(links: Iterable[CaseLink], common: CommonVenues | None) -> tuple[ClusterVenue, ...]:
    scores = {venue.venue_id: venue.score for venue in common.venues} if common else {}
    unlikely = {venue.venue_id for venue in common.venues if venue.is_unlikely} if common else set()
    case_ids: dict[str, set[str]] = {}
    for link in links:
        if link.venue_id is not None:
            case_ids.setdefault(link.venue_id, set()).update((link.from_case, link.to_case))
    venues = [
        ClusterVenue(
            venue_id, tuple(sorted(cases)), scores[venue_id] if venue_id in unlikely else None
        )
        for venue_id, cases in case_ids.items()
    ]
    return tuple(sorted(venues, key=lambda one: (-len(one.case_ids), one.venue_id)))
