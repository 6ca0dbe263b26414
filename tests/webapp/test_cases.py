"""Case pages: the list, one case, and what is stated of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from graph.cases import get_case
from graph.database import Graph
from graph.errors import NotFound
from tests.emptying import empty
from tests.webapp.conftest import send
from tests.webapp.outbreak import CASE, PASSWORD, PERSONAL, SOURCE, store_accounts, store_outbreak

FILLED = {
    "classification": "confirmed",
    "onset_on": "02/07/2021",
    "sampled_on": "03/07/2021",
    "confirmed_at": "03/07/2021 09:00",
    "isolated_at": "03/07/2021 12:00",
}


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def test_the_list_names_each_case_its_person_and_how_it_stands(
    officer: FlaskClient, questions: list[str]
) -> None:
    page = officer.get("/cases").text

    assert CASE in page
    assert PERSONAL[0] in page
    assert "ca xác định" in page
    assert "02/07/2021" in page
    assert questions == ["accounts/get_account_by_id", "cases/count_cases", "cases/find_cases"]


def test_a_case_shows_its_infectious_period_on_the_rule_that_is_picked(
    officer: FlaskClient, questions: list[str]
) -> None:
    three_days = officer.get(f"/cases/{CASE}?rule=2021-07").text
    two_days = officer.get(f"/cases/{CASE}?rule=2022-04").text

    assert 'datetime="2021-06-29T00:00:00+07:00"' in three_days
    assert 'datetime="2021-06-30T00:00:00+07:00"' in two_days
    assert 'datetime="2021-07-03T12:00:00+07:00"' in three_days
    assert '<option selected value="2021-07">' in three_days
    assert len(questions) <= 6


def test_an_unknown_rule_is_an_error_of_its_field(officer: FlaskClient) -> None:
    answer = officer.get(f"/cases/{CASE}?rule=2033-01")

    assert answer.status_code == 422
    assert "Không có bộ quy tắc này" in answer.text
    assert "Thời kỳ lây truyền" in answer.text


def test_an_unknown_case_is_not_found(officer: FlaskClient) -> None:
    for page in ("/cases/nobody", "/cases/nobody/trace", "/cases/nobody/reports/new"):
        assert officer.get(page).status_code == 404


@pytest.mark.parametrize("case_id", ["BN 1/2021", "..", "~2F", "a?b#c", "Ca số 5 — Q.6", "%2e%2e"])
def test_a_case_of_any_id_has_an_address(
    outbreak: Graph, officer: FlaskClient, case_id: str
) -> None:
    added = send(
        officer,
        "/cases/new",
        case_id=case_id,
        person_id=f"person of {case_id}",
        classification="suspected",
    )

    assert added.status_code == 303
    assert officer.get(added.headers["Location"]).status_code == 200
    assert get_case(outbreak, case_id, datetime.now(UTC)).classification == "suspected"


def test_a_new_case_is_stored_as_it_was_typed(outbreak: Graph, officer: FlaskClient) -> None:
    added = send(officer, "/cases/new", case_id="case-9", person_id="P9", **FILLED)

    stored = get_case(outbreak, "case-9", datetime.now(UTC))
    assert added.headers["Location"] == "/cases/case-9"
    assert stored.person_id == "P9"
    assert f"{stored.onset_on:%d/%m/%Y}" == FILLED["onset_on"]
    assert stored.confirmed_at == datetime(2021, 7, 3, 2, 0, tzinfo=UTC)
    assert stored.source == "web"


def test_a_number_that_is_taken_is_refused_and_what_was_typed_stays(
    outbreak: Graph, officer: FlaskClient
) -> None:
    before = get_case(outbreak, CASE, datetime.now(UTC))

    answer = send(officer, "/cases/new", case_id=CASE, person_id="P10", **FILLED)

    assert answer.status_code == 422
    assert "Đã có ca bệnh mang số này" in answer.text
    assert 'value="P10"' in answer.text
    assert 'value="03/07/2021 09:00"' in answer.text
    assert get_case(outbreak, CASE, datetime.now(UTC)) == before


def test_a_report_is_added_and_the_earlier_ones_stay(outbreak: Graph, officer: FlaskClient) -> None:
    send(officer, "/cases/new", case_id="case-8", person_id="P8", **FILLED)
    address = "/cases/case-8/reports/new"
    offered = officer.get(address).text

    added = send(officer, address, **{**FILLED, "onset_on": "01/07/2021"})

    stored = get_case(outbreak, "case-8", datetime.now(UTC))
    assert 'value="02/07/2021"' in offered
    assert added.status_code == 303
    assert [f"{report.onset_on:%d/%m}" for report in stored.reports] == ["01/07", "02/07"]


TOMORROW = (datetime.now(UTC) + timedelta(days=2)).strftime("%d/%m/%Y")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        pytest.param("case_id", "", "Hãy nhập số ca bệnh", id="no number"),
        pytest.param("case_id", "x" * 65, "1 đến 64 ký tự", id="a number of 65 characters"),
        pytest.param("case_id", "x" * 10_000, "1 đến 64 ký tự", id="one of 10,000"),
        pytest.param("case_id", "a\u0007b", "1 đến 64 ký tự", id="a control character"),
        pytest.param("person_id", "", "Hãy nhập mã người", id="no person"),
        pytest.param("person_id", "a\u202eb", "1 đến 64 ký tự", id="a hidden character"),
        pytest.param("classification", "sure", "không có trong danh sách", id="no such class"),
        pytest.param("onset_on", "31/02/2021", "24/06/2021", id="a day that is none"),
        pytest.param("onset_on", "06/24/2021", "24/06/2021", id="month before day"),
        pytest.param("onset_on", "hôm qua", "24/06/2021", id="words"),
        pytest.param("onset_on", TOMORROW, "ở tương lai", id="a day to come"),
        pytest.param("sampled_on", "01/01/0021", "24/06/2021", id="a year that is none"),
        pytest.param("confirmed_at", "03/07/2021", "24/06/2021 08:05", id="a day without a time"),
        pytest.param("confirmed_at", "03/07/2021 25:00", "24/06/2021 08:05", id="hour 25"),
        pytest.param("confirmed_at", "01/01/2021 08:00", "trước ngày lấy mẫu", id="no sample yet"),
        pytest.param("isolated_at", f"{TOMORROW} 08:00", "ở tương lai", id="a time to come"),
    ],
)
def test_bad_input_is_named_kept_and_nothing_is_stored(
    outbreak: Graph, officer: FlaskClient, field: str, typed: str, told: str
) -> None:
    answer = send(
        officer,
        "/cases/new",
        **{"case_id": "case-bad", "person_id": "P-bad", **FILLED, field: typed},
    )

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert told in answer.text
    assert answer.text.count("autofocus") == 1
    assert "P-bad" in answer.text or field == "person_id"
    with pytest.raises(NotFound):
        get_case(outbreak, "case-bad", datetime.now(UTC))


def test_too_much_at_once_is_refused(officer: FlaskClient) -> None:
    answer = officer.post("/cases/new", data={"case_id": "x" * 70_000})

    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_a_case_of_somebody_known_begins_with_that_person(officer: FlaskClient) -> None:
    page = officer.get("/people/B/cases/new").text

    assert 'value="B"' in page
    assert officer.get("/people/nobody/cases/new").status_code == 404


def test_an_empty_list_says_how_it_fills(outbreak: Graph, officer: FlaskClient) -> None:
    empty(outbreak)
    store_accounts(outbreak)
    visitor = officer.application.test_client()
    send(visitor, "/sign-in", name="investigator", password=PASSWORD)
    page = visitor.get("/cases").text
    store_outbreak(outbreak)

    assert "Chưa có ca bệnh nào" in page
    assert "Thêm ca bệnh" in page


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_a_page_that_is_none_is_not_found(officer: FlaskClient, page: str) -> None:
    assert officer.get("/cases", query_string={"page": page}).status_code == 404


def test_the_source_of_a_case_leads_to_its_person(officer: FlaskClient) -> None:
    page = officer.get(f"/people/{SOURCE}").text

    assert PERSONAL[0] in page
    assert "1980" in page
    assert f"/cases/{CASE}" in page
    assert "Chợ Bình Tây" in page
    assert "19:00" in page


def test_a_case_isolated_before_it_could_infect_has_no_infectious_period(
    officer: FlaskClient,
) -> None:
    early = {**FILLED, "isolated_at": "20/06/2021 08:00"}
    send(officer, "/cases/new", case_id="early", person_id="P11", **early)

    assert "không có: đã cách ly trước khi bắt đầu" in officer.get("/cases/early").text
    assert "đã cách ly trước thời kỳ lây truyền" in officer.get("/cases/early/trace").text
