"""The projection: what tracing reads, as columns in memory that follow the store.

It can be thrown away at any time: files of days make the next start quick, and the store holds
everything. It answers for one commit, which it names, and where it is not sure that this is the
newest one of a moment ago, it gives no columns, and Cypher answers.

Memory: about 25 bytes a visit and 150 a person for columns and ids, twice that for a visit while
changes are folded in or files are written, and while loading what `loading` states besides.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, RLock, Thread
from time import monotonic
from typing import Literal

from graph.changes import head
from graph.database import Graph
from graph.errors import StoreAway, StoreFault
from graph.tracing.projection.columns import CannotHold, Columns
from graph.tracing.projection.facts import Segment
from graph.tracing.projection.files import Unsound
from graph.tracing.projection.following import (
    Behind,
    Held,
    assembled,
    catch_up,
    folded,
    of_loaded,
    segments_of,
)
from graph.tracing.projection.loading import Tell, load, unheard
from graph.tracing.projection.segments import Folder

__all__ = ["CannotHold", "Columns", "Projection", "Snapshot"]

FOLLOW_SECONDS = 0.25
# After a fault of the store, and after one that only other facts in it can mend.
FAULT_SECONDS, HOPELESS_SECONDS = 2.0, 60.0
# Whoever asks while somebody else reads the store waits so long at most.
PATIENCE_SECONDS = 1.0
# What lies over the columns slows them down, and what only the ledger tells makes a start slow.
MOST_OVER, MOST_OVER_SHARE, MOST_UNSAVED = 100_000, 0.05, 20_000
# For telling beforehand how long it takes: visits a second, from the store and from files.
LOADED_A_SECOND, MAPPED_A_SECOND = 400_000, 10_000_000
NOBODY_WAITS = 86_400.0

_log = logging.getLogger(__name__)

State = Literal["loading", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Columns as of one commit: everything up to `number` and nothing after it.

    `seen_at` is when no newer commit was there; aware UTC. `looked` is the same on the clock of
    `time.monotonic`.
    """

    columns: Columns
    number: int
    seen_at: datetime
    looked: float


class Projection:
    """The columns of one graph; safe to share between threads, made after a fork.

    Not started, it opens itself when it is first asked, in the thread that asks. Started, a
    thread of its own opens it and follows the store, and nobody waits for that.
    """

    def __init__(self, graph: Graph, folder: Path | None, tell: Tell = unheard) -> None:
        """Take a graph, and the folder of its files, None for no files.

        Args:
            tell: told after each local day that is loaded how many are done, of how many.
        """
        self._graph, self._tell = graph, tell
        self._folder = None if folder is None else Folder(folder)
        self._held: Held | None = None
        self._snapshot: Snapshot | None = None
        self._saved = 0
        self._reading = RLock()
        self._stopping = Event()
        self._thread: Thread | None = None
        self._is_sure = False
        self.state: State = "loading"

    @classmethod
    def open(cls, graph: Graph, folder: Path | None, tell: Tell = unheard) -> Projection:
        """Return a projection that has read its files, or else the store.

        Raises:
            CannotHold: the store holds what columns cannot.
            StoreAway, StoreFault: the store does not answer.
        """
        projection = cls(graph, folder, tell)
        projection._open()
        return projection

    @property
    def ready_in_s(self) -> float:
        """About how many seconds `current` takes; a day where it gives nothing for now."""
        if self._thread is not None:
            return 0.0 if self.state == "ready" and self._is_sure else NOBODY_WAITS
        if self._held is not None:
            return 0.0
        with suppress(StoreAway, StoreFault):
            newest = head(self._graph)
            if self._folder is not None:
                with suppress(Unsound):
                    if self._folder.index().mark.store_id == newest.store_id:
                        return 0.1 + newest.visit_days / MAPPED_A_SECOND
            return 0.5 + newest.visit_days / LOADED_A_SECOND
        return NOBODY_WAITS

    def current(self, within: float = 1.0) -> Snapshot | None:
        """Return the columns as of a commit that was the newest within some seconds.

        None while they are loaded, or where nobody can be sure: the store does not answer, or
        holds what columns cannot.
        """
        since = monotonic() - within
        found = self._seen(since)
        if found is not None or self._is_away():
            return found
        if not self._reading.acquire(timeout=PATIENCE_SECONDS):
            return None
        try:
            if self._seen(since) is None and not self._is_away():
                self._look()
            return self._seen(since)
        except (Behind, CannotHold, StoreAway, StoreFault):
            return None
        finally:
            self._reading.release()

    def start(self) -> None:
        """Follow the store from now on, in a thread that ends with the program or by `stop`."""
        self._stopping.clear()
        self._thread = Thread(target=self._follow, name="projection", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no longer; what was seen is kept, but not handed out any more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=PATIENCE_SECONDS)
        self._snapshot, self._is_sure = None, False

    def _seen(self, since: float) -> Snapshot | None:
        found = self._snapshot
        return found if found is not None and found.looked >= since else None

    def _is_away(self) -> bool:
        """Tell whether asking is in vain, because the thread that follows has said so."""
        return self._thread is not None and not (self.state == "ready" and self._is_sure)

    def _look(self) -> None:
        """Catch up with the store, by opening anew if need be."""
        if self._held is None:
            self._open()
            return
        looked, seen_at = monotonic(), datetime.now(UTC)
        try:
            held = catch_up(self._graph, self._held)
        except Behind:
            self._drop()
            if self._thread is None:
                self._open()
            return
        self._take(held, looked, seen_at)
        if self._thread is None:
            self._tidy()

    def _take(self, held: Held, looked: float, seen_at: datetime) -> None:
        self._held = held
        self._snapshot = Snapshot(held.columns, held.mark.number, seen_at, looked)
        self.state, self._is_sure = "ready", True

    def _drop(self) -> None:
        self._held = self._snapshot = None
        self.state, self._is_sure = "loading", False

    def _open(self) -> None:
        """Read the files and what was committed since, or else the whole store."""
        with self._reading:
            self._drop()
            try:
                held = self._from_files() or self._from_store()
            except CannotHold:
                self.state = "failed"
                raise
            looked, seen_at = monotonic(), datetime.now(UTC)
            self._take(catch_up(self._graph, held), looked, seen_at)
            if self._thread is None:
                self._tidy()

    def _from_files(self) -> Held | None:
        """Return what the files hold, led to the newest commit; None if they cannot be used."""
        if self._folder is None:
            return None
        try:
            stored = self._folder.read()
            if stored is None:
                return None
            self._saved = stored.index.mark.number
            segments = stored.segments.values()
            held = assembled(stored.index.mark, stored.names, stored.tables, segments)
            return catch_up(self._graph, held)
        except (Behind, Unsound):
            self._folder.clear()
            return None

    def _from_store(self) -> Held:
        """Return what the store holds, and write it down."""
        loaded = load(self._graph, self._tell)
        # What was committed meanwhile may be there in part: it is read again.
        held = catch_up(self._graph, of_loaded(loaded))
        if held.columns.overlay_rows:
            held = folded(held)
            self._save(held, segments_of(held))
        else:
            self._save(held, loaded.segments.values())
        return held

    def _save(self, held: Held, segments: Iterable[Segment]) -> None:
        """Write what changed to the files; without them the next start is slow, no more."""
        if self._folder is None:
            return
        with suppress(OSError, ValueError):
            if self._folder.write(held.mark, held.names, held.tables, segments):
                self._saved = held.mark.number

    def _follow(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            began = monotonic()
            try:
                with self._reading:
                    self._look()
                self._tidy()
                # At most a tenth of the time goes into following check-ins and imports that
                # never pause; whoever asks for something newer looks for it at once.
                pause = max(FOLLOW_SECONDS, 9 * (monotonic() - began))
            except CannotHold:
                self._drop()
                self.state, pause = "failed", HOPELESS_SECONDS
            except (StoreAway, StoreFault, Behind):
                self._is_sure, pause = False, FAULT_SECONDS
            except Exception as fault:  # noqa: BLE001 - whatever it is, Cypher answers meanwhile
                # Its own words could hold an id.
                _log.error("the projection begins anew after %s", type(fault).__name__)
                self._drop()
                pause = HOPELESS_SECONDS

    def _tidy(self) -> None:
        """Fold in what lies over the columns, and write it down, when it has become much.

        Meanwhile whoever asks looks at the store by themselves.
        """
        held = self._held
        if held is None or not self._is_untidy(held):
            return
        neat = folded(held)
        self._save(neat, segments_of(neat))
        with self._reading:
            if self._held is not None:
                looked, seen_at = monotonic(), datetime.now(UTC)
                self._take(catch_up(self._graph, neat), looked, seen_at)

    def _is_untidy(self, held: Held) -> bool:
        over = held.columns.overlay_rows
        return (
            bool(held.gone)
            or over > max(MOST_OVER, MOST_OVER_SHARE * held.columns.rows)
            or held.mark.number - self._saved > MOST_UNSAVED
        )
