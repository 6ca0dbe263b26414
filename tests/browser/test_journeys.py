"""A few whole journeys: an investigator's, a citizen's, by keyboard, without script."""

import re
from collections.abc import Callable

import pytest

from graph.database import Graph
from graph.venues import merge_gate
from tests.browser.conftest import DESK, Watched
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL, ZONE

Visit = Callable[..., Watched]


@pytest.fixture
def door(outbreak: Graph) -> str:
    """The path in the code of the market's zone."""
    return f"/c/{merge_gate(outbreak, ZONE)}"


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


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_citizen_checks_in_shows_the_receipt_and_goes_out(
    visit: Visit, door: str, has_script: bool
) -> None:
    watched = visit(java_script_enabled=has_script)
    page = watched.open(door)

    assert page.get_by_role("heading", level=1).inner_text() == "Khu A"
    button = page.get_by_role("button", name="Vào")
    assert button.bounding_box()["height"] >= 48  # type: ignore[index]
    page.get_by_label("Họ và tên").fill("Lê Thị Ánh Nguyệt")
    page.get_by_label("Năm sinh").fill("1975")
    button.click()
    assert "Đã vào" in page.locator(".receipt").inner_text()
    page.get_by_role("button", name="Ra").click()
    assert "Đã ra" in page.locator(".receipt").inner_text()
    page = watched.open(door)
    assert "Nguyệt (1975)" in page.locator("main").inner_text()
    page.get_by_role("button", name="Vào").click()
    assert "Đã vào" in page.locator(".receipt").inner_text()
    assert not watched.foreign
    assert not watched.complaints


def test_an_error_is_named_focused_and_keeps_what_was_typed(visit: Visit, door: str) -> None:
    page = visit().open(door)
    page.get_by_label("Họ và tên").fill("Lê Thị Ánh Nguyệt")
    page.get_by_label("Năm sinh").fill("75")
    page.get_by_role("button", name="Vào").click()

    assert page.get_by_label("Họ và tên").input_value() == "Lê Thị Ánh Nguyệt"
    assert page.evaluate("document.activeElement.id") == "birth_year"
    assert page.locator("#birth_year").get_attribute("aria-describedby") == "birth_year-error"
    assert "bốn chữ số" in page.locator("#birth_year-error").inner_text()


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


def test_the_language_changes_in_place(visit: Visit, door: str) -> None:
    page = visit().open(door)

    page.get_by_role("button", name="English").click()

    assert page.get_by_role("button", name="Check in").is_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_nothing_of_a_visitor_stays_in_the_storage_of_the_browser(visit: Visit, door: str) -> None:
    watched = visit()
    page = watched.open(door)
    page.get_by_label("Họ và tên").fill(PERSONAL[0])
    page.get_by_label("Năm sinh").fill("1980")
    page.get_by_role("button", name="Vào").click()
    page.locator(".receipt").wait_for()

    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = page.context.cookies()
    assert kept == "[{},{}]"
    assert PERSONAL[0] not in str(cookies)
    assert PERSONAL[0] not in page.url
    assert all(cookie["httpOnly"] for cookie in cookies)
