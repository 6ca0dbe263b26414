"""The people of a trace by columns: rows are made of those alone that somebody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from graph.tracing.answer import CERTAINTIES, Contact, People, TracedPerson
from graph.tracing.projection.facts import ORIGIN_S
from graph.tracing.projection.shapes import AT_A_MEETING
from graph.tracing.projection.spreading import Level, Reached

_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=ORIGIN_S)

#: A person of a trace: the hop less one, and the place in its level, as one number.
Places = NDArray[np.int64]


class ColumnPeople(People):
    """The people whom the projection reached, the nearest class first, then by moment and id."""

    def __init__(self, reached: Reached, places: Places | None = None) -> None:
        self._reached = reached
        self._given = places

    @overload
    def __getitem__(self, place: int) -> TracedPerson: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TracedPerson]: ...
    def __getitem__(self, place: int | slice) -> TracedPerson | Sequence[TracedPerson]:
        if isinstance(place, slice):
            return ColumnPeople(self._reached, self._places[place])
        return self._person(*self._level_and_place(int(self._places[place])))

    def __len__(self) -> int:
        if self._given is not None:
            return len(self._given)
        return sum(int(np.count_nonzero(level.is_new)) for level in self._reached.levels)

    def by_class(self) -> Mapping[int, int]:
        """Return how many people there are of each class, the nearest first."""
        return {hop: len(places) for hop, places in self._by_level() if len(places)}

    def by_certainty(self) -> Mapping[str, int]:
        """Return how many people there are of each certainty; one that nobody has is absent."""
        counts = np.zeros(len(CERTAINTIES), np.int64)
        for hop, places in self._by_level():
            doubts = self._reached.levels[hop - 1].path_doubt[places]
            counts += np.bincount(doubts, minlength=len(CERTAINTIES))
        pairs = zip(CERTAINTIES, counts.tolist(), strict=True)
        return {certainty: count for certainty, count in pairs if count}

    def by_venue(self, hop: int | None = None) -> Mapping[str, int]:
        """Return how many people's last contact was at each venue, of one class or of all."""
        ids = self._reached.question.columns.venues.ids
        counts = np.zeros(len(ids), np.int64)
        for one, places in self._by_level():
            if hop in (None, one):
                venues = self._reached.levels[one - 1].found.venue[places]
                counts += np.bincount(venues[venues != AT_A_MEETING], minlength=len(ids))
        return {ids[venue]: int(counts[venue]) for venue in np.flatnonzero(counts)}

    def cases(self) -> int:
        """Return how many of the people are confirmed cases themselves."""
        confirmed = self._reached.question.view.confirmed
        return sum(
            int(np.count_nonzero(confirmed[self._reached.levels[hop - 1].found.person[places]]))
            for hop, places in self._by_level()
        )

    def select(self, hop: int | None = None, certainty: str | None = None) -> People:
        """Return the people of a class and of a certainty, in the same order."""
        chosen = [
            self._places_of(one, places, certainty)
            for one, places in self._by_level()
            if hop in (None, one)
        ]
        return ColumnPeople(self._reached, np.concatenate([np.empty(0, np.int64), *chosen]))

    def find(self, person_id: str) -> TracedPerson | None:
        """Return one person's row, None where the trace did not reach them."""
        number = self._reached.question.columns.number_of(person_id)
        for hop, places in self._by_level():
            at = np.flatnonzero(self._reached.levels[hop - 1].found.person[places] == number)
            if len(at):
                return self._person(hop, int(places[at[0]]))
        return None

    # --- columns ------------------------------------------------------------------------------

    @cached_property
    def _places(self) -> Places:
        if self._given is not None:
            return self._given
        parts = [_packed(hop, self._new_of(hop)) for hop in self._hops]
        return np.concatenate([np.empty(0, np.int64), *parts])

    @property
    def _hops(self) -> range:
        return range(1, len(self._reached.levels) + 1)

    def _new_of(self, hop: int) -> NDArray[np.int64]:
        """Return the places, in its level, of those of a class, by moment, then id."""
        level = self._reached.levels[hop - 1]
        places = np.flatnonzero(level.is_new)
        rank = self._reached.question.columns.rank[level.found.person[places]]
        keys = (level.found.exposed[places].astype(np.int64) << 32) | rank
        return places[np.argsort(keys)]

    def _by_level(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Return, for each class, the places of its people in their level."""
        hops = self._places >> 32
        bounds = np.searchsorted(hops, [*self._hops, len(self._hops) + 1])
        return [
            (hop, self._places[begin:end] & 0xFFFFFFFF)
            for hop, begin, end in zip(self._hops, bounds, bounds[1:], strict=False)
        ]

    def _places_of(self, hop: int, places: NDArray[np.int64], certainty: str | None) -> Places:
        if certainty is not None:
            doubts = self._reached.levels[hop - 1].path_doubt[places]
            places = places[doubts == CERTAINTIES.index(certainty)]
        return _packed(hop, places)

    # --- rows -----------------------------------------------------------------------------------

    def _level_and_place(self, packed: int) -> tuple[int, int]:
        return packed >> 32, packed & 0xFFFFFFFF

    def _person(self, hop: int, place: int) -> TracedPerson:
        question, level = self._reached.question, self._reached.levels[hop - 1]
        found, people = level.found, question.columns.people
        number = int(found.person[place])
        return TracedPerson(
            person_id=people[number],
            hop=hop,
            exposed_at=_instant(found.exposed[place]),
            earliest_at=_instant(level.earliest[place]),
            minutes=int(found.seconds[place]) // 60,
            certainty=CERTAINTIES[level.path_doubt[place]],
            is_case=bool(question.view.confirmed[number]),
            via=people[found.via[place]],
            path=self._path(hop, place),
        )

    def _path(self, hop: int, place: int) -> tuple[Contact, ...]:
        """Return the contacts back to a source: at each step that recorded at just that level."""
        steps = []
        for level in reversed(self._reached.levels[:hop]):
            steps.append(self._contact(level, place))
            place = int(level.via_place[place])
        return tuple(reversed(steps))

    def _contact(self, level: Level, place: int) -> Contact:
        question, found = self._reached.question, level.found
        people, venue = question.columns.people, int(found.venue[place])
        is_meeting = venue == AT_A_MEETING
        started = int(found.exposed[place]) - (0 if is_meeting else question.terms.least)
        ended = int(found.ended[place])
        return Contact(
            from_person=people[found.via[place]],
            to_person=people[found.person[place]],
            venue_id=None if is_meeting else question.columns.venues.ids[venue],
            started_at=_instant(started),
            ended_at=_instant(ended),
            minutes=(ended - started) // 60,
            certainty=CERTAINTIES[found.doubt[place]],
        )


def _packed(hop: int, places: NDArray[np.int64]) -> Places:
    return (np.int64(hop) << np.int64(32)) | places


def _instant(moment: int) -> datetime:
    return _ORIGIN + timedelta(seconds=int(moment))
