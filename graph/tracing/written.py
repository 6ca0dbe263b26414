"""Paths, possible sources, common venues and clusters as plain data for JSON.

Instants are ISO 8601, UTC; periods exclude their end, null is "not yet".
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from graph.periods import Period
from graph.tracing.answer import Contact
from graph.tracing.backward import Backward, SourcesOfCase
from graph.tracing.clusters import CaseLink, Clusters
from graph.tracing.common_venues import CommonVenues
from graph.tracing.paths import Path, Paths
from graph.tracing.windows import WindowVisit


def paths_as_json(paths: Paths) -> dict[str, Any]:
    """Return paths as plain data for JSON; instants in ISO 8601, UTC."""
    answer: dict[str, Any] = {
        "rule": paths.rule.name,
        "as_of": paths.as_of.isoformat(),
        "ms": round(paths.ms, 3),
        "from": [
            {
                "person_id": person_id,
                "infectious_from": period.start.isoformat(),
                "infectious_until": _end(period),
            }
            for person_id, period in sorted(paths.sources.items())
        ],
        "to": list(paths.targets),
        "hops": paths.wanted.hops,
        "by": paths.wanted.by,
        "weighting": paths.wanted.weighting and paths.wanted.weighting.name,
        "paths": [_path_as_json(path) for path in paths.paths],
    }
    if paths.stopped is not None:
        answer["incomplete"] = {
            "reason": paths.stopped,
            "complete_hops": paths.complete_hops,
        }
    return answer


def _path_as_json(path: Path) -> dict[str, Any]:
    return {
        "contacts": len(path.steps),
        "arrives_at": path.arrives_at.isoformat(),
        "weakest_minutes": path.weakest.contact.minutes,
        "strength": round(path.weakest.strength, 3),
        "path": [
            {
                **_contact_as_json(step.contact),
                "strength": round(step.strength, 3),
                "sources": list(step.told_by),
            }
            for step in path.steps
        ],
    }


def _contact_as_json(contact: Contact) -> dict[str, Any]:
    """Return a contact as plain data for JSON, its certainty with it."""
    return {
        "from": contact.from_person,
        "to": contact.to_person,
        "venue_id": contact.venue_id,
        "started_at": contact.started_at.isoformat(),
        "ended_at": contact.ended_at.isoformat(),
        "minutes": contact.minutes,
        "certainty": contact.certainty,
    }


def sources_as_json(backward: Backward) -> dict[str, Any]:
    """Return possible sources as plain data for JSON; instants in ISO 8601, UTC."""
    answer: dict[str, Any] = {
        "rule": backward.rule.name,
        "as_of": backward.as_of.isoformat(),
        "ms": round(backward.ms, 3),
        "cases": [_case_as_json(one) for one in backward.cases],
    }
    if backward.common is not None:
        answer["common_venues"] = common_venues_as_json(backward.common)
    return answer


def _case_as_json(one: SourcesOfCase) -> dict[str, Any]:
    return {
        "case_id": one.case.case_id,
        "person_id": one.case.person_id,
        "window_from": one.window.start.isoformat(),
        "window_until": _end(one.window),
        "visits": [_visit_as_json(visit) for visit in one.visits],
        "sources": [
            {
                "person_id": source.person_id,
                "class": "case" if source.hop == 0 else f"F{source.hop}",
                "infectious_from": source.infectious.start.isoformat(),
                "infectious_until": _end(source.infectious),
                "minutes": source.minutes,
                "exposed_at": source.exposed_at.isoformat(),
                "certainty": source.certainty,
                "contacts": [_contact_as_json(contact) for contact in source.contacts],
            }
            for source in one.sources
        ],
    }


def common_venues_as_json(common: CommonVenues) -> dict[str, Any]:
    """Return common venues as plain data for JSON; instants in ISO 8601, UTC."""
    return {
        "compared": common.compared,
        "line": round(common.line, 3),
        "ms": round(common.ms, 3),
        "venues": [
            {
                "venue_id": venue.venue_id,
                "seen": venue.seen,
                "expected": round(venue.expected, 6),
                "score": _score(venue.score),
                "is_unlikely": venue.is_unlikely,
                "traffic": venue.traffic,
                "visits": [
                    {"case_id": case_id, **_visit_as_json(visit)}
                    for case_id, visits in venue.visits.items()
                    for visit in visits
                ],
            }
            for venue in common.venues
        ],
    }


def _visit_as_json(visit: WindowVisit) -> dict[str, Any]:
    """Return a visit as plain data for JSON."""
    return {
        "visit_id": visit.visit_id,
        "venue_id": visit.venue_id,
        "arrived_at": visit.arrived_at.isoformat(),
        "left_at": visit.left_at.isoformat(),
        "is_known": visit.is_known,
        "source": visit.source,
    }


def clusters_as_json(found: Clusters) -> dict[str, Any]:
    """Return proposed clusters as plain data for JSON."""
    return {
        "rule": found.rule.name,
        "as_of": found.as_of.isoformat(),
        "ms": round(found.ms, 3),
        "since": found.since.isoformat() if found.since else None,
        "cases": found.cases,
        "alone": found.alone,
        "compared": found.compared,
        "line": round(found.line, 3),
        "proposed": [
            {
                "case_ids": list(cluster.case_ids),
                "first_on": cluster.first_on.isoformat(),
                "last_on": cluster.last_on.isoformat(),
                "venues": [
                    {
                        "venue_id": venue.venue_id,
                        "case_ids": list(venue.case_ids),
                        "score": None if venue.score is None else _score(venue.score),
                    }
                    for venue in cluster.venues
                ],
                "links": [_link_as_json(link) for link in cluster.links],
            }
            for cluster in found.clusters
        ],
    }


def _link_as_json(link: CaseLink) -> dict[str, Any]:
    return {
        "kind": link.kind,
        "from_case": link.from_case,
        "to_case": link.to_case,
        "venue_id": link.venue_id,
        "contact": None if link.contact is None else _contact_as_json(link.contact),
    }


def _end(period: Period) -> str | None:
    return period.end.isoformat() if period.end else None


def _score(score: float) -> float | None:
    """Return a score as JSON takes it: null for what cannot be by chance at all."""
    return round(score, 6) if isfinite(score) else None
