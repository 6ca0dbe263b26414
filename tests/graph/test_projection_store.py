"""The projection beside a real store: it stands where the store does, or says that it does not."""

import stat
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep
from typing import Any

import numpy as np
import pytest

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.changes import change_step, head, lock_head
from graph.database import Graph, Reader
from graph.errors import StoreAway
from graph.isolations import merge_isolations, retract_isolations
from graph.meetings import merge_meetings, retract_meetings
from graph.periods import Period
from graph.server import Connection
from graph.tracing import projection as facade
from graph.tracing import trace
from graph.tracing.projection import Projection, following, segments
from graph.tracing.projection.facts import CannotHold
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import spread
from graph.venues import merge_venues
from graph.visits import correct_visit, expire_visits, merge_visits, record_exit, retract_visits
from tests import projected
from tests.facts import Rule
from tests.graph.contents import rows_of
from tests.stored import as_row, store_worlds, tracing_rule
from tests.tables import LATER, at, on, records
from tests.worlds import random_outbreaks

STAMP = Stamp("interview", "batch-1", at("D3 08:00"))
WORKED = records("""
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:50      | 09:00
    3        | B         | café     | 08:30      | 08:50
    4        | B         | bus      | 09:00      | 09:30
    5        | A         | bus      | 09:00      | 09:30
    6        | C         | bus      | 09:10      | 09:24
    7        | S         | market   | 10:00      | 11:00
    8        | A         | market   | 10:30      | 11:30
    9        | D         | market   | 10:45      | 11:30
    10       | E         | market   | 10:45      |
    11       | E         | ward     | 20:00      | D3 06:00
    12       | F         | ward     | D2 01:00   | D2 09:00
""")
SOURCES = {"S": Period(at("08:00"), None)}
RULE = tracing_rule(Rule(least=at("08:15") - at("08:00"), exits="latest"))


@pytest.fixture
def worked(graph: Graph) -> Graph:
    """The worked example of the design, and a night at the ward."""
    merge_visits(graph, WORKED, STAMP)
    return graph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of a projection lie."""
    return tmp_path / "projection"


def told(graph: Graph, of: Projection, rule: Any = RULE, as_of: datetime = LATER) -> list[Any]:
    """Return what the columns answer, once they are seen to answer as Cypher does just now."""
    snapshot = of.current(within=0)
    assert snapshot is not None
    assert snapshot.number == head(graph).number
    by_columns = ColumnPeople(spread(snapshot.columns, SOURCES, rule, 4, as_of))
    by_cypher = trace(graph, SOURCES, rule, 4, as_of, engine="cypher").people
    assert [as_row(one) for one in by_columns] == [as_row(one) for one in by_cypher]
    return [(one.person_id, one.hop) for one in by_columns]


def test_what_was_loaded_answers_as_the_store_does(worked, folder):
    found = told(worked, Projection.open(worked, folder))

    assert found == [("B", 1), ("A", 1), ("D", 1), ("E", 1), ("F", 2)]


CHANGES: dict[str, Callable[[Graph], object]] = {
    "a visit more": lambda graph: merge_visits(
        graph, [{**WORKED[0], "visit_id": "n", "person_id": "N"}], STAMP
    ),
    "a visit at a new zone of a known venue": lambda graph: (
        merge_venues(graph, [{"venue_id": "stall", "part_of": "café"}], STAMP),
        merge_visits(graph, [{**WORKED[0], "visit_id": "n", "venue_id": "stall"}], STAMP),
    ),
    "a late exit": lambda graph: record_exit(graph, "10", at("11:10"), at("D4 08:00")),
    "a correction": lambda graph: correct_visit(
        graph, "10", "E", arrived_at=at("09:40"), left_at=at("10:20"), at=at("D3 09:00")
    ),
    "a visit withdrawn": lambda graph: retract_visits(graph, ["7"], at("D4 08:00")),
    "a meeting": lambda graph: merge_meetings(
        graph,
        records("""
            contact_id | person_a | person_b | started_at | ended_at
            m1         | S        | Z        | 12:00      | 12:01
            m2         | Z        | B        | 13:00      | 13:01
        """),
        STAMP,
    ),
    "an isolation": lambda graph: merge_isolations(
        graph,
        [
            {
                "isolation_id": "i",
                "person_id": "B",
                "venue_id": "camp",
                "started_at": at("08:55"),
                "ended_at": None,
            }
        ],
        STAMP,
    ),
    "a case": lambda graph: merge_cases(
        graph,
        [
            {
                "case_id": "c",
                "person_id": "E",
                "classification": "confirmed",
                "isolated_at": at("19:00"),
            }
        ],
        STAMP,
    ),
    "another category": lambda graph: merge_venues(
        graph, [{"venue_id": "market", "category": "market"}], STAMP
    ),
}
RULES = {
    "all": RULE,
    "zones together": tracing_rule(Rule(least=RULE.least, roll_up_zones=True)),
    "unknown places": tracing_rule(Rule(least=RULE.least, categories=frozenset({"unknown"}))),
    "recorded exits": tracing_rule(Rule(least=RULE.least)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_J13_a_commit_is_seen_as_soon_as_somebody_asks(worked, monkeypatch, change):
    projection = Projection.open(worked, None)
    before = projection.current()
    loaded = loads(monkeypatch)

    change(worked)

    for rule in RULES.values():
        told(worked, projection, rule)
        told(worked, projection, rule, at("D3 12:00"))
    after = projection.current()
    assert after.number > before.number
    assert loaded == []
    # Who still reads the older columns is not disturbed.
    assert before.columns.rows == 14


def test_what_is_withdrawn_is_withdrawn_from_then_on(worked, monkeypatch):
    for change in CHANGES.values():
        change(worked)
    projection = Projection.open(worked, None)
    loaded = loads(monkeypatch)

    retract_meetings(worked, ["m1"], at("D5 08:00"))
    retract_isolations(worked, ["i"], at("D5 08:00"))

    for as_of in (at("D4 09:00"), at("D5 08:00"), LATER):
        told(worked, projection, RULE, as_of)
    assert loaded == []


def test_J13_an_erased_person_is_gone_from_columns_names_and_files(worked, folder):
    projection = Projection.open(worked, folder)

    erase(worked, "A")

    assert "A" not in dict(told(worked, projection))

    assert "A" not in projection.current().columns.people
    assert Projection.open(worked, folder).current().columns.people.count("A") == 0
    assert segments.Folder(folder).index().mark.number == head(worked).number


def erase(graph: Graph, person_id: str) -> None:
    """Erase a person as a later part of the product will: gone, and the ledger says so."""
    query = "MATCH (p:Person {person_id: $person_id}) DETACH DELETE p"
    erasing = graph.replacing("tests/erase", query)
    erasing.write_together(
        ("tests/erase", {"person_id": person_id}), change_step("people", people=[person_id])
    )


def test_expired_days_leave_the_store_and_the_columns(worked, folder):
    projection = Projection.open(worked, folder)

    deleted = expire_visits(worked, on("D2"))

    assert deleted == 11
    told(worked, projection)
    assert len(projection.current().columns.days) == 2
    assert rows_of(worked, "MATCH (d:VenueDay) RETURN DISTINCT d.day AS day ORDER BY day") == [
        {"day": on("D2")},
        {"day": on("D3")},
    ]
    assert expire_visits(worked, on("D2")) == 0


# --- files -------------------------------------------------------------------------------------


def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note from now on whenever a projection is loaded from the store."""
    noted: list[int] = []
    load = facade.load

    def noting(*arguments: Any) -> Any:
        noted.append(1)
        return load(*arguments)

    monkeypatch.setattr(facade, "load", noting)
    return noted


def test_the_next_process_maps_what_was_loaded_and_reads_only_what_changed(
    worked, folder, monkeypatch, asked
):
    Projection.open(worked, folder)
    CHANGES["a visit more"](worked)
    loaded = loads(monkeypatch)
    asked.clear()

    projection = Projection.open(worked, folder)

    assert loaded == []
    assert not [name for name in asked if name.endswith(("_on", "_person", "find_meetings"))]
    assert ("N", 1) in told(worked, projection)


def test_files_are_for_their_owner_alone(worked, folder):
    Projection.open(worked, folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_day_that_did_not_change_keeps_its_file(worked, folder, monkeypatch):
    monkeypatch.setattr(facade, "MOST_UNSAVED", 0)
    Projection.open(worked, folder)
    before = {path.name for path in folder.glob("day-*")}

    CHANGES["a late exit"](worked)
    projection = Projection.open(worked, folder)

    after = {path.name for path in folder.glob("day-*")}
    assert {name[:12] for name in before - after} == {"day-20210701"}
    assert len(after) == 3
    told(worked, projection)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def older_format(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8] = 0
    path.write_bytes(bytes(content))


def swap(path: Path) -> None:
    """Put another sound file of the same kind in its place."""
    other = next(one for one in path.parent.glob("day-*") if one != path)
    path.write_bytes(other.read_bytes())


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut short": cut_short,
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "of an older format": older_format,
    "the file of another day": swap,
}
FILES = ("day-20210701", "names", "tables", "index")


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_J13_files_that_are_not_whole_are_found_and_made_again(
    worked, folder, monkeypatch, file, damage
):
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)
    (path,) = folder.glob(f"{file}*")

    damage(path)
    projection = Projection.open(worked, folder)

    assert loaded == [1]
    told(worked, projection)
    assert Projection.open(worked, folder).current() is not None
    assert loaded == [1]


@pytest.mark.parametrize("file", ["day-20210701", "tables"])
def test_J13_an_earlier_file_in_the_place_of_a_later_one_is_found(
    worked, folder, monkeypatch, file
):
    monkeypatch.setattr(facade, "MOST_UNSAVED", 0)
    Projection.open(worked, folder)
    (earlier,) = (path.read_bytes() for path in folder.glob(f"{file}*"))
    # These leave as many facts as there were.
    CHANGES["a late exit"](worked)
    CHANGES["another category"](worked)
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    for path in folder.glob(f"{file}*"):
        path.write_bytes(earlier)

    told(worked, Projection.open(worked, folder))
    assert loaded == [1]


def test_J13_a_flipped_bit_anywhere_is_found(worked, folder):
    Projection.open(worked, folder)
    (path,) = folder.glob("day-20210701*")
    whole = path.read_bytes()
    draw = Random(1)
    held = segments.Folder(folder)

    for _ in range(200):
        place = draw.randrange(len(whole))
        flip(path, place)
        try:
            held.read()
        except segments.Unsound:
            path.write_bytes(whole)
        else:
            # Between the arrays nothing is told.
            flip(path, place)
            assert whole[place] == 0
    assert held.read() is not None


def test_J13_files_of_another_store_are_thrown_away(worked, folder, monkeypatch):
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    worked.apply("MATCH (n) WHERE n:Ledger OR n:Change DETACH DELETE n")
    CHANGES["a visit more"](worked)
    projection = Projection.open(worked, folder)

    assert loaded == [1]
    assert ("N", 1) in told(worked, projection)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_J13_a_restored_backup_is_found_whatever_was_committed_since(
    worked, folder, monkeypatch, number
):
    """Changes after the backup are lost; others come, fewer, as many or more."""
    ahead = Projection.open(worked, None)
    for n in range(2):
        merge_visits(worked, [{**WORKED[0], "visit_id": f"l{n}", "person_id": f"L{n}"}], STAMP)
    assert ahead.current(within=0).number == 3
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    worked.apply("MATCH (c:Change) WHERE c.number > 1 DELETE c")
    worked.apply("MATCH (p:Person) WHERE p.person_id STARTS WITH 'L' DETACH DELETE p")
    worked.apply(
        "MATCH (c:Change {number: 1}) MATCH (l:Ledger) "
        "SET l.number = 1, l.token = c.token, l.ids = c.ids"
    )
    for n in range(number - 1):
        merge_visits(worked, [{**WORKED[0], "visit_id": f"k{n}", "person_id": f"K{n}"}], STAMP)

    for projection in (ahead, Projection.open(worked, folder)):
        assert [name for name, _ in told(worked, projection) if name[0] in "KL"] == [
            f"K{n}" for n in range(number - 1)
        ]
    assert loaded == [1, 1]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param("MATCH (:Person {person_id: 'A'})-[v:VISITED]->() DELETE v", id="visits"),
        pytest.param(
            "MATCH (a:Person {person_id: 'A'}), (b:Person {person_id: 'B'}) CREATE (a)-[:MET "
            "{contact_id: 'x', started_at: datetime('2021-07-01T01:00Z'), ended_at: "
            "datetime('2021-07-01T02:00Z'), recorded_at: datetime('2021-07-01T02:00Z')}]->(b)",
            id="meetings",
        ),
    ],
)
def test_J13_what_went_around_the_ledger_is_found_by_counting(worked, folder, monkeypatch, write):
    Projection.open(worked, folder)
    projection = Projection.open(worked, None)
    loaded = loads(monkeypatch)

    worked.apply(write)

    told(worked, projection)
    told(worked, Projection.open(worked, folder))
    assert loaded == [1, 1]


def test_who_is_further_behind_than_the_ledger_reaches_loads_again(worked, monkeypatch):
    monkeypatch.setattr("graph.changes.MOST_CHANGES", 2)
    projection = Projection.open(worked, None)
    loaded = loads(monkeypatch)

    for n in range(4):
        merge_visits(worked, [{**WORKED[0], "visit_id": f"n{n}", "person_id": f"N{n}"}], STAMP)

    assert len(told(worked, projection)) == 5 + 4
    assert loaded == [1]


def test_where_too_much_changed_loading_again_is_quicker(worked, monkeypatch):
    monkeypatch.setattr(following, "AT_LEAST", 2)
    projection = Projection.open(worked, None)
    loaded = loads(monkeypatch)

    merge_visits(
        worked, [{**WORKED[0], "visit_id": f"n{n}", "person_id": f"N{n}"} for n in range(3)], STAMP
    )

    told(worked, projection)
    assert loaded == [1]


# --- bad input -----------------------------------------------------------------------------------


def test_an_empty_store_is_a_store(graph, folder):
    for _ in range(2):
        projection = Projection.open(graph, folder)
        assert told(graph, projection) == []
    CHANGES["a visit more"](graph)

    assert told(graph, projection) == []
    assert projection.current().columns.rows == 1


def test_what_columns_cannot_hold_is_left_to_cypher(graph, folder):
    merge_meetings(
        graph,
        [
            {
                "contact_id": "m",
                "person_a": "A",
                "person_b": "B",
                "started_at": datetime.fromisoformat("1999-01-01T00:00Z"),
                "ended_at": datetime.fromisoformat("1999-01-02T00:00Z"),
            }
        ],
        STAMP,
    )

    assert Projection(graph, folder).current() is None
    with pytest.raises(CannotHold):
        Projection.open(graph, folder)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(worked, tmp_path):
    (tmp_path / "file").write_text("in the way")

    told(worked, Projection.open(worked, tmp_path / "file" / "projection"))


def test_a_store_that_is_away_gives_no_columns_and_no_exception(worked, connection):
    away = Connection("bolt://127.0.0.1:9", "neo4j", "none")
    with Graph.connect(away) as graph:
        projection = Projection(graph, None)
        assert projection.current() is None
        projection.start()
        assert projection.current() is None
        projection.stop()


# --- following while others write ----------------------------------------------------------------


def test_J13_a_started_projection_sees_a_commit_within_a_second_by_itself(worked):
    projection = Projection(worked, None)
    projection.start()
    try:
        eventually(lambda: projection.current() is not None)
        seen = projection.current()

        CHANGES["a visit more"](worked)

        number = head(worked).number
        eventually(lambda: projection._snapshot.number == number)
        assert projection.ready_in_s == 0.0
        assert seen.number < number
    finally:
        projection.stop()
    assert projection.current() is None


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a test fails by its limit of time otherwise."""
    for _ in range(2000):
        if holds():
            return
        sleep(0.01)
    raise AssertionError("it never held")


def test_J14_both_engines_answer_alike_while_others_import_and_withdraw(worked):
    projection = Projection.open(worked, None)
    writers = [Thread(target=write_and_withdraw, args=(worked, part)) for part in range(3)]
    compared = 0

    def compare(reader: Reader) -> bool:
        # Nobody commits meanwhile; whoever would waits.
        if lock_head(reader).number != snapshot.number:
            return False
        by_cypher = trace(worked, SOURCES, RULE, 3, LATER, engine="cypher").people
        by_columns = ColumnPeople(spread(snapshot.columns, SOURCES, RULE, 3, LATER))
        assert [as_row(one) for one in by_columns] == [as_row(one) for one in by_cypher]
        return True

    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers) or not compared:
        snapshot = projection.current(within=0)
        assert snapshot is not None
        compared += worked.read_locked(compare)
    for writer in writers:
        writer.join()

    told(worked, projection)


def test_J14_no_commit_passes_while_what_changed_is_read(worked, monkeypatch):
    projection = Projection.open(worked, None)
    CHANGES["a visit more"](worked)
    writer = Thread(target=CHANGES["a late exit"], args=(worked,))
    follow, waits = following._followed, []

    def slowly(*arguments: Any) -> Any:
        writer.start()
        writer.join(timeout=0.5)
        waits.append(writer.is_alive())
        monkeypatch.setattr(following, "_followed", follow)
        return follow(*arguments)

    monkeypatch.setattr(following, "_followed", slowly)
    snapshot = projection.current(within=0)
    writer.join()

    assert waits == [True]
    assert snapshot.number == 2
    assert snapshot.columns.rows == 15
    told(worked, projection)


def write_and_withdraw(graph: Graph, part: int) -> None:
    """Import visits, exits and meetings, and withdraw every third visit."""
    draw = Random(part)
    for n in range(8):
        sleep(0.1 * draw.random())
        people = [f"P{draw.randrange(30)}" for _ in range(6)]
        rows = [
            {
                **WORKED[n_ % 9],
                "visit_id": f"w{part}-{n}-{n_}",
                "person_id": person,
                "left_at": None,
            }
            for n_, person in enumerate(people)
        ]
        surely(lambda rows=rows: merge_visits(graph, rows, STAMP))
        left = {**rows[0], "left_at": at("11:40")}
        surely(lambda left=left: merge_visits(graph, [left], STAMP))
        surely(lambda n=n: retract_visits(graph, [f"w{part}-{n}-1"], at("D4 08:00")))


def surely(write: Callable[[], object]) -> None:
    """Send a write again where others were quicker for too long: each is idempotent."""
    while True:
        try:
            write()
        except StoreAway:
            continue
        return


def test_J6_random_writes_followed_in_any_rhythm_are_as_a_fresh_load(graph, folder, monkeypatch):
    """Thirty outbreaks come in piece by piece; in between somebody follows, and folds."""
    monkeypatch.setattr(facade, "MOST_UNSAVED", 3)
    outbreaks = list(random_outbreaks(30, first_seed=7000))
    projections = [Projection.open(graph, None), Projection.open(graph, folder)]
    draw = Random(3)

    for start in range(0, 30, 6):
        store_worlds(graph, [one.world for one in outbreaks[start : start + 6]])
        if draw.random() < 0.7:
            assert projections[0].current(within=0) is not None
        projections[1] = Projection.open(graph, folder)

    for projection in (*projections, Projection.open(graph, None)):
        snapshot = projection.current(within=0)
        answer = partial(projected.answer, lay=lambda _world, found=snapshot: found.columns)
        assert [one.seed for one in outbreaks if answer(one) != one.answer()] == []
    assert same_facts(*(one.current(within=0).columns for one in projections))


def same_facts(one: Any, other: Any) -> bool:
    """Tell whether columns hold the same visits, whatever their numbers."""
    return bool(np.all(visits(one) == visits(other)))


def visits(columns: Any) -> Any:
    rows = []
    for day in columns.days:
        segment = columns.segment(day)
        venue = np.repeat(segment.venue, np.diff(segment.first.astype(np.int64)))
        for person, place, arrived in zip(segment.person, venue, segment.arrived, strict=True):
            rows.append((day, columns.people[person], columns.venues.ids[place], int(arrived)))
    return sorted(rows)
