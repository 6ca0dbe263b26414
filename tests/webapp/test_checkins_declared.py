"""What is declared at a check-in: colours, consent, for whom, how long it is valid, how kept."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from graph.batches import Stamp
from graph.database import Graph
from graph.declarations import find_declarations_of
from graph.isolations import merge_isolations
from graph.people import get_person
from graph.venues import merge_gate
from graph.visits import Visit, find_visits_of, get_visit
from tests.tables import table
from tests.webapp.conftest import NEWCOMER, door_of, send
from tests.webapp.outbreak import VENUE, new_visit_id
from webapp.consent import consent_in_force, hash_of

COLOURS = {"go": "Được vào", "wait": "Chờ", "stop": "Dừng"}
# REQUIREMENTS R66: a symptom and a contact is red, one of them amber; a journey alone is neither.
ANSWERS = """
    yes                        | colour
    nothing                    | go
    travelled                  | go
    fever                      | wait
    tired cough                | wait
    contact_case               | wait
    contact_area travelled     | wait
    contact_symptoms           | wait
    cough contact_area         | stop
    pneumonia contact_symptoms | stop
"""


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market."""
    return door_of(app, merge_gate(outbreak, VENUE))


def visit_of(graph: Graph, visit_id: str) -> Visit:
    """Return what is stored of a visit now."""
    return get_visit(graph, visit_id, datetime.now(UTC))


def colour_of(visitor: FlaskClient, receipt: str) -> str:
    """Return the colour of a receipt; its word must say the same."""
    found = re.search(
        r'<p class="state (\w+)">.*?</svg>\s*([^<]+)<', visitor.get(receipt).text, re.S
    )
    assert found
    assert found[2].strip() == COLOURS[found[1]]
    return found[1]


@pytest.mark.parametrize("row", table(ANSWERS), ids=lambda row: row["yes"])
def test_the_answers_decide_the_colour_of_the_receipt(
    client: FlaskClient, door: str, row: dict[str, str]
) -> None:
    told = dict.fromkeys(row["yes"].split(), "yes")

    answer = send(
        client,
        door,
        **{"visit_id": new_visit_id(), **NEWCOMER, "travelled_to": "Quận 5", **told},
    )

    assert colour_of(client, answer.headers["Location"]) == row["colour"]


def test_somebody_under_an_order_of_isolation_reads_only_to_contact_the_health_staff(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    first = new_visit_id()
    send(client, door, visit_id=first, **NEWCOMER)
    order = {
        "isolation_id": "order-1",
        "person_id": visit_of(outbreak, first).person_id,
        "venue_id": "home",
        "started_at": datetime.now(UTC).replace(microsecond=0),
    }
    merge_isolations(outbreak, [order], Stamp("test", "test", datetime.now(UTC)))

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=True):
        receipt = send(client, door, visit_id=new_visit_id(), filled="tap").headers["Location"]
        page = client.get(receipt).text

    assert colour_of(client, receipt) == "stop"
    assert "liên hệ y tế" in page
    assert "cách ly" not in page


def test_each_question_needs_an_answer_and_says_so(client: FlaskClient, door: str) -> None:
    told = {**NEWCOMER, "fever": "no", "cough": "perhaps"}
    del told["no_signs"]

    answer = send(client, door, visit_id=new_visit_id(), **told)

    assert answer.status_code == 422
    faulty = re.findall(r'<p class="error" id="(\w+)-error">', answer.text)
    assert "fever" not in faulty
    assert len(faulty) == 9
    assert re.search(r'id="fever-0"[^>]*checked', answer.text)


def test_a_yes_counts_also_where_none_was_pressed(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    told = {**NEWCOMER, "no_signs": "yes", "fever": "yes"}

    answer = send(client, door, visit_id=new_visit_id(), **told)

    assert colour_of(client, answer.headers["Location"]) == "wait"


@pytest.mark.parametrize("consent", ["", "yes", "0" * 64], ids=["unticked", "a word", "no text"])
def test_without_the_statement_nothing_is_stored(
    client: FlaskClient, door: str, questions: list[str], consent: str
) -> None:
    told = {**NEWCOMER, "consent": consent}
    if not consent:
        del told["consent"]

    answer = send(client, door, visit_id=new_visit_id(), **told)

    assert answer.status_code == 422
    assert 'id="consent-error"' in answer.text
    assert not [name for name in questions if name.startswith("intake/")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_hash_of_the_very_text_that_was_shown_is_stored(
    outbreak: Graph, client: FlaskClient, door: str, language: str
) -> None:
    text = getattr(consent_in_force(), language)
    send(client, f"/language/{language}", page=door)
    page = client.get(door).text
    sent = re.search(r'name="consent"[^>]*value="(\w{64})"', page)
    assert sent
    visit_id = new_visit_id()

    send(client, door, **{"visit_id": visit_id, **NEWCOMER, "consent": sent[1]})

    [stored] = find_declarations_of(outbreak, visit_of(outbreak, visit_id).person_id, 9)
    assert text in page
    assert "checked" not in sent[0]
    assert stored.consent_hash == sent[1] == hash_of(text)


def test_what_is_declared_stands_in_the_store_only_sealed(
    outbreak: Graph, app: Flask, client: FlaskClient, door: str
) -> None:
    private = {
        "phone": "0987 654 321",
        "birth": "17/05/1980",
        "nationality": "LA",
        "id_kind": "cccd",
        "id_number": "079 080 123 456",
        "bhyt": "DN4790123456789",
        "email": "minh.khai.canary@example.vn",
        "street": "12 Hẻm Chim Yến",
        "travelled": "yes",
        "travelled_to": "Sa Đéc canary",
    }
    visit_id = new_visit_id()

    answer = send(client, door, **{"visit_id": visit_id, **NEWCOMER, **private})

    assert answer.status_code == 303
    stored = every_value(outbreak)
    for canary in (
        *("987654321", "17/05", "1980-05-17", "079080123456", "0123456789", "minh.khai"),
        *("Chim Yến", "Sa Đéc", "travelled"),
    ):
        assert canary not in stored
    [declared] = find_declarations_of(outbreak, visit_of(outbreak, visit_id).person_id, 9)
    with app.app_context():
        vault = app.extensions["vault"]
        told = vault.open(declared.sealed, "declaration", declared.declaration_id)
    for value in ("17/05/1980", "LA", "12 Hẻm Chim Yến", "Sa Đéc canary", '"travelled":true'):
        assert value in told


def every_value(graph: Graph) -> str:
    """Return all that is stored on nodes and edges, as one text."""
    query = (
        "MATCH (n) WHERE NOT n:Account UNWIND keys(n) AS key RETURN toStringOrNull(n[key]) AS told "
        "UNION MATCH ()-[r]->() UNWIND keys(r) AS key RETURN toStringOrNull(r[key]) AS told"
    )
    rows = graph.replacing("tests/values", query).read("tests/values")
    return "\n".join(row["told"] or "" for row in rows)


def test_a_declaration_is_valid_for_a_day_and_then_only_health_is_asked_again(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    first = new_visit_id()
    send(client, door, visit_id=first, **NEWCOMER)

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23, minutes=59), tick=True):
        within = client.get(door).text
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, minutes=1), tick=True):
        after = client.get(door).text
        again = new_visit_id()
        told = {key: NEWCOMER[key] for key in ("no_signs", "consent")}
        answer = send(client, door, visit_id=again, filled="declaration", **told)
        person_id = visit_of(outbreak, again).person_id

    assert 'name="fever"' not in within
    assert 'name="fever"' in after
    assert 'name="full_name"' not in after
    assert "An (1990)" in after
    assert answer.status_code == 303
    assert person_id == visit_of(outbreak, first).person_id
    assert len(find_declarations_of(outbreak, person_id, 9)) == 2


def test_whoever_says_that_something_changed_is_asked_again(client: FlaskClient, door: str) -> None:
    send(client, door, visit_id=new_visit_id(), **NEWCOMER)
    page = client.get(door).text
    assert "?changed=1" in page

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=True):
        answer = send(
            client,
            f"{door}?changed=1",
            visit_id=new_visit_id(),
            filled="declaration",
            fever="yes",
            **{key: NEWCOMER[key] for key in ("no_signs", "consent")},
        )

    assert colour_of(client, answer.headers["Location"]) == "wait"


@pytest.fixture
def undeclared(outbreak: Graph, client: FlaskClient, door: str) -> tuple[str, str]:
    """The visit and the receipt of somebody who tapped with a declaration that is too old."""
    send(client, door, visit_id=new_visit_id(), **NEWCOMER)
    visit_id = new_visit_id()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=True):
        answer = send(client, door, visit_id=visit_id, filled="tap")
    return visit_id, answer.headers["Location"]


def test_a_missing_declaration_is_made_from_the_receipt_and_begins_no_second_visit(
    outbreak: Graph, client: FlaskClient, undeclared: tuple[str, str]
) -> None:
    visit_id, receipt = undeclared
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25, minutes=9), tick=True):
        before = client.get(receipt).text
        link = re.search(r'href="(/c/[^"?]+\?receipt=([^"]+))"', before)
        assert link

        answer = send(
            client,
            link[1],
            visit_id=new_visit_id(),
            filled="declaration",
            receipt=link[2],
            **{key: NEWCOMER[key] for key in ("no_signs", "consent")},
        )
        after = client.get(receipt).text
        person_id = visit_of(outbreak, visit_id).person_id
        visits = find_visits_of(outbreak, person_id, datetime.now(UTC), 9)

    assert '<p class="state wait">' in before
    assert "Khai ngay" in before
    assert answer.headers["Location"] == receipt
    assert '<p class="state go">' in after
    assert "Khai ngay" not in after
    assert visits[0].visit_id == visit_id
    assert len(visits) == 2


def test_a_red_declaration_made_from_the_receipt_raises_the_alert_of_that_visit(
    outbreak: Graph, client: FlaskClient, door: str, undeclared: tuple[str, str]
) -> None:
    visit_id, receipt = undeclared
    red = {"fever": "yes", "contact_case": "yes", "no_signs": "yes"}

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25, minutes=9), tick=True):
        send(
            client,
            f"{door}?changed=1",
            visit_id=new_visit_id(),
            filled="declaration",
            receipt=receipt.removeprefix("/r/"),
            consent=NEWCOMER["consent"],
            **red,
        )
        colour = colour_of(client, receipt)

    assert colour == "stop"
    query = "MATCH (n:Alert) WHERE n.alert_id = $alert_id RETURN n.reason AS reason"
    found = outbreak.replacing("tests/alerts", query).read("tests/alerts", alert_id=visit_id)
    assert found == [{"reason": "declaration"}]


def test_nobody_else_declares_for_whoever_holds_a_receipt(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str, undeclared: tuple[str, str]
) -> None:
    _visit_id, receipt = undeclared
    stranger = app.test_client()
    send(stranger, door, visit_id=new_visit_id(), **{**NEWCOMER, "full_name": "Trần Bình"})
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25, minutes=9), tick=True):
        page = stranger.get(receipt).text
        answer = send(
            stranger,
            f"{door}?changed=1",
            visit_id=new_visit_id(),
            filled="declaration",
            receipt=receipt.removeprefix("/r/"),
            **{key: NEWCOMER[key] for key in ("no_signs", "consent")},
        )
        still = client.get(receipt).text

    assert "Khai ngay" not in page
    assert answer.headers["Location"] == receipt
    assert '<p class="state wait">' in still


ON_BEHALF = {
    "declared_for": "other",
    "declarer_name": "Lê Văn Con",
    "declarer_phone": "0909 123 456",
    "reason": "elderly",
}


def test_a_family_declares_for_another_and_says_who_and_why(
    outbreak: Graph, app: Flask, client: FlaskClient, door: str
) -> None:
    visit_id = new_visit_id()
    told = {**NEWCOMER, **ON_BEHALF, "full_name": "Lê Thị Bà"}
    del told["phone"]

    answer = send(client, door, visit_id=visit_id, **told)

    stored = visit_of(outbreak, visit_id)
    [declared] = find_declarations_of(outbreak, stored.person_id, 9)
    assert answer.status_code == 303
    assert stored.source == "on-behalf"
    assert get_person(outbreak, stored.person_id).full_name == "Lê Thị Bà"
    assert (declared.declared_for, declared.reason) == ("other", "elderly")
    sealed = app.extensions["vault"].open(declared.sealed, "declaration", declared.declaration_id)
    assert "Lê Văn Con" in sealed
    assert "+84909123456" in sealed


def test_declaring_for_another_does_not_change_who_this_browser_is(
    outbreak: Graph, client: FlaskClient, door: str
) -> None:
    send(client, door, visit_id=new_visit_id(), **NEWCOMER)
    own = client.get_cookie("citizen")

    told = {**NEWCOMER, **ON_BEHALF, "full_name": "Lê Thị Bà"}
    send(client, f"{door}?other=1", visit_id=new_visit_id(), **told)

    assert client.get_cookie("citizen") == own
    assert "An (1990)" in client.get(door).text


def test_a_first_declaration_for_another_leaves_the_browser_a_stranger(
    client: FlaskClient, door: str
) -> None:
    send(client, door, visit_id=new_visit_id(), **{**NEWCOMER, **ON_BEHALF})

    assert client.get_cookie("citizen") is None
    assert 'name="full_name"' in client.get(door).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"phone": ""}, "phone", id="own phone"),
        pytest.param({**ON_BEHALF, "declarer_phone": ""}, "declarer_phone", id="declarer's phone"),
        pytest.param({**ON_BEHALF, "declarer_name": ""}, "declarer_name", id="declarer's name"),
        pytest.param({**ON_BEHALF, "reason": ""}, "reason", id="reason"),
        pytest.param({**ON_BEHALF, "reason": "lazy"}, "reason", id="no reason of the list"),
    ],
)
def test_a_phone_is_needed_and_for_another_that_of_the_declarer_and_why(
    client: FlaskClient, door: str, changed: dict[str, str], field: str
) -> None:
    answer = send(client, door, visit_id=new_visit_id(), **{**NEWCOMER, **changed})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_the_form_of_a_journey_is_offered_on_the_way_and_needs_its_fields(
    app: Flask, outbreak: Graph, client: FlaskClient, door: str
) -> None:
    bus = door_of(app, merge_gate(outbreak, "bus"))
    journey = {
        "kind": "movement",
        "vehicle": "xe khách",
        "plate": "51b-123.45",
        "seat": "A7",
        "from_unit": "Phường 13, Quận 5",
        "to_unit": "Sa Đéc",
        "moved_on": "27/11/2026",
    }
    offered = "?kind=movement" in client.get(bus).text
    elsewhere = "?kind=movement" in client.get(door).text

    lacking = send(
        client, f"{bus}?kind=movement", visit_id=new_visit_id(), **{**NEWCOMER, "kind": "movement"}
    )
    visit_id = new_visit_id()
    answer = send(client, f"{bus}?kind=movement", visit_id=visit_id, **NEWCOMER, **journey)

    [declared] = find_declarations_of(outbreak, visit_of(outbreak, visit_id).person_id, 9)
    assert (offered, elsewhere) == (True, False)
    assert lacking.status_code == 422
    assert 'id="vehicle-error"' in lacking.text
    assert answer.status_code == 303
    assert declared.kind == "movement"


def test_a_receipt_shows_nothing_that_was_declared(client: FlaskClient, door: str) -> None:
    told = {**NEWCOMER, "street": "12 Hẻm Chim Yến", "fever": "yes"}
    receipt = send(client, door, visit_id=new_visit_id(), **told).headers["Location"]

    page = client.application.test_client().get(receipt).text.split("<main")[1]

    for private in ("Lê An", "1990", "0912", "Chim Yến", "Sốt"):
        assert private not in page
