"""The embedded server in peace: one start, and everything that can be asked of it."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from graph.database import Graph
from graph.errors import StoreAway
from graph.migrations import migrate, pending
from graph.server import Connection, ServerFault, admin, running, status, stop
from graph.server.instance import Instance
from tests.servers import SMALL, address, java_of, owner

pytestmark = pytest.mark.server


class Own(NamedTuple):
    """A server that this test run owns."""

    home: Path
    connection: Connection
    told: list[str]
    seconds: float


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """An instance on its first start, in a folder whose name is no plain word."""
    home = tmp_path_factory.mktemp("instance") / "dữ liệu của tôi"
    told: list[str] = []
    began = time.monotonic()
    with running(home, options=SMALL, tell=told.append) as connection:
        yield Own(home, connection, told, time.monotonic() - began)


def test_the_first_start_makes_a_password_that_only_its_user_reads(own):
    password_file = own.home / "secrets" / "neo4j-password"

    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.home.stat().st_mode) == 0o700
    assert password_file.read_text(encoding="utf-8") == own.connection.password
    assert len(own.connection.password) >= 32


def test_I3_the_password_is_in_no_command_line_environment_or_log(own):
    java = java_of(own.home).pid
    secret = own.connection.password.encode()
    seen = [Path(f"/proc/{java}/{part}").read_bytes() for part in ("cmdline", "environ")]
    seen += [path.read_bytes() for path in (own.home / "neo4j" / "logs").rglob("*")]

    assert not [text for text in seen if secret in text]
    assert own.connection.password not in repr(own.connection)


def test_I4_the_server_listens_on_one_port_of_loopback(own):
    sockets = psutil.Process(java_of(own.home).pid).net_connections("all")
    listening = [s for s in sockets if s.status == psutil.CONN_LISTEN]

    assert [(s.laddr.ip.removeprefix("::ffff:"), s.laddr.port) for s in listening] == [
        ("127.0.0.1", status(own.home).port)
    ]
    # Nothing waits for datagrams either: discovery would.
    assert not [s for s in sockets if s.type == 2 and s.laddr]


def test_I4_a_wrong_password_is_refused(own):
    wrong = Connection(own.connection.uri, "neo4j", "neo4j")

    with (
        Graph.connect(wrong) as graph,
        pytest.raises(StoreAway, match="refuses the user name or password"),
    ):
        pending(graph)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_of_ones_own_is_reached_by_either_scheme(own, scheme):
    uri = own.connection.uri.replace("bolt", scheme)

    with Graph.connect(Connection(uri, "neo4j", own.connection.password)) as graph:
        migrate(graph)

        assert pending(graph) == []
        assert "2026.09" in graph.version()


def test_a_second_process_shares_the_running_server(own):
    java = java_of(own.home)

    with owner(own.home) as second:
        shared = address(second)

    assert shared == own.connection.uri
    assert java_of(own.home) == java
    assert java.is_alive()


def test_ctrl_c_in_the_terminal_of_its_owner_does_not_reach_the_server(own):
    java = java_of(own.home).pid

    assert os.getsid(java) == os.getpgid(java) == java


def test_the_status_says_who_runs_what(own):
    found = status(own.home)

    assert (found.state, found.pid) == ("running", os.getpid())
    assert found.version == "2026.09.0"
    assert found.memory is not None
    assert f"127.0.0.1:{found.port}" in own.told[-1]


def test_the_offline_tool_is_refused_while_the_server_runs(own):
    with pytest.raises(ServerFault, match=f"in use by process {os.getpid()}"):
        admin(own.home, "database", "check", "neo4j")


def test_a_stopped_store_keeps_its_address_and_passes_the_consistency_check(tmp_path):
    with running(tmp_path, options=SMALL) as connection, Graph.connect(connection) as graph:
        migrate(graph)
        first = connection.uri

    checked = admin(tmp_path, "database", "check", "neo4j")

    assert checked.returncode == 0, checked.stderr
    assert (status(tmp_path).state, stop(tmp_path)) == ("stopped", False)
    assert first.endswith(f":{Instance(tmp_path).remembered_port()}")
