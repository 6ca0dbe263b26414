"""The pages of sources, common sources, clusters and paths: what they show and what they refuse."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from tests.webapp.conftest import send
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL
from webapp import policy

SOURCES = "/cases/case-2/sources"


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def rows(page: str) -> list[str]:
    """Return the bodies of the people or venues of a table."""
    return re.findall(r'<tbody class="person">.*?</tbody>', page, re.S)


def test_the_sources_of_a_case_show_who_was_infectious_beside_it_and_where(
    officer: FlaskClient,
) -> None:
    page = officer.get(f"{SOURCES}?rule=2021-07").text

    [source] = rows(page)
    assert PERSONAL[0] in source
    assert "ca bệnh" in source
    assert ">40<" in source
    assert "Cà phê Góc Phố" in source
    assert "Chợ Bình Tây" in source
    assert "20/06/2021 00:00" in page
    assert "Lượt vào ra trong thời gian có thể bị lây" in page
    assert "Xe buýt số 8" in page


def test_contacts_of_cases_are_sources_only_when_asked_for(officer: FlaskClient) -> None:
    alone = rows(officer.get(f"{SOURCES}?rule=2021-07").text)
    together = rows(officer.get(f"{SOURCES}?rule=2021-07&whom=contacts").text)

    assert len(alone) == 1
    assert any("/people/B" in row and "F1" in row for row in together)


def test_nobody_infectious_is_said_in_words(officer: FlaskClient) -> None:
    send(officer, "/cases/new", case_id="far", person_id="far", classification="confirmed")

    page = officer.get("/cases/far/sources").text

    assert "không có ai được biết là đang lây truyền" in page
    assert "Chưa biết lượt vào ra nào" in page


def test_common_sources_show_seen_and_expected_and_how_many_were_compared(
    officer: FlaskClient,
) -> None:
    page = officer.get(f"/sources?case={CASE}&case=case-2&rule=2021-07").text

    assert len(rows(page)) == 2
    assert "Số ca dự kiến" in page
    assert re.search(r"Trong \d+ địa điểm", page)
    assert "chưa được chứng minh" in page


def test_clusters_are_proposed_and_lead_to_their_venues(officer: FlaskClient) -> None:
    page = officer.get("/clusters?rule=2021-07").text

    assert "2 ca bệnh" in page
    assert "xác nhận chùm ca bệnh" in page
    assert "/sources?case=case-1&amp;case=case-2" in page


def test_paths_show_each_step_with_its_evidence(officer: FlaskClient) -> None:
    page = officer.get("/paths?a=S&b=A&rule=2022-04&by=earliest").text

    paths = re.findall(r'<ol class="path".*?</ol>', page, re.S)
    assert [path.count("<li") for path in paths] == [3, 2, 3]
    assert "Xe buýt số 8" in paths[0]
    assert "01/07/2021 09:15" in page
    assert "nguồn dữ liệu" in paths[0]


def test_paths_past_the_budget_say_how_far_they_are_complete(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    visitor = make_app(outbreak, TRUYVET_TRACE_BUDGET=1).test_client()
    send(visitor, "/sign-in", name="investigator", password=PASSWORD)

    assert "Chỉ đầy đủ với đường lây dài đến 0" in visitor.get("/paths?a=S&b=A").text
    assert visitor.get(SOURCES).status_code == 422
    assert visitor.get(f"/sources?case={CASE}&case=case-2").status_code == 422


@pytest.mark.parametrize("address", ["/paths", "/sources"])
def test_a_form_without_an_answer_asks_the_store_nothing_of_tracing(
    officer: FlaskClient, questions: list[str], address: str
) -> None:
    answer = officer.get(address)

    assert answer.status_code == 200
    assert not [name for name in questions if name.startswith("tracing/")]


@pytest.mark.parametrize(
    ("address", "field", "told"),
    [
        pytest.param("/paths?a=S&b=nobody", "b", "Có mã không ứng với ai", id="nobody"),
        pytest.param("/paths?a=S&b=S", "b", "cả hai đầu", id="one person at both ends"),
        pytest.param("/paths?a=S&b=", "b", "Hãy nhập mã người", id="nobody to reach"),
        pytest.param("/paths?a=B&b=A", "since", "chưa là ca bệnh", id="no case"),
        pytest.param("/paths?a=S&b=A&hops=9", "hops", "từ 1 đến 6", id="nine contacts"),
        pytest.param("/paths?a=S&b=A&most=0", "most", "từ 1 đến 50", id="no path"),
        pytest.param("/paths?a=S&b=A&by=luck", "by", "không có trong danh sách", id="an order"),
        pytest.param(
            "/paths?a=S&b=A&until=02/07/2021 08:00", "until", "mốc bắt đầu", id="an end alone"
        ),
        pytest.param("/paths?a=S&b=A&as_of=01/01/2999 00:00", "as_of", "tương lai", id="to come"),
        pytest.param("/sources?case=case-1", "case", "từ hai ca", id="one case"),
        pytest.param("/sources?case=case-1,none", "case", "chưa được ghi nhận", id="no such case"),
        pytest.param(f"{SOURCES}?rule=2033", "rule", "Không có bộ quy tắc", id="a rule"),
        pytest.param("/clusters?since=soon", "since", "24/06/2021", id="a day in words"),
    ],
)
def test_bad_input_is_an_error_of_its_field(
    officer: FlaskClient, address: str, field: str, told: str
) -> None:
    answer = officer.get(address)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert told in answer.text


def test_a_case_that_is_not_known_has_no_sources(officer: FlaskClient) -> None:
    assert officer.get("/cases/none/sources").status_code == 404


def test_what_a_scope_hides_is_hidden_in_questions_about_several_too(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policy.SCOPES, "case_id", lambda _account, case_id: case_id != CASE)
    monkeypatch.setitem(policy.SCOPES, "person_id", lambda _account, person_id: person_id != "A")

    assert officer.get(f"/sources?case={CASE}&case=case-2").status_code == 404
    assert officer.get("/paths?a=S&b=A").status_code == 404


def test_people_and_venues_are_named_by_one_question_each(
    officer: FlaskClient, questions: list[str]
) -> None:
    page = officer.get("/paths?a=S&b=A&rule=2022-04").text

    assert PERSONAL[1] in page
    assert questions.count("people/find_names") == 1
    assert questions.count("venues/find_names") == 1


def test_a_case_leads_to_its_sources_and_a_person_to_its_paths(officer: FlaskClient) -> None:
    assert f"/cases/{CASE}/sources" in officer.get(f"/cases/{CASE}").text
    assert "/paths?a=S" in officer.get("/people/S").text
    assert "/clusters" in officer.get("/cases").text
