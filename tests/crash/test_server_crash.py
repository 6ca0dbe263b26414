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
    """Start the server as anybody would, and see whether the store is as it was."""
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


def test_a_killed_owner_takes_its_server_along_and_the_next_start_recovers(home):
    with owner(home) as program:
        address(program)
        java = java_of(home)

        program.kill()

        assert wait_until(lambda: not java.is_alive(), 15)
    assert status(home).state == "stale"
    assert holds_its_data(home)


def test_a_killed_server_is_started_again_on_its_port(home):
    with owner(home) as program:
        uri = address(program)
        java = java_of(home)

        java.signal(signal.SIGKILL)

        assert wait_until(lambda: is_another(java, home), 60)
        assert status(home).state == "running"
        assert uri.endswith(f":{status(home).port}")


def is_another(java: Process, home: Path) -> bool:
    """Say whether another Java process than this one has been announced."""
    found = Instance(home).running()
    return found is not None and found.java != java


def test_both_killed_at_once_recover(home):
    with owner(home) as program:
        address(program)
        java = java_of(home)

        java.signal(signal.SIGKILL)
        program.kill()

        assert wait_until(lambda: not Instance(home).is_held(), 15)
    assert holds_its_data(home)


def test_two_that_start_at_the_same_moment_have_one_server(tmp_path):
    with owner(tmp_path) as one, owner(tmp_path) as other:
        assert address(one) == address(other)
        assert status(tmp_path).pid in (one.pid, other.pid)
        assert java_of(tmp_path).is_alive()


@pytest.mark.parametrize("seconds", [0.8, 2.5])
def test_a_first_start_that_is_killed_does_not_spoil_the_next(tmp_path, seconds):
    with owner(tmp_path) as program:
        time.sleep(seconds)
        program.kill()
        program.wait(5)

    with running(tmp_path, options=SMALL) as connection, Graph.connect(connection) as graph:
        assert migrate(graph)
