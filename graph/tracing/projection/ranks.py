"""The order of ids: by code point, as ties and the rows of a trace are ordered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.tracing.projection.compiling import Numbers


def ranks_of(ids: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return the place of each id in the order, and the ids' numbers in order.

    Fastest where ids are in order already, or nearly so.
    """
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.uint32)
    return _inverse(order), order


def ranks_with_more(ids: Sequence[str], by_rank: Numbers) -> tuple[Numbers, Numbers]:
    """Return the same, where the first ids are ordered already and some follow them."""
    more = sorted(range(len(by_rank), len(ids)), key=ids.__getitem__)
    places = [place_in(ids, by_rank, ids[number]) for number in more]
    order = np.insert(by_rank, places, np.array(more, np.uint32))
    return _inverse(order), order


def place_in(ids: Sequence[str], by_rank: Numbers, wanted: str) -> int:
    """Return how many of the ordered ids come before one."""
    low, high = 0, len(by_rank)
    while low < high:
        middle = (low + high) // 2
        if ids[by_rank[middle]] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _inverse(order: Numbers) -> Numbers:
    rank = np.empty(len(order), np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    return rank
