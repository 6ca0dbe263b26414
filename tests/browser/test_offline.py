"""Check-ins without network: kept sealed on the phone, sent later, each once (A14, R60, L8)."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Route

from graph.database import Graph
from graph.venues import merge_gate
from tests.browser.conftest import Watched
from tests.browser.phone import BUSY, NAME, PHONE, Phone
from tests.browser.test_every_page import violations
from tests.graph.contents import rows_of
from tests.webapp.conftest import door_of

Visit = Callable[..., Watched]
PLACES = ("market", "café", "bus")
NAMES = ("Chợ Bình Tây", "Cà phê Góc Phố", "Xe buýt 01")
RECEIPTS = """
    MATCH (receipt:Receipt)
    WHERE receipt.visit_id IN $visit_ids
    MATCH (person:Person)-[visit:VISITED {visit_id: receipt.visit_id}]->(:VenueDay)-[:AT]->(venue)
    RETURN DISTINCT receipt.visit_id AS visit_id, person.person_id AS person_id,
        venue.venue_id AS venue_id, visit.arrived_at AS arrived_at,
        receipt.clock_skew_s AS clock_skew_s
    ORDER BY visit_id
"""
ARRIVALS = "MATCH (receipt:Receipt) RETURN count(receipt) AS receipts"


@pytest.fixture
def doors(outbreak: Graph, served: Flask) -> list[str]:
    """The paths in the codes of three places."""
    return [door_of(served, merge_gate(outbreak, place)) for place in PLACES]


@pytest.fixture
def phone(visit: Visit) -> Phone:
    """A phone that was never here."""
    return Phone(visit())


def stored(graph: Graph, phone: Phone) -> list[dict[str, Any]]:
    """Return what the store has of what a phone keeps, in the order of the scans."""
    ids = [entry["visit_id"] for entry in phone.entries()]
    found = rows_of(graph, RECEIPTS, visit_ids=ids)
    return sorted(found, key=lambda row: ids.index(row["visit_id"]))


def receipts(graph: Graph) -> int:
    """Return how many scans the store has."""
    return int(rows_of(graph, ARRIVALS)[0]["receipts"])


def is_replaced(phone: Phone) -> bool:
    """Say whether the next release is all that the service worker keeps."""
    phone.stop_older_worker()
    return set(phone.page.evaluate("caches.keys()")) == {"files-next-release", "venues"}


def whole(instant: datetime) -> datetime:
    """Return an instant without the part of a second."""
    return instant.replace(microsecond=0)


@pytest.mark.parametrize(
    "shift",
    [
        pytest.param(timedelta(0), id="a right clock"),
        pytest.param(timedelta(hours=-2), id="a clock two hours late"),
    ],
)
def test_A14_three_check_ins_outlive_a_killed_tab_and_a_busy_server_each_once(
    phone: Phone, doors: list[str], outbreak: Graph, shift: timedelta
) -> None:
    before = receipts(outbreak)
    phone.shift_clock(shift)
    phone.install("/scan")
    phone.lose_network()
    for door in doors:
        phone.check_in(door)
    scanned = [entry["kept_at"] for entry in phone.entries()]
    phone.kill_tabs()

    # Back, but nothing gets through; away again; back, and the server is busy.
    phone.find_network()
    phone.answer_check_ins(lambda route: route.abort())
    phone.new_tab("/scan")
    phone.wait_for_states(*["waiting"] * 3)
    phone.lose_network()
    phone.let_check_ins_through()
    refusals: list[Route] = []

    def refuse(route: Route) -> None:
        refusals.append(route)
        route.fulfill(**BUSY)

    phone.answer_check_ins(refuse)
    phone.find_network()
    phone.page.wait_for_timeout(1500)
    assert refusals
    assert phone.states() == ["waiting"] * 3
    assert receipts(outbreak) == before
    phone.let_check_ins_through()
    phone.wait_for_states(*["sent"] * 3)

    found = stored(outbreak, phone)
    assert receipts(outbreak) == before + 3
    assert [row["venue_id"] for row in found] == list(PLACES)
    assert len({row["person_id"] for row in found}) == 1
    for row, at in zip(found, scanned, strict=True):
        # A wrong clock is set right by a request's own way, which is not known to the second.
        if shift:
            assert abs(row["arrived_at"] - (at - shift)) <= timedelta(seconds=3)
            assert row["clock_skew_s"] == pytest.approx(-shift.total_seconds(), abs=3)
        else:
            assert row["arrived_at"] == whole(at)
    assert not phone.watched.foreign
    assert not phone.watched.complaints


def test_what_waits_is_sealed_and_what_is_sent_holds_no_person(
    phone: Phone, doors: list[str]
) -> None:
    def clear(texts: dict[str, str]) -> list[str]:
        every = [NAME, PHONE, PHONE[1:], NAME.split()[-1], quote(NAME)]
        every += [b64encode(text.encode()).decode()[:12] for text in (NAME, PHONE)]
        return [text for text in every for held in texts.values() if text in held]

    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0])
    waiting = phone.everything()
    phone.find_network()
    phone.page.wait_for_url("**/r/*")
    sent = phone.everything()

    assert "key extractable: false" in waiting["kept"]
    assert waiting["storage"] == sent["storage"] == "[{},{}]"
    assert not clear(waiting)
    assert not clear(sent)
    assert "/r/" not in sent["caches"]
    assert "/c/" not in sent["caches"]
    assert phone.page.evaluate(
        """async (id) => Object.keys(await (await import(document.querySelector(
            "script[type=module]").src.replace("main.js", "outbox.js"))).find(id))""",
        phone.entries()[0]["visit_id"],
    ) == [
        "venue",
        "sent_at",
        "number",
        "receipt",
        "colour",
        "direction",
        "arrived_at",
        "left_at",
        "visit_id",
        "state",
        "kept_at",
    ]


def test_after_24_hours_nothing_is_kept_and_the_person_is_told(
    phone: Phone, doors: list[str]
) -> None:
    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0])
    phone.check_in(doors[1])

    phone.shift_clock(timedelta(hours=23, minutes=59))
    phone.new_tab("/scan")
    phone.page.get_by_text("Đang chờ gửi: 2").wait_for()
    phone.shift_clock(timedelta(minutes=2))
    phone.new_tab("/scan")

    told = phone.page.get_by_role("alert").get_by_text("đã xoá: 2")
    told.wait_for()
    assert phone.entries() == []
    phone.page.get_by_role("button", name="Tôi đã đọc").click()
    told.wait_for(state="hidden")
    phone.new_tab("/scan")
    assert phone.page.locator(".outbox").is_hidden()


def test_a_clock_that_was_never_set_loses_nothing(phone: Phone, doors: list[str]) -> None:
    phone.shift_clock(timedelta(days=-365 * 50))
    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0])

    phone.shift_clock(timedelta(days=365 * 50))
    phone.new_tab("/scan")
    phone.page.get_by_text("Đang chờ gửi: 1").wait_for()
    told = phone.page.get_by_role("alert").get_by_text("đã xoá")
    assert told.is_hidden()
    phone.find_network()

    phone.wait_for_states("sent")
    assert told.is_hidden()


def test_a_new_release_of_the_app_keeps_what_waits(
    phone: Phone, doors: list[str], served: Flask
) -> None:
    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0])
    old = served.extensions["worker"]
    version = old.partition('"version": "')[2][:12]

    served.extensions["worker"] = old.replace(version, "next-release")
    phone.answer_check_ins(lambda route: route.abort())
    phone.find_network()
    phone.watched.open("/scan")
    phone.wait_until(lambda: is_replaced(phone))
    phone.lose_network()
    phone.watched.open(doors[1])

    phone.page.get_by_text("Đang chờ gửi: 1").wait_for()
    assert phone.page.locator("main form.form").is_visible()
    phone.let_check_ins_through()
    phone.find_network()
    phone.wait_for_states("sent")
    served.extensions["worker"] = old


def test_a_busy_server_makes_the_form_a_card_and_later_a_receipt(
    phone: Phone, doors: list[str], outbreak: Graph
) -> None:
    phone.watched.open(doors[0])
    phone.answer_check_ins(lambda route: route.fulfill(**BUSY))
    phone.fill_in()
    phone.send()

    card = phone.page.locator("#waiting")
    card.wait_for()
    assert NAMES[0] in card.inner_text()
    assert "Đang chờ gửi" in card.inner_text()
    phone.let_check_ins_through()
    phone.page.wait_for_url("**/r/*")
    assert "Được vào" in phone.page.locator(".receipt").inner_text()
    assert len(stored(outbreak, phone)) == 1


def test_what_the_server_refuses_is_shown_beside_its_field_and_not_kept(
    phone: Phone, doors: list[str]
) -> None:
    phone.watched.open(doors[0])
    phone.fill_in(phone="0123")
    phone.send()

    phone.page.locator("#phone-error").wait_for()
    assert phone.page.locator("#full_name").input_value() == NAME
    assert phone.entries() == []


def test_what_was_refused_later_is_corrected_and_sent_as_of_its_scan(
    phone: Phone, doors: list[str], outbreak: Graph
) -> None:
    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0], phone="0123")
    scanned = phone.entries()[0]["kept_at"]
    phone.find_network()
    phone.page.get_by_text("Cần sửa: 1").click()

    phone.page.get_by_role("link", name="Sửa").click()
    assert phone.page.locator("#full_name").input_value() == NAME
    phone.page.locator("#phone").fill(PHONE)
    phone.page.locator("main [data-part=next]").click()
    phone.page.locator("main [data-part=next]").click()
    phone.send()

    phone.page.wait_for_url("**/r/*")
    assert [row["arrived_at"] for row in stored(outbreak, phone)] == [whole(scanned)]


def test_a_tap_is_never_sent_as_the_person_before(
    phone: Phone, doors: list[str], outbreak: Graph
) -> None:
    """Offline somebody else checks in, in a way that is refused, and then taps once more."""
    phone.install(doors[0])
    phone.fill_in()
    phone.send()
    phone.page.wait_for_url("**/r/*")
    phone.lose_network()
    phone.watched.open(doors[1])
    phone.page.get_by_role("button", name="Tôi là người khác").click()
    phone.fill_in(name="Trần Văn Bình", phone="0123")
    phone.send()
    phone.page.locator("#waiting").wait_for()
    phone.check_in(doors[2])
    phone.find_network()
    phone.wait_for_states("sent", "refused", "waiting")

    phone.page.locator(".outbox summary").click()
    phone.page.get_by_role("link", name="Sửa").click()
    phone.page.locator("#phone").fill("0987654321")
    phone.page.locator("main [data-part=next]").click()
    phone.page.locator("main [data-part=next]").click()
    phone.send()
    phone.wait_for_states("sent", "sent", "sent")

    people = [row["person_id"] for row in stored(outbreak, phone)]
    assert people[1] == people[2] != people[0]


def test_two_tabs_send_each_check_in_once(phone: Phone, doors: list[str], outbreak: Graph) -> None:
    phone.install("/scan")
    phone.lose_network()
    phone.check_in(doors[0])
    phone.check_in(doors[1])
    phone.new_tab("/scan")
    phone.note_check_ins()
    phone.find_network()
    phone.wait_for_states("sent", "sent")
    phone.page.wait_for_timeout(300)

    assert phone.sent == [entry["visit_id"] for entry in phone.entries()]


def test_a_venue_seen_before_is_named_without_network_and_another_by_its_printed_code(
    phone: Phone, doors: list[str]
) -> None:
    phone.install(doors[0])
    phone.watched.open(doors[0])
    phone.lose_network()

    phone.watched.open(doors[0])
    phone.page.get_by_role("heading", name=NAMES[0], level=1).wait_for()
    phone.watched.open(doors[1])
    code = doors[1].removeprefix("/c/")
    printed = f"{code[1:6]}-{code[6:11]}-{code[13:17]}"
    phone.page.get_by_role("heading", name=printed, level=1).wait_for()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_without_network_is_sound_and_speaks_the_visitors_language(
    phone: Phone, doors: list[str], language: str
) -> None:
    phone.install("/scan")
    if language == "en":
        phone.page.get_by_role("button", name="English").click()
        phone.page.evaluate("navigator.serviceWorker.ready")
        shell = """async () => (await caches.match("/offline")).text()"""
        phone.wait_until(lambda: 'lang="en"' in phone.page.evaluate(shell))
    phone.lose_network()
    faults: list[object] = []
    for path in (doors[0], "/scan", "/r/none"):
        phone.watched.open(path)
        phone.page.locator("main h1").wait_for()
        assert phone.page.evaluate("document.documentElement.lang") == language
        faults += violations(phone.watched)
        assert phone.watched.sideways() == 0
    phone.check_in(doors[0]) if language == "vi" else None
    faults += violations(phone.watched)

    assert not faults
    assert not phone.watched.complaints
