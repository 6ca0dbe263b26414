"""The workers of a Dask cluster: what they hold of the projection, and what they are asked.

Dask connects, schedules and carries. Everything here has a time limit, whatever becomes of the
other side. Ids stay on this machine: workers are told numbers, moments and categories (`parts`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from graph.rules import TracingRule
from graph.tracing.parts import (
    Places,
    Step,
    besides,
    expand,
    lay_ground,
    lay_part,
    rank,
    segments_of,
    share_out,
    source_stamp,
)
from graph.tracing.projection import Columns
from graph.tracing.projection.base import Base
from graph.tracing.projection.spreading import Partial

if TYPE_CHECKING:
    from distributed import Client, Future

Given = TypeVar("Given")

# Short words with the scheduler; to make a connection, or to end it.
CONNECT_SECONDS = 5.0
# One local day on its way to a worker, and all of a worker's days side by side.
SHIP_SECONDS, LAY_SECONDS = 60.0, 300.0
# A hop that takes longer is not waited for; the first one on a new machine compiles the kernels,
# which takes some 20 seconds. That a worker is gone Dask tells at once.
HOP_SECONDS = 60.0


class Unfit(Exception):
    """The cluster cannot be used as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Visits on workers: of which base, on which worker each part, and which days are its own."""

    base: Base
    workers: tuple[str, ...]
    places: Places
    grounds: tuple[Future, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """The parts of one snapshot on their workers; `order` is the ranks of its people there."""

    columns: Columns
    layout: Layout
    order: tuple[Future, ...]
    parts: tuple[Future, ...]


class Workers:
    """One connection to a scheduler; safe to share between threads.

    Every method raises `TimeoutError` where the cluster is too slow, and what Dask raises.
    """

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            OSError, TimeoutError: there is no scheduler at the address.
        """
        # It takes seconds to load, which no time limit is meant for.
        from distributed import Client

        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="dask", daemon=True)
        self._thread.start()
        self._client: Client | None = None
        try:
            connect = partial(self._connect, Client, address)
            self._within(CONNECT_SECONDS, connect)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection; workers let go what they hold for it."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                self._within(CONNECT_SECONDS, client.close)
        with suppress(Exception):
            self._within(CONNECT_SECONDS, _cancel_others)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=CONNECT_SECONDS)
        if client is not None:
            # One that could not say goodbye would try again when it is collected, in no thread.
            client.status = "closed"
        if not self._loop.is_running():
            self._loop.close()

    def find(self) -> tuple[str, ...]:
        """Return the addresses of all workers."""
        return tuple(sorted(self._within(CONNECT_SECONDS, self._dask.nthreads)))

    def stamps(self, workers: tuple[str, ...]) -> set[str]:
        """Return the digests of the sources that workers run."""
        ask = partial(self._dask.run, source_stamp, workers=list(workers))
        # A worker that has done nothing yet loads them first.
        return set(self._within(SHIP_SECONDS, ask).values())

    def lay_out(self, base: Base, workers: tuple[str, ...]) -> Layout:
        """Bring each worker its days, one after the other, and have it lay them side by side."""
        places = share_out(base, len(workers))
        pieces: list[list[Future]] = [[] for _ in workers]
        for segment in segments_of(base):
            part = places[segment.day]
            bring = partial(_bring, self._dask, segment, workers[part])
            pieces[part].append(self._within(SHIP_SECONDS, bring))
        lay = partial(_lay_grounds, self._dask, base.people, workers, pieces)
        return Layout(base, workers, places, self._within(LAY_SECONDS, lay))

    def check(self, layout: Layout) -> None:
        """See that every part is somewhere.

        Raises:
            Unfit: a worker is gone.
        """
        self._within(CONNECT_SECONDS, partial(_check_held, self._dask, layout))

    def lay_over(self, layout: Layout, columns: Columns, known: Laid | None) -> Laid:
        """Have workers lay what changed over what they hold.

        Args:
            known: what was laid over it before; the order of people is taken from there if it
                is the same.
        """
        same = known is not None and known.columns.rank is columns.rank
        order = known.order if known is not None and same else None
        lay = partial(_lay_parts, self._dask, layout, columns, order)
        # Somebody waits for it, as for a hop.
        order, parts = self._within(HOP_SECONDS, lay)
        return Laid(columns, layout, order, parts)

    def ask(self, laid: Laid, rule: TracingRule, as_of: datetime, step: Step) -> list[Partial]:
        """Return what each part finds in one hop."""
        return self._within(HOP_SECONDS, partial(_ask, self._dask, laid, rule, as_of, step))

    @property
    def _dask(self) -> Client:
        if self._client is None or self._client.status != "running":
            raise Unfit("its scheduler is gone")
        return self._client

    async def _connect(self, kind: type[Client], address: str) -> None:
        self._client = kind(
            address, asynchronous=True, timeout=CONNECT_SECONDS, set_as_default=False
        )
        await self._client

    def _within(self, seconds: float, call: Callable[[], Awaitable[Given]]) -> Given:
        """Return what a call gives in the thread of the connection, within some seconds."""

        async def limited() -> Given:
            return await asyncio.wait_for(call(), seconds)

        # The thread itself may be held up too.
        asked = asyncio.run_coroutine_threadsafe(limited(), self._loop)
        return asked.result(seconds + CONNECT_SECONDS)


async def _cancel_others() -> None:
    """End everything else that goes on in this thread."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _bring(client: Client, thing: object, worker: str) -> Future:
    """Return something on a worker."""
    [there] = await client.scatter(
        [thing], workers=[worker], direct=True, hash=False, timeout=CONNECT_SECONDS
    )
    return there


def _have(client: Client, worker: str, function: Callable[..., object], *given: object) -> Future:
    """Have a worker do something; it keeps what comes of it."""
    return client.submit(function, *given, workers=[worker], pure=False)


async def _lay_grounds(
    client: Client, people: int, workers: tuple[str, ...], pieces: list[list[Future]]
) -> tuple[Future, ...]:
    pairs = zip(workers, pieces, strict=True)
    grounds = tuple(_have(client, worker, lay_ground, people, piece) for worker, piece in pairs)
    for ground in grounds:
        fault = await ground.exception()
        if fault is not None:
            raise fault
    return grounds


async def _lay_parts(
    client: Client, layout: Layout, columns: Columns, order: tuple[Future, ...] | None
) -> tuple[tuple[Future, ...], tuple[Future, ...]]:
    workers = layout.workers
    if order is None:
        ranks = await asyncio.gather(*(_bring(client, columns.rank, one) for one in workers))
        pairs = zip(workers, ranks, strict=True)
        order = tuple(_have(client, worker, rank, there) for worker, there in pairs)
    changes = besides(columns, layout.places, len(workers))
    pairs = zip(workers, changes, strict=True)
    there = await asyncio.gather(*(_bring(client, change, worker) for worker, change in pairs))
    given = zip(workers, layout.grounds, order, there, strict=True)
    return order, tuple(_have(client, worker, lay_part, *of_it) for worker, *of_it in given)


async def _check_held(client: Client, layout: Layout) -> None:
    held = await client.who_has(list(layout.grounds))
    if not all(held.values()):
        raise Unfit("a worker is gone")


async def _ask(
    client: Client, laid: Laid, rule: TracingRule, as_of: datetime, step: Step
) -> list[Partial]:
    async def ask_one(worker: str, part: Future) -> Partial:
        there = await _bring(client, step, worker)
        asked = _have(client, worker, expand, part, rule, as_of, there)
        found: Partial = await client.gather(asked, direct=True)
        return found

    pairs = zip(laid.layout.workers, laid.parts, strict=True)
    return await asyncio.gather(*(ask_one(*pair) for pair in pairs))
