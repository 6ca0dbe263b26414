"""The laws that all merging functions share: twice is once, every row is accounted for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.batches import (
    REPEATED,
    STORED_OTHERWISE,
    Merged,
    Refusal,
    Stamp,
    find_batches,
    finish_batch,
    sift,
    start_batch,
)
from graph.cases import NO_CLASSIFICATION, OTHER_PERSON, merge_cases
from graph.database import Graph
from graph.isolations import merge_isolations
from graph.meetings import merge_meetings
from graph.people import Person, get_person, merge_persons
from graph.units import merge_units
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.graph.contents import contents, rows_of
from tests.graph.threads import at_once
from tests.tables import at, on, records

FIRST = Stamp("interview", "batch-1", at("D3 08:00"))
AGAIN = Stamp("registry", "batch-2", at("D4 08:00"))
BEYOND = "is not within 90 days after the arrival"

Merge = Callable[[Graph, Sequence[Mapping[str, Any]], Stamp], Merged]


@dataclass(frozen=True)
class Area:
    """A merging function, some rows that it takes, and rows of any kind to be sifted."""

    merge: Merge
    rows: list[dict[str, Any]]
    mixed: st.SearchStrategy[dict[str, Any]]


def mixed(key: str, wanted: Mapping[str, Any], optional: Mapping[str, Any]) -> Any:
    """Rows of few ids, so that they meet; what is optional may be None or absent."""
    return st.fixed_dictionaries(
        {key: st.sampled_from("abcd"), **{k: st.sampled_from(v) for k, v in wanted.items()}},
        optional={k: st.sampled_from([None, *v]) for k, v in optional.items()},
    )


TIMES = [at("08:00"), at("09:00"), at("D2 09:00")]
AREAS = {
    "persons": Area(
        merge_persons,
        [
            {"person_id": "p1"},
            {"person_id": "p2", "full_name": "An", "birth_year": 1990, "sex": "female"},
            {"person_id": "p3", "unit_code": "79"},
        ],
        mixed(
            "person_id",
            {},
            {"full_name": ["An", "Ba"], "birth_year": [1990], "sex": ["male"], "unit_code": "12"},
        ),
    ),
    "venues": Area(
        merge_venues,
        [
            {"venue_id": "mall", "name": "Mall", "category": "mall", "unit_code": "79"},
            {"venue_id": "hall", "part_of": "mall", "latitude": 10.5, "longitude": 106.5},
            {"venue_id": "stall", "part_of": "yard"},
        ],
        mixed(
            "venue_id",
            {},
            {"name": ["Hall"], "category": ["mall", "none"], "part_of": "abcd", "unit_code": "12"},
        ),
    ),
    "units": Area(
        merge_units,
        [
            {"unit_code": "79", "name": "City", "level": "city"},
            {"unit_code": "760", "name": "D1", "level": "district", "parent_code": "79"},
            {"unit_code": "9", "name": "W", "level": "ward", "parent_code": "x"},
            {"unit_code": "8", "name": "V", "level": "ward", "valid_from": on("D1")},
        ],
        mixed(
            "unit_code",
            {"name": ["City", "Town"], "level": ["city"]},
            {"parent_code": "wxyz", "valid_from": [on("D1")], "valid_until": [on("D2")]},
        ),
    ),
    "visits": Area(
        merge_visits,
        records("""
            visit_id | person_id | venue_id | arrived_at | left_at
            v1       | A         | café     | 08:00      | 09:00
            v2       | A         | ward     | 20:00      | D3 06:00
            v3       | B         | café     | 08:30      |
        """),
        mixed(
            "visit_id",
            {"person_id": "PQ", "venue_id": "VW", "arrived_at": TIMES},
            {"left_at": [*TIMES, at("D99 08:00")], "left_by": [at("D2 10:00")]},
        ),
    ),
    "meetings": Area(
        merge_meetings,
        records("""
            contact_id | person_a | person_b | started_at | ended_at | kind
            m1         | A        | B        | 08:00      | 09:00    | household
            m2         | B        | A        | 08:00      | 09:00    |
            m3         | A        | C        | 23:00      | D2 01:00 |
        """),
        mixed(
            "contact_id",
            {"person_a": "PQ", "person_b": "PQ", "started_at": TIMES, "ended_at": TIMES},
            {"kind": ["work"]},
        ),
    ),
    "isolations": Area(
        merge_isolations,
        records("""
            isolation_id | person_id | venue_id | started_at | ended_at
            i1           | A         | camp     | 08:00      | D9 08:00
            i2           | B         | camp     | 08:00      |
        """),
        mixed(
            "isolation_id",
            {"person_id": "PQ", "venue_id": "VW", "started_at": TIMES},
            {"ended_at": TIMES},
        ),
    ),
    "cases": Area(
        merge_cases,
        records("""
            case_id | person_id | classification | onset_on | confirmed_at
            c1      | A         | confirmed      | D1       | D3 08:00
            c2      | B         | suspected      |          |
        """),
        mixed(
            "case_id",
            {"person_id": "PQ", "classification": ["suspected", "confirmed", "perhaps"]},
            {"onset_on": [on("D1"), on("D2")], "isolated_at": TIMES},
        ),
    ),
}
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


def test_a_row_that_repeats_a_key_with_other_content_is_refused_and_the_first_stays():
    rows = [
        {"key": "b", "name": "first"},
        {"key": "a", "name": None},
        {"key": "b", "name": "CANARY"},
        {"key": "a"},
        {"key": "b", "name": "first"},
    ]

    sifted = sift(rows, "key", ["name"])

    assert sifted.rows == [
        {"key": "a", "name": None, "index": 1},
        {"key": "b", "name": "first", "index": 0},
    ]
    assert sifted.merged(0) == Merged(2, 2, (Refusal(2, "key", REPEATED),))


def test_the_newest_word_on_a_person_a_venue_or_a_unit_stands_and_silence_changes_nothing(graph):
    merge_persons(graph, [{"person_id": "p", "full_name": "An", "unit_code": "1"}], FIRST)

    again = [{"person_id": "p", "full_name": "Ba", "birth_year": 1990, "unit_code": None}]

    assert merge_persons(graph, again, AGAIN) == Merged(1, 0)
    assert get_person(graph, "p") == Person("p", "Ba", 1990, None, "1", None)


def test_a_time_of_a_row_without_an_offset_is_not_taken(graph):
    naive = at("08:00").replace(tzinfo=None)
    rows = {
        merge_visits: {**VISIT, "arrived_at": naive},
        merge_meetings: {**MEETING, "ended_at": naive},
        merge_isolations: {**ISOLATION, "started_at": naive},
        merge_cases: {**CASE, "isolated_at": naive},
    }

    for merge, row in rows.items():
        with pytest.raises(ValueError, match="offset") as refused:
            merge(graph, [row], FIRST)
        assert "2021" not in str(refused.value)
    assert contents(graph) == []


def test_a_batch_is_listed_with_what_became_of_its_rows_the_newest_first(graph):
    first = start_batch(
        graph, source="visits", file_name="a.csv", sha256="00", recorded_at=at("08:00")
    )
    finish_batch(graph, first, read=4, accepted=2, duplicate=1, refused=1)
    second = start_batch(
        graph, source="cases", file_name=None, sha256=None, recorded_at=at("09:00")
    )

    batches = {batch.batch_id: batch for batch in find_batches(graph)}

    done, broken_off = batches[first], batches[second]
    assert (done.read, done.accepted, done.duplicate, done.refused) == (4, 2, 1, 1)
    assert (done.source, done.file_name, done.sha256) == ("visits", "a.csv", "00")
    assert done.finished_at >= done.started_at
    assert (broken_off.finished_at, broken_off.read) == (None, None)
    started = [batch.started_at for batch in find_batches(graph)]
    assert started == sorted(started, reverse=True)


def test_a_batch_whose_rows_do_not_add_up_is_not_finished(graph):
    batch_id = start_batch(
        graph, source="visits", file_name=None, sha256=None, recorded_at=at("08:00")
    )

    with pytest.raises(ValueError, match="do not add up"):
        finish_batch(graph, batch_id, read=4, accepted=2, duplicate=1, refused=0)

    assert [batch.finished_at for batch in find_batches(graph)] == [None]


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
