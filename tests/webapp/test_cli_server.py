"""Commands that run for long, as programs of their own: demo and db start, from start to stop."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from graph import server
from graph.batches import find_batches
from graph.database import Graph
from graph.server.ports import pick
from importers.samples import load_samples
from importers.samples.loading import SAMPLES
from tests.importers.found_in_samples import classes, linked, pairs_met, pairs_told
from tests.quick_program import COMMAND
from tests.servers import CHECKOUT, java_of
from tests.webapp.truyvet import Truyvet, refused
from webapp.policy import ROLES

pytestmark = pytest.mark.server
SMALL = {"TRUYVET_NEO4J_HEAP": "512m", "TRUYVET_NEO4J_PAGECACHE": "64m", "NEO4J_URI": ""}


@pytest.fixture
def home(tmp_path):
    """The folder of an instance that is not there yet."""
    return tmp_path / "instance"


@pytest.fixture
def unused_port():
    """A port of loopback that nobody uses."""
    return pick(None, None)


@pytest.fixture
def truyvet(home):
    """The command line of that instance."""
    return Truyvet({**SMALL, "TRUYVET_HOME": str(home)})


@pytest.fixture
def program(truyvet):
    """Start a command as a program of its own; whatever still runs after the test is ended."""
    started = []

    def start(*arguments: object) -> "subprocess.Popen[str]":
        environment = {**os.environ, **truyvet.environment, "TRUYVET_LANGUAGE": "en"}
        command = [*COMMAND, *map(str, arguments)]
        started.append(
            subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.PIPE,
                text=True,
                process_group=0,
            )
        )
        return started[-1]

    yield start
    for each in started:
        if each.poll() is None:
            each.terminate()
        each.communicate(timeout=60)


def wait_for(condition, program, seconds=400):
    """Wait until something holds, as long as a program runs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert program.poll() is None, program.stderr.read()
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def status_of(address):
    """Return the status that a page answers with, None if nobody does."""
    try:
        with urlopen(address, timeout=5) as page:  # noqa: S310 - our own page
            return page.status
    except (URLError, OSError):
        return None


# The samples alone take half a minute on two quiet cores.
@pytest.mark.timeout(500)
def test_the_demo_comes_up_with_samples_and_an_account_a_role_and_goes_without_a_trace(
    truyvet, program, home, unused_port
):
    demo = program("demo", "--port", unused_port)
    wait_for(lambda: status_of(f"http://127.0.0.1:{unused_port}/sign-in") == 200, demo)
    java = java_of(home)
    with server.running(home) as connection, Graph.connect(connection) as graph:
        the_samples_are_whole(graph)
    taken = truyvet("demo", "--port", unused_port)
    counts = truyvet.json("db", "status")["counts"]
    checked = {finding["check"]: finding for finding in truyvet.json("doctor")}
    demo.send_signal(signal.SIGTERM)
    told, progress = demo.communicate(timeout=60)

    assert demo.returncode == 0
    assert not java.is_alive()
    assert server.status(home).state == "stopped"
    assert f"truyvet is ready: http://127.0.0.1:{unused_port}" in told
    assert all(f"  {role} " in told for role in ROLES)
    assert "Traceback" not in progress
    assert [progress.count(f"Loading sample data: {sample.title} …") for sample in SAMPLES] == [
        1, 1, 1
    ]  # fmt: skip
    assert counts["persons"] > 3_000
    assert counts["accounts"] == len(ROLES)
    assert checked["store"]["mark"] == checked["instance"]["mark"] == "ok"
    refused(taken, f"Port {unused_port} of 127.0.0.1 is taken", "TRUYVET_PORT")
    for secret in Path(home / "secrets").iterdir():
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def the_samples_are_whole(graph):
    """ACCEPTANCE D15: each pair is an edge, and a second import changes nothing."""
    batches = find_batches(graph)
    sentences = []

    again = load_samples(graph, sentences.append)

    assert again.present == tuple(sample.title for sample in SAMPLES)
    assert (again.loaded, again.read, sentences) == ((), 0, [])
    assert find_batches(graph) == batches
    assert {batch.refused for batch in batches} == {0}
    assert all(batch.read == batch.accepted + batch.duplicate for batch in batches)
    assert pairs_met(graph) >= pairs_told()
    assert classes(graph, "SK_1") == {1: 34, 2: 109}
    assert classes(graph, "SK_14") == {1: 114, 2: 33}
    assert classes(graph, "HCM-BN-01") == {1: 61, 2: 890}
    assert linked(graph, "HCM-BN-01") == {
        "HCM-BN-02": (1, "certain"),
        "HCM-BN-03": (1, "certain"),
        "HCM-BN-04": (2, "probable"),
        "HCM-BN-05": (2, "possible"),
    }
    assert linked(graph, "HCM-BN-03")["HCM-BN-04"] == (1, "probable")


def test_a_server_in_the_background_is_shared_until_it_is_stopped(truyvet, home):
    started = truyvet("db", "start", "--background")
    java = java_of(home)
    again = truyvet("db", "start", "--background")
    added = truyvet("case", "add", "C1", "--person", "P1")
    checked = truyvet("db", "check")
    stopped = truyvet("db", "stop")
    sound = truyvet("db", "check")

    assert started.exit_code == 0, started.stderr
    assert [ran.exit_code for ran in (started, again, added, stopped, sound)] == [0] * 5
    assert "runs already" in again.stderr
    refused(checked, "stop it first")
    assert not java.is_alive()
    assert "sound" in sound.stderr
    assert "does not run" in truyvet("db", "stop").stderr


def test_ctrl_c_ends_a_command_with_status_130_and_the_server_it_started(program, home):
    waiting = program("account", "add", "linh", "--role", "data_team", "--password-stdin")
    wait_for(lambda: server.status(home).state == "running", waiting)
    java = java_of(home)
    waiting.send_signal(signal.SIGINT)
    _answer, told = waiting.communicate(timeout=60)

    assert waiting.returncode == 130
    assert told.endswith("Stopped.\n")
    assert "Traceback" not in told
    assert not java.is_alive()


def test_a_reader_who_has_seen_enough_is_no_fault(program):
    listing = program("config")
    listing.stdout.close()
    told = listing.stderr.read()

    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_an_address_that_is_not_of_this_machine_is_one_sentence(truyvet):
    refused(truyvet("serve", "--host", "192.0.2.1"), "no address 192.0.2.1", "TRUYVET_HOST")
