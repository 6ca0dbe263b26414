"""The laws that all merging functions share: twice is once, every row is accounted for."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Stamp
from graph.cases import NO_CLASSIFICATION, OTHER_PERSON
from graph.people import Person, get_person, merge_persons
from tests.graph.areas import AGAIN, AREAS, BEYOND, FIRST
from tests.graph.contents import contents, rows_of
from tests.graph.threads import at_once
from tests.tables import at

EVERY_AREA = pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)


@EVERY_AREA
def test_what_is_merged_twice_is_stored_once(graph, area):
    assert area.merge(graph, area.rows, FIRST) == Merged(len(area.rows), 0)
    before = contents(graph)

    assert area.merge(graph, area.rows, AGAIN) == Merged(0, len(area.rows))
    assert contents(graph) == before


@EVERY_AREA
def test_equal_rows_of_one_call_are_one_row(graph, area):
    doubled = [dict(row) for row in area.rows for _ in range(2)]

    assert area.merge(graph, doubled, FIRST) == Merged(len(area.rows), len(area.rows))


@EVERY_AREA
def test_rows_in_another_order_or_one_by_one_leave_the_same_in_the_store(graph, area):
    for row in reversed(area.rows):
        assert not area.merge(graph, [row], FIRST).refused
    one_by_one = contents(graph)

    assert area.merge(graph, area.rows, FIRST) == Merged(0, len(area.rows))
    assert contents(graph) == one_by_one


@EVERY_AREA
def test_no_rows_change_nothing(graph, area):
    assert area.merge(graph, [], FIRST) == Merged(0, 0)
    assert contents(graph) == []


@EVERY_AREA
def test_rows_that_several_threads_merge_at_once_are_stored_once(graph, area):
    for n in range(3):
        rows = [{**row, next(iter(row)): f"{n}{next(iter(row.values()))}"} for row in area.rows]
        at_once([partial(area.merge, graph, rows, FIRST)] * 4)
        stored = contents(graph)

        assert area.merge(graph, rows, AGAIN) == Merged(0, len(rows))
        assert contents(graph) == stored
        assert len(set(stored)) == len(stored)


@EVERY_AREA
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(choice=st.data())
def test_every_row_is_accepted_a_duplicate_or_refused_and_again_nothing_is_accepted(
    graph, area, choice
):
    rows = choice.draw(st.lists(area.mixed, max_size=8))

    merged = area.merge(graph, rows, FIRST)

    refused = [refusal.index for refusal in merged.refused]
    assert merged.accepted + merged.duplicate + len(refused) == len(rows)
    assert merged.accepted >= 0
    assert merged.duplicate >= 0
    assert refused == sorted(set(refused))
    assert all(0 <= index < len(rows) for index in refused)
    before = contents(graph)
    assert area.merge(graph, rows, AGAIN) == Merged(
        0, merged.accepted + merged.duplicate, merged.refused
    )
    assert contents(graph) == before


VISIT = AREAS["visits"].rows[0]
MEETING = AREAS["meetings"].rows[0]
ISOLATION = AREAS["isolations"].rows[0]
CASE = AREAS["cases"].rows[0]


@pytest.mark.parametrize(
    ("area", "row", "changed", "column", "reason"),
    [
        pytest.param("visits", VISIT, {"person_id": "CANARY"}, "visit_id", STORED_OTHERWISE),
        pytest.param("visits", VISIT, {"venue_id": "CANARY"}, "visit_id", STORED_OTHERWISE),
        pytest.param("visits", VISIT, {"arrived_at": at("08:01")}, "visit_id", STORED_OTHERWISE),
        pytest.param("visits", VISIT, {"left_at": at("09:01")}, "visit_id", STORED_OTHERWISE),
        pytest.param("visits", VISIT, {"left_at": at("07:59:59")}, "left_at", BEYOND),
        pytest.param("visits", VISIT, {"left_at": at("D91 08:00:01")}, "left_at", BEYOND),
        pytest.param("meetings", MEETING, {"person_b": "CANARY"}, "contact_id", STORED_OTHERWISE),
        pytest.param("meetings", MEETING, {"person_a": "CANARY"}, "contact_id", STORED_OTHERWISE),
        pytest.param("meetings", MEETING, {"kind": None}, "contact_id", STORED_OTHERWISE),
        pytest.param(
            "meetings", MEETING, {"ended_at": at("09:01")}, "contact_id", STORED_OTHERWISE
        ),
        pytest.param("meetings", MEETING, {"ended_at": at("07:00")}, "ended_at", "before"),
        pytest.param("meetings", MEETING, {"person_b": "A"}, "person_b", "the same person"),
        pytest.param(
            "isolations", ISOLATION, {"person_id": "CANARY"}, "isolation_id", STORED_OTHERWISE
        ),
        pytest.param(
            "isolations", ISOLATION, {"venue_id": "CANARY"}, "isolation_id", STORED_OTHERWISE
        ),
        pytest.param("isolations", ISOLATION, {"ended_at": None}, "isolation_id", STORED_OTHERWISE),
        pytest.param("isolations", ISOLATION, {"ended_at": at("07:00")}, "ended_at", "before"),
        pytest.param("cases", CASE, {"person_id": "CANARY"}, "case_id", OTHER_PERSON),
        pytest.param(
            "cases", CASE, {"classification": "CANARY"}, "classification", NO_CLASSIFICATION
        ),
        pytest.param(
            "venues", {"venue_id": "x"}, {"category": "CANARY"}, "category", "not a known kind"
        ),
        pytest.param("venues", {"venue_id": "x"}, {"part_of": "x"}, "part_of", "part of itself"),
    ],
)
def test_a_refused_row_names_its_column_and_not_its_value_and_changes_nothing(
    graph, area, row, changed, column, reason
):
    merge = AREAS[area].merge
    merge(graph, [row], FIRST)
    before = contents(graph)

    merged = merge(graph, [row, {**row, **changed}], AGAIN)
    alone = merge(graph, [{**row, **changed}], AGAIN)

    assert (merged.accepted, merged.duplicate, len(merged.refused)) == (0, 1, 1)
    (refusal,) = alone.refused
    assert alone == Merged(0, 0, (Refusal(0, column, refusal.reason),))
    assert reason in refusal.reason
    assert "CANARY" not in f"{merged} {alone}"
    assert contents(graph) == before


def test_the_newest_word_on_a_person_a_venue_or_a_unit_stands_and_silence_changes_nothing(graph):
    merge_persons(graph, [{"person_id": "p", "full_name": "An", "unit_code": "1"}], FIRST)

    again = [{"person_id": "p", "full_name": "Ba", "birth_year": 1990, "unit_code": None}]

    assert merge_persons(graph, again, AGAIN) == Merged(1, 0)
    assert get_person(graph, "p") == Person("p", "Ba", 1990, None, "1", None, FIRST.recorded_at)


@pytest.mark.parametrize(
    ("area", "column"),
    [
        ("visits", "arrived_at"),
        ("visits", "left_at"),
        ("visits", "expected_left_at"),
        ("visits", "left_by"),
        ("meetings", "started_at"),
        ("meetings", "ended_at"),
        ("isolations", "started_at"),
        ("isolations", "ended_at"),
        ("cases", "confirmed_at"),
        ("cases", "isolated_at"),
    ],
)
def test_a_time_of_a_row_without_an_offset_is_not_taken(graph, area, column):
    row = {**AREAS[area].rows[0], column: at("08:30").replace(tzinfo=None)}

    with pytest.raises(ValueError, match="without an offset") as refused:
        AREAS[area].merge(graph, [row], FIRST)

    assert "2021" not in str(refused.value)
    assert contents(graph) == []


def test_a_fact_carries_its_source_its_batch_and_when_it_became_known_in_whole_seconds(graph):
    stamp = Stamp("interview", "batch-9", at("D3 08:00") + timedelta(microseconds=999_999))
    for area in AREAS.values():
        area.merge(graph, area.rows, stamp)

    stamped = rows_of(
        graph,
        "MATCH ()-[r:VISITED|MET|ISOLATED]->() RETURN properties(r) AS held "
        "UNION ALL MATCH (n:Person|Venue|CaseReport) RETURN properties(n) AS held",
    )

    assert len(stamped) > 15
    for row in stamped:
        held = row["held"]
        assert (held["source"], held["batch_id"]) == ("interview", "batch-9")
        assert held["recorded_at"] == at("D3 08:00")
