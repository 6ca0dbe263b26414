"""Files as rows, numbered as a person sees them, and what a file is refused for."""

import zipfile
from datetime import UTC, date, datetime

import polars
import pytest
import xlsxwriter

from importers.files import FileFault, read_rows
from importers.importer import RowReader
from importers.visits import VISITS

HEADER = "visit_id,person_id\n"


OPTIONS = {"default_date_format": "yyyy-mm-dd hh:mm", "constant_memory": True}


@pytest.fixture
def file(tmp_path):
    """Write a file of bytes or text and return its path."""

    def write(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Write a workbook: rows by the names of its sheets."""

    def write(**sheets):
        path = tmp_path / "rows.xlsx"
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", "visit_id,person_id\n1,Ân\n", id="CSV"),
        pytest.param("a.CSV", "\ufeffvisit_id,person_id\r\n1,Ân\r\n", id="with a byte order mark"),
        pytest.param("a.csv", "visit_id;person_id\n1;Ân", id="semicolons, no last line end"),
        pytest.param("a.tsv", "visit_id\tperson_id\n1\tÂn\n", id="TSV"),
        pytest.param("a.txt", "visit_id\tperson_id\n1\tÂn\n", id="text by tabs"),
        pytest.param("a.csv", '"visit_id"," person_id "\n"1","Ân"\n', id="quotes"),
        pytest.param("a.csv", "visit_id,person_id,,\n1,Ân,,\n", id="empty columns at the end"),
        pytest.param("a.csv", "visit_id,person_id\r1,Ân\r", id="the line ends of old Macs"),
    ],
)
def test_text_is_read_whatever_its_dress(file, name, content):
    rows = read_rows(file(content, name))

    assert rows.columns == ("visit_id", "person_id")
    assert rows.total == 1
    assert list(rows) == [(2, {"visit_id": "1", "person_id": "Ân"})]


def test_rows_can_be_read_again(file):
    rows = read_rows(file(HEADER + "1,A\n"))

    assert list(rows) == list(rows)


def test_rows_are_numbered_as_a_person_sees_them(file):
    """Empty rows count, and a line break inside a cell does not."""
    rows = read_rows(file(f'\n{HEADER}1,A\n\n , \n2,"B\nC"\n,,\n3,D\n'))

    assert [number for number, _ in rows] == [3, 6, 8]
    assert rows.total == 3


def test_short_rows_lack_cells_and_long_ones_have_some_beyond(file):
    rows = read_rows(file(HEADER + "1\n2,B,\n3,C,x\n"))

    assert [cells for _, cells in rows] == [
        {"visit_id": "1", "person_id": None},
        {"visit_id": "2", "person_id": "B"},
        {"visit_id": "3", "person_id": "C", None: ["x"]},
    ]


@pytest.mark.parametrize("count", [65_535, 65_536, 65_537])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_no_row_is_lost_where_spreadsheets_once_ended(tmp_path, file, workbook, kind, count):
    """65,536 rows is where old sheets ended, and 15,841 cases were lost once (ACCEPTANCE D1)."""
    ids = [f"V{number}" for number in range(count)]
    if kind == "csv":
        path = file("visit_id\n" + "\n".join(ids))
    elif kind == "xlsx":
        path = workbook(rows=[["visit_id"], *([one] for one in ids)])
    else:
        path = tmp_path / "rows.parquet"
        polars.DataFrame({"visit_id": ids}).write_parquet(path, row_group_size=10_000)

    rows = read_rows(path)

    found = list(rows)
    assert rows.total == count == len(found)
    assert found[0] == (2, {"visit_id": "V0"})
    assert found[-1] == (count + 1, {"visit_id": f"V{count - 1}"})
    assert len({cells["visit_id"] for _, cells in found}) == count


def test_a_sheet_gives_numbers_and_dates_and_counts_from_its_own_first_row(workbook):
    rows = read_rows(
        workbook(
            rows=[
                [],
                ["visit_id", "day", ""],
                [],
                [12, date(2021, 6, 24)],
                ["x", datetime(2021, 6, 24, 8, 30)],  # noqa: DTZ001 - sheets know no offsets
            ],
            other=[],
        )
    )

    assert list(rows) == [
        (4, {"visit_id": 12.0, "day": date(2021, 6, 24)}),
        (5, {"visit_id": "x", "day": datetime(2021, 6, 24, 8, 30)}),  # noqa: DTZ001
    ]


def test_parquet_gives_moments_with_their_offsets(tmp_path):
    path = tmp_path / "visits.parquet"
    moment = datetime(2021, 7, 1, 1, 0, tzinfo=UTC)
    frame = polars.DataFrame(
        {"visit_id": [7], "person_id": ["P1"], "venue_id": ["L1"], "arrived_at": [moment]},
        schema_overrides={"arrived_at": polars.Datetime("us", "Asia/Ho_Chi_Minh")},
    ).with_columns(polars.col("venue_id").cast(polars.Categorical), left_at=None)
    frame.write_parquet(path)

    rows = read_rows(path)

    [(number, cells)] = rows
    reader = RowReader(VISITS, rows.columns, ignore_extra=False)
    assert number == 2
    assert reader.read(cells) == {
        "visit_id": "7",
        "person_id": "P1",
        "venue_id": "L1",
        "arrived_at": moment,
        "left_at": None,
    }


def test_a_hidden_row_and_a_lying_dimension_hide_nothing(tmp_path):
    """ACCEPTANCE D2."""
    honest, lying = tmp_path / "honest.xlsx", tmp_path / "lying.xlsx"
    with xlsxwriter.Workbook(honest) as book:
        sheet = book.add_worksheet()
        for number in range(1_000):
            sheet.write_row(number, 0, [f"V{number}", "x"])
        sheet.set_row(500, None, None, {"hidden": True})
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(lying, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part).replace(b"A1:B1000", b"A1:B10"))

    rows = read_rows(lying)

    assert rows.total == 999


def test_a_sheet_of_spaces_holds_nothing(workbook):
    rows = read_rows(workbook(plan=[[" "], ["", " "]], rows=[["a", " "], [" "], ["1"]]))

    assert list(rows) == [(3, {"a": "1"})]
    with pytest.raises(FileFault, match="is empty"):
        read_rows(workbook(plan=[[" "]]))


def test_one_sheet_of_several_is_named(workbook):
    path = workbook(plan=[["a"], ["1"]], rows=[["b"], ["2"]])

    with pytest.raises(FileFault, match=r"has several sheets \(plan, rows\): say which"):
        read_rows(path)
    with pytest.raises(FileFault, match="has no such sheet; it has plan, rows"):
        read_rows(path, sheet="Sheet1")
    assert list(read_rows(path, sheet="rows")) == [(2, {"b": "2"})]


def test_merged_cells_are_refused(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().merge_range(2, 0, 3, 1, "both")

    with pytest.raises(FileFault, match="has merged cells, the first in row 3"):
        read_rows(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(workbook, monkeypatch):
    path = workbook(rows=[["visit_id"], *([str(n)] for n in range(5_000))])
    monkeypatch.setattr("importers.xlsx_files.LARGEST_UNPACKED", 1 << 16)

    with pytest.raises(FileFault, match="unpacks to more than"):
        read_rows(path)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        pytest.param("a.csv", b"", "is empty: not even a header stands in it", id="empty"),
        pytest.param("a.xlsx", b"", "is empty: not even a header stands in it", id="empty XLSX"),
        pytest.param("a.csv", b"\n , \n", "is empty: not even a header stands in it", id="blank"),
        pytest.param("a.csv", HEADER.encode(), "has a header and no rows", id="no rows"),
        pytest.param(
            "a.csv",
            HEADER.encode() + "1,A\n2,Đào\n".encode("cp1258"),
            "is not UTF-8: line 3, byte 26: save it as CSV UTF-8",
            id="another encoding",
        ),
        pytest.param(
            "a.csv",
            HEADER.encode() + b"1,A\n" * 300_000 + b"2,\xff\n",
            "is not UTF-8: line 300002, byte 1200022: save it as CSV UTF-8",
            id="another encoding, far down",
        ),
        pytest.param(
            "a.csv",
            HEADER.encode() + b"1,\xc3",
            "is not UTF-8: line 2, byte 22: save it as CSV UTF-8",
            id="cut in a character",
        ),
        pytest.param(
            "a.csv",
            (HEADER + "1,A\n").encode("utf-16"),
            "is UTF-16 or UTF-32, not UTF-8: save it as CSV UTF-8",
            id="UTF-16",
        ),
        pytest.param(
            "a.csv",
            HEADER.encode() + b'1,A\n2,"B\n3,C\n',
            "cannot be split into cells: row 3: "
            "a quote is not closed, or text follows a closed one",
            id="a quote that never closes",
        ),
        pytest.param(
            "a.csv",
            HEADER.encode() + b'1,"A"B\n',
            "cannot be split into cells: row 2: "
            "a quote is not closed, or text follows a closed one",
            id="text after a quote",
        ),
        pytest.param("a.xlsx", b"PK\x03\x04", "is not an XLSX workbook that can be read", id="cut"),
        pytest.param("a.xlsx", b"a,b\n1,2\n", "is not an XLSX workbook that can be read", id="CSV"),
        pytest.param(
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "is locked or of an old format: save it as plain XLSX",
            id="a locked workbook",
        ),
        pytest.param("a.parquet", b"PAR1", "is not a Parquet file that can be read", id="Parquet"),
        pytest.param(
            "a.xls",
            b"x",
            "is none of the kinds that can be read: .csv, .tsv, .txt, .xlsx, .parquet",
            id="another kind",
        ),
    ],
)
def test_a_file_is_refused_in_one_sentence(file, name, content, complaint):
    with pytest.raises(FileFault) as refusal:
        read_rows(file(content, name))

    assert str(refusal.value) == f"{name} {complaint}"


def test_a_workbook_of_very_many_parts_is_refused(tmp_path):
    path = tmp_path / "rows.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for number in range(5_001):
            book.writestr(str(number), "")

    with pytest.raises(FileFault, match="is packed of more than 5000 parts"):
        read_rows(path)


def test_a_name_that_is_no_text_is_told_as_text(tmp_path):
    path = tmp_path / "r\udcff\n.csv"

    with pytest.raises(FileFault, match=r"^r\?\?\.csv does not exist$"):
        read_rows(path)
    path.write_text(HEADER + "1,A\n", encoding="utf-8")
    assert read_rows(path).name == "r?\n.csv"


@pytest.mark.parametrize("place", range(100, 1_000, 90))
def test_a_damaged_workbook_is_refused_in_one_sentence(workbook, place):
    path = workbook(rows=[["visit_id"], ["1"]])
    raw = bytearray(path.read_bytes())
    raw[place : place + 5] = b"\xff\x00\xff\x00\xff"
    path.write_bytes(raw)

    with pytest.raises(FileFault, match="is not an XLSX workbook that can be read"):
        read_rows(path)


def test_what_is_no_file_is_refused(tmp_path):
    folder = tmp_path / "folder.csv"
    folder.mkdir()

    with pytest.raises(FileFault, match=r"^folder\.csv is a folder; name a file in it$"):
        read_rows(folder)
    with pytest.raises(FileFault, match=r"^none\.csv does not exist$"):
        read_rows(tmp_path / "none.csv")


def test_only_a_workbook_has_sheets(file):
    with pytest.raises(FileFault, match=r"^rows\.csv has no sheets; only an \.xlsx workbook has$"):
        read_rows(file(HEADER + "1,A\n"), sheet="a")


def test_a_cell_of_any_length_and_kind_reaches_its_column(file):
    """What a cell may hold is for its column to say, row by row."""
    rows = read_rows(file(HEADER + f"1,{'x' * 10_000}\n2,a\x00b\n"))

    assert [cells["person_id"] for _, cells in rows] == ["x" * 10_000, "a\x00b"]
