"""A trace in plain Python over the visits of a file: what a benchmark's answers are held to.

Written from DESIGN.md section 3 for visits with recorded exits: no meeting, no zone, no
isolation but the sources'. Every stay at a venue is compared with every other one there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.bench.made_city import MadeVisit

Infectious = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Found:
    """What is compared of one exposed person."""

    person_id: str
    hop: int
    exposed_at: datetime
    earliest_at: datetime
    minutes: int


class PlainCity:
    """The visits with a recorded exit, by person and by venue."""

    def __init__(self, visits: Iterable[MadeVisit]) -> None:
        self.of_person: dict[str, list[MadeVisit]] = defaultdict(list)
        self.at_venue: dict[str, list[MadeVisit]] = defaultdict(list)
        for visit in visits:
            if visit.left_at is not None:
                self.of_person[visit.person_id].append(visit)
                self.at_venue[visit.venue_id].append(visit)

    def trace(self, sources: Mapping[str, Infectious], least: timedelta, hops: int) -> list[Found]:
        """Return whom the sources expose, by class, then moment, then person; no latent time."""
        levels: list[dict[str, datetime]] = [{key: start for key, (start, _) in sources.items()}]
        lengths: list[dict[str, timedelta]] = [{}]
        for _hop in range(hops):
            level, length = self._next(levels[-1], sources, least)
            levels.append(level)
            lengths.append(length)
        found = []
        for person in levels[-1].keys() - sources.keys():
            hop = next(h for h, level in enumerate(levels) if person in level)
            minutes = int(lengths[hop][person].total_seconds()) // 60
            found.append(Found(person, hop, levels[hop][person], levels[-1][person], minutes))
        return sorted(found, key=lambda one: (one.hop, one.exposed_at, one.person_id))

    def _next(
        self, level: dict[str, datetime], sources: Mapping[str, Infectious], least: timedelta
    ) -> tuple[dict[str, datetime], dict[str, timedelta]]:
        """Return the next level of moments, and how long each was with the infectious."""
        following = dict(level)
        lengths: dict[str, timedelta] = defaultdict(timedelta)
        for person, since in level.items():
            until = sources[person][1] if person in sources else None
            for own in self.of_person.get(person, []):
                for other in self.at_venue[own.venue_id]:
                    if other.person_id == person:
                        continue
                    start = max(own.arrived_at, other.arrived_at, since)
                    end = min(filter(None, (own.left_at, other.left_at, until)))
                    if end - start < least:
                        continue
                    lengths[other.person_id] += end - start
                    moment = start + least
                    if other.person_id not in sources:
                        known = following.get(other.person_id)
                        following[other.person_id] = moment if known is None else min(known, moment)
        return following, lengths
