"""Work shared among threads: as many as the machine has processors, eight at most.

Several traces may share their work at once. Nobody waits for a thread that is itself waiting:
whoever asks takes part, and what others do never asks in turn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

MOST_WORKERS = 8
#: So many people are written down by one thread.
A_FEW_PEOPLE = 50_000

Task = TypeVar("Task")


def workers() -> int:
    """Return how many threads a hop may use."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers(), thread_name_prefix="projection")


def share(
    tasks: Sequence[Task], work: Callable[[int, Iterator[Task]], object], threads: int
) -> None:
    """Let several threads take tasks in turn; each is told its number and where to take them."""
    if not tasks:
        return
    queue = iter(tasks)
    others = [_pool().submit(work, thread, queue) for thread in range(1, min(threads, len(tasks)))]
    try:
        work(0, queue)
    finally:
        for other in others:
            other.result()


def in_parts(work: Callable[[int, int], object], size: int, threads: int) -> None:
    """Do work on `[0, size)`, in parts by several threads where it is worth it."""
    if size < A_FEW_PEOPLE or threads == 1:
        work(0, size)
        return
    bounds = [size * part // threads for part in range(threads + 1)]

    def each(_thread: int, spans: Iterator[tuple[int, int]]) -> None:
        for begin, end in spans:
            work(begin, end)

    share(list(pairwise(bounds)), each, threads)
