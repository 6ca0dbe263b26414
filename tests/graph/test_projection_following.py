"""Columns follow a real store: every change shows, by the ledger and without loading anew."""

from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest

from graph.changes import change_step, head
from graph.database import Graph
from graph.isolations import retract_isolations
from graph.meetings import retract_meetings
from graph.tracing import projection as facade
from graph.tracing.projection import Projection, segments
from graph.visits import expire_visits
from tests import projected
from tests.facts import Rule
from tests.graph.contents import rows_of
from tests.graph.projecting import CHANGES, RULE, loads, told
from tests.stored import store_worlds, tracing_rule
from tests.tables import LATER, at, on
from tests.worlds import random_outbreaks

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
