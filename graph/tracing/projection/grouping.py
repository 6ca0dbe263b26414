"""Cells that share people: zones of one venue on a day, and what lies over a cell of the base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.tracing.projection.base import Base
from graph.tracing.projection.compiling import Moments
from graph.tracing.projection.expanding import Groups
from graph.tracing.projection.facts import Venues
from graph.tracing.projection.overlay import Overlay, bounds_of


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of cells; `cell_group` and `over_group` say which one a cell is of, -1 for none.

    Every cell of the overlay is of a group. `largest` is the visits of the largest cell or
    group. Where there are no groups, `cell_group` is empty.
    """

    groups: Groups
    cell_group: Moments
    over_group: Moments
    largest: int

    @property
    def bytes(self) -> int:
        return self.cell_group.nbytes + sum(array.nbytes for array in self.groups)


def group_cells(
    base: Base, overlay: Overlay | None, venues: Venues, roll_up_zones: bool
) -> Grouping:
    """Return the groups: with `roll_up_zones` by topmost venue, without it by venue."""
    whole = venues.top if roll_up_zones else np.arange(len(venues.ids), dtype=np.uint32)
    is_zoned = np.zeros(len(venues.ids), np.bool_)
    parts = np.flatnonzero(whole != np.arange(len(whole), dtype=np.uint32))
    is_zoned[parts] = is_zoned[whole[parts]] = True
    cell_day = np.repeat(base.days, np.diff(base.day_cell).astype(np.int64))
    chosen = is_zoned[base.cell_venue]
    over_day = np.empty(0, np.int32) if overlay is None else overlay.cell_day
    over_venue = np.empty(0, np.uint32) if overlay is None else overlay.cell_venue
    chosen[_found(_keys(over_day, over_venue), _keys(cell_day, base.cell_venue))] = True
    cells = np.flatnonzero(chosen)
    members = np.append(cells, len(base.cell_venue) + np.arange(len(over_day)))
    keys = np.append(
        _keys(cell_day[cells], whole[base.cell_venue[cells]]), _keys(over_day, whole[over_venue])
    )
    order = np.argsort(keys, kind="stable")
    members, keys = members[order], keys[order]
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    group = np.cumsum(np.diff(keys, prepend=-1) != 0) - 1
    group_of = np.full(len(base.cell_venue) + len(over_day), -1, np.int32)
    group_of[members] = group
    starts, ends = _bounds((keys[begins] >> 32).astype(np.int32))
    sizes = np.diff(base.cell_row).astype(np.int64)
    if overlay is not None:
        sizes = np.append(sizes, np.diff(overlay.cell_row).astype(np.int64))
    together = np.add.reduceat(sizes[members], begins) if len(begins) else np.empty(0, np.int64)
    return Grouping(
        Groups(
            first=np.append(begins, len(members)).astype(np.int32),
            cell=members.astype(np.uint32),
            starts=starts,
            ends=ends,
            venue=(keys[begins] & 0xFFFFFFFF).astype(np.uint32),
        ),
        group_of[: len(base.cell_venue)] if len(members) else np.empty(0, np.int32),
        group_of[len(base.cell_venue) :],
        int(max(np.max(sizes, initial=0), np.max(together, initial=0))),
    )


def _keys(day: Moments, venue: NDArray[np.uint32]) -> NDArray[np.int64]:
    return (day.astype(np.int64) << 32) | venue


def _found(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of those wanted keys that are among the ascending keys."""
    places = np.searchsorted(keys, wanted)
    places = np.minimum(places, max(0, len(keys) - 1))
    return places[keys[places] == wanted] if len(keys) else places[:0]


def _bounds(days: Moments) -> tuple[Moments, Moments]:
    """Return when each of many days begins and ends."""
    distinct, place = np.unique(days, return_inverse=True)
    starts, ends = bounds_of(distinct)
    return starts[place], ends[place]
