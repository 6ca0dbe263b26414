"""Checking in: how many a second are stored and told, how soon, and what kills leave behind.

A scratch instance with a city of citizens who have been seen before; the app and its store are
children of this process, which sends. Requests leave at the moments they are meant to, whatever
the answers do (open loop), and every latency counts from then. After a warm-up the rate is raised
until no more is stored; then 60 seconds at the floor, 20 seconds at ten times of it, and a crowd
at one venue. Then app and store are killed again and again while people check in. In the end the
store is read, and each key of the ledger is judged: lost, doubled, or there once.
"""

from __future__ import annotations

import gc
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from graph.database import Graph
from graph.migrations import migrate
from graph.server import ServerOptions, running
from tests.bench.benchmark import Measured, Options, instance_folder, median_of
from tests.bench.open_loop import Sent, send
from tests.checking_in import PATH, Crowd, Desk, Entry, as_json, judge, now, read_stored
from tests.crash.serving import Served
from tests.servers import java_of

HEAP, PAGECACHE = "1g", "256m"
STORED = (200, 201)
UNAVAILABLE = 503
KILLS, APP_KILLS_A_STORE_KILL = 20, 4
#: A keeper that has started a server again so often waits longer each time.
KILLS_OF_ONE_KEEPER = 3
PHONES = 16
LONGEST_RESTART_S = 120.0
NEWCOMERS_KEPT = 1_000
SEED = 20261127


@dataclass(frozen=True)
class Load:
    """What is asked of the app; everything else follows from the seed.

    Args:
        returning: of a hundred check-ins, so many are one tap of somebody who declared before.
        ramp_per_s: rates that are tried until what is stored no longer follows.
        projection: whether the app keeps visits in memory too, as it does unless told otherwise.
    """

    venues: int = 400
    citizens: int = 100_000
    returning: int = 80
    warm_up_per_s: int = 500
    warm_up_s: int = 90
    ramp_per_s: tuple[int, ...] = (1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000)
    ramp_s: int = 8
    floor_per_s: int = 1_000
    floor_s: int = 60
    overload: int = 10
    overload_s: int = 20
    crowd: int = 50_000
    crowd_s: int = 60
    kills_app: int = KILLS
    kills_store: int = KILLS // APP_KILLS_A_STORE_KILL
    projection: str = "on"


class Ledger:
    """Every key that was sent, and whether anybody was told that it is stored."""

    def __init__(self) -> None:
        self.acked: set[str] = set()
        self.others: set[str] = set()

    def note(self, sent: Sent, keys: list[str]) -> None:
        """Take down what became of the requests of a phase, by their positions."""
        told = {keys[place] for place, status in sent.answered if status in STORED}
        self.acked |= told
        self.others |= set(keys) - told

    def note_entries(self, entries: list[Entry]) -> None:
        """Take down the lines that phones have written themselves."""
        for entry in entries:
            (self.acked if entry.is_acked else self.others).add(entry.key)


def measure(options: Options) -> Measured:
    """Fill, warm up, ramp, hold, overload, crowd, kill, judge."""
    kills = KILLS if options.kills is None else options.kills
    return run(Load(kills_app=kills, kills_store=kills // APP_KILLS_A_STORE_KILL), options)


def run(
    load: Load, options: Options, before_judging: Callable[[Graph, Ledger], None] | None = None
) -> Measured:
    """Measure one load.

    Args:
        before_judging: called with the store and the ledger before they are held to each other.
    """
    ledger, figures = Ledger(), {}
    with instance_folder(options) as home, Instance(home) as instance:
        options.tell(f"Storing {load.citizens:,} citizens and {load.venues:,} venues ...")
        with instance.graph() as graph:
            migrate(graph)
            desk = Desk(graph, home, load.venues, load.citizens, name="bench")
            figures["server"] = graph.version()
        environment = {
            "TRUYVET_NEO4J_HEAP": HEAP,
            "TRUYVET_NEO4J_PAGECACHE": PAGECACHE,
            "TRUYVET_PROJECTION": load.projection,
        }
        with Served(home, **environment) as served:
            sender = Sender(desk, served.port, load, ledger)
            figures |= measure_rates(sender, load, options)
            figures |= kill_app(served, desk, load, ledger, options)
            figures |= kill_store(served, instance, desk, load, ledger, options)
        with instance.graph() as graph:
            if before_judging is not None:
                before_judging(graph, ledger)
            options.tell(f"Judging {len(ledger.acked | ledger.others):,} keys ...")
            figures |= judged(ledger, graph)
    return Measured({**asdict(load), "heap": HEAP, "pagecache": PAGECACHE}, figures)


class Instance:
    """A store that this process owns, so that killing the app leaves it up."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._stack = ExitStack()

    def __enter__(self) -> Instance:
        options = ServerOptions(heap=HEAP, pagecache=PAGECACHE)
        self._connection = self._stack.enter_context(running(self.home, options=options))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def renew(self) -> None:
        """Have another keeper keep the store, one that has not seen it die."""
        self._stack.close()
        self.__enter__()

    @contextmanager
    def graph(self) -> Iterator[Graph]:
        """Open the store for some questions."""
        with Graph.connect(self._connection) as graph:
            yield graph


class Sender:
    """Writes requests of a mixed crowd, and sends them at a rate."""

    def __init__(self, desk: Desk, port: int, load: Load, ledger: Ledger) -> None:
        random = Random(SEED)
        self._port, self._load, self._ledger = port, load, ledger
        self._tag, self._phase = uuid4().hex[:12], 0
        head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json"
        self._head = head.encode()
        cookies = [cookie.encode() for cookie in desk.cookies]
        random.shuffle(cookies)
        self._cookies = cycle(cookies)
        # A few venues are much busier than most, as in a city.
        weights = [1 / (rank + 12) for rank in range(load.venues)]
        self._codes = [code.encode() for code in desk.codes]
        self._venues = cycle(random.choices(range(load.venues), weights, k=10_007))
        self._newcomers = cycle(_templates(desk))
        self._phones = count()
        self._kinds = cycle([random.random() * 100 < load.returning for _ in range(1_009)])

    def send(self, rate: float, seconds: float, *, venue: int | None = None) -> Sent:
        """Send so many a second for so long, into one venue or all; the ledger takes it down."""
        self._phase += 1
        keys: list[str] = []
        requests = self._requests(int(rate * seconds), venue, keys)
        gc.collect()
        # A pause of the sender would be taken for one of the app.
        gc.disable()
        try:
            sent = send(self._port, requests, rate)
        finally:
            gc.enable()
        self._ledger.note(sent, keys)
        return sent

    def _requests(self, number: int, venue: int | None, keys: list[str]) -> Iterator[bytes]:
        for position in range(number):
            key = f"{self._tag}-{self._phase:02d}-{position:08d}"
            keys.append(key)
            code = self._codes[next(self._venues) if venue is None else venue]
            moment = now().encode()
            if next(self._kinds):
                cookie = next(self._cookies)
                body = b'{"visit_id": "%b", "code": "%b", "scanned_at": "%b", "sent_at": "%b"}' % (
                    key.encode(),
                    code,
                    moment,
                    moment,
                )
                yield b"%b\r\nCookie: %b\r\nContent-Length: %d\r\n\r\n%b" % (
                    self._head,
                    cookie,
                    len(body),
                    body,
                )
            else:
                phone = next(self._phones)
                body = next(self._newcomers) % (key.encode(), code, moment, moment, phone)
                yield b"%b\r\nContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body)


def _templates(desk: Desk) -> list[bytes]:
    """Return what newcomers tell, all but key, code, times and phone."""
    found = []
    for number in range(NEWCOMERS_KEPT):
        told = desk.newcomer(number)
        blank = {"visit_id": "%b", "code": "%b", "scanned_at": "%b", "sent_at": "%b"}
        person = {**told["person"], "phone": "09%08d"}
        found.append(as_json({**told, **blank, "person": person}))
    return found


def measure_rates(sender: Sender, load: Load, options: Options) -> dict[str, Any]:
    """Return the figures of all that is sent at a rate."""
    options.tell(f"Warming up: {load.warm_up_per_s}/s for {load.warm_up_s} s ...")
    sender.send(load.warm_up_per_s, load.warm_up_s)
    peak = find_peak(sender, load, options)
    # Where the floor cannot be held, what is held is told.
    rate = min(load.floor_per_s, max(1, round(0.9 * peak)))
    options.tell(f"Floor: {rate}/s for {load.floor_s} s ...")
    floor = sender.send(rate, load.floor_s)
    offered = load.overload * load.floor_per_s
    options.tell(f"Overload: {offered}/s for {load.overload_s} s ...")
    over = sender.send(offered, load.overload_s)
    options.tell(f"One venue: {load.crowd:,} in {load.crowd_s} s ...")
    crowd = sender.send(load.crowd / load.crowd_s, load.crowd_s, venue=0)
    goodput = stored_per_s(over, load.overload_s)
    return {
        "durable_per_s": round(stored(floor) / load.floor_s, 1),
        "p50_ms": percentile_ms(times_of(floor, STORED), 50),
        "p99_ms": percentile_ms(times_of(floor, STORED), 99),
        "offered_per_s": rate,
        "floor_refused": floor.statuses[UNAVAILABLE],
        "floor_faults": faults(floor),
        "peak_per_s": round(peak, 1),
        "overload_goodput": round(goodput / peak, 3) if peak else 0.0,
        "overload_per_s": round(goodput, 1),
        "overload_sent_per_s": round(len(over.answered) / over.seconds, 1),
        "overload_p99_ms": percentile_ms(times_of(over, STORED), 99),
        "overload_faults": faults(over),
        "refused": over.statuses[UNAVAILABLE],
        "refusal_p50_ms": percentile_ms(over.since_sent_s.get(UNAVAILABLE, []), 50),
        "refusal_p99_ms": percentile_ms(over.since_sent_s.get(UNAVAILABLE, []), 99),
        "refusal_intended_p99_ms": percentile_ms(times_of(over, (UNAVAILABLE,)), 99),
        "one_venue_per_s": round(stored(crowd) / load.crowd_s, 1),
        "one_venue_p99_ms": percentile_ms(times_of(crowd, STORED), 99),
        "one_venue_refused": crowd.statuses[UNAVAILABLE],
        "one_venue_deadlocks": faults(crowd),
        "sender_late_ms": round(floor.late_s * 1000, 1),
        "overload_sender_late_ms": round(over.late_s * 1000, 1),
    }


def find_peak(sender: Sender, load: Load, options: Options) -> float:
    """Return the most that was stored a second while the rate was raised."""
    peak = 0.0
    for rate in load.ramp_per_s:
        sent = sender.send(rate, load.ramp_s)
        reached = stored_per_s(sent, load.ramp_s)
        p99 = percentile_ms(times_of(sent, STORED), 99)
        options.tell(f"Ramp: {rate}/s offered, {reached:.0f}/s stored, p99 {p99} ms")
        if reached < 1.02 * peak:
            break
        peak = max(peak, reached)
    return peak


def stored(sent: Sent) -> int:
    """Return how many were told that they are stored."""
    return sum(sent.statuses[status] for status in STORED)


def stored_per_s(sent: Sent, seconds: float) -> float:
    """Return how many a second were told so while requests were sent."""
    return sum(ended <= seconds for ended in sent.ended_s) / seconds


def faults(sent: Sent) -> int:
    """Return how many were answered by a fault of ours, or not at all."""
    ours = sum(
        number
        for status, number in sent.statuses.items()
        if status >= 500 and status != UNAVAILABLE
    )
    return ours + sent.broken


def times_of(sent: Sent, statuses: tuple[int, ...]) -> list[float]:
    """Return the latencies of some answers, from the moments when they were meant to leave."""
    return [seconds for status in statuses for seconds in sent.latencies_s.get(status, [])]


def percentile_ms(seconds: list[float], percent: int) -> float | None:
    """Return a percentile in milliseconds, None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000, 1)


def kill_app(
    served: Served, desk: Desk, load: Load, ledger: Ledger, options: Options
) -> dict[str, Any]:
    """Return how soon the app is back after each kill of the process that answers."""
    random, backs_s = Random(SEED), []
    options.tell(f"Killing the app {load.kills_app} times ...")
    with crowd_of(desk, served) as crowd:
        crowd.wait_for_ack(time.monotonic(), LONGEST_RESTART_S)
        for _ in range(load.kills_app):
            time.sleep(random.uniform(0.05, 0.5))
            backs_s.append(crowd.wait_for_ack(served.kill_worker(), LONGEST_RESTART_S))
    ledger.note_entries(crowd.ledger)
    return {"kills_app": len(backs_s), **times_back("restart", backs_s)}


def kill_store(
    served: Served, instance: Instance, desk: Desk, load: Load, ledger: Ledger, options: Options
) -> dict[str, Any]:
    """Return how soon check-ins are stored again after each kill of the store."""
    random, backs_s, refusals_s = Random(SEED), [], []
    statuses: Counter[int] = Counter()
    options.tell(f"Killing the store {load.kills_store} times ...")
    for kill in range(load.kills_store):
        if kill % KILLS_OF_ONE_KEEPER == 0 and kill:
            instance.renew()
        with crowd_of(desk, served, pause=0.01) as crowd:
            crowd.wait_for_ack(time.monotonic(), LONGEST_RESTART_S)
            time.sleep(random.uniform(0.05, 0.5))
            moment = time.monotonic()
            java_of(instance.home).signal(signal.SIGKILL)
            backs_s.append(crowd.wait_for_ack(moment, LONGEST_RESTART_S))
        ledger.note_entries(crowd.ledger)
        down = [
            reply
            for reply in crowd.replies()
            if moment + 0.5 < reply.at - reply.seconds < moment + backs_s[-1] - 0.5
        ]
        refusals_s += [reply.seconds for reply in down]
        statuses.update(reply.status for reply in down)
    return {
        "kills_store": len(backs_s),
        **times_back("store_back", backs_s),
        "store_away_p50_ms": percentile_ms(refusals_s, 50),
        "store_away_p99_ms": percentile_ms(refusals_s, 99),
        "store_away_faults": sum(statuses.values()) - statuses[UNAVAILABLE],
    }


def crowd_of(desk: Desk, served: Served, pause: float = 0.0) -> Crowd:
    """Return phones of which each other one sends again what was not answered."""
    return Crowd(desk, served.port, PHONES, retrying=lambda number: number % 2 == 0, pause=pause)


def times_back(name: str, backs_s: list[float]) -> dict[str, float | None]:
    """Return the median and the longest of times until the first check-in was stored again."""
    if not backs_s:
        return {f"{name}_s": None, f"{name}_most_s": None}
    return {f"{name}_s": median_of(backs_s), f"{name}_most_s": round(max(backs_s), 2)}


def judged(ledger: Ledger, graph: Graph) -> dict[str, Any]:
    """Return what became of all keys."""
    others = ledger.others - ledger.acked
    verdict = judge(ledger.acked, others, read_stored(graph))
    return {
        "acked": len(ledger.acked),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "half": len(verdict.half),
        "stored_untold": verdict.kept,
    }
