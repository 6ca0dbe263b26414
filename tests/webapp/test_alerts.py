"""The desks of alerts: each office acknowledges and closes its own; looks at phones are logged."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.accounts import add_account
from graph.alerts import raise_alerts
from graph.batches import Stamp
from graph.database import Graph
from graph.identifiers import merge_identifiers
from graph.people import merge_persons
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import PASSWORD, VENUE, hashed
from webapp.arrivals import sealed_identifier

NAME, PHONE = "Đỗ Thị Cảnh Báo", "+84912345678"
ROWS = re.compile(r"<tr class=\"rank-(\d)\">.*?</tr>", re.S)


def raise_one(graph: Graph, app: Flask, key: str, minutes_ago: float = 0) -> str:
    """Raise an alert at the market about somebody whose phone is known; return its address."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes_ago)
    person = {"person_id": f"of-{key}", "full_name": f"{NAME} {key}", "birth_year": 1960}
    merge_persons(graph, [person], Stamp("test", "test", at))
    with app.test_request_context():
        row = sealed_identifier("phone", PHONE)
    merge_identifiers(graph, [{**row, "person_id": f"of-{key}", "source": "test"}], at)
    alert = {"alert_id": key, "reason": "declaration", "person_id": f"of-{key}", "venue_id": VENUE}
    raise_alerts(graph, [{**alert, "raised_at": at}], at)
    return f"/alerts/{key}"


def press(visitor: FlaskClient, address: str, page: str = "/alerts", **fields: str) -> int:
    """Press a button of the desk, and return the status of the answer."""
    return send(visitor, address, page=page, **fields).status_code


def row_of(visitor: FlaskClient, key: str) -> str:
    """The row of an alert in the list of a desk, empty if it is not there."""
    rows = [found[0] for found in ROWS.finditer(visitor.get("/alerts").text)]
    return next((row for row in rows if f"/alerts/{key}" in row), "")


def test_both_offices_see_an_alert_at_once_acknowledge_and_close_it_each_on_its_own(
    app: Flask, outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    address = raise_one(outbreak, app, "both-1")
    ward, district, city = map(sign_in, ("commune_intake", "district_health", "city_cdc"))

    assert "mới" in row_of(ward, "both-1")
    assert "mới" in row_of(district, "both-1")
    assert row_of(city, "both-1") == ""
    assert city.get(address).status_code == 404

    assert press(ward, f"{address}/acknowledgement") == 303
    assert "đã tiếp nhận" in row_of(ward, "both-1")
    assert "chưa tiếp nhận" in row_of(ward, "both-1")
    assert "mới" in row_of(district, "both-1")
    assert press(ward, f"{address}/closure", outcome="") == 422
    assert press(ward, f"{address}/closure", outcome="cured") == 422
    assert press(ward, f"{address}/closure", outcome="advised") == 303
    assert "đã đóng" in row_of(ward, "both-1")
    assert press(district, f"{address}/closure", outcome="sampled") == 422
    assert press(district, f"{address}/acknowledgement") == 303
    assert press(district, f"{address}/closure", outcome="sampled") == 303

    page = ward.get(address).text
    assert "đã tư vấn" in page
    assert "đã lấy mẫu" in page


def test_an_alert_that_an_office_lets_lie_is_overdue_on_top_and_shows_at_the_city(
    app: Flask, outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    raise_one(outbreak, app, "new-1")
    raise_one(outbreak, app, "lying-1", minutes_ago=16)
    ward, city = sign_in("commune_intake"), sign_in("city_cdc")

    ranks = [int(rank) for rank in ROWS.findall(ward.get("/alerts").text)]

    assert ranks == sorted(ranks)
    assert "quá hạn" in row_of(ward, "lying-1")
    assert "quá hạn" in row_of(city, "lying-1")
    assert row_of(city, "new-1") == ""
    assert press(city, "/alerts/lying-1/acknowledgement") == 303
    assert "HCDC" in row_of(ward, "lying-1")


def test_the_phone_is_shown_at_a_press_and_the_log_names_the_alert_alone(
    app: Flask,
    outbreak: Graph,
    sign_in: Callable[[str], FlaskClient],
    caplog: pytest.LogCaptureFixture,
) -> None:
    address = raise_one(outbreak, app, "phone-1")
    ward = sign_in("commune_intake")
    closed = ward.get(address)
    assert PHONE not in closed.text
    assert f"{NAME} phone-1" in closed.text

    with caplog.at_level(logging.INFO, "truyvet.alerts"):
        shown = send(ward, f"{address}/phone", page=address)

    assert f'href="tel:{PHONE}"' in shown.text
    assert "phone-1" in caplog.text
    for personal in (PHONE, NAME, "of-phone-1"):
        assert personal not in caplog.text


def test_another_commune_sees_nothing_and_does_nothing(app: Flask, outbreak: Graph) -> None:
    address = raise_one(outbreak, app, "other-1", minutes_ago=30)
    add_account(
        outbreak,
        name="other-ward",
        role="commune_intake",
        password_hash=hashed(),
        unit_code="27344",
    )
    visitor = app.test_client()
    send(visitor, "/sign-in", name="other-ward", password=PASSWORD)
    token = TOKEN.search(visitor.get("/alerts").text)
    assert token

    assert "28 ngày qua không có cảnh báo nào" in visitor.get("/alerts").text
    assert visitor.get(address).status_code == 404
    for part in ("phone", "acknowledgement", "closure"):
        told = {"csrf_token": token[1], "outcome": "advised"}
        assert visitor.post(f"{address}/{part}", data=told).status_code == 404


def test_the_rows_alone_are_what_the_list_shows(
    app: Flask, outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    raise_one(outbreak, app, "rows-1")
    ward = sign_in("commune_intake")

    rows = ward.get("/alerts/rows").text

    assert "<html" not in rows
    assert ROWS.findall(rows) == ROWS.findall(ward.get("/alerts").text)


def test_who_makes_cases_can_begin_one_from_an_alert(
    app: Flask, outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    address = raise_one(outbreak, app, "case-of-1", minutes_ago=20)

    assert "/people/of-case-of-1/cases/new" in sign_in("city_cdc").get(address).text
    assert "/cases/new" not in sign_in("commune_intake").get(address).text
    assert "/people/" not in sign_in("commune_intake").get(address).text


def test_a_list_asks_the_store_once(
    app: Flask,
    outbreak: Graph,
    sign_in: Callable[[str], FlaskClient],
    questions: list[str],
) -> None:
    ward = sign_in("commune_intake")
    questions.clear()

    ward.get("/alerts/rows")

    assert questions == ["accounts/get_account_by_id", "alerts/find_alerts"]
