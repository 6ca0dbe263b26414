"""One embedded server for a run (one a worker), emptied between tests; no stand-in store."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.database import Graph
from graph.migrations import migrate
from graph.server import Connection, running
from tests.emptying import empty
from tests.servers import SMALL, be_quick

be_quick()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins in English, whatever the machine or the last test spoke."""
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture(scope="session")
def instance_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of this run's server.

    Where TRUYVET_TEST_HOME names one whose server runs (`python -m tests.servers DIR`), that server
    is shared, warm as it is; for one run at a time.
    """
    if home := os.environ.get("TRUYVET_TEST_HOME"):
        return Path(home)
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def connection(instance_home: Path) -> Iterator[Connection]:
    """A real Neo4j, started once for this worker and stopped at the end."""
    with running(instance_home, options=SMALL) as found:
        yield found


@pytest.fixture(scope="session")
def store(connection: Connection) -> Iterator[Graph]:
    """The migrated store, with whatever the last test left in it: tests use `graph`."""
    with Graph.connect(connection) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def graph(store: Graph) -> Iterator[Graph]:
    """An empty, migrated store."""
    empty(store)
    yield store
    store.recorder = None


@pytest.fixture
def asked(graph: Graph) -> list[str]:
    """The names of the queries asked during a test, in order."""
    names: list[str] = []
    graph.recorder = names.append
    return names
