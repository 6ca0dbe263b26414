"""The store's disk fails, or is full; and in which order a check-in is written, synced and told."""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.database import Graph
from graph.server import running
from graph.server.processes import wait_until
from tests.checking_in import (
    ALLOWED_S,
    DEADLINE_S,
    Crowd,
    Desk,
    judge_ledger,
)
from tests.crash.serving import Served
from tests.crash.strace import Call, read_calls, require_strace, traced
from tests.crash.tiers import is_nightly
from tests.servers import SMALL, java_of

pytestmark = [
    pytest.mark.crash,
    pytest.mark.server,
    pytest.mark.timeout(3_600 if is_nightly() else 300),
]

PHONES = 8
PAUSE_S = 0.03
LONGEST_RESTART_S = 90.0
#: What fails, and how often: one of a hundred calls, then each.
SYNCS, WRITES = ("fdatasync", "fsync"), ("write", "pwrite64")
FAULTS = {
    "a sync": (SYNCS, ""),
    "a write": (WRITES, ""),
    "a sync in a hundred": (SYNCS, ":when=1+100"),
    "a write in a hundred": (WRITES, ":when=1+100"),
}
IN_F = ("a sync", "a write")
FAILING_S = 2.0
ORDERED_S = 60.0 if is_nightly() else 5.0
DISK = "320m"

nightly = pytest.mark.skipif(
    not is_nightly(), reason="not run: of the nightly tier, TRUYVET_TESTS=nightly"
)


@dataclass(frozen=True)
class Own:
    """An app with a store of its own, whose disk may fail."""

    served: Served
    home: Path
    desk: Desk

    @property
    def log_files(self) -> list[Path]:
        """The files of the transaction log."""
        folder = self.home / "neo4j" / "data" / "transactions" / "neo4j"
        return sorted(folder.glob("neostore.transaction.db.*"))


@contextmanager
def own_app(home: Path) -> Iterator[Own]:
    """Run an app that owns the store of a folder, with doors and people."""
    with Served(home) as served:
        with running(home) as connection, Graph.connect(connection) as graph:
            desk = Desk(graph, home, venues=4, returning=50, name="fault")
        yield Own(served, home, desk)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """One such app for this file."""
    require_strace()
    with own_app(tmp_path_factory.mktemp("store-faults")) as own:
        yield own


def assert_sound(crowd: Crowd, home: Path) -> None:
    """See that everybody who was told `stored` is stored, once."""
    with running(home, options=SMALL) as connection, Graph.connect(connection) as graph:
        verdict = judge_ledger(crowd.ledger, graph)
    print(verdict)  # noqa: T201
    assert verdict.is_sound
    assert verdict.ok


@pytest.mark.parametrize("what", FAULTS if is_nightly() else IN_F)
def test_A4_nobody_is_told_of_a_commit_that_the_disk_has_not_taken(own, tmp_path, what):
    calls, often = FAULTS[what]
    own.served.wait_ready(LONGEST_RESTART_S)
    java = java_of(own.home)
    trace = tmp_path / "trace"
    files = [option for file in own.log_files for option in ("-P", str(file))]
    inject = f"inject={','.join(calls)}:error=EIO{often}"

    with Crowd(own.desk, own.served.port, PHONES, pause=PAUSE_S) as crowd:
        crowd.wait_for_ack(time.monotonic(), LONGEST_RESTART_S)
        # The clock of a trace is that of the wall.
        offset = time.time() - time.monotonic()
        with traced(java.pid, calls, trace, *files, "-e", inject):
            assert wait_until(lambda: failed(trace) != [], 30), "not exercised"
            time.sleep(FAILING_S)
        let_go_at = time.monotonic()
        back_s = crowd.wait_for_ack(let_go_at, LONGEST_RESTART_S)

    failed_at = failed(trace)[0].at - offset
    replies = crowd.replies()
    told_after = [
        reply
        for reply in replies
        if reply.is_ack and failed_at < reply.at - reply.seconds < let_go_at
    ]
    statuses = Counter(reply.status for reply in replies)
    print(what, statuses, f"back {back_s:.1f} s after the disk was whole")  # noqa: T201
    assert not java.is_alive(), "a store whose disk has failed goes on"
    # A log that has failed once takes nothing more, so nobody is told of anything.
    assert told_after == []
    assert statuses.keys() <= {201, 200, 503}
    assert statuses[503]
    assert max(reply.seconds for reply in replies) < DEADLINE_S + ALLOWED_S
    assert_sound(crowd, own.home)


def failed(trace: Path) -> list[Call]:
    """Return the calls that were made to fail."""
    return [call for call in read_calls(trace) if call.is_injected] if trace.exists() else []


@nightly
def test_A6_a_check_in_is_told_after_its_log_was_written_and_synced(own, tmp_path):
    """Between a request and its ack: the commit is asked for, logged, synced and answered."""
    own.served.wait_ready(LONGEST_RESTART_S)
    worker = own.served.worker()
    assert worker is not None
    store, app = tmp_path / "store", tmp_path / "app"
    network = ("write", "writev", "sendto", "sendmsg", "read", "recvfrom", "recvmsg")
    log_calls = (*SYNCS, "write", "pwrite64", "writev")

    with Crowd(own.desk, own.served.port, PHONES, pause=PAUSE_S) as crowd:
        crowd.wait_for_ack(time.monotonic(), LONGEST_RESTART_S)
        offset = time.time() - time.monotonic()
        with (
            traced(java_of(own.home).pid, log_calls, store, "-y", "-s", "64"),
            traced(worker.pid, network, app, "-s", "2000"),
        ):
            began = time.monotonic()
            time.sleep(ORDERED_S)
            ended = time.monotonic()

    found = read_calls(store)
    logged = [call for call in found if is_log(call) and call.name not in SYNCS]
    synced = [call for call in found if is_log(call) and call.name in SYNCS]
    answered = [call for call in found if call.name == "writev" and "bookmark" in call.rest]
    asked = [call for call in read_calls(app) if r"\0\2\260\22\0\0" in call.rest]
    told = [call for call in read_calls(app) if "HTTP/1.1 201" in call.rest]
    acks = [
        reply
        for reply in crowd.replies()
        if reply.is_ack and began + 1 < reply.at - reply.seconds < reply.at < ended - 1
    ]
    print(len(acks), "acks", len(asked), len(logged), len(synced), len(answered), len(told))  # noqa: T201
    assert len(acks) > 10 * PHONES
    for reply in acks:
        start, end = reply.at - reply.seconds + offset, reply.at + offset
        at = start
        for calls, is_end in ((asked, False), (logged, True), (synced, True), (answered, False)):
            following = [
                call.returned_at if is_end else call.at for call in calls if at <= call.at <= end
            ]
            assert following, "an ack without what must come before it"
            at = following[0]
        assert any(at <= call.returned_at <= end for call in told)


def is_log(call: Call) -> bool:
    """Say whether a call is about the log of transactions."""
    return "/transactions/neo4j/neostore.transaction.db." in call.rest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("not run: this user may not mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@nightly
def test_A5_a_full_disk_refuses_with_503_and_room_is_all_that_it_needs(small_disk):
    home, ballast = small_disk / "instance", small_disk / "ballast"
    with own_app(home) as own:
        with Crowd(own.desk, own.served.port, PHONES) as crowd:
            crowd.wait_for_ack(time.monotonic(), LONGEST_RESTART_S)
            fill_up(ballast)
            assert wait_until(lambda: refusals(crowd, 20), 120), "not exercised"
            time.sleep(5)
            fill_up(ballast)
            time.sleep(5)
            ballast.unlink()
            freed_at = time.monotonic()
            back_s = crowd.wait_for_ack(freed_at, LONGEST_RESTART_S)
            time.sleep(2)
        statuses = Counter(reply.status for reply in crowd.replies())
        print(statuses, f"back {back_s:.1f} s after there was room")  # noqa: T201
        print(own.served.printed()[-2000:])  # noqa: T201
        assert statuses.keys() <= {200, 201, 503}
        assert max(reply.seconds for reply in crowd.replies()) < DEADLINE_S + ALLOWED_S
        assert_sound(crowd, home)


def refusals(crowd: Crowd, least: int) -> bool:
    """Say whether the last answers were refusals."""
    last = crowd.replies()[-least:]
    return len(last) == least and all(reply.status == 503 for reply in last)


def fill_up(ballast: Path) -> None:
    """Write a file until nothing more fits onto its disk."""
    with ballast.open("ab") as file:
        for size in (1 << 20, 1 << 12, 1):
            block = os.urandom(size)
            try:
                while True:
                    file.write(block)
                    file.flush()
            except OSError:
                continue
