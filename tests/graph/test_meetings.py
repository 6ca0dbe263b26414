"""Meetings, which have no direction, and isolations; both can be withdrawn."""

from datetime import timedelta

import pytest

from graph.batches import Merged, Stamp
from graph.isolations import find_isolations_of, merge_isolations, retract_isolations
from graph.meetings import find_meetings_of, merge_meetings, retract_meetings
from graph.people import get_person
from graph.venues import get_venue
from tests.tables import LATER, at, records

STAMP = Stamp("interview", "batch-1", at("D3 08:00"))
MEETINGS = records("""
    contact_id | person_a | person_b | started_at | ended_at | kind
    m1         | A        | B        | 08:00      | 09:00    | household
    m2         | C        | A        | D2 08:00   | D2 09:00 |
    m3         | B        | C        | 10:00      | 11:00    | work
""")
ISOLATIONS = records("""
    isolation_id | person_id | venue_id | started_at | ended_at
    i1           | A         | camp     | D3 08:00   | D9 08:00
    i2           | A         | ward     | D9 08:00   |
    i3           | B         | camp     | D3 08:00   |
""")


def test_a_meeting_is_read_from_both_ends_the_one_asked_about_first(graph):
    merge_meetings(graph, MEETINGS, STAMP)

    def met(person_id):
        return [
            (met.contact_id, met.person_a, met.person_b, met.kind)
            for met in find_meetings_of(graph, person_id, LATER)
        ]

    assert met("A") == [("m2", "A", "C", None), ("m1", "A", "B", "household")]
    assert met("B") == [("m3", "B", "C", "work"), ("m1", "B", "A", "household")]
    assert met("nobody") == []
    first = find_meetings_of(graph, "B", LATER)[1]
    assert (first.started_at, first.ended_at, first.source) == (
        at("08:00"),
        at("09:00"),
        "interview",
    )


def test_a_meeting_told_from_its_other_end_is_the_same_meeting(graph):
    merge_meetings(graph, MEETINGS, STAMP)
    turned = [{**row, "person_a": row["person_b"], "person_b": row["person_a"]} for row in MEETINGS]

    assert merge_meetings(graph, turned, STAMP) == Merged(0, 3)


def test_a_meeting_told_from_both_ends_at_once_is_one_meeting(graph):
    turned = [{**row, "person_a": row["person_b"], "person_b": row["person_a"]} for row in MEETINGS]

    assert merge_meetings(graph, [*MEETINGS, *turned], STAMP) == Merged(3, 3)


def test_a_person_is_isolated_at_a_venue_until_an_end_that_may_not_be_known(graph):
    merge_isolations(graph, ISOLATIONS, STAMP)

    found = find_isolations_of(graph, "A", LATER)

    assert [(one.isolation_id, one.venue_id, one.started_at, one.ended_at) for one in found] == [
        ("i2", "ward", at("D9 08:00"), None),
        ("i1", "camp", at("D3 08:00"), at("D9 08:00")),
    ]
    assert get_venue(graph, "ward").category == "unknown"
    assert get_person(graph, "B").full_name is None


@pytest.mark.parametrize("as_of", ["D3 07:59:59", "D3 08:00", "D6 07:59:59", "D6 08:00"])
def test_what_is_withdrawn_vanishes_from_then_on_and_stays_before(graph, as_of):
    merge_meetings(graph, MEETINGS, STAMP)
    merge_isolations(graph, ISOLATIONS, STAMP)
    withdrawn_at = at("D6 08:00") + timedelta(microseconds=999)

    assert retract_meetings(graph, ["m1", "m1", "m9"], withdrawn_at) == 1
    assert retract_isolations(graph, ["i1", "i9"], withdrawn_at) == 1
    assert retract_meetings(graph, ["m1"], at("D7 08:00")) == 0
    assert retract_isolations(graph, ["i1"], at("D7 08:00")) == 0

    known = {
        "D3 07:59:59": ([], []),
        "D3 08:00": (["m2", "m1"], ["i2", "i1"]),
        "D6 07:59:59": (["m2", "m1"], ["i2", "i1"]),
        "D6 08:00": (["m2"], ["i2"]),
    }
    assert (
        [met.contact_id for met in find_meetings_of(graph, "A", at(as_of))],
        [one.isolation_id for one in find_isolations_of(graph, "A", at(as_of))],
    ) == known[as_of]


def test_what_was_withdrawn_and_is_told_again_stays_withdrawn(graph):
    merge_meetings(graph, MEETINGS, STAMP)
    merge_isolations(graph, ISOLATIONS, STAMP)
    retract_meetings(graph, ["m1", "m2", "m3"], at("D6 08:00"))
    retract_isolations(graph, ["i1", "i2", "i3"], at("D6 08:00"))

    assert merge_meetings(graph, MEETINGS, STAMP) == Merged(0, 3)
    assert merge_isolations(graph, ISOLATIONS, STAMP) == Merged(0, 3)
    assert find_meetings_of(graph, "A", LATER) == []
    assert find_isolations_of(graph, "A", LATER) == []


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=100)])
def test_a_meeting_counts_however_short_or_long(graph, length):
    row = {**MEETINGS[0], "ended_at": MEETINGS[0]["started_at"] + length}

    assert merge_meetings(graph, [row], STAMP) == Merged(1, 0)
    assert find_meetings_of(graph, "A", LATER)[0].ended_at == row["ended_at"]
