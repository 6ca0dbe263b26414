"""What a visitor reads when something is wrong, and what no log and no page ever holds."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from graph.errors import NotFound, Refused, StoreAway, StoreFault, TooMuch
from graph.server import Connection
from graph.venues import merge_gate
from tests.webapp.conftest import NEWCOMER, TOKEN, door_of, send
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL, SOURCE, VENUE, new_visit_id
from webapp import create_app
from webapp.errors import WORDS
from webapp.settings import Settings, SettingsFault

CANARY = "person-canary-7391"


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        pytest.param(NotFound("case"), 404, id="not found"),
        pytest.param(Refused("as_of", f"is {CANARY}"), 422, id="refused"),
        pytest.param(StoreAway(f"away {CANARY}"), 503, id="store away"),
        pytest.param(StoreFault(f"fault {CANARY}"), 500, id="store fault"),
        pytest.param(TooMuch(f"too much {CANARY}"), 503, id="too long or too much memory"),
        pytest.param(RuntimeError(f"unforeseen {CANARY}"), 500, id="unforeseen"),
        pytest.param(KeyError(CANARY), 500, id="a key"),
    ],
)
def test_a_fault_is_told_in_two_sentences_and_repeats_nothing(
    officer: FlaskClient, caplog: pytest.LogCaptureFixture, fault: Exception, status: int
) -> None:
    def fail(**_: str) -> str:
        raise fault

    officer.application.view_functions["people.show"] = fail
    with caplog.at_level(logging.DEBUG):
        answer = officer.get(f"/people/{CANARY}")

    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert CANARY not in answer.text.split("<main")[1]
    assert CANARY not in caplog.text
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_every_fault_has_words_in_both_languages(app: Flask) -> None:
    from flask_babel import force_locale

    with app.test_request_context():
        for words in WORDS.values():
            with force_locale("vi"):
                vietnamese = [str(words.title), str(words.advice)]
            with force_locale("en"):
                english = [str(words.title), str(words.advice)]
            assert all(vi != en for vi, en in zip(vietnamese, english, strict=True))


def test_no_page_and_no_form_leaves_a_name_or_an_id_in_a_log(
    outbreak: Graph, officer: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="neo4j")

    for address in (
        f"/people/{CANARY}",
        f"/people/{CANARY}-unknown",
        f"/cases/{CASE}/trace?hops=2",
        f"/cases/{CASE}/trace?hops=99&as_of={CANARY}",
        f"/venues/{VENUE}/days/2021-07-01",
        f"/venues?text={CANARY}",
    ):
        officer.get(address)
    send(officer, "/cases/new", case_id=f"{CANARY}\u0000", person_id=CANARY)
    send(officer, "/cases/new", case_id=CASE, person_id=CANARY, classification="confirmed")
    door = door_of(officer.application, merge_gate(outbreak, VENUE))
    told = {**NEWCOMER, "full_name": PERSONAL[0], "street": CANARY}
    send(officer, door, visit_id=new_visit_id(), **told)
    send(officer, f"{door}?new=1", visit_id=new_visit_id(), **{**told, "birth": CANARY})
    send(officer, "/sign-in", name=CANARY, password=PASSWORD)

    assert not any(canary in caplog.text for canary in (*PERSONAL, PASSWORD))


def test_no_address_holds_a_person_or_a_case_in_its_query(
    officer: FlaskClient, client: FlaskClient
) -> None:
    for address in (f"/people/{SOURCE}", f"/cases/{CASE}", f"/cases/{CASE}/trace"):
        for visitor in (officer, client):
            answer = visitor.get(address)
            queries = answer.text.split("?")[1:]
            assert "Location" not in answer.headers
            assert not any(query.split('"')[0].find(CASE) >= 0 for query in queries)


def test_pages_that_are_kept_from_search_and_caches_say_so(officer: FlaskClient) -> None:
    assert officer.get(f"/people/{SOURCE}").headers["Cache-Control"] == "no-store"


def test_an_officer_reads_a_503_while_the_store_is_away(
    outbreak: Graph, app: Flask, officer: FlaskClient
) -> None:
    away = Graph.connect(Connection("bolt://127.0.0.1:9", "neo4j", "nobody answers here"))
    away.close()
    app.extensions["graph"] = away

    for address in ("/cases", f"/cases/{CASE}", "/venues", "/"):
        answer = officer.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert "Tạm thời chưa truy cập được dữ liệu" in answer.text
    assert officer.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/nowhere", "GET", 404),
        ("/people/", "GET", 404),
        ("/people/" + "x" * 65, "GET", 404),
        ("/people/%0d%0aSet-Cookie:x=1", "GET", 404),
        ("/people/..%2f..%2fetc", "GET", 404),
        ("/static/../settings.py", "GET", 404),
        ("/static/.git/config", "GET", 404),
        ("/.env", "GET", 404),
        ("/cases", "TRACE", 405),
        ("/cases", "DELETE", 405),
        ("/sign-out", "GET", 405),
    ],
)
def test_a_strange_request_is_refused(
    officer: FlaskClient, address: str, method: str, status: int
) -> None:
    answer = officer.open(address, method=method, buffered=True)

    assert answer.status_code == status
    assert "Set-Cookie: x" not in str(answer.headers)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"&".join(b"p%d=1" % n for n in range(9_000)), id="9,000 parts"),
        pytest.param(b"name=" + b"x" * 100_000, id="a field of 100,000 letters"),
    ],
)
def test_a_form_too_large_is_refused(client: FlaskClient, body: bytes) -> None:
    kind = "application/x-www-form-urlencoded"

    assert client.post("/sign-in", data=body, content_type=kind).status_code in (403, 413)


def test_a_form_of_many_files_is_refused(client: FlaskClient) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="p{n}"\r\n\r\n1\r\n' for n in range(500)
    )

    answer = client.post(
        "/sign-in", data=f"{parts}--b--\r\n", content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413


def test_the_token_of_a_page_stays_good_while_the_page_is_open(client: FlaskClient) -> None:
    import time_machine

    page = client.get("/sign-in").text
    token = TOKEN.search(page)
    assert token
    from datetime import UTC, datetime, timedelta

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        filled = {"csrf_token": token.group(1), "name": "investigator", "password": PASSWORD}
        assert client.post("/sign-in", data=filled).status_code == 303


def test_debug_mode_is_refused(
    outbreak: Graph, web_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(TRUYVET_HOME=web_home)
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(SettingsFault, match="FLASK_DEBUG"):
        create_app(outbreak, settings)


def test_a_weak_key_is_refused(
    outbreak: Graph, web_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.configuration.secret_key", lambda _settings: "dev")

    with pytest.raises(SettingsFault, match="TRUYVET_SECRET_KEY"):
        create_app(outbreak, Settings(TRUYVET_HOME=web_home))


def test_an_empty_instance_lets_nobody_in(outbreak: Graph, client: FlaskClient) -> None:
    for name in ("admin", "root", "neo4j", "truyvet", "test"):
        answer = send(client, "/sign-in", name=name, password=name)
        assert answer.status_code == 422


STRANGE = (
    "\x00",
    "x" * 5_000,
    "٣",
    "NaN",
    "9" * 400,
    f"1{'0' * 30}",
    "'}) DETACH DELETE n //",
    "{{7*7}}",
    "%s %(x)s",
    "\u202e",
    "31/12/9999 23:59",
    "01/01/0001 00:00",
)


@pytest.mark.parametrize("typed", STRANGE, ids=ascii)
def test_nothing_strange_in_an_address_or_a_form_is_a_fault_of_ours(
    outbreak: Graph, officer: FlaskClient, typed: str
) -> None:
    before = outbreak.read("reports/count_store")

    answers = [
        officer.get(address, query_string={name: typed})
        for address, names in (
            (f"/cases/{CASE}/trace", "hops rule as_of exits zones class certainty page"),
            ("/venues", "text page"),
            ("/cases", "page"),
        )
        for name in names.split()
    ]
    answers.append(send(officer, "/cases/new", case_id="c", person_id="p", onset_on=typed))
    door = door_of(officer.application, merge_gate(outbreak, VENUE))
    filled = {"filled": typed, "visit_id": typed, "full_name": typed, "birth": typed}
    answers.append(send(officer, door, **filled))
    answers.append(send(officer, door, **{**filled, "filled": "newcomer"}))
    answers.append(officer.get(door, query_string={"direction": typed, "receipt": typed}))
    answers.append(send(officer, "/sign-in", name=typed, password=typed))

    assert {answer.status_code for answer in answers} <= {200, 404, 422}
    assert outbreak.read("reports/count_store") == before
