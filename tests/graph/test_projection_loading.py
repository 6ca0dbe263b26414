"""Columns are loaded from a real store, or it is said that they cannot be."""

from datetime import datetime

import pytest

from graph.database import Graph
from graph.meetings import merge_meetings
from graph.server import Connection
from graph.tracing.projection import Projection, following
from graph.tracing.projection.facts import CannotHold
from graph.visits import merge_visits
from tests.graph.projecting import CHANGES, STAMP, WORKED, loads, told


def test_what_was_loaded_answers_as_the_store_does(worked, folder):
    found = told(worked, Projection.open(worked, folder))

    assert found == [("B", 1), ("A", 1), ("D", 1), ("E", 1), ("F", 2)]


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
