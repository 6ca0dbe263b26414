"""Past one machine: hops of deep traces on the workers of a Dask cluster (DESIGN section 9).

Each worker holds the visits of some local days, a hop is asked of all of them at once, and what
they find is merged: the same kernels as on one machine, and the same rows. Wherever the cluster
is away, slow, in part gone or of another version, this machine answers from its own columns.

What travels holds no ids, but says who was where with whom: the cluster's network must be a
trusted one, or its connections TLS (`tls://`, set up by Dask's own configuration). Whoever
reaches a scheduler can run code on its workers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from threading import Event, Lock, Thread

from graph.periods import Period
from graph.rules import TracingRule
from graph.tracing import Ready
from graph.tracing.dask_workers import CONNECT_SECONDS, Laid, Layout, Unfit, Workers
from graph.tracing.parts import source_stamp, step_of
from graph.tracing.projection import Columns, Snapshot
from graph.tracing.projection.compiling import Moments
from graph.tracing.projection.spreading import (
    Frontier,
    Partial,
    Reached,
    merge,
    spread,
    spread_by,
)

# How often a cluster is looked at that works, and one that does not.
LOOK_SECONDS, RETRY_SECONDS = 1.0, 10.0
# Who waits so long for others to lay something down asks this machine.
PATIENCE_SECONDS = 2.0

_log = logging.getLogger(__name__)


class DaskCluster:
    """A projection whose hops the workers of a cluster do; safe to share between threads.

    The projection that it is given holds everything too: it follows the store, says what is
    current, and answers while the cluster cannot.
    """

    def __init__(self, projection: Ready, address: str) -> None:
        """Take a projection, and the address of a scheduler, as tcp://127.0.0.1:8786."""
        self._projection, self._address = projection, address
        self._stamp = source_stamp()
        self._connection: Workers | None = None
        self._checked: tuple[str, ...] = ()
        self._layout: Layout | None = None
        self._laid: Laid | None = None
        self._laying = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None
        self._told = ""

    @property
    def ready_in_s(self) -> float:
        """About how many seconds pass before `current` answers."""
        return self._projection.ready_in_s

    def current(self) -> Snapshot | None:
        """Return the columns of this machine as of a commit of just now, None if unsure."""
        return self._projection.current()

    @property
    def workers(self) -> int:
        """How many workers hold parts and are asked; 0 while this machine answers."""
        layout = self._layout
        return 0 if layout is None else len(layout.workers)

    def spread(
        self,
        snapshot: Snapshot,
        sources: Mapping[str, Period],
        rule: TracingRule,
        hops: int,
        as_of: datetime,
    ) -> Reached:
        """Return whom sources reach, by the cluster if it can, else by this machine."""
        columns = snapshot.columns
        connection, layout = self._connection, self._layout
        if connection is not None and layout is not None and layout.base is columns.base:
            try:
                laid = self._laid_for(connection, layout, columns)
                if laid is not None:

                    def expand(frontier: Frontier, moments: Moments) -> Partial:
                        found = connection.ask(laid, rule, as_of, step_of(frontier, moments))
                        return merge(columns, found)

                    return spread_by(expand, columns, sources, rule, hops, as_of)
            except Exception as fault:  # noqa: BLE001 - whatever it is, this machine answers
                self._give_up(layout, fault)
        return spread(columns, sources, rule, hops, as_of)

    def start(self) -> None:
        """Lay the parts down, and anew where need be, in a thread that ends by `stop`."""
        self._stopping.clear()
        self._thread = Thread(target=self._follow, name="dask-cluster", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the cluster no longer, and leave nothing on it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=CONNECT_SECONDS)
        self._disconnect()

    def lead(self) -> bool:
        """Bring the parts to where the projection stands; tell whether the cluster can be asked.

        Without a projection to lead them to they stay as they are.
        """
        try:
            snapshot = self._projection.current()
            if snapshot is not None:
                self._lead_to(snapshot.columns)
            self._tell(None)
        except Exception as fault:  # noqa: BLE001 - whatever it is, this machine answers meanwhile
            self._disconnect()
            self._tell(fault)
        return self._layout is not None

    def _follow(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = LOOK_SECONDS if self.lead() else RETRY_SECONDS

    def _lead_to(self, columns: Columns) -> None:
        if self._connection is None:
            self._connection = Workers(self._address)
        connection, layout = self._connection, self._layout
        workers = connection.find()
        self._check(connection, workers)
        # A worker without a day would only be asked in vain.
        chosen = workers[: max(1, len(columns.base.days))]
        if layout is not None and layout.base is columns.base and layout.workers == chosen:
            connection.check(layout)
            return
        # What stood is let go first: a worker need not have room for both.
        self._layout = self._laid = layout = None
        self._layout = connection.lay_out(columns.base, chosen)
        _log.info("the cluster holds %d visits, workers: %d", columns.base.rows, len(chosen))

    def _check(self, connection: Workers, workers: tuple[str, ...]) -> None:
        """See that there are workers, and that they count as this machine does.

        Raises:
            Unfit: there are none, or truyvet is another one there.
        """
        if not workers:
            raise Unfit("it has no workers")
        if workers != self._checked:
            if connection.stamps(workers) != {self._stamp}:
                raise Unfit("its workers run another version of truyvet")
            self._checked = workers

    def _laid_for(self, connection: Workers, layout: Layout, columns: Columns) -> Laid | None:
        """Return the parts as of a snapshot; None while others have them laid down."""
        if not self._laying.acquire(timeout=PATIENCE_SECONDS):
            return None
        try:
            known = self._laid
            if known is not None and known.layout is not layout:
                known = None
            if known is None or known.columns is not columns:
                known = self._laid = connection.lay_over(layout, columns, known)
            return known
        finally:
            self._laying.release()

    def _give_up(self, layout: Layout, fault: Exception) -> None:
        """Ask these parts no longer: they are laid down anew when the cluster is led next."""
        if self._layout is layout:
            self._layout = self._laid = None
        self._tell(fault)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._checked, self._layout, self._laid = (), None, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _tell(self, fault: Exception | None) -> None:
        """Log that the cluster cannot be asked, once."""
        # The words of others could hold data.
        told = str(fault) if isinstance(fault, Unfit) else type(fault).__name__
        if fault is not None and told != self._told:
            _log.warning("the cluster is not asked for now: %s", told)
        self._told = told
