"""The intake when something goes wrong: a bad scan, a store that stands still, a broken writer.

What a scan becomes is in `test_intake.py`; here each scan must be answered in time, and the writer
must go on.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import graph.intake as intake_module
from graph.batches import Stamp
from graph.database import Graph
from graph.errors import Refused, StoreAway
from graph.intake import Intake, IntakeFull, Outcome, Scan
from graph.migrations import migrate
from graph.venues import merge_venues
from tests.checking_in import judge, read_stored
from tests.crash.saboteurs import plant
from tests.graph.threads import at_once
from tests.servers import java_of

pytestmark = pytest.mark.server

NOW = datetime.now(UTC).replace(microsecond=0)
BATCH = 200
ALLOWED_S = 1.0
#: Refused within so long, three times what is wanted on a quiet machine.
REFUSED_WITHIN_S = 0.15


@pytest.fixture(scope="module", autouse=True)
def _saboteur() -> None:
    """Plant the defect that TRUYVET_SABOTEUR names, to see this file go red."""
    if name := os.environ.get("TRUYVET_SABOTEUR"):
        plant(name)


@pytest.fixture(scope="module", autouse=True)
def _planned(store: Graph) -> None:
    """Have the store plan its statements, so that nobody waits for that."""
    Intake(store).open()


@pytest.fixture
def venues(graph: Graph) -> Graph:
    """A store with two venues."""
    rows = [{"venue_id": name, "name": name, "category": "market"} for name in ("market", "bus")]
    merge_venues(graph, rows, Stamp("test", "test", NOW))
    return graph


@pytest.fixture
def make_intake(venues: Graph) -> Iterator[Callable[..., Intake]]:
    """Make an intake over that store, closed after the test."""
    made: list[Intake] = []

    def make(**options: Any) -> Intake:
        made.append(Intake(venues, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def scan(**others: Any) -> Scan:
    """Return the scan of somebody new."""
    key = uuid4().hex
    told: dict[str, Any] = {
        "visit_id": key,
        "digest": f"digest of {key}",
        "direction": "in",
        "person_id": f"c{key}",
        "person": {"full_name": "Lê An", "name_key": "le an", "birth_year": 1990, "sex": "female"},
        "is_new": True,
        "venue_id": "market",
        "at": NOW,
        "received_at": NOW,
        "source": "check-in",
    }
    return Scan(**{**told, **others})


def answers_of(intake: Intake, scans: list[Scan]) -> list[Outcome | Exception]:
    """Hand in scans at the same moment, and return what each was told."""

    def told(one: Scan) -> Outcome | Exception:
        try:
            return intake.submit(one)
        except (Refused, IntakeFull, StoreAway) as fault:
            return fault

    with ThreadPoolExecutor(len(scans)) as pool:
        return list(pool.map(told, scans))


def gathered(intake: Intake, monkeypatch: pytest.MonkeyPatch, scans: list[Scan]) -> list[int]:
    """Have scans wait until all of them do, so that they go into one batch; return batch sizes."""
    sizes: list[int] = []
    commit = intake_module.commit
    next_batch = Intake._next_batch

    def all_of_them(self: Intake) -> Any:
        while self is intake and not sizes and len(self._waiting) < len(scans):
            time.sleep(0.001)
        return next_batch(self)

    def counted(store: Graph, batch: Any) -> Any:
        sizes.append(len(batch))
        return commit(store, batch)

    monkeypatch.setattr(Intake, "_next_batch", all_of_them)
    monkeypatch.setattr(intake_module, "commit", counted)
    return sizes


DECLARATION = {
    "declaration_id": "declaration",
    "kind": "place",
    "form_version": "1",
    "consent_hash": "0" * 64,
    "risk": "go",
    "made_at_s": int(NOW.timestamp()),
    "declared_for": "self",
    "reason": None,
    "sealed": "",
}
BAD = {
    "a venue that is not there": {"venue_id": "nowhere"},
    "half a character": {"gate_code": "\ud800"},
    "a number past 64 bits": {"clock_skew_s": 2**63},
    "a person without a key": {"person_id": None},
    "a year that no store has": {"declaration": DECLARATION | {"made_at_s": 2**60}},
    "a map for a text": {"account_id": {"name": "An"}},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_A17_one_bad_scan_in_a_full_batch_is_refused_alone(venues, make_intake, monkeypatch, bad):
    intake = make_intake(most_waiting=2 * BATCH, seconds=30.0)
    scans = [scan() for _ in range(BATCH - 1)]
    wrong = scan(**{"person_id": f"c{uuid4().hex}", **bad})
    sizes = gathered(intake, monkeypatch, [*scans, wrong])
    monkeypatch.setattr(Intake, "_room", lambda _self: 2 * BATCH)

    *told, of_wrong = answers_of(intake, [*scans, wrong])

    assert sizes[0] == BATCH
    assert Counter(map(type, told)) == {Outcome: BATCH - 1}
    assert isinstance(of_wrong, Refused)
    verdict = judge([one.visit_id for one in scans], [wrong.visit_id], read_stored(venues))
    assert verdict.is_sound
    assert (verdict.ok, verdict.absent) == (BATCH - 1, 1)


def test_A17_a_scan_that_the_program_cannot_stand_spoils_no_other(venues, make_intake, monkeypatch):
    """It is not even a fault of the store: without parting it would spoil each batch it is in."""
    intake = make_intake(seconds=30.0)
    scans = [scan() for _ in range(9)]
    wrong = scan(declaration={})
    gathered(intake, monkeypatch, [*scans, wrong])

    *told, of_wrong = answers_of(intake, [*scans, wrong])

    assert Counter(map(type, told)) == {Outcome: 9}
    assert isinstance(of_wrong, StoreAway)


@pytest.mark.parametrize("is_same", [True, False], ids=["with the same content", "with other"])
def test_A17_a_key_twice_in_one_batch_is_one_visit(venues, make_intake, monkeypatch, is_same):
    intake = make_intake(seconds=30.0)
    one = scan()
    other = one if is_same else replace(one, digest="another", venue_id="bus")
    gathered(intake, monkeypatch, [one, other])

    told = answers_of(intake, [one, other])

    kinds = Counter(type(each) for each in told)
    assert kinds == ({Outcome: 2} if is_same else {Outcome: 1, Refused: 1})
    assert judge([one.visit_id], [], read_stored(venues)).ok == 1


def test_A18_a_store_that_stands_still_keeps_nobody_waiting(
    venues, make_intake, instance_home: Path
):
    intake = make_intake(seconds=2.5)
    assert isinstance(intake.submit(scan()), Outcome)
    java = java_of(instance_home)
    waiting = [scan() for _ in range(8)]
    # Whatever happens here, the server goes on.
    at_the_latest = threading.Timer(6.0, java.signal, [signal.SIGCONT])
    at_the_latest.start()
    began = time.monotonic()

    assert java.signal(signal.SIGSTOP)
    try:
        told = answers_of(intake, waiting)
        took = time.monotonic() - began
        refused_at = time.monotonic()
        at_once_told = answers_of(intake, [scan()])
        refused_after = time.monotonic() - refused_at
        state = intake.state()
    finally:
        at_the_latest.cancel()
        java.signal(signal.SIGCONT)

    assert all(isinstance(each, StoreAway) for each in told)
    assert took < 2.5 + ALLOWED_S
    # Whoever comes while a commit takes so long is not even asked to wait.
    assert state == "stalled"
    assert isinstance(at_once_told[0], StoreAway)
    assert refused_after < REFUSED_WITHIN_S
    again = [until_stored(intake, each) for each in waiting]
    verdict = judge([each.visit_id for each in waiting], [], read_stored(venues))
    assert verdict.ok == len(waiting) == len(again)


def until_stored(intake: Intake, one: Scan) -> Outcome:
    """Hand a scan in again and again until it is stored."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return intake.submit(one)
        except (StoreAway, IntakeFull):
            assert time.monotonic() < deadline
            time.sleep(0.05)


FAULTS = {
    "of the program": RuntimeError("canary 0912345678"),
    "of the network below the driver": OSError("canary 0912345678"),
    "of memory": MemoryError(),
    "that ends threads": SystemExit(1),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_A22_a_fault_in_the_writer_is_answered_at_once_and_the_writer_goes_on(
    venues, make_intake, monkeypatch, caplog, fault
):
    intake = make_intake()
    threads = threading.active_count()
    commit = intake_module.commit
    met: list[int] = []

    def broken(store: Graph, batch: Any) -> Any:
        if not met:
            met.append(len(batch))
            raise fault
        return commit(store, batch)

    monkeypatch.setattr(intake_module, "commit", broken)
    began = time.monotonic()

    with pytest.raises(StoreAway):
        intake.submit(scan())

    assert time.monotonic() - began < 2 + ALLOWED_S
    assert met, "not exercised"
    assert isinstance(until_stored(intake, scan()), Outcome)
    assert threading.active_count() <= threads + 1
    assert "0912345678" not in caplog.text


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_A22_a_fault_while_the_store_is_looked_for_does_not_end_the_search(
    venues, make_intake, monkeypatch, fault
):
    intake = make_intake()
    commit, found = intake_module.commit, intake_module.plan
    met: list[str] = []

    def away(store: Graph, batch: Any) -> Any:
        if "commit" not in met:
            met.append("commit")
            raise StoreAway("Neo4j does not answer")
        return commit(store, batch)

    def broken(store: Graph, *lengths: Any) -> None:
        if "plan" not in met:
            met.append("plan")
            raise fault
        found(store, *lengths)

    monkeypatch.setattr(intake_module, "commit", away)
    monkeypatch.setattr(intake_module, "plan", broken)

    with pytest.raises(StoreAway):
        intake.submit(scan())

    assert isinstance(until_stored(intake, scan()), Outcome)
    assert met == ["commit", "plan"]


def test_A23_while_commits_take_seconds_the_queue_is_full_and_everybody_else_is_told(
    venues, make_intake, monkeypatch
):
    """10,000 come while one commit takes two seconds: most are refused, and cost nothing."""
    intake = make_intake()
    assert isinstance(intake.submit(scan()), Outcome)
    commit, release = intake_module.commit, threading.Event()

    def slow(store: Graph, batch: Any) -> Any:
        release.wait(2.0)
        return commit(store, batch)

    monkeypatch.setattr(intake_module, "commit", slow)
    template = scan()
    waiting, refused, longest = [], 0, 0.0
    for number in range(10_000):
        one = replace(template, visit_id=f"slow-{number:012d}", person_id=f"slow-person-{number}")
        began = time.monotonic()
        try:
            waiting.append((one.visit_id, intake.enqueue(one)))
        except (IntakeFull, StoreAway):
            refused += 1
            longest = max(longest, time.monotonic() - began)
    most = max(intake_module.LEAST_WAITING, intake_module.MOST_WAITING) + intake_module.MOST_AT_ONCE
    release.set()

    told = [future.exception(30) for _key, future in waiting]
    assert len(waiting) + refused == 10_000
    assert intake_module.LEAST_WAITING <= len(waiting) <= most
    assert longest < REFUSED_WITHIN_S
    assert told == [None] * len(waiting)
    keys = [key for key, _future in waiting]
    others = {f"slow-{number:012d}" for number in range(10_000)} - set(keys)
    verdict = judge(keys, others, read_stored(venues))
    assert verdict.is_sound
    assert verdict.ok == len(waiting)


def test_closing_stores_and_answers_what_waits_and_takes_nothing_more(venues, make_intake):
    intake = make_intake()
    scans = [scan() for _ in range(20)]
    futures = [intake.enqueue(one) for one in scans]

    intake.close(10.0)

    assert all(isinstance(future.result(0), Outcome) for future in futures)
    with pytest.raises(StoreAway):
        intake.submit(scan())
    assert judge([one.visit_id for one in scans], [], read_stored(venues)).ok == len(scans)


def test_threads_that_come_at_once_start_one_writer(venues, make_intake):
    intake = make_intake(seconds=30.0)

    told = at_once([lambda: intake.submit(scan()) for _ in range(16)])

    assert all(isinstance(one, Outcome) for one in told)
    writers = [thread for thread in threading.enumerate() if thread.name == "intake"]
    assert len([thread for thread in writers if thread is intake._writer]) == 1


@pytest.mark.parametrize("constraint", ["receipt_key", "visited_key", "person_key"])
def test_A24_nothing_is_taken_until_the_store_holds_keys_to_be_unique(
    venues, make_intake, monkeypatch, constraint
):
    monkeypatch.setattr(intake_module, "plan", lambda *_: None)
    venues.apply(f"DROP CONSTRAINT {constraint}")
    try:
        intake = make_intake()

        with pytest.raises(StoreAway):
            intake.submit(scan())

        assert intake.state() == "away"
        assert read_stored(venues) == {}
    finally:
        migrate(venues)
    assert isinstance(until_stored(intake, scan()), Outcome)
