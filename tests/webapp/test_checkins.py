"""A citizen's way in and out: sent twice is once, and a receipt shows one visit."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from graph.people import get_person
from graph.venues import merge_gate
from graph.visits import find_visits_of, get_visit, retract_visits
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import PERSONAL, VENUE, ZONE, new_visit_id

LE_AN = {"full_name": "Lê  An", "birth_year": "1990"}


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's zone."""
    return f"/c/{merge_gate(outbreak, ZONE)}"


def visit_of(outbreak: Graph, visit_id: str) -> object:
    """Return what is stored of a visit now."""
    return get_visit(outbreak, visit_id, datetime.now(UTC))


def test_the_page_names_venue_whole_and_unit_before_anything_is_sent(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    page = client.get(door).text

    assert "Khu A" in page
    assert "Chợ Bình Tây" in page
    assert "Phường 13" in client.get(f"/c/{merge_gate(outbreak, VENUE)}").text


def test_a_code_typed_by_hand_may_be_small_in_groups_and_with_mistaken_letters(
    client: FlaskClient, door: str
) -> None:
    code = door.removeprefix("/c/")
    typed = f"{code[:5]}-{code[5:]}".lower().replace("0", "o").replace("1", "l")

    assert client.get(f"/c/{typed}").status_code == 200


def test_a_check_in_is_stored_when_its_receipt_is_answered(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()

    answer = send(client, door, visit_id=visit_id, **LE_AN)

    stored = get_visit(outbreak, visit_id, datetime.now(UTC))
    person = get_person(outbreak, stored.person_id)
    assert answer.status_code == 303
    assert (stored.venue_id, stored.left_at, stored.source) == (ZONE, None, "check-in")
    assert (person.full_name, person.birth_year) == ("Lê An", 1990)
    assert "Đã vào" in client.get(answer.headers["Location"]).text


def test_a_check_in_sent_twice_is_one_visit_of_one_person_and_one_receipt(
    outbreak: Graph, app: Flask, door: str
) -> None:
    visit_id = new_visit_id()

    with time_machine.travel(datetime.now(UTC), tick=True):
        first = send(app.test_client(), door, visit_id=visit_id, **LE_AN)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=7), tick=True):
        again = send(app.test_client(), door, visit_id=visit_id, **LE_AN)

    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    stored = get_visit(outbreak, visit_id, datetime.now(UTC))
    assert len(find_visits_of(outbreak, stored.person_id, datetime.now(UTC), 10)) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"full_name": "Lê Ân"}, id="another name"),
        pytest.param({"birth_year": "1991"}, id="another year"),
    ],
)
def test_the_same_id_with_another_body_is_refused(
    outbreak: Graph, client: FlaskClient, door: str, other: dict[str, str]
) -> None:
    visit_id = new_visit_id()
    send(client, door, visit_id=visit_id, **LE_AN)
    before = visit_of(outbreak, visit_id)

    answer = send(client, door, page=f"{door}?new=1", visit_id=visit_id, **{**LE_AN, **other})

    assert answer.status_code == 422
    assert visit_of(outbreak, visit_id) == before


def test_the_same_id_at_another_venue_is_refused(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    send(client, door, visit_id=visit_id, **LE_AN)

    elsewhere = f"/c/{merge_gate(outbreak, VENUE)}"
    answer = send(client, elsewhere, page=f"{elsewhere}?new=1", visit_id=visit_id, **LE_AN)

    assert answer.status_code == 422


def test_a_withdrawn_check_in_does_not_come_back_when_it_is_sent_again(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    send(client, door, visit_id=visit_id, **LE_AN)
    retract_visits(outbreak, [visit_id], datetime.now(UTC))

    answer = send(client, door, page=f"{door}?new=1", visit_id=visit_id, **LE_AN)

    assert answer.status_code == 404


def test_a_returning_citizen_checks_in_with_one_tap(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    first, second = new_visit_id(), new_visit_id()
    send(client, door, visit_id=first, **LE_AN)
    elsewhere = f"/c/{merge_gate(outbreak, VENUE)}"

    page = client.get(elsewhere).text
    answer = send(client, elsewhere, visit_id=second)

    assert answer.status_code == 303
    assert "An (1990)" in page
    assert "Lê An" not in page
    now = datetime.now(UTC)
    assert get_visit(outbreak, first, now).person_id == get_visit(outbreak, second, now).person_id


def test_scanning_the_same_door_again_within_two_minutes_is_the_same_visit(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    first = send(client, door, visit_id=new_visit_id(), **LE_AN)

    again = send(client, door, visit_id=new_visit_id())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3), tick=True):
        later = send(client, door, visit_id=new_visit_id())

    assert again.headers["Location"] == first.headers["Location"]
    assert later.headers["Location"] != first.headers["Location"]


def test_the_cookie_of_a_citizen_opens_no_receipt(client: FlaskClient, door: str) -> None:
    send(client, door, visit_id=new_visit_id(), **LE_AN)
    cookie = client.get_cookie("citizen")
    assert cookie

    assert client.get(f"/r/{cookie.value}").status_code == 404


def test_the_cookie_of_a_citizen_tells_nothing_and_cannot_be_made_up(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    answer = send(client, door, visit_id=new_visit_id(), **LE_AN)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("citizen="))
    forger = client.application.test_client()
    forger.set_cookie("citizen", "Ss.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")

    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert 'name="full_name"' in forger.get(door).text
    assert send(forger, door, visit_id=new_visit_id()).status_code == 422


def test_a_receipt_shows_its_visit_and_no_other(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    send(client, f"/c/{merge_gate(outbreak, 'bus')}", visit_id=new_visit_id(), **LE_AN)

    page = client.get(send(client, door, visit_id=new_visit_id()).headers["Location"]).text
    receipt = re.sub(r"<[^>]*>", " ", page.split("<main")[1])

    assert "Khu A" in receipt
    assert "Xe buýt" not in receipt
    assert "An" not in receipt
    assert not any(name in receipt for name in PERSONAL)


@pytest.mark.parametrize(
    "token", ["", "x", "IjEi.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "IjEi", "%00", "a" * 4000]
)
def test_a_receipt_that_we_did_not_sign_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/r/{token}").status_code == 404


def test_a_receipt_opens_no_longer_than_visits_are_kept(client: FlaskClient, door: str) -> None:
    receipt = send(client, door, visit_id=new_visit_id(), **LE_AN).headers["Location"]

    with time_machine.travel(datetime.now(UTC) + timedelta(days=29), tick=True):
        assert client.get(receipt).status_code == 404


def test_tapping_out_records_the_exit_once(outbreak: Graph, client: FlaskClient, door: str) -> None:
    visit_id = new_visit_id()
    receipt = send(client, door, visit_id=visit_id, **LE_AN).headers["Location"]

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=30), tick=True):
        send(client, f"{receipt}/out", page=receipt)
        left_at = get_visit(outbreak, visit_id, datetime.now(UTC)).left_at
        page = client.get(receipt).text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=40), tick=True):
        token = TOKEN.search(client.get(receipt).text)
        assert token
        client.post(f"{receipt}/out", data={"csrf_token": token.group(1)})
        later = get_visit(outbreak, visit_id, datetime.now(UTC)).left_at

    assert left_at is not None
    assert "Đã ra" in page
    assert later == left_at


def test_nobody_taps_out_a_day_later(outbreak: Graph, client: FlaskClient, door: str) -> None:
    visit_id = new_visit_id()
    receipt = send(client, door, visit_id=visit_id, **LE_AN).headers["Location"]

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=True):
        page = client.get(receipt).text
        send(client, f"{receipt}/out", page=receipt)
        stored = get_visit(outbreak, visit_id, datetime.now(UTC))

    assert "đã tự kết thúc" in page
    assert stored.left_at is None


def test_whoever_stays_longer_than_others_can_still_check_out_that_day(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    receipt = send(client, door, visit_id=visit_id, **LE_AN).headers["Location"]

    # Nobody is thought to stay that long at a market.
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23), tick=True):
        send(client, f"{receipt}/out", page=receipt)
        stored = get_visit(outbreak, visit_id, datetime.now(UTC))

    assert stored.left_at is not None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("full_name", "", id="no name"),
        pytest.param("full_name", "   ", id="a name of spaces"),
        pytest.param("full_name", "12 😀", id="a name without a letter"),
        pytest.param("full_name", "A" * 201, id="a name of 201 characters"),
        pytest.param("full_name", "A\u202eB", id="a character that turns the line round"),
        pytest.param("birth_year", "", id="no year"),
        pytest.param("birth_year", "80", id="two digits"),
        pytest.param("birth_year", "9" * 400, id="four hundred digits"),
        pytest.param("birth_year", "2999", id="a year to come"),
        pytest.param("birth_year", "năm 80", id="words"),
        pytest.param("visit_id", "", id="no id"),
        pytest.param("visit_id", "1", id="an id to be guessed"),
        pytest.param("visit_id", "x" * 10_000, id="an id of 10,000 characters"),
    ],
)
def test_bad_input_is_named_kept_and_not_stored(
    client: FlaskClient, door: str, questions: list[str], field: str, typed: str
) -> None:
    filled = {"visit_id": new_visit_id(), **LE_AN, field: typed}

    answer = send(client, door, **filled)

    assert answer.status_code == 422
    assert not [name for name in questions if "merge_visits" in name]
    if field != "visit_id":
        assert f'id="{field}-error"' in answer.text
        assert "autofocus" in answer.text
        assert "1990" in answer.text or field == "birth_year"


def test_a_check_in_costs_few_questions(
    client: FlaskClient, door: str, questions: list[str]
) -> None:
    token = TOKEN.search(client.get(door).text)
    assert token
    questions.clear()

    client.post(door, data={"csrf_token": token.group(1), "visit_id": new_visit_id(), **LE_AN})

    assert questions == [
        "venues/get_gate",
        "venues/get_venue",
        "visits/find_stored_visits",
        "venues/find_categories",
        "people/merge_bare_persons",
        "venues/merge_bare_venues",
        "venues/merge_venue_days",
        "visits/merge_visits",
        "changes/record_change",
        "visits/get_visit",
        "people/merge_persons",
    ]


def test_guessing_codes_soon_has_to_wait(app: Flask, client: FlaskClient, door: str) -> None:
    answers = [client.get(f"/c/{number:010d}").status_code for number in range(125)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_store_that_is_away_says_so_at_once_and_when_to_come_back(
    make_app: Callable[..., Flask],
) -> None:
    closed = make_app(store=closed_store())

    answer = closed.test_client().get("/c/0123456789")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Hãy chờ mười giây" in answer.text


def closed_store() -> Graph:
    """Return a store whose connections are given back, as after its server went away."""
    from graph.server import Connection

    away = Graph.connect(Connection("bolt://127.0.0.1:9", "neo4j", "nobody answers here"))
    away.close()
    return away
