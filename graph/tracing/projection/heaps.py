"""Heaps in arrays: to sort where things lie, and to have the least at hand."""

from __future__ import annotations

from graph.tracing.projection.compiling import Moments, Sums, compiled, inlined


@compiled
def sort(values: Sums | Moments, begin: int, end: int) -> None:
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
