"""Whatever is typed into a check-in: stored as it should be, or refused by its field (C3-C9)."""

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.batches import Stamp
from graph.database import Graph
from graph.identifiers import find_persons_of
from graph.names import fold
from graph.people import get_person
from graph.venues import merge_gate, merge_venues
from graph.visits import get_visit
from tests.webapp.conftest import NEWCOMER, TOKEN, door_of, send
from tests.webapp.outbreak import VENUE, new_visit_id

THIS_YEAR = datetime.now(UTC).year


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market."""
    return door_of(app, merge_gate(outbreak, VENUE))


def come_in(visitor: FlaskClient, door: str, **other: str) -> tuple[str, TestResponse]:
    """Check in somebody for the first time; return the key of the visit and the answer."""
    visit_id = new_visit_id()
    filled = {"visit_id": visit_id, **NEWCOMER, **other}
    return visit_id, send(visitor, door, page=f"{door}?new=1", **filled)


def person_of(graph: Graph, visit_id: str) -> str:
    """Return who made a visit."""
    return get_visit(graph, visit_id, datetime.now(UTC)).person_id


NAMES = [
    pytest.param("", id="empty"),
    pytest.param("   ", id="spaces"),
    pytest.param("12 😀", id="no letter"),
    pytest.param("A" * 101, id="101 letters"),
    pytest.param("Lê\u202eAn", id="right-to-left override"),
    pytest.param("Lê\x00An", id="NUL"),
    pytest.param("Lê\u200dAn", id="zero width joiner"),
    pytest.param("L" + "\u0301" * 1000, id="1,000 combining marks"),
]
OTHERS = [
    pytest.param("birth", "", id="no year"),
    pytest.param("birth", "80", id="two digits"),
    pytest.param("birth", "9" * 400, id="400 digits"),
    pytest.param("birth", "năm 80", id="words"),
    pytest.param("birth", "31/02/1980", id="no day of the calendar"),
    pytest.param("birth", str(THIS_YEAR + 1), id="a year to come"),
    pytest.param("birth", str(THIS_YEAR - 121), id="121 years old"),
    pytest.param("sex", "", id="no sex"),
    pytest.param("sex", "yes", id="no sex of the list"),
    pytest.param("nationality", "Lào", id="a country in words"),
    pytest.param("email", "nobody", id="no e-mail"),
    pytest.param("email", "a@b.vn\r\nBcc: x@y.vn", id="an e-mail with a second header"),
    pytest.param("bhyt", "12", id="no insurance number"),
    pytest.param("unit", "13\u202e", id="a unit turned round"),
    pytest.param("street", "A" * 201, id="a street of 201 letters"),
    pytest.param("street", "12\u202e Hẻm", id="a street turned round"),
    pytest.param("visit_id", "", id="no key"),
    pytest.param("visit_id", "1", id="a key to be guessed"),
    pytest.param("visit_id", "x" * 256, id="a key of 256 letters"),
    pytest.param("visit_id", "x" * 10_000, id="a key of 10,000 letters"),
]


@pytest.mark.parametrize("typed", NAMES)
def test_C3_a_name_that_cannot_be_one_is_named_kept_and_not_stored(
    client: FlaskClient, door: str, questions: list[str], typed: str
) -> None:
    _visit_id, answer = come_in(client, door, full_name=typed)

    assert answer.status_code == 422
    assert 'id="full_name-error"' in answer.text
    assert re.search(r"<input[^>]*autofocus[^>]*id=\"full_name\"", answer.text)
    assert 'value="0912 345 678"' in answer.text
    assert not [name for name in questions if name.startswith("intake/")]


def test_C3_bytes_that_are_no_text_are_refused_or_shown_inert(
    client: FlaskClient, door: str
) -> None:
    token = TOKEN.search(client.get(door).text)
    assert token
    fields = {"csrf_token": token.group(1), "visit_id": new_visit_id(), **NEWCOMER}
    del fields["full_name"]
    body = "&".join(f"{name}={value}".replace("+", "%2B") for name, value in fields.items())

    # The half of a surrogate pair, as UTF-8 must not have it.
    answer = client.post(
        door,
        data=f"{body}&full_name=L%ED%A0%80".encode(),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in (303, 422)
    shown = client.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    shown.data.decode("utf-8")


@pytest.mark.parametrize(("field", "typed"), OTHERS)
def test_bad_input_is_named_kept_and_not_stored(
    client: FlaskClient, door: str, questions: list[str], field: str, typed: str
) -> None:
    _visit_id, answer = come_in(client, door, **{field: typed})

    assert answer.status_code == 422
    assert not [name for name in questions if name.startswith("intake/")]
    assert 'value="Lê An"' in answer.text
    if field == "visit_id":
        assert 'role="alert"' in answer.text
    else:
        assert f'id="{field}-error"' in answer.text
        assert "autofocus" in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("Đỗ Thị Hoà", id="NFC"),
        pytest.param(unicodedata.normalize("NFD", "Đỗ Thị Hoà"), id="NFD"),
        pytest.param("Đô\u0303 Thi\u0323 Hoa\u0300", id="order of CP1258"),
        pytest.param("\u00d0ỗ Thị Hoà", id="Icelandic Ð"),
        pytest.param("\u0189ỗ Thị Hoà", id="Ewe Ɖ"),
        pytest.param("Đỗ Thị Hòa", id="the tone on the other letter"),
    ],
)
def test_C4_all_spellings_of_a_name_meet_under_one_key_and_the_original_stays(
    outbreak: Graph, client: FlaskClient, door: str, typed: str
) -> None:
    visit_id, answer = come_in(client, door, full_name=typed)

    person = get_person(outbreak, person_of(outbreak, visit_id))
    assert answer.status_code == 303
    assert person.full_name == unicodedata.normalize("NFC", typed)
    assert fold(person.full_name) == "do thi hoa"
    assert name_key_of(outbreak, person.person_id) == "do thi hoa"


def name_key_of(graph: Graph, person_id: str) -> str:
    """Return the key under which a name is found."""
    query = "MATCH (n:Person) WHERE n.person_id = $person_id RETURN n.name_key AS name_key"
    rows = graph.replacing("tests/name_key", query).read("tests/name_key", person_id=person_id)
    return str(rows[0]["name_key"])


PHONES = [
    pytest.param("0912345678", id="national"),
    pytest.param("0912 345 678", id="C6 in groups"),
    pytest.param("+84 912 345 678", id="C6 with the country"),
    pytest.param("84912345678", id="C6 without the plus"),
    pytest.param("0912-345-678", id="C6 dashes"),
    pytest.param("０９１２３４５６７８", id="C5 full width"),
    pytest.param("٠٩١٢٣٤٥٦٧٨", id="C5 Arabic"),
]


@pytest.mark.parametrize("typed", ["1980", "１９８０", "17/05/1980", "1980-05-17", "١٧/٠٥/١٩٨٠"])
def test_C5_a_year_or_a_day_of_birth_may_come_from_any_keyboard(
    outbreak: Graph, client: FlaskClient, door: str, typed: str
) -> None:
    visit_id, answer = come_in(client, door, birth=typed)

    assert answer.status_code == 303
    assert get_person(outbreak, person_of(outbreak, visit_id)).birth_year == 1980


@pytest.mark.parametrize("typed", PHONES)
def test_C5_C6_one_phone_has_one_blind_index_however_it_is_typed(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str, typed: str
) -> None:
    visit_id, answer = come_in(client, door, phone=typed)

    assert answer.status_code == 303
    found = find_persons_of(
        outbreak, "phone", app.extensions["vault"].blind_index("phone", "+84912345678")
    )
    assert person_of(outbreak, visit_id) in {linked.person_id for linked in found}


@pytest.mark.parametrize(
    "typed",
    ["0912 34", "091234567⁸", "nothing", "1" * 30],
    ids=["short", "superscript", "words", "long"],
)
def test_C6_what_is_no_phone_is_refused_beside_its_field(
    client: FlaskClient, door: str, typed: str
) -> None:
    _visit_id, answer = come_in(client, door, phone=typed)

    assert answer.status_code == 422
    assert 'id="phone-error"' in answer.text
    assert f'value="{typed}"' in answer.text


PAPERS = [
    pytest.param("cccd", "079080123456", "079080123456", id="12 digits"),
    pytest.param("cccd", "001 080 123 456", "001080123456", id="zeros at the front, in groups"),
    pytest.param("cccd", "０７９０８０１２３４５６", "079080123456", id="C5 full width"),
    pytest.param("cmnd", "012345678", "012345678", id="9 digits"),
    pytest.param("passport", "b1234567", "B1234567", id="passport in small letters"),
    pytest.param("cccd", "07908012345", None, id="11 digits"),
    pytest.param("cccd", "003080123456", None, id="no such province"),
    pytest.param("cccd", "079399123456", None, id="not born yet"),
    pytest.param("cccd", "07908012345⁶", None, id="C5 superscript"),
    pytest.param("cmnd", "0123456789", None, id="10 digits"),
    pytest.param("passport", "'; DROP", None, id="signs"),
]


@pytest.mark.parametrize(("kind", "typed", "stored"), PAPERS)
def test_C7_papers_keep_their_zeros_or_are_refused_beside_the_number(
    app: Flask,
    outbreak: Graph,
    client: FlaskClient,
    door: str,
    kind: str,
    typed: str,
    stored: str | None,
) -> None:
    visit_id, answer = come_in(client, door, id_kind=kind, id_number=typed)

    if stored is None:
        assert answer.status_code == 422
        assert 'id="id_number-error"' in answer.text
        assert re.search(r"<details\s+open", answer.text)
        return
    found = find_persons_of(outbreak, kind, app.extensions["vault"].blind_index(kind, stored))
    assert answer.status_code == 303
    assert person_of(outbreak, visit_id) in {linked.person_id for linked in found}


INJECTIONS = (
    "x'}) DETACH DELETE n //",
    "`) MATCH (n) DETACH DELETE n //",
    '"; CALL dbms.listConfig() //',
    "LOAD CSV FROM 'file:///etc/passwd' AS a",
    "$person_id ${jndi:ldap://x} %(name)s",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} {% raise %}",
    '"><svg onload=alert(1)>',
)


@pytest.mark.parametrize("typed", INJECTIONS)
def test_C8_C9_code_in_a_field_is_stored_as_text_and_shown_inert(
    outbreak: Graph, client: FlaskClient, door: str, typed: str
) -> None:
    [before] = outbreak.read("reports/count_store")

    visit_id, answer = come_in(
        client, door, full_name=f"An {typed}", street=typed, travelled="yes", travelled_to=typed
    )
    again = client.get(door).text
    receipt = client.get(answer.headers["Location"]).text

    person = get_person(outbreak, person_of(outbreak, visit_id))
    assert person.full_name == f"An {typed}"
    [after] = outbreak.read("reports/count_store")
    more = {"persons": 1, "visit_days": 1}
    assert after == {name: count + more.get(name, 0) for name, count in before.items()}
    for page in (again, receipt):
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert ">49 " not in page


def test_C9_a_hostile_name_of_a_venue_and_its_gate_is_shown_inert(
    app: Flask, outbreak: Graph, client: FlaskClient
) -> None:
    hostile = '<img src=x onerror="alert(1)">{{7*7}}'
    stamp = Stamp("test", "test", datetime.now(UTC))
    merge_venues(outbreak, [{"venue_id": "hostile", "name": hostile}], stamp)
    door = door_of(app, merge_gate(outbreak, "hostile", "entrance", hostile))

    _visit_id, answer = come_in(client, door)
    pages = [client.get(door).text, client.get(answer.headers["Location"]).text]

    for page in pages:
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"<h[12][^>]*>(.*?)</h", page, re.S)[0]
        assert "&lt;img src=x" in page
