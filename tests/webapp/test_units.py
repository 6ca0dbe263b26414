"""Units on pages: offered while somebody types, recognised, and written as of their date."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.accounts import bind_account
from graph.database import Graph
from graph.declarations import find_declarations_of
from graph.venues import Venue, merge_gate
from importers.importer import run
from importers.samples.loading import unit_parts
from tests.emptying import empty
from tests.webapp.conftest import NEWCOMER, door_of, send
from tests.webapp.outbreak import VENUE, new_visit_id, store_accounts, store_outbreak
from webapp import current
from webapp.formats import place_of
from webapp.units import unit_words

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def outbreak(store: Graph) -> Iterator[Graph]:
    """The outbreak, in the city with all its units."""
    empty(store)
    store_accounts(store)
    store_outbreak(store)
    for part in unit_parts():
        run(part.importer, part.rows, store, recorded_at=part.recorded_at)
    yield store
    empty(store)


def test_units_are_offered_for_what_is_typed(client: FlaskClient) -> None:
    answer = client.get("/units?q=p15+tb")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.json["units"] == [
        {
            "code": code,
            "name": f"{name}, Thành phố Hồ Chí Minh",
            "was": "trước là Phường 15, Quận Tân Bình",
        }
        for code, name in (("27007", "Phường Tân Sơn"), ("27004", "Phường Tân Bình"))
    ]


@pytest.mark.parametrize("typed", ["", "x", "%00", "%F0%9F%98%80", "a" * 5000, "'\"<>"])
def test_what_names_no_unit_is_offered_none(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/units?q={typed}")

    assert (answer.status_code, answer.json) == (200, {"units": []})


def test_units_are_read_once_for_many_questions(client: FlaskClient, questions: list[str]) -> None:
    for typed in ("quan 1", "can gio", "thu duc"):
        assert client.get(f"/units?q={typed}").json["units"]

    assert questions == []


@pytest.mark.parametrize(
    ("code", "at", "words"),
    [
        pytest.param(
            "27007",
            date(2021, 6, 24),
            "Phường 15, Quận Tân Bình (nay: Phường Tân Sơn hoặc Phường Tân Bình)",
            id="divided since",
        ),
        pytest.param(
            "26734",
            date(2021, 6, 24),
            "Phường Tân Định, Quận 1 (nay: Phường Tân Định)",
            id="merged since",
        ),
        pytest.param("27007", date(2026, 6, 24), "Phường Tân Sơn", id="as it stands"),
        pytest.param("26737", date(2021, 6, 24), None, id="a code that means another ward now"),
        pytest.param("760", date(2021, 6, 24), "Quận 1", id="ended without a successor"),
        pytest.param("79", date(2021, 6, 24), "Thành phố Hồ Chí Minh", id="the city"),
        pytest.param("99999", date(2021, 6, 24), "99999", id="never told"),
    ],
)
def test_a_unit_is_written_as_of_its_date_with_what_it_has_become(
    app: Flask, code: str, at: date, words: str | None
) -> None:
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        written = unit_words(code, None, at)

    expected = words or "Phường Đa Kao, Quận 1 (nay: Phường Sài Gòn hoặc Phường Tân Định)"
    assert written == expected


def test_the_place_of_a_venue_is_its_unit_of_the_day_on_which_it_was_listed(app: Flask) -> None:
    venue = Venue("x", "X", "market", "27007", "a name", None, None, None, None)
    with app.test_request_context():
        assert place_of(venue) == "Phường Tân Sơn"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("phuong tan son", {"unit_code": "27007", "street": "12 Lê Lợi"}, id="a name"),
        pytest.param("27007", {"unit_code": "27007", "street": "12 Lê Lợi"}, id="a code"),
        pytest.param("p15 tb", {"street": "12 Lê Lợi, p15 tb"}, id="one that was divided"),
        pytest.param("Hà Nội", {"street": "12 Lê Lợi, Hà Nội"}, id="nothing that is known"),
        pytest.param("", {"street": "12 Lê Lợi"}, id="nothing typed"),
    ],
)
def test_a_declared_unit_is_stored_by_its_code_if_it_is_surely_one_else_in_the_address(
    client: FlaskClient, app: Flask, outbreak: Graph, typed: str, stored: dict[str, str]
) -> None:
    door = door_of(app, merge_gate(outbreak, VENUE))

    visit_id = new_visit_id()
    told = {**NEWCOMER, "visit_id": visit_id, "unit": typed, "street": "12 Lê Lợi"}
    answer = send(client, door, page=f"{door}?new=1", **told)

    assert answer.status_code == 303
    assert {key: value for key, value in declared(app, outbreak, visit_id).items()
            if key in ("unit_code", "unit", "street")} == stored  # fmt: skip


def declared(app: Flask, graph: Graph, visit_id: str) -> dict[str, str]:
    """What the declaration of a check-in holds of the person."""
    query = "MATCH (receipt:Receipt {visit_id: $visit_id}) RETURN receipt.person_id AS person_id"
    [row] = graph.replacing("tests/who", query).read("tests/who", visit_id=visit_id)
    [made] = find_declarations_of(graph, row["person_id"], 1)
    with app.test_request_context():
        text = current.vault().open(made.sealed, "declaration", made.declaration_id)
    return dict(json.loads(text)["person"])


def test_a_page_offers_units_without_carrying_them(
    client: FlaskClient, app: Flask, outbreak: Graph
) -> None:
    page = client.get(door_of(app, merge_gate(outbreak, VENUE))).text

    assert 'data-feature="unit-picker"' in page
    assert 'data-source="/units"' in page
    assert "Phường Tân Sơn Nhất" not in page


def test_an_account_is_listed_with_the_name_of_its_unit(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    page = sign_in("administrator").get("/accounts").text

    assert "Phường Chợ Lớn" in page


@pytest.mark.parametrize(
    ("unit_code", "is_told"),
    [
        pytest.param("760", True, id="a district, which ended"),
        pytest.param("761", True, id="another"),
        pytest.param(None, False, id="no unit"),
    ],
)
def test_a_desk_whose_unit_has_ended_is_told_where_new_alerts_go(
    sign_in: Callable[[str], FlaskClient], outbreak: Graph, unit_code: str | None, *, is_told: bool
) -> None:
    bind_account(outbreak, "district_health", unit_code=unit_code)

    page = sign_in("district_health").get("/alerts").text

    assert ("Đơn vị này đã chấm dứt từ ngày 01/07/2025." in page) is is_told


def test_a_desk_of_a_ward_that_stands_is_told_of_no_end(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    assert "chấm dứt" not in sign_in("commune_intake").get("/alerts").text
