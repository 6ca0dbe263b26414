"""Hubs: a venue of many visits opens by its counts, and its rows by key, a page at a time."""

from datetime import timedelta

import pytest

from graph import venues
from graph.batches import Stamp
from graph.database import Graph
from graph.venues import VenueDayCount, count_visits_by_hour, find_days
from graph.visits import find_visits_at, merge_visits, retract_visits
from tests.tables import LATER, at, on, records, table

STAMP = Stamp("test", "test", at("D3 00:00"))
VISITS = """
    visit_id | person_id | venue_id | arrived_at  | left_at
    1        | A         | hub      | D0 23:30    | 01:00
    2        | B         | hub      | 00:00       | 02:00:01
    3        | C         | hub      | 00:59:59    | 01:00
    4        | D         | hub      | 10:00       | 10:00
    5        | E         | hub      | 23:10       | D2 00:10
    6        | F         | hub      | 11:00       | 12:00
"""


@pytest.fixture
def hub(graph: Graph) -> Graph:
    merge_visits(graph, records(VISITS), STAMP)
    retract_visits(graph, ["6"], at("D4 00:00"))
    return graph


def test_each_hour_tells_arrivals_and_who_touches_it(hub: Graph) -> None:
    hours = count_visits_by_hour(hub, "hub", on("D1"), LATER)

    assert [
        {key: str(getattr(row, key)) for key in ("hour", "arrivals", "present")} for row in hours
    ] == table("""
        hour | arrivals | present
        0    | 2        | 3
        1    | 0        | 1
        2    | 0        | 1
        10   | 1        | 1
        23   | 1        | 1
    """)
    assert count_visits_by_hour(hub, "hub", on("D9"), LATER) == []


def test_hours_are_as_known_then(hub: Graph) -> None:
    before = count_visits_by_hour(hub, "hub", on("D1"), at("D3 12:00"))

    assert [row.hour for row in before] == [0, 1, 2, 10, 11, 23]
    assert count_visits_by_hour(hub, "hub", on("D1"), at("D2 23:59")) == []


def test_pages_by_key_give_every_row_once_in_the_order_of_the_whole(graph: Graph) -> None:
    rows = [
        {
            "visit_id": f"v{n:02d}",
            "person_id": f"p{n}",
            "venue_id": "hub",
            # Three at each moment: the visit_id decides.
            "arrived_at": at("08:00") + timedelta(minutes=n // 3),
            "left_at": at("10:00"),
        }
        for n in range(20)
    ]
    merge_visits(graph, rows, STAMP)
    whole = find_visits_at(graph, "hub", on("D1"), LATER, 100)

    paged, after = [], None
    while page := find_visits_at(graph, "hub", on("D1"), LATER, 7, after):
        paged += page
        after = (page[-1].arrived_at, page[-1].visit_id)

    assert paged == whole
    assert [visit.visit_id for visit in whole] == [f"v{n:02d}" for n in range(20)]


def test_days_come_newest_first_and_go_on_before_a_day(hub: Graph) -> None:
    days = find_days(hub, "hub", LATER, 2)

    assert [one.day for one in days] == [on("D2"), on("D1")]
    assert find_days(hub, "hub", LATER, 2, before=on("D1")) == [VenueDayCount(on("D0"), 1, 1)]
    assert find_days(hub, "nowhere", LATER, 2) == []


def test_days_past_the_bound_tell_how_many_at_most_and_read_no_visit(
    hub: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(venues, "MOST_COUNTED", 3)

    # One edge on D2, six on D1 with the one that was withdrawn, one on D0.
    assert find_days(hub, "hub", LATER, 9) == [
        VenueDayCount(on("D2"), 1, 1),
        VenueDayCount(on("D1"), 6, None),
        VenueDayCount(on("D0"), 1, None),
    ]
