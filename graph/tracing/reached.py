"""The people of a trace by its levels: rows are made of those alone that somebody reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import overload

from graph.tracing.answer import CERTAINTIES, Contact, People, TracedPerson
from graph.tracing.levels import Exposure, Levels

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Somebody reached: the class, and the exposure that is recorded at it.
Found = tuple[int, Exposure]


class ReachedPeople(People):
    """The people whom a search by levels reached, the nearest class first."""

    def __init__(
        self, levels: Levels, confirmed: frozenset[str], found: Iterable[Found] | None = None
    ) -> None:
        """Take what the levels recorded, who is a confirmed case, and of whom to tell.

        Args:
            found: a part of those reached, in the same order; None for all.
        """
        self._levels, self._confirmed = levels, confirmed
        self._given = None if found is None else list(found)
        self._doubts: dict[tuple[str, int], int] = {}

    @overload
    def __getitem__(self, place: int) -> TracedPerson: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TracedPerson]: ...
    def __getitem__(self, place: int | slice) -> TracedPerson | Sequence[TracedPerson]:
        if isinstance(place, slice):
            return self._part(self._found[place])
        return self._row(*self._found[place])

    def __len__(self) -> int:
        return len(self._levels.first_hop if self._given is None else self._given)

    def by_class(self) -> Mapping[int, int]:
        """Return how many people there are of each class, the nearest first."""
        return dict(sorted(Counter(hop for hop, _ in self._found).items()))

    def by_certainty(self) -> Mapping[str, int]:
        """Return how many people there are of each certainty; one that nobody has is absent."""
        doubts = Counter(self._doubt(exposure.person_id, hop) for hop, exposure in self._found)
        return {CERTAINTIES[doubt]: count for doubt, count in sorted(doubts.items())}

    def by_venue(self, hop: int | None = None) -> Mapping[str, int]:
        """Return how many people's last contact was at each venue, of one class or of all."""
        last = (exposure.venue_id for one, exposure in self._found if hop in (None, one))
        return Counter(venue_id for venue_id in last if venue_id is not None)

    def cases(self) -> int:
        """Return how many of the people are confirmed cases themselves."""
        return sum(exposure.person_id in self._confirmed for _, exposure in self._found)

    def select(self, hop: int | None = None, certainty: str | None = None) -> People:
        """Return the people of a class and of a certainty, in the same order."""
        doubt = None if certainty is None else CERTAINTIES.index(certainty)
        return self._part(
            (one, exposure)
            for one, exposure in self._found
            if hop in (None, one) and doubt in (None, self._doubt(exposure.person_id, one))
        )

    def find(self, person_id: str) -> TracedPerson | None:
        """Return one person's row, None where the trace did not reach them."""
        hop = self._levels.first_hop.get(person_id)
        if hop is None:
            return None
        found = (hop, self._levels.recorded[hop - 1][person_id])
        return self._row(*found) if self._given is None or found in self._given else None

    @cached_property
    def _found(self) -> list[Found]:
        return list(self._levels.reached()) if self._given is None else self._given

    def _part(self, found: Iterable[Found]) -> ReachedPeople:
        return ReachedPeople(self._levels, self._confirmed, found)

    def _row(self, hop: int, exposure: Exposure) -> TracedPerson:
        person_id = exposure.person_id
        return TracedPerson(
            person_id=person_id,
            hop=hop,
            exposed_at=_instant(exposure.exposed_at_s),
            earliest_at=_instant(self._levels.earliest_s[person_id]),
            minutes=exposure.seconds // 60,
            certainty=CERTAINTIES[self._doubt(person_id, hop)],
            is_case=person_id in self._confirmed,
            via=exposure.via_person_id,
            path=tuple(map(_contact, self._path(person_id, hop))),
        )

    def _path(self, person_id: str, hop: int) -> list[Exposure]:
        """Return the contacts from a source: at each step that recorded at just that level."""
        steps = []
        for level in reversed(self._levels.recorded[:hop]):
            steps.append(level[person_id])
            person_id = steps[-1].via_person_id
        return steps[::-1]

    def _doubt(self, person_id: str, hop: int) -> int:
        """Return the weakest doubt along the path to somebody at a hop."""
        if hop == 0:
            return 0
        doubt = self._doubts.get((person_id, hop))
        if doubt is None:
            exposure = self._levels.recorded[hop - 1][person_id]
            doubt = max(exposure.doubt, self._doubt(exposure.via_person_id, hop - 1))
            self._doubts[person_id, hop] = doubt
        return doubt


def _contact(exposure: Exposure) -> Contact:
    return Contact(
        from_person=exposure.via_person_id,
        to_person=exposure.person_id,
        venue_id=exposure.venue_id,
        started_at=_instant(exposure.started_at_s),
        ended_at=_instant(exposure.ended_at_s),
        minutes=(exposure.ended_at_s - exposure.started_at_s) // 60,
        certainty=CERTAINTIES[exposure.doubt],
    )


def _instant(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
