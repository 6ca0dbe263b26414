"""What to know before a trace is acted upon: where it is too large or too unsure to mean much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.database import Graph
from graph.periods import local_day
from graph.reports import count_store
from graph.tracing.answer import Trace
from graph.venues import find_divided
from graph.weighting import Weighting, weighting_in_force

KINDS = ("large_venues", "most_of_city", "guessed_exits", "unknown_zones")
# The largest are told by name, the others counted.
VENUES_TOLD = 10


@dataclass(frozen=True, slots=True)
class TraceWarning:
    """One reason to doubt a trace.

    Args:
        kind: large_venues: venues with more last contacts than `limit`, the most first;
            most_of_city: the share of the people known is above `limit`;
            guessed_exits: people whose evidence rests on a check-out that is assumed;
            unknown_zones: people whose last contact was somewhere in a venue that has zones.
        people: whom it is about, out of `of`: of the people reached, or of all who are known.
        by_certainty: of guessed_exits, how many are probable and possible.
        venues: how many people at each venue, the most first, at most ten of `venues_in_all`.
    """

    kind: str
    people: int
    of: int
    limit: float | None = None
    by_certainty: Mapping[str, int] = field(default_factory=dict)
    venues: Mapping[str, int] = field(default_factory=dict)
    venues_in_all: int = 0

    @property
    def share(self) -> float:
        """Return the people as a fraction, 0 to 1."""
        return self.people / self.of if self.of else 0.0


def find_warnings(graph: Graph, trace: Trace) -> tuple[TraceWarning, ...]:
    """Return what to know before a finished trace is acted upon, the gravest first.

    Counts only: it makes no row of a person, so it is quick for a trace of a whole city.
    """
    reached = len(trace.people)
    if not reached:
        return ()
    at_venue = trace.people.by_venue()
    every = (
        _large_venues(at_venue, reached, _weighting(trace).fan_out_cap),
        _most_of_city(graph, reached, _weighting(trace).most_of_city),
        _guessed_exits(trace.people.by_certainty(), reached),
        _unknown_zones(graph, at_venue, reached),
    )
    return tuple(warning for warning in every if warning is not None)


def as_json(warning: TraceWarning) -> dict[str, Any]:
    """Return a warning as plain data for JSON, without what does not belong to its kind."""
    answer: dict[str, Any] = {
        "kind": warning.kind,
        "people": warning.people,
        "of": warning.of,
        "share": round(warning.share, 4),
    }
    if warning.limit is not None:
        answer["limit"] = warning.limit
    if warning.by_certainty:
        answer |= dict(warning.by_certainty)
    if warning.venues:
        told = [{"venue_id": key, "people": count} for key, count in warning.venues.items()]
        answer |= {"venues": told, "venues_in_all": warning.venues_in_all}
    return answer


def _weighting(trace: Trace) -> Weighting:
    return weighting_in_force(local_day(trace.as_of))


def _large_venues(at_venue: Mapping[str, int], reached: int, cap: int) -> TraceWarning | None:
    large = {venue_id: people for venue_id, people in at_venue.items() if people > cap}
    if not large:
        return None
    return TraceWarning(
        "large_venues",
        sum(large.values()),
        reached,
        limit=cap,
        venues=_largest(large),
        venues_in_all=len(large),
    )


def _most_of_city(graph: Graph, reached: int, share: float) -> TraceWarning | None:
    known = count_store(graph).persons
    if reached <= share * known:
        return None
    return TraceWarning("most_of_city", reached, known, limit=share)


def _guessed_exits(by_certainty: Mapping[str, int], reached: int) -> TraceWarning | None:
    guessed = {code: by_certainty.get(code, 0) for code in ("probable", "possible")}
    if not any(guessed.values()):
        return None
    return TraceWarning("guessed_exits", sum(guessed.values()), reached, by_certainty=guessed)


def _unknown_zones(graph: Graph, at_venue: Mapping[str, int], reached: int) -> TraceWarning | None:
    divided = {key: at_venue[key] for key in find_divided(graph) & at_venue.keys()}
    if not divided:
        return None
    return TraceWarning(
        "unknown_zones",
        sum(divided.values()),
        reached,
        venues=_largest(divided),
        venues_in_all=len(divided),
    )


def _largest(venues: Mapping[str, int]) -> dict[str, int]:
    ordered = sorted(venues.items(), key=lambda entry: (-entry[1], entry[0]))
    return dict(ordered[:VENUES_TOLD])
