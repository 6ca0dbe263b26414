"""Where many are infectious in one place: intervals sorted once, a few look-ups for each visit.

The earliest contact of a visit follows from a running maximum, who it is with from a heap by
rank, the length of all from prefix sums (PITFALLS section 2). A group takes n log n, whatever
is in it.
"""

from __future__ import annotations

from graph.tracing.projection.compiling import Moments, compiled, inlined, wide
from graph.tracing.projection.heaps import pop, push, sort
from graph.tracing.projection.kernels import add_up, consider, doubt_of, pick_exposed
from graph.tracing.projection.shapes import (
    FAR,
    FINE,
    GUESSED,
    HEAP,
    LOW,
    NOBODY,
    NONE,
    PUSHED,
    RANKED,
    RUN,
    RUN_BEST,
    SHORT,
    SIZE,
    SOME,
    Group,
    Hop,
    Intervals,
    Room,
    Scale,
    Stays,
)


@compiled
def line_up(room: Room, front: int, back: int) -> None:
    """Sort the intervals by opening: those at the front are, those at the back are merged in."""
    begin = room.opens.size - back
    keys = room.keys
    for i in range(back):
        keys[i] = (wide(room.opens[begin + i]) << 32) | (begin + i)
    sort(keys, 0, back)
    i, j = 0, 0
    room.at[GUESSED] = NONE
    for at in range(front + back):
        if j == back or (i < front and room.opens[i] <= keys[j] >> 32):
            chosen = i
            i += 1
        else:
            chosen = keys[j] & LOW
            j += 1
        room.sorted_opens[at] = room.opens[chosen]
        room.sorted_closes[at] = room.closes[chosen]
        room.sorted_rank[at] = room.rank[chosen]
        room.sorted_late[at] = room.late[chosen]
        if room.late[chosen] >= 0:
            room.at[GUESSED] = SOME


@compiled
def shift_for(span: int, size: int) -> int:
    """Return by how many bits to cut moments so that a span falls into at most `size` parts."""
    shift = 0
    while span >> shift >= size:
        shift += 1
    return shift


@compiled
def table_opens(room: Room, size: int, shift: int) -> None:
    """Note how many intervals open before each part of the span, and sum up the openings."""
    opens, table, parts = room.sorted_opens, room.opens_table, FINE * size
    total, part = wide(0), 0
    room.sum_opens[0] = 0
    for i in range(size):
        at = min((opens[i] - opens[0]) >> shift, parts - 1)
        while part <= at:
            table[part] = i
            part += 1
        total += wide(opens[i])
        room.sum_opens[i + 1] = total
    while part <= parts:
        table[part] = size
        part += 1


@compiled
def table_ends(room: Room, scale: Scale, low: int) -> None:
    """Sort the ends of the intervals from `skipped` on by counting; note parts, and sum up."""
    closes, table, ends, parts = room.sorted_closes, room.ends_table, room.ends, FINE * scale.size
    for part in range(parts + 2):
        table[part] = 0
    for i in range(scale.skipped, scale.size):
        table[min((closes[i] - low) >> scale.ends_shift, parts - 1) + 2] += 1
    for part in range(2, parts + 2):
        table[part] += table[part - 1]
    for i in range(scale.skipped, scale.size):
        part = min((closes[i] - low) >> scale.ends_shift, parts - 1)
        ends[table[part + 1]] = closes[i]
        table[part + 1] += 1
    total = wide(0)
    room.sum_ends[0] = 0
    for part in range(parts):
        sort_short(ends, table[part], table[part + 1])
        for i in range(table[part], table[part + 1]):
            total += wide(ends[i])
            room.sum_ends[i + 1] = total


@compiled
def sort_short(values: Moments, begin: int, end: int) -> None:
    """Sort a part of an array that is short as a rule."""
    if end - begin > 4 * SHORT:
        sort(values, begin, end)
        return
    for i in range(begin + 1, end):
        value = values[i]
        j = i
        while j > begin and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@inlined
def count_to(values: Moments, table: Moments, size: int, low: int, shift: int, moment: int) -> int:
    """Return how many of the sorted values are at most a moment."""
    if moment < low:
        return 0
    part = min((moment - low) >> shift, FINE * size - 1)
    begin, end = wide(table[part]), wide(table[part + 1])
    while end - begin > SHORT:
        middle = (begin + end) >> 1
        if values[middle] <= moment:
            begin = middle + 1
        else:
            end = middle
    while begin < end and values[begin] <= moment:
        begin += 1
    return begin


@inlined
def lowest_alive(room: Room, opened: int, least_end: int) -> int:
    """Return the interval of the lowest rank, then end, of the first `opened` that last so long.

    It is asked with rising ends, and only where there is one.
    """
    at, heap, slots = room.at, room.heap, room.heap_at
    size = at[HEAP]
    for i in range(at[PUSHED], opened):
        closes = wide(room.sorted_closes[i])
        rank = wide(room.sorted_rank[i])
        # One of a higher rank that closes no later than the lowest never has its turn.
        is_hidden = size > 0 and heap[0] >> 32 < rank and heap[0] & LOW >= closes
        if closes >= least_end and not is_hidden:
            push(heap, slots, size, (rank << 32) | closes, i)
            size += 1
    at[PUSHED] = opened
    while heap[0] & LOW < least_end:
        pop(heap, slots, size)
        size -= 1
    at[HEAP] = size
    return wide(slots[0])


@inlined
def lowest_next(room: Room, begin: int, size: int) -> int:
    """Return the interval of the lowest rank, then end, of those that open with the one given."""
    if room.at[RUN] == begin:
        return wide(room.at[RUN_BEST])
    lowest = begin
    i = begin + 1
    while i < size and room.sorted_opens[i] == room.sorted_opens[begin]:
        rank, low = room.sorted_rank[i], room.sorted_rank[lowest]
        if rank < low or (rank == low and room.sorted_closes[i] < room.sorted_closes[lowest]):
            lowest = i
        i += 1
    room.at[RUN], room.at[RUN_BEST] = begin, lowest
    return lowest


@compiled
def rank_intervals(room: Room, size: int) -> None:
    """Sort the intervals by rank, so that all of one person are found."""
    for i in range(size):
        room.keys[i] = (wide(room.sorted_rank[i]) << 32) | i
    sort(room.keys, 0, size)
    room.at[GUESSED] = RANKED


@compiled
def surest(stays: Stays, i: int, started: int, rank: int, size: int, hop: Hop) -> int:
    """Return four times the end, plus the doubt, of the first by ties of one person's contacts."""
    room, least_end = hop.room, started + hop.terms.least
    if room.at[GUESSED] == SOME:
        rank_intervals(room, size)
    arrived, left, waits = wide(stays.arrived[i]), wide(stays.left[i]), NOBODY
    if left < 0:
        waits = ~left
        left = wide(hop.late.end[waits])
    lowest = wide(FAR) << 2
    at, beyond = 0, size
    while at < beyond:
        middle = (at + beyond) >> 1
        if room.keys[middle] >> 32 < rank:
            at = middle + 1
        else:
            beyond = middle
    while at < size and room.keys[at] >> 32 == rank:
        j = room.keys[at] & LOW
        at += 1
        ended = min(wide(room.sorted_closes[j]), left)
        if ended < least_end or max(wide(room.sorted_opens[j]), arrived) != started:
            continue
        doubt = doubt_of(
            hop.late, room.sorted_late[j], room.sorted_closes[j], waits, left, least_end
        )
        lowest = min(lowest, (ended << 2) | doubt)
    return lowest


@inlined
def settle_by_many(stays: Stays, i: int, venue: int, started: int, j: int, hop: Hop) -> None:
    """Record the contact with the interval `j`, the lowest of those that come first."""
    room, least_end = hop.room, started + hop.terms.least
    rank, left, doubt = wide(room.sorted_rank[j]), wide(stays.left[i]), 0
    if room.at[GUESSED] == NONE:
        if left < 0:
            waits = ~left
            left = wide(hop.late.end[waits])
            doubt = doubt_of(hop.late, NOBODY, room.sorted_closes[j], waits, left, least_end)
        ended = min(wide(room.sorted_closes[j]), left)
    else:
        size = hop.room.at[SIZE]
        ended = surest(stays, i, started, rank, size, hop)
        ended, doubt = ended >> 2, ended & 3
    consider(hop, stays.node[i], least_end, rank, venue, ended, doubt)


@compiled
def expose_by_many(stays: Stays, group: Group, found: Intervals, hop: Hop) -> None:
    """Expose the people of a group's visits, by intervals that are sorted once."""
    room, size = hop.room, found.front + found.back
    for place in range(room.at.size):
        room.at[place] = 0
    room.at[RUN], room.at[SIZE] = NOBODY, size
    line_up(room, found.front, found.back)
    opens = room.sorted_opens
    opens_shift = shift_for(opens[size - 1] - found.first, FINE * size)
    ends_shift = shift_for(min(found.last, group.ends) - found.first, FINE * size)
    table_opens(room, size, opens_shift)
    split = group.begin
    while split < group.end and stays.arrived[split] < group.starts:
        split += 1
    skipped = 0
    while skipped < size and opens[skipped] < group.starts:
        skipped += 1
    if split > group.begin and skipped < size:
        # Who came before the day shares with those alone whose interval opens within it.
        before = Group(group.begin, split, group.starts, group.ends, group.venue)
        sweep(stays, before, found, Scale(size, skipped, opens_shift, ends_shift), hop)
    within = Group(split, group.end, group.starts, group.ends, group.venue)
    sweep(stays, within, found, Scale(size, 0, opens_shift, ends_shift), hop)


@compiled
def sweep(stays: Stays, group: Group, found: Intervals, scale: Scale, hop: Hop) -> None:
    """Let visits go by in the order of arrival, past the intervals from `skipped` on."""
    room, finds, least, size = hop.room, hop.finds, hop.terms.least, scale.size
    opens = room.sorted_opens
    table_ends(room, scale, found.first)
    opened, gone, latest_end = scale.skipped, 0, wide(0)
    picked = pick_exposed(stays, group, found, hop.late, finds.state, least, room)
    for at in range(picked):
        i = group.begin + room.picked[at]
        arrived, left, state = wide(stays.arrived[i]), wide(room.left[at]), room.states[at]
        room.totals[at] = 0
        while opened < size and opens[opened] <= arrived:
            latest_end = max(latest_end, wide(room.sorted_closes[opened]))
            opened += 1
        is_alive = latest_end >= arrived + least
        if is_alive:
            started = arrived
        elif opened < size and opens[opened] <= left - least:
            started = wide(opens[opened])
        else:
            continue
        if state & 1 == 0:
            while gone < size - scale.skipped and room.ends[gone] < arrived + least:
                gone += 1
            near = count_to(
                opens, room.opens_table, size, found.first, scale.opens_shift, left - least
            )
            over = count_to(room.ends, room.ends_table, size, found.first, scale.ends_shift, left)
            # The sum of min(closes, left) less that of max(opens, arrived), over those that
            # close `least` after arrival or later and open `least` before the end or sooner.
            ends = room.sum_ends[over] - room.sum_ends[gone] + left * (near - scale.skipped - over)
            begins = room.sum_opens[near] - room.sum_opens[opened]
            begins += arrived * (opened - scale.skipped - gone)
            room.totals[at] = ends - begins
        if started + least <= state >> 1:
            j = opened
            if is_alive:
                j = lowest_alive(room, opened, arrived + least)
            else:
                j = lowest_next(room, opened, size)
            settle_by_many(stays, i, group.venue, started, j, hop)
    add_up(stays, group.begin, picked, room, finds)
