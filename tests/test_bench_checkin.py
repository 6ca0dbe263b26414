"""What the benchmark of checking in counts: what is lost and what is doubled is seen."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from graph.intake import Intake
from tests.bench import checkin as bench
from tests.bench.benchmark import Options, find_benchmarks
from tests.bench.checkin import Ledger, Load
from tests.bench.open_loop import send
from tests.emptying import empty

pytestmark = [pytest.mark.server, pytest.mark.crash]

SMALL = Load(
    venues=3,
    citizens=100,
    warm_up_per_s=50,
    warm_up_s=1,
    ramp_per_s=(50, 100),
    ramp_s=1,
    floor_per_s=50,
    floor_s=2,
    overload=10,
    overload_s=1,
    crowd=50,
    crowd_s=1,
    kills_app=1,
    kills_store=0,
    projection="off",
)
LOSE = """
MATCH (receipt:Receipt {visit_id: $lost})
OPTIONAL MATCH ()-[visit:VISITED]->()
WHERE visit.visit_id = $lost
DETACH DELETE receipt
DELETE visit
"""
DOUBLE = """
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE visit.visit_id = $doubled
CREATE
  (person)-[:VISITED {
    visit_id: $doubled, day: date('1999-01-01'), version: 1, batch_id: visit.batch_id
  }]->(bucket)
"""


def silent(_line: str) -> None:
    """Tell nobody."""


@pytest.fixture
def home(store, instance_home) -> Iterator[object]:
    """The instance of this run's server, empty before and after."""
    empty(store)
    Intake(store).open()
    yield instance_home
    empty(store)


def test_what_was_told_and_is_not_there_is_lost_and_what_is_there_twice_is_doubled(home):
    planted: list[str] = []

    def plant(graph, ledger: Ledger) -> None:
        statement = (
            "MATCH (:Person)-[visit:VISITED]->() WHERE visit.visit_id IN $keys "
            "RETURN visit.visit_id AS key ORDER BY key LIMIT 2"
        )
        asked = graph.replacing("tests/query", statement)
        keys = sorted(ledger.acked)
        planted.extend(row["key"] for row in asked.read("tests/query", keys=keys))
        graph.replacing("tests/query", LOSE).write("tests/query", lost=planted[0])
        graph.replacing("tests/query", DOUBLE).write("tests/query", doubled=planted[1])

    measured = bench.run(SMALL, Options(silent, home=home), before_judging=plant)

    figures = measured.figures
    assert len(planted) == 2
    assert (figures["lost"], figures["doubled"], figures["half"]) == (1, 1, 0)
    assert figures["acked"] > 100
    assert 0 < figures["durable_per_s"] <= SMALL.floor_per_s
    assert figures["kills_app"] == 1
    assert figures["restart_s"] > 0
    assert {"p99_ms", "overload_goodput", "peak_per_s", "refusal_p99_ms"} <= figures.keys()
    assert measured.parameters["citizens"] == SMALL.citizens


def test_the_benchmark_is_found():
    assert "checkin" in find_benchmarks()


class Stalling(BaseHTTPRequestHandler):
    """Answers the third request of a connection's server after a pause, all others at once."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read, wait if it is the third, answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen += 1
        if self.server.seen == 3:
            self.server.pause()
        status = 503 if self.server.seen % 10 == 0 else 201
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that can be made to stall."""

    daemon_threads = True
    seen = 0

    def pause(self) -> None:
        """Keep one request waiting."""
        from time import sleep

        sleep(0.5)


@pytest.fixture
def stalling() -> Iterator[int]:
    """The port of a server that stalls once."""
    with Server(("127.0.0.1", 0), Stalling) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


def test_the_sender_counts_from_when_a_request_was_meant_to_leave(stalling):
    """One connection, so what comes behind a stalled request waits: a closed loop would hide it."""
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

    sent = send(stalling, [request] * 50, 100, least_connections=1, most_connections=1)

    assert sum(sent.statuses.values()) == 50
    assert sent.statuses[503] == 5
    assert sent.broken == 0
    assert sorted(place for place, _status in sent.answered) == list(range(50))
    waited = [seconds for seconds in sent.latencies_s[201] if seconds > 0.1]
    assert len(waited) > 10
    really = [seconds for seconds in sent.since_sent_s[201] if seconds > 0.4]
    assert len(really) == 1
