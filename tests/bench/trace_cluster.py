"""A trace by a Dask cluster of two workers, against the threads of one machine; all on this one.

The columns of a made-up city are laid out on two worker processes of one thread each, and ten index
cases are traced over one to four hops by both. The answers are compared row by row for some, and
the run ends without a figure if they differ or if the cluster did not answer. What it shows is
what a cluster costs: on one machine the workers have no core that the threads did not have.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from graph.tracing.dask_cluster import DaskCluster
from graph.tracing.projection import Columns, Snapshot
from graph.tracing.projection.people import ColumnPeople
from tests.bench.asking import (
    RULE,
    People,
    Sources,
    WrongAnswer,
    ask_columns,
    compare_engines,
    timed,
)
from tests.bench.benchmark import Measured, Options
from tests.bench.city_columns import city_of
from tests.bench.made_city import parameters_of
from tests.bench.projected_city import columns_of
from tests.bench.trace import index_cases
from tests.local_cluster import local_cluster

VISITS, WORKERS = 1_000_000, 2
CASES, WARM_UPS, COMPARED = 10, 2, 2
NUMBERS = {1: CASES, 2: CASES, 3: CASES, 4: CASES}


class Still:
    """A projection of columns that no store stands behind."""

    ready_in_s = 0.0

    def __init__(self, columns: Columns) -> None:
        """Stand at some columns."""
        self.snapshot = Snapshot(columns, 0, datetime.now(UTC), time.monotonic())

    def current(self) -> Snapshot:
        """Return the columns."""
        return self.snapshot


def measure(options: Options) -> Measured:
    """Lay the city out, compare some traces, time all of them."""
    city = city_of(options.visits or VISITS)
    columns = columns_of(city)
    cases = index_cases(city, CASES * (1 + WARM_UPS))
    still = Still(columns)
    with cluster_of(still) as (cluster, laid_out):
        alone, shared = partial(ask_columns, columns), partial(ask_cluster, cluster, still.snapshot)
        compare_engines(alone, shared, cases[:COMPARED], (1, 2, 3))
        figures = {
            **laid_out,
            **timed("threads", alone, cases, NUMBERS, options.tell),
            **timed("cluster", shared, cases, NUMBERS, options.tell),
        }
        if cluster.workers != WORKERS:
            raise WrongAnswer("the cluster did not answer")
    return Measured({**parameters_of(city), "workers": WORKERS, "rule": RULE.name}, figures)


def ask_cluster(cluster: DaskCluster, snapshot: Snapshot, sources: Sources, hops: int) -> People:
    """Trace as of now by the cluster."""
    as_of = datetime.now(UTC).replace(microsecond=0)
    return ColumnPeople(cluster.spread(snapshot, sources, RULE, hops, as_of))


@contextmanager
def cluster_of(still: Still) -> Iterator[tuple[DaskCluster, dict[str, Any]]]:
    """Yield a cluster that holds what a projection does, and how long laying it out took."""
    with local_cluster(WORKERS) as running:
        cluster = DaskCluster(still, running.scheduler_address)
        began = time.perf_counter()
        if not cluster.lead():
            raise WrongAnswer("the cluster did not come up")
        yield cluster, {"lay_out_s": round(time.perf_counter() - began, 1)}
        cluster.stop()
