"""What stands in front of Flask: check-ins wait for their commit here, without a thread each.

A check-in takes a third of a millisecond of work and then waits for a commit that it shares with
dozens of others. In threads those would fight for the interpreter; as tasks of one loop they only
wait. What is asked and answered are the view's own steps (`webapp.api`), without a request of
Flask around them; what is wrong is told by Flask. Everything else is Flask's, in threads.

When more come than can be served, they are told so before any work is done for them: at ten times
the rate that can be served that must cost next to nothing. Their outboxes come again.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, TypeVar

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import build_environ
from flask import Flask, Response
from werkzeug.http import parse_cookie
from werkzeug.sansio.utils import get_host

from graph.errors import StoreAway
from graph.intake import Intake, Outcome
from webapp import api, citizens, units
from webapp.cookies import cookie_name
from webapp.doors import open_door, remembered
from webapp.headers import headers_of
from webapp.language import LANGUAGES
from webapp.posted import LARGEST_BODY, Posted

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Found = TypeVar("Found")

PATH = "/api/v1/check-ins"
ENDPOINT = "api.create_check_in"
# So many are at work at the same time: a check-in waits for its turn in the loop some four times,
# so more would only make each of them wait longer.
MOST_TAKEN = 150
SECONDS_UNTIL_FREE = 2
SECONDS_UNTIL_BACK = 5
BODY_SECONDS = 10.0
MOST_HOSTS = 100
TITLES = {
    "vi": "Hệ thống đang bận. Lượt này được gửi lại sau vài giây; gửi hai lần vẫn chỉ lưu một lần.",
    "en": "Too many at once. It is sent again in a few seconds; sent twice it is stored once.",
}


class Front:
    """The whole web app for a server that speaks ASGI.

    Args:
        app: with its intake.
        threads: how many other requests are answered at the same time.
    """

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        self._intake: Intake = app.extensions["intake"]
        self._others = WSGIMiddleware(app, workers=threads)  # type: ignore[arg-type]
        self._answers = _Answers()
        self._taken = 0
        language = str(app.extensions["settings"].language)
        with app.app_context():
            self._reader = _Reader(language, app.config["TRUSTED_HOSTS"])
            self._headers = [
                (b"content-type", b"application/json"),
                (b"vary", b"Accept-Encoding, Cookie"),
                *_encoded(headers_of(ENDPOINT)),
            ]
        self._full = _Refusal(SECONDS_UNTIL_FREE, language)
        self._away = _Refusal(SECONDS_UNTIL_BACK, language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] == PATH and scope["method"] == "POST":
            state = "full" if self._taken >= MOST_TAKEN else self._intake.state()
            # Read even where it is refused: what is left unread breaks the connection, and whoever
            # sent it never sees the answer.
            body = await _read(receive, LARGEST_BODY)
            if body is None:
                await _answer(send, 408, [(b"connection", b"close")], b"")
            elif state == "ready":
                self._taken += 1
                try:
                    await self._take(scope, body, send)
                finally:
                    self._taken -= 1
            else:
                refusal = self._full if state == "full" else self._away
                await refusal.send(scope, send)
        elif scope["query_string"].isascii():
            await self._others(scope, _as_coroutine(receive), send)  # type: ignore[arg-type]
        else:
            await _answer(send, 400, [], b"")

    async def _take(self, scope: Scope, body: bytes, send: Send) -> None:
        try:
            with self._app.app_context():
                told = await self._check_in(self._reader.read(scope, body))
                headers = self._headers
                if told.remembers is not None:
                    cookie = citizens.remembering(told.remembers)
                    headers = [*headers, (b"set-cookie", cookie.encode("latin-1"))]
        except Exception as fault:  # noqa: BLE001 - as Flask does
            await self._tell(fault, scope, send)
        else:
            await _answer(send, told.status, headers, told.body)

    async def _check_in(self, sent: Posted) -> api.Told:
        given = api.read_check_in(sent)
        try:
            async with asyncio.timeout(self._intake.seconds):
                door = remembered(given.code)
                if door is None:
                    door = await self._ask(partial(open_door, given.code))
                if given.person is not None and given.person.unit is not None:
                    # What was typed is looked for among them.
                    await self._ask(units.tree)
                scan = api.scan_of(given, door, sent)
                outcome = await self._answers.of(self._intake.enqueue(scan))
        except TimeoutError:
            raise StoreAway("Neo4j does not answer in time") from None
        return api.answer(given, door, outcome, sent)

    async def _ask(self, question: Callable[[], Found]) -> Found:
        """Ask the store beside the loop; where it is away, whoever comes next need not ask too."""
        try:
            return await asyncio.to_thread(question)
        except StoreAway:
            self._intake.suspect()
            raise

    async def _tell(self, fault: Exception, scope: Scope, send: Send) -> None:
        """Answer what Flask would have answered, had its view met the fault."""
        # Nothing of the body is needed any more.
        environ = build_environ(scope, BytesIO())  # type: ignore[arg-type]
        with self._app.request_context(environ):  # type: ignore[arg-type]
            response = _response_to(fault, self._app)
            headers = _encoded(dict(response.headers))
            await _answer(send, response.status_code, headers, response.get_data())


def _as_coroutine(receive: Receive) -> Receive:
    """Return what receives by a coroutine: granian gives a future, and a2wsgi takes none."""

    async def received() -> Any:
        return await receive()

    return received


def _response_to(fault: Exception, app: Flask) -> Response:
    try:
        found = app.handle_user_exception(fault)
    except Exception as unforeseen:  # noqa: BLE001 - as Flask does
        return app.handle_exception(unforeseen)
    return app.finalize_request(found)


class _Answers:
    """Brings what the writer says to the loop, a whole commit at a time."""

    def __init__(self) -> None:
        self._ready: deque[tuple[asyncio.Future[Outcome], Future[Outcome]]] = deque()
        self._is_woken = False

    async def of(self, answer: Future[Outcome]) -> Outcome:
        """Return what the writer says of a scan; who waits no more has it left out if it still can.

        Raises:
            Refused, IntakeFull, StoreAway: as `Intake.submit`.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Outcome] = loop.create_future()
        answer.add_done_callback(partial(self._found, loop, told))
        try:
            return await told
        except asyncio.CancelledError:
            answer.cancel()
            raise

    def _found(
        self,
        loop: asyncio.AbstractEventLoop,
        told: asyncio.Future[Outcome],
        answer: Future[Outcome],
    ) -> None:
        """Called by the writer: waking the loop for each scan would cost more than telling it."""
        self._ready.append((told, answer))
        if not self._is_woken:
            self._is_woken = True
            loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First, so that what is found from now on wakes the loop again.
        self._is_woken = False
        while self._ready:
            told, answer = self._ready.popleft()
            if told.done() or answer.cancelled():
                continue
            if (fault := answer.exception()) is not None:
                told.set_exception(fault)
            else:
                told.set_result(answer.result())


class _Reader:
    """Finds in a request what counts of it; see `webapp.posted.posted`, which asks Flask for it."""

    WANTED = frozenset(
        {b"content-type", b"content-encoding", b"sec-fetch-site", b"origin", b"host", b"cookie"}
    )

    def __init__(self, language: str, trusted_hosts: list[str]) -> None:
        self._language = language
        self._citizen = cookie_name(citizens.COOKIE)
        self._chosen = cookie_name("language")
        self._host = lru_cache(MOST_HOSTS)(partial(get_host, trusted_hosts=trusted_hosts))

    def read(self, scope: Scope, body: bytes) -> Posted:
        """Return it.

        Raises:
            SecurityError: it was sent to a host that is not this one.
        """
        found: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in self.WANTED:
                text = value.decode("latin-1")
                between = "; " if name == b"cookie" else ","
                found[name] = f"{found[name]}{between}{text}" if name in found else text
        cookies = parse_cookie(found[b"cookie"]) if b"cookie" in found else {}
        chosen = cookies.get(self._chosen, "")
        return Posted(
            body=body,
            kind=found.get(b"content-type", "").partition(";")[0].strip().lower(),
            encoding=found.get(b"content-encoding", ""),
            site=found.get(b"sec-fetch-site", "none"),
            origin=found.get(b"origin"),
            host=self._host(scope["scheme"], found.get(b"host"), tuple(scope["server"] or ())),
            address=scope["client"][0] if scope["client"] else "127.0.0.1",
            language=chosen if chosen in LANGUAGES else self._language,
            citizen=cookies.get(self._citizen),
        )


class _Refusal:
    """An answer that says when to come again, made once."""

    def __init__(self, seconds: int, language: str) -> None:
        self._language = language
        self._bodies = {
            code: json.dumps(
                {"type": "about:blank", "title": text, "status": 503, "detail": text},
                ensure_ascii=False,
            ).encode()
            for code, text in TITLES.items()
        }
        self._headers = [
            (b"content-type", b"application/problem+json"),
            (b"retry-after", str(seconds).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it, in the language of the visitor."""
        cookies = b"".join(value for name, value in scope["headers"] if name == b"cookie")
        chosen = (code for code in self._bodies if b"language=" + code.encode() in cookies)
        body = self._bodies[next(chosen, self._language)]
        await _answer(send, 503, self._headers, body)


async def _read(receive: Receive, most: int) -> bytes | None:
    """Return a body, of one that is too large no more than shows that it is; None if it is slow."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while size <= most:
                message = await receive()
                if message["type"] != "http.request":
                    break
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        return None
    return b"".join(parts)[: most + 1]


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _encoded(headers: Mapping[str, str]) -> Headers:
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in headers.items()
        if name.lower() != "content-length"
    ]
