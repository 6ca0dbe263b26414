"""What a trace answers: people by class, each with the contacts that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.periods import Period
from graph.rules import TracingRule

CERTAINTIES = ("certain", "probable", "possible")


@dataclass(frozen=True, slots=True)
class Contact:
    """One shared stay, or a meeting (`venue_id` None), by which one person exposed another.

    `[started_at, ended_at)` in UTC; `minutes` are whole, rounded down.
    """

    from_person: str
    to_person: str
    venue_id: str | None
    started_at: datetime
    ended_at: datetime
    minutes: int
    certainty: str


@dataclass(frozen=True, slots=True)
class TracedPerson:
    """Somebody whom the sources can have reached.

    Args:
        hop: the class: 1 for F1, the smallest hop that reaches the person.
        exposed_at: the earliest moment at that hop; earliest_at: over all the hops asked for.
        minutes: of all contacts with people reached within a hop less; whole, rounded down.
        certainty: the weakest along the path: certain, probable or possible.
        is_case: whether the person stood as a confirmed case.
        via: who exposed the person, in the last contact of the path.
        path: from a source to the person, exactly `hop` contacts.
    """

    person_id: str
    hop: int
    exposed_at: datetime
    earliest_at: datetime
    minutes: int
    certainty: str
    is_case: bool
    via: str
    path: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class BudgetStop:
    """Why a trace ended early: the hop that would have read more visits than allowed."""

    hop: int
    estimated_visits: int
    budget: int


@dataclass(frozen=True, slots=True)
class Trace:
    """Whom the sources can have exposed, the nearest class first, then by moment, then by id.

    Complete for `complete_hops`; where that is less than the `hops` asked for, `stopped` says why.
    """

    rule: TracingRule
    as_of: datetime
    engine: str
    ms: float
    hops: int
    complete_hops: int
    sources: Mapping[str, Period]
    people: tuple[TracedPerson, ...]
    stopped: BudgetStop | None


def as_json(trace: Trace) -> dict[str, Any]:
    """Return a trace as plain data for JSON; instants in ISO 8601, UTC.

    A trace that stopped early has the key `incomplete` besides.
    """
    answer: dict[str, Any] = {
        "rule": trace.rule.name,
        "as_of": trace.as_of.isoformat(),
        "engine": trace.engine,
        "ms": round(trace.ms, 3),
        "sources": [
            {
                "person_id": person_id,
                "infectious_from": period.start.isoformat(),
                "infectious_until": period.end.isoformat() if period.end else None,
            }
            for person_id, period in sorted(trace.sources.items())
        ],
        "people": [_person(person) for person in trace.people],
    }
    if trace.stopped is not None:
        answer["incomplete"] = {
            "complete_hops": trace.complete_hops,
            "hop": trace.stopped.hop,
            "estimated_visits": trace.stopped.estimated_visits,
            "budget": trace.stopped.budget,
        }
    return answer


def _person(person: TracedPerson) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "class": f"F{person.hop}",
        "exposed_at": person.exposed_at.isoformat(),
        "earliest_at": person.earliest_at.isoformat(),
        "minutes": person.minutes,
        "certainty": person.certainty,
        "is_case": person.is_case,
        "via": person.via,
        "path": [
            {
                "from": contact.from_person,
                "to": contact.to_person,
                "venue_id": contact.venue_id,
                "started_at": contact.started_at.isoformat(),
                "ended_at": contact.ended_at.isoformat(),
                "minutes": contact.minutes,
            }
            for contact in person.path
        ],
    }
