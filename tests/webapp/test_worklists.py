"""The work list of a case: the strongest exposure first, by ward, with the clock, as a file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.people import merge_persons
from graph.visits import merge_visits
from tests.tables import at
from tests.webapp.outbreak import CASE, PERSONAL

LIST = f"/cases/{CASE}/worklist"
ROW = re.compile(r'<tr>\s*<td data-label="[^"]*" class="number">.*?</tr>', re.S)


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def rows(page: str) -> list[str]:
    """Return the rows of a work list."""
    return ROW.findall(page)


def test_a_work_list_shows_the_strongest_first_with_the_parts_of_its_score(
    officer: FlaskClient,
) -> None:
    page = officer.get(f"{LIST}?rule=2022-04&as_of=21/07/2021 08:00").text

    shown = [re.search(r'href="/people/([^"]+)"', row).group(1) for row in rows(page)]  # type: ignore[union-attr]
    assert shown[0] == PERSONAL[2]
    assert set(shown) == {PERSONAL[2], "A", "B", "D"}
    met = rows(page)[0]
    assert "60 phút × 2 (" in met
    assert "20 ngày trước" in met
    assert "7,5" in met


def test_a_work_list_is_split_by_ward(officer: FlaskClient, outbreak: Graph) -> None:
    person = {"person_id": "D", "unit_code": "27343"}
    merge_persons(outbreak, [person], Stamp("test", "test", at("D20 00:00")))

    ward = officer.get(f"{LIST}?ward=27343").text
    none = officer.get(f"{LIST}?ward=-").text
    empty = officer.get(f"{LIST}?ward=nowhere").text

    assert len(rows(ward)) == 1
    assert "/people/D" in rows(ward)[0]
    assert len(rows(none)) == 3
    assert "chưa rõ phường, xã" in none
    assert not rows(empty)
    assert "Không có ai trong danh sách ở phường, xã này" in empty


@pytest.mark.parametrize(
    ("minutes", "state", "word"),
    [
        pytest.param(10, "running", "trong hạn 1 giờ", id="in time"),
        pytest.param(46, "alarm", "Chỉ còn", id="past 45 minutes"),
        pytest.param(61, "over", "Đã quá 1 giờ", id="past 60 minutes"),
    ],
)
def test_the_clock_stands_on_the_case_and_on_its_work_list(
    outbreak: Graph, officer: FlaskClient, minutes: int, state: str, word: str
) -> None:
    confirmed = datetime.now(UTC) - timedelta(minutes=minutes)
    case = {"case_id": f"clock-{state}", "person_id": f"clock-{state}", "confirmed_at": confirmed}
    stamp = Stamp("test", "test", confirmed)
    merge_cases(outbreak, [{**case, "classification": "confirmed"}], stamp)

    for address in (f"/cases/clock-{state}", f"/cases/clock-{state}/worklist"):
        page = officer.get(address).text
        assert f'data-clock="{state}"' in page
        assert word in page


def test_a_case_that_is_not_confirmed_has_no_clock(outbreak: Graph, officer: FlaskClient) -> None:
    case = {"case_id": "suspect", "person_id": "suspect", "classification": "suspected"}
    merge_cases(outbreak, [case], Stamp("test", "test", at("D20 00:00")))

    page = officer.get("/cases/suspect/worklist").text

    assert "data-clock" not in page
    assert "từ khi ca bệnh được xác định" in page
    assert "Không có ai là F1" not in rows(page)


def test_the_case_and_its_trace_lead_to_the_work_list(officer: FlaskClient) -> None:
    for address in (f"/cases/{CASE}", f"/cases/{CASE}/trace"):
        assert f'href="{LIST}' in officer.get(address).text


def test_a_file_holds_the_whole_list_in_its_order(officer: FlaskClient) -> None:
    answer = officer.get(f"{LIST}/csv?rule=2022-04")
    written = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    book = io.BytesIO(officer.get(f"{LIST}/xlsx?rule=2022-04").data)
    sheet = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()

    assert answer.headers["Content-Disposition"] == "attachment; filename=worklist.csv"
    assert [row["Thứ tự"] for row in written] == ["1", "2", "3", "4"]
    assert [row["Mã người"] for row in written] == [line[1] for line in sheet[1:]]
    assert list(written[0]) == list(sheet[0])
    a = next(row for row in written if row["Mã người"] == "A")
    assert (a["Họ và tên"], a["Phút"]) == (PERSONAL[1], "30")
    assert a["Phơi nhiễm lúc"] == "2021-07-01T10:45:00+07:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_a_name_is_never_a_formula_in_a_file(
    outbreak: Graph, officer: FlaskClient, start: str
) -> None:
    stamp = Stamp("test", "test", at("D20 00:00"))
    name = f"{start}1+cmd|' /C calc'!A0"
    merge_persons(outbreak, [{"person_id": "B", "full_name": name}], stamp)

    text = officer.get(f"{LIST}/csv").data.decode("utf-8-sig")
    written = list(csv.DictReader(io.StringIO(text)))
    with ZipFile(io.BytesIO(officer.get(f"{LIST}/xlsx").data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")

    (cell,) = [row["Họ và tên"] for row in written if row["Mã người"] == "B"]
    assert cell.startswith("'")
    assert b"<f>" not in sheet
    assert b"cmd|" in sheet


@pytest.mark.parametrize("query", ["hop=0", "hop=4", "hop=x", "rule=1999", "as_of=yesterday"])
def test_bad_input_is_an_error_of_its_field(officer: FlaskClient, query: str) -> None:
    answer = officer.get(f"{LIST}?{query}")

    assert answer.status_code == 422
    assert '-error"' in answer.text
    assert officer.get(f"{LIST}/csv?{query}").status_code == 404


def test_what_is_no_kind_of_file_is_not_found(officer: FlaskClient) -> None:
    assert officer.get(f"{LIST}/pdf").status_code == 404
    assert officer.get(f"{LIST}?page=99").status_code == 404


@pytest.fixture
def crowd(outbreak: Graph) -> str:
    """A case with 130 contacts at one venue."""
    stamp = Stamp("test", "test", at("D20 00:00"))
    visits = [
        {
            "visit_id": f"fair-{n}",
            "person_id": f"fair-{n:03d}",
            "venue_id": "fair",
            "arrived_at": at("D5 08:00"),
            "left_at": at("D5 10:00"),
        }
        for n in range(131)
    ]
    merge_visits(outbreak, visits, stamp)
    case = {"case_id": "fair", "person_id": "fair-000", "classification": "confirmed"}
    merge_cases(outbreak, [{**case, "onset_on": at("D5 00:00").date()}], stamp)
    return "/cases/fair/worklist"


def test_a_long_list_comes_a_hundred_at_a_time_and_whole_for_printing(
    officer: FlaskClient, crowd: str, questions: list[str]
) -> None:
    first, second = (officer.get(f"{crowd}?page={n}").text for n in (1, 2))
    asked = list(questions)
    whole = officer.get(f"{crowd}?rows=all").text

    assert (len(rows(first)), len(rows(second)), len(rows(whole))) == (100, 30, 130)
    assert asked.count("people/find_homes") == 2
    assert asked.count("people/find_names") == 2


def test_a_trace_page_tells_its_warnings_in_words(officer: FlaskClient) -> None:
    page = officer.get(f"/cases/{CASE}/trace?hops=1").text

    assert "dựa trên giờ ra ước đoán" in page
