"""From what the threads of a hop found to the level that it adds; and the next frontier."""

from __future__ import annotations

import numpy as np

from graph.tracing.projection.compiling import Flags, Moments, Numbers, Sums, compiled, wide
from graph.tracing.projection.facts import NEVER
from graph.tracing.projection.kernels import precedes
from graph.tracing.projection.shapes import NOBODY, Carriers, Finds


@compiled
def fold(
    into: Finds, other: Finds, nodes: Numbers, begin: int, end: int, venue_rank: Numbers
) -> None:
    """Take over what another thread found for some people, where it comes first; sum lengths."""
    for i in range(begin, end):
        node = nodes[i]
        rank = other.best[node, 0]
        if rank == NOBODY:
            continue
        theirs, ours = other.state[node] >> 1, into.state[node] >> 1
        venue, ended, doubt = other.best[node, 1], other.best[node, 2], other.best[node, 3]
        if (
            into.best[node, 0] == NOBODY
            or theirs < ours
            or (theirs == ours and precedes(into.best, venue_rank, node, rank, venue, ended, doubt))
        ):
            into.state[node] = other.state[node]
            into.best[node, 0], into.best[node, 1] = rank, venue
            into.best[node, 2], into.best[node, 3] = ended, doubt
        into.seconds[node] += other.seconds[node]
        other.seconds[node] = 0
        other.best[node, 0] = NOBODY


@compiled
def collect(
    finds: Finds,
    nodes: Numbers,
    begin: int,
    end: int,
    by_rank: Numbers,
    over: tuple[int, Numbers],
    moments: tuple[Moments, Moments, Sums],
    numbers: tuple[Numbers, Numbers, Moments, Flags],
) -> None:
    """Write down what was found for some people, by number, and forget it."""
    exposed, ended, seconds = moments
    person, via, venue, doubt = numbers
    known, people = over
    for i in range(begin, end):
        node = wide(nodes[i])
        person[i] = node if node < known else people[node - known]
        exposed[i] = finds.state[node] >> 1
        seconds[i] = finds.seconds[node]
        via[i] = by_rank[finds.best[node, 0]]
        venue[i] = finds.best[node, 1]
        ended[i] = finds.best[node, 2]
        doubt[i] = finds.best[node, 3]
        finds.seconds[node] = 0
        finds.best[node, 0] = NOBODY


@compiled
def mark(state: Numbers, nodes: Numbers, begin: int, end: int, exposed: Moments) -> None:
    """Note that people are reached, from when."""
    for i in range(begin, end):
        state[nodes[i]] = (wide(exposed[i]) << 1) | 1


@compiled
def look_back(
    person: Numbers,
    via: Numbers,
    doubt: Flags,
    begin: int,
    end: int,
    known: tuple[Moments, Flags, Moments],
    found: tuple[Flags, Flags, Moments],
) -> None:
    """Tell of each find if it is the person's first, its path's doubt, its infector's place."""
    moment, doubt_so_far, place = known
    is_new, path_doubt, via_place = found
    for i in range(begin, end):
        is_new[i] = moment[person[i]] == NEVER
        path_doubt[i] = max(doubt[i], doubt_so_far[via[i]])
        via_place[i] = place[via[i]]


@compiled
def note(
    person: Numbers,
    exposed: Moments,
    path_doubt: Flags,
    begin: int,
    end: int,
    known: tuple[Moments, Flags, Moments],
) -> None:
    """Make a level the newest that is known of its people."""
    moment, doubt_so_far, place = known
    for i in range(begin, end):
        moment[person[i]] = exposed[i]
        doubt_so_far[person[i]] = path_doubt[i]
        place[person[i]] = i


@compiled
def set_out(
    nodes: Numbers,
    since: Sums,
    until: Moments,
    carriers: Carriers,
    frontier: Numbers,
) -> int:
    """Make those infectious who are before their isolation; list them, return how many."""
    size = 0
    for i in range(nodes.size):
        node = wide(nodes[i])
        if since[i] >= until[i]:
            continue
        carriers.bits[node >> 3] |= np.uint8(1 << (node & 7))
        carriers.since[node] = since[i]
        if carriers.until.size:
            carriers.until[node] = until[i]
        frontier[size] = node
        size += 1
    return size
