"""Two workers of a real Dask cluster answer as this machine does, or this machine answers."""

import os
import pickle
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, cast

import numpy as np
import pytest

from graph.database import Graph
from graph.periods import Period
from graph.rules import get_rule
from graph.tracing import dask_cluster, dask_workers, trace
from graph.tracing.dask_cluster import DaskCluster
from graph.tracing.parts import besides, segments_of, share_out, step_of
from graph.tracing.projection import Columns, Snapshot, spreading
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import Reached, first_frontier, spread
from graph.tracing.projection.tables import Tables
from tests.facts import Visit, World
from tests.graph.threads import at_once
from tests.local_cluster import local_cluster
from tests.oracle import Row
from tests.projected import Laid, days_of
from tests.stored import as_row, tracing_rule
from tests.tables import at
from tests.worlds import Outbreak, random_outbreak

WORLDS, CHANGED_WORLDS = 60, 20
#: Asked over so many hops; by seed, so that every depth meets every kind of world.
HOPS = (1, 2, 3, 4)
#: Six hops reach people at three, over zones, with meetings.
DEEP = random_outbreak(14)


class Still:
    """A projection that stands where it is put."""

    ready_in_s = 0.0

    def __init__(self) -> None:
        """Stand nowhere."""
        self.snapshot: Snapshot | None = None

    def current(self) -> Snapshot | None:
        """Return where it was put last."""
        return self.snapshot

    def put(self, columns: Columns) -> Snapshot:
        """Stand at columns from now on."""
        self.snapshot = Snapshot(columns, 7, datetime.now(UTC), monotonic())
        return self.snapshot


@pytest.fixture(scope="module")
def kernels() -> None:
    """Every kernel, compiled and kept where the workers of this machine find it.

    On a busy machine compiling takes longer than a hop is waited for.
    """
    for seed, hops in enumerate(HOPS):
        outbreak = random_outbreak(seed)
        spread(columns_of(outbreak.world), *asked(outbreak, hops))
    before, after = changed(DEEP)
    for columns in (before, after):
        spread(columns, *asked(DEEP, max(HOPS)))


@pytest.fixture(scope="module")
def dask(kernels: None) -> Iterator[Any]:
    """A scheduler and two workers."""
    with local_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def still() -> Still:
    return Still()


@pytest.fixture(scope="module")
def cluster(dask: Any, still: Still) -> Iterator[DaskCluster]:
    """What this machine holds, shared with the workers."""
    shared = DaskCluster(still, dask.scheduler_address)
    yield shared
    shared.stop()


class Backwards(Laid):
    """A world whose numbers run against the order of ids, which settles ties."""

    def __init__(self, world: World) -> None:
        """Number everybody from the last id on, and every venue."""
        super().__init__(world)
        self.people = sorted(self.people, reverse=True)
        self.number = {name: number for number, name in enumerate(self.people)}
        self.venue_ids = sorted(self.venue_ids, reverse=True)
        self.venue_number = {name: number for number, name in enumerate(self.venue_ids)}


def columns_of(world: World, every: int = 1) -> Columns:
    """Return a world, or only some of its visits, as columns that were loaded at once."""
    laid = Backwards(world)
    facts = (laid.meetings(), laid.isolations(), laid.reports())
    segments = laid.segments(world.visits[::every])
    return Columns.assemble(laid.people, laid.venues(), segments, *facts)


def asked(outbreak: Outbreak, hops: int) -> tuple[Any, ...]:
    """Return what an outbreak asks, as `spread` takes it after the columns."""
    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    return sources, tracing_rule(outbreak.rule), hops, outbreak.as_of


def rows_of(reached: Reached) -> list[Row]:
    """Return whom somebody reaches, as the oracle would write it."""
    return [as_row(person) for person in ColumnPeople(reached)]


def changed(outbreak: Outbreak) -> tuple[Columns, Columns]:
    """Return a world as it was known without its last day, last person and meetings; and whole."""
    laid, visits = Backwards(outbreak.world), outbreak.world.visits
    last_day = max(day for visit in visits for day in days_of(visit))
    late = {visit.person_id for visit in visits if last_day in days_of(visit)}
    late.add(laid.people[-1])
    early = [one for one in visits if last_day not in days_of(one)]
    early = [one for one in early if one.person_id != laid.people[-1]]
    none = Tables.empty()
    before = Columns.assemble(
        laid.people[:-1],
        laid.venues(),
        laid.segments(early),
        none.meetings,
        none.isolations,
        none.reports,
    )
    after = before.replaced(
        people=laid.people,
        numbers=np.sort(laid.numbers(late)),
        rows=laid.rows(one for one in visits if one.person_id in late),
        venues=laid.venues(),
        meetings=laid.meetings(),
        isolations=laid.isolations(),
        reports=laid.reports(),
    )
    return before, after


# --- the same rows --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(WORLDS))
def test_two_workers_answer_as_one_machine_does(cluster, still, seed):
    outbreak = random_outbreak(seed)
    question = asked(outbreak, HOPS[seed % len(HOPS)])
    snapshot = still.put(columns_of(outbreak.world))
    assert cluster.lead()

    found = rows_of(cluster.spread(snapshot, *question))

    assert found == rows_of(spread(snapshot.columns, *question))
    assert cluster.workers == min(2, len(snapshot.columns.days))


@pytest.mark.parametrize("seed", range(WORLDS, WORLDS + CHANGED_WORLDS))
def test_what_changed_is_laid_over_what_workers_hold(cluster, still, seed):
    """Meetings are among it, and people and days that no worker knew."""
    outbreak = random_outbreak(seed)
    question = asked(outbreak, HOPS[seed % len(HOPS)])
    before, after = changed(outbreak)
    early = still.put(before)
    assert cluster.lead()
    layout = cluster._layout
    late = still.put(after)
    assert cluster.lead()

    # A trace that began before the change is answered as of then, even after it.
    found = [rows_of(cluster.spread(one, *question)) for one in (early, late, early)]

    as_before, as_after = (rows_of(spread(columns, *question)) for columns in (before, after))
    assert found == [as_before, as_after, as_before]
    assert cluster._layout is layout is not None


def test_ties_within_a_part_go_to_the_lowest_ids(cluster, still):
    """Two sources and somebody else are at two venues at once, as when a stay was noted twice."""
    start, end = at("D1 08:00"), at("D1 09:00")
    visits = tuple(
        Visit(f"{who}{where}", who, where, start, end, None, None, end, end)
        for who in ("a", "b", "c")
        for where in ("x", "y")
    )
    snapshot = still.put(columns_of(World(visits=visits)))
    assert cluster.lead()
    sources = dict.fromkeys(("a", "b"), Period(start, None))

    reached = cluster.spread(snapshot, sources, get_rule("2021-12"), 1, at("D9 00:00"))

    [person] = ColumnPeople(reached)
    [contact] = person.path
    assert (contact.from_person, contact.to_person, contact.venue_id) == ("a", "c", "x")
    assert cluster.workers == 1


def test_what_workers_do_not_hold_is_answered_here(cluster, still):
    """As after a folding, until the cluster is led there."""
    held = still.put(columns_of(DEEP.world, every=3))
    assert cluster.lead()
    snapshot = still.put(columns_of(DEEP.world))

    found = rows_of(cluster.spread(snapshot, *asked(DEEP, DEEP.hops)))

    assert found == DEEP.answer()
    assert found != rows_of(cluster.spread(held, *asked(DEEP, DEEP.hops)))


def test_traces_asked_at_once_do_not_meet(cluster, still):
    snapshot = still.put(columns_of(DEEP.world))
    assert cluster.lead()
    questions = [asked(DEEP, hops) for hops in HOPS * 2]

    found = at_once([lambda q=q: rows_of(cluster.spread(snapshot, *q)) for q in questions])

    assert found == [rows_of(spread(snapshot.columns, *question)) for question in questions]
    assert cluster.workers == 2


def test_a_trace_is_asked_of_the_cluster(cluster, still, monkeypatch):
    still.put(columns_of(DEEP.world))
    assert cluster.lead()
    sources, rule, hops, as_of = asked(DEEP, DEEP.hops)
    # This machine could not answer: it is not asked.
    monkeypatch.setattr(spreading, "spread", None)
    monkeypatch.setattr(dask_cluster, "spread", None)

    # Nor is the store: there is none.
    found = trace(cast(Graph, None), sources, rule, hops, as_of, "projection", projection=cluster)

    assert [as_row(person) for person in found.people] == DEEP.answer()
    assert found.seen == 7


# --- what travels ---------------------------------------------------------------------------------


def test_no_id_leaves_this_machine():
    outbreak = random_outbreak(DEEP.seed, prefix="someone-")
    _before, columns = changed(outbreak)
    sources, _rule, _hops, _as_of = asked(outbreak, 1)
    frontier = first_frontier(columns, sources)
    places = share_out(columns.base, 2)
    moments = np.zeros(len(columns.people), np.int32)

    sent = pickle.dumps(
        [
            list(segments_of(columns.base)),
            columns.rank,
            besides(columns, places, 2),
            step_of(frontier, moments),
        ]
    )

    assert b"someone-" in pickle.dumps(columns.people)
    assert b"someone-" not in sent


def test_days_are_shared_out_evenly_and_interleaved():
    columns = columns_of(DEEP.world)

    places = share_out(columns.base, 2)

    assert sorted(places) == columns.days
    assert set(places.values()) == {0, 1}


# --- when something is wrong ----------------------------------------------------------------------


def test_a_worker_that_stands_still_is_not_waited_for(dask, cluster, still, monkeypatch):
    snapshot = still.put(columns_of(DEEP.world))
    assert cluster.lead()
    cluster.spread(snapshot, *asked(DEEP, DEEP.hops))
    monkeypatch.setattr(dask_workers, "HOP_SECONDS", 0.5)
    pid = next(iter(dask.workers.values())).pid
    os.kill(pid, signal.SIGSTOP)
    began = monotonic()
    try:
        found = rows_of(cluster.spread(snapshot, *asked(DEEP, DEEP.hops)))
    finally:
        os.kill(pid, signal.SIGCONT)

    assert found == DEEP.answer()
    assert monotonic() - began < 10
    assert cluster.workers == 0


def test_workers_with_other_sources_are_not_asked(dask, still, caplog):
    other = DaskCluster(still, dask.scheduler_address)
    other._stamp = "of another release"
    snapshot = still.put(columns_of(DEEP.world))

    assert not other.lead()

    assert rows_of(other.spread(snapshot, *asked(DEEP, DEEP.hops))) == DEEP.answer()
    assert "its workers run another version of truyvet" in caplog.text
    other.stop()


def test_when_a_worker_dies_in_the_middle_this_machine_answers(dask, cluster, still):
    """The worker stands still, is asked, and is killed; the others take over what it held."""
    snapshot = still.put(columns_of(DEEP.world))
    assert cluster.lead()
    cluster.spread(snapshot, *asked(DEEP, DEEP.hops))
    pid = next(iter(dask.workers.values())).pid
    os.kill(pid, signal.SIGSTOP)
    began = monotonic()

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(cluster.spread, snapshot, *asked(DEEP, DEEP.hops))
        sleep(0.5)
        assert not asking.done()
        os.kill(pid, signal.SIGKILL)
        found = rows_of(asking.result(timeout=10))

    assert found == DEEP.answer()
    assert monotonic() - began < dask_workers.HOP_SECONDS / 2
    assert cluster.workers == 0
    while not cluster.lead():
        assert monotonic() - began < 60
        sleep(0.2)
    assert rows_of(cluster.spread(snapshot, *asked(DEEP, DEEP.hops))) == DEEP.answer()
    assert cluster.workers > 0


@pytest.mark.parametrize("listens", [False, True], ids=["nobody there", "somebody silent there"])
def test_without_a_scheduler_this_machine_answers(still, listens, monkeypatch):
    """And trying again and again leaves no threads behind."""
    monkeypatch.setattr(dask_workers, "CONNECT_SECONDS", 0.5)
    snapshot = still.put(columns_of(DEEP.world))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        alone = DaskCluster(still, f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert not alone.lead()
        threads = threading.active_count()
        assert not alone.lead()
        assert threading.active_count() == threads

        found = rows_of(alone.spread(snapshot, *asked(DEEP, DEEP.hops)))

        alone.stop()
    assert found == DEEP.answer()


def test_a_projection_that_is_unsure_is_not_led_anywhere(cluster, still):
    still.snapshot = None

    assert cluster.current() is None
    assert cluster.lead() == (cluster.workers > 0)
