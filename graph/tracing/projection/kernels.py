"""The hot loops of a hop: over the visits of a group that share people, without pairs.

A group holds the visits of one venue on one local day by arrival. The people in it who are
infectious open *intervals* `[opens, closes]`, at least the rule's minutes long. A visit of
somebody else is a contact of each interval that it overlaps for as long (DESIGN section 3).
Here few intervals are gone through for each visit; `crowds` sorts many once.

Most of the time is spent waiting for what memory holds of people. So what is read of many is
read in loops that do nothing else, where the processor has many reads under way at once.
"""

from __future__ import annotations

from graph.tracing.projection.compiling import (
    Flags,
    Moments,
    Numbers,
    compiled,
    inlined,
    wide,
)
from graph.tracing.projection.shapes import (
    AT_A_MEETING,
    FAR,
    NOBODY,
    Finds,
    Group,
    Hop,
    Intervals,
    Late,
    Room,
    Stays,
)


@inlined
def consider(
    hop: Hop, person: int, moment: int, rank: int, venue: int, ended: int, doubt: int
) -> None:
    """Record a contact that exposes somebody, if it is the first by moment and ties."""
    finds = hop.finds
    best = finds.best
    state = wide(finds.state[person])
    known = state >> 1
    if moment > known:
        return
    if (finds.bits[person >> 3] >> (person & 7)) & 1 == 0:
        if moment == known:
            return
        finds.bits[person >> 3] |= 1 << (person & 7)
        finds.touched[finds.size[0]] = person
        finds.size[0] += 1
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
        return bool(rank < best[person, 0])
    if venue != best[person, 1]:
        if min(venue, best[person, 1]) == AT_A_MEETING:
            return bool(best[person, 1] == AT_A_MEETING)
        return bool(venue_rank[venue] < venue_rank[best[person, 1]])
    if ended != best[person, 2]:
        return bool(ended < best[person, 2])
    return bool(doubt < best[person, 3])


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
        room.since[at] = carriers.since[person]
        room.until[at] = carriers.until[person] if carriers.until.size else FAR
        room.lined[at] = carriers.rank[person] if carriers.rank.size else person
    for at in range(picked):
        i = group.begin + room.picked[at]
        arrived, left, waits = wide(stays.arrived[i]), wide(stays.left[i]), NOBODY
        if left < 0:
            waits = ~left
            left = wide(late.end[waits])
        closes = min(left, wide(room.until[at]))
        opens = max(arrived, wide(room.since[at]))
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
        arrived = wide(stays.arrived[i])
        if arrived > found.last - least:
            break
        left = wide(stays.left[i])
        if left < 0:
            left = wide(late.end[~left])
        known = wide(state[stays.node[i]])
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
        arrived, left, state = wide(stays.arrived[i]), wide(room.left[at]), room.states[at]
        started, total = FAR, 0
        for j in range(size):
            shared = max(wide(opens[j]), arrived)
            length = min(wide(closes[j]), left) - shared
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
    arrived, left, waits = wide(stays.arrived[i]), wide(stays.left[i]), NOBODY
    if left < 0:
        waits = ~left
        left = wide(late.end[waits])
    lowest, ended, doubt = FAR, 0, 0
    for j in range(size):
        closes, rank = min(wide(room.closes[j]), left), wide(room.rank[j])
        if rank > lowest or closes < least_end or max(wide(room.opens[j]), arrived) != started:
            continue
        unsure = 0
        if waits >= 0 or room.late[j] >= 0:
            unsure = doubt_of(late, room.late[j], room.closes[j], waits, left, least_end)
        if rank < lowest or closes < ended or (closes == ended and unsure < doubt):
            lowest, ended, doubt = rank, closes, unsure
    consider(hop, stays.node[i], least_end, lowest, venue, ended, doubt)
