"""The embedded server under force: whoever is killed, no Java is left and the next start works."""

import os
import signal
import time
from pathlib import Path

import pytest

from graph.database import Graph
from graph.migrations import migrate, pending
from graph.server import running, status, stop
from graph.server.instance import Instance
from graph.server.processes import Process, wait_until
from tests.servers import SMALL, address, java_of, owner

pytestmark = [pytest.mark.crash, pytest.mark.server]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that holds something: the marks of its migrations."""
    home = tmp_path_factory.mktemp("instance")
    with running(home, options=SMALL) as connection, Graph.connect(connection) as graph:
        assert migrate(graph)
    return home


def holds_its_data(home: Path) -> bool:
    """Start the server as anybody would, or share it; see whether the store is as it was."""
    with running(home, options=SMALL) as connection, Graph.connect(connection) as graph:
        return pending(graph) == []


def test_A21_ctrl_c_stops_the_server_with_its_owner(home):
    with owner(home) as program:
        address(program)
        java = java_of(home)

        os.killpg(program.pid, signal.SIGINT)
        program.wait(30)

        assert not java.is_alive()
        assert status(home).state == "stopped"


def test_A21_sigterm_stops_the_server_with_its_owner(home):
    with owner(home) as program:
        address(program)
        java = java_of(home)

        # What `truyvet db stop` does: SIGTERM to the owner, and a wait.
        assert stop(home)

        assert program.wait(5) == 0
        assert not java.is_alive()
        assert status(home).state == "stopped"


def test_whoever_is_killed_no_java_is_left_and_the_next_start_has_everything(home):
    with owner(home) as program:
        address(program)
        java = java_of(home)

        program.kill()

        assert wait_until(lambda: not java.is_alive(), 15)
    assert status(home).state == "stale"

    with owner(home) as program:
        uri = address(program)
        java = java_of(home)
        assert holds_its_data(home)

        java.signal(signal.SIGKILL)

        # The owner starts it again, on its port.
        assert wait_until(lambda: is_another(java, home), 60)
        assert status(home).state == "running"
        assert uri.endswith(f":{status(home).port}")
        assert holds_its_data(home)

        java_of(home).signal(signal.SIGKILL)
        program.kill()

        assert wait_until(lambda: not Instance(home).is_held(), 15)
    assert holds_its_data(home)


def is_another(java: Process, home: Path) -> bool:
    """Say whether another Java process than this one has been announced."""
    found = Instance(home).running()
    return found is not None and found.java != java


def test_a_first_start_that_is_killed_at_once_does_not_spoil_the_next_two(tmp_path):
    """They start at the same moment, and have one server."""
    start_and_kill(tmp_path, after_s=0.8)

    with owner(tmp_path) as one, owner(tmp_path) as other:
        assert address(one) == address(other)
        assert status(tmp_path).pid in (one.pid, other.pid)
        assert java_of(tmp_path).is_alive()
        assert becomes_a_store(tmp_path)


def test_a_first_start_that_is_killed_halfway_does_not_spoil_the_next(tmp_path):
    start_and_kill(tmp_path, after_s=2.5)

    assert becomes_a_store(tmp_path)


def start_and_kill(home: Path, after_s: float) -> None:
    """Start a server, and kill its owner soon after."""
    with owner(home) as program:
        time.sleep(after_s)
        program.kill()
        program.wait(5)


def becomes_a_store(home: Path) -> bool:
    """Start or share the server, and migrate."""
    with running(home, options=SMALL) as connection, Graph.connect(connection) as graph:
        return bool(migrate(graph))
