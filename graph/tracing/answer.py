"""What a trace answers: people by class, each with the contacts that prove it."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq
from typing import Any, overload

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


class People(Sequence[TracedPerson]):
    """The people of a trace, the nearest class first, then by moment, then by id.

    A trace of a whole city finds hundreds of thousands: count and select by the methods
    here, which need not make every row, and take the rows that are shown by a slice.
    """

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, People):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    @abstractmethod
    def by_class(self) -> Mapping[int, int]:
        """Return how many people there are of each class, the nearest first."""

    @abstractmethod
    def by_certainty(self) -> Mapping[str, int]:
        """Return how many people there are of each certainty; one that nobody has is absent."""

    @abstractmethod
    def by_venue(self, hop: int | None = None) -> Mapping[str, int]:
        """Return how many people's last contact was at each venue, of one class or of all.

        Meetings are at no venue and not counted.
        """

    @abstractmethod
    def cases(self) -> int:
        """Return how many of the people are confirmed cases themselves."""

    @abstractmethod
    def select(self, hop: int | None = None, certainty: str | None = None) -> People:
        """Return the people of a class and of a certainty, in the same order."""

    @abstractmethod
    def find(self, person_id: str) -> TracedPerson | None:
        """Return one person's row, None where the trace did not reach them."""


class ListedPeople(People):
    """People whose rows are all made already."""

    def __init__(self, people: Iterable[TracedPerson]) -> None:
        self._people = tuple(people)

    @overload
    def __getitem__(self, place: int) -> TracedPerson: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TracedPerson]: ...
    def __getitem__(self, place: int | slice) -> TracedPerson | Sequence[TracedPerson]:
        return self._people[place]

    def __len__(self) -> int:
        return len(self._people)

    def by_class(self) -> Mapping[int, int]:
        """Return how many people there are of each class, the nearest first."""
        return dict(sorted(Counter(person.hop for person in self._people).items()))

    def by_certainty(self) -> Mapping[str, int]:
        """Return how many people there are of each certainty; one that nobody has is absent."""
        return Counter(person.certainty for person in self._people)

    def by_venue(self, hop: int | None = None) -> Mapping[str, int]:
        """Return how many people's last contact was at each venue, of one class or of all."""
        last = (person.path[-1] for person in self._people if hop in (None, person.hop))
        return Counter(contact.venue_id for contact in last if contact.venue_id is not None)

    def cases(self) -> int:
        """Return how many of the people are confirmed cases themselves."""
        return sum(person.is_case for person in self._people)

    def select(self, hop: int | None = None, certainty: str | None = None) -> People:
        """Return the people of a class and of a certainty, in the same order."""
        return ListedPeople(
            person
            for person in self._people
            if hop in (None, person.hop) and certainty in (None, person.certainty)
        )

    def find(self, person_id: str) -> TracedPerson | None:
        """Return one person's row, None where the trace did not reach them."""
        return next((one for one in self._people if one.person_id == person_id), None)


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
    `seen` is the number of the newest commit that the answer has read, None where it was read
    from the store itself.
    """

    rule: TracingRule
    as_of: datetime
    engine: str
    ms: float
    hops: int
    complete_hops: int
    sources: Mapping[str, Period]
    people: People
    stopped: BudgetStop | None
    seen: int | None = None


def as_json(trace: Trace) -> dict[str, Any]:
    """Return a trace as plain data for JSON; instants in ISO 8601, UTC.

    A trace that stopped early has the key `incomplete` besides, one that the projection
    answered the key `seen`.
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
    if trace.seen is not None:
        answer["seen"] = trace.seen
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
