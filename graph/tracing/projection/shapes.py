"""What the kernels hand on to one another: columns, terms, scratch and finds.

Moments are seconds since 2000 as in `facts`; the `state` of somebody is twice the moment of
exposure so far, plus one if an earlier hop has reached them.
"""

from __future__ import annotations

from typing import NamedTuple

from graph.tracing.projection.compiling import Flags, Moments, Numbers, Sums

NOBODY = -1
AT_A_MEETING = -1
FAR = (1 << 31) - 1
LOW = 0xFFFFFFFF
# Up to so many entries are gone through one by one rather than halved or sorted.
SHORT = 8
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
    """The frontier: a bit for each of it, from when until when each infects, and tie ranks.

    `until` is empty where nobody of it is isolated, `rank` where ranks are the nodes.
    """

    bits: Flags
    since: Moments
    until: Moments
    rank: Numbers


class Finds(NamedTuple):
    """What one thread has found, by person: the state, the length of all contacts, the best.

    `best` holds the rank of the infector (-1: nothing found), venue, end, doubt; `bits` has one
    for each whom something was found for, `touched` lists them, `size[0]` is how many they are.
    """

    state: Numbers
    seconds: Sums
    best: Moments
    bits: Flags
    touched: Numbers
    size: Sums


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
