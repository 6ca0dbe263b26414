"""Label correction: how exposure spreads, level by level (DESIGN section 3); pure.

`A_h(q)`, the moment by which q is exposed within h hops, falls from level to level. A
breadth-first search that never looks again gives wrong times and misses people, so
everybody whose moment improved is in the frontier of the next level, however often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a frontier exposes one person; a place of `tracing/expand_exposures`.

    Moments are whole seconds of the epoch. `seconds` is the length of all the contacts, the
    rest tells of the one that is recorded; `doubt` is 0 certain, 1 probable, 2 possible.
    """

    person_id: str
    exposed_at_s: int
    seconds: int
    via_person_id: str
    venue_id: str | None
    started_at_s: int
    ended_at_s: int
    doubt: int


@dataclass(slots=True)
class Levels:
    """What each level recorded: `recorded[h - 1]` holds who improved at hop h, and by what."""

    sources: frozenset[str]
    earliest_s: dict[str, int] = field(default_factory=dict)
    first_hop: dict[str, int] = field(default_factory=dict)
    recorded: list[dict[str, Exposure]] = field(default_factory=list)

    def add(self, exposures: Iterable[Exposure]) -> Mapping[str, Exposure]:
        """Record one level further; return who improved by it, sources never among them."""
        improved = {
            exposure.person_id: exposure
            for exposure in exposures
            if exposure.person_id not in self.sources
            and (
                exposure.person_id not in self.earliest_s
                or exposure.exposed_at_s < self.earliest_s[exposure.person_id]
            )
        }
        self.recorded.append(improved)
        for person_id, exposure in improved.items():
            self.earliest_s[person_id] = exposure.exposed_at_s
            self.first_hop.setdefault(person_id, len(self.recorded))
        return improved

    def reached(self) -> Iterator[tuple[int, Exposure]]:
        """Yield everybody reached with their class, by class, then by moment, then by id."""
        for hop, level in enumerate(self.recorded, start=1):
            new = [e for e in level.values() if self.first_hop[e.person_id] == hop]
            for exposure in sorted(new, key=lambda e: (e.exposed_at_s, e.person_id)):
                yield hop, exposure
