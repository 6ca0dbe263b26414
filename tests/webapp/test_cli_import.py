"""`truyvet import`: rows accepted, duplicate and refused, and files that are refused whole."""

import csv
import stat
from pathlib import Path

import pytest

from graph.categories import CATEGORIES
from tests.webapp.truyvet import Truyvet, refused

HEADER = "visit_id,person_id,venue_id,arrived_at,left_at\n"
GOOD = "v1,P1,café,2021-07-01T08:00:00+07:00,2021-07-01T09:00:00+07:00\n"
OPEN = "v2,P2,café,2021-07-01T08:30:00+07:00,\n"


@pytest.fixture
def truyvet(connection, graph, tmp_path):
    """The command line on the empty store of this run."""
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


@pytest.fixture
def file(tmp_path):
    """Write a file of visits and return its path."""

    def write(*rows: str, header: str = HEADER, name: str = "visits.csv") -> Path:
        path = tmp_path / name
        path.write_text("".join([header, *rows]), encoding="utf-8")
        return path

    return write


def figures(report):
    """Return the four figures of a report."""
    return [report[name] for name in ("read", "accepted", "duplicate", "refused")]


def test_a_file_imported_twice_changes_nothing_the_second_time(truyvet, file):
    visits = file(GOOD, OPEN)

    [first] = truyvet.json("import", "visits", visits)
    [second] = truyvet.json("import", "visits", visits)

    assert figures(first) == [2, 2, 0, 0]
    assert figures(second) == [2, 0, 2, 0]
    assert first.keys() == {
        "file",
        "importer",
        "batch_id",
        "read",
        "accepted",
        "duplicate",
        "refused",
        "refused_rows",
        "refused_file",
    }


def test_refused_rows_are_named_and_written_to_a_file_for_their_owner_alone(truyvet, file):
    visits = file(GOOD, "v3,P3,café,2021-07-01 morning,\n", "v4,P4,café,2021-07-01T08:00,\n")

    ran = truyvet("import", "visits", visits)
    [report] = truyvet.json("import", "visits", visits, status=1)

    assert ran.exit_code == 1
    assert "visits.csv: 3 read, 1 accepted, 0 duplicate, 2 refused" in ran.stdout
    assert "row 3: arrived_at: not a time with an offset" in ran.stderr
    assert "morning" not in ran.output
    written = Path(report["refused_file"])
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    with written.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["row_number"], row["column"]) for row in rows] == [
        ("3", "arrived_at"),
        ("4", "arrived_at"),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("v5,P5,café,2021-07-01T09:00Z,2021-07-01T08:00Z\n", "left_at", id="backwards"),
        pytest.param("v5,P5,café,2021-07-01T09:00Z,2022-08-05T09:00Z\n", "left_at", id="400 days"),
        pytest.param(f"v5,{'P' * 10_000},café,2021-07-01T09:00Z,\n", "person_id", id="endless id"),
        pytest.param("v5,P5,ca\x07fé,2021-07-01T09:00Z,\n", "venue_id", id="control character"),
        pytest.param(",P5,café,2021-07-01T09:00Z,\n", "visit_id", id="no id"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_row_and_column(truyvet, file, row, column):
    ran = truyvet("import", "visits", file(GOOD, row))

    assert ran.exit_code == 1
    assert f"row 3: {column}: " in ran.stderr
    assert "1 accepted" in ran.stdout


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("a.csv", b"", "is empty", id="an empty file"),
        pytest.param("a.csv", HEADER.encode(), "has a header and no rows", id="a header alone"),
        pytest.param("a.csv", b"visit_id,mood\nv1,good\n", "mood", id="an unknown column"),
        pytest.param("a.csv", b"visit_id,person_id\nv1,P1\n", "venue_id", id="a missing column"),
        pytest.param("a.csv", HEADER.encode() + b"\xff\xfe\xc3\x28\n", "a.csv ", id="an encoding"),
        pytest.param("a.docx", b"PK", "kinds that can be read", id="another kind of file"),
        pytest.param("a.xlsx", b"no workbook", "a.xlsx ", id="a broken workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(truyvet, tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)

    refused(truyvet("import", "visits", path), sentence)
    assert truyvet.json("import", "list") == []


def test_one_bad_file_stops_the_good_ones_beside_it(truyvet, file):
    good = file(GOOD)
    bad = file("x\n", header="mood\n", name="bad.csv")

    refused(truyvet("import", "visits", good, bad), "bad.csv: ", "mood")
    assert truyvet.json("db", "status")["counts"]["persons"] == 0


def test_a_column_too_many_is_left_out_where_that_is_asked_for(truyvet, file):
    visits = file("v1,P1,café,2021-07-01T08:00Z,,good\n", header=HEADER.strip() + ",mood\n")

    refused(truyvet("import", "visits", visits), "mood")
    [report] = truyvet.json("import", "visits", visits, "--ignore-extra")

    assert figures(report) == [1, 1, 0, 0]


def test_a_dry_run_reports_and_writes_nothing(truyvet, file, tmp_path):
    [report] = truyvet.json("import", "visits", file(GOOD, "v2,,,,\n"), "--dry-run", status=1)

    assert figures(report) == [2, 1, 0, 1]
    assert truyvet.json("import", "list") == []
    assert not (tmp_path / "instance" / "refused").exists()


def test_what_was_imported_is_listed_the_newest_first(truyvet, file):
    truyvet("import", "visits", file(GOOD))
    truyvet("import", "visits", file(OPEN, name="later.csv"))

    listed = truyvet.json("import", "list")

    assert {batch["file_name"] for batch in listed} == {"visits.csv", "later.csv"}
    assert all(figures(batch) == [1, 1, 0, 0] for batch in listed)
    assert "later.csv" in truyvet("import", "list").stdout


def test_facts_become_known_when_they_are_said_to_have(truyvet, file):
    visits = file(GOOD)

    refused(truyvet("import", "visits", visits, "--recorded-at", "2100-01-01T00:00Z"), "future")
    refused(truyvet("import", "visits", visits, "--recorded-at", "2021-07-01"), "offset")
    ran = truyvet("import", "visits", visits, "--recorded-at", "2021-07-02T08:00+07:00")
    asked = ("trace", "--person", "P1", "--from", "2021-07-01T00:00Z")

    assert ran.exit_code == 0
    assert truyvet(*asked, "--as-of", "2021-07-03T08:00Z").exit_code == 0


def test_the_sources_are_listed_with_their_columns(truyvet):
    listed = {source["name"]: source for source in truyvet.json("import", "sources")}

    assert {"persons", "venues", "visits", "meetings", "cases", "units"} <= set(listed)
    assert [column["name"] for column in listed["visits"]["columns"]] == HEADER.strip().split(",")
    told = truyvet("import", "sources").stdout
    assert "visits: visit_id, person_id" in told
    # A refusal that counts the codes of a long list is answered here.
    assert f"category: {', '.join(sorted(CATEGORIES))}" in told


def test_progress_is_counted_as_the_language_writes_numbers(truyvet, file):
    rows = "".join(GOOD.replace("v1", f"v{number}") for number in range(1200))

    assert "1,200 rows" in truyvet("import", "visits", file(rows)).stderr
    assert "1.200 dòng" in truyvet("import", "visits", file(rows), language="vi").stderr
