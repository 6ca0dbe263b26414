"""What stands in front of Flask answers a check-in as Flask's own view does, byte for byte."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from flask import Flask

from graph.database import Graph
from graph.intake import IntakeFull, Outcome, Scan
from graph.venues import merge_gate
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import ZONE, new_visit_id
from tests.webapp.test_api_check_ins import ADDRESS, DECLARATION, LE_AN
from webapp import front as front_module
from webapp.front import TITLES, Front

JSON = {"Content-Type": "application/json"}
HERE = {**JSON, "Host": "localhost:8080"}
# A cookie made a second later is another cookie.
MOMENT = "2026-11-27T03:00:00+00:00"
#: What each server writes by itself, whoever answers.
BY_SERVER = frozenset({"content-length"})

Answer = tuple[int, list[tuple[str, str]], bytes]


def scope_of(headers: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a check-in as granian announces it."""
    return {
        "type": "http",
        "method": "POST",
        "path": ADDRESS,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8080),
        "client": ("127.0.0.1", 4711),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }


def in_own_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run something in a loop of its own; a thread that drives a browser has one already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def told_by_front(front: Front, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Return what the front answers, over ASGI as granian speaks it."""
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    in_own_loop(front(scope_of(headers), receive, send))
    start, told = sent
    kept = [(name.decode(), value.decode()) for name, value in start["headers"]]
    return start["status"], _of_app(kept), told["body"]


def told_by_flask(app: Flask, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Return what Flask answers to the same."""
    answer = app.test_client(use_cookies=False).post(ADDRESS, data=body, headers=dict(headers))
    return answer.status_code, _of_app(list(answer.headers.items())), answer.data


def _of_app(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    lowered = ((name.lower(), value) for name, value in headers)
    return sorted(pair for pair in lowered if pair[0] not in BY_SERVER)


@pytest.fixture
def code(app: Flask, outbreak: Graph) -> str:
    """The code that is printed at the market's zone."""
    return door_of(app, merge_gate(outbreak, ZONE)).removeprefix("/c/")


def _known_cookie(app: Flask, code: str) -> str:
    """Return what the browser of somebody brings who checked in before."""
    body = json.dumps({"visit_id": new_visit_id(), "code": code, **NEW}).encode()
    _status, headers, _body = told_by_flask(app, body, JSON)
    return dict(headers)["set-cookie"].partition(";")[0]


NEW = {"person": LE_AN, "declaration": DECLARATION}
#: A body beside key and code, headers, and the status of the second answer to it.
REQUESTS: Mapping[str, tuple[dict[str, Any] | bytes, dict[str, str], int]] = {
    "somebody new": (NEW, JSON, 200),
    "in English": (NEW, {**JSON, "Cookie": "language=en"}, 200),
    "in a language we lack": (NEW, {**JSON, "Cookie": "language=fr; a=b"}, 200),
    "one tap": ({}, {**JSON, "Cookie": "citizen"}, 200),
    "one tap of nobody": ({}, JSON, 422),
    "a cookie that is not ours": ({}, {**JSON, "Cookie": "citizen=bXk.Zm9v.YmFy"}, 422),
    "no phone": ({"person": {**LE_AN, "phone": None}}, JSON, 422),
    "a name without letters": ({"person": {**LE_AN, "full_name": "12"}}, JSON, 422),
    "a code of nobody": ({**NEW, "code": "1" * 26}, JSON, 404),
    "no key": ({**NEW, "visit_id": "short"}, JSON, 400),
    "parameters of the type": (NEW, {"Content-Type": "Application/JSON; charset=utf-8"}, 200),
    "our own page": (NEW, {**JSON, "Origin": "http://localhost:8080"}, 200),
    "another page": (NEW, {**JSON, "Origin": "http://other.example"}, 403),
    "another site": (NEW, {**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
    "a form": (b"visit_id=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "no type": (b"{}", {}, 415),
    "packed": (NEW, {**JSON, "Content-Encoding": "gzip"}, 415),
    "no JSON": (b"{", JSON, 400),
    "a list": (b"[]", JSON, 400),
    "no UTF-8": (b'{"visit_id": "\xff"}', JSON, 400),
    "too much": (b" " * 20_000, JSON, 413),
    "another host": (NEW, {**JSON, "Host": "other.example"}, 400),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_flask_does(app: Flask, code: str, name: str) -> None:
    given, headers, status = REQUESTS[name]
    body = (
        given
        if isinstance(given, bytes)
        else json.dumps({"visit_id": new_visit_id(), "code": code, **given}).encode()
    )
    headers = {"Host": "localhost:8080", **headers}
    front = Front(app, 1)

    with time_machine.travel(MOMENT, tick=False):
        if headers.get("Cookie") == "citizen":
            headers["Cookie"] = _known_cookie(app, code)
        first = told_by_front(front, body, headers)
        by_front = told_by_front(front, body, headers)
        by_flask = told_by_flask(app, body, headers)

    assert (by_front[0], by_front[2]) == (by_flask[0], by_flask[2])
    assert set(by_front[1]) ^ set(by_flask[1]) == set()
    assert by_front[0] == status
    assert first[0] == (201 if status == 200 else status)


@pytest.mark.parametrize("language", TITLES)
def test_who_is_too_many_is_told_when_to_come_again(
    app: Flask, code: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["intake"], "state", lambda: "full")
    headers = {**JSON, "Host": "localhost:8080", "Cookie": f"language={language}"}

    status, kept, body = told_by_front(Front(app, 1), b"{}", headers)

    assert status == 503
    assert ("retry-after", "2") in kept
    assert json.loads(body)["title"] == TITLES[language]


def _full(_scan: Scan) -> Future[Outcome]:
    raise IntakeFull("too many wait")


def _silent(_scan: Scan) -> Future[Outcome]:
    return Future()


@pytest.mark.parametrize(
    ("enqueue", "after"),
    [pytest.param(_full, "2", id="full"), pytest.param(_silent, "10", id="no answer in time")],
)
def test_who_cannot_be_stored_is_told_so_in_time(
    app: Flask,
    code: str,
    enqueue: Callable[[Scan], Future[Outcome]],
    after: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    intake = app.extensions["intake"]
    monkeypatch.setattr(intake, "enqueue", enqueue)
    monkeypatch.setattr(intake, "seconds", 0.05)
    body = json.dumps({"visit_id": new_visit_id(), "code": code, **NEW}).encode()

    status, kept, _body = told_by_front(Front(app, 1), body, HERE)

    assert status == 503
    assert ("retry-after", after) in kept


def test_no_more_are_at_work_than_can_be_told_soon(
    app: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_module, "MOST_TAKEN", 2)
    waiting: list[Future[Outcome]] = []

    def wait(_scan: Scan) -> Future[Outcome]:
        waiting.append(Future())
        return waiting[-1]

    monkeypatch.setattr(app.extensions["intake"], "enqueue", wait)
    front = Front(app, 1)
    body = json.dumps({"visit_id": new_visit_id(), "code": code, **NEW}).encode()
    statuses: list[int] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    async def come_together() -> None:
        taken = [asyncio.create_task(front(scope_of(HERE), receive, send)) for _ in range(2)]
        while len(waiting) < 2:
            await asyncio.sleep(0.001)
        await front(scope_of(HERE), receive, send)
        for one in waiting:
            one.set_exception(IntakeFull("too many wait"))
        await asyncio.gather(*taken)
        await asyncio.gather(
            asyncio.create_task(front(scope_of(HERE), receive, send)), _free(waiting)
        )

    in_own_loop(come_together())

    # Refused at once, beside two that wait; afterwards another one is taken.
    assert statuses == [503, 503, 503, 503]
    assert len(waiting) == 3


async def _free(waiting: list[Future[Outcome]]) -> None:
    while len(waiting) < 3:
        await asyncio.sleep(0.001)
    waiting[-1].set_exception(IntakeFull("too many wait"))


def test_headers_hold_no_name(app: Flask, code: str) -> None:
    body = json.dumps({"visit_id": new_visit_id(), "code": code, **NEW}).encode()

    _status, kept, _body = told_by_front(Front(app, 1), body, HERE)

    assert not re.search("L.*An|0912", " ".join(value for _name, value in kept))
