"""The hot loops of a hop: over the groups of visits that share people, without pairs.

A group holds the visits of one venue on one local day by arrival. The people in it who are
infectious open *intervals* `[opens, closes]`, at least the rule's minutes long. A visit of
somebody else is a contact of each interval that it overlaps for as long (DESIGN section 3).
Few intervals are simply gone through; many are sorted once, so that a visit costs a few
look-ups: its earliest contact by a running maximum, the length of all by prefix sums.

Moments are seconds since 2000 as in `facts`; the `state` of somebody is twice the moment of
exposure so far, plus one if an earlier hop has reached them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph.tracing.projection.compiling import Flags, Moments, Numbers, Sums, compiled, inlined

NOBODY = -1
AT_A_MEETING = -1
FAR = (1 << 31) - 1
LOW = 0xFFFFFFFF
# Up to so many entries are gone through one by one rather than halved or sorted.
SHORT = 8
# Places of `Carriers.terms`.
SINCE, UNTIL, RANK = range(3)
# A table over moments has so many parts an entry.
FINE = 2
# Places of `Room.at`: what moves on as visits go by in the order of arrival.
HEAP, PUSHED, RUN, RUN_BEST, GUESSED, SIZE = range(6)
AT_SIZE = 6
# ... and what GUESSED holds: no interval's end is a guess, some is, they are in order of rank.
NONE, SOME, RANKED = range(3)


class Stays(NamedTuple):
    """Visits, one place each; an end below zero is the complement of a place in `Late`."""

    node: Numbers
    arrived: Moments
    left: Moments
    recorded: Moments


class Late(NamedTuple):
    """Of visits whose exit is not simply known: the end that counts, else 0, and the estimate."""

    end: Moments
    expected: Moments
    known: Flags


class Carriers(NamedTuple):
    """The frontier: a bit for each of it; by person since when and until when, and the rank."""

    bits: Flags
    terms: Moments


class Finds(NamedTuple):
    """What one thread has found, by person: the state, the length of all contacts, the best.

    `best` holds the rank of the infector (-1: nothing found), venue, end, doubt; `touched` lists
    whom something was found for, `count[0]` how many they are.
    """

    state: Numbers
    seconds: Sums
    best: Moments
    touched: Numbers
    count: Sums


class Terms(NamedTuple):
    """What counts: by venue whether it does and as which (empty: all, itself); tie ranks."""

    least: int
    as_of: int
    few: int
    counts: Flags
    counted_as: Numbers
    venue_rank: Numbers


class Room(NamedTuple):
    """Scratch for the intervals of one group; each thread's own."""

    opens: Moments
    closes: Moments
    rank: Numbers
    late: Moments
    sorted_opens: Moments
    sorted_closes: Moments
    sorted_rank: Numbers
    sorted_late: Moments
    ends: Moments
    sum_opens: Sums
    sum_ends: Sums
    opens_table: Moments
    ends_table: Moments
    keys: Sums
    heap: Sums
    heap_at: Moments
    picked: Moments
    states: Sums
    left: Moments
    since: Moments
    until: Moments
    lined: Moments
    totals: Sums
    at: Sums


class Hop(NamedTuple):
    """Everything that a group is expanded with; what is in `finds` and after is one thread's."""

    late: Late
    carriers: Carriers
    terms: Terms
    finds: Finds
    room: Room
    scratch: Stays
    spare: Stays


class Group(NamedTuple):
    """Where a group's visits lie, the bounds of its day, the venue that it counts as."""

    begin: int
    end: int
    starts: int
    ends: int
    venue: int


class Intervals(NamedTuple):
    """How many intervals open on arrival and later, the first opening, the last closing."""

    front: int
    back: int
    first: int
    last: int


class Scale(NamedTuple):
    """How the tables over openings and over ends cut the day."""

    size: int
    skipped: int
    opens_shift: int
    ends_shift: int


@inlined
def consider(
    hop: Hop, person: int, moment: int, rank: int, venue: int, ended: int, doubt: int
) -> None:
    """Record a contact that exposes somebody, if it is the first by moment and ties."""
    finds = hop.finds
    best = finds.best
    state = np.int64(finds.state[person])
    known = state >> 1
    if moment > known:
        return
    # Whether anything was found is seen by the state of those whom nothing had reached.
    if known == FAR or (state & 1 and best[person, 0] == NOBODY):
        if moment == known:
            return
        finds.touched[finds.count[0]] = person
        finds.count[0] += 1
    elif moment == known and not precedes(
        best, hop.terms.venue_rank, person, rank, venue, ended, doubt
    ):
        return
    finds.state[person] = (moment << 1) | (state & 1)
    best[person, 0] = rank
    best[person, 1] = venue
    best[person, 2] = ended
    best[person, 3] = doubt


@compiled
def precedes(
    best: Moments, venue_rank: Numbers, person: int, rank: int, venue: int, ended: int, doubt: int
) -> bool:
    """Tell whether a contact comes before the one recorded, both exposing at one moment."""
    if rank != best[person, 0]:
        return rank < best[person, 0]
    if venue != best[person, 1]:
        if min(venue, best[person, 1]) == AT_A_MEETING:
            return best[person, 1] == AT_A_MEETING
        return venue_rank[venue] < venue_rank[best[person, 1]]
    if ended != best[person, 2]:
        return ended < best[person, 2]
    return doubt < best[person, 3]


@inlined
def doubt_of(late: Late, a: int, a_left: int, b: int, b_left: int, least_end: int) -> int:
    """Return how sure a shared stay is: both exits known, it holds as expected, or neither.

    `a` and `b` are places in `late`, or below zero where the exit is simply known.
    """
    a_known = a < 0 or late.known[a] != 0
    b_known = b < 0 or late.known[b] != 0
    if a_known and b_known:
        return 0
    a_expected = a_left if a_known else late.expected[a]
    b_expected = b_left if b_known else late.expected[b]
    return 1 if least_end <= a_expected and least_end <= b_expected else 2


@inlined
def gather(stays: Stays, group: Group, hop: Hop) -> Intervals:
    """Find the intervals of a group's visits, which are sorted by arrival.

    Those that open on arrival fill the room from the front, in order; those that open later,
    as somebody became infectious during the visit, from the back.
    """
    room, carriers, late, least = hop.room, hop.carriers, hop.late, hop.terms.least
    front, back = 0, room.opens.size
    first, last = FAR, 0
    picked = pick_carriers(stays.node, group.begin, group.end, carriers.bits, room.picked)
    for at in range(picked):
        # Read by themselves, so that many are under way at once.
        person = stays.node[group.begin + room.picked[at]]
        room.since[at] = carriers.terms[person, SINCE]
        room.until[at] = carriers.terms[person, UNTIL]
        room.lined[at] = carriers.terms[person, RANK]
    for at in range(picked):
        i = group.begin + room.picked[at]
        arrived, left, waits = np.int64(stays.arrived[i]), np.int64(stays.left[i]), NOBODY
        if left < 0:
            waits = ~left
            left = np.int64(late.end[waits])
        closes = min(left, np.int64(room.until[at]))
        opens = max(arrived, np.int64(room.since[at]))
        if closes - opens < least or opens >= group.ends:
            continue
        if opens == arrived:
            slot = front
            front += 1
        else:
            back -= 1
            slot = back
        room.opens[slot] = opens
        room.closes[slot] = closes
        room.rank[slot] = room.lined[at]
        room.late[slot] = waits
        first = min(first, opens)
        last = max(last, closes)
    return Intervals(front, room.opens.size - back, first, last)


@inlined
def pick_carriers(node: Numbers, begin: int, end: int, bits: Flags, picked: Moments) -> int:
    """List the visits of the frontier, counted from the first; return how many there are."""
    size = 0
    for i in range(begin, end):
        # Written anyway and kept if it counts: a branch would be guessed wrong too often.
        picked[size] = i - begin
        person = node[i]
        size += (bits[person >> 3] >> (person & 7)) & 1
    return size


@inlined
def pick_exposed(
    stays: Stays, group: Group, found: Intervals, late: Late, state: Numbers, least: int, room: Room
) -> int:
    """List the visits whom an interval may expose sooner, or for longer, with states and ends."""
    size = 0
    for i in range(group.begin, group.end):
        arrived = np.int64(stays.arrived[i])
        if arrived > found.last - least:
            break
        left = np.int64(stays.left[i])
        if left < 0:
            left = np.int64(late.end[~left])
        known = np.int64(state[stays.node[i]])
        room.picked[size] = i - group.begin
        room.states[size] = known
        room.left[size] = left
        # Whoever was reached before the first of these intervals could expose is passed over.
        is_early = (known & 1) & (known >> 1 < max(arrived, found.first) + least)
        is_short = (left < found.first + least) | (left - arrived < least)
        size += 1 - (is_early | is_short)
    return size


@inlined
def add_up(stays: Stays, begin: int, picked: int, room: Room, finds: Finds) -> None:
    """Add the lengths of contacts to those of people whom no earlier hop had reached."""
    for at in range(picked):
        if room.states[at] & 1 == 0:
            finds.seconds[stays.node[begin + room.picked[at]]] += room.totals[at]


@inlined
def expose(stays: Stays, group: Group, found: Intervals, hop: Hop) -> None:
    """Expose the people of a group's visits to its intervals."""
    size = found.front + found.back
    if size <= hop.terms.few:
        close_up(hop.room, found.front, found.back)
        expose_by_few(stays, group, found, hop)
    else:
        expose_by_many(stays, group, found, hop)


@compiled
def sort(values: Sums, begin: int, end: int) -> None:
    """Sort a part of an array where it is, by a heap."""
    size = end - begin
    start, last = size >> 1, size - 1
    while last > 0:
        if start > 0:
            start -= 1
            value = values[begin + start]
        else:
            value = values[begin + last]
            values[begin + last] = values[begin]
            last -= 1
        at, below = start, 2 * start + 1
        while below <= last:
            if below < last and values[begin + below] < values[begin + below + 1]:
                below += 1
            if value >= values[begin + below]:
                break
            values[begin + at] = values[begin + below]
            at, below = below, 2 * below + 1
        values[begin + at] = value


# --- few intervals ----------------------------------------------------------------------------


@inlined
def close_up(room: Room, front: int, back: int) -> None:
    """Move the intervals at the back next to those at the front."""
    begin = room.opens.size - back
    for i in range(back):
        room.opens[front + i] = room.opens[begin + i]
        room.closes[front + i] = room.closes[begin + i]
        room.rank[front + i] = room.rank[begin + i]
        room.late[front + i] = room.late[begin + i]


@inlined
def expose_by_few(stays: Stays, group: Group, found: Intervals, hop: Hop) -> None:
    """Expose the people of a group's visits, going through all intervals for each."""
    least, finds, room = hop.terms.least, hop.finds, hop.room
    opens, closes = room.opens, room.closes
    size = found.front + found.back
    picked = pick_exposed(stays, group, found, hop.late, finds.state, least, room)
    for at in range(picked):
        i = group.begin + room.picked[at]
        arrived, left, state = np.int64(stays.arrived[i]), np.int64(room.left[at]), room.states[at]
        started, total = FAR, 0
        for j in range(size):
            shared = max(np.int64(opens[j]), arrived)
            length = min(np.int64(closes[j]), left) - shared
            if length >= least and shared >= group.starts:
                started = min(started, shared)
                total += length
        room.totals[at] = total
        if started + least <= state >> 1:
            settle_by_few(stays, i, group.venue, started, size, hop)
    add_up(stays, group.begin, picked, room, finds)


@inlined
def settle_by_few(stays: Stays, i: int, venue: int, started: int, size: int, hop: Hop) -> None:
    """Record which of the contacts that expose a visit's person first comes first by ties."""
    room, late, least_end = hop.room, hop.late, started + hop.terms.least
    arrived, left, waits = np.int64(stays.arrived[i]), np.int64(stays.left[i]), NOBODY
    if left < 0:
        waits = ~left
        left = np.int64(late.end[waits])
    lowest, ended, doubt = FAR, 0, 0
    for j in range(size):
        closes, rank = min(np.int64(room.closes[j]), left), np.int64(room.rank[j])
        if rank > lowest or closes < least_end or max(np.int64(room.opens[j]), arrived) != started:
            continue
        unsure = 0
        if waits >= 0 or room.late[j] >= 0:
            unsure = doubt_of(late, room.late[j], room.closes[j], waits, left, least_end)
        if rank < lowest or closes < ended or (closes == ended and unsure < doubt):
            lowest, ended, doubt = rank, closes, unsure
    consider(hop, stays.node[i], least_end, lowest, venue, ended, doubt)


# --- many intervals ---------------------------------------------------------------------------


@compiled
def line_up(room: Room, front: int, back: int) -> None:
    """Sort the intervals by opening: those at the front are, those at the back are merged in."""
    begin = room.opens.size - back
    keys = room.keys
    for i in range(back):
        keys[i] = (np.int64(room.opens[begin + i]) << 32) | (begin + i)
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
    total, part = np.int64(0), 0
    room.sum_opens[0] = 0
    for i in range(size):
        at = min((opens[i] - opens[0]) >> shift, parts - 1)
        while part <= at:
            table[part] = i
            part += 1
        total += np.int64(opens[i])
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
    total = np.int64(0)
    room.sum_ends[0] = 0
    for part in range(parts):
        sort_short(ends, table[part], table[part + 1])
        for i in range(table[part], table[part + 1]):
            total += np.int64(ends[i])
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
    begin, end = np.int64(table[part]), np.int64(table[part + 1])
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
def push(keys: Sums, slots: Moments, size: int, key: int, slot: int) -> None:
    """Add to a heap of so many."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], slots[at] = keys[above], slots[above]
        at = above
    keys[at], slots[at] = key, slot


@compiled
def pop(keys: Sums, slots: Moments, size: int) -> None:
    """Take the least away from a heap of so many."""
    key, slot = keys[size - 1], slots[size - 1]
    at, below = 0, 1
    while below < size - 1:
        if below + 1 < size - 1 and keys[below + 1] < keys[below]:
            below += 1
        if key <= keys[below]:
            break
        keys[at], slots[at] = keys[below], slots[below]
        at, below = below, 2 * below + 1
    keys[at], slots[at] = key, slot


@inlined
def lowest_alive(room: Room, opened: int, least_end: int) -> int:
    """Return the interval of the lowest rank, then end, of the first `opened` that last so long.

    It is asked with rising ends, and only where there is one.
    """
    at, heap, slots = room.at, room.heap, room.heap_at
    size = at[HEAP]
    for i in range(at[PUSHED], opened):
        closes = np.int64(room.sorted_closes[i])
        rank = np.int64(room.sorted_rank[i])
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
    return slots[0]


@inlined
def lowest_next(room: Room, begin: int, size: int) -> int:
    """Return the interval of the lowest rank, then end, of those that open with the one given."""
    if room.at[RUN] == begin:
        return room.at[RUN_BEST]
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
        room.keys[i] = (np.int64(room.sorted_rank[i]) << 32) | i
    sort(room.keys, 0, size)
    room.at[GUESSED] = RANKED


@compiled
def surest(stays: Stays, i: int, started: int, rank: int, size: int, hop: Hop) -> int:
    """Return four times the end, plus the doubt, of the first by ties of one person's contacts."""
    room, least_end = hop.room, started + hop.terms.least
    if room.at[GUESSED] == SOME:
        rank_intervals(room, size)
    arrived, left, waits = np.int64(stays.arrived[i]), np.int64(stays.left[i]), NOBODY
    if left < 0:
        waits = ~left
        left = np.int64(hop.late.end[waits])
    lowest = np.int64(FAR) << 2
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
        ended = min(np.int64(room.sorted_closes[j]), left)
        if ended < least_end or max(np.int64(room.sorted_opens[j]), arrived) != started:
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
    rank, left, doubt = np.int64(room.sorted_rank[j]), np.int64(stays.left[i]), 0
    if room.at[GUESSED] == NONE:
        if left < 0:
            waits = ~left
            left = np.int64(hop.late.end[waits])
            doubt = doubt_of(hop.late, NOBODY, room.sorted_closes[j], waits, left, least_end)
        ended = min(np.int64(room.sorted_closes[j]), left)
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
    opened, gone, latest_end = scale.skipped, 0, np.int64(0)
    picked = pick_exposed(stays, group, found, hop.late, finds.state, least, room)
    for at in range(picked):
        i = group.begin + room.picked[at]
        arrived, left, state = np.int64(stays.arrived[i]), np.int64(room.left[at]), room.states[at]
        room.totals[at] = 0
        while opened < size and opens[opened] <= arrived:
            latest_end = max(latest_end, np.int64(room.sorted_closes[opened]))
            opened += 1
        is_alive = latest_end >= arrived + least
        if is_alive:
            started = arrived
        elif opened < size and opens[opened] <= left - least:
            started = np.int64(opens[opened])
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
