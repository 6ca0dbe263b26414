"""Parts of the projection: the visits of some local days, as a worker of a cluster holds them.

A worker is told numbers, moments and categories; ids of people and venues stay with whoever asks.
Every function here is pure, and knows no cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.rules import TracingRule
from graph.tracing.projection.base import Base, assemble_base, segment_rows
from graph.tracing.projection.columns import Columns, make_segment
from graph.tracing.projection.compiling import Moments, Numbers
from graph.tracing.projection.facts import (
    NEVER,
    Isolations,
    Meetings,
    Reports,
    Rows,
    Segment,
    Venues,
    nothing,
)
from graph.tracing.projection.overlay import Overlay, lay_over
from graph.tracing.projection.spreading import Frontier, Partial, hop
from graph.tracing.projection.workspaces import Workspaces

Kind = TypeVar("Kind", bound=np.generic)

#: Which part the visits of each local day belong to, by days since 1970.
Places = Mapping[int, int]


@dataclass(frozen=True)
class Ground:
    """The visits of some days, as they were laid down."""

    base: Base
    workspaces: Workspaces

    def __repr__(self) -> str:
        return f"Ground({self.base.rows} visits)"

    def __sizeof__(self) -> int:
        # What a worker of Dask counts as its memory.
        return self.base.bytes


@dataclass(frozen=True)
class Ranks:
    """The place of each person, by number, in the order of ids, which settles ties."""

    rank: Numbers

    @cached_property
    def by_rank(self) -> Numbers:
        """The numbers of people in the order of ids."""
        numbers = np.empty_like(self.rank)
        numbers[self.rank] = np.arange(len(self.rank), dtype=np.uint32)
        return numbers

    def __sizeof__(self) -> int:
        return 2 * self.rank.nbytes


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a part besides its ground: venues by number, meetings, and what changed.

    Meetings are of one part alone. `rows` are all visits that the people of `changed` have now
    on the days of this part; what the ground has of them is dead. `changed` is None where
    nothing lies over the ground.
    """

    categories: list[str]
    tops: Numbers
    venue_ranks: Numbers
    meetings: Meetings
    changed: Numbers | None
    rows: Rows


@dataclass(frozen=True)
class Part:
    """The visits of some days as of one commit, ready to be asked."""

    columns: Columns

    def __repr__(self) -> str:
        return f"Part({self.columns.rows} visits)"


@dataclass(frozen=True, slots=True)
class Step:
    """What a hop is asked: the frontier, and who is exposed so far, from when."""

    frontier: Frontier
    person: Numbers
    exposed: Moments


def _digest() -> str:
    here = Path(__file__)
    files = [here, here.parents[1] / "rules.py", *sorted((here.parent / "projection").glob("*.py"))]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


#: The sources that were loaded.
_LOADED = _digest()


def source_stamp() -> str:
    """Return a digest of the sources that count here: two machines must have the same."""
    return _LOADED


# --- on the side that asks ------------------------------------------------------------------------


def share_out(base: Base, parts: int) -> Places:
    """Return which part each day belongs to: parts of about as many visits, days interleaved."""
    sizes = np.diff(base.day_row.astype(np.int64)).tolist()
    loads, places = [0] * parts, {}
    for size, day in sorted(zip(sizes, base.days.tolist(), strict=True), reverse=True):
        places[day] = loads.index(min(loads))
        loads[places[day]] += size
    return places


def segments_of(base: Base) -> Iterator[Segment]:
    """Yield the visits of each local day of a base, without what lies over it."""
    bounds = zip(base.days.tolist(), base.starts.tolist(), base.ends.tolist(), strict=True)
    for day, starts, ends in bounds:
        yield make_segment(day, starts, ends, segment_rows(base, day))


def besides(columns: Columns, places: Places, parts: int) -> list[Beside]:
    """Return what belongs to each part besides its ground, as columns have it."""
    overlay = columns.overlay
    return [
        Beside(
            categories=columns.venues.category,
            tops=columns.venues.top,
            venue_ranks=columns.venue_rank,
            meetings=columns.meetings if part == 0 else _nobody_met(),
            changed=None if overlay is None else overlay.people,
            rows=Rows.none() if overlay is None else _rows_of(overlay, places, part),
        )
        for part in range(parts)
    ]


def step_of(frontier: Frontier, moments: Moments) -> Step:
    """Return what a hop is asked; `moments` as `spreading.hop` takes them."""
    person = np.flatnonzero(moments != NEVER).astype(np.uint32)
    return Step(frontier, person, moments[person])


def _rows_of(overlay: Overlay, places: Places, part: int) -> Rows:
    """Return the visits over the base on the days of a part; a new day is the first part's."""
    days = [day for day in np.unique(overlay.rows.day).tolist() if places.get(day, 0) == part]
    return overlay.rows.chosen(np.isin(overlay.rows.day, days))


def _nobody_met() -> Meetings:
    return nothing(Meetings)  # type: ignore[return-value]


# --- on a worker ----------------------------------------------------------------------------------


def lay_ground(people: int, segments: Sequence[Segment]) -> Ground:
    """Return the visits of some days, of so many people."""
    return Ground(assemble_base(people, segments), Workspaces())


def rank(ranks: Numbers) -> Ranks:
    """Return the order of people."""
    return Ranks(_own(ranks))


def lay_part(ground: Ground, ranks: Ranks, beside: Beside) -> Part:
    """Return a part as of one commit."""
    base, people = ground.base, len(ranks.rank)
    over = None
    if beside.changed is not None:
        over = lay_over(base, people, beside.changed, beside.rows)
    # A place in the order of ids, written so that texts have the same order.
    venue_ids = [f"{place:010d}" for place in beside.venue_ranks.tolist()]
    return Part(
        Columns(
            people=[""] * people,
            venues=Venues(venue_ids, beside.categories, _own(beside.tops)),
            meetings=beside.meetings,
            # Whoever asks knows who is isolated from when, and says so in the frontier.
            isolations=nothing(Isolations),  # type: ignore[arg-type]
            reports=nothing(Reports),  # type: ignore[arg-type]
            base=base,
            overlay=over,
            rank=ranks.rank,
            by_rank=ranks.by_rank,
            workspaces=ground.workspaces,
        )
    )


def expand(part: Part, rule: TracingRule, as_of: datetime, step: Step) -> Partial:
    """Return whom a frontier exposes by the visits of a part, sooner than known."""
    moments = np.full(len(part.columns.people), NEVER, np.int32)
    moments[step.person] = step.exposed
    asked = step.frontier
    frontier = Frontier(_own(asked.person), _own(asked.since), _own(asked.until))
    return hop(part.columns, rule, as_of, frontier, moments)


def _own(array: NDArray[Kind]) -> NDArray[Kind]:
    """Return an array that kernels take: what comes over the network may not be written."""
    return np.require(array, requirements=["ALIGNED", "WRITEABLE"])
