"""The API of check-ins: stored once, refused with the field, whoever sends whatever."""

import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.database import Graph
from graph.people import get_person
from graph.venues import get_gate, merge_gate, rotate_gate
from graph.visits import find_visits_of, get_visit
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import VENUE, ZONE, new_visit_id
from webapp.consent import CONSENTS, hash_of
from webapp.questions import QUESTIONS
from webapp.throttle import Buckets

ADDRESS = "/api/v1/check-ins"
NO = {question.code: False for question in QUESTIONS}
DECLARATION = {"answers": NO, "consent": hash_of(CONSENTS[-1].vi)}
LE_AN = {"full_name": "Lê An", "birth": "1990", "sex": "female", "phone": "0912 345 678"}


@pytest.fixture
def code(app: Flask, outbreak: Graph) -> str:
    """The code that is printed at the market's zone."""
    return door_of(app, merge_gate(outbreak, ZONE)).removeprefix("/c/")


@pytest.fixture
def body(code: str) -> dict[str, Any]:
    """What the phone of somebody new sends."""
    return {
        "visit_id": new_visit_id(),
        "code": code,
        "person": LE_AN,
        "declaration": DECLARATION,
    }


def refused(answer: TestResponse, status: int, field: str | None = None) -> None:
    """See that an answer is a problem of a status, about a field, that repeats nothing."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.text)
    assert (told["status"], told.get("field")) == (status, field)
    assert told["detail"]


def test_a_check_in_is_stored_when_it_is_answered(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any]
) -> None:
    answer = client.post(ADDRESS, json=body)

    told = answer.get_json()
    stored = get_visit(outbreak, body["visit_id"], datetime.now(UTC))
    assert answer.status_code == 201
    assert (stored.venue_id, stored.source) == (ZONE, "check-in")
    assert get_person(outbreak, stored.person_id).full_name == "Lê An"
    assert (told["colour"], told["word"], told["direction"]) == ("go", "Được vào", "in")
    assert told["venue"] == {"name": "Khu A", "place": "Chợ Bình Tây. chợ"}
    assert client.get(told["receipt"]).status_code == 200


def test_A7_the_same_again_is_the_same_receipt(client: FlaskClient, body: dict[str, Any]) -> None:
    first = client.post(ADDRESS, json=body)
    again = client.post(ADDRESS, json={**body, "sent_at": datetime.now(UTC).isoformat()})
    turned = client.post(ADDRESS, json=dict(reversed(body.items())))

    assert [answer.status_code for answer in (first, again, turned)] == [201, 200, 200]
    assert first.get_json()["receipt"] == again.get_json()["receipt"]
    assert first.get_json() == turned.get_json()


def test_A7_of_fifty_at_once_one_is_the_first(app: Flask, body: dict[str, Any]) -> None:
    def post(_n: int) -> int:
        return app.test_client().post(ADDRESS, json=body).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(post, range(50)))

    assert statuses == [200] * 49 + [201]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"person": {**LE_AN, "full_name": "Lê Ân"}}, id="another name"),
        pytest.param({"person": {**LE_AN, "phone": "0912345679"}}, id="another phone"),
        pytest.param(
            {"declaration": {**DECLARATION, "answers": {**NO, "fever": True}}}, id="fever"
        ),
        pytest.param({"scanned_at": "2021-06-24T08:05:00+07:00"}, id="another time"),
    ],
)
def test_A7_a_key_with_another_content_is_refused(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any], other: dict[str, Any]
) -> None:
    client.post(ADDRESS, json=body)

    refused(client.post(ADDRESS, json={**body, **other}), 422, "visit_id")


def test_A7_a_key_is_not_used_at_another_venue(
    app: Flask, outbreak: Graph, client: FlaskClient, body: dict[str, Any]
) -> None:
    client.post(ADDRESS, json=body)
    elsewhere = door_of(app, merge_gate(outbreak, VENUE)).removeprefix("/c/")

    refused(client.post(ADDRESS, json={**body, "code": elsewhere}), 422, "visit_id")


@pytest.mark.parametrize("length", [0, 15, 65, 256, 10_000])
def test_A7_a_key_that_cannot_be_one_is_a_bad_request(
    client: FlaskClient, body: dict[str, Any], length: int
) -> None:
    refused(client.post(ADDRESS, json={**body, "visit_id": "k" * length}), 400)


def test_a_returning_citizen_says_no_more_than_where(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any], code: str
) -> None:
    client.post(ADDRESS, json=body)
    second = {"visit_id": new_visit_id(), "code": code}

    answer = client.post(ADDRESS, json=second)

    assert answer.status_code == 201
    assert answer.get_json()["colour"] == "go"
    first = get_visit(outbreak, body["visit_id"], datetime.now(UTC)).person_id
    assert len(find_visits_of(outbreak, first, datetime.now(UTC), 10)) == 1, "within two minutes"


def test_nobody_comes_in_as_nobody(client: FlaskClient, code: str) -> None:
    refused(client.post(ADDRESS, json={"visit_id": new_visit_id(), "code": code}), 422, "person")


def test_who_declares_for_another_stays_who_they_are(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any]
) -> None:
    client.post(ADDRESS, json=body)
    child = {"full_name": "Lê Bé", "birth": "2015", "sex": "male"}
    behalf = {"declarer_name": "Lê An", "declarer_phone": "0912345678", "reason": "child"}
    other = {**body, "visit_id": new_visit_id(), "person": child, "on_behalf": behalf}

    answer = client.post(ADDRESS, json=other)

    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    assert get_visit(outbreak, other["visit_id"], datetime.now(UTC)).source == "on-behalf"


def test_who_declares_for_another_leaves_a_phone_number(
    client: FlaskClient, body: dict[str, Any]
) -> None:
    behalf = {"declarer_name": "Lê An", "reason": "child"}

    refused(client.post(ADDRESS, json={**body, "on_behalf": behalf}), 422, "declarer_phone")


TIMES = [
    pytest.param(timedelta(hours=-1), timedelta(0), timedelta(hours=-1), [], id="an hour late"),
    pytest.param(timedelta(hours=-72), timedelta(0), timedelta(hours=-72), [], id="72 h late"),
    pytest.param(
        timedelta(hours=-72, minutes=-1), timedelta(0), None, ["late"], id="a minute more"
    ),
    pytest.param(timedelta(hours=2), timedelta(0), timedelta(0), ["clock"], id="in the future"),
    pytest.param(timedelta(days=-20_000), timedelta(0), timedelta(0), ["clock"], id="1970"),
    pytest.param(timedelta(seconds=30), timedelta(0), timedelta(0), [], id="half a minute ahead"),
    pytest.param(
        timedelta(hours=-3), timedelta(hours=-2), timedelta(hours=-1), [], id="a clock 2 h slow"
    ),
]


@pytest.mark.parametrize(("scanned", "sent", "stored", "flags"), TIMES)
def test_C11_the_time_of_a_scan_is_kept_set_right_and_flagged(
    outbreak: Graph,
    client: FlaskClient,
    body: dict[str, Any],
    scanned: timedelta,
    sent: timedelta,
    stored: timedelta | None,
    flags: list[str],
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    clocks = {"scanned_at": (now + scanned).isoformat(), "sent_at": (now + sent).isoformat()}

    answer = client.post(ADDRESS, json={**body, **clocks})

    assert answer.status_code == 201, answer.text
    visit = get_visit(outbreak, body["visit_id"], datetime.now(UTC))
    assert abs(visit.arrived_at - (now + (scanned if stored is None else stored))) < timedelta(
        seconds=10
    )
    receipt = receipt_of(outbreak, body["visit_id"])
    told = [flag for flag in receipt["flags"] if flag in ("late", "clock")]
    assert told == flags
    assert abs(receipt["clock_skew_s"] + sent.total_seconds()) < 10


def receipt_of(graph: Graph, visit_id: str) -> dict[str, Any]:
    """Return what the store keeps of a scan."""
    query = (
        "MATCH (r:Receipt {visit_id: $visit_id}) "
        "RETURN r.flags AS flags, r.clock_skew_s AS clock_skew_s, r.digest AS digest"
    )
    rows = graph.replacing("tests/receipt", query).read("tests/receipt", visit_id=visit_id)
    return dict(rows[0])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("yesterday", id="a word"),
        pytest.param("2021-06-24T08:05:00", id="without an offset"),
        pytest.param("2021-06-24T08:05:60+07:00", id="a leap second"),
        pytest.param(1624496700, id="a number"),
        pytest.param("2021-06-24T08:05:00+99:00", id="no offset of this world"),
        pytest.param("9" * 10_000, id="ten thousand digits"),
    ],
)
def test_C11_what_is_no_time_is_refused_by_name(
    client: FlaskClient, body: dict[str, Any], written: object
) -> None:
    refused(client.post(ADDRESS, json={**body, "scanned_at": written}), 422, "scanned_at")


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00"])
def test_C11_a_year_of_no_clock_is_flagged_and_stored(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any], written: str
) -> None:
    answer = client.post(ADDRESS, json={**body, "scanned_at": written})

    assert answer.status_code == 201
    assert "clock" in receipt_of(outbreak, body["visit_id"])["flags"]


PERSONS = [
    pytest.param({"full_name": ""}, "full_name", id="no name"),
    pytest.param({"full_name": "12 😀"}, "full_name", id="a name without a letter"),
    pytest.param({"full_name": "A" * 101}, "full_name", id="a name of 101 characters"),
    pytest.param({"full_name": "A\u202eB"}, "full_name", id="C3 turned round"),
    pytest.param({"full_name": "A\x00B"}, "full_name", id="C3 NUL"),
    pytest.param({"full_name": "A\ud800"}, "full_name", id="C3 half a character"),
    pytest.param({"full_name": "A" + "\u0301" * 1000}, "full_name", id="C3 a thousand marks"),
    pytest.param({"birth": "80"}, "birth", id="two digits"),
    pytest.param({"birth": "2999"}, "birth", id="a year to come"),
    pytest.param({"birth": "1990-02-30"}, "birth", id="no day of the calendar"),
    pytest.param({"birth": 1990}, "birth", id="a number"),
    pytest.param({"birth": "٠١/٠١/١٩٩٠"}, "birth", id="C5 digits of another script"),
    pytest.param({"sex": "x"}, "sex", id="none of the three"),
    pytest.param({"phone": "12"}, "phone", id="C6 no number"),
    pytest.param({"phone": "٠٩١٢"}, "phone", id="C5 digits of another script, too few"),
    pytest.param({"phone": None}, "phone", id="no phone"),
    pytest.param({"id_kind": "cccd", "id_number": "123"}, "id_number", id="C7 too short"),
    pytest.param({"id_kind": "cccd"}, "id_number", id="C7 a kind without its number"),
    pytest.param({"id_kind": "cccd", "id_number": "999" * 4}, "id_number", id="C7 no province"),
    pytest.param({"email": "an"}, "email", id="no e-mail"),
    pytest.param({"bhyt": "ZZ1"}, "bhyt", id="no insurance"),
    pytest.param({"role": "administrator"}, "role", id="F10 a field that is not asked"),
]


@pytest.mark.parametrize(("changed", "field"), PERSONS)
def test_C3_to_C7_what_cannot_be_meant_is_refused_by_its_name_and_not_stored(
    client: FlaskClient,
    body: dict[str, Any],
    questions: list[str],
    changed: dict[str, Any],
    field: str,
) -> None:
    text = json.dumps({**body, "person": {**LE_AN, **changed}})

    answer = client.post(ADDRESS, data=text, content_type="application/json")

    refused(answer, 422, field)
    assert not [name for name in questions if name.startswith("intake/")]
    assert "A" * 50 not in answer.text


@pytest.mark.parametrize("field", sorted(NO))
def test_every_question_wants_an_answer(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    answers = {code: no for code, no in NO.items() if code != field}

    answer = client.post(ADDRESS, json={**body, "declaration": {**DECLARATION, "answers": answers}})

    refused(answer, 422, field)


def test_nobody_agrees_to_a_text_that_was_never_shown(
    client: FlaskClient, body: dict[str, Any]
) -> None:
    other = {**DECLARATION, "consent": hash_of("another text")}

    refused(client.post(ADDRESS, json={**body, "declaration": other}), 422, "consent")


DEEP = "[" * 7_000 + "]" * 7_000
BODIES = [
    pytest.param(b"", 400, id="empty"),
    pytest.param(b"{", 400, id="cut"),
    pytest.param(b"[]", 400, id="a list"),
    pytest.param(b"null", 400, id="null"),
    pytest.param(b'{"visit_id": "a", "visit_id": "b"}', 400, id="a name twice"),
    pytest.param(b'{"a": NaN}', 400, id="NaN"),
    pytest.param(b'{"a": 1e999}', 400, id="1e999"),
    pytest.param(b'{"a": ' + b"9" * 6_000 + b"}", 400, id="six thousand digits"),
    pytest.param(b'\xef\xbb\xbf{"a": 1}', 400, id="a byte order mark"),
    pytest.param('{"a": 1}'.encode("utf-16"), 400, id="UTF-16"),
    pytest.param(b'{"a": "\xff"}', 400, id="not UTF-8"),
    pytest.param(DEEP.encode(), 400, id="seven thousand deep"),
    pytest.param(b'{"a": "' + b"x" * (16 * 1024) + b'"}', 413, id="more than 16 KiB"),
]


@pytest.mark.parametrize(("sent", "status"), BODIES)
def test_C1_what_is_no_body_is_answered_at_once(
    client: FlaskClient, sent: bytes, status: int
) -> None:
    refused(client.post(ADDRESS, data=sent, content_type="application/json"), status)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Content-Type": "text/plain"}, 415, id="text"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, 415, id="a form"),
        pytest.param({"Content-Encoding": "gzip"}, 415, id="C1 compressed"),
        pytest.param({"Origin": "https://elsewhere.example"}, 403, id="E8 another site"),
        pytest.param({"Origin": "null"}, 403, id="E8 a site that hides"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="E8 sent by another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="E8 a neighbour"),
        pytest.param({"Host": "elsewhere.example"}, 400, id="C10 another host"),
    ],
)
def test_C1_E8_only_json_of_our_own_pages_is_read(
    outbreak: Graph,
    client: FlaskClient,
    body: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    text = json.dumps(body).encode()
    sent = gzip.compress(text) if "Content-Encoding" in headers else text

    answer = client.post(
        ADDRESS, data=sent, headers={"Content-Type": "application/json", **headers}
    )

    assert answer.status_code == status


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "GET"])
def test_C10_no_other_method_is_used(client: FlaskClient, method: str) -> None:
    answer = client.open(ADDRESS, method=method, headers={"X-HTTP-Method-Override": "POST"})

    assert answer.status_code == 405


INERT = [
    "Lê') DETACH DELETE n //",
    "Lê $x `Person` {a: 1}",
    "Lê<img src=x onerror=alert(1)>",
    "Lê {{7*7}} {% raw %}",
    "=HYPERLINK(Lê)",
    "Lê LOAD CSV FROM 'file:///etc/passwd' AS x",
]


@pytest.mark.parametrize("name", INERT)
def test_C8_C9_whatever_a_name_holds_is_text(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any], name: str
) -> None:
    answer = client.post(ADDRESS, json={**body, "person": {**LE_AN, "full_name": name}})

    assert answer.status_code == 201
    stored = get_visit(outbreak, body["visit_id"], datetime.now(UTC))
    assert get_person(outbreak, stored.person_id).full_name == name
    assert "<img" not in client.get(answer.get_json()["receipt"]).text


def test_C4_all_spellings_of_a_name_have_one_key(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any]
) -> None:
    spellings = ["Đỗ Hoà", "Ðỗ Hòa", "Đô\u0303 Hoa\u0300"]
    keys = set()
    for name in spellings:
        visit = {**body, "visit_id": new_visit_id(), "person": {**LE_AN, "full_name": name}}
        assert client.post(ADDRESS, json=visit).status_code == 201
        person_id = get_visit(outbreak, visit["visit_id"], datetime.now(UTC)).person_id
        query = "MATCH (p:Person {person_id: $id}) RETURN p.name_key AS name_key"
        keys.add(
            outbreak.replacing("tests/key", query).read("tests/key", id=person_id)[0]["name_key"]
        )

    assert keys == {"do hoa"}


def test_no_phone_no_number_and_no_answer_is_readable_in_the_store(
    outbreak: Graph, client: FlaskClient, body: dict[str, Any]
) -> None:
    person = {
        **LE_AN,
        "phone": "0987654321",
        "id_kind": "cccd",
        "id_number": "079190012345",
        "street": "ấp Canary 7391",
    }
    answers = {**NO, "travelled": True}
    declaration = {**DECLARATION, "answers": answers, "travelled_to": "Cần Giờ canary"}
    answer = client.post(ADDRESS, json={**body, "person": person, "declaration": declaration})
    assert answer.status_code == 201

    kept = json.dumps(list(everything(outbreak)), ensure_ascii=False)
    for canary in ("987654321", "079190012345", '7391"', "Canary", 'canary"', "travelled"):
        assert canary not in kept, canary


def everything(graph: Graph) -> Iterator[Any]:
    """Yield all properties of the nodes and edges that check-ins write."""
    query = (
        "MATCH (n) WHERE n:Receipt OR n:Identifier OR n:Declaration "
        "RETURN n {.*, made_at: null, recorded_at: null, scanned_at: null, "
        "flagged_at: null} AS kept"
    )
    for row in graph.replacing("tests/kept", query).read("tests/kept"):
        yield row["kept"]


def test_G1_G3_no_code_but_a_printed_one_opens(
    client: FlaskClient, body: dict[str, Any], code: str
) -> None:
    for position in range(len(code)):
        other = "0" if code[position] != "0" else "1"
        flipped = code[:position] + other + code[position + 1 :]
        assert client.get(f"/api/v1/codes/{flipped}").status_code in (404, 429)
    refused(client.post(ADDRESS, json={**body, "code": "0123456789"}), 404)


def test_G3_a_poster_that_was_replaced_opens_until_its_day(
    outbreak: Graph, client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    gate_id = merge_gate(outbreak, VENUE, "exit", "sau")
    app = make_app(outbreak)
    old = door_of(app, gate_id).removeprefix("/c/")
    epoch = get_gate(outbreak, gate_id).epoch
    rotate_gate(outbreak, gate_id, epoch, datetime.now(UTC) + timedelta(days=7))
    rotate_gate(outbreak, gate_id, epoch, datetime.now(UTC) + timedelta(days=7))
    new = door_of(app, gate_id).removeprefix("/c/")

    assert new != old
    assert get_gate(outbreak, gate_id).epoch == epoch + 1
    shown = [make_app(outbreak).test_client().get(f"/api/v1/codes/{one}") for one in (old, new)]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert shown[0].get_json()["venue"] == shown[1].get_json()["venue"]
    rotate_gate(outbreak, gate_id, epoch + 1, datetime.now(UTC) - timedelta(seconds=1))
    assert make_app(outbreak).test_client().get(f"/api/v1/codes/{new}").status_code == 404


def test_the_answer_speaks_the_language_of_the_visitor(
    client: FlaskClient, body: dict[str, Any]
) -> None:
    client.set_cookie("language", "en")

    assert client.post(ADDRESS, json=body).get_json()["word"] == "You may enter"
    problem = client.post(ADDRESS, json={**body, "person": {**LE_AN, "birth": "80"}})
    assert json.loads(problem.text)["detail"] == "Write the year with four digits, as 1980."


def test_B3_who_sends_too_much_waits_and_others_do_not(
    app: Flask, client: FlaskClient, body: dict[str, Any]
) -> None:
    app.extensions["check_in_buckets"] = Buckets(per_minute=2)
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    first = [client.post(ADDRESS, json=body, headers=proxied).status_code for _ in range(3)]
    late = client.post(ADDRESS, json=body)
    other = client.post(ADDRESS, json=body, environ_overrides={"REMOTE_ADDR": "127.0.0.9"})

    assert first == [201, 200, 429]
    refused(late, 429)
    assert 0 < int(late.headers["Retry-After"]) <= 30
    assert other.status_code == 200


def test_a_check_in_costs_few_questions(
    client: FlaskClient, body: dict[str, Any], questions: list[str]
) -> None:
    client.post(ADDRESS, json={**body, "visit_id": new_visit_id()})
    questions.clear()

    client.post(ADDRESS, json=body)

    assert questions == [
        "intake/find_receipts",
        "venues/merge_venue_days",
        "intake/record_check_ins",
        "declarations/merge_declarations",
        "identifiers/merge_identifiers",
        "changes/record_change",
    ]


def test_readiness_tells_whether_check_ins_are_taken(app: Flask, client: FlaskClient) -> None:
    assert client.get("/readyz").text == "ready\n"

    app.extensions["intake"].close()

    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "away\n")
    assert client.get("/healthz").status_code == 200
