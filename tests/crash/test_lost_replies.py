"""The way between app and store breaks at the worst moment: while a commit is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from graph.database import Graph
from graph.intake import Intake
from graph.server import Connection
from tests.checking_in import (
    ALLOWED_S,
    DEADLINE_S,
    Desk,
    Phone,
    Reply,
    judge,
    read_stored,
    wait_for_page,
)
from tests.crash.proxy import FAULTS, LOST_COMMIT, STALL, Proxy
from tests.crash.serving import Served
from tests.crash.tiers import is_nightly
from tests.emptying import empty

pytestmark = [pytest.mark.crash, pytest.mark.server]

#: A little longer than anybody waits; in the night as long as many balancers wait.
STALL_S = 30.0 if is_nightly() else DEADLINE_S + 1.0
ROUNDS = 40 if is_nightly() else 1
TOGETHER = 8
PARALLEL = 50
POOL = 100


@pytest.fixture(scope="module")
def desk(store: Graph, instance_home: Path) -> Iterator[Desk]:
    """Doors and people of a store that is empty else; its statements are planned."""
    empty(store)
    Intake(store).open()
    yield Desk(store, instance_home, venues=3, returning=50, name="lost")
    empty(store)


@pytest.fixture(scope="module")
def proxy(connection: Connection) -> Iterator[Proxy]:
    """What stands between the app and the store."""
    port = urlsplit(connection.uri).port
    assert port is not None
    with Proxy(port, STALL_S) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def served(
    desk: Desk, proxy: Proxy, connection: Connection, instance_home: Path
) -> Iterator[Served]:
    """The app, which knows of the store only where the proxy listens."""
    with Served(
        instance_home,
        NEO4J_URI=f"bolt://127.0.0.1:{proxy.port}",
        NEO4J_USER=connection.user,
        NEO4J_PASSWORD=connection.password,
    ) as served:
        yield served


@pytest.mark.timeout(7_200 if is_nightly() else 180)
@pytest.mark.parametrize("fault", FAULTS)
def test_A8_a_commit_whose_reply_is_lost_is_no_success_and_sent_again_it_is_one_visit(
    desk, served, store, proxy, fault
):
    for _ in range(ROUNDS):
        assert wait_for_page(served.port, "/readyz", 30)
        told = [desk.newcomer(number, number) for number in range(TOGETHER)]
        # Doors are remembered, and a first commit is done, so that the next one is theirs.
        assert served.check_in(desk.newcomer(99)).is_ack
        fired = proxy.fired[fault]
        proxy.arm(fault)

        replies = send_together(served, told)

        ended = monotonic()
        assert proxy.fired[fault] == fired + 1, "not exercised"
        unanswered = [reply for reply in replies if not reply.is_ack]
        assert unanswered
        assert {reply.status for reply in unanswered} == {503}
        assert all("retry-after" in reply.headers for reply in unanswered)
        assert max(reply.seconds for reply in replies) < DEADLINE_S + ALLOWED_S
        if fault == LOST_COMMIT:
            # Nobody but the sender sends again: neither the driver nor the intake.
            lost = [each["visit_id"] for each in told]
            assert judge([], lost, read_stored(store)).absent == TOGETHER
        again = [until_told(served, each, ended + STALL_S + 30) for each in told]
        stored = read_stored(store)
        assert all(reply.is_ack for reply in again)
        assert judge([each["visit_id"] for each in told], [], stored).ok == TOGETHER
        states = Counter(reply.status for reply in again)
        assert states[200] == 0 if fault == LOST_COMMIT else states[200] > 0
    if fault == STALL:
        return
    # Whatever broke has given its connection back.
    assert proxy.open < POOL / 2


def send_together(served: Served, told: list[dict[str, object]]) -> list[Reply]:
    """Send check-ins at the same moment, each over a connection of its own."""
    with ThreadPoolExecutor(len(told)) as pool:
        return list(pool.map(served.check_in, told))


def until_told(served: Served, told: dict[str, object], deadline: float) -> Reply:
    """Send a check-in again until it is told to be stored, or until it is too late."""
    while True:
        reply = served.check_in(told)
        if reply.is_ack or monotonic() > deadline:
            return reply
        sleep(0.1)


def test_A8_after_all_that_as_many_are_served_at_once_as_before(desk, served, store):
    told = [desk.newcomer(1_000 + number, number) for number in range(PARALLEL)]

    with ThreadPoolExecutor(PARALLEL) as pool:
        pages = pool.map(lambda number: ask_for_page(served, desk, number), range(PARALLEL))
        replies = list(pool.map(served.check_in, told))

    assert {reply.status for reply in replies} == {201}
    assert {page.status for page in pages} == {200}
    assert judge([each["visit_id"] for each in told], [], read_stored(store)).ok == PARALLEL


def ask_for_page(served: Served, desk: Desk, number: int) -> Reply:
    """Open the page of a door, which asks the store."""
    with Phone(served.port, "127.0.4.1") as phone:
        return phone.ask("GET", f"/c/{desk.codes[number % len(desk.codes)]}")
