"""What a phone keeps of this app: nobody's data, and one release at a time."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from graph.database import Graph
from graph.venues import merge_gate
from tests.webapp.conftest import NEWCOMER, door_of, send
from tests.webapp.outbreak import VENUE
from webapp.assets import STATIC
from webapp.installable import needed
from webapp.modules import modules, release_of_modules

RELEASE = re.compile(r"^const RELEASE = (\{.*\});$", re.MULTILINE)
SCRIPT = re.compile(r'<script type="module" src="(/modules/([0-9a-f]+)/js/main\.js)">')


def release(client: FlaskClient) -> dict[str, object]:
    """Return what the service worker says that it keeps."""
    found = RELEASE.search(client.get("/sw.js").text)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


def test_every_file_that_a_phone_keeps_is_there_and_in_its_newest_form(client: FlaskClient) -> None:
    told = release(client)

    assert told["files"]
    assert told["later"]
    for address in told["files"]:
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address
    for address in told["later"]:
        assert client.get(address, buffered=True).status_code == 200, address


def test_what_the_page_without_network_needs_is_kept(client: FlaskClient) -> None:
    page, kept = client.get("/offline").text, release(client)["files"]

    for address in re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', page):
        assert address in kept, address
    for feature in re.findall(r'data-feature="([\w-]+)"', page):
        assert f"/modules/{release_of_modules()}/js/features/{feature}.js" in kept, feature


def test_modules_bring_the_modules_that_they_import(client: FlaskClient) -> None:
    found = needed(frozenset({"check-in"}))

    assert {
        "js/main.js",
        "js/features/check-in.js",
        "js/outbox.js",
        "js/store.js",
        "vendor/idb-8.0.4/index.js",
    } <= set(found)
    assert "js/scanner.js" not in found


def test_the_page_without_network_is_the_same_for_everybody(
    app: Flask, outbreak: Graph, client: FlaskClient
) -> None:
    door = door_of(app, merge_gate(outbreak, VENUE))
    citizen = app.test_client()
    assert send(citizen, door, **NEWCOMER, visit_id="v" * 32).status_code == 303

    answer = citizen.get("/offline")

    assert answer.text == client.get("/offline").text == client.get("/offline").text
    assert "csrf" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Language"] == "vi"


def test_the_service_worker_is_asked_for_anew_and_answered_by_its_tag(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.mimetype == "text/javascript"
    assert (again.status_code, again.data) == (304, b"")


def test_another_public_text_of_the_form_is_another_release(
    client: FlaskClient,
    make_app: Callable[..., Flask],
    outbreak: Graph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever agrees without network must agree to the text in force."""
    from webapp import consent

    before = release(client)["version"]
    newer = consent.Consent(version="2027-01-01", vi="Lời mới", en="New words")
    monkeypatch.setattr(consent, "CONSENTS", (*consent.CONSENTS, newer))

    assert release(make_app(outbreak).test_client())["version"] != before


def test_the_manifest_names_icons_of_their_size_and_begins_at_the_scan(client: FlaskClient) -> None:
    told = client.get("/manifest.webmanifest").get_json(force=True)

    assert told["start_url"] == "/scan"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        path = Path(icon["src"].partition("?")[0]).relative_to("/static")
        with Image.open(STATIC / path) as drawn:
            assert f"{drawn.width}x{drawn.height}" == icon["sizes"]


def test_a_page_names_its_modules_by_a_release_that_is_kept_for_a_year(client: FlaskClient) -> None:
    found = SCRIPT.search(client.get("/scan").text)
    assert found

    assert found[2] == release_of_modules()
    assert "immutable" in client.get(found[1]).headers["Cache-Control"]


def test_a_page_of_an_older_release_gets_todays_modules_and_keeps_none(client: FlaskClient) -> None:
    answer = client.get("/modules/0123456789ab/js/main.js")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_modules_travel_without_our_comments_and_are_otherwise_the_same() -> None:
    for path, module in modules().items():
        lines = (STATIC / path).read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not line.lstrip(b" ").startswith(b"//")]
        assert module.body == b"".join(kept), path


@pytest.mark.parametrize(
    "path",
    ["css/tokens.css", "js/nowhere.js", "../assets.py", "%2e%2e/assets.py", "vendor/vendor.toml"],
)
def test_nothing_but_modules_is_a_module(client: FlaskClient, path: str) -> None:
    assert client.get(f"/modules/{release_of_modules()}/{path}").status_code == 404


def test_no_module_keeps_anything_in_the_open_storage_of_a_browser() -> None:
    ours = [path for path in modules() if path.startswith("js/")]
    named = [path for path in ours if re.search(rb"(local|session)Storage", modules()[path].body)]

    assert not named
