"""A citizen's way in and out: sent twice is once, and a receipt shows one visit."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.database import Graph
from graph.people import get_person
from graph.venues import merge_gate
from graph.visits import find_visits_of, get_visit, retract_visits
from tests.webapp.conftest import NEWCOMER, TOKEN, door_of, send
from tests.webapp.outbreak import PERSONAL, VENUE, ZONE, new_visit_id


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's zone."""
    return door_of(app, merge_gate(outbreak, ZONE))


@pytest.fixture
def market(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market."""
    return door_of(app, merge_gate(outbreak, VENUE))


def visit_of(outbreak: Graph, visit_id: str) -> object:
    """Return what is stored of a visit now."""
    return get_visit(outbreak, visit_id, datetime.now(UTC))


def come_in(visitor: FlaskClient, door: str, **other: str) -> TestResponse:
    """Check in somebody for the first time."""
    filled = {"visit_id": new_visit_id(), **NEWCOMER, **other}
    return send(visitor, door, page=f"{door}?new=1", **filled)


def tap(visitor: FlaskClient, door: str, **other: str) -> TestResponse:
    """Check in somebody again with one tap."""
    return send(visitor, door, **{"visit_id": new_visit_id(), "filled": "tap", **other})


def later(**passed: float) -> time_machine.travel:
    """Go on some time from now."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**passed), tick=True)


def test_the_page_names_venue_whole_unit_gate_and_way_before_anything_is_sent(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str
) -> None:
    named = merge_gate(outbreak, VENUE, "entrance", "Cổng đường Tháp Mười")

    page, whole = client.get(door).text, client.get(door_of(app, named)).text

    assert "Khu A" in page
    assert "Chợ Bình Tây" in page
    assert "Cổng vào" in page
    assert "Phường 13" in whole
    assert "Cổng đường Tháp Mười" in whole
    assert '<span class="way in">Vào</span>' in whole


def test_a_check_in_is_stored_when_its_receipt_is_answered(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()

    answer = come_in(client, door, visit_id=visit_id, full_name="Lê  An")

    stored = get_visit(outbreak, visit_id, datetime.now(UTC))
    person = get_person(outbreak, stored.person_id)
    assert answer.status_code == 303
    assert (stored.venue_id, stored.left_at, stored.source) == (ZONE, None, "check-in")
    assert (person.full_name, person.birth_year, person.sex) == ("Lê An", 1990, "female")
    assert "Được vào" in client.get(answer.headers["Location"]).text


def test_a_check_in_sent_twice_is_one_visit_of_one_person_and_one_receipt(
    outbreak: Graph, app: Flask, door: str
) -> None:
    visit_id = new_visit_id()

    first = come_in(app.test_client(), door, visit_id=visit_id)
    with later(minutes=7):
        again = come_in(app.test_client(), door, visit_id=visit_id)

    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    stored = get_visit(outbreak, visit_id, datetime.now(UTC))
    assert len(find_visits_of(outbreak, stored.person_id, datetime.now(UTC), 10)) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"full_name": "Lê Ân"}, id="another name"),
        pytest.param({"birth": "1991"}, id="another year"),
        pytest.param({"phone": "0912345679"}, id="another phone"),
        pytest.param({"fever": "yes"}, id="another answer"),
    ],
)
def test_A7_the_same_key_with_another_body_is_refused_and_changes_nothing(
    outbreak: Graph, client: FlaskClient, door: str, other: dict[str, str]
) -> None:
    visit_id = new_visit_id()
    come_in(client, door, visit_id=visit_id)
    before = visit_of(outbreak, visit_id)

    answer = come_in(client, door, visit_id=visit_id, **other)

    assert answer.status_code == 422
    assert NEWCOMER["birth"] in answer.text or "birth" in other
    assert visit_of(outbreak, visit_id) == before


def test_A7_the_same_key_at_another_venue_is_refused(
    client: FlaskClient, door: str, market: str
) -> None:
    visit_id = new_visit_id()
    come_in(client, door, visit_id=visit_id)

    answer = come_in(client, market, visit_id=visit_id)

    assert answer.status_code == 422


def test_a_withdrawn_check_in_does_not_come_back_when_it_is_sent_again(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    come_in(client, door, visit_id=visit_id)
    retract_visits(outbreak, [visit_id], datetime.now(UTC))

    answer = come_in(client, door, visit_id=visit_id)

    receipt = client.get(answer.headers["Location"])
    assert receipt.status_code == 404
    assert "Khu A" not in receipt.text.split("<main")[1]


def test_a_returning_citizen_checks_in_with_one_tap(
    outbreak: Graph, client: FlaskClient, door: str, market: str
) -> None:
    first, second = new_visit_id(), new_visit_id()
    come_in(client, door, visit_id=first)

    page = client.get(market).text
    answer = tap(client, market, visit_id=second)

    assert answer.status_code == 303
    assert "An (1990)" in page
    assert "Lê An" not in page
    assert not re.search(r'<input(?![^>]*type="(hidden|submit)")', page.split("<main")[1])
    now = datetime.now(UTC)
    assert get_visit(outbreak, first, now).person_id == get_visit(outbreak, second, now).person_id


def test_scanning_the_same_door_again_within_two_minutes_is_the_same_visit(
    client: FlaskClient, door: str
) -> None:
    first = come_in(client, door)

    again = tap(client, door)
    with later(minutes=3):
        third = tap(client, door)

    assert again.headers["Location"] == first.headers["Location"]
    assert third.headers["Location"] != first.headers["Location"]


def test_the_cookie_of_a_citizen_opens_no_receipt(client: FlaskClient, door: str) -> None:
    come_in(client, door)
    cookie = client.get_cookie("citizen")
    assert cookie

    assert client.get(f"/r/{cookie.value}").status_code == 404


def test_the_cookie_of_a_citizen_tells_nothing_and_cannot_be_made_up(
    client: FlaskClient, door: str
) -> None:
    answer = come_in(client, door)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("citizen="))
    forger = client.application.test_client()
    forger.set_cookie("citizen", "Ss.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")

    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert 'name="full_name"' in forger.get(door).text
    answer = tap(forger, door)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'name="full_name"' in answer.text


def test_a_receipt_shows_its_visit_and_no_other(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str
) -> None:
    come_in(client, door_of(app, merge_gate(outbreak, "bus")))

    page = client.get(tap(client, door).headers["Location"]).text
    receipt = re.sub(r"<[^>]*>", " ", page.split("<main")[1])

    assert "Khu A" in receipt
    assert "Xe buýt" not in receipt
    assert "An" not in receipt
    assert not any(name in receipt for name in PERSONAL)


def test_a_receipt_tells_number_gate_time_colour_and_until_when_it_is_kept(
    client: FlaskClient, door: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 27, 3, 0, tzinfo=UTC), tick=True):
        receipt = come_in(client, door).headers["Location"]
        page = client.get(receipt).text

    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("<main")[1]))
    assert re.search(r"Số biên nhận [A-Z2-7]{4}-[A-Z2-7]{4} ", shown)
    assert "Cổng Cổng vào" in shown
    assert "Đã vào 27/11/2026 10:00" in shown
    assert "Lưu đến hết ngày 25/12/2026" in shown
    assert '<p class="state go">' in page


@pytest.mark.parametrize(
    "token", ["", "x", "IjEi.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "IjEi", "%00", "a" * 4000]
)
def test_G3_a_receipt_that_we_did_not_sign_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/r/{token}").status_code == 404


def test_G3_a_receipt_whose_token_is_changed_by_one_letter_is_not_found(
    client: FlaskClient, door: str
) -> None:
    receipt = come_in(client, door).headers["Location"]

    for place in range(len("/r/"), len(receipt)):
        letter = "A" if receipt[place] != "A" else "B"
        changed = client.get(receipt[:place] + letter + receipt[place + 1 :])
        # The last letter of a signature carries bits that count for nothing.
        assert changed.status_code in (404, 429) or place == len(receipt) - 1


def test_a_receipt_opens_no_longer_than_visits_are_kept(client: FlaskClient, door: str) -> None:
    receipt = come_in(client, door).headers["Location"]

    with later(days=29):
        assert client.get(receipt).status_code == 404


def test_tapping_out_records_the_exit_once(outbreak: Graph, client: FlaskClient, door: str) -> None:
    visit_id = new_visit_id()
    receipt = come_in(client, door, visit_id=visit_id).headers["Location"]

    with later(minutes=30):
        send(client, f"{receipt}/out", page=receipt)
        left_at = get_visit(outbreak, visit_id, datetime.now(UTC)).left_at
        page = client.get(receipt).text
    with later(minutes=40):
        token = TOKEN.search(client.get(receipt).text)
        assert token
        again = client.post(f"{receipt}/out", data={"csrf_token": token.group(1)})
        kept = get_visit(outbreak, visit_id, datetime.now(UTC)).left_at

    assert left_at is not None
    assert "Đã ra" in page
    assert again.status_code == 303
    assert kept == left_at


def test_nobody_taps_out_a_day_later(outbreak: Graph, client: FlaskClient, door: str) -> None:
    visit_id = new_visit_id()
    receipt = come_in(client, door, visit_id=visit_id).headers["Location"]

    with later(hours=25):
        page = client.get(receipt).text
        send(client, f"{receipt}/out", page=receipt)
        stored = get_visit(outbreak, visit_id, datetime.now(UTC))

    assert "đã tự kết thúc" in page
    assert stored.left_at is None


def test_whoever_stays_longer_than_others_can_still_check_out_that_day(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    receipt = come_in(client, door, visit_id=visit_id).headers["Location"]

    # Nobody is thought to stay that long at a market.
    with later(hours=23):
        send(client, f"{receipt}/out", page=receipt)
        stored = get_visit(outbreak, visit_id, datetime.now(UTC))

    assert stored.left_at is not None


def test_a_forgotten_check_out_is_shown_as_a_range_and_never_as_a_moment(
    client: FlaskClient, door: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 27, 3, 0, tzinfo=UTC), tick=False):
        receipt = come_in(client, door).headers["Location"]
        before = client.get(receipt).text
    # A stay at a market lasts four hours at most.
    with time_machine.travel(datetime(2026, 11, 27, 7, 1, tzinfo=UTC), tick=True):
        after = client.get(receipt).text

    assert "Quên ra" not in before
    assert "Quên ra" in after
    assert "chưa rõ, muộn nhất 27/11/2026 14:00" in after


def test_the_next_check_in_elsewhere_ends_a_forgotten_stay_at_the_latest_then(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str
) -> None:
    first = new_visit_id()
    come_in(client, door, visit_id=first)
    bus = door_of(app, merge_gate(outbreak, "bus"))

    with later(minutes=50):
        second = new_visit_id()
        tap(client, bus, visit_id=second)
        now = datetime.now(UTC)
        capped, following = get_visit(outbreak, first, now), get_visit(outbreak, second, now)

    assert capped.left_at is None
    assert capped.left_by == following.arrived_at
    assert capped.expected_left_at is not None
    assert capped.expected_left_at <= following.arrived_at


def test_a_check_in_costs_few_questions_and_one_transaction(
    client: FlaskClient, door: str, questions: list[str]
) -> None:
    # The first one of a program also looks whether the store keeps ids unique.
    come_in(client.application.test_client(), door)
    token = TOKEN.search(client.get(door).text)
    assert token
    questions.clear()

    client.post(door, data={"csrf_token": token.group(1), "visit_id": new_visit_id(), **NEWCOMER})

    assert questions == [
        "intake/find_receipts",
        "venues/merge_venue_days",
        "intake/record_check_ins",
        "declarations/merge_declarations",
        "identifiers/merge_identifiers",
        "changes/record_change",
    ]


def test_the_page_of_somebody_known_costs_one_question_more(
    client: FlaskClient, door: str, questions: list[str]
) -> None:
    come_in(client, door)
    questions.clear()

    client.get(door)

    # Gate and venue are remembered for some seconds.
    assert questions == ["citizens/get_citizen"]


def test_guessing_codes_soon_has_to_wait(client: FlaskClient) -> None:
    answers = [client.get(f"/c/{number:010d}").status_code for number in range(125)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_store_that_is_away_says_so_at_once_and_when_to_come_back(
    make_app: Callable[..., Flask], door: str
) -> None:
    closed = make_app(store=closed_store())

    answer = closed.test_client().get(door)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Hãy chờ mười giây" in answer.text


def test_L6_a_store_that_goes_away_amid_a_form_loses_nothing_that_was_typed(
    make_app: Callable[..., Flask], door: str
) -> None:
    closed = make_app(store=closed_store())
    visitor = closed.test_client()
    token = TOKEN.search(visitor.get("/sign-in").text)
    assert token
    visit_id = new_visit_id()

    answer = visitor.post(
        door,
        data={
            "csrf_token": token.group(1),
            "visit_id": visit_id,
            **NEWCOMER,
            "travelled": "yes",
            "travelled_to": "Quận 5",
        },
    )

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    for typed in (visit_id, "Lê An", "1990", "0912 345 678", "Quận 5"):
        assert f'value="{typed}"' in answer.text
    for chosen in ("sex-1", "no_signs", "travelled-1", "consent"):
        assert re.search(rf'id="{chosen}"[^>]*checked', answer.text)


def closed_store() -> Graph:
    """Return a store whose connections are given back, as after its server went away."""
    from graph.server import Connection

    away = Graph.connect(Connection("bolt://127.0.0.1:9", "neo4j", "nobody answers here"))
    away.close()
    return away
