"""A citizen's own records: proven by the phone, seen, corrected; with and without script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from graph.database import Graph
from graph.venues import merge_gate
from tests.browser.conftest import Watched
from tests.webapp.conftest import NEWCOMER, door_of, send
from tests.webapp.outbreak import ZONE, new_visit_id

Visit = Callable[..., Watched]
NUMBERS = (f"0932 000 {number:03}" for number in range(1000))


def code_for(served: Flask, phone: str) -> str:
    """Return the newest code in the outbox for a number."""
    folder: Path = served.extensions["settings"].outbox_folder
    digits = re.sub(r"\D", "", phone)[1:]
    newest = max(file for file in folder.glob("*.txt") if f"+84{digits}" in file.read_text())
    found = re.search(r"\b[0-9]{6}\b", newest.read_text(encoding="utf-8").partition("\n\n")[2])
    assert found
    return found.group()


def own_records(watched: Watched, served: Flask, phone: str) -> Iterator[str]:
    """Open the own records of somebody who has checked in, with faults first; yield what shows."""
    page = watched.open("/me")
    yield "the phone to be proven"
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    yield "no phone"
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.wait_for_url("**/me/code")
    page.get_by_role("button", name="Xem tờ khai của tôi").click()
    yield "no code"
    page.get_by_label("Mã xác thực").fill(code_for(served, phone))
    page.get_by_role("button", name="Xem tờ khai của tôi").click()
    page.wait_for_url("**/me")
    page.locator("main summary").first.click()
    yield "the own records"
    watched.open("/me/card")
    yield "the personal code"
    watched.open("/me/name")
    page.get_by_role("button", name="Xem tờ khai của tôi").click()
    yield "no name"
    watched.open("/me")
    page.get_by_role("link", name="Sửa giờ").first.click()
    page.get_by_label("Vào", exact=True).fill("")
    page.get_by_role("button", name="Lưu giờ này").click()
    yield "no times"


@pytest.fixture
def phone(visit: Visit, served: Flask, outbreak: Graph) -> Callable[[Page], str]:
    """Check somebody in, in a browser, by what the form would send; return the number given."""

    def check_in(page: Page) -> str:
        number = next(NUMBERS)
        visitor = served.test_client()
        door = door_of(served, merge_gate(outbreak, ZONE))
        answer = send(visitor, door, **{**NEWCOMER, "phone": number, "visit_id": new_visit_id()})
        assert answer.status_code == 303
        cookie = visitor.get_cookie("citizen")
        assert cookie
        page.context.add_cookies(
            [{"name": "citizen", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
        )
        return number

    return check_in


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_citizen_proves_the_phone_sees_the_own_visit_and_corrects_it(
    visit: Visit, served: Flask, phone: Callable[[Page], str], has_script: bool
) -> None:
    watched = visit(java_script_enabled=has_script)
    page = watched.page
    number = phone(page)
    for _step in own_records(watched, served, number):
        pass

    arrived = page.get_by_label("Vào", exact=True).get_attribute("max")
    assert arrived
    page.get_by_label("Vào", exact=True).fill(f"{arrived[:11]}00:00")
    page.get_by_role("button", name="Lưu giờ này").click()
    page.locator(".receipt").wait_for()

    assert "00:00" in page.locator(".receipt .facts").inner_text()
    watched.open("/me")
    assert "00:00" in page.locator("#visits + ol").inner_text()
    assert page.locator("#visits + ol > li").count() == 1
    assert not watched.foreign
    assert not watched.complaints


def test_a_card_on_paper_has_a_code_of_five_centimetres_and_nothing_but_the_given_name(
    visit: Visit, served: Flask, phone: Callable[[Page], str]
) -> None:
    watched = visit()
    number = phone(watched.page)
    for step in own_records(watched, served, number):
        if step == "the personal code":
            break
    watched.page.emulate_media(media="print")

    box = watched.page.locator(".personal-code svg path").first.bounding_box()
    assert box
    # A CSS pixel is 1/96 of an inch.
    assert min(box["width"], box["height"]) * 2.54 / 96 >= 5
    assert re.sub(r"\s+", " ", watched.page.locator("body").inner_text()).strip() == (
        "Mã QR cá nhân An (1990) Đưa mã này tại cổng để người kiểm soát quét và ghi lượt vào ra."
    )


def test_nothing_of_the_own_records_stays_in_the_storage_of_the_browser(
    visit: Visit, served: Flask, phone: Callable[[Page], str]
) -> None:
    watched = visit()
    number = phone(watched.page)
    digits = re.sub(r"\D", "", number)
    for _step in own_records(watched, served, number):
        assert digits[1:] not in watched.page.url

    kept = watched.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    caches = watched.page.evaluate(
        "caches.keys().then(async names => (await Promise.all(names.map(async name => "
        "(await (await caches.open(name)).keys()).map(one => one.url)))).flat())"
    )
    cookies = str(watched.page.context.cookies())
    assert kept == "[{},{}]"
    assert not [url for url in caches if "/me" in url.replace(watched.address, "")]
    assert not [canary for canary in (digits, digits[1:], "Lê An") if canary in cookies]
