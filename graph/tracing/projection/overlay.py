"""People whose visits changed since the base was laid down, and groups of cells.

The visits that the base has of such a person are dead; all that the person has now are here.
The kernels know nothing of it: the person has another *node*, and the old one takes no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.periods import day_bounds
from graph.tracing.projection.base import Base, last_of
from graph.tracing.projection.compiling import Moments, Numbers
from graph.tracing.projection.facts import NEVER, ORIGIN_S, Rows, is_late

_FIRST_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Overlay:
    """The visits of people that changed, by day, venue, arrival and person; small.

    Args:
        people: numbers, ascending; node `base.people + i` is that of `people[i]`.
        moved: how many of them the base knows, whose visits there are dead.
        rows: the visits as they were given. node, left: as the kernels read them; an end below
            zero is the complement of a place after those of the base's late visits.
        late: the places of the late ones among `rows`.
        cell_row, cell_venue, cell_day: as of the base; node_row: where a node's begin in
            `by_node`.
    """

    people: Numbers
    moved: int
    rows: Rows
    node: Numbers
    left: Moments
    late: NDArray[np.int64]
    cell_row: Numbers
    cell_venue: Numbers
    cell_day: Moments
    node_cell: Numbers
    cell_of: Numbers
    last_event: int


def lay_over(base: Base, people: int, changed: Numbers, rows: Rows) -> Overlay:
    """Return what lies over a base.

    Args:
        people: how many there are in all; those that the base does not know belong here.
        changed: the numbers of people whose visits are these and no others.
    """
    new = np.arange(base.people, people, dtype=np.uint32)
    members = np.union1d(changed, new).astype(np.uint32)
    order = np.lexsort((rows.person, rows.arrived, rows.venue, rows.day))
    rows = rows.chosen(order)
    late = np.flatnonzero(is_late(rows))
    left = rows.left.copy()
    left[late] = ~(len(base.late.row) + np.arange(len(late), dtype=np.int32))
    keys = (rows.day.astype(np.int64) << 32) | rows.venue
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    cell_row = np.append(begins, len(rows)).astype(np.uint32)
    place = np.searchsorted(members, rows.person).astype(np.uint32)
    cell = np.repeat(np.arange(len(begins), dtype=np.uint32), np.diff(cell_row).astype(np.int64))
    by_node = np.argsort(place, kind="stable")
    first = np.searchsorted(place[by_node], np.arange(len(members) + 1))
    return Overlay(
        people=members,
        moved=int(np.count_nonzero(members < base.people)),
        rows=rows,
        node=place + np.uint32(base.people),
        left=left,
        late=late,
        cell_row=cell_row,
        cell_venue=rows.venue[begins],
        cell_day=rows.day[begins],
        node_cell=first.astype(np.uint32),
        cell_of=cell[by_node],
        last_event=max(map(last_of, (rows.recorded, rows.left_recorded, rows.retracted))),
    )


def bounds_of(days: Moments) -> tuple[Moments, Moments]:
    """Return when local days begin and end."""
    periods = [day_bounds(date.fromordinal(_FIRST_DAY + int(day))) for day in days]
    starts = [int(period.start.timestamp()) - ORIGIN_S for period in periods]
    ends = [
        NEVER if period.end is None else int(period.end.timestamp()) - ORIGIN_S
        for period in periods
    ]
    return np.array(starts, np.int32), np.array(ends, np.int32)
