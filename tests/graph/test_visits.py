"""Visits: an edge for each local day, one id; estimates of open ones; withdrawals."""

from dataclasses import astuple
from datetime import timedelta

import pytest

from graph.batches import STORED_OTHERWISE, Merged, Refusal
from graph.errors import NotFound, StoreFault
from graph.venues import VenueDayCount, count_visits_by_day, merge_venues
from graph.visits import (
    WITHDRAWN,
    find_visits_at,
    find_visits_of,
    get_visit,
    merge_visits,
    retract_visits,
)
from tests.graph.contents import contents, rows_of
from tests.graph.open_visits import KNOWN, LEARNT, OPEN, STAMP, days, laid, seen_at
from tests.tables import LATER, at, clock, on, records


@pytest.mark.parametrize(
    ("arrived", "left", "touched"),
    [
        pytest.param("08:00", "09:00", "D1", id="inside a day"),
        pytest.param("20:00", "24:00", "D1", id="until midnight"),
        pytest.param("20:00", "D2 00:00:01", "D1 D2", id="a second past midnight"),
        pytest.param("20:00", "D4 06:00", "D1 D2 D3 D4", id="three nights"),
        pytest.param("08:00", "08:00", "D1", id="no length"),
        pytest.param("00:00", "24:00", "D1", id="a whole day"),
    ],
)
def test_a_visit_has_an_edge_for_each_local_day_and_the_whole_period_on_each(
    graph, arrived, left, touched
):
    merge_visits(graph, [{**OPEN, "arrived_at": at(arrived), "left_at": at(left)}], STAMP)

    edges = laid(graph)

    assert [edge["day"] for edge in edges] == [on(day) for day in touched.split()]
    assert {(edge["arrived_at"], edge["left_at"]) for edge in edges} == {(at(arrived), at(left))}
    (visit,) = find_visits_of(graph, "A", LATER, 10)
    assert (visit.visit_id, visit.arrived_at, visit.left_at) == ("v1", at(arrived), at(left))
    for day in touched.split():
        assert seen_at(graph, LATER, day) == ["v1"]


def test_the_bucket_of_a_venue_on_a_day_is_one_and_has_the_bounds_of_that_local_day(graph):
    merge_visits(graph, [KNOWN, {**KNOWN, "visit_id": "v2", "person_id": "B"}], STAMP)
    merge_visits(graph, [{**KNOWN, "visit_id": "v3", "person_id": "C"}], LEARNT)

    buckets = rows_of(
        graph,
        "MATCH (d:VenueDay)-[:AT]->(v:Venue) RETURN d.day AS day, d.starts_at AS starts_at, "
        "d.ends_at AS ends_at, v.venue_id AS venue_id",
    )

    assert [tuple(row.values()) for row in buckets] == [
        (on("D1"), at("00:00"), at("24:00"), "place")
    ]


def test_the_store_takes_no_second_edge_of_a_visit_day_and_version(graph):
    merge_visits(graph, [KNOWN], STAMP)
    again = (
        "MATCH (:Person)-[r:VISITED]->(d:VenueDay) CREATE (:Person)-[:VISITED {visit_id: "
        "r.visit_id, day: r.day, version: r.version + $more}]->(d) RETURN 1 AS one"
    )
    double = graph.replacing("tests/double", again)

    double.write("tests/double", more=1)
    with pytest.raises(StoreFault, match="ConstraintValidationFailed"):
        double.write("tests/double", more=0)


@pytest.mark.parametrize(
    ("category", "arrived", "expected", "latest", "touched"),
    [
        pytest.param("market", "20:00", "20:45", "24:00", "D1", id="a market, capped by midnight"),
        pytest.param("market", "08:00", "08:45", "12:00", "D1", id="a market in the morning"),
        pytest.param("hospital", "20:00", "22:00", "D2 20:00", "D1 D2", id="a hospital overnight"),
        pytest.param("hospital", "00:00", "02:00", "24:00", "D1", id="a hospital from midnight"),
        pytest.param("unknown", "20:00", "22:00", "24:00", "D1", id="unknown"),
        pytest.param(None, "23:00", "24:00", "24:00", "D1", id="a venue not known at all"),
    ],
)
def test_an_open_visit_ends_as_the_category_of_its_venue_says(
    graph, category, arrived, expected, latest, touched
):
    if category:
        merge_venues(graph, [{"venue_id": "place", "category": category}], STAMP)

    merge_visits(graph, [{**OPEN, "arrived_at": at(arrived)}], STAMP)

    visit = get_visit(graph, "v1", LATER)
    assert (visit.expected_left_at, visit.left_by) == (at(expected), at(latest))
    assert (visit.left_at, visit.category) == (None, category or "unknown")
    assert days(graph) == [on(day) for day in touched.split()]


@pytest.mark.parametrize(
    ("given", "expected", "latest"),
    [
        pytest.param({}, "22:00", "24:00", id="neither is given"),
        pytest.param({"left_by": at("20:30")}, "20:30", "20:30", id="the latest, before typical"),
        pytest.param({"left_by": at("D2 09:00")}, "22:00", "D2 09:00", id="the latest, later"),
        pytest.param({"expected_left_at": at("20:10")}, "20:10", "24:00", id="the expected"),
        pytest.param(
            {"expected_left_at": at("D2 01:00")}, "D2 01:00", "D2 01:00", id="expected past all"
        ),
        pytest.param(
            {"expected_left_at": at("20:10"), "left_by": at("20:20")}, "20:10", "20:20", id="both"
        ),
    ],
)
def test_an_estimate_that_is_given_stands_and_the_other_follows_the_category(
    graph, given, expected, latest
):
    merge_visits(graph, [{**OPEN, **given}], STAMP)

    visit = get_visit(graph, "v1", LATER)

    assert (visit.expected_left_at, visit.left_by) == (at(expected), at(latest))


def test_a_visit_whose_exit_is_known_at_once_has_no_estimates(graph):
    merge_visits(graph, [KNOWN], STAMP)

    visit = get_visit(graph, "v1", LATER)

    assert astuple(visit)[6:9] == (None, None, at("21:00"))


def test_a_withdrawn_visit_vanishes_from_then_on_and_stays_before(graph):
    night = {**OPEN, "left_at": at("D2 06:00")}
    merge_visits(graph, [night, {**night, "visit_id": "v2", "person_id": "B"}], STAMP)

    assert retract_visits(graph, ["v1", "v1", "nobody"], at("D6 08:00")) == 1
    assert retract_visits(graph, ["v1"], at("D7 08:00")) == 0

    for as_of, is_seen in (("D6 07:59:59", True), ("D6 08:00", False), ("D9 08:00", False)):
        known = at(as_of)
        assert bool(find_visits_of(graph, "A", known, 10)) is is_seen
        for day in ("D1", "D2"):
            assert seen_at(graph, known, day) == (["v1", "v2"] if is_seen else ["v2"])
        if is_seen:
            assert get_visit(graph, "v1", known).visit_id == "v1"
        else:
            with pytest.raises(NotFound):
                get_visit(graph, "v1", known)


def test_a_withdrawn_visit_told_again_stays_withdrawn(graph):
    merge_visits(graph, [OPEN], STAMP)
    retract_visits(graph, ["v1"], at("D4 08:00"))
    before = contents(graph)

    assert merge_visits(graph, [OPEN], LEARNT) == Merged(0, 1)
    assert merge_visits(graph, [KNOWN], LEARNT) == Merged(
        0, 0, (Refusal(0, "visit_id", WITHDRAWN),)
    )
    assert contents(graph) == before


@pytest.mark.parametrize("as_of", ["D3 07:59:59", "D2 08:00"])
def test_a_visit_is_not_known_before_it_was_recorded(graph, as_of):
    merge_visits(graph, [KNOWN], STAMP)

    assert find_visits_of(graph, "A", at(as_of), 10) == []
    assert seen_at(graph, at(as_of), "D1") == []
    with pytest.raises(NotFound):
        get_visit(graph, "v1", at(as_of))


def test_visits_are_listed_newest_arrival_first_by_person_and_by_arrival_at_a_venue(graph):
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        v1       | A         | place    | 08:00      | 09:00
        v2       | A         | bus      | D2 08:00   | D2 09:00
        v3       | A         | place    | 10:00      | 11:00
        v4       | B         | place    | 08:00      | 09:00
    """)
    merge_visits(graph, visits, STAMP)

    assert [visit.visit_id for visit in find_visits_of(graph, "A", LATER, 10)] == ["v2", "v3", "v1"]
    assert [visit.visit_id for visit in find_visits_of(graph, "A", LATER, 2)] == ["v2", "v3"]
    there = find_visits_at(graph, "place", on("D1"), LATER, 10)
    assert [visit.visit_id for visit in there] == ["v1", "v4", "v3"]
    assert len(find_visits_at(graph, "place", on("D1"), LATER, 2)) == 2
    assert count_visits_by_day(graph, "place", [on("D1")], LATER) == [VenueDayCount(on("D1"), 3, 2)]


def test_times_are_cut_off_to_the_second(graph):
    part = timedelta(milliseconds=999)
    open_visit = {**OPEN, "visit_id": "v2", "left_by": at("22:00") + part}
    merge_visits(graph, [{**KNOWN, "arrived_at": at("20:00") + part}, open_visit], STAMP)

    assert merge_visits(graph, [KNOWN], STAMP) == Merged(0, 1)
    assert clock(get_visit(graph, "v1", LATER).arrived_at) == "20:00"
    assert get_visit(graph, "v2", LATER).left_by == at("22:00")


def test_a_visit_of_other_content_is_refused_beside_rows_that_are_taken(graph):
    merge_visits(graph, [KNOWN, {**KNOWN, "visit_id": "v2"}], STAMP)
    fresh = {**KNOWN, "visit_id": "v3"}

    merged = merge_visits(
        graph, [fresh, {**KNOWN, "person_id": "B"}, {**KNOWN, "visit_id": "v2"}], LEARNT
    )

    assert merged == Merged(1, 1, (Refusal(1, "visit_id", STORED_OTHERWISE),))
    assert get_visit(graph, "v1", LATER).person_id == "A"
