"""Closing time ends every open stay at once; an exit taken back leaves its history."""

from datetime import datetime

import pytest

from graph.batches import Stamp
from graph.changes import head
from graph.database import Graph
from graph.errors import Refused
from graph.venues import merge_venues
from graph.visits import get_visit, merge_visits
from graph.visits.closing import close_stays, count_open_stays, reopen_stays, reopen_visit
from tests.tables import at, records, table

STAMP = Stamp("test", "test", at("D1 12:00"))
pytestmark = pytest.mark.server

VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at  | expected_left_at | left_by
    early    | A         | market   | 08:00      |          | 10:00            | 24:00
    zone     | B         | hall     | 09:00      |          | 11:00            | 24:00
    out      | C         | market   | 09:00      | 10:00    |                  |
    capped   | D         | market   | 09:00      |          | 10:00            | 11:00
    late     | E         | market   | 20:01      |          | 22:00            | 24:00
    next     | F         | café     | 09:00      |          | 11:00            | 24:00
    night    | G         | market   | D0 22:00   |          | D0 24:00         | D2 02:00
"""
CLOSED = """
    visit_id | left_at
    early    | 20:00
    zone     | 20:00
    out      | 10:00
    capped   |
    late     |
    next     |
    night    | 20:00
"""


@pytest.fixture
def market(graph: Graph) -> Graph:
    """A market with a hall, a café beside it, and visits of one day."""
    venues = [
        {"venue_id": "market", "category": "market"},
        {"venue_id": "hall", "category": "market", "part_of": "market"},
        {"venue_id": "café", "category": "essential_shop"},
    ]
    merge_venues(graph, venues, STAMP)
    merge_visits(graph, records(VISITS), STAMP)
    return graph


def exits(graph: Graph, as_of: datetime) -> dict[str, datetime | None]:
    """When each visit ended, as known at a moment."""
    ids = [row["visit_id"] for row in table(VISITS)]
    return {visit_id: get_visit(graph, visit_id, as_of).left_at for visit_id in ids}


def test_closing_ends_the_open_stays_of_a_venue_and_its_zones_and_touches_no_other(
    market: Graph,
) -> None:
    before = head(market).number

    assert count_open_stays(market, "market", at("20:00")) == 3
    assert close_stays(market, "market", at("20:00"), at("20:05")) == 3
    assert close_stays(market, "market", at("20:00"), at("20:06")) == 0

    expected = {row["visit_id"]: row["left_at"] for row in records(CLOSED)}
    assert exits(market, at("21:00")) == expected
    assert head(market).number == before + 1


def test_closing_taken_back_opens_the_same_stays_and_keeps_what_was_known_before(
    market: Graph,
) -> None:
    open_before = exits(market, at("20:00"))
    close_stays(market, "market", at("20:00"), at("20:05"))

    assert reopen_stays(market, "market", at("20:00"), at("20:04"), at("20:10")) == 0
    assert reopen_stays(market, "market", at("20:00"), at("20:05"), at("20:10")) == 3
    assert reopen_stays(market, "market", at("20:00"), at("20:05"), at("20:11")) == 0

    assert exits(market, at("20:10")) == open_before
    assert exits(market, at("20:09"))["zone"] == at("20:00")
    assert count_open_stays(market, "market", at("20:30")) == 4
    reopened = get_visit(market, "night", at("20:10"))
    assert (reopened.arrived_at, reopened.left_by) == (at("D0 22:00"), at("D2 02:00"))


@pytest.mark.parametrize(
    ("visit_id", "left_at"),
    [
        pytest.param("early", "19:00", id="another exit than the one to take back"),
        pytest.param("out", "10:00", id="an exit that was known from the start"),
    ],
)
def test_only_the_exit_that_was_told_is_taken_back(
    market: Graph, visit_id: str, left_at: str
) -> None:
    close_stays(market, "market", at("20:00"), at("20:05"))

    with pytest.raises(Refused):
        reopen_visit(market, visit_id, at(left_at), at("20:06"))
