"""A first fill is an import done otherwise: the same rows taken and refused, the same store."""

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.batches import find_batches
from graph.database import Graph
from graph.server import ServerFault, ServerOptions
from graph.server import filling as server_filling
from importers import filling
from importers.cases import CASES
from importers.files import read_rows
from importers.filling import Files, Wanted, checking, lots, settling
from importers.filling.plain import plain_visits
from importers.importer import RowReader, run
from importers.venues import VENUES
from importers.visits import VISITS
from tests.graph.contents import contents

SMALL = ServerOptions(heap="512m", pagecache="64m")
KNOWN_AT = datetime(2021, 8, 1, tzinfo=UTC)
HEADER = ("visit_id", "person_id", "venue_id", "arrived_at", "left_at")
# Cells of every kind, so that both readers meet what they differ on, if they do.
IDS = ("A", "b-2", "C.3/x", "Đ 4", " e5 ", "6e7", "1.5E+9", "", "  ", "x" * 65, "y\u200bz", "-8")
ARRIVALS = (
    *("2021-07-01T08:00:00+07:00", "2021-07-01 08:00:00.999Z", "2021-07-01T23:59:59+07:00"),
    *("2021-07-02T00:00:00+07:00", "2021-06-30T17:00:00Z", "2021-07-01T08:00+0700"),
    *("1960-07-01T08:00:00+07:00", "1975-06-12T22:30:00-05:00", "2021-02-30T08:00:00+07:00"),
    *(
        "2021-07-01T08:00:00",
        "2021-07-01T24:00:00Z",
        "2021-07-01T08:00:60Z",
        "1899-12-31T23:00:00Z",
    ),
    *(
        "2101-01-01T00:00:00Z",
        "2021-07-01T08:00:00+15:00",
        "2021-07-01T08:00:00,5+14:59",
        "",
        "08:00",
    ),
)
EXITS = (
    *(
        "",
        " ",
        "2021-07-01T09:00:00+07:00",
        "2021-07-01T07:59:59+07:00",
        "2021-07-02T00:00:00+07:00",
    ),
    *("2021-07-02T00:00:01+07:00", "2021-07-04T12:00:00+07:00", "2021-09-29T08:00:00+07:00"),
    *("2021-09-29T08:00:01+07:00", "1960-07-02T00:00:00+07:00", "1975-06-14T09:00:00+07:00", "?"),
)
VENUES_FILE = """venue_id,name,category,unit_code,part_of
A,Bệnh viện,hospital,26740,
C.3/x,"Chợ ""cũ"", khu 2",market,,market-1
market-1,,market,26743,
nobody,,café,,
alone,,bus_station,26740,
"""
CASES_FILE = """case_id,person_id,classification,onset_on
c1,A,confirmed,2021-07-03
c2,new,suspected,
c3,new,maybe,
"""
cells = st.tuples(
    st.sampled_from(IDS),
    st.sampled_from(IDS),
    st.sampled_from(IDS),
    st.sampled_from(ARRIVALS),
    st.sampled_from(EXITS),
)


@given(st.lists(cells, min_size=1, max_size=30))
def test_what_is_plainly_good_is_what_the_reader_of_single_rows_takes(rows):
    columns = polars.DataFrame(rows, schema=dict.fromkeys(HEADER, polars.String), orient="row")
    reader = RowReader(VISITS, HEADER, ignore_extra=False)

    plain = plain_visits(columns, dict(zip(HEADER, HEADER, strict=True)))

    for row in plain.iter_rows(named=True):
        read = reader.read(columns.row(row.pop("place"), named=True))
        assert row == {
            **{key: read[key] for key in HEADER[:3]},
            "arrived_s": read["arrived_at"].timestamp(),
            "left_s": read["left_at"] and read["left_at"].timestamp(),
        }


def test_the_usual_row_is_plainly_good():
    rows = [
        ("visit-000000001", "person-00000001", "venue-0000001", ARRIVALS[0], EXITS[2]),
        ("v", "p", "v", "2021-07-01T08:00:00Z", ""),
    ]
    columns = polars.DataFrame(rows, schema=dict.fromkeys(HEADER, polars.String), orient="row")

    assert len(plain_visits(columns, dict(zip(HEADER, HEADER, strict=True)))) == len(rows)


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_file_is_checked_as_an_import_checks_it_whatever_its_kind(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(lots, "LOT", 40)
    file = visits_file(tmp_path, ending)
    imported = run(VISITS, read_rows(file), NOWHERE, dry_run=True)

    checked = checking.check_visits(read_rows(file), file, tmp_path, False, unseen)

    faults = [
        (fault.number, fault.column, fault.reason)
        for fault in checked.faults
        if not fault.is_stored_otherwise
    ]
    assert faults == [(row.row_number, row.column, row.reason) for row in imported.refused]
    assert (
        checked.read == imported.read == checked.accepted + checked.duplicate + len(checked.faults)
    )


@pytest.mark.timeout(300)
def test_a_filled_store_holds_what_an_import_would_have_stored(graph, tmp_path, monkeypatch):
    for module in (settling, checking):
        monkeypatch.setattr(module, "BATCH_SIZE", 17)
    monkeypatch.setattr(lots, "LOT", 40)
    paths = written(tmp_path)
    order = (VENUES, VISITS, CASES)
    imported = [
        run(
            importer,
            read_rows(paths[importer.name]),
            graph,
            recorded_at=KNOWN_AT,
            batch_size=17,
            refused_folder=tmp_path / "imported",
        )
        for importer in order
    ]
    home = tmp_path / "home"

    reports = filling.fill(home, files(paths), wanted(home))

    for filled, other in zip(reports, imported, strict=True):
        assert counts(filled) == counts(other)
        assert filled.refused == other.refused
        assert text_of(filled.refused_file) == text_of(other.refused_file)
    assert not (home / "filling").exists()
    seen = []

    def look_and_say_whether_empty(connection):
        with Graph.connect(connection) as filled:
            seen.extend(facts(filled))
        return told_empty(connection)

    told_empty = filling.has_nothing
    monkeypatch.setattr(filling, "has_nothing", look_and_say_whether_empty)
    with pytest.raises(ServerFault, match="holds something already"):
        filling.fill(home, files(paths), wanted(home))
    assert seen == facts(graph)


def test_a_fill_that_breaks_off_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    def fail(*_given):
        raise ServerFault("Neo4j's import tool failed: is the disk full?")

    monkeypatch.setattr(server_filling.Filling, "lay", fail)
    paths = written(tmp_path)
    home = tmp_path / "home"

    with pytest.raises(ServerFault, match="disk full"):
        filling.fill(home, Files((paths["visits"], read_rows(paths["visits"]))), wanted(home))

    assert not (home / "filling").exists()
    assert not list((home / "neo4j" / "data").iterdir())


def test_a_dry_run_accounts_for_every_row_and_writes_nothing(tmp_path):
    paths = written(tmp_path)
    home = tmp_path / "home"

    (report,) = filling.fill(
        home,
        Files((paths["visits"], read_rows(paths["visits"]))),
        wanted(home, dry_run=True),
    )

    assert report.batch_id is None
    assert report.refused_file is None
    assert report.read == report.accepted + report.duplicate + len(report.refused)
    assert not list((home / "neo4j" / "data").iterdir())


NOWHERE: Graph = None  # type: ignore[assignment]  # a dry run asks no store


def nasty_rows() -> list[tuple[str, ...]]:
    """Return rows of which most are refused for something, and visits told of several times."""
    random = Random(14)
    good = [
        (f"v{number}", person, venue, *random.choice(STAYS))
        for number, (person, venue, _again) in enumerate(
            product(("A", "p-2", "Đ 4"), ("A", "C.3/x", "bare"), range(8))
        )
    ]
    told_again = [
        (*random.choice(good)[:4], random.choice([left for _, left in STAYS])) for _ in range(80)
    ]
    bad = [tuple(map(random.choice, (IDS, IDS, IDS, ARRIVALS, EXITS))) for _ in range(60)]
    rows = [*good, *random.choices(good, k=30), *told_again, *bad]
    random.shuffle(rows)
    return rows


STAYS = (
    ("2021-07-01T08:00:00+07:00", ""),
    ("2021-07-01T08:00:00+07:00", "2021-07-01T09:00:00+07:00"),
    ("2021-07-01T22:00:00+07:00", ""),
    ("2021-07-01T22:00:00+07:00", "2021-07-03T00:00:00+07:00"),
    ("1960-07-01T08:00:00+07:00", ""),
    ("1974-12-31T08:00:00+07:00", "1975-01-01T00:30:00+07:00"),
)


def visits_file(folder: Path, ending: str) -> Path:
    """Write the nasty rows; in Parquet, some of the moments as moments of a spreadsheet never."""
    file = folder / f"visits.{ending}"
    frame = polars.DataFrame(
        nasty_rows(), schema=dict.fromkeys(HEADER, polars.String), orient="row"
    )
    if ending == "csv":
        # Some rows that are too short, too long, or empty, and an id that wants its quotes.
        text = frame.write_csv()
        file.write_text(
            f'{text}short,A\n\nlong,A,A,{ARRIVALS[0]},,,more\n"a,""1",A,A,{ARRIVALS[0]},\n'
        )
    elif ending == "parquet":
        frame.write_parquet(file)
    else:
        frame.write_excel(file)
    return file


def written(folder: Path) -> dict[str, Path]:
    """Write the files of a fill; return them by their importers."""
    paths = {"visits": visits_file(folder, "csv")}
    for name, text in (("venues", VENUES_FILE), ("cases", CASES_FILE)):
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text(text, encoding="utf-8")
    return paths


def files(paths: dict[str, Path]) -> Files:
    """Return files as a fill wants them."""
    return Files(*((paths[name], read_rows(paths[name])) for name in ("visits", "venues", "cases")))


def wanted(home: Path, dry_run: bool = False) -> Wanted:
    """Return how the tests fill."""
    return Wanted(
        KNOWN_AT,
        SMALL,
        tell=lambda _sentence: None,
        progress=lambda _path: unseen,
        dry_run=dry_run,
        refused_folder=home / "refused",
    )


def unseen(_done: int, _total: int | None) -> None:
    """Show no progress."""


def counts(report):
    """Return the figures of a report."""
    return report.read, report.accepted, report.duplicate, len(report.refused)


def text_of(file: Path | None) -> str | None:
    """Return what a file of refused rows holds."""
    return None if file is None else file.read_text(encoding="utf-8")


def facts(graph: Graph) -> list[str]:
    """Return everything in a store but the ledger, batches named for their sources."""
    told = "\n".join(contents(graph))
    for batch in find_batches(graph):
        told = told.replace(batch.batch_id, f"batch of {batch.source}")
    told = re.sub(r"\('(started|finished)_at', [^)]*\)+", "", told)
    return sorted(row for row in told.split("\n") if not re.match(r"\[\['(Ledger|Change)'", row))
