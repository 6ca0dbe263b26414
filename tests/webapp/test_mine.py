"""The own records (R87): the phone is proven first, and a number alone is nobody (R155, R204)."""

import base64
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.batches import Stamp
from graph.database import Graph
from graph.venues import merge_gate
from graph.visits import find_visits_of, merge_visits
from tests.graph.contents import contents
from tests.webapp.conftest import NEWCOMER, TOKEN, door_of, send
from tests.webapp.gateways import Taken, http_gateway
from tests.webapp.outbreak import VENUE, ZONE, new_visit_id
from webapp import citizens, create_app, throttle
from webapp.codes import PersonalCode
from webapp.doors import reader
from webapp.personal_codes import personal_address
from webapp.settings import Settings

MOTHER = {"full_name": "Trần Thị Hoà", "birth": "1980"}
CHILD = {"full_name": "Lê An", "birth": "2010"}
CODE = re.compile(r"\b[0-9]{6}\b")
RECEIPT = re.compile(r'href="(/r/[^"/]+)"')
#: Each test has a number of its own, so that no limit of one meets another.
NUMBERS = (f"09123{n:05}" for n in range(10_000))


@pytest.fixture
def phone() -> str:
    """A number that no other test uses."""
    return next(NUMBERS)


@pytest.fixture
def door(app: Flask, outbreak: Graph) -> str:
    """The address in the code of the market's zone."""
    return door_of(app, merge_gate(outbreak, ZONE))


@pytest.fixture
def messages(web_home: Path) -> Callable[[], list[str]]:
    """What lies in the outbox, oldest first."""
    folder = web_home / "outbox"
    for file in folder.glob("*.txt"):
        file.unlink()

    def read() -> list[str]:
        return [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))]

    return read


def check_in(app: Flask, door: str, phone: str, **other: str) -> FlaskClient:
    """Check somebody in with a browser of their own."""
    visitor = app.test_client()
    filled = {**NEWCOMER, "phone": phone, "visit_id": new_visit_id(), **other}
    answer = send(visitor, door, **filled)
    assert answer.status_code == 303, answer.text
    return visitor


def person_of(visitor: FlaskClient) -> str:
    """Return whom a browser checked in as."""
    cookie = visitor.get_cookie("citizen")
    assert cookie
    with visitor.application.test_request_context(headers={"Cookie": f"citizen={cookie.value}"}):
        found = citizens.returning_id()
    assert found
    return found


def ask(visitor: FlaskClient, phone: str) -> TestResponse:
    """Ask for a code."""
    return send(visitor, "/me/verify", phone=phone)


def verify(visitor: FlaskClient, phone: str, messages: Callable[[], list[str]]) -> TestResponse:
    """Ask for a code and give the one that came."""
    assert ask(visitor, phone).status_code == 303
    found = CODE.search(messages()[-1])
    assert found
    return send(visitor, "/me/code", code=found.group())


def test_after_the_phone_is_proven_the_own_visits_and_declarations_are_shown(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone, **MOTHER, no_signs="", fever="yes", **ANSWERS)

    answer = verify(visitor, phone, messages)

    page = visitor.get(answer.headers["Location"]).text
    assert "Trần Thị Hoà" in page
    assert "Khu A, Chợ Bình Tây" in page
    assert "Sốt" in page
    assert "Chờ" in page
    assert len(RECEIPT.findall(page)) == 1
    assert phone not in page


#: Answers to all questions but one.
ANSWERED_WITH_NO = (
    *("cough", "breathless", "pneumonia", "sore_throat", "tired"),
    *("contact_case", "contact_area", "contact_symptoms", "travelled"),
)
ANSWERS = dict.fromkeys(ANSWERED_WITH_NO, "no")


def test_nothing_is_shown_before_the_phone_is_proven(app: Flask, door: str, phone: str) -> None:
    visitor = check_in(app, door, phone)
    ask(visitor, phone)

    for address in ("/me", "/me/card"):
        answer = visitor.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/me/verify"
        assert "Lê An" not in visitor.get(address, follow_redirects=True).text


def test_R204_any_code_but_the_one_that_came_is_refused(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone)
    ask(visitor, phone)
    code = CODE.findall(messages()[-1])[0]

    for wrong in ("", code[:5], f"{code}0", "abcdef", "000000" if code != "000000" else "000001"):
        answer = send(visitor, "/me/code", code=wrong)
        assert answer.status_code == 422
        assert visitor.get_cookie("number-verified") is None
        assert visitor.get("/me").status_code == 302


def test_the_code_may_be_typed_with_spaces_and_is_used_once(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor, thief = check_in(app, door, phone), app.test_client()
    ask(visitor, phone)
    code = CODE.findall(messages()[-1])[0]
    thief.set_cookie("number-asked", visitor.get_cookie("number-asked").value)  # type: ignore[union-attr]

    assert send(visitor, "/me/code", code=f"{code[:3]} {code[3:]}").status_code == 303
    assert send(thief, "/me/code", code=code).status_code == 422


def test_five_wrong_codes_end_the_right_one_too(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone)
    ask(visitor, phone)
    code = CODE.findall(messages()[-1])[0]
    wrong = "000000" if code != "000000" else "000001"
    answers = {send(visitor, "/me/code", code=wrong).text.count("không đúng") for _ in range(5)}

    assert answers == {1}
    assert send(visitor, "/me/code", code=code).status_code == 422


def test_a_code_that_has_ended_is_asked_for_anew(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone)
    ask(visitor, phone)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=True):
        answer = visitor.get("/me/code")

    assert answer.headers["Location"] == "/me/verify"


def test_known_and_unknown_numbers_are_answered_alike(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    check_in(app, door, phone)
    answers = []
    for number in (phone, next(NUMBERS)):
        visitor = app.test_client()
        asked = ask(visitor, number)
        wrong = send(visitor, "/me/code", code="000000")
        answers.append((asked.status_code, asked.headers["Location"], wrong.status_code))

    assert answers[0] == answers[1]
    assert len(messages()) == 2


def test_a_proven_number_alone_shows_nobody(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    """Whoever gets a number that was somebody else's, as of a mobile sold again."""
    verify(check_in(app, door, phone, **MOTHER), phone, messages)
    stranger = app.test_client()

    verify(stranger, phone, messages)

    answer = stranger.get("/me", follow_redirects=True)
    assert answer.request.path == "/me/name"
    assert "Hoà" not in answer.text


def test_on_a_new_phone_the_name_in_any_spelling_and_the_year_open_the_records(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    first = check_in(app, door, phone, **MOTHER)
    verify(first, phone, messages)
    other = app.test_client()
    verify(other, phone, messages)

    answer = send(other, "/me/name", full_name="tran thi hòa", birth_year="1980")

    assert answer.status_code == 303
    assert person_of(other) == person_of(first)
    assert "Khu A" in other.get("/me").text


def test_on_a_new_phone_only_who_proved_the_number_before_is_found(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    verify(check_in(app, door, phone, **MOTHER), phone, messages)
    check_in(app, door, phone, **CHILD)
    other = app.test_client()
    verify(other, phone, messages)

    for full_name, birth_year in (
        ("Trần Thị Hoà", "1981"),
        ("Trần Thị Hồng", "1980"),
        ("", "1980"),
        ("Trần Thị Hoà", ""),
        # Who gave the number and has not proven it.
        ("Lê An", "2010"),
    ):
        told = {"full_name": full_name, "birth_year": birth_year}
        assert send(other, "/me/name", **told).status_code == 422
        assert other.get("/me").headers["Location"] == "/me/name"


def test_names_are_guessed_ten_times_an_hour_at_most(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    verify(check_in(app, door, phone, **MOTHER), phone, messages)
    other = app.test_client()
    verify(other, phone, messages)

    told = [{"full_name": "Trần Thị Hoà", "birth_year": str(year)} for year in range(1970, 1981)]
    statuses = [send(other, "/me/name", **each).status_code for each in told]

    assert statuses == [422] * 10 + [429]


def test_two_who_share_a_phone_see_their_own_records_alone(
    app: Flask, outbreak: Graph, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    elsewhere = door_of(app, merge_gate(outbreak, VENUE))
    mother, child = check_in(app, door, phone, **MOTHER), check_in(app, elsewhere, phone, **CHILD)
    for visitor in (mother, child):
        verify(visitor, phone, messages)

    hers, theirs = mother.get("/me").text, child.get("/me").text
    assert ("Hoà" in hers, "Lê An" in hers, "Khu A" in hers) == (True, False, True)
    assert ("Hoà" in theirs, "Lê An" in theirs, "Khu A" in theirs) == (False, True, False)


def test_a_number_that_somebody_else_gave_is_not_added_to_who_gave_another(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    """Whoever has the browser for a moment proves a phone of their own."""
    visitor = check_in(app, door, phone, **MOTHER)

    verify(visitor, next(NUMBERS), messages)

    answer = visitor.get("/me", follow_redirects=True)
    assert answer.request.path == "/me/name"
    assert "Hoà" not in answer.text


def test_who_gives_a_number_after_it_was_proven_proves_it_once_more(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone, **MOTHER)
    verify(visitor, phone, messages)
    send(
        visitor,
        door,
        page=f"{door}?new=1",
        **{**NEWCOMER, "phone": phone, "visit_id": new_visit_id(), **CHILD},
    )

    assert visitor.get("/me").headers["Location"] == "/me/verify"


def test_the_records_close_after_a_day_and_by_the_button(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone)
    verify(visitor, phone, messages)
    assert visitor.get("/me").status_code == 200

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=True):
        assert visitor.get("/me").status_code == 302
    assert send(visitor, "/me/close", page="/me").status_code == 303
    assert visitor.get("/me").status_code == 302


@pytest.mark.parametrize("name", ["number-verified", "number-asked", "citizen"])
def test_a_changed_cookie_or_one_of_another_kind_opens_nothing(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]], name: str
) -> None:
    visitor = check_in(app, door, phone)
    verify(visitor, phone, messages)
    ask(visitor, phone)
    kept = {
        one: visitor.get_cookie(one).value for one in ("number-verified", "number-asked", "citizen")
    }  # type: ignore[union-attr]

    for value in (*kept.values(), kept[name][:-1], f"x{kept[name]}", "[]", ""):
        if value != kept[name]:
            visitor.set_cookie(name, value)
            answer = visitor.get("/me/code" if name == "number-asked" else "/me")
            assert answer.status_code == 302


def test_no_number_name_or_code_is_in_an_address_a_cookie_or_a_log(
    app: Flask,
    door: str,
    phone: str,
    messages: Callable[[], list[str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    visitor = check_in(app, door, phone, **MOTHER)
    answers = [ask(visitor, phone), send(visitor, "/me/code", code="000000")]
    answers.append(verify(visitor, phone, messages))
    answers.append(visitor.get("/me"))
    code = CODE.findall(messages()[-1])[0]

    told = caplog.text + "".join(f"{one.headers}{one.request.url}" for one in answers)
    assert not [
        canary for canary in (phone, phone[1:], f"84{phone[1:]}", "Hoà", code) if canary in told
    ]
    assert f"To: +84{phone[1:]}" in messages()[-1]


def test_the_page_is_asked_with_few_questions_and_in_pages(
    app: Flask,
    outbreak: Graph,
    door: str,
    phone: str,
    messages: Callable[[], list[str]],
    questions: list[str],
) -> None:
    visitor = check_in(app, door, phone)
    verify(visitor, phone, messages)
    now = datetime.now(UTC)
    rows = [
        {
            "visit_id": new_visit_id(),
            "person_id": person_of(visitor),
            "venue_id": "café",
            "arrived_at": now - timedelta(hours=n),
            "left_at": now - timedelta(hours=n, minutes=-5),
        }
        for n in range(60, 75)
    ]
    merge_visits(outbreak, rows, Stamp("paper", "paper", now))
    questions.clear()

    first, second = visitor.get("/me").text, visitor.get("/me?page=2").text

    assert questions[:3] == [
        "identifiers/find_persons_of",
        "visits/find_visits_of",
        "declarations/find_declarations_of",
    ]
    assert len(questions) == 6
    assert (len(RECEIPT.findall(first)), len(RECEIPT.findall(second))) == (10, 6)
    assert first.index("Khu A") < first.index("Cà phê Góc Phố")
    assert first.count("Sửa giờ") == 1


def test_a_forgotten_check_out_is_shown_as_a_range(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, tzinfo=UTC), tick=True):
        visitor = check_in(app, door, phone)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=True):
        verify(visitor, phone, messages)
        page = visitor.get("/me").text

    assert "Quên ra" in page
    assert "ra khoảng 20/11/2026 09:45, muộn nhất 20/11/2026 13:00" in page


def test_the_personal_code_is_made_once_holds_nothing_and_is_for_gates(
    app: Flask, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = check_in(app, door, phone)
    verify(visitor, phone, messages)

    first, again = visitor.get("/me/card").text, visitor.get("/me/card").text

    assert "<svg" in first
    assert drawn(first) == drawn(again)
    with app.test_request_context():
        address = personal_address(person_of(visitor))
        assert address == personal_address(person_of(visitor))
        assert isinstance(reader().read(address, datetime.now(UTC)), PersonalCode)
    assert person_of(visitor) not in address
    path = address.removeprefix("http://127.0.0.1:8080")
    shown = app.test_client().get(path)
    assert shown.status_code == 200
    # Any code at all gets the same page, and nothing is asked of the store.
    assert without_token(shown.text) == without_token(
        visitor.get("/p/none").text.replace("/p/none", path)
    )


def drawn(page: str) -> str:
    """Return the drawing of a page."""
    found = re.search(r"<svg.*?</svg>", page, re.S)
    assert found
    return found.group()


def without_token(page: str) -> str:
    """Return a page without what is new at each request."""
    return TOKEN.sub("", page)


def test_H2_no_number_and_no_answer_can_be_read_in_the_store(
    app: Flask, outbreak: Graph, door: str, phone: str, messages: Callable[[], list[str]]
) -> None:
    told = {**MOTHER, "travelled": "yes", "travelled_to": "Sa Đéc", "no_signs": "yes"}
    visitor = check_in(app, door, phone, **told)
    verify(visitor, phone, messages)
    page = visitor.get("/me").text
    visitor.get("/me/card")
    code = CODE.findall(messages()[-1])[0]

    stored = "\n".join(contents(outbreak))

    assert "Sa Đéc" in page
    canaries = (phone[1:], code, "Sa Đéc", base64.b64encode(phone.encode()).decode())
    assert not [canary for canary in canaries if canary in stored]


def test_a_declaration_whose_key_is_not_here_says_so_and_the_rest_is_shown(
    app: Flask,
    outbreak: Graph,
    web_home: Path,
    tmp_path: Path,
    door: str,
    phone: str,
    messages: Callable[[], list[str]],
) -> None:
    visitor = check_in(app, door, phone)
    verify(visitor, phone, messages)
    shutil.copytree(web_home / "secrets", tmp_path / "secrets")
    (tmp_path / "secrets" / "field-keys").unlink()
    without_key = create_app(outbreak, Settings(TRUYVET_HOME=tmp_path))
    other = without_key.test_client()
    for name in ("citizen", "number-verified"):
        other.set_cookie(name, visitor.get_cookie(name).value)  # type: ignore[union-attr]

    page = other.get("/me").text
    without_key.extensions["intake"].close()

    assert "Không mở được các câu trả lời" in page
    assert "Khu A" in page


def test_E6_a_number_gets_three_codes_in_ten_minutes_and_is_told_when_the_next_one_comes(
    app: Flask, phone: str, messages: Callable[[], list[str]]
) -> None:
    for _ in range(3):
        assert ask(app.test_client(), phone).status_code == 303

    refused = ask(app.test_client(), phone)

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert "quá nhiều mã" in refused.text
    assert len(messages()) == 3


def test_E6_one_address_asks_for_many_numbers_only_so_often(app: Flask) -> None:
    visitor = app.test_client()

    statuses = [ask(visitor, next(NUMBERS)).status_code for _ in range(31)]

    assert statuses == [303] * 30 + [429]


def test_E6_all_addresses_together_have_a_limit_that_sounds_an_alarm(
    make_app: Callable[..., Flask],
    outbreak: Graph,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(throttle, "CODES_OF_ALL_PER_10_MINUTES", 3)
    visitor = make_app(outbreak).test_client()
    statuses = []
    for n in range(4):
        visitor.environ_base["REMOTE_ADDR"] = f"127.0.0.{n + 2}"
        statuses.append(ask(visitor, next(NUMBERS)).status_code)

    assert statuses == [303, 303, 303, 429]
    assert "the limit for all together is met" in caplog.text


def test_E6_one_address_uses_up_its_own_limit_and_not_that_of_all(
    make_app: Callable[..., Flask], outbreak: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "CODES_OF_ALL_PER_10_MINUTES", 32)
    app = make_app(outbreak)
    pump = app.test_client()
    assert {ask(pump, "").status_code for _ in range(40)} == {422, 429}

    visitor = app.test_client()
    visitor.environ_base["REMOTE_ADDR"] = "127.0.0.9"
    assert ask(visitor, next(NUMBERS)).status_code == 303


def test_another_code_goes_to_the_same_number_without_typing_it_again(
    app: Flask, phone: str, messages: Callable[[], list[str]]
) -> None:
    visitor = app.test_client()
    ask(visitor, phone)

    answer = send(visitor, "/me/verify", page="/me/code", again="1")

    assert answer.headers["Location"] == "/me/code"
    assert [f"To: +84{phone[1:]}" in one for one in messages()] == [True, True]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("12345", id="too short"),
        pytest.param("028 3829 7979", id="a landline"),
        pytest.param("0912345678\nTo: +84900000000", id="a second line"),
        pytest.param("<script>", id="no number"),
    ],
)
def test_what_no_message_can_be_sent_to_is_refused(
    app: Flask, messages: Callable[[], list[str]], typed: str
) -> None:
    before = len(messages())
    answer = ask(app.test_client(), typed)

    assert answer.status_code == 422
    assert len(messages()) == before


def test_a_gateway_that_fails_is_told_and_a_later_code_is_right(
    make_app: Callable[..., Flask], outbreak: Graph, phone: str, caplog: pytest.LogCaptureFixture
) -> None:
    taken = Taken(status=500)
    with http_gateway(taken) as url:
        visitor = make_app(outbreak, TRUYVET_SMS_URL=url).test_client()
        failed = ask(visitor, phone)
        taken.status = 200
        assert ask(visitor, phone).status_code == 303
        code = CODE.findall(taken.requests[-1][2])[0]
        assert send(visitor, "/me/code", code=code).status_code == 303

    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "60")
    assert "Chưa gửi được mã" in failed.text
    assert phone[1:] not in caplog.text
    assert "thư mục outbox" not in failed.text


def test_the_public_is_told_why_what_how_long_and_who(client: FlaskClient) -> None:
    page = client.get("/about").text

    assert "28 ngày" in page
    for part in ("Vì sao", "Lưu những gì", "Lưu bao lâu", "Ai được xem", "không hứa"):
        assert part in page
    client.set_cookie("language", "en")
    assert "What is not promised" in client.get("/about").text


def test_the_own_times_are_corrected_from_the_receipt_within_two_days(
    app: Flask, outbreak: Graph, door: str, phone: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, 0, 30, tzinfo=UTC), tick=False):
        visitor = check_in(app, door, phone)
        person_id = person_of(visitor)
    receipt = receipt_of(app, outbreak, person_id)
    assert "Sửa giờ" not in app.test_client().get(receipt).text

    with time_machine.travel(datetime(2026, 11, 21, 2, tzinfo=UTC), tick=False):
        assert "Sửa giờ" in visitor.get(receipt).text
        page = visitor.get(f"{receipt}/times").text
        assert 'value="2026-11-20T09:00"' in page
        told = {"arrived_at": "2026-11-20T09:00", "left_at": "2026-11-20T09:40"}
        first = send(visitor, f"{receipt}/times", **told)
        again = send(visitor, f"{receipt}/times", **told)
        assert first.status_code == again.status_code == 303
        [visit] = find_visits_of(outbreak, person_id, datetime.now(UTC), 10)
        assert visit.arrived_at == datetime(2026, 11, 20, 2, 0, 30, tzinfo=UTC)
        assert visit.left_at == datetime(2026, 11, 20, 2, 40, tzinfo=UTC)
        assert "09:40" in visitor.get(receipt).text


def receipt_of(app: Flask, outbreak: Graph, person_id: str) -> str:
    """Return the address of the receipt of somebody's newest visit."""
    [visit, *_] = find_visits_of(outbreak, person_id, datetime.now(UTC), 1)
    with app.test_request_context():
        return f"/r/{citizens.receipt_token(visit.visit_id)}"


@pytest.mark.parametrize(
    ("told", "word"),
    [
        pytest.param({"left_at": "2026-11-20T08:00"}, "sớm hơn giờ vào", id="out before in"),
        pytest.param({"left_at": "2026-11-20T18:00"}, "lâu đến thế", id="too long"),
        pytest.param({"arrived_at": "2026-11-19T08:00"}, "quá 24 giờ", id="too far away"),
        pytest.param({"left_at": "2026-11-21T18:00"}, "tương lai", id="to come"),
        pytest.param({"arrived_at": ""}, "giờ bạn vào", id="no arrival"),
        pytest.param({"left_at": "tomorrow"}, "24/06/2021 08:05", id="no time"),
    ],
)
def test_times_that_cannot_be_are_named_at_their_field(
    app: Flask, outbreak: Graph, door: str, phone: str, told: dict[str, str], word: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, tzinfo=UTC), tick=False):
        visitor = check_in(app, door, phone)
        receipt = receipt_of(app, outbreak, person_of(visitor))
    with time_machine.travel(datetime(2026, 11, 21, 2, tzinfo=UTC), tick=False):
        times = {"arrived_at": "2026-11-20T09:00", "left_at": "2026-11-20T09:40", **told}

        answer = send(visitor, f"{receipt}/times", **times)

    assert answer.status_code == 422
    assert word in answer.text


def test_in_the_49th_hour_times_are_corrected_no_more(
    app: Flask, outbreak: Graph, door: str, phone: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, tzinfo=UTC), tick=False):
        visitor = check_in(app, door, phone)
        receipt = receipt_of(app, outbreak, person_of(visitor))
    with time_machine.travel(datetime(2026, 11, 22, 2, 0, 1, tzinfo=UTC), tick=False):
        token = TOKEN.search(visitor.get("/me/verify").text)
        assert token
        times = {"arrived_at": "2026-11-20T09:00", "left_at": "2026-11-20T09:40"}

        answer = visitor.post(f"{receipt}/times", data={"csrf_token": token.group(1), **times})

        assert "Sửa giờ" not in visitor.get(receipt).text
    assert answer.status_code == 422
    assert "48 giờ" in answer.text


def test_G2_whoever_holds_the_link_of_a_receipt_corrects_nothing_and_sees_nothing_more(
    app: Flask, outbreak: Graph, door: str, phone: str
) -> None:
    visitor = check_in(app, door, phone)
    receipt = receipt_of(app, outbreak, person_of(visitor))
    for stranger in (app.test_client(), check_in(app, door, next(NUMBERS), **MOTHER)):
        token = TOKEN.search(stranger.get("/me/verify").text)
        assert token
        sent = {"csrf_token": token.group(1), "arrived_at": "2026-11-20T09:00"}

        assert stranger.get(f"{receipt}/times").status_code == 404
        assert stranger.post(f"{receipt}/times", data=sent).status_code == 404
        assert "times" not in stranger.get(receipt).text
