"""Exits of visits: seen from when they became known on, told once, never overwritten."""

from datetime import timedelta
from functools import partial

import pytest

from graph.batches import STORED_OTHERWISE, Merged, Refusal
from graph.errors import NotFound, Refused
from graph.venues import merge_venues
from graph.visits import get_visit, merge_visits, record_exit, retract_visits
from tests.graph.contents import contents
from tests.graph.open_visits import BEFORE_LEARNT, KNOWN, LEARNT, OPEN, STAMP, laid, seen_at
from tests.graph.threads import at_once
from tests.tables import LATER, at, on


@pytest.mark.parametrize(
    ("left", "touched"),
    [
        pytest.param("20:30", "D1", id="the same evening"),
        pytest.param("D2 06:00", "D1 D2", id="the next morning"),
        pytest.param("D4 06:00", "D1 D2 D3 D4", id="far beyond the latest possible moment"),
    ],
)
@pytest.mark.parametrize("way", ["merged", "recorded"])
def test_an_exit_learnt_later_is_seen_from_then_on_and_not_before(graph, way, left, touched):
    merge_venues(graph, [{"venue_id": "place", "category": "hospital"}], STAMP)
    merge_visits(graph, [OPEN], STAMP)
    before = {day: seen_at(graph, BEFORE_LEARNT, day) for day in ("D1", "D2", "D3", "D4")}

    if way == "merged":
        assert merge_visits(graph, [{**OPEN, "left_at": at(left)}], LEARNT) == Merged(1, 0)
        assert merge_visits(graph, [{**OPEN, "left_at": at(left)}], LEARNT) == Merged(0, 1)
    else:
        record_exit(graph, "v1", at(left), LEARNT.recorded_at)
        record_exit(graph, "v1", at(left), LEARNT.recorded_at + timedelta(hours=1))

    assert get_visit(graph, "v1", LEARNT.recorded_at).left_at == at(left)
    assert get_visit(graph, "v1", BEFORE_LEARNT).left_at is None
    for day, visits in before.items():
        assert seen_at(graph, BEFORE_LEARNT, day) == visits
        assert bool(seen_at(graph, LATER, day)) == (day in touched)
    edges = laid(graph)
    assert {on(day) for day in touched.split()} <= {edge["day"] for edge in edges}
    # When the visit itself became known, and by whom, is not overwritten.
    assert {(edge["source"], edge["recorded_at"]) for edge in edges} == {
        ("interview", STAMP.recorded_at)
    }
    assert {edge["left_recorded_at"] for edge in edges} == {LEARNT.recorded_at}


def test_a_visit_told_again_without_its_exit_keeps_the_exit(graph):
    merge_visits(graph, [KNOWN], STAMP)

    assert merge_visits(graph, [OPEN], LEARNT) == Merged(0, 1)
    assert get_visit(graph, "v1", LATER).left_at == at("21:00")


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        pytest.param("22:00", "another exit is known already", id="another exit"),
        pytest.param("19:59:59", "another exit is known already", id="another one, and too early"),
    ],
)
def test_a_second_exit_is_refused(graph, left, reason):
    merge_visits(graph, [KNOWN], STAMP)

    with pytest.raises(Refused) as refused:
        record_exit(graph, "v1", at(left), LEARNT.recorded_at)

    assert (refused.value.field, refused.value.reason) == ("left_at", reason)
    assert get_visit(graph, "v1", LATER).left_at == at("21:00")


def test_of_exits_told_at_once_one_stands_and_whoever_told_another_hears_of_it(graph):
    lefts = [at(f"20:{minute}") for minute in (10, 10, 20, 30, 40)]
    merge_visits(graph, [OPEN], STAMP)

    def tell(left):
        try:
            record_exit(graph, "v1", left, LEARNT.recorded_at)
        except Refused as refused:
            return refused.field
        return left

    told = at_once([partial(tell, left) for left in lefts])

    known = get_visit(graph, "v1", LATER).left_at
    assert told == [left if left == known else "left_at" for left in lefts]


def test_of_exits_merged_at_once_one_is_stored_and_the_others_are_refused(graph):
    rows = [{**OPEN, "left_at": at(f"20:{minute}")} for minute in (10, 20, 30, 40)]
    merge_visits(graph, [OPEN], STAMP)

    outcomes = at_once([partial(merge_visits, graph, [row], LEARNT) for row in rows])

    known = get_visit(graph, "v1", LATER).left_at
    assert outcomes == [
        Merged(1, 0)
        if row["left_at"] == known
        else Merged(0, 0, (Refusal(0, "visit_id", STORED_OTHERWISE),))
        for row in rows
    ]


@pytest.mark.parametrize(
    ("left", "is_taken"),
    [
        pytest.param("19:59:59", False, id="before the arrival"),
        pytest.param("20:00", True, id="at the arrival"),
        pytest.param("D91 20:00", True, id="after 90 days"),
        pytest.param("D91 20:00:01", False, id="after more than 90 days"),
    ],
)
def test_an_exit_lies_within_ninety_days_after_the_arrival(graph, left, is_taken):
    merge_visits(graph, [OPEN], STAMP)

    if is_taken:
        record_exit(graph, "v1", at(left), LATER)
    else:
        with pytest.raises(Refused, match="left_at: is not within 90 days"):
            record_exit(graph, "v1", at(left), LATER)

    assert get_visit(graph, "v1", LATER).left_at == (at(left) if is_taken else None)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_there_is_no_exit_of_a_visit_that_is_not_there(graph, withdrawn):
    if withdrawn:
        merge_visits(graph, [OPEN], STAMP)
        retract_visits(graph, ["v1"], at("D4 08:00"))
    before = contents(graph)

    with pytest.raises(NotFound):
        record_exit(graph, "v1", at("21:00"), LATER)

    assert contents(graph) == before


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_visit_and_its_exit_in_two_rows_come_out_alike_wherever_a_batch_is_cut(graph, cut):
    closed = {**OPEN, "left_at": at("20:30")}
    rows = [OPEN, {**KNOWN, "visit_id": "v9"}, closed, {**OPEN, "left_at": at("20:31")}]

    parts = [merge_visits(graph, part, STAMP) for part in (rows[:cut], rows[cut:])]

    assert sum(part.accepted for part in parts) == 3
    assert sum(part.duplicate for part in parts) == 0
    assert [refusal.column for part in parts for refusal in part.refused] == ["visit_id"]
    assert get_visit(graph, "v1", LATER).left_at == at("20:30")
