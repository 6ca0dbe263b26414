"""The trace page: whom a case exposed, with the evidence, on what basis, and what is left out."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.batches import Stamp
from graph.database import Graph
from graph.visits import merge_visits
from tests.tables import at
from tests.webapp.conftest import send
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL

TRACE = f"/cases/{CASE}/trace"
ROW = re.compile(r'<tbody class="person" data-hop="(\d)">.*?</tbody>', re.S)


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def people(page: str) -> list[str]:
    """Return the rows of the people of a trace."""
    return [found.group() for found in ROW.finditer(page)]


def test_a_trace_shows_class_minutes_moments_and_certainty(officer: FlaskClient) -> None:
    rows = people(officer.get(f"{TRACE}?hops=2&rule=2022-04").text)

    b = next(row for row in rows if "/people/B" in row)
    assert "F1" in b
    assert ">20<" in b
    assert "01/07/2021 08:45" in b
    assert "chắc chắn" in b
    a = next(row for row in rows if 'href="/people/A"' in row.split("</th>")[0])
    assert "ca bệnh" in a
    assert "01/07/2021 10:45" in a
    assert "01/07/2021 09:15" in a


def test_the_evidence_of_each_person_opens_in_place_and_without_script(
    officer: FlaskClient,
) -> None:
    rows = people(officer.get(f"{TRACE}?hops=2&rule=2022-04").text)

    for row in rows:
        steps = re.search(r"<details>.*</details>", row, re.S)
        assert steps
        assert steps.group().count("<li") == int(ROW.match(row).group(1)) + 1  # type: ignore[union-attr]
    assert "cùng ở" in rows[0]


def test_a_meeting_stands_in_a_trace_as_what_was_told(officer: FlaskClient) -> None:
    rows = people(officer.get(f"{TRACE}?hops=1").text)

    met = next(row for row in rows if PERSONAL[2] in row)
    assert "theo lời kể khi điều tra" in met


def test_the_foot_says_by_which_rule_as_of_when_and_what_is_left_out(
    officer: FlaskClient,
) -> None:
    page = officer.get(f"{TRACE}?rule=2021-12&as_of=21/07/2021 08:00&exits=recorded&hops=1").text
    foot = page.split('<footer class="basis">')[1]

    assert "2021-12" in foot
    assert "21/07/2021 08:00" in foot
    assert "cypher" in foot
    assert "ms" in foot
    assert "15 phút" in foot
    assert "chưa rõ giờ ra" in foot
    assert "sau bước 1" in foot


def test_the_rule_in_force_on_the_day_applies_by_itself(officer: FlaskClient) -> None:
    then = officer.get(f"{TRACE}?as_of=21/07/2021 08:00").text
    now = officer.get(TRACE).text

    assert '<option selected value="2021-07">' in then
    assert '<option selected value="2022-04">' in now


def test_unknown_check_outs_count_as_the_officer_chooses(officer: FlaskClient) -> None:
    latest = people(officer.get(f"{TRACE}?hops=1&exits=latest").text)
    recorded = people(officer.get(f"{TRACE}?hops=1&exits=recorded").text)

    assert any("/people/D" in row and "có thể" in row for row in latest)
    assert not any("/people/D" in row for row in recorded)


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        pytest.param("hops=0", "hops", "từ 1 đến 6", id="no hop"),
        pytest.param("hops=99", "hops", "từ 1 đến 6", id="99 hops"),
        pytest.param("hops=" + "9" * 400, "hops", "số nguyên", id="hops of 400 digits"),
        pytest.param("hops=٣", "hops", "số nguyên", id="hops in other digits"),
        pytest.param("hops=two", "hops", "số nguyên", id="hops in words"),
        pytest.param("hops=", "hops", "từ 1 đến 6", id="hops left empty"),
        pytest.param("rule=2033-01", "rule", "Không có bộ quy tắc", id="an unknown rule"),
        pytest.param("as_of=01/01/2999 00:00", "as_of", "ở tương lai", id="as of the future"),
        pytest.param("as_of=yesterday", "as_of", "24/06/2021 08:05", id="as of words"),
        pytest.param("exits=all", "exits", "không có trong danh sách", id="unknown exits"),
        pytest.param("zones=none", "zones", "không có trong danh sách", id="unknown zones"),
    ],
)
def test_bad_input_is_an_error_of_its_field(
    officer: FlaskClient, questions: list[str], query: str, field: str, told: str
) -> None:
    answer = officer.get(f"{TRACE}?{query}")

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert told in answer.text
    assert answer.text.count("autofocus") == 1
    assert not [name for name in questions if name.startswith("tracing/")]


def test_a_trace_asks_once_a_hop(officer: FlaskClient, questions: list[str]) -> None:
    officer.get(f"{TRACE}?hops=2")

    assert questions.count("tracing/expand_exposures") == 2
    assert questions.count("accounts/get_account_by_id") == 1


def test_people_and_venues_are_named_by_one_question_each(
    officer: FlaskClient, questions: list[str]
) -> None:
    page = officer.get(f"{TRACE}?hops=2").text

    assert PERSONAL[1] in page
    assert "Cà phê Góc Phố" in page
    assert questions.count("people/find_names") == 1
    assert questions.count("venues/find_names") == 1


def test_a_case_not_known_yet_then_is_not_found(officer: FlaskClient) -> None:
    assert officer.get(f"{TRACE}?as_of=01/07/2021 08:00").status_code == 404


def test_a_trace_that_would_cost_too_much_says_how_far_it_got(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    visitor = make_app(outbreak, TRUYVET_TRACE_BUDGET=1).test_client()
    send(visitor, "/sign-in", name="investigator", password=PASSWORD)

    page = visitor.get(f"{TRACE}?hops=3").text

    assert "chỉ đầy đủ đến bước 0" in page
    assert "quá mức 1 " in page


def test_nobody_exposed_is_said_in_words(officer: FlaskClient) -> None:
    send(officer, "/cases/new", case_id="lone", person_id="lone", classification="confirmed")

    assert "Không có ai phơi nhiễm" in officer.get("/cases/lone/trace").text


@pytest.fixture
def crowd(outbreak: Graph, officer: FlaskClient) -> str:
    """The case page's trace of somebody who met 230 people at one venue."""
    visits = [
        {
            "visit_id": f"crowd-{n}",
            "person_id": f"crowd-{n:03d}",
            "venue_id": "stadium",
            "arrived_at": at("D5 08:00") + timedelta(minutes=n % 7),
            "left_at": at("D5 10:00") if n % 5 else None,
        }
        for n in range(231)
    ]
    merge_visits(outbreak, visits, Stamp("test", "test", at("D20 00:00")))
    send(
        officer,
        "/cases/new",
        case_id="crowd",
        person_id="crowd-000",
        classification="confirmed",
        onset_on="05/07/2021",
    )
    return "/cases/crowd/trace"


def test_a_long_trace_comes_a_hundred_at_a_time_with_all_counted(
    officer: FlaskClient, crowd: str
) -> None:
    first = officer.get(f"{crowd}?hops=1").text
    third = officer.get(f"{crowd}?hops=1&page=3").text

    assert len(people(first)) == 100
    assert len(people(third)) == 30
    assert "1–100 trong 230" in first
    assert "201–230 trong 230" in third
    assert officer.get(f"{crowd}?hops=1&page=4").status_code == 404
    assert len(set(people(first)) & set(people(third))) == 0


def test_a_class_and_a_certainty_can_be_picked_in_the_address(
    officer: FlaskClient, crowd: str
) -> None:
    doubtful = officer.get(f"{crowd}?hops=1&certainty=possible").text
    nobody = officer.get(f"{crowd}?hops=1&class=F2").text

    assert all("có thể" in row for row in people(doubtful))
    assert not people(nobody)
    assert "Xem tất cả mọi người" in nobody


def test_the_next_page_stays_at_the_moment_of_the_first(officer: FlaskClient, crowd: str) -> None:
    page = officer.get(f"{crowd}?hops=1").text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following

    address = following.group(1).replace("&amp;", "&")
    second = officer.get(address)

    assert re.search(r"as_of=\d\d/\d\d/\d{4}[+ %20]+\d\d:\d\d:\d\d", address)
    assert second.status_code == 200
    assert people(second.text)


def test_all_confirmed_cases_are_the_sources_of_one_trace(officer: FlaskClient) -> None:
    page = officer.get("/trace?hops=2&rule=2022-04").text

    assert "tất cả ca xác định" in page
    heading = page.split('<form class="filters')[0]
    assert {"A", "S"} <= set(re.findall(r"/people/(\w+)", heading))
    assert [row for row in people(page) if "/people/B" in row]


def test_before_the_first_report_a_trace_of_all_cases_says_that_there_was_none(
    officer: FlaskClient,
) -> None:
    page = officer.get("/trace?as_of=01/07/2021 08:00").text

    assert "chưa có ca xác định nào" in page
    assert not people(page)


@pytest.mark.parametrize("query", ["class=F9", "class=x", "certainty=x", "class=F1&certainty=x"])
def test_nobody_is_of_a_class_or_certainty_that_there_is_not(
    officer: FlaskClient, query: str
) -> None:
    answer = officer.get(f"{TRACE}?hops=2&{query}")

    assert answer.status_code == 200
    assert not people(answer.text)
