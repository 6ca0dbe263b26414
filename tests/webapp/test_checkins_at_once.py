"""The same check-in sent several times at the same moment: one visit, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from graph.database import Graph
from graph.venues import merge_gate
from graph.visits import find_visits_of, get_visit
from tests.webapp.conftest import NEWCOMER, TOKEN, door_of
from tests.webapp.outbreak import ZONE, new_visit_id

SENDERS = 8


def send_together(app: Flask, door: str, bodies: list[dict[str, str]]) -> list[TestResponse]:
    """Send each body from a browser of its own, all at the same moment."""
    start = Barrier(len(bodies))

    def send(body: dict[str, str]) -> TestResponse:
        visitor = app.test_client()
        token = TOKEN.search(visitor.get(door).text)
        assert token
        start.wait(timeout=30)
        return visitor.post(door, data={"csrf_token": token.group(1), **body})

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's zone."""
    return door_of(app, merge_gate(outbreak, ZONE))


def test_one_body_sent_by_many_at_once_is_one_visit_and_one_receipt(
    outbreak: Graph, app: Flask, door: str
) -> None:
    visit_id = new_visit_id()
    body = {"visit_id": visit_id, **NEWCOMER}

    answers = send_together(app, door, [body] * SENDERS)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    now = datetime.now(UTC)
    stored = get_visit(outbreak, visit_id, now)
    assert len(find_visits_of(outbreak, stored.person_id, now, 10)) == 1


def test_other_bodies_under_one_id_at_once_leave_one_visit(
    outbreak: Graph, app: Flask, door: str
) -> None:
    visit_id = new_visit_id()
    bodies = [{"visit_id": visit_id, **NEWCOMER, "full_name": f"Lê An {n}"} for n in range(SENDERS)]

    answers = send_together(app, door, bodies)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [422] * (SENDERS - 1)


def test_many_people_through_one_door_at_once_are_all_stored(
    outbreak: Graph, app: Flask, door: str
) -> None:
    ids = [new_visit_id() for _ in range(SENDERS)]
    bodies = [
        {"visit_id": visit_id, **NEWCOMER, "full_name": f"Lê An {n}"}
        for n, visit_id in enumerate(ids)
    ]

    answers = send_together(app, door, bodies)

    assert {answer.status_code for answer in answers} == {303}
    people = {get_visit(outbreak, visit_id, datetime.now(UTC)).person_id for visit_id in ids}
    assert len(people) == SENDERS
