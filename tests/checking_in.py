"""People who check in over HTTP, the ledger of what they were told, and what the store holds.

The ledger lies outside of the app: whoever sends writes down key, digest, moment and answers. In
the end the store is read by a statement that no code of ours shares, and each key is judged.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from flask import Response

from graph.batches import Stamp
from graph.database import Graph
from graph.people import merge_persons
from graph.venues import get_gate, merge_gate, merge_venues
from webapp import citizens, create_app
from webapp.consent import consent_in_force, hash_of
from webapp.doors import printed_code
from webapp.questions import QUESTIONS
from webapp.settings import Settings

PATH = "/api/v1/check-ins"
JSON = {"Content-Type": "application/json"}
ROWS_AT_ONCE = 5_000
#: A check-in is answered by then, whatever the store does; so much more is the way there.
DEADLINE_S, ALLOWED_S = 5.0, 2.0
STAMP = Stamp("test", "people", datetime(2026, 11, 27, tzinfo=UTC))


class Desk:
    """Doors of an instance with printed codes, and the requests of those who scan them.

    Args:
        home: the instance folder, whose keys sign codes and cookies.
        venues: how many venues there are, each with one way in.
        returning: how many people have been here before: their phones know them, and their
            declarations are valid.
        name: what the ids of venues and people begin with.
    """

    def __init__(
        self, graph: Graph, home: Path, venues: int, returning: int = 0, name: str = "load"
    ) -> None:
        self.venue_ids = [f"{name}-venue-{number}" for number in range(venues)]
        self.person_ids = [f"{name}-person-{number}" for number in range(returning)]
        rows = [
            {"venue_id": venue_id, "name": f"Chợ {number}", "category": "market"}
            for number, venue_id in enumerate(self.venue_ids)
        ]
        merge_venues(graph, rows, STAMP)
        store_citizens(graph, self.person_ids)
        settings = Settings(TRUYVET_HOME=home, NEO4J_URI=None)
        app = create_app(graph, settings)
        with app.app_context(), app.test_request_context():
            self.codes = [
                printed_code(get_gate(graph, merge_gate(graph, venue_id)))
                for venue_id in self.venue_ids
            ]
            self.cookies = [_cookie_of(person_id) for person_id in self.person_ids]
        self.answers = {question.code: False for question in QUESTIONS}
        self.consent = hash_of(consent_in_force().vi)

    def newcomer(self, number: int, venue: int = 0, **others: Any) -> dict[str, Any]:
        """Return what somebody tells who has never been here."""
        return {
            "visit_id": uuid4().hex,
            "code": self.codes[venue % len(self.codes)],
            "scanned_at": now(),
            "sent_at": now(),
            "person": {
                "full_name": f"Nguyễn Văn {in_letters(number)}",
                "birth": str(1940 + number % 70),
                "sex": "female" if number % 2 else "male",
                "phone": f"09{number % 10**8:08d}",
            },
            "declaration": {"answers": self.answers, "consent": self.consent},
            **others,
        }

    def one_tap(self, venue: int = 0) -> dict[str, Any]:
        """Return what somebody tells whose cookie says who it is."""
        return {
            "visit_id": uuid4().hex,
            "code": self.codes[venue % len(self.codes)],
            "scanned_at": now(),
            "sent_at": now(),
        }


def now() -> str:
    """Return this second as a phone tells it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def in_letters(number: int) -> str:
    """Return a number as letters, which a name may have."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = ""
    while True:
        number, letter = divmod(number, len(letters))
        found += letters[letter]
        if not number:
            return found.capitalize()


def store_citizens(graph: Graph, person_ids: Sequence[str]) -> None:
    """Store people who were here before, each with a declaration that is valid now."""
    made_at = datetime.now(UTC).replace(microsecond=0)
    for first in range(0, len(person_ids), ROWS_AT_ONCE):
        lot = person_ids[first : first + ROWS_AT_ONCE]
        people = [
            {"person_id": person_id, "full_name": "Trần Thị Thử", "birth_year": 1980}
            for person_id in lot
        ]
        merge_persons(graph, people, STAMP)
        declarations = [
            {
                "declaration_id": f"{person_id}-declared",
                "person_id": person_id,
                "kind": "place",
                "form_version": "1",
                "consent_hash": hash_of(consent_in_force().vi),
                "risk": "go",
                "declared_for": "self",
                "reason": None,
                "source": "test",
                "sealed": "",
                "made_at_s": int(made_at.timestamp()),
            }
            for person_id in lot
        ]
        graph.write("declarations/merge_declarations", rows=declarations, recorded_at=made_at)


def _cookie_of(person_id: str) -> str:
    response = Response()
    citizens.remember(response, person_id)
    ((name, morsel),) = SimpleCookie(response.headers["Set-Cookie"]).items()
    return f"{name}={morsel.value}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request was answered: `status` 0 where the answer never came."""

    status: int
    seconds: float
    at: float
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_ack(self) -> bool:
        """Whether it says that the check-in is stored."""
        return self.status in (200, 201)

    def told(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


class Unreachable(ConnectionError):
    """Nobody listens: nothing was sent."""


class Phone:
    """One connection to the app, opened again where it broke.

    Args:
        source: an address of loopback, as of a network of its own.
    """

    def __init__(self, port: int, source: str = "127.0.0.1", seconds: float = 30.0) -> None:
        self._port, self._source, self._seconds = port, source, seconds
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def check_in(self, told: Mapping[str, Any] | bytes, cookie: str | None = None) -> Reply:
        """Send a check-in, and return its answer.

        Raises:
            Unreachable: nobody listens.
        """
        body = told if isinstance(told, bytes) else as_json(told)
        headers = dict(JSON) if cookie is None else {**JSON, "Cookie": cookie}
        return self.ask("POST", PATH, body, headers)

    def check_in_slowly(self, told: Mapping[str, Any], seconds: float) -> Reply:
        """Send a check-in whose body leaves some time after its head.

        Raises:
            Unreachable: nobody listens.
        """

        def pieces() -> Iterator[bytes]:
            time.sleep(seconds)
            yield body

        body = as_json(told)
        return self.ask("POST", PATH, pieces(), {**JSON, "Content-Length": str(len(body))})

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] = {},
    ) -> Reply:
        """Send any request, and return its answer.

        Raises:
            Unreachable: nobody listens.
        """
        began = time.monotonic()
        try:
            connection = self._open()
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Reply(0, time.monotonic() - began, time.monotonic())
        ended = time.monotonic()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, ended - began, ended, found, read)

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=self._seconds, source_address=(self._source, 0)
            )
            try:
                connection.connect()
            except OSError as fault:
                raise Unreachable(str(fault)) from None
            self._connection = connection
        return self._connection


def as_json(told: Mapping[str, Any]) -> bytes:
    """Return what is told as it is sent."""
    return json.dumps(told, ensure_ascii=False).encode()


@dataclass(slots=True)
class Entry:
    """A line of the ledger: one key, what was sent under it, and each answer."""

    key: str
    digest: str
    sent_at: float
    replies: list[Reply] = field(default_factory=list)

    @property
    def is_acked(self) -> bool:
        """Whether anybody was told that it is stored."""
        return any(reply.is_ack for reply in self.replies)

    @property
    def is_refused(self) -> bool:
        """Whether anybody was told that it cannot be stored."""
        return any(400 <= reply.status < 500 for reply in self.replies)


class Crowd:
    """Phones in threads, each sending one check-in after the other until the block ends.

    Args:
        phones: how many at the same time.
        retrying: whether a phone sends what was not answered again, until it is told 2xx; else
            it leaves it in doubt.
        pause: seconds between two check-ins of a phone.
        one_venue: whether all of them go to the first one.
    """

    def __init__(
        self,
        desk: Desk,
        port: int,
        phones: int = 16,
        *,
        retrying: Callable[[int], bool] = lambda _number: False,
        pause: float = 0.0,
        one_venue: bool = False,
    ) -> None:
        self._desk, self._port, self._pause = desk, port, pause
        self._retrying, self._one_venue = retrying, one_venue
        self._ended = threading.Event()
        self._given_up = threading.Event()
        self.ledgers: list[list[Entry]] = [[] for _ in range(phones)]
        self._threads = [
            threading.Thread(target=self._send, args=(number,), name=f"phone-{number}", daemon=True)
            for number in range(phones)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, seconds: float = 40.0) -> None:
        """Have each phone finish what it is at, and hang up."""
        self._ended.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._given_up.set()
        for thread in self._threads:
            thread.join(DEADLINE_S + ALLOWED_S)

    @property
    def ledger(self) -> list[Entry]:
        """All lines, of all phones."""
        return [entry for ledger in self.ledgers for entry in list(ledger)]

    def replies(self) -> list[Reply]:
        """Return all answers, by when they came."""
        found = [reply for entry in self.ledger for reply in list(entry.replies)]
        return sorted(found, key=lambda reply: reply.at)

    def first_ack_since(self, moment: float) -> Reply | None:
        """Return the first answer that says `stored` to what was sent after a moment."""
        fitting = (
            reply
            for ledger in self.ledgers
            for entry in ledger[-20:]
            for reply in list(entry.replies)
            if reply.is_ack and reply.at - reply.seconds > moment
        )
        return min(fitting, key=lambda reply: reply.at, default=None)

    def wait_for_ack(self, moment: float, seconds: float) -> float:
        """Return how long after a moment the first ack of something sent after it came.

        Raises:
            AssertionError: none came in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (found := self.first_ack_since(moment)) is not None:
                return found.at - moment
            time.sleep(0.005)
        raise AssertionError(f"no check-in was stored within {seconds} s")

    def _send(self, number: int) -> None:
        desk, mine = self._desk, self.ledgers[number]
        with Phone(self._port, f"127.0.2.{1 + number}") as phone:
            sent = 0
            while not self._ended.is_set():
                sent += 1
                venue = 0 if self._one_venue else number + sent
                cookie = None
                if desk.cookies and sent % 3:
                    cookie = desk.cookies[(number + sent * 31) % len(desk.cookies)]
                    told = desk.one_tap(venue)
                else:
                    told = desk.newcomer(number * 1_000_000 + sent, venue)
                body = as_json(told)
                entry = Entry(told["visit_id"], hashlib.sha256(body).hexdigest(), time.monotonic())
                self._tell(phone, mine, entry, body, cookie, self._retrying(number))
                time.sleep(self._pause)

    def _tell(
        self,
        phone: Phone,
        mine: list[Entry],
        entry: Entry,
        body: bytes,
        cookie: str | None,
        is_retrying: bool,
    ) -> None:
        """Send one check-in; the ledger has its line before the first byte leaves."""
        while not self._given_up.is_set():
            try:
                phone._open()
            except Unreachable:
                if self._ended.is_set() and not entry.replies:
                    return
                time.sleep(0.01)
                continue
            if not entry.replies:
                mine.append(entry)
            entry.replies.append(phone.check_in(body, cookie))
            last = entry.replies[-1]
            if last.is_ack or 400 <= last.status < 500 or not is_retrying:
                return
            time.sleep(0.02)


_VISITS = """
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE visit.version = 1 AND visit.batch_id = 'check-in'
RETURN
  visit.visit_id AS visit_id,
  count(visit) AS edges,
  count(DISTINCT bucket.day) AS days,
  count(DISTINCT person) AS people
ORDER BY visit_id
"""
_RECEIPTS = """
MATCH (receipt:Receipt)
RETURN
  receipt.visit_id AS visit_id,
  count(receipt) AS receipts,
  max(receipt.of_visit_id) AS of_visit_id
ORDER BY visit_id
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds under one key."""

    receipts: int = 0
    of_visit_id: str | None = None
    edges: int = 0
    days: int = 0
    people: int = 0

    def is_there(self, key: str) -> bool:
        """Say whether it is stored whole: with its receipt, and its visit if it began one."""
        return self.receipts > 0 and (self.of_visit_id != key or self.edges > 0)

    @property
    def is_doubled(self) -> bool:
        """Whether anything of it is there more than once."""
        return self.receipts > 1 or self.edges > self.days or self.people > 1


def read_stored(graph: Graph) -> dict[str, Stored]:
    """Return what the store holds of all check-ins, by their keys."""
    visits = {row.pop("visit_id"): row for row in _plain(graph, _VISITS)}
    receipts = {row.pop("visit_id"): row for row in _plain(graph, _RECEIPTS)}
    return {
        key: Stored(**receipts.get(key, {}), **visits.get(key, {}))
        for key in visits.keys() | receipts.keys()
    }


def _plain(graph: Graph, statement: str) -> list[dict[str, Any]]:
    return graph.replacing("tests/query", statement).read_plain("tests/query")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the keys of a ledger.

    Args:
        ok: acknowledged and there once.
        lost: acknowledged and not there, or not whole.
        doubled: there more than once, acknowledged or not.
        kept: not acknowledged, and there: whoever sends them again is told 200.
        absent: not acknowledged, and not there.
        half: not acknowledged, and a part of them is there.
    """

    ok: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    kept: int
    absent: int
    half: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everybody who was told `stored` is stored, once, and nothing by halves."""
        return not (self.lost or self.doubled or self.half)


def judge(acked: Iterable[str], others: Iterable[str], stored: Mapping[str, Stored]) -> Verdict:
    """Judge each key of a ledger by what the store holds.

    Args:
        acked: keys whose senders were told that they are stored.
        others: keys whose senders were told otherwise, or nothing.
    """
    nothing = Stored()
    is_acked = dict.fromkeys(others, False) | dict.fromkeys(acked, True)
    ok, kept, absent = 0, 0, 0
    lost, doubled, half = [], [], []
    for key, was_told in is_acked.items():
        found = stored.get(key, nothing)
        is_there = found.is_there(key)
        if found.is_doubled:
            doubled.append(key)
        if was_told:
            ok += is_there and not found.is_doubled
            if not is_there:
                lost.append(key)
        elif is_there:
            kept += 1
        elif found == nothing:
            absent += 1
        else:
            half.append(key)
    return Verdict(ok, tuple(lost), tuple(doubled), kept, absent, tuple(half))


def judge_ledger(ledger: Sequence[Entry], graph: Graph) -> Verdict:
    """Judge the lines of a ledger by what the store holds now."""
    acked = [entry.key for entry in ledger if entry.is_acked]
    others = [entry.key for entry in ledger if not entry.is_acked]
    return judge(acked, others, read_stored(graph))


def wait_for_page(port: int, path: str, seconds: float) -> bool:
    """Wait until a page of the app answers 200; say whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with Phone(port, seconds=5.0) as phone, suppress(Unreachable):
            if phone.ask("GET", path).status == 200:
                return True
        time.sleep(0.02)
    return False
