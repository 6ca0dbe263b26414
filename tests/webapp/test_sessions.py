"""Signing in and out, and who is kept out."""

import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from graph.accounts import add_account, change_password, disable_account
from graph.database import Graph
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import CASE, PASSWORD, hashed
from tests.webapp.test_policy import address_of
from webapp.passwords import hash_password, verify_password
from webapp.policy import POLICY

WITHOUT_TOKEN = frozenset({"api.create_check_in", "gate.scan"})


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        ("investigator", "/cases"),
        ("city_cdc", "/cases"),
        ("district_health", "/cases"),
        ("data_team", "/batches"),
        ("city_ict", "/venues"),
        ("administrator", "/accounts"),
        ("gate_staff", "/gate"),
        ("venue_manager", "/gate"),
        ("commune_intake", "/alerts"),
    ],
)
def test_each_role_lands_on_its_desk(
    sign_in: Callable[[str], FlaskClient], role: str, desk: str
) -> None:
    visitor = sign_in(role)

    assert visitor.get("/").headers["Location"] == desk
    assert visitor.get(desk).status_code == 200


def test_a_wrong_password_and_an_unknown_name_answer_alike(client: FlaskClient) -> None:
    wrong = send(client, "/sign-in", name="investigator", password="wrong password")
    unknown = send(client, "/sign-in", name="nobody-here9", password="wrong password")

    assert wrong.status_code == unknown.status_code == 422
    assert TOKEN.sub("", wrong.text).replace("investigator", "X") == TOKEN.sub(
        "", unknown.text
    ).replace("nobody-here9", "X")
    assert "không khớp" in wrong.text
    assert "wrong password" not in wrong.text


def test_the_password_of_nobody_takes_as_long_to_check() -> None:
    def least_seconds(password_hash: str | None) -> float:
        return min(timeit.repeat(lambda: verify_password(password_hash, "x"), number=1, repeat=5))

    assert least_seconds(None) > least_seconds(hash_password(PASSWORD)) / 3


def test_another_way_to_type_a_name_is_no_other_account_to_the_limit(client: FlaskClient) -> None:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token
    names = ("hồng", "ho\u0302\u0300ng", "hô\u0300ng", "HỒNG", " Hồng", "hỒng")

    answers = [
        client.post(
            "/sign-in",
            data={"csrf_token": token.group(1), "name": name, "password": "wrong password"},
        )
        for name in names
    ]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


@pytest.mark.parametrize("name", ["investigator", "nobody"])
def test_the_sixth_wrong_password_in_a_minute_has_to_wait(client: FlaskClient, name: str) -> None:
    page = client.get("/sign-in").text
    token = TOKEN.search(page)
    assert token
    filled = {"csrf_token": token.group(1), "name": name, "password": "wrong password"}

    answers = [client.post("/sign-in", data=filled) for _ in range(20)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 15
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in answers[5:])
    assert "Quá nhiều lần thử" in answers[-1].text
    right = {**filled, "password": PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429
    other = {**filled, "name": "city_cdc", "password": PASSWORD}
    assert client.post("/sign-in", data=other).status_code == 303


def test_a_false_forwarded_address_does_not_help(client: FlaskClient) -> None:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token
    filled = {"csrf_token": token.group(1), "name": "investigator", "password": "wrong password"}

    answers = [
        client.post("/sign-in", data=filled, headers={"X-Forwarded-For": f"10.0.0.{n}"})
        for n in range(7)
    ]

    assert [answer.status_code for answer in answers][-2:] == [429, 429]


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    asked_for = client.get(f"/cases/{CASE}?rule=2021-07")
    token = TOKEN.search(asked_for.text)
    assert asked_for.status_code == 401
    assert token

    answer = client.post(
        "/sign-in",
        data={
            "csrf_token": token.group(1),
            "next": f"/cases/{CASE}?rule=2021-07",
            "name": "investigator",
            "password": PASSWORD,
        },
    )

    assert 'name="next"' in asked_for.text
    assert f"/cases/{CASE}?rule=2021-07" in asked_for.text
    assert answer.headers["Location"] == f"/cases/{CASE}?rule=2021-07"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
    ],
)
def test_signing_in_never_leads_to_another_host(client: FlaskClient, wanted: str) -> None:
    answer = send(client, "/sign-in", name="investigator", password=PASSWORD, next=wanted)

    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session(sign_in: Callable[[str], FlaskClient]) -> None:
    visitor = sign_in("investigator")

    send(visitor, "/sign-out", page="/cases")

    assert visitor.get("/cases").status_code == 401


def test_a_session_ends_after_an_office_day_however_busy_it_was(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    visitor = sign_in("investigator")
    now = datetime.now(UTC)

    statuses = []
    for hours in (0, 6, 9, 11):
        with time_machine.travel(now + timedelta(hours=hours), tick=True):
            statuses.append(visitor.get("/cases").status_code)

    assert statuses == [200, 200, 200, 401]


def test_a_copied_cookie_is_dead_once_the_account_is_disabled(
    outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    add_account(outbreak, name="leaver", role="investigator", password_hash=hashed())
    visitor = sign_in("leaver")

    disable_account(outbreak, "leaver")

    assert visitor.get("/cases").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(
    outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    add_account(outbreak, name="careful", role="investigator", password_hash=hashed())
    visitor = sign_in("careful")

    change_password(outbreak, "careful", "a hash of something else")

    assert visitor.get("/cases").status_code == 401


def test_a_session_begins_anew_when_somebody_signs_in(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"

    send(client, "/sign-in", name="investigator", password=PASSWORD)

    with client.session_transaction() as session:
        assert "planted" not in session


def test_the_cookie_holds_no_name_and_no_role(sign_in: Callable[[str], FlaskClient]) -> None:
    visitor = sign_in("city_cdc")

    with visitor.session_transaction() as session:
        held = str(dict(session))

    assert "city_cdc" not in held


def test_every_unsafe_route_refuses_a_request_without_a_token(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    visitors: dict[str, FlaskClient] = {}
    unsafe = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    ]

    for endpoint in unsafe:
        # Whoever may use it, so that nothing but the lacking token can be the reason.
        role = min(POLICY[endpoint].roles)
        visitor = visitors.setdefault(role, visitors.get(role) or sign_in(role))
        _, address = address_of(app, endpoint)
        sent = visitor.post(address, data={"name": "x"})
        as_text = visitor.post(address, data='{"name": "x"}', content_type="text/plain")
        # What programs send carries no token, and must be JSON, which no foreign form can be.
        refused = 415 if endpoint in WITHOUT_TOKEN else 403
        assert (sent.status_code, as_text.status_code) == (refused, refused), endpoint
    assert len(unsafe) >= 7


def test_another_visitors_token_is_refused(
    client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token

    answer = sign_in("investigator").post("/sign-out", data={"csrf_token": token.group(1)})

    assert answer.status_code == 403


def test_a_form_sent_after_the_session_ended_says_that_nothing_was_stored(
    client: FlaskClient,
) -> None:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token

    answer = client.post("/cases/new", data={"csrf_token": token.group(1), "case_id": "n"})

    assert answer.status_code == 401
    assert "Chưa lưu gì cả" in answer.text
