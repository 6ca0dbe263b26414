"""Times that a visitor sets right: seen from then on, and as of before nothing has changed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from graph.batches import Stamp
from graph.errors import NotFound, Refused
from graph.periods import Period
from graph.tracing import trace
from graph.venues import merge_venues
from graph.visits import (
    correct_visit,
    find_visits_of,
    get_visit,
    merge_visits,
    record_exit,
    retract_visits,
)
from graph.visits.correcting import BATCH, Known, correction_fault
from tests.facts import Rule
from tests.graph.contents import contents, rows_of
from tests.graph.threads import at_once
from tests.stored import tracing_rule
from tests.tables import LATER, at, clock, on, records, shown, table

ARRIVED = at("10:00")
STAMP = Stamp("check-in", "check-in", ARRIVED)
NOON = at("12:00")
EDGES = """
    MATCH (:Person)-[r:VISITED {visit_id: 'v1'}]->(d:VenueDay) RETURN r.version AS version,
    d.day AS day, r.source AS source, r.batch_id AS batch_id, r.retracted_at AS retracted_at
    ORDER BY version, day
"""
KNOWN = Known(
    person_id="A",
    venue_id="place",
    category="market",
    version=1,
    first_arrived_at=ARRIVED,
    arrived_at=ARRIVED,
    left_at=at("10:30"),
    left_by=None,
    is_retracted=False,
)


@pytest.fixture
def market(graph):
    """A is at the market since 10:00; nobody knows until when."""
    merge_venues(graph, [{"venue_id": "place", "category": "market"}], STAMP)
    row = {"visit_id": "v1", "person_id": "A", "venue_id": "place"}
    merge_visits(graph, [{**row, "arrived_at": ARRIVED, "left_at": None}], STAMP)
    return graph


def correct(graph, arrived="09:30", left="11:00", moment=NOON, person_id="A"):
    """Correct A's visit to the market."""
    arrived_at, left_at = at(arrived), at(left) if left else None
    correct_visit(graph, "v1", person_id, arrived_at=arrived_at, left_at=left_at, at=moment)


def times(graph, as_of):
    """Return what is known of the visit at a moment."""
    visit = get_visit(graph, "v1", as_of)
    ends = (visit.arrived_at, visit.left_at, visit.expected_left_at, visit.left_by)
    return [clock(end) if end else None for end in ends]


def test_as_of_before_a_correction_the_old_times_stand_and_from_then_on_the_new_ones(market):
    old = times(market, ARRIVED)

    correct(market)

    assert times(market, NOON - timedelta(seconds=1)) == old == ["10:00", None, "10:45", "14:00"]
    assert times(market, NOON) == ["09:30", "11:00", None, None]
    assert [visit.visit_id for visit in find_visits_of(market, "A", LATER, 10)] == ["v1"]


def test_a_correction_says_what_it_replaces_and_keeps_where_the_visit_comes_from(market):
    correct(market)

    assert [tuple(row.values()) for row in rows_of(market, EDGES)] == [
        (1, on("D1"), "check-in", "check-in", NOON),
        (2, on("D1"), "check-in", BATCH, None),
    ]


def test_a_correction_sent_twice_or_by_many_at_once_is_one(market):
    assert at_once([partial(correct, market)] * 6) == [None] * 6
    once = contents(market)

    correct(market)
    correct(market, moment=NOON + timedelta(hours=60))

    assert contents(market) == once
    assert [row["version"] for row in rows_of(market, EDGES)] == [1, 2]


def test_different_corrections_at_once_are_a_version_each_and_the_last_one_counts(market):
    at_once([partial(correct, market, left=f"10:{minute}") for minute in range(40, 46)])

    versions = rows_of(market, EDGES)
    assert [row["version"] for row in versions] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["version"] for row in versions if row["retracted_at"] is None] == [7]
    assert len(find_visits_of(market, "A", LATER, 10)) == 1


def test_an_exit_and_a_correction_at_once_leave_one_version_with_an_exit(market):
    def leave():
        try:
            record_exit(market, "v1", at("11:30"), NOON)
        except Refused as fault:
            return fault.field
        return None

    at_once([leave, partial(correct, market)])

    (visit,) = find_visits_of(market, "A", LATER, 10)
    assert (clock(visit.arrived_at), clock(visit.left_at)) == ("09:30", "11:00")


def test_an_arrival_alone_can_be_corrected_and_the_exit_is_estimated_anew(market):
    correct(market, arrived="09:00", left=None)

    assert times(market, NOON) == ["09:00", None, "09:45", "13:00"]
    record_exit(market, "v1", at("09:20"), NOON)
    assert times(market, NOON)[:2] == ["09:00", "09:20"]


@pytest.mark.parametrize(
    ("cap", "arrived", "estimated"),
    [
        pytest.param("10:20", "09:00", ("09:45", "10:20"), id="earlier"),
        pytest.param("10:20", "10:05", ("10:20", "10:20"), id="just before the cap"),
        pytest.param("14:00", "09:00", ("09:45", "13:00"), id="no cap but the category's"),
    ],
)
def test_a_stay_that_was_seen_to_end_sooner_still_does_after_another_arrival(
    cap, arrived, estimated
):
    known = replace(KNOWN, left_at=None, left_by=at(cap))

    assert known.estimate_exit(at(arrived)) == tuple(map(at, estimated))


def test_a_correction_past_midnight_lies_on_both_days(graph):
    merge_venues(graph, [{"venue_id": "place", "category": "hospital"}], STAMP)
    row = {"visit_id": "v1", "person_id": "A", "venue_id": "place"}
    merge_visits(graph, [{**row, "arrived_at": ARRIVED, "left_at": at("11:00")}], STAMP)

    correct(graph, arrived="D0 23:30", left="00:30")

    assert [(row["version"], row["day"]) for row in rows_of(graph, EDGES)] == [
        (1, on("D1")),
        (2, on("D0")),
        (2, on("D1")),
    ]


@pytest.mark.parametrize(
    ("changed", "arrived", "left", "moment", "field"),
    [
        pytest.param({}, "09:30", "11:00", "D3 10:00", None, id="just 48 hours after the arrival"),
        pytest.param({}, "09:30", "11:00", "D3 10:00:01", "visit_id", id="a second later"),
        pytest.param({}, "09:30", "11:00", "D3 11:00", "visit_id", id="in the 49th hour"),
        pytest.param(
            {"arrived_at": at("D2 09:00")}, "10:00", "11:00", "D3 12:00", "visit_id",
            id="48 hours count from what was recorded first",
        ),
        pytest.param({}, "12:01", "12:01", "12:00", "arrived_at", id="an arrival to come"),
        pytest.param({}, "D0 10:00", "D0 11:00", "12:00", None, id="a day earlier"),
        pytest.param({}, "D0 09:59", "D0 11:00", "12:00", "arrived_at", id="more than a day"),
        pytest.param({}, "D2 10:01", "D2 11:00", "D2 12:00", "arrived_at", id="a day later"),
        pytest.param(
            {"arrived_at": at("D0 11:00")}, "D0 09:00", "D0 11:00", "12:00", "arrived_at",
            id="the days do not add up",
        ),
        pytest.param({}, "09:30", "09:30", "12:00", None, id="no length"),
        pytest.param({}, "09:30", "09:29", "12:00", "left_at", id="out before in"),
        pytest.param({}, "09:30", "12:01", "12:00", "left_at", id="an exit to come"),
        pytest.param({}, "06:00", "10:00", "12:00", None, id="as long as people stay"),
        pytest.param({}, "06:00", "10:01", "12:00", "left_at", id="longer than anybody stays"),
        pytest.param(
            {"left_at": at("15:00")}, "09:30", "14:30", "16:00", None, id="as long as it was"
        ),
        pytest.param({}, "09:30", None, "12:00", "left_at", id="an exit is not taken back"),
        pytest.param({"left_at": None}, "09:30", None, "12:00", None, id="an exit not known"),
        pytest.param(
            {"category": None}, "D0 13:00", "12:00", "12:00", None, id="a place not known well"
        ),
    ],
)  # fmt: skip
def test_a_correction_is_taken_within_its_bounds(changed, arrived, left, moment, field):
    left_at = at(left) if left else None

    fault = correction_fault(replace(KNOWN, **changed), at(arrived), left_at, at(moment))

    assert (fault[0] if fault else None) == field


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        pytest.param({"person_id": "B"}, NotFound, id="another person's"),
        pytest.param({"moment": at("D3 11:00")}, Refused, id="in the 49th hour"),
        pytest.param({"left": "09:00"}, Refused, id="times that cannot be"),
    ],
)
def test_what_is_not_taken_changes_nothing(market, wanted, kind):
    before = contents(market)

    with pytest.raises(kind):
        correct(market, **wanted)

    assert contents(market) == before


def test_a_withdrawn_visit_and_one_that_never_was_cannot_be_corrected(market):
    retract_visits(market, ["v1"], NOON)

    with pytest.raises(NotFound):
        correct(market)
    with pytest.raises(NotFound):
        correct_visit(market, "v2", "A", arrived_at=ARRIVED, left_at=None, at=NOON)


def test_a_trace_sees_the_times_that_were_known_as_of_its_moment(market):
    other = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        v2       | B         | place    | 09:30      | 09:50
    """)
    merge_visits(market, other, STAMP)
    rule = tracing_rule(Rule(least=timedelta(minutes=15), exits="latest"))
    sources = {"A": Period(at("08:00"), None)}

    correct(market)

    before = trace(market, sources, rule, hops=1, as_of=NOON - timedelta(seconds=1)).people
    after = trace(market, sources, rule, hops=1, as_of=NOON).people
    assert [shown(one) for one in before] == []
    assert [shown(one) for one in after] == table("""
        person_id | hop | exposed_at | earliest_at | minutes
        B         | 1   | 09:45      | 09:45       | 20
    """)
