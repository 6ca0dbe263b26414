"""What every answer carries: pages, faults and static files alike (E9)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.database import Graph
from tests.webapp.outbreak import CASE, VENUE
from tests.webapp.test_policy import ROWS, address_of
from webapp.headers import HEADERS

STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
KEPT_WORDS = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'")


#: Pages with a camera, and what they may do beyond the others.
SCANNING = {"scanning.show", "scanning.choose", "installable.show", "gate.show", "gate.create"}
ALLOWED = {
    "Content-Security-Policy": ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
    "Permissions-Policy": ("camera=()", "camera=(self)"),
}
#: Nobody's data: a browser may keep it, or asks whether it changed.
KEPT = {"static", "modules.show", "installable.worker", "installable.manifest", "units.list"}


def faults(answer: TestResponse, endpoint: str = "") -> list[str]:
    """Return what an answer lacks, or has that it must not have."""
    wanted = dict(HEADERS)
    if endpoint in SCANNING:
        wanted |= {name: wanted[name].replace(*change) for name, change in ALLOWED.items()}
    missing = [name for name, value in wanted.items() if answer.headers.get(name) != value]
    return [f"{name} is missing" for name in missing]


def test_every_route_answers_with_every_header(
    app: Flask, sign_in: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    officer = sign_in("investigator")
    for row in ROWS:
        method, address = address_of(app, row["endpoint"])
        for visitor in (client, officer):
            answer = visitor.open(address, method=method, buffered=True)
            assert not faults(answer, row["endpoint"]), row["endpoint"]
            kept = answer.headers.get("Cache-Control", "")
            assert (kept == "no-store") != (row["endpoint"] in KEPT), row["endpoint"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("/nowhere", 404, id="not found"),
        pytest.param("/static/nowhere.css", 404, id="no such file"),
        pytest.param("/sign-out", 405, id="wrong method"),
    ],
)
def test_a_fault_answers_with_every_header(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address, buffered=True)

    assert answer.status_code == status
    assert not faults(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_content_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert all(word in policy for word in (*KEPT_WORDS, "frame-ancestors 'none'"))
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_foreign_host_name_is_refused_with_every_header(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert not faults(answer)


def test_cookies_are_held_to_this_host_over_https(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    secure = make_app(outbreak, TRUYVET_PUBLIC_URL="https://truyvet.example")
    visitor = secure.test_client()

    answer = visitor.get("/sign-in", base_url="https://truyvet.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"]


def test_cookies_work_over_plain_loopback(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert cookie.startswith("session=")
    assert "Secure" not in cookie
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_static_files_hold_no_cookie_of_whoever_asked(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    officer = sign_in("investigator")
    officer.get("/cases")

    answer = officer.get("/static/css/tokens.css", buffered=True)

    assert "Set-Cookie" not in answer.headers


def test_a_page_links_the_one_style_sheet_of_its_frame_kept_until_it_changes(
    client: FlaskClient,
) -> None:
    links = STYLE_SHEET.findall(client.get("/sign-in").text)

    assert [link.partition("?v=")[0] for link in links] == ["/static/frames/office.css"]
    assert "max-age=31536000" in client.get(links[0]).headers["Cache-Control"]


def test_no_page_holds_an_inline_script_style_or_foreign_address(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    officer = sign_in("investigator")
    for address in ("/cases", f"/cases/{CASE}", f"/cases/{CASE}/trace", f"/venues/{VENUE}"):
        page = officer.get(address).text
        assert "<script>" not in page
        assert " style=" not in page
        assert "<style" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page
