"""Posters: what is printed for each gate, new gates, and codes that are replaced (R108, R109)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from graph.venues import find_gates, get_gate, merge_gate
from tests.webapp.conftest import door_of, send
from tests.webapp.outbreak import PASSWORD, VENUE
from tests.webapp.test_venues import scanned
from webapp import doors


@pytest.fixture
def city(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Somebody of the city's ICT department."""
    return sign_in("city_ict")


def test_each_gate_has_a_sheet_with_name_way_short_code_host_and_a_guide_in_both_languages(
    app: Flask, outbreak: Graph, city: FlaskClient
) -> None:
    gates = [
        merge_gate(outbreak, VENUE, "entrance", "Cổng đường Tháp Mười"),
        merge_gate(outbreak, VENUE, "exit", "Cổng sau"),
    ]

    page = city.get(f"/venues/{VENUE}/poster").text

    sheets = {sheet[:10]: sheet for sheet in page.split('<section class="sheet" id="')[1:]}
    assert set(gates) <= set(sheets)
    for code, name, vi, en in (
        (gates[0], "Cổng đường Tháp Mười", "Vào", "In"),
        (gates[1], "Cổng sau", "Ra", "Out"),
    ):
        sheet = sheets[code]
        with app.app_context():
            assert doors.short_code(get_gate(outbreak, code)) in sheet
        assert "Chợ Bình Tây" in sheet
        assert name in sheet
        assert f'<strong lang="vi">{vi}</strong><span lang="en">{en}</span>' in sheet
        assert "127.0.0.1:8080/scan" in sheet
        assert f"/venues/{VENUE}/qr.svg?gate={code}" in sheet
        assert sheet.count("<li>") == 8
        assert "Mở máy ảnh của điện thoại" in sheet
        assert "Open the camera of your phone" in sheet


def test_the_code_of_each_gate_is_its_own_and_opens_its_page(
    app: Flask, outbreak: Graph, city: FlaskClient
) -> None:
    for kind in ("entrance", "exit"):
        code = merge_gate(outbreak, VENUE, kind)

        drawn = city.get(f"/venues/{VENUE}/qr.svg?gate={code}").data

        assert scanned(drawn) == f"http://127.0.0.1:8080{door_of(app, code)}"


@pytest.mark.parametrize("page", ["qr.svg", "code"])
def test_a_gate_of_another_venue_is_not_found(
    outbreak: Graph, city: FlaskClient, page: str
) -> None:
    other = merge_gate(outbreak, "bus")

    assert city.get(f"/venues/{VENUE}/{page}?gate={other}").status_code == 404


def test_a_gate_is_added_once_however_often_it_is_asked_for(
    outbreak: Graph, city: FlaskClient
) -> None:
    page = f"/venues/{VENUE}/poster"
    before = len(find_gates(outbreak, VENUE))

    for _ in range(2):
        answer = send(city, f"/venues/{VENUE}/gates", page=page, kind="exit", name=" Cổng  số 9 ")

    assert answer.status_code == 303
    added = [gate for gate in find_gates(outbreak, VENUE) if gate.name == "Cổng số 9"]
    assert len(added) == 1
    assert len(find_gates(outbreak, VENUE)) == before + 1
    assert answer.headers["Location"] == f"{page}#{added[0].code}"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("kind", "window", id="no such kind"),
        pytest.param("name", "A" * 61, id="too long"),
        pytest.param("name", "Cổng\u202e", id="turned round"),
        pytest.param("name", "9", id="no letter"),
    ],
)
def test_a_gate_that_cannot_be_is_refused_beside_its_field(
    outbreak: Graph, city: FlaskClient, field: str, typed: str
) -> None:
    before = find_gates(outbreak, VENUE)
    told = {"kind": "exit", "name": "Cổng", field: typed}

    answer = send(city, f"/venues/{VENUE}/gates", page=f"/venues/{VENUE}/poster", **told)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert find_gates(outbreak, VENUE) == before


def replace(visitor: FlaskClient, code: str, **other: str) -> int:
    """Replace the code of a gate by the form as it stands; return the status of the answer."""
    page = f"/venues/{VENUE}/code?gate={code}"
    shown = visitor.get(page).text
    fields = {
        name: re.search(rf'id="{name}"[^>]*value="([^"]*)"', shown)
        for name in ("epoch", "old_until")
    }
    told = {name: found[1] for name, found in fields.items() if found}
    answer = send(visitor, f"/venues/{VENUE}/code", page=page, gate=code, **{**told, **other})
    return answer.status_code


def test_a_code_is_replaced_with_seven_days_for_old_posters_unless_told_otherwise(
    app: Flask, outbreak: Graph, city: FlaskClient, client: FlaskClient
) -> None:
    code = merge_gate(outbreak, VENUE, "entrance", "Cổng bảy ngày")
    old = door_of(app, code)
    assert client.get(old).status_code == 200

    status = replace(city, code)

    gate = get_gate(outbreak, code)
    assert status == 303
    assert gate.epoch == 1
    assert gate.old_until is not None
    left = gate.old_until - datetime.now(UTC)
    assert timedelta(days=7) < left <= timedelta(days=8)
    # What the app remembered of the gate is forgotten at once.
    new = door_of(app, code)
    assert f'data-code="{new.removeprefix("/c/")}"' in client.get(old).text


def test_a_false_poster_is_stopped_at_once_where_no_day_is_given(
    app: Flask, outbreak: Graph, city: FlaskClient, client: FlaskClient
) -> None:
    code = merge_gate(outbreak, VENUE, "entrance", "Cổng bị dán đè")
    old = door_of(app, code)
    client.get(old)

    replace(city, code, old_until="")

    assert client.get(old).status_code == 404
    assert client.get(door_of(app, code)).status_code == 200


def test_sent_twice_a_code_is_replaced_once(outbreak: Graph, city: FlaskClient) -> None:
    code = merge_gate(outbreak, VENUE, "entrance", "Cổng bấm hai lần")

    statuses = [replace(city, code, epoch="0") for _ in range(2)]

    assert statuses == [303, 303]
    assert get_gate(outbreak, code).epoch == 1


@pytest.mark.parametrize("typed", ["yesterday", "01/01/2021", "31/12/2999"])
def test_a_day_that_cannot_be_an_end_is_refused(
    outbreak: Graph, city: FlaskClient, typed: str
) -> None:
    code = merge_gate(outbreak, VENUE, "entrance", "Cổng ngày sai")

    status = replace(city, code, old_until=typed)

    assert status == 422
    assert get_gate(outbreak, code).epoch == 0


def test_only_the_city_replaces_codes_and_nobody_else_is_shown_how(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    page = sign_in("investigator").get(f"/venues/{VENUE}/poster").text

    assert "/code?gate=" not in page
    assert "/gates" not in page
    assert "/code?gate=" in sign_in("city_ict").get(f"/venues/{VENUE}/poster").text


def test_the_host_on_a_poster_is_that_of_the_settings_and_never_of_the_request(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    app = make_app(outbreak, TRUYVET_PUBLIC_URL="http://khaibao.example.vn")
    visitor = app.test_client()
    send(visitor, "/sign-in", name="city_ict", password=PASSWORD)

    page = visitor.get(f"/venues/{VENUE}/poster").text
    drawn = visitor.get(f"/venues/{VENUE}/qr.svg").data

    assert "khaibao.example.vn/scan" in page
    assert "127.0.0.1" not in page
    assert scanned(drawn).startswith("http://khaibao.example.vn/c/1")
