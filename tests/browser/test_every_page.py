"""What holds for every page: axe finds nothing, nothing foreign is asked, nothing runs sideways."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from graph.database import Graph
from graph.venues import merge_gate
from tests.browser.conftest import DESK, Watched
from tests.browser.test_mine import own_records
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import ALERT, CASE, REGISTRATION, SAVED, SOURCE, VENUE

Visit = Callable[..., Watched]
PAGES = {
    "investigator": (
        "/cases",
        "/cases/new",
        f"/cases/{CASE}",
        f"/cases/{CASE}/reports/new",
        f"/cases/{CASE}/trace?hops=2",
        "/cases/case-2/sources?whom=contacts",
        f"/cases/{CASE}/sources?as_of=x",
        f"/sources?case={CASE}&case=case-2",
        "/sources",
        "/clusters",
        f"/paths?a={SOURCE}&b=A&hops=2",
        f"/paths?a={SOURCE}&b=nobody",
        "/paths",
        f"/cases/{CASE}/trace?hops=99&as_of=x",
        f"/cases/{CASE}/trace?class=F5",
        f"/cases/{CASE}/traces",
        "/cases/case-2/traces",
        f"/cases/{CASE}/traces/{SAVED}",
        f"/cases/{CASE}/traces/{SAVED}/comparison",
        f"/cases/{CASE}/traces/{SAVED}/comparison?with={SAVED}",
        "/trace?hops=2",
        f"/cases/{CASE}/worklist",
        f"/cases/{CASE}/worklist?hop=9",
        f"/cases/{CASE}/worklist?ward=none",
        "/quality",
        "/quality/unlisted_cases",
        "/quality/overlong_visits",
        f"/people/{SOURCE}",
        "/people/nobody",
        "/venues",
        f"/venues/{VENUE}",
        f"/venues/{VENUE}/days/2021-07-01",
        "/batches",
    ),
    "data_team": ("/batches",),
    "administrator": ("/accounts",),
    "commune_intake": (
        "/alerts",
        f"/alerts/{ALERT}",
        "/registrations",
        "/registrations?show=all",
        "/registrations?state=x",
        "/registrations/new",
        f"/registrations/{REGISTRATION}",
    ),
    "district_intake": ("/registrations", "/registrations/funnel?by=both"),
    "gate_staff": ("/gate", "/gate/closing", "/gate/paper", "/gate/card", "/gate/code"),
    "venue_manager": (f"/venues/{VENUE}",),
    # The last one is not for this role.
    "city_ict": (f"/venues/{VENUE}/poster", f"/venues/{VENUE}/code", "/accounts"),
}
CITIZEN = "citizen"
WAYS = ("entrance", "exit")
#: The size of a text page at 200 % on a desk is that of half the screen.
HALF_DESK = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}


def every_page(watched: Watched, graph: Graph, served: Flask, who: str) -> Iterator[str]:
    """Open every page of somebody in turn, forms with faults and receipts too; yield its path."""
    if who == CITIZEN:
        yield from pages_of_citizens(watched, graph, served)
        return
    watched.sign_in(who)
    for path in PAGES[who]:
        watched.open(path)
        for summary in watched.page.locator("summary").all()[:3]:
            summary.click()
        yield path


def pages_of_citizens(watched: Watched, graph: Graph, served: Flask) -> Iterator[str]:
    """Open every page that wants no account."""
    entrance, way_out = (door_of(served, merge_gate(graph, VENUE, kind)) for kind in WAYS)
    for path in (
        "/sign-in",
        "/nowhere",
        "/r/none",
        "/scan",
        "/offline",
        "/about",
        "/register",
        way_out,
        f"{entrance}?other=1",
        entrance,
    ):
        watched.open(path)
        yield path
    yield from check_in(watched.page)
    yield from own_records(watched, served, "0912 345 678")
    bus = door_of(served, merge_gate(graph, "bus"))
    for path in (entrance, f"{entrance}?changed=1", f"{bus}?kind=movement", way_out):
        watched.open(path)
        yield path


def check_in(page: Page) -> Iterator[str]:
    """Check in somebody new, with faults first; yield what is shown on the way."""
    further = page.get_by_role("button", name="Tiếp tục")
    further.click()
    yield "a check-in with faults"
    page.locator("#full_name").fill("Tôn Nữ Hoàng Phương Quỳnh Anh")
    page.locator("#birth").fill("1987")
    page.locator("label:has(#sex-1)").click()
    page.locator("#phone").fill("0912 345 678")
    page.locator("summary", has_text="Khai thêm").click()
    yield "who comes, all of it"
    further.click()
    further.click()
    yield "questions without answers"
    page.locator("label:has(#no_signs)").click()
    page.locator("label:has(#travelled-1)").click()
    page.locator("#travelled_to").fill("Quận 5, Sa Đéc")
    yield "questions with answers"
    further.click()
    yield "the statement"
    page.locator("label:has(#consent)").click()
    page.locator("main [data-part=send]").click()
    page.locator(".receipt .facts").wait_for()
    yield "a receipt"


SMALL_TARGETS = """[...document.querySelectorAll(
        "button, .button, input:not([type=hidden]), select, summary"
    )]
    .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < 24)"""


def violations(watched: Watched) -> list[object]:
    """Return what axe objects to on the page that is open."""
    outcome = Axe().run(watched.page)
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in outcome.response["violations"]
    ]


@pytest.mark.parametrize("who", [CITIZEN, *PAGES])
def test_on_a_phone_every_page_is_sound_and_fits(
    visit: Visit, outbreak: Graph, served: Flask, who: str
) -> None:
    watched = visit()
    faults: list[object] = []
    for path in every_page(watched, outbreak, served, who):
        faults += [(path, one) for one in violations(watched)]
        faults += [(path, one) for one in watched.page.evaluate(SMALL_TARGETS)]
        if watched.sideways() > 0:
            faults.append((path, "runs sideways"))

    assert not faults
    assert not watched.foreign
    assert not watched.complaints


@pytest.mark.parametrize("who", [CITIZEN, *PAGES])
def test_on_a_desk_in_the_dark_every_page_is_sound_and_fits_at_200_per_cent(
    visit: Visit, outbreak: Graph, served: Flask, who: str
) -> None:
    watched = visit(viewport=DESK, color_scheme="dark")
    faults: list[object] = []
    for path in every_page(watched, outbreak, served, who):
        faults += [(path, one) for one in violations(watched)]
        watched.page.set_viewport_size(HALF_DESK)
        if watched.sideways() > 0:
            faults.append((path, "runs sideways at 200 %"))
        watched.page.set_viewport_size(DESK)

    assert not faults
    assert not watched.foreign
    assert not watched.complaints
