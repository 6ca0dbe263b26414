"""A typed or scanned text leads to a venue's page, or is told to be nothing of ours."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from graph.venues import get_gate, merge_gate
from tests.webapp.conftest import door_of, send
from tests.webapp.outbreak import VENUE
from webapp.codes import new_personal_id
from webapp.doors import reader, short_code


@pytest.fixture
def code(app: Flask, outbreak: Graph) -> str:
    """The code in a poster of the market."""
    return door_of(app, merge_gate(outbreak, VENUE)).removeprefix("/c/")


@pytest.fixture
def typed(app: Flask, outbreak: Graph) -> str:
    """What stands under that code."""
    with app.app_context():
        return short_code(get_gate(outbreak, merge_gate(outbreak, VENUE)))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda code: code, id="the code alone"),
        pytest.param(lambda code: f" https://truyvet.example/c/{code} ", id="its address"),
        pytest.param(lambda code: f"HTTPS://TRUYVET.EXAMPLE/C/{code}/?utm=1", id="a loud scanner"),
    ],
)
def test_what_a_scanner_types_leads_to_the_venue(
    client: FlaskClient, code: str, write: Callable[[str], str]
) -> None:
    answer = send(client, "/scan", code=write(code))

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/c/{code}"


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str, id="as printed"),
        pytest.param(str.lower, id="in small letters"),
        pytest.param(lambda typed: typed.replace("-", ""), id="without groups"),
        pytest.param(lambda typed: typed.replace("-", " – "), id="with dashes of a word processor"),
    ],
)
def test_what_is_typed_by_hand_leads_to_the_venue(
    client: FlaskClient, typed: str, write: Callable[[str], str]
) -> None:
    answer = send(client, "/scan", code=write(typed))

    assert answer.status_code == 303
    assert "Chợ Bình Tây" in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://evil.example/c/../r/1", id="a way out of the folder"),
        pytest.param("https://evil.example/", id="another site"),
        pytest.param("079080001234|273456789|Nguyễn Thị Minh Khai|01011980|Nữ", id="a card"),
        pytest.param("ABCDE-12345-WXY", id="a letter too few"),
        pytest.param("javascript:alert(1)//c/1", id="a script"),
        pytest.param("x" * 5000, id="very long"),
    ],
)
def test_anything_else_is_told_to_be_none_of_ours(client: FlaskClient, text: str) -> None:
    answer = send(client, "/scan", code=text)

    assert answer.status_code == 422
    assert "Đây không phải mã QR địa điểm." in re.sub(r"<p[^>]* hidden>.*?</p>", "", answer.text)
    assert "Location" not in answer.headers


def test_a_code_changed_by_one_letter_is_none_of_ours(client: FlaskClient, code: str) -> None:
    changed = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert send(client, "/scan", code=changed).status_code == 422


def test_a_short_code_that_nobody_made_leads_to_no_venue(client: FlaskClient) -> None:
    answer = send(client, "/scan", code="ABCDE-12345-WXYZ")

    assert client.get(answer.headers["Location"]).status_code == 404


def test_a_persons_code_opens_no_venue(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        personal = reader().personal_code(new_personal_id())

    assert send(client, "/scan", code=f"/p/{personal}").status_code == 422
    assert send(client, "/scan", code=personal).status_code == 422


def test_the_code_of_a_screen_leads_to_its_venue(
    app: Flask, client: FlaskClient, outbreak: Graph
) -> None:
    with app.app_context():
        shown = reader().display_code(merge_gate(outbreak, VENUE), datetime.now(UTC))

    assert send(client, "/scan", code=shown).headers["Location"] == f"/c/{shown}"


def test_an_empty_code_is_asked_for(client: FlaskClient) -> None:
    answer = send(client, "/scan", code=" ")

    assert answer.status_code == 422
    assert "Hãy nhập mã ở cửa." in answer.text
