"""Lists of units: read, judged, decided on, taken in; every row comes out once."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from graph.batches import Stamp
from graph.database import Graph
from graph.periods import local_day
from graph.registrations import Actor, find_area, merge_round
from graph.registrations.lists import RegistrationList, count_outcomes, find_lists, find_rows
from graph.units import merge_units
from importers.files import FileFault
from importers.registration_lists import GUIDE_SHEET, LIST_SHEET, WORDS_SHEET, open_list
from tests.tables import at
from tests.webapp.lists_of_units import HEADER, press, sheet_of, unit, upload

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def commune(sign_in: SignIn) -> FlaskClient:
    """The intake officer of Phường 13, reading English."""
    visitor = sign_in("commune_intake")
    visitor.set_cookie("language", "en")
    return visitor


def of_everybody(graph: Graph) -> list[RegistrationList]:
    """The lists of every office."""
    area = find_area(graph, Actor("city_ict"), local_day(datetime.now(UTC)))
    return find_lists(graph, area, True)


def kept_lists(graph: Graph) -> list[str]:
    return [one.list_id for one in of_everybody(graph)]


def test_a_list_is_read_decided_on_and_taken_in_once(outbreak: Graph, commune: FlaskClient):
    rows = [
        unit(),
        unit(name="Cs moc Tan Thanh", phone="0912345678", address="12 Hậu Giang, P13"),
        unit(name="Trường Tiểu học Bình Tiên", category="trường", phone=987654321.0),
        unit(name="Quán phở Hòa", category="quán ăn", phone="12"),
        unit(name="Nhà may Thanh Xuân", holds_code_of="Phòng Y tế Quận 6", phone="0907111222"),
        unit(name="Tiệm vàng Kim Sơn", category="cửa hàng", phone="0907111333"),
    ]

    answer = upload(commune, sheet_of(rows))

    assert answer.status_code == 303
    page = answer.location
    text = commune.get(page, query_string={"view": "all"}).text
    assert "likely a duplicate" in text
    assert "is not a phone number that a person answers" in text
    assert "has a QR code from the health office" in text
    assert "the zero of the phone was given back" in text
    # The second row is the first again, the fifth is on another list; nobody decided yet.
    assert press(commune, page, "/decisions", one="3 duplicate row:2").status_code == 303
    assert press(commune, page, "/decisions", one="6 suggested").status_code == 303
    assert press(commune, page, "/acceptance").status_code == 303
    (kept,) = [one for one in of_everybody(outbreak) if one.list_id in page]
    assert kept.finished_at is not None
    assert [row.outcome for row in find_rows(outbreak, kept.list_id)] == [
        "accepted",
        "duplicate",
        "accepted",
        "refused",
        "excluded",
        "accepted",
    ]


def test_the_same_file_again_is_the_same_list_and_its_rows_again_are_known(
    outbreak: Graph, commune: FlaskClient
):
    made = sheet_of([unit(name="Chành xe Phú Lâm", phone="0933111222")])
    page = upload(commune, made).location
    press(commune, page, "/acceptance")
    before = kept_lists(outbreak)

    again = upload(commune, made, "renamed.xlsx")

    assert again.location == f"{page}?again=1"
    assert kept_lists(outbreak) == before
    # The same row in another file is registered already.
    other = upload(
        commune,
        sheet_of(
            [
                unit(name="Xưởng in Lê Quang", phone="0933111999"),
                unit(name="Chành xe Phú Lâm", phone="0933111222"),
            ]
        ),
    ).location
    press(commune, other, "/acceptance")
    assert [row.outcome for row in find_rows(outbreak, other.rpartition("/")[2])] == [
        "accepted",
        "duplicate",
    ]


def test_a_row_of_another_commune_is_passed_on_and_not_lost(outbreak: Graph, commune: FlaskClient):
    other = {"unit_code": "27346", "name": "Phường 14", "level": "ward", "parent_code": "775"}
    merge_units(outbreak, [other], Stamp("test", "test", at("D20 00:00")))

    page = upload(commune, sheet_of([unit(name="Lò bánh Minh", commune="P.14, Quận 6")])).location

    assert "belongs to Phường 14" in commune.get(page).text
    press(commune, page, "/acceptance")
    (row,) = find_rows(outbreak, page.rpartition("/")[2])
    assert (row.outcome, row.unit_code) == ("passed_on", "27346")
    # Nobody takes in what is another office's.
    assert press(commune, page, "/decisions", one="2 take").status_code == 422


def test_a_list_after_its_round_is_late_and_taken(outbreak: Graph, commune: FlaskClient):
    yesterday = local_day(datetime.now(UTC)) - timedelta(days=1)
    merge_round(outbreak, "short", "Đợt ngắn", yesterday, yesterday)

    page = upload(commune, sheet_of([unit(name="Sạp vải Cô Chín", phone="0908222333")])).location

    assert "late" in commune.get(page).text
    assert press(commune, page, "/acceptance").status_code == 303


def test_names_with_markup_are_shown_as_text_and_no_cell_runs(commune: FlaskClient):
    evil = "<img src=x onerror=alert(1)>"
    rows = [unit(name=evil, phone="0908222444"), unit(name="=1+1", phone="x", note="@cmd")]

    page = upload(commune, sheet_of(rows)).location

    assert evil not in commune.get(page, query_string={"view": "all"}).text
    book = commune.get(f"{page}/faults.xlsx").data
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    (head, row) = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert head[:4] == ["Dòng", "Cột", "Mã lỗi", "Lý do"]
    assert row[:3] == [3, "Điện thoại", "phone"]
    assert "số điện thoại" in row[3]
    assert "=1+1" in row


def test_an_unknown_list_and_one_of_another_office_answer_alike(outbreak: Graph, sign_in: SignIn):
    page = upload(sign_in("city_ict"), sheet_of([unit(name="Hãng đĩa", phone="0908222555")]))

    visitor = sign_in("commune_intake")

    assert visitor.get(page.location).status_code == 404
    assert visitor.get("/registrations/lists/nothing").status_code == 404


def test_the_pages_speak_both_languages(commune: FlaskClient):
    assert "Lists of units" in commune.get("/registrations/lists").text
    commune.set_cookie("language", "vi")
    assert "Danh sách đơn vị" in commune.get("/registrations/lists").text


def test_the_template_reads_back_once_it_is_filled_in(commune: FlaskClient, tmp_path: Path):
    made = commune.get("/registrations/template").data
    path = tmp_path / "template.xlsx"
    path.write_bytes(made)

    book = CalamineWorkbook.from_path(path)

    assert book.sheet_names == [LIST_SHEET, GUIDE_SHEET, WORDS_SHEET]
    assert book.get_sheet_by_name(LIST_SHEET).to_python()[0] == HEADER
    words = book.get_sheet_by_name(WORDS_SHEET).to_python()
    assert words[1][1] == "Phường 13, Quận 6"
    with pytest.raises(FileFault, match="has a header and no rows"):
        open_list(path)


def lying(made: bytes) -> bytes:
    """Say in the sheet that it holds one cell."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', body)
            new.writestr(name, body)
    return changed.getvalue()


def bomb() -> bytes:
    """Return a workbook of some KiB that unpacks to 3 MiB."""
    made = io.BytesIO()
    book = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED)
    with book, book.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(3):
            part.write(bytes(1 << 20))
    return made.getvalue()


def merged() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "DANH SÁCH ĐƠN VỊ")
        sheet.write_row(1, 0, HEADER)
    return made.getvalue()


@pytest.mark.parametrize(
    ("made", "name", "told"),
    [
        pytest.param(lambda: b"x", "list.xlsm", "macros and old formats", id="macros"),
        pytest.param(
            lambda: b"\xd0\xcf\x11\xe0", "list.xlsx", "save it as plain XLSX", id="locked"
        ),
        pytest.param(lambda: b"PK no", "list.xlsx", "is not an XLSX workbook", id="no workbook"),
        pytest.param(merged, "list.xlsx", "has merged cells, the first in row 1", id="merged"),
        pytest.param(bomb, "list.xlsx", "unpacks to more than", id="a bomb"),
        pytest.param(
            lambda: sheet_of([unit()], ["STT", "Tên đơn vị"]),
            "list.xlsx",
            "columns missing:",
            id="header",
        ),
        pytest.param(
            lambda: "Tên đơn vị;Loại hình\nhoà".encode("utf-16"), "a.csv", "UTF-16", id="UTF-16"
        ),
        pytest.param(
            lambda: "Tên đơn vị\n".encode("cp1258", "replace") + b"\xe3\xe3",
            "a.csv",
            "is not UTF-8",
            id="CP1258",
        ),
    ],
)
def test_a_file_that_cannot_be_a_list_is_refused_with_what_to_do(
    outbreak: Graph,
    commune: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[], bytes],
    name: str,
    told: str,
):
    monkeypatch.setattr("importers.xlsx_files.LARGEST_UNPACKED", 2 << 20)
    before = kept_lists(outbreak)

    answer = upload(commune, made(), name)

    assert answer.status_code == 422
    assert told in answer.text
    assert "truyvet-list" not in answer.text
    assert kept_lists(outbreak) == before


def test_a_file_larger_than_any_form_is_read_and_one_larger_than_a_list_is_not(
    outbreak: Graph, commune: FlaskClient
):
    note = "x" * 190
    rows = [unit(name=f"Kho hàng {n}", phone="0", note=f"{note}{n}") for n in range(5_00)]
    made = sheet_of(rows) + bytes(100_000)

    assert upload(commune, made).status_code in (303, 422)
    too_large = commune.post(
        "/registrations/lists",
        input_stream=io.BytesIO(bytes(9 << 20)),
        content_type="multipart/form-data; boundary=x",
        content_length=9 << 20,
    )
    assert too_large.status_code == 413


def test_hidden_rows_and_a_lying_size_hide_nothing(outbreak: Graph, commune: FlaskClient):
    made = lying(sheet_of([unit(name=f"Kho {n}", phone=f"09081110{n}") for n in range(10, 30)]))

    page = upload(commune, made).location

    assert len(find_rows(outbreak, page.rpartition("/")[2])) == 20


def test_whatever_stands_in_a_file_every_row_of_it_comes_out_once(
    outbreak: Graph, commune: FlaskClient
):
    dice = random.Random(6)
    pick = dice.choice
    names = ["Quán", "Tiệm", "Nhà thuốc", "Cơ sở", "=A1", "C«ng ty"]
    rows = [
        unit(
            name=f"{pick(names)} {pick('ABCDEFGH')}{pick('klmno')}am",
            category=pick(["quán ăn"] * 20 + ["công ty", "phi thuyền", 7, ""]),
            address=pick(["1 Hậu Giang", "2 Hậu Giang", "3 Bà Hom", "4 Kinh Dương Vương", ""]),
            commune=pick(["Phường 13", "P13", "13"] * 5 + ["Phường 99", ""]),
            phone=pick([f"09123{n}" for n in range(10000, 10040)] + [912345678.0, "9.1E+08", ""]),
            is_on_ncovi=pick(["không", ""] * 8 + ["có", "có lẽ"]),
            holds_code_of=pick(["", "chưa"] * 8 + ["Sở Công Thương", "TTYT"]),
            gate_count=pick([1, "2/1", ""] * 6 + [2.5, 99]),
        )
        for _ in range(120)
    ]
    page = upload(commune, sheet_of(rows)).location
    list_id = page.rpartition("/")[2]
    standing = find_rows(outbreak, list_id)
    open_rows = [row.number for row in standing if row.decision is None]

    press(commune, page, "/decisions", row=open_rows[::2], what="take")
    press(commune, page, "/decisions", row=open_rows[1::2], what="left_out")
    press(commune, page, "/acceptance")

    counts = count_outcomes(find_rows(outbreak, list_id))
    assert sum(counts.values()) == len(rows)
    assert all(counts[each] for each in ("accepted", "refused", "left_out"))
