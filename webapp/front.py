"""What stands in front of Flask: check-ins wait for their commit here, without a thread each.

A check-in takes half a millisecond of work and then waits for a commit that it shares with dozens
of others. In threads those would fight for the interpreter; as tasks of one loop they only wait.
All that Flask does for a request is done for them too: policy, faults, headers, in the same order.
Everything else is Flask's own, in threads.

When more come than can be served, they are told so before any work is done for them: at ten times
the rate that can be served that must cost next to nothing. Their outboxes come again.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import build_environ
from flask import Flask, Response

from graph.errors import StoreAway
from graph.intake import Intake
from webapp import api, units
from webapp.doors import Door, open_door, remembered

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

PATH = "/api/v1/check-ins"
# The loop looks at the clock so often; when it is later than this, more has come than it can do.
TICK_SECONDS = 0.02
LATEST_SECONDS = 0.1
SECONDS_UNTIL_FREE = 2
SECONDS_UNTIL_BACK = 5
BODY_SECONDS = 10.0
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
        self._ticked = time.monotonic()
        self._ticker: asyncio.Task[None] | None = None
        language = str(app.extensions["settings"].language)
        self._full = _Refusal(SECONDS_UNTIL_FREE, language)
        self._away = _Refusal(SECONDS_UNTIL_BACK, language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] == PATH and scope["method"] == "POST":
            state = "full" if self._is_late() else self._intake.state()
            # Read even where it is refused: what is left unread breaks the connection, and whoever
            # sent it never sees the answer.
            body = await _read(receive, api.LARGEST_BODY)
            if body is None:
                await _answer(send, 408, [(b"connection", b"close")], b"")
            elif state == "ready":
                await self._take(scope, body, send)
            else:
                refusal = self._full if state == "full" else self._away
                await refusal.send(scope, send)
        elif scope["query_string"].isascii():
            await self._others(scope, receive, send)  # type: ignore[arg-type]
        else:
            await _answer(send, 400, [], b"")

    def _is_late(self) -> bool:
        """Say whether more waits for this loop than it can do soon."""
        if self._ticker is None:
            self._ticked = time.monotonic()
            self._ticker = asyncio.get_running_loop().create_task(self._tick())
        return time.monotonic() - self._ticked > TICK_SECONDS + LATEST_SECONDS

    async def _tick(self) -> None:
        while True:
            self._ticked = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)

    async def _take(self, scope: Scope, body: bytes, send: Send) -> None:
        # One byte more than is taken shows Flask that it is too much.
        environ = build_environ(scope, BytesIO(body))  # type: ignore[arg-type]
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # type: ignore[typeddict-item]
        context = self._app.request_context(environ)  # type: ignore[arg-type]
        with context:
            response = await self._respond()
            headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in response.get_wsgi_headers(environ)  # type: ignore[arg-type]
            ]
            await _answer(send, response.status_code, headers, response.get_data())

    async def _respond(self) -> Response:
        """Do what Flask does for a request, waiting where its view would hold a thread."""
        app = self._app
        try:
            found = app.preprocess_request()
            if found is None:
                found = await self._check_in()
        except Exception as fault:  # noqa: BLE001 - as Flask does
            try:
                found = app.handle_user_exception(fault)
            except Exception as unforeseen:  # noqa: BLE001
                return app.handle_exception(unforeseen)
        return app.finalize_request(found)

    async def _check_in(self) -> Response:
        given = api.read_check_in()
        try:
            async with asyncio.timeout(self._intake.seconds):
                door = remembered(given.code) or await self._open(given.code)
                if given.person is not None and given.person.unit is not None:
                    await asyncio.to_thread(units.tree)
                scan = api.scan_of(given, door)
                outcome = await asyncio.wrap_future(self._intake.enqueue(scan))
        except TimeoutError:
            raise StoreAway("Neo4j does not answer in time") from None
        return api.answer(given, door, outcome)

    async def _open(self, code: str) -> Door:
        """Ask the store for a door; where it is away, whoever comes next need not ask too."""
        try:
            return await asyncio.to_thread(_open_door, code)
        except StoreAway:
            self._intake.suspect()
            raise


def _open_door(code: str) -> Door:
    """Open a door, and have the units at hand that its place is written with."""
    door = open_door(code)
    units.tree()
    return door


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


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    kept = [pair for pair in headers if pair[0] != b"content-length"]
    await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
