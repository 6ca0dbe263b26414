"""The Cypher engine: one statement a hop, always fresh, reading only what it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from graph.cases import find_cases_by_id
from graph.database import Graph, Reader
from graph.periods import Period
from graph.rules import RULES, TracingRule
from graph.tracing.answer import BudgetStop
from graph.tracing.levels import Exposure, Levels

Frontier = Sequence[Mapping[str, Any]]


def spread(
    graph: Reader,
    sources: Mapping[str, Period],
    rule: TracingRule,
    hops: int,
    as_of: datetime,
    budget: int,
) -> tuple[Levels, int, BudgetStop | None]:
    """Return the levels reached, how many hops they are complete for, and why not for all.

    Args:
        budget: the most visits that one hop may be estimated to read.
    """
    levels = Levels(frozenset(sources))
    frontier: Frontier = [_infectious(*source) for source in sorted(sources.items())]
    for hop in range(1, hops + 1):
        if not frontier:
            break
        visits = estimate_exposures(graph, frontier, rule)
        if visits > budget:
            return levels, hop - 1, BudgetStop(hop, visits, budget)
        improved = levels.add(expand_exposures(graph, frontier, rule, as_of))
        if hop < hops:
            frontier = _next_frontier(graph, improved, rule, as_of)
    return levels, hops, None


def expand_exposures(
    graph: Reader, frontier: Frontier, rule: TracingRule, as_of: datetime
) -> list[Exposure]:
    """Return whom a frontier exposes by shared stays and meetings, the earliest first.

    One exposure a person, people of the frontier among them: the caller keeps the earlier
    of two moments. The frontier is sorted by person_id, by which ties are broken.
    """
    name = "expand_exposures_over_zones" if rule.roll_up_zones else "expand_exposures"
    [columns] = graph.read(
        f"tracing/{name}",
        frontier=[{**row, "rank": rank} for rank, row in enumerate(frontier)],
        least=rule.least,
        exits=rule.exits,
        categories=sorted(rule.categories),
        as_of=as_of,
    )
    columns["venue_id"] = [venue_id or None for venue_id in columns["venue_id"]]
    every = zip(*(columns[field.name] for field in fields(Exposure)), strict=True)
    return [Exposure(*one) for one in every]


def estimate_exposures(graph: Reader, frontier: Frontier, rule: TracingRule) -> int:
    """Return about how many visits the next hop reads, by the degrees of the buckets touched."""
    name = "estimate_exposures_over_zones" if rule.roll_up_zones else "estimate_exposures"
    return int(graph.read(f"tracing/{name}", frontier=frontier)[0]["visits"])


def warm_up(graph: Graph) -> None:
    """Ask every question of a trace once, about nobody.

    A server that has just started needs seconds to read and plan them; after this it has.
    """
    as_of = datetime.now(UTC)
    nobody = [_row("", 0, None)]
    for rule in (RULES[-1], RULES[-1].varied(roll_up_zones=True)):
        estimate_exposures(graph, nobody, rule)
        expand_exposures(graph, nobody, rule, as_of)
    graph.read("tracing/find_infectious_ends", person_ids=[""], as_of=as_of)
    graph.read("tracing/find_confirmed_among", person_ids=[""], as_of=as_of)
    find_cases_by_id(graph, [""], as_of)


def _next_frontier(
    graph: Reader, improved: Mapping[str, Exposure], rule: TracingRule, as_of: datetime
) -> Frontier:
    """Return when each person who improved is infectious; those isolated by then infect nobody."""
    if not improved:
        return []
    person_ids = sorted(improved)
    ends = {
        row["person_id"]: row["until_s"]
        for row in graph.read("tracing/find_infectious_ends", person_ids=person_ids, as_of=as_of)
    }
    latent_s = int(rule.latent.total_seconds())
    frontier = []
    for person_id in person_ids:
        from_s = improved[person_id].exposed_at_s + latent_s
        until_s = ends.get(person_id)
        if until_s is None or from_s < until_s:
            frontier.append(_row(person_id, from_s, until_s))
    return frontier


def _infectious(person_id: str, period: Period) -> Mapping[str, Any]:
    until_s = None if period.end is None else int(period.end.timestamp())
    return _row(person_id, int(period.start.timestamp()), until_s)


def _row(person_id: str, from_s: int, until_s: int | None) -> Mapping[str, Any]:
    return {
        "person_id": person_id,
        "infectious_from_s": from_s,
        "infectious_until_s": until_s,
    }
