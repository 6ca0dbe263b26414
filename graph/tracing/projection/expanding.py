"""One hop over many cells: which of them there are, and how the visits of a group come together."""

from __future__ import annotations

from typing import NamedTuple

from graph.tracing.projection.compiling import (
    Flags,
    Moments,
    Numbers,
    Sums,
    compiled,
    inlined,
    wide,
)
from graph.tracing.projection.crowds import expose_by_many
from graph.tracing.projection.heaps import sort
from graph.tracing.projection.kernels import close_up, consider, expose_by_few, gather
from graph.tracing.projection.shapes import (
    AT_A_MEETING,
    FAR,
    NOBODY,
    Carriers,
    Group,
    Hop,
    Intervals,
    Stays,
    Terms,
)

# What of a day was recorded by the moment asked about: all, some of it, nothing.
ALL, SOME, NOTHING = range(3)


class Cells(NamedTuple):
    """Where each cell's visits begin (one place more), its venue, its group, -1 if it has none.

    `group` is empty where no cell has one. `step` holds the cell of every 64th visit.
    """

    first: Numbers
    venue: Numbers
    group: Moments
    step: Numbers


class Days(NamedTuple):
    """The days' bounds, where their cells and visits begin (one place more), what was recorded."""

    starts: Moments
    ends: Moments
    cell: Numbers
    row: Numbers
    mode: Flags


class Groups(NamedTuple):
    """Cells that share people: those of a group, from `first`; day's bounds, venue they count as.

    Cells past those of the base are the overlay's.
    """

    first: Moments
    cell: Numbers
    starts: Moments
    ends: Moments
    venue: Numbers


class Met(NamedTuple):
    """Meetings by each of the two people, from `first`: whom, from when, until when (0: never)."""

    first: Numbers
    other: Numbers
    started: Moments
    ended: Moments


@inlined
def counted(terms: Terms, venue: int) -> int:
    """Return the venue that a visit counts for, -1 if its category does not count."""
    whole = wide(terms.counted_as[venue]) if terms.counted_as.size else wide(venue)
    if terms.counts.size and terms.counts[whole] == 0:
        return NOBODY
    return whole


@inlined
def load(stays: Stays, begin: int, end: int, as_of: int, into: Stays, size: int) -> int:
    """Append the visits that were recorded by then; return how many there are now."""
    for i in range(begin, end):
        if stays.recorded[i] <= as_of:
            into.node[size] = stays.node[i]
            into.arrived[size] = stays.arrived[i]
            into.left[size] = stays.left[i]
            size += 1
    return size


@compiled
def sort_by_arrival(stays: Stays, size: int, spare: Stays, keys: Sums) -> None:
    """Put the first visits in the order of arrival."""
    for i in range(size):
        keys[i] = (wide(stays.arrived[i]) << 32) | i
        spare.node[i] = stays.node[i]
        spare.left[i] = stays.left[i]
    sort(keys, 0, size)
    for i in range(size):
        j = keys[i] & 0xFFFFFFFF
        stays.node[i] = spare.node[j]
        stays.arrived[i] = keys[i] >> 32
        stays.left[i] = spare.left[j]


@inlined
def expand_cell(
    stays: Stays, cells: Cells, cell: int, starts: int, ends: int, is_whole: bool, hop: Hop
) -> None:
    """Expose the people of a cell that is no part of a group."""
    venue = counted(hop.terms, cells.venue[cell])
    if venue < 0:
        return
    begin, end = wide(cells.first[cell]), wide(cells.first[cell + 1])
    if not is_whole:
        end = load(stays, begin, end, hop.terms.as_of, hop.scratch, wide(0))
        begin, stays = wide(0), hop.scratch
    expand_group(stays, Group(begin, end, starts, ends, venue), hop)


@inlined
def expose(stays: Stays, group: Group, found: Intervals, hop: Hop) -> None:
    """Expose the people of a group's visits to its intervals."""
    size = found.front + found.back
    if size <= hop.terms.few:
        close_up(hop.room, found.front, found.back)
        expose_by_few(stays, group, found, hop)
    else:
        expose_by_many(stays, group, found, hop)


@inlined
def expand_group(stays: Stays, group: Group, hop: Hop) -> None:
    """Expose the people of some visits that are sorted by arrival."""
    found = gather(stays, group, hop)
    if found.last > 0:
        expose(stays, group, found, hop)


@compiled
def expand_cells(
    stays: Stays, cells: Cells, days: Days, day: int, begin: int, end: int, hop: Hop
) -> None:
    """Expose the people of some cells of a day, those of groups excepted."""
    is_whole = days.mode[day] == ALL
    starts, ends = wide(days.starts[day]), wide(days.ends[day])
    for cell in range(begin, end):
        if cells.group.size == 0 or cells.group[cell] < 0:
            expand_cell(stays, cells, cell, starts, ends, is_whole, hop)


@compiled
def expand_rows(
    stays: Stays, cells: Cells, days: Days, rows: Numbers, groups: Moments, hop: Hop
) -> int:
    """Expose the people of the cells that some visits lie in, which ascend.

    Groups are not gone into but listed, as often as visits lie in them; returns how many.
    """
    listed, day, end = 0, 0, 0
    for i in range(rows.size):
        row = wide(rows[i])
        if row < end:
            continue
        cell = wide(cells.step[row >> 6])
        while cells.first[cell + 1] <= row:
            cell += 1
        end = wide(cells.first[cell + 1])
        while days.row[day + 1] <= row:
            day += 1
        if cells.group.size and cells.group[cell] >= 0:
            groups[listed] = cells.group[cell]
            listed += 1
            continue
        starts, ends = wide(days.starts[day]), wide(days.ends[day])
        expand_cell(stays, cells, cell, starts, ends, days.mode[day] == ALL, hop)
    return listed


@compiled
def expand_groups(
    stays: Stays,
    over: Stays,
    cells: Cells,
    over_cells: Cells,
    groups: Groups,
    chosen: Moments,
    hop: Hop,
) -> None:
    """Expose the people of some groups."""
    known = cells.venue.size
    for at in range(chosen.size):
        which = chosen[at]
        venue = wide(groups.venue[which])
        if hop.terms.counts.size and hop.terms.counts[venue] == 0:
            continue
        size = wide(0)
        for i in range(groups.first[which], groups.first[which + 1]):
            cell = wide(groups.cell[i])
            if cell < known:
                a, b = cells.first[cell], cells.first[cell + 1]
                size = load(stays, a, b, hop.terms.as_of, hop.scratch, size)
            else:
                a, b = over_cells.first[cell - known], over_cells.first[cell - known + 1]
                size = load(over, a, b, hop.terms.as_of, hop.scratch, size)
        sort_by_arrival(hop.scratch, size, hop.spare, hop.room.keys)
        starts, ends = wide(groups.starts[which]), wide(groups.ends[which])
        expand_group(hop.scratch, Group(wide(0), size, starts, ends, venue), hop)


@inlined
def until_of(carriers: Carriers, node: int) -> int:
    """Return until when somebody of the frontier infects."""
    return wide(carriers.until[node]) if carriers.until.size else wide(FAR)


@compiled
def touch(
    nodes: Numbers,
    person_row: Numbers,
    by_person: Numbers,
    stays: Stays,
    days: Days,
    rows: Numbers,
    hop: Hop,
) -> int:
    """List the visits by which a frontier infects, each person's ascending; return how many."""
    listed, carriers = 0, hop.carriers
    for at in range(nodes.size):
        node = wide(nodes[at])
        since, until = wide(carriers.since[node]), until_of(carriers, node)
        day = 0
        while day < days.ends.size and days.ends[day] <= since:
            day += 1
        begin = days.row[day]
        for place in range(person_row[node], person_row[node + 1]):
            row = wide(by_person[place])
            if row < begin:
                continue
            left = wide(stays.left[row])
            if left < 0:
                left = wide(hop.late.end[~left])
            opens = max(wide(stays.arrived[row]), since)
            if min(left, until) - opens >= hop.terms.least:
                rows[listed] = row
                listed += 1
    return listed


@compiled
def count_visits(nodes: Numbers, person_row: Numbers) -> int:
    """Return how many visits of some people the base holds."""
    total = 0
    for at in range(nodes.size):
        node = wide(nodes[at])
        total += wide(person_row[node + 1]) - wide(person_row[node])
    return total


@compiled
def expand_meetings(nodes: Numbers, met: Met, hop: Hop) -> None:
    """Expose those whom a frontier met while it was infectious."""
    carriers, finds = hop.carriers, hop.finds
    for at in range(nodes.size):
        node = wide(nodes[at])
        for i in range(met.first[node], met.first[node + 1]):
            started = max(wide(met.started[i]), wide(carriers.since[node]))
            ended = min(wide(met.ended[i]), until_of(carriers, node))
            person = wide(met.other[i])
            if ended <= started:
                continue
            if finds.state[person] & 1 == 0:
                finds.seconds[person] += ended - started
            rank = wide(carriers.rank[node]) if carriers.rank.size else node
            consider(hop, person, started, rank, AT_A_MEETING, ended, 0)
