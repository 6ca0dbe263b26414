"""A gate in Chromium: a queue served by keyboard and scanner alone, offline too; nobody is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from graph.alerts import COMMUNE, DISTRICT_HEALTH, Desk, find_alerts
from graph.batches import Stamp
from graph.database import Graph
from graph.intake import Scan
from graph.people import merge_persons
from tests.browser.conftest import DESK, Watched
from tests.browser.phone import Phone
from tests.browser.test_every_page import violations
from tests.graph.contents import rows_of
from tests.webapp.outbreak import DISTRICT, VENUE, WARD
from webapp.personal_codes import personal_address

Visit = Callable[..., Watched]
NAMES = ("Nguyễn Thị Sáng", "Trần Văn Trưa", "Lê Thị Chiều", "Phạm Văn Tối")
STAYS = """
    MATCH (receipt:Receipt {venue_id: $venue_id, account_id: $account_id})
    RETURN receipt.visit_id AS visit_id, receipt.direction AS direction,
        receipt.colour AS colour, receipt.person_id AS person_id,
        receipt.of_visit_id AS of_visit_id, receipt.scanned_at AS scanned_at
    ORDER BY scanned_at, visit_id
"""
#: Whether the tablet can open the screen without network.
KEPT = """async () => navigator.serviceWorker.controller && await caches.has("gate")
    && (await (await caches.open("gate")).keys()).length"""
ACCOUNT = "MATCH (account:Account {name: 'gate_staff'}) RETURN account.account_id AS account_id"


def cccd(number: int) -> str:
    """The text of a chip card; each number is another person."""
    return f"0790{number % 100:02}{number:06}||{NAMES[number % 4]}|17051980|Nam|1 Lê Lợi|25122021"


def scans_of(graph: Graph) -> list[dict[str, Any]]:
    """Every scan that the officer made, in order."""
    [account] = rows_of(graph, ACCOUNT)
    return rows_of(graph, STAYS, venue_id=VENUE, **account)


def carry(app: Flask, graph: Graph, person_id: str) -> str:
    """What the personal code of somebody stored says."""
    row = {"person_id": person_id, "full_name": NAMES[0], "birth_year": 1980}
    merge_persons(graph, [row], Stamp("test", "test", datetime(2021, 7, 1, tzinfo=UTC)))
    with app.test_request_context():
        return personal_address(person_id)


class Hands:
    """An officer's hands at a tablet: a scanner that types, and the keys of a keyboard."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        watched.sign_in("gate_staff")
        self.page.locator("[data-when=online]").wait_for()

    @property
    def page(self) -> Page:
        """The screen."""
        return self.watched.page

    def scan(self, text: str) -> None:
        """Type as a USB scanner does: all of it in a moment, then Enter."""
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys, as slowly as fingers do."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(60)

    def confirm(self) -> None:
        """See that the card was read, and press Enter."""
        self.page.locator("[data-part=confirm]").wait_for()
        self.page.keyboard.press("Enter")

    def declare_well(self) -> None:
        """Answer no to everything, read the statement aloud, and send: four keys."""
        self.page.locator("[data-part=declare]").wait_for()
        self.press("1", "2", "3", "Enter")

    def expect(self, word: str, *, last: str) -> str:
        """Wait until the answer to another scan than the last says a word; return its key."""
        self.page.locator(f'[data-part=last]:not([data-key="{last}"])').wait_for()
        expect(self.page.locator(".answer .word")).to_have_text(word)
        return str(self.page.locator("[data-part=last]").get_attribute("data-key"))

    def kept(self, text: str, at: datetime) -> dict[str, Any]:
        """Send a scan of before, as an outbox does."""
        told = {
            "visit_id": uuid4().hex,
            "gate": self.page.locator(".scan [name=gate]").input_value(),
            "text": text,
            "confirmed": "yes",
            "scanned_at": at.isoformat(),
        }
        answer = self.page.request.post(f"{self.watched.address}/api/v1/gate/scans", data=told)
        assert answer.status == 201, answer.text()
        return dict(answer.json())


@pytest.fixture
def hands(visit: Visit, outbreak: Graph) -> Hands:
    """The officer at the gate of the market, on a large tablet with a scanner."""
    return Hands(visit(viewport=DESK))


def declare_at_home(app: Flask, person_id: str, at: datetime) -> None:
    """Have somebody come in elsewhere with a declaration that is valid everywhere for a day."""
    declaration = {
        "declaration_id": f"of-{person_id}",
        "kind": "place",
        "form_version": "1",
        "consent_hash": "0",
        "risk": "go",
        "made_at_s": int(at.timestamp()),
        "declared_for": "self",
        "reason": None,
        "sealed": "1.x",
    }
    app.extensions["intake"].submit(
        Scan(
            visit_id=f"at-home-{person_id}",
            digest=person_id,
            direction="in",
            person_id=person_id,
            venue_id="café",
            at=at,
            received_at=at,
            source="check-in",
            declaration=declaration,
        )
    )


def test_a_queue_of_thirty_is_served_with_keyboard_and_scanner_alone(
    served: Flask, outbreak: Graph, hands: Hands
) -> None:
    """Twelve go out again, ten carry a code and have declared, eight show a card and have not."""
    before = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    inside = [cccd(100 + number) for number in range(12)]
    for number, card in enumerate(inside):
        hands.kept(card, before + timedelta(minutes=number))
    carriers = [f"queue-{number}" for number in range(10)]
    codes = [carry(served, outbreak, person_id) for person_id in carriers]
    for person_id in carriers:
        declare_at_home(served, person_id, before)
    newcomers = [cccd(200 + number) for number in range(8)]
    stored_before = len(scans_of(outbreak))

    last = ""
    for number in range(12):
        hands.scan(inside[number])
        hands.confirm()
        last = hands.expect("Ra", last=last)
        if number < len(codes):
            hands.scan(codes[number])
            last = hands.expect("Được vào", last=last)
        if number < len(newcomers):
            hands.scan(newcomers[number])
            hands.confirm()
            hands.declare_well()
            expect(hands.page.locator(".answer.go .word")).to_have_text("Được vào")
            last = str(hands.page.locator("[data-part=last]").get_attribute("data-key"))

    scans = scans_of(outbreak)[stored_before:]
    first = [scan for scan in scans if scan["of_visit_id"] == scan["visit_id"]]
    out = [scan for scan in scans if scan["direction"] == "out"]
    declared = [scan for scan in scans if scan not in first and scan not in out]
    assert (len(first), len(out), len(declared)) == (18, 12, 8)
    assert len({scan["person_id"] for scan in (*first, *out)}) == 30
    assert {scan["colour"] for scan in declared} == {"go"}
    assert {scan["of_visit_id"] for scan in declared} <= {scan["visit_id"] for scan in first}
    assert not hands.watched.complaints
    assert not hands.watched.foreign


def test_two_seconds_after_an_answer_nothing_of_the_person_is_left(
    served: Flask, outbreak: Graph, hands: Hands
) -> None:
    card = cccd(301)
    number, name = card.split("|")[0], NAMES[1]
    hands.scan(card)
    hands.confirm()
    hands.declare_well()
    expect(hands.page.locator(".answer.go .who")).to_contain_text("Trưa")

    hands.page.locator(".answer").wait_for(state="detached")

    assert hands.page.evaluate("document.activeElement.id") == "text"
    hands.page.goto(f"{hands.watched.address}/gate/code")
    hands.page.go_back()
    hands.page.locator("[data-when=online]").wait_for()
    held = [*Phone(hands.watched).everything().values(), hands.page.content()]
    held.append(
        str(hands.page.evaluate("[...document.querySelectorAll('input')].map(i => i.value)"))
    )
    for personal in (number, name, name.split()[-1]):
        assert not [text for text in held if personal in text], "something is left"
    assert violations(hands.watched) == []


def test_a_red_answer_raises_one_alert_that_both_offices_acknowledge(
    outbreak: Graph, hands: Hands, visit: Visit
) -> None:
    desks = {role: visit(viewport=DESK) for role in ("commune_intake", "district_health")}
    for role, desk in desks.items():
        desk.sign_in(role)
        desk.open("/alerts")
    hands.scan(cccd(401))
    hands.confirm()
    hands.page.locator("[data-part=declare]").wait_for()
    for box in ("fever", "contact_case"):
        hands.page.locator(f"[name={box}]").focus()
        hands.press("Space")
    hands.press("3", "Enter")

    expect(hands.page.locator(".answer.stop .word")).to_have_text("Dừng")
    expect(hands.page.locator(".answer.stop .who")).to_have_text("Liên hệ y tế")
    # It stays until somebody presses a key.
    hands.page.wait_for_timeout(2200)
    expect(hands.page.locator(".answer.stop")).to_be_visible()
    hands.press("Enter")
    expect(hands.page.locator(".answer")).to_have_count(0)

    for desk in desks.values():
        # The list is live: nobody loads it again.
        row = desk.page.locator("tr", has_text=NAMES[1]).filter(has_text="mới")
        row.wait_for(timeout=20_000)
        row.get_by_role("button", name="Tiếp nhận").click()
        desk.page.wait_for_load_state()
        assert not desk.complaints
    offices = {COMMUNE: WARD, DISTRICT_HEALTH: DISTRICT}
    for office, unit_code in offices.items():
        found = find_alerts(outbreak, Desk(office, unit_code), datetime.now(UTC))
        [alert] = [one for one in found if one.full_name == NAMES[1]]
        assert all(one.acknowledged_at for one in alert.receivers)
        assert alert.reason == "declaration"


def test_without_network_scans_are_kept_and_stored_once_it_is_back(
    served: Flask, outbreak: Graph, hands: Hands
) -> None:
    phone = Phone(hands.watched)
    phone.wait_until(lambda: bool(hands.page.evaluate(KEPT)))
    card = cccd(501)
    before = len(scans_of(outbreak))
    began = datetime.now(UTC).replace(microsecond=0)

    phone.lose_network()
    hands.watched.open("/gate")
    hands.page.locator("[data-when=offline]").wait_for()
    hands.scan(card)
    expect(hands.page.locator(".answer .word")).to_have_text("Chờ")
    expect(hands.page.locator(".answer .who")).to_contain_text("chưa kiểm tra được")
    expect(hands.page.locator("[data-part=waiting-count]")).to_have_text("1")
    assert card.split("|")[0] not in str(phone.everything())
    ended = datetime.now(UTC)
    phone.find_network()

    expect(hands.page.locator("[data-when=waiting]")).to_be_hidden(timeout=20_000)
    [scan] = scans_of(outbreak)[before:]
    assert began <= scan["scanned_at"] <= ended
    assert phone.entries() == []


def test_a_scanner_that_types_beside_the_field_is_caught_and_shortcuts_are_for_fingers(
    hands: Hands,
) -> None:
    hands.scan(cccd(601))
    hands.confirm()
    hands.page.locator("[data-part=declare]").wait_for()
    first = hands.page.locator("[data-part=last]").get_attribute("data-key")

    # A scanner cannot know that something else has the focus; its digits tick no box.
    hands.page.evaluate(
        """text => {
            for (const key of [...text, "Enter"])
                document.activeElement.dispatchEvent(
                    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }""",
        cccd(602),
    )

    hands.page.locator("[data-part=confirm]").wait_for()
    expect(hands.page.locator("[data-part=confirm] .name")).to_have_text(NAMES[2])
    assert first


def test_the_last_scan_is_undone_by_keys(outbreak: Graph, hands: Hands) -> None:
    hands.scan(cccd(701))
    hands.confirm()
    hands.page.locator("[data-part=declare]").wait_for()
    hands.press("Escape")
    expect(hands.page.locator("[data-part=declare]")).to_have_count(0)

    hands.page.get_by_role("button", name="Hoàn tác").focus()
    hands.press("Enter")

    expect(hands.page.locator(".notice.go")).to_contain_text("Đã hoàn tác")
    assert hands.page.evaluate("document.activeElement.id") == "text"
