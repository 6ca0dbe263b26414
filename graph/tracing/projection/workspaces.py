"""Where traces keep what they find while they run: made once, used again, few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any

import numpy as np

from graph.tracing.projection.compiling import Flags, Moments, Numbers
from graph.tracing.projection.facts import NEVER
from graph.tracing.projection.shapes import AT_SIZE, FINE, NOBODY, Finds, Room, Stays
from graph.tracing.projection.sharing import workers

UNREACHED = np.uint32(NEVER << 1)


@dataclass(frozen=True, slots=True)
class Workspace:
    """What one running trace knows: about 32 bytes a person and thread, 17 a person besides.

    Between traces everybody is unreached, everywhere. By node: `finds` of each thread; `bits`,
    `since`, `until` of the frontier. By number: `moment` of exposure so far, the doubt of the
    path there, and the place in the level that recorded it.
    """

    finds: tuple[Finds, ...]
    bits: Flags
    since: Moments
    until: Moments
    moment: Moments
    doubt: Flags
    place: Moments

    @property
    def room(self) -> int:
        """For how many people there is room."""
        return len(self.moment)

    @classmethod
    def made(cls, room: int) -> Workspace:
        """Return a workspace for so many nodes."""
        return cls(
            finds=tuple(_finds(room) for _ in range(workers())),
            bits=np.zeros(room // 8 + 1, np.uint8),
            since=np.empty(room, np.int32),
            until=np.empty(room, np.int32),
            moment=np.full(room, NEVER, np.int32),
            doubt=np.zeros(room, np.uint8),
            place=np.full(room, NOBODY, np.int32),
        )

    def forget(self, nodes: Numbers, numbers: Numbers) -> None:
        """Make people unreached again."""
        few = len(nodes) < self.room // 4
        where: Numbers | slice = nodes if few else slice(None)
        for finds in self.finds:
            finds.state[where] = UNREACHED
        where = numbers if few else slice(None)
        self.moment[where] = NEVER
        self.doubt[where] = 0
        self.place[where] = NOBODY


def _finds(room: int) -> Finds:
    best = np.empty((room, 4), np.int32)
    best[:, 0] = NOBODY
    return Finds(
        np.full(room, UNREACHED, np.uint32),
        np.zeros(room, np.int64),
        best,
        np.zeros(room // 8 + 1, np.uint8),
        np.empty(room, np.uint32),
        np.zeros(1, np.int64),
    )


def make_room(size: int) -> Room:
    """Return scratch for groups of up to so many visits."""
    kinds: dict[str, type] = dict.fromkeys(("rank", "sorted_rank"), np.uint32)
    kinds |= dict.fromkeys(("sum_opens", "sum_ends", "keys", "heap", "states", "totals"), np.int64)
    arrays: dict[str, Any] = {
        name: np.empty(FINE * size + 3, kinds.get(name, np.int32)) for name in Room._fields
    }
    return Room(**{**arrays, "at": np.zeros(AT_SIZE, np.int64)})


def make_stays(size: int) -> Stays:
    """Return room for so many visits."""
    moments = (np.empty(size, np.int32) for _ in range(3))
    return Stays(np.empty(size, np.uint32), *moments)


class Workspaces:
    """Workspaces of one line of snapshots: as many traces run at once as there are workers."""

    def __init__(self) -> None:
        self._idle: list[Workspace] = []
        self._lock = Lock()
        self._turn = BoundedSemaphore(max(2, workers()))

    @contextmanager
    def lent(self, nodes: int) -> Iterator[Workspace]:
        """Lend a workspace for so many nodes, in which everybody is unreached.

        One that was in use when something went wrong is not used again.
        """
        with self._turn:
            with self._lock:
                fitting = [one for one in self._idle if one.room >= nodes]
                self._idle = fitting[1:]
            workspace = fitting[0] if fitting else Workspace.made(nodes + nodes // 16 + 1024)
            yield workspace
            with self._lock:
                self._idle.append(workspace)
