"""The worked example as columns beside the store, and everything that can change it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.changes import head
from graph.database import Graph
from graph.isolations import merge_isolations
from graph.meetings import merge_meetings
from graph.periods import Period
from graph.tracing import projection as facade
from graph.tracing import trace
from graph.tracing.projection import Projection
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import spread
from graph.venues import merge_venues
from graph.visits import correct_visit, merge_visits, record_exit, retract_visits
from tests.facts import Rule
from tests.stored import as_row, tracing_rule
from tests.tables import LATER, at, records

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


def told(graph: Graph, of: Projection, rule: Any = RULE, as_of: datetime = LATER) -> list[Any]:
    """Return what the columns answer, once they are seen to answer as Cypher does just now."""
    snapshot = of.current(within=0)
    assert snapshot is not None
    assert snapshot.number == head(graph).number
    by_columns = ColumnPeople(spread(snapshot.columns, SOURCES, rule, 4, as_of))
    by_cypher = trace(graph, SOURCES, rule, 4, as_of, engine="cypher").people
    assert [as_row(one) for one in by_columns] == [as_row(one) for one in by_cypher]
    return [(one.person_id, one.hop) for one in by_columns]


def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note from now on whenever a projection is loaded from the store."""
    noted: list[int] = []
    load = facade.load

    def noting(*arguments: Any) -> Any:
        noted.append(1)
        return load(*arguments)

    monkeypatch.setattr(facade, "load", noting)
    return noted
