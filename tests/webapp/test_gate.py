"""The gate: one scan is one answer, people are declared for, and nobody is remembered there."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.accounts import add_account
from graph.alerts import COMMUNE, DISTRICT_HEALTH, Desk, find_alerts
from graph.batches import Stamp
from graph.database import Graph
from graph.errors import NotFound
from graph.isolations import merge_isolations
from graph.people import merge_persons
from graph.venues import merge_gate, merge_venues
from graph.visits import Visit, find_visits_of, get_visit
from tests.tables import table
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import DISTRICT, PASSWORD, VENUE, WARD, hashed
from tests.webapp.test_venues import scanned
from webapp import create_app
from webapp.consent import consent_in_force
from webapp.doors import door_of, open_door, reader
from webapp.formats import local
from webapp.identities import this_year
from webapp.personal_codes import personal_address
from webapp.settings import Settings

NAME, YEAR = "Nguyễn Thị Minh Khai", 1985
PHONE = "0912345678"
STAMP = Stamp("test", "test", datetime(2021, 7, 1, tzinfo=UTC))
#: What a healthy person declares.
WELL = {"no_symptoms": "yes", "no_contacts": "yes", "reason": "no_phone"}
KEY = re.compile(r'data-key="([0-9a-f]{32})"')
COLOUR = re.compile(r'<div class="answer (\w+) (band)?" role="alert"')


def cccd(number: int, name: str = NAME, year: int = YEAR) -> str:
    """The text of a chip card."""
    shown = f"079{'1' if year < 2000 else '3'}{year % 100:02}{number:06}"
    return f"{shown}||{name}|1705{year}|Nữ|1 Lê Lợi|25122021"


def new_card() -> str:
    """The text of a chip card that nobody has shown yet."""
    return cccd(uuid4().int % 1_000_000)


def bhyt() -> str:
    """The text of an insurance card that nobody has shown yet."""
    number = f"GD479{uuid4().int % 10**10:010}"
    return "|".join((number, NAME.encode().hex(), f"17/05/{YEAR}", "2", "-", "79 - 024"))


def national() -> str:
    """The text of a national code that nobody has shown yet."""
    number = f"0791{YEAR % 100}{uuid4().int % 1_000_000:06}"
    return f"{number}|NGUYEN THI MINH KHAI|{YEAR}-05-17|0|{uuid4().hex}|2<"


class Officer:
    """Somebody at a gate: sends scans as the page does, and reads what it answers."""

    def __init__(self, visitor: FlaskClient) -> None:
        self.visitor = visitor
        page = visitor.get("/gate").text
        found = TOKEN.search(page)
        assert found
        self.token = found[1]
        self.gate = re.search(r'name="gate" value="(\w+)"', page)[1]  # type: ignore[index]

    def send(self, address: str, **fields: Any) -> TestResponse:
        """Send a form of the screen."""
        told = {"csrf_token": self.token, "gate": self.gate, "part": "1", **fields}
        return self.visitor.post(address, data=told)

    def scan(self, text: str = "", minutes_ago: float = 0, **fields: Any) -> TestResponse:
        """Scan something that is known to be right, so many minutes ago."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        told = {"visit_id": uuid4().hex, "confirmed": "yes", "scanned_at": at.isoformat(), **fields}
        return self.send("/gate", **({"text": text} if text else {}), **told)

    def come_in(self, text: str = "", **fields: Any) -> str:
        """Scan somebody in, and return the key of the scan."""
        answer = self.scan(text, **fields)
        assert answer.status_code == 200, answer.text
        found = KEY.search(answer.text)
        assert found
        return found[1]

    def declare(self, key: str, **answers: str) -> TestResponse:
        """Declare for whoever was just scanned; they agree."""
        told = {"visit_id": uuid4().hex, "consent": consent_in_force().hash, **answers}
        return self.send(f"/gate/scans/{key}/declaration", **told)


@pytest.fixture(scope="module")
def app(outbreak: Graph, web_home: Path) -> Iterator[Flask]:
    """One app for the file: nobody's scan changes what another one is answered."""
    made = create_app(outbreak, Settings(TRUYVET_HOME=web_home))
    made.extensions["intake"].seconds = 60
    yield made
    made.extensions["intake"].close()


def signed_in(app: Flask, name: str) -> FlaskClient:
    """Sign somebody in by the form, in a browser of their own."""
    visitor = app.test_client()
    assert send(visitor, "/sign-in", name=name, password=PASSWORD).status_code == 303
    return visitor


@pytest.fixture(scope="module")
def officer(app: Flask) -> Officer:
    """The officer at the gate of the market."""
    return Officer(signed_in(app, "gate_staff"))


@pytest.fixture(scope="module")
def manager(app: Flask) -> Officer:
    """Whoever runs the market, at its gate too."""
    return Officer(signed_in(app, "venue_manager"))


def carry(app: Flask, graph: Graph, person_id: str) -> str:
    """Return what the personal code of somebody stored says."""
    row = {"person_id": person_id, "full_name": "Lê Bình", "birth_year": 1970}
    merge_persons(graph, [row], STAMP)
    with app.test_request_context():
        return personal_address(person_id)


def colour(answer: TestResponse) -> str:
    """The colour of an answer that takes the whole screen, or of its band above a panel."""
    found = COLOUR.search(answer.text)
    return found[1] if found else ""


def visit(graph: Graph, visit_id: str) -> Visit:
    """What is stored of a visit now."""
    return get_visit(graph, visit_id, datetime.now(UTC) + timedelta(seconds=1))


READ = """
    what                    | first   | asks
    personal code           | done    |
    chip card               | confirm | Nguyễn Thị Minh Khai
    insurance card          | confirm | Nguyễn Thị Minh Khai
    national code           | confirm | NGUYEN THI MINH KHAI
    bare number             | name    | CCCD
    name and year           | done    |
    code of a venue         | refused | mã của địa điểm
    code of nobody          | refused | Không có mã cá nhân này
    something else          | refused | Không đọc được
    nothing                 | refused | quét mã hoặc thẻ
    year of nobody          | refused | bốn chữ số
"""


@pytest.mark.parametrize("row", table(READ), ids=lambda row: row["what"])
def test_what_is_scanned_or_typed_is_recorded_shown_for_confirmation_or_refused(
    app: Flask, outbreak: Graph, officer: Officer, row: dict[str, str]
) -> None:
    with app.test_request_context():
        stranger = reader().personal_code("0" * 26)
        poster = door_of(officer.gate).code
    typed = {"full_name": "Phan Văn Cả", "birth_year": "1940"}
    told: dict[str, dict[str, str]] = {
        "personal code": {"text": carry(app, outbreak, "carrier-1")},
        "chip card": {"text": new_card()},
        "insurance card": {"text": bhyt()},
        "national code": {"text": national()},
        "bare number": {"text": new_card().partition("|")[0]},
        "name and year": typed,
        "code of a venue": {"text": f"http://localhost/c/{poster}"},
        "code of nobody": {"text": f"http://localhost/p/{stranger}"},
        "something else": {"text": "xin chào, tôi là An"},
        "nothing": {},
        "year of nobody": {**typed, "birth_year": "1800"},
    }
    answer = officer.scan(confirmed="", **told[row["what"]])

    got = "refused" if answer.status_code == 422 else "done" if colour(answer) else ""
    for panel in ("confirm", "name"):
        if f'data-part="{panel}"' in answer.text:
            got = panel
    assert got == row["first"]
    assert row["asks"] in answer.text
    for text in told[row["what"]].values():
        number = re.match(r"[A-Z]{0,2}\d{9,}", text)
        shown = re.sub(r'<input type="hidden"[^>]*>', "", answer.text)
        assert number is None or number[0] not in shown, "a number is shown whole"


def test_the_same_card_is_one_person_and_the_same_number_under_another_name_is_another(
    outbreak: Graph, officer: Officer
) -> None:
    card = new_card()
    first = visit(outbreak, officer.come_in(card, minutes_ago=30))

    out = officer.scan(card.replace("Nguyễn Thị Minh Khai", "NGUYEN  THI MINH KHAI"))
    other = visit(outbreak, officer.come_in(card.replace(NAME, "Trần Văn Ẩn")))

    assert 'class="way out"' in out.text
    assert "KHAI" in out.text
    assert visit(outbreak, first.visit_id).left_at is not None
    assert other.person_id != first.person_id
    [again] = find_visits_of(outbreak, first.person_id, datetime.now(UTC), 5)
    assert again.visit_id == first.visit_id


def test_a_typed_name_is_one_person_on_one_day_at_one_venue(
    outbreak: Graph, officer: Officer
) -> None:
    typed = {"full_name": "Phan Thị Đào", "birth_year": "1941"}
    long_ago = datetime.now(UTC) - timedelta(days=2)

    first = officer.come_in(**typed, minutes_ago=5)
    out = officer.scan(**typed)
    before = officer.come_in(**typed, direction="in", scanned_at=long_ago.isoformat())

    assert 'class="way out"' in out.text
    assert visit(outbreak, before).person_id != visit(outbreak, first).person_id


DECLARED = """
    answers                                   | status | colour
    no_symptoms no_contacts                   | 200    | go
    no_symptoms travelled                     | 200    | go
    fever no_contacts                         | 200    | wait
    no_symptoms contact_case                  | 200    | wait
    fever cough contact_area                  | 200    | stop
    no_symptoms                               | 422    |
    no_contacts                               | 422    |
    no_symptoms fever no_contacts             | 422    |
    no_symptoms no_contacts -consent          | 422    |
    no_symptoms no_contacts -reason           | 422    |
    no_symptoms travelled -travelled_to       | 422    |
"""


@pytest.mark.parametrize("row", table(DECLARED), ids=lambda row: row["answers"])
def test_who_has_not_declared_is_amber_until_somebody_declares_on_behalf(
    outbreak: Graph, officer: Officer, row: dict[str, str]
) -> None:
    key = officer.come_in(new_card(), minutes_ago=3)
    words = row["answers"].split()
    told = {word: "yes" for word in words if not word.startswith("-")}
    told |= {"reason": "elderly", "travelled_to": "Long An"}
    told |= {word[1:]: "" for word in words if word.startswith("-")}

    answer = officer.declare(key, **told)

    assert answer.status_code == int(row["status"])
    assert colour(answer) == row["colour"]
    assert ('data-part="declare"' in answer.text) == (row["status"] == "422")
    if row["status"] == "422":
        assert "aria-invalid" in answer.text
    # However long it took to declare, it is one visit.
    [only] = find_visits_of(outbreak, visit(outbreak, key).person_id, datetime.now(UTC), 5)
    assert only.visit_id == key


def alerts_about(graph: Graph, visit_id: str) -> list[tuple[str, str]]:
    """Which offices have an alert about a visit, each once, and why."""
    now = datetime.now(UTC)
    return [
        (desk.office, one.reason)
        for desk in (Desk(COMMUNE, WARD), Desk(DISTRICT_HEALTH, DISTRICT))
        for one in find_alerts(graph, desk, now)
        if one.visit_id == visit_id
    ]


def test_red_raises_one_alert_for_both_offices_and_the_screen_does_not_say_why(
    outbreak: Graph, officer: Officer
) -> None:
    key = officer.come_in(new_card())
    assert alerts_about(outbreak, key) == []

    sick = {"fever": "yes", "contact_case": "yes", "reason": "elderly", "visit_id": uuid4().hex}
    answers = [officer.declare(key, **sick) for _ in range(2)]
    officer.send(f"/gate/scans/{key}/alert")

    assert [colour(answer) for answer in answers] == ["stop", "stop"]
    assert "Dừng" in answers[0].text
    assert "Liên hệ y tế" in answers[0].text
    for word in ("Sốt", "tiếp xúc", "cách ly", "Khai"):
        assert word not in answers[0].text
    assert alerts_about(outbreak, key) == [
        (COMMUNE, "declaration"),
        (DISTRICT_HEALTH, "declaration"),
    ]


def test_who_is_isolated_is_stopped_without_a_word_of_it(
    app: Flask, outbreak: Graph, officer: Officer
) -> None:
    code = carry(app, outbreak, "kept-apart")
    isolation = {"isolation_id": "kept-apart", "person_id": "kept-apart", "venue_id": "home-2"}
    started = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    merge_isolations(outbreak, [{**isolation, "started_at": started}], STAMP)

    answer = officer.scan(code)

    assert colour(answer) == "stop"
    assert "cách ly" not in answer.text
    assert "Bình" not in answer.text
    [key] = KEY.findall(answer.text)
    assert [reason for _, reason in alerts_about(outbreak, key)] == ["isolation", "isolation"]


def test_an_officer_raises_an_alert_by_hand_about_whoever_was_scanned(
    outbreak: Graph, officer: Officer
) -> None:
    key = officer.come_in(new_card())

    answer = officer.send(f"/gate/scans/{key}/alert")

    assert "Đã báo cho cơ quan y tế" in answer.text
    assert alerts_about(outbreak, key) == [(COMMUNE, "by_hand"), (DISTRICT_HEALTH, "by_hand")]


def test_whoever_goes_out_is_not_asked_to_declare(officer: Officer) -> None:
    card = new_card()
    officer.come_in(card, minutes_ago=10)

    answer = officer.scan(card)

    assert colour(answer) == "go"
    assert 'data-part="declare"' not in answer.text


@pytest.mark.parametrize(
    ("direction", "shown"),
    [
        pytest.param("", 'class="way out"', id="by itself whoever is in goes out"),
        pytest.param("in", 'class="way in"', id="forced in, whoever is in comes in anew"),
        pytest.param("out", 'class="way out"', id="forced out"),
    ],
)
def test_the_store_decides_the_direction_unless_the_officer_does(
    app: Flask, outbreak: Graph, officer: Officer, direction: str, shown: str
) -> None:
    code = carry(app, outbreak, f"directed-{direction}")
    officer.declare(officer.come_in(code, minutes_ago=10), **WELL)

    assert shown in officer.scan(code, direction=direction).text


def test_nobody_is_forced_out_who_is_not_in(officer: Officer) -> None:
    answer = officer.scan(new_card(), direction="out")

    assert answer.status_code == 422
    assert "Chưa có lượt vào nào" in answer.text


def test_the_last_scan_is_undone_by_its_officer_alone(
    outbreak: Graph, officer: Officer, manager: Officer
) -> None:
    card = new_card()
    key = officer.come_in(card, minutes_ago=10)
    out = KEY.findall(officer.scan(card).text)[0]

    other = manager.send(f"/gate/scans/{out}/undo")
    assert other.status_code == 422
    assert visit(outbreak, key).left_at is not None

    assert "Đã hoàn tác" in officer.send(f"/gate/scans/{out}/undo").text
    assert visit(outbreak, key).left_at is None
    assert "Đã hoàn tác" in officer.send(f"/gate/scans/{key}/undo").text
    with pytest.raises(NotFound):
        visit(outbreak, key)


def test_a_scan_sent_twice_is_one_and_its_key_takes_no_other(
    outbreak: Graph, officer: Officer
) -> None:
    card, at = new_card(), datetime.now(UTC).isoformat()
    same = {"visit_id": uuid4().hex, "scanned_at": at}
    answers = [officer.scan(card, **same) for _ in range(2)]

    assert [KEY.findall(answer.text) for answer in answers] == [[same["visit_id"]]] * 2
    assert officer.scan(new_card(), **same).status_code == 422
    [only] = find_visits_of(
        outbreak, visit(outbreak, same["visit_id"]).person_id, datetime.now(UTC), 5
    )
    assert only.visit_id == same["visit_id"]


def kept_scan(officer: Officer, **changed: Any) -> dict[str, Any]:
    """A scan as an outbox sends it an hour later."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    return {
        "visit_id": uuid4().hex,
        "gate": officer.gate,
        "text": new_card(),
        "confirmed": "yes",
        "scanned_at": at.isoformat(),
        "sent_at": datetime.now(UTC).isoformat(),
        **changed,
    }


def test_an_outbox_sends_a_scan_once_with_the_time_it_was_made(
    outbreak: Graph, officer: Officer
) -> None:
    told = kept_scan(officer)
    address = "/api/v1/gate/scans"

    first, again = [officer.visitor.post(address, json=told) for _ in range(2)]
    other = officer.visitor.post(address, json={**told, "text": new_card()})
    foreign = officer.visitor.post(
        address, json=kept_scan(officer), headers={"Origin": "https://evil.example"}
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json is not None
    assert first.json.keys() == {"visit_id", "direction", "colour"}
    assert visit(outbreak, told["visit_id"]).arrived_at.isoformat() == told["scanned_at"]
    assert (other.status_code, foreign.status_code) == (422, 403)
    # What was sent live and then kept, because no answer came, is the same scan.
    live = officer.scan(told["text"], visit_id=told["visit_id"], scanned_at=told["scanned_at"])
    assert KEY.findall(live.text) == [told["visit_id"]]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"text": "xin chào"}, 422, id="no card"),
        pytest.param({"text": "079185012399"}, 422, id="a number without a name"),
        pytest.param({"text": None}, 422, id="nobody"),
        pytest.param({"gate": "0000000000"}, 404, id="no gate of this venue"),
        pytest.param({"visit_id": "short"}, 400, id="no key"),
        pytest.param({"role": "administrator"}, 422, id="a field that is not asked for"),
    ],
)
def test_what_an_outbox_cannot_have_meant_is_told_as_a_problem(
    officer: Officer, changed: dict[str, Any], status: int
) -> None:
    answer = officer.visitor.post("/api/v1/gate/scans", json=kept_scan(officer, **changed))

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_gate_of_another_venue_is_none(outbreak: Graph, officer: Officer) -> None:
    foreign = merge_gate(outbreak, "café")
    own_hall = merge_gate(outbreak, "market/a")

    assert officer.visitor.get(f"/gate?gate={foreign}").status_code == 404
    assert officer.visitor.get(f"/gate?gate={own_hall}").status_code == 200
    answer = officer.visitor.post("/api/v1/gate/scans", json=kept_scan(officer, gate=foreign))
    assert answer.status_code == 404


def test_an_account_of_a_venue_sees_no_other_and_no_persons(
    outbreak: Graph, officer: Officer, manager: Officer
) -> None:
    owner, staff = manager.visitor, officer.visitor

    assert owner.get(f"/venues/{VENUE}").status_code == 200
    assert owner.get("/venues/market~2Fa").status_code == 200
    assert "dưới 5" in owner.get(f"/venues/{VENUE}").text
    for path in ("/venues/café", f"/venues/{VENUE}/days/2021-07-01", "/people/S", "/cases/case-1"):
        assert owner.get(path).status_code == 404, path
        assert staff.get(path).status_code == 404, path
    assert staff.get(f"/venues/{VENUE}").status_code == 404


def test_an_account_bound_to_no_venue_finds_no_gate(outbreak: Graph, app: Flask) -> None:
    add_account(outbreak, name="unbound", role="gate_staff", password_hash=hashed())
    visitor = signed_in(app, "unbound")

    assert visitor.get("/gate").status_code == 404
    assert visitor.get(f"/venues/{VENUE}").status_code == 404


def test_the_screen_holds_nothing_of_whoever_stood_there_and_is_never_kept(
    officer: Officer, caplog: pytest.LogCaptureFixture
) -> None:
    card = new_card()
    number = card.partition("|")[0]
    key = officer.come_in(card)
    answer = officer.declare(key, **WELL)

    screen = officer.visitor.get("/gate")

    for told in (answer.text, screen.text, caplog.text):
        assert number not in told
        assert NAME not in told
    assert key not in screen.text
    assert screen.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in screen.text


def test_only_what_was_scanned_just_now_can_be_declared_for(
    officer: Officer, manager: Officer
) -> None:
    key = officer.come_in(new_card())

    assert "không còn nữa" in manager.declare(key, **WELL).text
    assert "không còn nữa" in officer.declare("no-such-scan-000000", **WELL).text
    # A citizen's own scan is not the officer's.
    assert "không còn nữa" in officer.declare("9", **WELL).text


def test_while_the_store_is_away_the_screen_is_told_to_keep_the_scan(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    other = make_app(outbreak)
    officer = Officer(signed_in(other, "gate_staff"))
    other.extensions["intake"].close()

    answer = officer.scan(new_card())
    kept = officer.visitor.post("/api/v1/gate/scans", json=kept_scan(officer))

    assert (answer.status_code, kept.status_code) == (503, 503)
    assert "data-gate-screen" not in answer.text
    assert kept.headers["Retry-After"]


@pytest.fixture
def shop(outbreak: Graph, app: Flask) -> Officer:
    """The officer of a shop of its own: nobody else is in."""
    venue_id = f"shop-{uuid4().hex[:8]}"
    merge_venues(outbreak, [{"venue_id": venue_id, "category": "essential_shop"}], STAMP)
    name = f"officer-of-{venue_id}"
    add_account(outbreak, name=name, role="gate_staff", password_hash=hashed(), venue_id=venue_id)
    return Officer(signed_in(app, name))


def test_at_closing_time_two_presses_check_everybody_out_and_one_takes_it_back(
    outbreak: Graph, shop: Officer
) -> None:
    keys = [shop.come_in(new_card(), minutes_ago=60 + n) for n in range(6)]
    visitor, token = shop.visitor, {"csrf_token": shop.token, "gate": shop.gate}
    at = re.search(r'name="left_at"[^>]*value="([^"]+)"', visitor.get("/gate/closing").text)
    assert at
    told = {**token, "left_at": at[1]}

    asked = visitor.post("/gate/closing", data=told).text
    assert "6 người" in asked
    assert visit(outbreak, keys[0]).left_at is None

    done = visitor.post("/gate/closing", data={**told, "confirmed": "yes"}).text
    left = {visit(outbreak, key).left_at for key in keys}
    assert "6 người" in done
    assert len(left) == 1
    assert None not in left

    closed = re.search(r'name="closed"[^>]*value="([^"]+)"', done)
    assert closed
    back = visitor.post("/gate/closing/undo", data={**token, "closed": closed[1]}).text
    assert "6 người" in back
    assert {visit(outbreak, key).left_at for key in keys} == {None}
    assert visitor.post("/gate/closing/undo", data={**token, "closed": "x"}).status_code == 422


def test_closing_tells_no_number_under_five(outbreak: Graph, shop: Officer) -> None:
    shop.come_in(new_card(), minutes_ago=60)

    page = shop.visitor.get("/gate/closing").text

    assert "dưới 5 người" in page
    assert "1 người" not in page


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"left_at": "01/01/2020 10:00"}, "trước khi", id="out before in"),
        pytest.param({"arrived_at": "01/01/2020 10:00"}, "28 ngày", id="too old to be kept"),
        pytest.param({"arrived_at": "01/01/2090 10:00"}, "tương lai", id="not yet"),
        pytest.param({"number": "12"}, "không phải số", id="no number"),
        pytest.param({"birth_year": "1800"}, "bốn chữ số", id="nobody is so old"),
        pytest.param({"visit_id": ""}, "tải lại", id="no key"),
    ],
)
def test_a_slip_of_paper_is_stored_with_its_own_times_or_told_what_is_wrong(
    outbreak: Graph, officer: Officer, changed: dict[str, str], reason: str
) -> None:
    came = (datetime.now(UTC) - timedelta(days=3)).replace(second=0, microsecond=0)
    went = came + timedelta(minutes=45)
    shown = [local(one) for one in (came, went)]
    slip = {
        "csrf_token": officer.token,
        "gate": officer.gate,
        "visit_id": uuid4().hex,
        "full_name": "Phạm Văn Giấy",
        "birth_year": "1950",
        "arrived_at": shown[0],
        "left_at": shown[1],
    }
    answers = [officer.visitor.post("/gate/paper", data=slip) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    stored = visit(outbreak, slip["visit_id"])
    assert (stored.arrived_at, stored.left_at, stored.source) == (came, went, "paper")
    wrong = officer.visitor.post("/gate/paper", data={**slip, "visit_id": uuid4().hex, **changed})
    assert wrong.status_code == 422
    assert reason in wrong.text


def test_a_printed_card_holds_a_code_and_nothing_else_and_opens_every_gate(
    outbreak: Graph, officer: Officer
) -> None:
    told = {"full_name": "Ngô Thị Không Máy", "birth_year": "1938", "csrf_token": officer.token}

    card = officer.visitor.post("/gate/card", data=told).text
    drawing = re.search(r"<svg.*?</svg>", card[card.index("drawn") :], re.S)
    assert drawing
    text = scanned(drawing[0].encode())

    assert re.fullmatch(r"http://127\.0\.0\.1:8080/p/3[0-9A-Z]{39}", text)
    assert "Không Máy" not in card
    assert "1938" not in card
    assert "Máy" in officer.scan(text).text
    opened = officer.visitor.get(text.partition("8080")[2]).text
    for personal in ("Máy", "1938"):
        assert personal not in opened, "whoever finds a card reads something"


def test_the_code_on_the_gates_screen_opens_its_door(
    app: Flask, outbreak: Graph, officer: Officer
) -> None:
    drawn = scanned(officer.visitor.get(f"/gate/code.svg?gate={officer.gate}").data)

    with app.test_request_context():
        assert open_door(drawn).gate.code == officer.gate
    seconds = re.search(r'data-seconds="(\d+)"', officer.visitor.get("/gate/code").text)
    assert seconds
    assert 0 < int(seconds[1]) <= 300


def test_a_scan_asks_the_store_no_more_than_it_must(
    app: Flask, outbreak: Graph, officer: Officer, questions: list[str]
) -> None:
    code = carry(app, outbreak, "carrier-2")
    officer.declare(officer.come_in(code), **WELL)
    questions.clear()

    officer.scan(code)

    assert [
        name for name in questions if not name.startswith(("intake/", "visits/", "changes/"))
    ] == [
        "accounts/get_account_by_id",
        "identifiers/find_persons_of",
    ]


def test_the_year_of_a_card_is_one_in_which_people_alive_were_born(officer: Officer) -> None:
    born_tomorrow = {"full_name": "Lê Mai Sau", "birth_year": str(this_year() + 1)}

    assert officer.scan(**born_tomorrow).status_code == 422
