"""Scanning at entrances, exits and doors for both; codes ours, replaced or false (G1-G3)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.database import Graph
from graph.venues import CODE_LETTERS, get_gate, merge_gate, rotate_gate
from graph.visits import find_visits_of, get_visit
from tests.webapp.conftest import NEWCOMER, door_of, send
from tests.webapp.outbreak import PERSONAL, VENUE, ZONE, new_visit_id
from tests.webapp.test_policy import address_of
from webapp import doors
from webapp.demo import things_to_try
from webapp.policy import POLICY


@pytest.fixture
def entrance(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's entrance."""
    return door_of(app, merge_gate(outbreak, VENUE, "entrance"))


@pytest.fixture
def exit_gate(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's exit."""
    return door_of(app, merge_gate(outbreak, VENUE, "exit"))


@pytest.fixture
def both(app: Flask, outbreak: Graph) -> str:
    """The address in the code of a door of the market through which people come and go."""
    return door_of(app, merge_gate(outbreak, VENUE, "both"))


def come_in(visitor: FlaskClient, door: str) -> str:
    """Check in somebody for the first time; return the key of the visit."""
    visit_id = new_visit_id()
    assert send(visitor, door, visit_id=visit_id, **NEWCOMER).status_code == 303
    return visit_id


def tap(visitor: FlaskClient, door: str, **other: str) -> TestResponse:
    """Send the page of a door as it stands, by its one button."""
    return send(visitor, door, **{"visit_id": new_visit_id(), "filled": "tap", **other})


def later(**passed: float) -> time_machine.travel:
    """Go on some time from now."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**passed), tick=True)


def exit_of(graph: Graph, visit_id: str) -> datetime | None:
    """Return when a visit ended, as is known."""
    return get_visit(graph, visit_id, datetime.now(UTC) + timedelta(days=2)).left_at


def button(page: str) -> str:
    """Return the way that the main button of a page goes."""
    found = re.search(r'<button class="button primary large" name="direction" value="(\w+)"', page)
    assert found
    return found[1]


def test_scanning_the_exit_checks_out_with_one_tap_and_shows_the_receipt(
    outbreak: Graph, client: FlaskClient, entrance: str, exit_gate: str
) -> None:
    visit_id = come_in(client, entrance)

    with later(minutes=40):
        page = client.get(exit_gate).text
        answer = tap(client, exit_gate, direction="out")
        receipt = client.get(answer.headers["Location"]).text

    assert button(page) == "out"
    assert '<span class="way out">Ra</span>' in page
    assert "Bạn đã vào lúc" in page
    assert "Đã ra" in receipt
    assert exit_of(outbreak, visit_id) is not None


def test_a_second_scan_of_the_exit_changes_nothing_and_says_what_to_do(
    outbreak: Graph, client: FlaskClient, entrance: str, exit_gate: str
) -> None:
    visit_id = come_in(client, entrance)
    with later(minutes=40):
        # Both pages were open before either was sent.
        tap(client, exit_gate, direction="out")
        left_at = exit_of(outbreak, visit_id)
    with later(minutes=50):
        opened = client.get(exit_gate)
        sent = tap_from(client, entrance, exit_gate)

    assert opened.status_code == 200
    assert sent.status_code == 422
    for page in (opened.text, sent.text):
        assert "không có lượt vào nào đang mở" in page
        assert "?direction=in" in page
    assert exit_of(outbreak, visit_id) == left_at


def tap_from(visitor: FlaskClient, page: str, door: str) -> TestResponse:
    """Send the one button of a door with the token of another page."""
    fields = {"visit_id": new_visit_id(), "filled": "tap", "direction": "out"}
    return send(visitor, door, page=page, **fields)


def test_somebody_unknown_at_the_exit_is_told_what_to_do_and_may_still_check_in(
    outbreak: Graph, client: FlaskClient, exit_gate: str
) -> None:
    page = client.get(exit_gate).text
    link = re.search(r'href="(/c/[^"]+\?direction=in)"', page)
    assert link

    visit_id = new_visit_id()
    answer = send(client, link[1], visit_id=visit_id, **NEWCOMER)

    assert 'name="full_name"' not in page
    assert answer.status_code == 303
    assert get_visit(outbreak, visit_id, datetime.now(UTC)).venue_id == VENUE


def test_the_exit_of_a_venue_ends_a_stay_in_a_zone_of_it(
    app: Flask, outbreak: Graph, client: FlaskClient, exit_gate: str
) -> None:
    visit_id = come_in(client, door_of(app, merge_gate(outbreak, ZONE)))

    with later(minutes=40):
        page = client.get(exit_gate).text
        tap(client, exit_gate, direction="out")

    assert button(page) == "out"
    assert exit_of(outbreak, visit_id) is not None


def test_the_exit_of_another_venue_ends_nothing(
    app: Flask, outbreak: Graph, client: FlaskClient, entrance: str
) -> None:
    visit_id = come_in(client, entrance)
    bus = door_of(app, merge_gate(outbreak, "bus", "exit"))

    with later(minutes=40):
        page = client.get(bus).text
        tap_from(client, entrance, bus)

    assert "không có lượt vào nào đang mở" in page
    assert exit_of(outbreak, visit_id) is None


def test_a_door_for_both_lets_in_who_is_out_and_out_who_is_in(
    outbreak: Graph, client: FlaskClient, both: str
) -> None:
    first = button(client.get(both).text)
    visit_id = come_in(client, both)
    soon = button(client.get(both).text)
    with later(minutes=40):
        inside = button(client.get(both).text)
        tap(client, both, direction="out")
    with later(minutes=45):
        outside = button(client.get(both).text)

    # Right after coming in it is the same visit still (R57).
    assert (first, soon, inside, outside) == ("in", "in", "out", "in")
    assert exit_of(outbreak, visit_id) is not None


def test_whoever_forgot_to_check_out_can_come_in_anew_at_a_door_for_both(
    outbreak: Graph, client: FlaskClient, both: str
) -> None:
    visit_id = come_in(client, both)

    with later(hours=20):
        page = client.get(both).text
        again = new_visit_id()
        tap(client, both, visit_id=again, direction="in")
        person_id = get_visit(outbreak, visit_id, datetime.now(UTC)).person_id
        visits = find_visits_of(outbreak, person_id, datetime.now(UTC), 9)

    assert "Vào (lượt mới)" in page
    assert [visit.visit_id for visit in visits] == [again, visit_id]
    assert exit_of(outbreak, visit_id) is None


def test_checking_out_needs_no_declaration_even_when_it_is_too_old(
    outbreak: Graph, client: FlaskClient, entrance: str, exit_gate: str
) -> None:
    with later(hours=-23):
        come_in(client, entrance)
    with later(hours=-2):
        visit_id = new_visit_id()
        tap(client, entrance, visit_id=visit_id)

    with later(hours=2):
        page = client.get(exit_gate).text
        tap(client, exit_gate, direction="out")

    assert 'name="fever"' not in page
    assert exit_of(outbreak, visit_id) is not None


def test_G1_a_code_with_any_letter_changed_is_refused(
    app: Flask, client: FlaskClient, entrance: str
) -> None:
    code = entrance.removeprefix("/c/")

    answers = []
    for place, letter in enumerate(code):
        other = CODE_LETTERS[(CODE_LETTERS.index(letter) + 1) % len(CODE_LETTERS)]
        answers.append(client.get(f"/c/{code[:place]}{other}{code[place + 1 :]}"))

    assert {answer.status_code for answer in answers} == {404}
    assert all("Chợ Bình Tây" not in answer.text for answer in answers)
    assert "Mã này không dùng được" in answers[0].text


def test_G1_the_bare_id_of_a_gate_is_no_code(outbreak: Graph, client: FlaskClient) -> None:
    assert client.get(f"/c/{merge_gate(outbreak, VENUE)}").status_code == 404


def test_a_short_code_may_be_small_in_groups_and_with_mistaken_letters(
    app: Flask, outbreak: Graph, client: FlaskClient
) -> None:
    with app.app_context():
        code = doors.short_code(get_gate(outbreak, merge_gate(outbreak, VENUE)))
    typed = code.lower().replace("0", "o").replace("1", "l")

    assert "Chợ Bình Tây" in client.get(f"/c/{typed}").text


def test_the_address_that_the_demo_tells_opens_the_market(
    app: Flask, outbreak: Graph, client: FlaskClient
) -> None:
    told = "\n".join(things_to_try(outbreak, app.extensions["settings"]))
    found = re.search(r"http://127\.0\.0\.1:8080(/c/\S+)", told)
    assert found

    assert "Chợ Bình Tây" in client.get(found[1]).text


def test_G1_an_old_poster_opens_until_its_day_and_then_says_that_it_was_replaced(
    app: Flask, outbreak: Graph, client: FlaskClient
) -> None:
    gate = merge_gate(outbreak, VENUE, "entrance", "Cổng thay mã")
    old = door_of(app, gate)
    until = datetime.now(UTC) + timedelta(days=7)
    rotate_gate(outbreak, gate, 0, until)
    with app.app_context():
        doors.forget()
    new = door_of(app, gate)

    with later(days=6, hours=23):
        within = client.get(old)
    with later(days=7, minutes=1):
        after, current = client.get(old), client.get(new)

    assert old != new
    assert within.status_code == 200
    assert f'data-code="{new.removeprefix("/c/")}"' in within.text
    assert after.status_code == 404
    assert "đã được thay" in after.text
    assert current.status_code == 200
    # One venue, one gate: what was scanned with either poster is at the same place.
    assert "Cổng thay mã" in within.text
    assert "Cổng thay mã" in current.text


def test_G2_the_token_of_a_receipt_opens_no_history_anywhere(
    app: Flask, outbreak: Graph, client: FlaskClient, entrance: str
) -> None:
    come_in(client, door_of(app, merge_gate(outbreak, "bus")))
    with later(minutes=10):
        receipt = tap(client, entrance).headers["Location"]
    token = receipt.removeprefix("/r/")
    finder = app.test_client()
    for name in ("citizen", "session"):
        finder.set_cookie(name, token)

    opened = []
    for endpoint in POLICY:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if "GET" not in (rule.methods or ()) or "filename" in rule.arguments:
            continue
        changed = {name: token for name in rule.arguments if name not in ("day", "code", "name")}
        _method, address = address_of(app, endpoint, **changed)
        answer = finder.get(address, query_string={"receipt": token}, buffered=True)
        page = answer.text.split("<main")[-1]
        for told in ("Xe buýt", "Lê An", "An (1990)", "0912", *PERSONAL):
            assert told not in page, endpoint
        opened.append((endpoint, answer.status_code))

    assert ("checkins.show", 200) in opened
    assert len(opened) > 20
