"""Pages of saved traces: kept, listed, shown as they were, and compared with the reasons."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.tracing import saved
from graph.visits import merge_visits, retract_visits
from tests.tables import at, records
from tests.webapp.conftest import TOKEN, send
from tests.webapp.outbreak import CASE, PERSONAL, SAVED

TRACES = f"/cases/{CASE}/traces"
THEN = "as_of=21/07/2021 08:00&hops=2&rule=2021-07"
NEW_ID = "f" * 32


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def save(officer: FlaskClient, trace_id: str, name: str = "", query: str = THEN) -> str:
    """Save the trace that an address shows, and return where that leads."""
    answer = send(
        officer,
        f"{TRACES}?{query}",
        page=f"/cases/{CASE}/trace?{query}",
        name=name,
        trace_id=trace_id,
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_trace_page_offers_to_save_what_it_shows(officer: FlaskClient) -> None:
    page = officer.get(f"/cases/{CASE}/trace?hops=3&rule=2021-12&exits=recorded").text

    form = page.split("Lưu lần truy vết này")[0].rsplit("<form", 1)[1]
    assert f'action="{TRACES}?' in form
    for asked in ("hops=3", "rule=2021-12", "exits=recorded", "as_of="):
        assert asked in form


def test_a_trace_is_saved_once_and_listed_with_who_saved_it(officer: FlaskClient) -> None:
    where = save(officer, NEW_ID, "Danh sách 21/7")
    again = save(officer, NEW_ID, "Danh sách 21/7")

    assert where == again == f"{TRACES}/{NEW_ID}"
    rows = officer.get(TRACES).text.split("<tr>")
    [row] = [row for row in rows if NEW_ID in row]
    assert "Danh sách 21/7" in row
    assert "21/07/2021 08:00" in row
    assert "investigator" in row


def test_a_saved_trace_is_shown_as_it_was_with_the_evidence(officer: FlaskClient) -> None:
    page = officer.get(f"{TRACES}/{SAVED}").text

    assert "Ngày 21" in page
    assert page.count('<tbody class="person"') >= 3
    assert PERSONAL[1] in page
    assert "cùng ở" in page


@pytest.mark.parametrize(
    "name",
    [pytest.param("x" * 201, id="too long"), pytest.param("a\u200bb", id="cannot be seen")],
)
def test_a_name_that_is_not_taken_leads_back_to_the_trace(officer: FlaskClient, name: str) -> None:
    path, _, query = save(officer, "e" * 32, name).partition("?")

    assert path == f"/cases/{CASE}/trace"
    assert parse_qsl(query) == parse_qsl(THEN)
    assert "e" * 32 not in officer.get(TRACES).text


def test_a_form_without_its_token_is_not_taken(officer: FlaskClient) -> None:
    assert officer.post(f"{TRACES}?{THEN}", data={"trace_id": "d" * 32}).status_code == 403


def test_too_many_people_are_said_in_words(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_PEOPLE", 1)
    token = TOKEN.search(officer.get(f"/cases/{CASE}/trace").text)
    assert token

    data = {"csrf_token": token.group(1), "trace_id": "c" * 32}
    answer = officer.post(f"{TRACES}?{THEN}", data=data)

    assert answer.status_code == 422
    assert "vượt mức lưu được" in answer.text


def test_nothing_changed_is_said_in_words(officer: FlaskClient) -> None:
    save(officer, "b" * 32)

    page = officer.get(f"{TRACES}/{SAVED}/comparison?with={'b' * 32}").text

    assert "Không có gì thay đổi" in page


def test_a_comparison_tells_each_person_with_the_fact_and_its_evidence(
    outbreak: Graph, officer: FlaskClient
) -> None:
    day = Stamp("test", "test", at("D30 00:00"))
    visits = """
        visit_id | person_id  | venue_id | arrived_at | left_at
        saved-1  | saved-late | café     | 08:10      | 08:50
    """
    merge_visits(outbreak, records(visits), day)
    report = {"case_id": "saved-case", "person_id": "B", "classification": "confirmed"}
    merge_cases(outbreak, [{**report, "confirmed_at": at("D29 00:00")}], day)
    try:
        page = officer.get(f"{TRACES}/{SAVED}/comparison").text
    finally:
        retract_visits(outbreak, ["saved-1"], datetime.now(UTC) - timedelta(seconds=5))
        merge_cases(outbreak, [{**report, "classification": "discarded"}], day)

    rows = page.split("<tbody>")[1].split("</tr>")
    [added] = [row for row in rows if 'href="/people/saved-late"' in row.split("</th>")[0]]
    assert "thêm mới" in added
    assert "Lượt đến của saved-late tại Cà phê Góc Phố lúc 01/07/2021 08:10" in added
    assert "/days/2021-07-01" in added
    [turned] = [row for row in rows if 'href="/people/B"' in row.split("</th>")[0]]
    assert "chuyển dương tính" in turned
    assert 'href="/cases/saved-case"' in turned
    only = officer.get(f"{TRACES}/{SAVED}/comparison?change=withdrawn").text
    assert "saved-late" not in only


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"{TRACES}/{'9' * 32}", id="an unknown trace"),
        pytest.param(f"{TRACES}/no-id", id="what is no id of a trace"),
        pytest.param(f"/cases/case-2/traces/{SAVED}", id="the trace of another case"),
        pytest.param(f"{TRACES}/{SAVED}/comparison?with={'9' * 32}", id="compared with none"),
        pytest.param("/cases/no-case/traces", id="an unknown case"),
        pytest.param(f"{TRACES}?page=0", id="no page"),
    ],
)
def test_what_is_not_there_is_not_found(officer: FlaskClient, address: str) -> None:
    assert officer.get(address).status_code == 404


def test_a_case_without_saved_traces_says_how_to_make_one(officer: FlaskClient) -> None:
    assert "Chưa lưu lần truy vết nào" in officer.get("/cases/case-2/traces").text
