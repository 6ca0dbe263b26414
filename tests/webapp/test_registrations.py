"""The desks of registrations, and the public form: what each office sees, may do, and is told."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.accounts import add_account
from graph.database import Graph
from graph.periods import local_day
from graph.registrations import (
    Actor,
    find_area,
    get_registration,
    link_venue,
    move,
    record_registrations,
)
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import OVERDUE, PASSWORD, PERSONAL, REGISTRATION, VENUE, WARD, hashed
from webapp.throttle import REGISTRATIONS_OF_ADDRESS

SignIn = Callable[[str], FlaskClient]
KEY = re.compile(r'name="key"[^>]*value="([0-9a-f]{32})"')
PHONE = "+84912345678"
UNIT = {
    "name": "Công ty May Bình Tây",
    "category": "company",
    "unit_code": WARD,
    "address": "12 Tháp Mười",
    "representative": "Lý Thị Sen",
    "phone": "0912 345 678",
    "email": "sen@example.vn",
}


def take_in(graph: Graph, key: str, name: str, state: str = "submitted", **told: object) -> str:
    """Take in a unit of the ward, in the chain with districts; return its id."""
    registration_id = key.ljust(32, "0")
    row = {"registration_id": registration_id, "unit_code": WARD, "name": name, "source": "list"}
    row |= {"category": "market", "contact_sealed": "1.x", "round_id": "round", "state": state}
    record_registrations(graph, [{**row, **told}], Actor("commune_intake", WARD), now())
    return registration_id


def now() -> datetime:
    """This second."""
    return datetime.now(UTC)


def state_of(graph: Graph, registration_id: str) -> str:
    """The state that a registration is in."""
    everywhere = find_area(graph, Actor("city_ict"), local_day(now()))
    return get_registration(graph, registration_id, everywhere, now()).state


def press(visitor: FlaskClient, page: str, to: str, *ids: str, **told: object):
    """Press a button of a desk for some units."""
    opened = visitor.get(page).text
    token, key = TOKEN.search(opened), KEY.search(opened)
    assert token
    assert key
    fields = {"csrf_token": token[1], "key": key[1], "next": page, "to": to, **told}
    return visitor.post("/registrations/moves", data={**fields, "registration_id": list(ids)})


def row_of(visitor: FlaskClient, name: str, page: str = "/registrations") -> str:
    """The row of a unit in a list, empty if it is not there."""
    rows = re.findall(r"<tr[^>]*>.*?</tr>", visitor.get(page).text, re.S)
    return next((row for row in rows if name in row), "")


def test_a_desk_lists_its_units_the_overdue_on_top_with_a_word(sign_in: SignIn) -> None:
    page = sign_in("commune_intake").get("/registrations").text

    assert page.index("Tiệm tạp hoá Bà Sáu") < page.index("Chợ Phú Lâm")
    row = row_of(sign_in("commune_intake"), "Tiệm tạp hoá Bà Sáu")
    assert 'class="overdue"' in row
    assert "quá hạn" in row
    assert "quá hạn" not in row_of(sign_in("commune_intake"), "Chợ Phú Lâm")
    assert row_of(sign_in("district_intake"), "Chợ Phú Lâm") == ""
    assert row_of(sign_in("district_intake"), "Chợ Phú Lâm", "/registrations?show=all")


def test_units_are_moved_together_and_taken_back_together(outbreak: Graph, sign_in: SignIn) -> None:
    ids = [take_in(outbreak, f"a{n}", f"Cửa hàng {n}") for n in range(2)]
    ward = sign_in("commune_intake")

    answer = press(ward, "/registrations", "accepted", *ids)
    listed = ward.get(answer.location).text

    assert answer.status_code == 303
    assert [state_of(outbreak, one) for one in ids] == ["accepted"] * 2
    assert "Đã chuyển 2 đơn vị" in listed
    token = TOKEN.search(listed)
    assert token
    told = {"csrf_token": token[1], "done": answer.location.partition("done=")[2]}
    assert ward.post("/registrations/moves/back", data=told).status_code == 303
    assert [state_of(outbreak, one) for one in ids] == ["submitted"] * 2


def test_a_step_that_wants_a_reason_asks_for_it_first_and_its_evidence_is_shown(
    outbreak: Graph, sign_in: SignIn
) -> None:
    key = take_in(outbreak, "b1", "Ngân hàng Phú Lâm")
    ward = sign_in("commune_intake")
    page = f"/registrations/{key}"

    asked = press(ward, page, "excluded", key)
    empty = press(ward, page, "excluded", key, asked="1", basis="own_code", reason=" ")
    assert (asked.status_code, empty.status_code) == (200, 422)
    assert "Viết lý do" in empty.text
    assert state_of(outbreak, key) == "submitted"
    told = {"basis": "own_code", "issuer": "Hội sở", "issued_code": "NH-7", "reason": "đã có mã"}
    given = press(ward, page, "excluded", key, asked="1", issued_on="01/06/2021", **told)

    assert given.status_code == 303
    shown = ward.get(page).text
    for text in ("Hội sở", "NH-7", "01/06/2021", "đã có mã", "Mở lại"):
        assert text in shown
    reopened = press(ward, page, "submitted", key, ask="1", asked="1", reason="mã hết hạn")
    assert reopened.status_code == 303
    assert state_of(outbreak, key) == "submitted"


def test_a_duplicate_names_the_unit_that_it_repeats(outbreak: Graph, sign_in: SignIn) -> None:
    first = take_in(outbreak, "c1", "Trường Phú Định", tax_number="0312345678")
    second = take_in(outbreak, "c2", "TRUONG PHU DINH", tax_number="0312345678")
    ward = sign_in("commune_intake")
    page = f"/registrations/{second}"

    offered = press(ward, page, "duplicate", second).text
    foreign = press(ward, page, "duplicate", second, asked="1", same_as=OVERDUE, reason="x")
    given = press(ward, page, "duplicate", second, asked="1", same_as=first, reason="một trường")

    assert "cùng tên, cùng mã số thuế" in offered
    assert (foreign.status_code, given.status_code) == (422, 303)
    assert f"/registrations/{first}" in ward.get(page).text


def test_who_comes_second_is_told_which_units_stayed(outbreak: Graph, sign_in: SignIn) -> None:
    key = take_in(outbreak, "d1", "Nhà thuốc Số 5")
    ward = sign_in("commune_intake")
    office = Actor("commune_intake", WARD)
    opened = ward.get("/registrations").text
    move(outbreak, [key], "rejected", office, at=now(), key="first", reason="x")
    token, sent = TOKEN.search(opened), KEY.search(opened)
    assert token
    assert sent

    told = {"csrf_token": token[1], "key": sent[1], "to": "accepted", "registration_id": key}
    answer = ward.post("/registrations/moves", data=told)

    assert answer.status_code == 409
    assert "Nhà thuốc Số 5" in answer.text
    assert "từ chối" in answer.text
    assert state_of(outbreak, key) == "rejected"


def test_what_is_pressed_that_no_button_offers_is_not_done(
    outbreak: Graph, sign_in: SignIn
) -> None:
    key = take_in(outbreak, "e1", "Chợ Bình Phú")
    ward, city = sign_in("commune_intake"), sign_in("city_ict")

    assert press(ward, "/registrations", "account_issued", key).status_code == 409
    assert press(ward, "/registrations", "castle", key).status_code == 422
    assert press(ward, "/registrations", "accepted").status_code == 303
    opened = city.get("/registrations?show=all").text
    token = TOKEN.search(opened)
    assert token
    told = {"csrf_token": token[1], "key": "k", "to": "accepted", "registration_id": key}
    assert city.post("/registrations/moves", data=told).status_code == 409
    assert state_of(outbreak, key) == "submitted"


def test_another_commune_sees_nothing_and_moves_nothing(app: Flask, outbreak: Graph) -> None:
    given = {"role": "commune_intake", "password_hash": hashed(), "unit_code": "27344"}
    add_account(outbreak, name="far-ward", **given)
    visitor = app.test_client()
    send(visitor, "/sign-in", name="far-ward", password=PASSWORD)

    listed = visitor.get("/registrations?show=all").text
    token = TOKEN.search(listed)
    assert token
    told = {"csrf_token": token[1], "key": "k", "to": "accepted", "registration_id": REGISTRATION}
    answer = visitor.post("/registrations/moves", data=told)

    assert "Chợ Phú Lâm" not in listed
    assert visitor.get(f"/registrations/{REGISTRATION}").status_code == 404
    assert answer.status_code == 409
    assert "Chợ Phú Lâm" not in answer.text
    assert "Chợ Phú Lâm" not in visitor.get("/registrations/files/csv?show=all").text


def test_a_unit_passed_on_leaves_the_desk(outbreak: Graph, sign_in: SignIn) -> None:
    key = take_in(outbreak, "f1", "Hợp tác xã Ngoài Phường")
    ward = sign_in("commune_intake")
    page = "/registrations?text=hop+tac"

    assert "Chuyển đúng nơi tiếp nhận" in ward.get(page).text
    asked = press(ward, page, "pass_on", key)
    given = press(ward, page, "pass_on", key, asked="1", unit_code=WARD, category="mass_org")

    assert (asked.status_code, given.status_code) == (200, 303)
    assert row_of(ward, "Hợp tác xã", "/registrations") == ""
    assert row_of(sign_in("district_intake"), "Hợp tác xã", "/registrations")


def test_a_desk_is_narrowed_down_by_its_address_and_given_as_a_file(sign_in: SignIn) -> None:
    ward = sign_in("commune_intake")

    found = ward.get("/registrations?show=all&text=TIEM+TAP+HOA").text
    wrong = ward.get("/registrations?state=castle")
    file = ward.get("/registrations/files/csv?text=tiem").data.decode("utf-8-sig")
    table = list(csv.reader(file.splitlines()))

    assert "Tiệm tạp hoá Bà Sáu" in found
    assert "Chợ Phú Lâm" not in found
    assert wrong.status_code == 422
    assert ward.get("/registrations?page=99").status_code == 404
    assert ward.get("/registrations/files/xlsx").data.startswith(b"PK")
    assert ward.get("/registrations/files/pdf").status_code == 404
    assert table[0][:3] == ["Số", "Đơn vị", "Loại hình"]
    assert [row[1] for row in table[1:]] == ["Tiệm tạp hoá Bà Sáu"]


def test_the_funnel_counts_what_its_links_open(sign_in: SignIn) -> None:
    district = sign_in("district_intake")

    page = district.get("/registrations/funnel?by=both&category=market").text
    links = re.findall(r'<a href="(/registrations\?[^"]+)">([0-9.]+)</a>', page)

    assert links
    for address, count in {(link.replace("&amp;", "&"), number) for link, number in links}:
        listed = district.get(address).text
        assert f"<caption>{count} đơn vị</caption>" in listed, address


def test_an_officer_enters_a_unit_of_the_own_area(outbreak: Graph, sign_in: SignIn) -> None:
    ward = sign_in("commune_intake")
    new, to, key = "/registrations/new", "/registrations", "a" * 32

    faulty = fill_in(ward, new, to, phone="12", email="x", key=key)
    stored = fill_in(ward, new, to, key=key)
    again = fill_in(ward, new, to, key=key)
    other = fill_in(ward, new, to, key=key, name="Khác")
    elsewhere = fill_in(ward, new, to, unit_code="27344")

    assert (faulty.status_code, other.status_code) == (422, 422)
    assert elsewhere.status_code == 422
    assert 'value="12"' in faulty.text
    assert (stored.status_code, again.status_code) == (303, 303)
    shown = ward.get(stored.location).text
    for text in ("Lý Thị Sen", PHONE, "sen@example.vn", "cán bộ nhập"):
        assert text in shown
    assert PHONE not in str(raw(outbreak, key))


def raw(graph: Graph, registration_id: str) -> dict[str, object]:
    """All that the store itself holds of a registration."""
    query = "MATCH (r:Registration {registration_id: $key}) RETURN properties(r) AS stored"
    return graph.replacing("tests/raw", query).read("tests/raw", key=registration_id)[0]["stored"]


def fill_in(visitor: FlaskClient, page: str, to: str | None = None, **changed: str):
    """Open the form of a unit, fill it in, and send it."""
    opened = visitor.get(page).text
    token, key = TOKEN.search(opened), KEY.search(opened)
    assert token
    assert key
    told = {"csrf_token": token[1], "key": key[1], **UNIT, **changed}
    return visitor.post(to or page, data=told)


def register(client: FlaskClient, **changed: str) -> str:
    """Register a unit by the public form; return the address of its receipt."""
    answer = fill_in(client, "/register", **changed)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_unit_registers_itself_and_corrects_what_it_is_asked(
    client: FlaskClient, outbreak: Graph, sign_in: SignIn
) -> None:
    receipt = register(client, name="Quán Cơm Tấm Ba Ghiền")
    ward = sign_in("commune_intake")
    page = ward.get("/registrations?text=com+tam").text
    found = re.search(r"/registrations/([0-9a-f]{32})", page)
    assert found
    shown = client.get(receipt).text
    assert "Quán Cơm Tấm Ba Ghiền" in shown
    assert found[1] not in shown
    assert "0912" not in shown
    assert client.get(f"{receipt}/correction").status_code == 302

    told = {"asked": "1", "reason": "Ghi rõ số nhà"}
    press(ward, f"/registrations/{found[1]}", "needs_correction", found[1], **told)
    assert "Ghi rõ số nhà" in client.get(receipt).text
    assert PHONE in client.get(f"{receipt}/correction").text
    changed = {"name": "Quán Cơm Tấm Ba Ghiền", "address": "84 Đặng Văn Ngữ"}
    sent = fill_in(client, f"{receipt}/correction", **changed)

    assert sent.status_code == 303
    assert state_of(outbreak, found[1]) == "submitted"
    steps = ward.get(f"/registrations/{found[1]}").text
    assert "84 Đặng Văn Ngữ" in steps
    assert "Đã sửa:" in steps


def test_a_link_that_was_not_signed_opens_nothing(client: FlaskClient) -> None:
    receipt = register(client, name="Tiệm Bánh")

    for wrong in ("/register/none", f"/register/{REGISTRATION}", f"{receipt}x"):
        assert client.get(wrong).status_code == 404


def test_both_languages_say_all_of_it(client: FlaskClient, sign_in: SignIn) -> None:
    ward = sign_in("commune_intake")
    words = {
        "/registrations": ("Cần làm", "To be done"),
        f"/registrations/{REGISTRATION}": ("Các bước", "Steps"),
        "/registrations/funnel": ("Tiến độ đăng ký", "Funnel"),
        "/registrations/new": ("Nhập đơn vị", "Enter a unit"),
    }
    for visitor, pages in ((ward, words), (client, {"/register": ("Đăng ký đơn vị", "Register")})):
        for page, (vi, en) in pages.items():
            assert vi in visitor.get(page).text
            send(visitor, "/language/en", page=page)
            assert en in visitor.get(page).text
            send(visitor, "/language/vi", page=page)


def test_the_public_form_is_limited(app: Flask, client: FlaskClient) -> None:
    most = int(REGISTRATIONS_OF_ADDRESS.split()[0])
    token = TOKEN.search(client.get("/register").text)
    assert token

    answers = [
        client.post("/register", data={"csrf_token": token[1]}).status_code
        for _one in range(most + 1)
    ]

    assert set(answers[:-1]) == {422}
    assert answers[-1] == 429


def test_the_district_office_sees_no_health_data(sign_in: SignIn) -> None:
    district = sign_in("district_intake")

    assert district.get("/").location == "/registrations"
    for page in ("/registrations", "/registrations?show=all", f"/registrations/{REGISTRATION}"):
        text = district.get(page).text
        assert not any(personal in text for personal in PERSONAL)
    for page in ("/alerts", "/cases", "/venues", f"/venues/{VENUE}", "/people/S", "/quality"):
        assert district.get(page).status_code in (403, 404)


@pytest.fixture
def live(outbreak: Graph) -> Iterator[str]:
    """A unit whose account of the market was handed over."""
    key = take_in(outbreak, "9" + now().strftime("%f"), "Chợ Bình Tây", has_email=True)
    put = "MATCH (r:Registration {registration_id: $key}) SET r.state = 'handed_over'"
    outbreak.replacing("tests/put", put).write("tests/put", key=key)
    link_venue(outbreak, key, VENUE)
    yield key
    drop = "MATCH (r:Registration {registration_id: $key}) DETACH DELETE r"
    outbreak.replacing("tests/drop", drop).write("tests/drop", key=key)


def test_a_first_login_and_posters_move_a_unit_on(
    outbreak: Graph, sign_in: SignIn, live: str
) -> None:
    manager = sign_in("venue_manager")
    assert state_of(outbreak, live) == "active"

    page = f"/venues/{VENUE}/poster"
    assert "Mọi cổng đã có áp phích" in manager.get(page).text
    assert send(manager, f"/venues/{VENUE}/posters", page=page).status_code == 303

    assert state_of(outbreak, live) == "qr_live"
    assert "Mọi cổng đã có áp phích" not in manager.get(page).text


def test_what_a_unit_tells_of_whom_to_call_is_in_no_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = register(client, name="Tiệm Thuốc Bắc")
    client.get(receipt)

    for personal in ("Lý Thị Sen", PHONE, "0912", "sen@example.vn", "Tiệm Thuốc Bắc"):
        assert personal not in caplog.text
        assert personal not in receipt


def test_a_desk_costs_a_few_questions(sign_in: SignIn, questions: list[str]) -> None:
    ward = sign_in("commune_intake")
    ward.get("/registrations")
    questions.clear()

    ward.get("/registrations")

    assert len(questions) <= 7
    assert questions.count("registrations/find_desk") == 1
