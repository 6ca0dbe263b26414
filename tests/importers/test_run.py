"""The loop: every row accounted for, whatever it holds, and nothing stored twice."""

import csv
import logging
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.batches import Merged, find_batches
from graph.reports import count_store
from graph.visits import get_visit
from importers.cases import CASES
from importers.catalogue import IMPORTERS
from importers.files import FileFault, read_rows
from importers.header import HeaderFault
from importers.importer import AccountingFault, Importer, run
from importers.meetings import MEETINGS
from importers.refusals import guarded
from importers.units import UNITS
from importers.venues import VENUES
from importers.visits import VISITS
from tests.tables import LATER, at, texts

SECRET = "0912345678"
VISIT = {
    "visit_id": "V1",
    "person_id": "P1",
    "venue_id": "L1",
    "arrived_at": "2021-07-01T08:00:00+07:00",
    "left_at": "2021-07-01T09:00:00+07:00",
}
MEETING = {
    "contact_id": "M1",
    "person_a": "P1",
    "person_b": "P2",
    "started_at": "2021-07-01T08:00:00+07:00",
    "ended_at": "2021-07-01T09:00:00+07:00",
}
VENUE = {"venue_id": "L1", "part_of": "", "latitude": "10.7", "longitude": "106.7"}
CASE = {
    "case_id": "C1",
    "person_id": "P1",
    "classification": "confirmed",
    "sampled_on": "2021-07-02",
    "confirmed_at": "2021-07-02T08:00:00+07:00",
}
UNIT = {
    "unit_code": "79",
    "name": "Thành phố",
    "level": "city",
    "parent_code": "",
    "valid_from": "2021-01-01",
    "valid_until": "2025-07-01",
}


def dry(importer, *rows, **options):
    """Check rows without a store; None in its place shows that it is not asked."""
    return run(importer, list(rows), None, dry_run=True, **options)


def told(report):
    """Return the refusals as a person reads them."""
    return [str(row) for row in report.refused]


@pytest.mark.parametrize(
    ("importer", "row", "changed", "refusal"),
    [
        pytest.param(
            VISITS,
            VISIT,
            {"left_at": "2021-07-01T07:59:59+07:00"},
            "left_at: before arrived_at",
            id="gone before arrived",
        ),
        pytest.param(
            VISITS,
            VISIT,
            {"left_at": "2022-08-05T08:00:00+07:00"},
            "left_at: more than 90 days after arrived_at",
            id="a visit of 400 days",
        ),
        pytest.param(
            VISITS,
            VISIT,
            {"arrived_at": "2021-07-01T08:00:00"},
            "arrived_at: not a time with an offset",
            id="a time without an offset",
        ),
        pytest.param(VISITS, VISIT, {"arrived_at": ""}, "arrived_at: is empty", id="no arrival"),
        pytest.param(
            VISITS,
            VISIT,
            {"person_id": "x" * 10_000},
            "person_id: is longer than 64 characters",
            id="a person id of 10,000 characters",
        ),
        pytest.param(
            VISITS,
            VISIT,
            {"venue_id": "x" * 10_000},
            "venue_id: is longer than 64 characters",
            id="a venue id of 10,000 characters",
        ),
        pytest.param(
            VISITS,
            VISIT,
            {"person_id": "P\x07"},
            "person_id: holds a control or invisible character",
            id="a control character",
        ),
        pytest.param(VISITS, VISIT, {"venue_id": None}, "venue_id: is empty", id="a missing cell"),
        pytest.param(
            VISITS,
            VISIT,
            {None: ["more"]},
            "row: has more cells than the header has columns",
            id="too many cells",
        ),
        pytest.param(
            MEETINGS, MEETING, {"person_b": "P1"}, "person_b: the same as person_a", id="alone"
        ),
        pytest.param(
            MEETINGS,
            MEETING,
            {"ended_at": "2021-07-01T07:00:00+07:00"},
            "ended_at: before started_at",
            id="ended before it started",
        ),
        pytest.param(
            MEETINGS,
            MEETING,
            {"ended_at": "2021-07-01T01:00:00Z"},
            "ended_at: not after started_at",
            id="a meeting without length",
        ),
        pytest.param(
            VENUES, VENUE, {"part_of": "L1"}, "part_of: the same as venue_id", id="part of itself"
        ),
        pytest.param(
            VENUES,
            VENUE,
            {"longitude": ""},
            "longitude: is empty where latitude is given",
            id="half a point",
        ),
        pytest.param(
            CASES,
            CASE,
            {"sampled_on": "2021-07-03"},
            "confirmed_at: before sampled_on",
            id="confirmed before sampled",
        ),
        pytest.param(
            CASES,
            CASE,
            {"classification": "sick"},
            "classification: not one of confirmed, discarded, probable, suspected",
            id="another classification",
        ),
        pytest.param(
            UNITS,
            UNIT,
            {"valid_until": "2021-01-01"},
            "valid_until: not after valid_from",
            id="a unit without a day",
        ),
        pytest.param(
            UNITS,
            UNIT,
            {"parent_code": "79"},
            "parent_code: the same as unit_code",
            id="own parent",
        ),
    ],
)
def test_a_row_is_refused_by_its_number_its_column_and_why(importer, row, changed, refusal):
    assert told(dry(importer, row)) == []

    report = dry(importer, row, row | changed)

    assert told(report) == [f"row 2: {refusal}"]
    assert (report.read, report.accepted, report.duplicate) == (2, 1, 0)


def test_a_dry_run_checks_everything_and_writes_nothing(tmp_path):
    report = dry(VISITS, VISIT, VISIT | {"left_at": "soon"}, refused_folder=tmp_path)

    assert told(report) == ["row 2: left_at: not a time with an offset"]
    assert report.batch_id is None
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_column_is_refused_before_anything_is_written():
    rows = [VISIT | {"phone": SECRET}]

    with pytest.raises(HeaderFault, match=r"^column not known: phone$"):
        run(VISITS, rows, None)

    assert dry(VISITS, *rows, ignore_extra=True).accepted == 1


def test_a_row_of_a_program_may_leave_out_what_others_have():
    open_visit = {name: cell for name, cell in VISIT.items() if name != "left_at"}

    assert dry(VISITS, VISIT, open_visit).accepted == 2


def test_a_stream_is_numbered_and_keeps_to_its_first_row():
    rows = (row for row in (VISIT, VISIT | {"phone": SECRET}))

    report = run(VISITS, rows, None, dry_run=True)

    assert told(report) == ["row 2: row: has more cells than the header has columns"]


def test_progress_is_told_after_every_batch():
    seen = []
    rows = [VISIT | {"visit_id": f"V{number}"} for number in range(7)]

    dry(VISITS, *rows, batch_size=3, on_progress=lambda read, total: seen.append((read, total)))

    assert seen == [(3, 7), (6, 7), (7, 7)]


@pytest.mark.parametrize("count", [65_535, 65_536, 65_537])
def test_as_many_rows_are_read_as_there_are(tmp_path, count):
    """ACCEPTANCE D1: no row is lost where spreadsheets once ended."""
    path = tmp_path / "visits.csv"
    tail = "P1,L1,2021-07-01T08:00:00+07:00,"
    lines = [",".join(VISIT), *(f"V{number},{tail}" for number in range(count))]
    path.write_text("\n".join(lines), encoding="utf-8")

    report = run(VISITS, read_rows(path), None, dry_run=True)

    assert (report.read, report.accepted, report.refused) == (count, count, [])


def test_refused_rows_are_kept_for_their_owner_alone_and_open_as_text(graph, tmp_path):
    cells = {"person_id": "=1+1", "arrived_at": SECRET}
    folder = tmp_path / "refused"

    report = run(VISITS, [VISIT, VISIT | cells], graph, refused_folder=folder)

    assert report.refused_file == folder / f"{report.batch_id}.csv"
    assert stat.S_IMODE(report.refused_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with report.refused_file.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header == ["row_number", "column", "reason", *VISIT]
    assert row == [
        "2", "arrived_at", "not a time with an offset", "V1", "'=1+1", "L1", SECRET,
        VISIT["left_at"],
    ]  # fmt: skip


def test_nothing_is_written_beside_the_store_if_nothing_is_refused(graph, tmp_path):
    report = run(VISITS, [VISIT], graph, refused_folder=tmp_path / "refused")

    assert report.refused_file is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+84", "'+84", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(1)", "'@SUM(1)", id="at"),
        pytest.param("\t=1", "'\t'=1", id="a tab in front"),
        pytest.param(" =1", "' =1", id="a space in front"),
        pytest.param("＝1+1", "'＝1+1", id="full width"),
        pytest.param("a;=1", "a;'=1", id="behind another separator"),
        pytest.param("a\n=1", "a\n'=1", id="on a second line"),
        pytest.param("a-b", "a-b", id="a dash inside"),
        pytest.param(12.5, "12.5", id="a number"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_a_cell_opens_as_text(cell, shown):
    assert guarded(cell) == shown


def test_no_refused_value_is_repeated_anywhere(graph, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    rows = [
        VISIT | {"arrived_at": SECRET},
        VISIT | {"person_id": f"{SECRET}\x00"},
        VISIT | {"left_at": SECRET},
        VISIT | {"visit_id": SECRET * 10},
        VISIT | {None: [SECRET]},
    ]

    report = run(VISITS, rows, graph)

    assert len(report.refused) == 5
    assert SECRET not in "".join(told(report))
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capsys.readouterr())


def test_an_import_is_a_batch_with_its_file_and_its_counts(graph, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(",".join(VISIT) + "\n" + ",".join(VISIT.values()) + "\n", encoding="utf-8")
    rows = read_rows(path)

    report = run(VISITS, rows, graph)

    [batch] = find_batches(graph)
    assert (batch.batch_id, batch.source) == (report.batch_id, "visits")
    assert (batch.file_name, batch.sha256) == ("visits.csv", rows.sha256)
    assert (batch.read, batch.accepted, batch.duplicate, batch.refused) == (1, 1, 0, 0)
    assert batch.finished_at is not None


STEP = {
    "successor_code": "27676",
    "effective_on": "2025-07-01",
    "is_part": "không",
    "is_main": "có",
}


@pytest.mark.parametrize("name", list(IMPORTERS))
def test_the_same_file_again_changes_nothing(graph, name):
    rows = {
        "persons": [{"person_id": "P1", "full_name": "Nguyễn Văn An", "sex": "nam"}],
        "venues": [VENUE | {"category": "chợ"}, {"venue_id": "L2", "part_of": "L1"}],
        "visits": [VISIT, VISIT | {"visit_id": "V2", "left_at": ""}],
        "meetings": [MEETING],
        "cases": [CASE],
        "isolations": [
            {
                "isolation_id": "I1",
                "person_id": "P1",
                "venue_id": "L1",
                "started_at": VISIT["left_at"],
            }
        ],
        "units": [UNIT, UNIT | {"unit_code": "787", "level": "huyện", "parent_code": "79"}],
        "unit_successors": [{"unit_code": "787", **STEP}, {"unit_code": "27664", **STEP}],
        "unit_aliases": [{"unit_code": "769", "name": "Quận 9", "valid_from": "2021-01-01"}],
    }[name]
    first = run(IMPORTERS[name], rows, graph)
    stored = count_store(graph)

    again = run(IMPORTERS[name], rows, graph)

    assert (first.accepted, first.duplicate, first.refused) == (len(rows), 0, [])
    assert (again.accepted, again.duplicate, again.refused) == (0, len(rows), [])
    assert replace(count_store(graph), batches=1) == stored


def test_a_row_that_comes_twice_in_a_file_is_stored_once(graph):
    """In one batch or in two."""
    rows = [VISIT, VISIT, VISIT | {"visit_id": "V2"}, VISIT]

    report = run(VISITS, rows, graph, batch_size=2)

    assert (report.accepted, report.duplicate, report.refused) == (2, 2, [])


def test_an_id_with_other_content_is_refused(graph):
    run(VISITS, [VISIT], graph)

    report = run(VISITS, [VISIT | {"person_id": "P2"}], graph)

    assert [row.column for row in report.refused] == ["visit_id"]
    assert (report.read, report.accepted, report.duplicate) == (1, 0, 0)


def test_an_exit_is_filled_in_when_a_later_file_knows_it(graph):
    run(VISITS, [VISIT | {"left_at": ""}], graph, recorded_at=at("08:30"))
    before = get_visit(graph, "V1", at("08:40"))

    report = run(VISITS, [VISIT], graph, recorded_at=at("09:30"))

    assert before.left_at is None
    assert report.accepted == 1
    assert get_visit(graph, "V1", LATER).left_at == at("09:00")
    assert get_visit(graph, "V1", at("08:40")) == before


def test_what_broke_off_is_completed_by_importing_it_again(graph):
    rows = texts("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | P1        | L1       | 08:00      | 09:00
        2        | P2        | L1       | 08:10      | 09:00
        3        | P3        | L1       | 08:20      |
    """)

    def stop(read, total):
        if read == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(VISITS, rows, graph, batch_size=2, on_progress=stop)
    broken = find_batches(graph)
    report = run(VISITS, rows, graph, batch_size=2)

    assert [batch.finished_at for batch in broken] == [None]
    assert (report.accepted, report.duplicate) == (1, 2)
    assert count_store(graph).visit_days == 3


def test_a_store_that_loses_a_row_fails_the_batch(graph):
    careless = Importer("visits", lambda *_: Merged(0, 0), VISITS.columns)

    with pytest.raises(AccountingFault):
        run(careless, [VISIT], graph)

    assert [batch.finished_at for batch in find_batches(graph)] == [None]


def test_a_file_that_changes_while_it_is_read_fails_the_batch(graph, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(",".join(VISIT) + "\n" + ",".join(VISIT.values()) + "\n", encoding="utf-8")
    rows = read_rows(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join((VISIT | {"visit_id": "V2"}).values()) + "\n")

    with pytest.raises(FileFault, match=r"^visits\.csv changed while it was read"):
        run(VISITS, rows, graph)

    assert [batch.finished_at for batch in find_batches(graph)] == [None]


def test_a_moment_without_offset_is_no_time_of_recording(graph):
    with pytest.raises(ValueError, match="recorded_at"):
        run(VISITS, [VISIT], graph, recorded_at=datetime(2021, 7, 1))  # noqa: DTZ001


IDS = st.sampled_from(["A", "B", "C", "D"])
CLOCKS = st.integers(0, 200).map(
    lambda minutes: (datetime(2021, 7, 1, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat()
)
CELLS = st.fixed_dictionaries(
    {
        "visit_id": st.sampled_from(["1", "2", "3", "4", "5", "", "x" * 65]),
        "person_id": IDS | st.sampled_from(["", "a\x00"]),
        "venue_id": IDS | st.just(" "),
        "arrived_at": CLOCKS | st.just("08:00"),
        "left_at": CLOCKS | st.sampled_from(["", "soon"]),
    }
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(CELLS, min_size=1, max_size=8), size=st.integers(2, 6))
def test_every_row_is_accounted_for(graph, rows, size):
    """ACCEPTANCE P4; the store keeps what earlier examples left in it, as real ones do."""
    report = run(VISITS, rows, graph, batch_size=size)

    assert report.read == len(rows)
    assert report.read == report.accepted + report.duplicate + len(report.refused)
    assert len({row.row_number for row in report.refused}) == len(report.refused)

    again = run(VISITS, rows, graph, batch_size=size)

    assert again.accepted == 0
    assert again.read == again.duplicate + len(again.refused) == len(rows)
