"""A few whole journeys: an investigator's, a citizen's, by keyboard, without script."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from graph.database import Graph
from graph.venues import merge_gate
from tests.browser.conftest import DESK, Watched
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL, ZONE

Visit = Callable[..., Watched]


@pytest.fixture
def door(outbreak: Graph, served: Flask) -> str:
    """The path in the code of the market's zone."""
    return door_of(served, merge_gate(outbreak, ZONE))


def test_an_investigator_signs_in_traces_a_case_and_opens_the_evidence(visit: Visit) -> None:
    watched = visit(viewport=DESK)
    page = watched.page
    watched.sign_in("investigator")

    page.get_by_role("link", name=CASE).click()
    page.get_by_role("link", name="Truy vết", exact=True).click()
    page.get_by_label("Bộ quy tắc").select_option("2022-04")
    page.get_by_role("button", name="Truy vết", exact=True).click()
    row = page.locator("tbody.person").filter(has=page.locator('th a[href$="/people/B"]'))
    row.locator("summary").click()

    assert row.locator(".path").is_visible()
    assert "20 phút" in row.locator(".path").inner_text()
    assert "chắc chắn" in row.locator(".path").inner_text()
    assert "2022-04" in page.locator(".basis").inner_text()
    page.get_by_role("link", name="F1").click()
    assert page.locator("tbody.person").count() == 4
    assert not watched.complaints


def press_until(watched: Watched, pattern: str, most: int = 40) -> None:
    """Press Tab until the focus is on something whose text begins so; each stop is visible."""
    for _ in range(most):
        watched.page.keyboard.press("Tab")
        outline = watched.page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle"
            " + parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
        )
        assert outline == "solid3", watched.page.evaluate("document.activeElement.outerHTML")
        text = watched.page.evaluate("document.activeElement.textContent")
        if re.match(pattern, text.strip()):
            return
    raise AssertionError(f"the keyboard does not reach {pattern!r}")


def test_a_case_is_traced_by_keyboard_alone(visit: Visit) -> None:
    watched = visit(viewport=DESK)
    page = watched.open("/sign-in")
    page.locator("#name").focus()
    page.keyboard.type("investigator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases")

    press_until(watched, CASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{CASE}")
    press_until(watched, "Truy vết$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trace*")
    press_until(watched, "qua ")
    page.keyboard.press("Enter")

    assert page.locator("details[open] .path").count() == 1


def test_the_first_key_leads_past_the_desks(visit: Visit) -> None:
    watched = visit(viewport=DESK)
    watched.sign_in("investigator")
    page = watched.open("/cases")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


@dataclass
class Thumb:
    """Taps of a citizen, counted; typing into a field is none."""

    page: Page
    taps: int = field(default=0)

    def tap(self, target: Locator) -> None:
        """Tap something that is in sight and large enough."""
        box = target.bounding_box()
        assert box
        assert box["height"] >= 48
        target.click()
        self.taps += 1

    def button(self, word: str) -> Locator:
        """Return the button of a word."""
        return self.page.locator("main").get_by_role("button", name=word, exact=True)


def type_who(page: Page, phone: str = "0912 345 678") -> None:
    """Type who comes."""
    page.get_by_label("Họ và tên", exact=True).fill("Lê Thị Ánh Nguyệt")
    page.get_by_label("Năm sinh hoặc ngày sinh").fill("1975")
    page.get_by_label("Số điện thoại", exact=True).fill(phone)


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_newcomer_needs_six_taps_and_somebody_known_one(
    visit: Visit, door: str, has_script: bool
) -> None:
    watched = visit(java_script_enabled=has_script)
    page = watched.open(door)
    thumb = Thumb(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Khu A")

    type_who(page)
    thumb.tap(page.locator("label.pill", has_text="Nữ"))
    if has_script:
        thumb.tap(thumb.button("Tiếp tục"))
    thumb.tap(page.locator("label.pill", has_text="Không có điều nào"))
    if has_script:
        thumb.tap(thumb.button("Tiếp tục"))
    thumb.tap(page.locator("label.pill", has_text="Tôi cam đoan và đồng ý"))
    thumb.tap(thumb.button("Vào"))

    expect(page.locator(".receipt")).to_contain_text("Được vào")
    assert thumb.taps <= 6
    thumb.tap(thumb.button("Ra"))
    expect(page.locator(".receipt")).to_contain_text("Đã ra")
    page = watched.open(door)
    expect(page.locator("main")).to_contain_text("Nguyệt (1975)")
    before = thumb.taps
    thumb.tap(thumb.button("Vào"))
    expect(page.locator(".receipt")).to_contain_text("Được vào")
    assert thumb.taps == before + 1
    assert not watched.foreign
    assert not watched.complaints


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_L6_an_error_is_named_and_focused_and_nothing_typed_is_lost(
    visit: Visit, door: str, has_script: bool
) -> None:
    page = visit(java_script_enabled=has_script).open(door)
    type_who(page, phone="0912")
    page.locator("label.pill", has_text="Nữ").click()
    if has_script:
        page.get_by_role("button", name="Tiếp tục").click()
    page.locator("label.pill", has_text="Không có điều nào").click()
    page.locator("label.pill:has(#fever-1)").click()
    if has_script:
        page.get_by_role("button", name="Tiếp tục").click()
    page.locator("label.pill", has_text="Tôi cam đoan và đồng ý").click()
    page.locator("main").get_by_role("button", name="Vào", exact=True).click()

    fault = page.locator("#phone-error")
    expect(fault).to_be_visible()
    expect(page.locator("#phone")).to_be_focused()
    expect(page.locator("#phone")).to_have_value("0912")
    expect(page.locator("#phone")).to_have_attribute("aria-describedby", "phone-error")
    expect(page.locator("#full_name")).to_have_value("Lê Thị Ánh Nguyệt")
    expect(page.locator("#sex-1")).to_be_checked()
    expect(page.locator("#fever-1")).to_be_checked()
    expect(page.locator("#consent")).to_be_checked()
    assert page.locator("[data-part=step]:visible").count() == (1 if has_script else 3)


def test_a_step_says_what_is_missing_in_it_before_the_next_one_comes(
    visit: Visit, door: str
) -> None:
    page = visit().open(door)
    further = page.get_by_role("button", name="Tiếp tục")

    further.click()

    expect(page.locator("#full_name")).to_be_focused()
    assert page.locator("main .error").count() == 4
    type_who(page)
    page.get_by_label("Năm sinh hoặc ngày sinh").fill("75")
    page.locator("label.pill", has_text="Nữ").click()
    further.click()
    expect(page.locator("main .error")).to_have_text(re.compile("bốn chữ số"))
    page.get_by_label("Năm sinh hoặc ngày sinh").fill("1975")
    further.click()
    expect(page.locator("legend:visible").first).to_contain_text("Sức khoẻ")
    further.click()
    expect(page.locator("main .error").first).to_have_text(re.compile("có hoặc không"))
    assert page.locator("main .error").count() == 10


def test_going_back_by_button_or_browser_keeps_what_was_typed(visit: Visit, door: str) -> None:
    page = visit().open(door)
    further = page.get_by_role("button", name="Tiếp tục")
    type_who(page)
    page.locator("label.pill", has_text="Nữ").click()
    further.click()
    page.locator("label.pill", has_text="Không có điều nào").click()
    further.click()

    page.go_back()
    expect(page.locator("#no_signs")).to_be_checked()
    expect(page.locator("#fever-0")).to_be_checked()
    page.get_by_role("button", name="Quay lại").click()

    expect(page.get_by_label("Họ và tên", exact=True)).to_have_value("Lê Thị Ánh Nguyệt")
    expect(page.get_by_label("Họ và tên", exact=True)).to_be_visible()


def test_one_yes_takes_back_that_none_applies_and_a_journey_asks_where_to(
    visit: Visit, door: str
) -> None:
    page = visit().open(door)
    type_who(page)
    page.locator("label.pill", has_text="Nữ").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("label.pill", has_text="Không có điều nào").click()
    expect(page.locator("#travelled_to")).to_be_hidden()

    page.locator("label.pill:has(#travelled-1)").click()

    expect(page.locator("#no_signs")).not_to_be_checked()
    expect(page.locator("#travelled_to")).to_be_visible()
    expect(page.locator("#fever-0")).to_be_checked()


def test_L1_somebody_declares_for_another_with_keys_alone(visit: Visit, door: str) -> None:
    watched = visit()
    page = watched.open(door)
    keys = page.keyboard

    page.locator("#declared_for-0").focus()
    keys.press("ArrowRight")
    for typed in ("Lê Văn Con", "0909 123 456", None, "Lê Thị Bà", "1940"):
        keys.press("Tab")
        if typed is None:
            keys.press("ArrowDown")
        else:
            keys.type(typed)
    # A group of choices is one stop; the arrows go through it.
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("legend:visible").first).to_contain_text("Sức khoẻ")
    keys.press("Tab")
    keys.press("Space")
    press_until(watched, "Tiếp tục$")
    keys.press("Enter")
    expect(page.locator("legend:visible").first).to_contain_text("Cam đoan")
    keys.press("Tab")
    keys.press("Space")
    press_until(watched, "Vào$")
    keys.press("Enter")

    expect(page.locator(".receipt")).to_contain_text("Được vào")
    assert not [one for one in page.context.cookies() if one["name"] == "citizen"]
    assert not watched.complaints


def test_the_language_changes_in_place(visit: Visit, door: str) -> None:
    page = visit().open(door)

    page.get_by_role("button", name="English").click()

    expect(page.get_by_label("Full name", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_nothing_of_a_visitor_stays_in_the_storage_of_the_browser(visit: Visit, door: str) -> None:
    page = visit().open(door)
    type_who(page)
    page.get_by_label("Họ và tên", exact=True).fill(PERSONAL[0])
    page.locator("label.pill", has_text="Nữ").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("label.pill", has_text="Không có điều nào").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("label.pill", has_text="Tôi cam đoan và đồng ý").click()
    page.locator("main").get_by_role("button", name="Vào", exact=True).click()
    page.locator(".receipt .facts").wait_for()

    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = page.context.cookies()
    assert kept == "[{},{}]"
    assert PERSONAL[0] not in str(cookies)
    assert PERSONAL[0] not in page.url
    assert all(cookie["httpOnly"] for cookie in cookies)
