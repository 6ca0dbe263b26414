"""A trace over a city's columns that compares pair by pair: what answers at 10 M are held to.

Written from DESIGN.md section 3 for visits with recorded exits: no meeting, no zone, no isolation
but the sources', no latent time. Every stay of somebody infectious is compared with every other
stay at its venue; NumPy only does the comparing of one stay with many.
"""

from collections.abc import Mapping

import numpy as np

from tests.bench.city_columns import days_of
from tests.bench.made_city import City

FAR = np.iinfo(np.int64).max
#: What is known of an exposed person: class, exposed at, earliest at, whole minutes.
Found = dict[int, tuple[int, int, int, int]]


class PlainColumns:
    """The visits with a recorded exit, by venue; 20 bytes a visit beside the index of people."""

    def __init__(self, city: City) -> None:
        days = list(days_of(city))
        known = np.concatenate([day.is_known for day in days])
        venue = np.concatenate([day.venue for day in days])[known]
        order = np.argsort(venue, kind="stable")
        self.people = city.people
        self.person, self.arrived, self.left = (
            np.concatenate([getattr(day, name) for day in days])[known][order]
            for name in ("person", "arrived", "left")
        )
        self.venue = venue[order]
        self.first = np.searchsorted(self.venue, np.arange(city.venues + 1))
        self.by_person = np.argsort(self.person, kind="stable")
        self.first_of = np.searchsorted(self.person[self.by_person], np.arange(city.people + 1))

    def trace(
        self, sources: Mapping[int, tuple[int, int | None]], least_s: int, hops: int
    ) -> Found:
        """Return whom the sources expose; times in seconds as in the columns.

        Args:
            sources: from when until when each is infectious, by the person's number.
        """
        level = np.full(self.people, FAR)
        for person, (since, _until) in sources.items():
            level[person] = since
        levels, lengths = [level], [np.zeros(self.people, np.int64)]
        for _hop in range(hops):
            following, length = self._next(levels[-1], sources, least_s)
            levels.append(following)
            lengths.append(length)
        found = {}
        for person in np.flatnonzero(levels[-1] < FAR).tolist():
            if person not in sources:
                hop = next(h for h, at in enumerate(levels) if at[person] < FAR)
                minutes = int(lengths[hop][person]) // 60
                found[person] = (
                    hop,
                    int(levels[hop][person]),
                    int(levels[-1][person]),
                    minutes,
                )
        return found

    def _next(
        self, level: np.ndarray, sources: Mapping[int, tuple[int, int | None]], least_s: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the next level of moments, and how long each was with the infectious."""
        following, lengths = level.copy(), np.zeros(self.people, np.int64)
        for person in np.flatnonzero(level < FAR).tolist():
            until = sources[person][1] if person in sources else None
            since = int(level[person])
            for own in self.by_person[self.first_of[person] : self.first_of[person + 1]]:
                there = slice(self.first[self.venue[own]], self.first[self.venue[own] + 1])
                start = np.maximum(self.arrived[there], max(int(self.arrived[own]), since))
                end = np.minimum(self.left[there], min(int(self.left[own]), until or FAR))
                others = self.person[there]
                met = (end - start >= least_s) & (others != person)
                np.add.at(lengths, others[met], (end - start)[met])
                np.minimum.at(following, others[met], start[met] + least_s)
        for person in sources:
            following[person] = level[person]
        return following, lengths
