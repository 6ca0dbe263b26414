"""The only way in for check-ins and check-outs: one writer commits what waits, then they are told.

A request hands in a scan and waits; the writer takes all that waits, up to a limit, and commits
it in one transaction; nobody is answered before that commit returned. The key of a scan, made by
whoever sends it, makes sending again safe: the same scan is stored once for ever.

While the store is away, or the writer gets nowhere, whoever asks is refused at once; the sender
keeps the scan and comes again.
"""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import replace
from threading import Condition, Thread
from typing import Literal

from graph.database import Graph
from graph.errors import Deadlocked, Refused, StoreAway, StoreFault, TooMuch
from graph.intake.committing import LENGTHS, Answers, commit, plan
from graph.intake.crowds import Crowds
from graph.intake.scans import GO, STOP, WAIT, IntakeFull, Outcome, Scan
from graph.migrations import missing_keys

__all__ = ["GO", "STOP", "WAIT", "Intake", "IntakeFull", "Outcome", "Scan"]

logger = logging.getLogger("truyvet.intake")
# Rows of one transaction: more make a commit longer without making each row cheaper.
MOST_AT_ONCE = 200
# So long the last of those that wait may have to wait, by how fast the last ones were stored.
LONGEST_WAIT_SECONDS = 0.15
# A whole batch may wait in any case, and so many at most.
LEAST_WAITING, MOST_WAITING = MOST_AT_ONCE, 1_000
# A request is answered by then, whatever the store does.
ANSWER_SECONDS = 5.0
# A commit that takes longer makes nobody else wait for it.
STALLED_SECONDS = 2.0
# How often a store that was away is looked for.
LOOK_SECONDS = 0.2
# A deadlock with an import or a merge ends by trying again.
ATTEMPTS = 20
# Keys without which a scan sent twice could be stored twice.
NEEDED_KEYS = frozenset({"VISITED", "Receipt", "Person", "VenueDay"})

State = Literal["ready", "away", "stalled", "full"]


class _Waiting:
    """A scan that waits for its commit, and whoever waits for it."""

    __slots__ = ("again", "answer", "scan")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.answer: Future[Outcome] = Future()
        self.again: list[_Waiting] = []

    def is_same(self, other: Scan) -> bool:
        """Say whether another scan is this one, sent again."""
        return (self.scan.visit_id, self.scan.digest) == (other.visit_id, other.digest)

    def tell(self, answer: Outcome | Exception) -> None:
        """Answer whoever waits, unless nobody does any more; of the same scan sent again, too."""
        again, self.again = self.again, []
        for one in again:
            one.tell(replace(answer, state="known") if isinstance(answer, Outcome) else answer)
        if self.answer.done() or not self.answer.set_running_or_notify_cancel():
            return
        if isinstance(answer, Exception):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)


class Intake:
    """Takes scans from many threads and commits them by one writer, started with the first."""

    def __init__(
        self, graph: Graph, *, most_waiting: int = MOST_WAITING, seconds: float = ANSWER_SECONDS
    ) -> None:
        self._graph, self._most_waiting, self.seconds = graph, most_waiting, seconds
        self._waiting: deque[_Waiting] = deque()
        self._changed = Condition()
        self._writer: Thread | None = None
        self._crowds = Crowds()
        self._is_away = False
        self._is_sound = False
        self._is_closed = False
        self._began: float | None = None
        self._seconds_a_scan = LONGEST_WAIT_SECONDS / MOST_WAITING

    def submit(self, scan: Scan) -> Outcome:
        """Return what is stored of a scan, after the commit that stored it.

        Raises:
            Refused: it cannot be stored; nothing of it is.
            IntakeFull: too many wait; nothing is stored.
            StoreAway: the store does not answer; whether it is stored is not known.
        """
        answer = self.enqueue(scan)
        try:
            return answer.result(self.seconds)
        except TookTooLong:
            answer.cancel()
            raise StoreAway("Neo4j does not answer in time") from None

    def enqueue(self, scan: Scan) -> Future[Outcome]:
        """Return what will hold what `submit` returns or raises; whoever waits no more cancels it.

        Raises:
            IntakeFull, StoreAway: at once, as `submit`.
        """
        waiting = _Waiting(scan)
        with self._changed:
            state = self.state()
            if state == "full":
                raise IntakeFull("too many wait")
            if state != "ready":
                raise StoreAway("Neo4j does not answer")
            self._waiting.append(waiting)
            self._start()
            self._changed.notify()
        return waiting.answer

    def state(self) -> State:
        """Return whether a scan would be taken now, and if not, why."""
        if self._is_away or self._is_closed:
            return "away"
        began = self._began
        if began is not None and time.monotonic() - began > STALLED_SECONDS:
            return "stalled"
        return "full" if len(self._waiting) >= self._room() else "ready"

    def suspect(self) -> None:
        """Take nothing until the store is found to answer: somebody else has met it away."""
        with self._changed:
            if not self._is_closed:
                self._is_away = True
                self._start()
                self._changed.notify()

    def _room(self) -> int:
        fitting = int(LONGEST_WAIT_SECONDS / self._seconds_a_scan)
        return min(self._most_waiting, max(LEAST_WAITING, fitting))

    def close(self, seconds: float = ANSWER_SECONDS) -> None:
        """Take nothing more, commit what waits, and end the writer."""
        with self._changed:
            self._is_closed = True
            writer = self._writer
            self._changed.notify()
        if writer is not None:
            writer.join(seconds)

    def _start(self) -> None:
        if self._writer is None or not self._writer.is_alive():
            self._writer = Thread(target=self._write, name="intake", daemon=True)
            self._writer.start()

    def _write(self) -> None:
        """Commit what waits, for as long as the program runs; no fault ends it."""
        while (batch := self._next_batch()) is not None:
            self._began = time.monotonic()
            try:
                self._store(batch)
            except BaseException as fault:  # noqa: BLE001 - whatever it was, the writer goes on
                _log(fault)
                _tell_all(batch, StoreAway("the intake failed"))
            finally:
                self._learn(time.monotonic() - self._began, len(batch))
                self._began = None
            if self._is_away:
                self._look_for_store()

    def _learn(self, seconds: float, scans: int) -> None:
        """Remember how long a scan takes, the newest commits most."""
        if scans:
            self._seconds_a_scan += 0.2 * (seconds / scans - self._seconds_a_scan)

    def _next_batch(self) -> list[_Waiting] | None:
        """Wait for scans and take those that do not depend on each other, the oldest first."""
        with self._changed:
            while not self._waiting and not self._is_away:
                if self._is_closed:
                    return None
                self._changed.wait()
            batch: list[_Waiting] = []
            later: list[_Waiting] = []
            taken: dict[str, _Waiting] = {}
            while self._waiting and len(batch) < MOST_AT_ONCE:
                waiting = self._waiting.popleft()
                if waiting.answer.cancelled():
                    continue
                keys = (f"visit {waiting.scan.visit_id}", f"person {waiting.scan.person_id}")
                before = taken.get(keys[0])
                if before is not None and before.is_same(waiting.scan):
                    before.again.append(waiting)
                    continue
                if taken.keys().isdisjoint(keys):
                    batch.append(waiting)
                else:
                    # It is to find what the one before it has stored.
                    later.append(waiting)
                for key in keys:
                    taken.setdefault(key, waiting)
            self._waiting.extendleft(reversed(later))
            return batch

    def _store(self, batch: Sequence[_Waiting]) -> None:
        if not batch:
            return
        try:
            self._require_keys()
            answers = self._commit([self._crowds.marked(waiting.scan) for waiting in batch])
        except StoreAway as fault:
            self._is_away = True
            logger.warning("the store does not answer; check-ins are refused until it does")
            _tell_all(batch, fault)
        except TooMuch:
            # It waited too long for the locks of another transaction.
            _tell_all(batch, StoreAway("Neo4j does not answer in time"))
        except (StoreFault, ValueError):
            self._store_apart(batch, Refused("visit_id", "cannot be stored"))
        except Exception as fault:  # noqa: BLE001 - a fault of one scan is not that of the others
            _log(fault)
            self._store_apart(batch, StoreAway("the intake failed"))
        else:
            for waiting in batch:
                waiting.tell(answers[waiting.scan.visit_id])

    def _store_apart(self, batch: Sequence[_Waiting], answer: Exception) -> None:
        """Find the scan that cannot be stored, so that the others are; it gets the answer."""
        if len(batch) == 1:
            _tell_all(batch, answer)
            return
        middle = len(batch) // 2
        self._store(batch[:middle])
        if self._is_away:
            _tell_all(batch[middle:], StoreAway("Neo4j does not answer"))
        else:
            self._store(batch[middle:])

    def _commit(self, scans: list[Scan]) -> Answers:
        for attempt in range(1, ATTEMPTS):
            try:
                return commit(self._graph, scans)
            except Deadlocked:
                time.sleep(random.uniform(0, 0.002 * attempt))  # noqa: S311 - only to part two
        return commit(self._graph, scans)

    def open(self) -> None:
        """Have the store plan what a commit asks, so that the first one is as fast as the others.

        Raises:
            StoreAway, StoreFault: as `Graph.write`.
        """
        plan(self._graph)

    def _require_keys(self) -> None:
        """Accept nothing while the store does not hold keys to be unique (A24)."""
        if not self._is_sound:
            if lost := NEEDED_KEYS.intersection(missing_keys(self._graph)):
                logger.error("the store lost keys: run truyvet db migrate (%d)", len(lost))
                raise StoreAway("the store lost its keys")
            self._is_sound = True

    def _look_for_store(self) -> None:
        """Refuse whoever still waits, and wait until the store answers again."""
        with self._changed:
            refused = list(self._waiting)
            self._waiting.clear()
        _tell_all(refused, StoreAway("Neo4j does not answer"))
        self._is_sound = False
        while not self._is_closed:
            try:
                self._require_keys()
                plan(self._graph, LENGTHS[:1])
            except BaseException as fault:  # noqa: BLE001 - whatever it is, the search goes on
                if not isinstance(fault, StoreAway | StoreFault):
                    _log(fault)
                time.sleep(LOOK_SECONDS)
            else:
                self._is_away = False
                logger.warning("the store answers again; check-ins are taken")
                # Nobody waits for it.
                Thread(target=self._plan_all, name="intake-plan", daemon=True).start()
                return

    def _plan_all(self) -> None:
        with suppress(StoreAway, StoreFault):
            self.open()


def _log(fault: BaseException) -> None:
    """Log what kind of fault it is; its text may hold what somebody sent."""
    logger.error("the writer met a %s", type(fault).__name__)


def _tell_all(batch: Iterable[_Waiting], fault: Exception) -> None:
    for waiting in batch:
        waiting.tell(fault)
