"""A real Dask cluster for tests and benchmarks: processes of this machine, on its loopback."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def local_cluster(workers: int = 2) -> Iterator[Any]:
    """Yield Dask's own handle on a scheduler and its workers, of one thread each; without pages."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Dask writes a sample of its settings to where it looks for them when it is loaded.
        patch.setenv("DASK_CONFIG", folder)
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=workers,
            processes=True,
            threads_per_worker=1,
            host="127.0.0.1",
            memory_limit=0,
            # Asked for nothing, it would take port 8787, and warn if that is somebody else's.
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        ) as running:
            yield running
