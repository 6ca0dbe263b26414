"""The ledger of commits: what changed a fact is named, in the order of the commits, once."""

from functools import partial

import pytest

from graph import changes
from graph.cases import merge_cases
from graph.changes import change_step, find_changes, head
from graph.errors import StoreFault
from graph.isolations import merge_isolations, retract_isolations
from graph.meetings import merge_meetings, retract_meetings
from graph.people import merge_persons
from graph.venues import merge_venues
from graph.visits import merge_visits, record_exit, retract_visits
from tests.graph.areas import AGAIN, AREAS, FIRST
from tests.graph.threads import at_once
from tests.tables import at, on

VISIT, _, OPEN = AREAS["visits"].rows
MEETING = AREAS["meetings"].rows[0]
ISOLATION = AREAS["isolations"].rows[0]
CASE = AREAS["cases"].rows[0]


def touched(graph, after=0):
    """What each change after a number names: its kind, its people, its venues."""
    return [
        (one.kind, " ".join(one.person_ids), " ".join(one.venue_ids))
        for one in find_changes(graph, after)
    ]


def test_each_commit_that_changes_a_fact_appends_one_change_that_names_whose(graph):
    merge_venues(graph, [{"venue_id": "hall", "part_of": "mall"}, {"venue_id": "x"}], FIRST)
    merge_visits(graph, [VISIT, OPEN, {**VISIT, "visit_id": "v9"}], FIRST)
    merge_visits(graph, [{**OPEN, "left_at": at("09:00")}], AGAIN)
    merge_visits(graph, [{**OPEN, "visit_id": "v4", "person_id": "C"}], FIRST)
    record_exit(graph, "v4", at("09:30"), AGAIN.recorded_at)
    retract_visits(graph, ["v1", "v4", "none"], AGAIN.recorded_at)
    merge_meetings(graph, [MEETING], FIRST)
    retract_meetings(graph, ["m1", "none"], AGAIN.recorded_at)
    merge_isolations(graph, [ISOLATION], FIRST)
    retract_isolations(graph, ["i1"], AGAIN.recorded_at)
    merge_cases(graph, [CASE], FIRST)

    assert touched(graph) == [
        ("venues", "", "hall mall x"),
        ("visits", "A B", ""),
        ("visits", "B", ""),
        ("visits", "C", ""),
        ("visits", "C", ""),
        ("visits", "A C", ""),
        ("meetings", "A B", ""),
        ("meetings", "A B", ""),
        ("isolations", "A", ""),
        ("isolations", "A", ""),
        ("cases", "A", ""),
    ]
    assert [one.number for one in find_changes(graph, 0)] == list(range(1, 12))


def test_what_changes_no_fact_leaves_no_change(graph):
    for name in ("venues", "visits", "meetings", "isolations", "cases"):
        AREAS[name].merge(graph, AREAS[name].rows, FIRST)
    before = head(graph)

    for area in AREAS.values():
        area.merge(graph, [], FIRST)
    for name in ("venues", "visits", "meetings", "isolations", "cases"):
        AREAS[name].merge(graph, AREAS[name].rows, AGAIN)
    merge_meetings(graph, [{**MEETING, "kind": "work"}], AGAIN)
    merge_persons(graph, [{"person_id": "A", "full_name": "An"}], AGAIN)
    for retract in (retract_visits, retract_meetings, retract_isolations):
        retract(graph, ["none"], AGAIN.recorded_at)

    assert head(graph) == before


def test_of_several_rows_those_that_were_new_are_named(graph):
    merge_meetings(graph, [MEETING], FIRST)
    merge_isolations(graph, [ISOLATION], FIRST)
    merge_cases(graph, [CASE], FIRST)
    before = head(graph).number

    merge_meetings(graph, [MEETING, {**MEETING, "contact_id": "m9", "person_b": "Z"}], FIRST)
    merge_isolations(graph, AREAS["isolations"].rows, FIRST)
    merge_cases(graph, AREAS["cases"].rows, FIRST)

    assert touched(graph, before) == [
        ("meetings", "A Z", ""),
        ("isolations", "B", ""),
        ("cases", "B", ""),
    ]


def test_the_head_is_the_newest_change_and_counts_what_the_store_holds(graph):
    merge_visits(graph, AREAS["visits"].rows, FIRST)
    merge_meetings(graph, [MEETING], FIRST)

    newest = find_changes(graph, 0)[-1]

    assert head(graph).number == newest.number == 2
    assert head(graph).token == newest.token
    assert head(graph).ids == newest.ids == 4
    # The visit to the ward lasts from the first local day to the third.
    assert (head(graph).visit_days, head(graph).meetings, head(graph).reports) == (5, 1, 0)


def test_a_store_has_a_name_of_its_own_which_stays(graph):
    first = head(graph)
    merge_visits(graph, [VISIT], FIRST)

    assert (first.number, first.token, first.kept_from) == (0, "", 1)
    assert head(graph).store_id == first.store_id != ""


def test_changes_of_commits_at_once_are_numbered_without_a_gap_and_seen_in_order(graph):
    rows = [{**VISIT, "visit_id": f"w{n}", "person_id": f"P{n}"} for n in range(24)]
    seen = []

    def look():
        for _ in range(40):
            numbers = [one.number for one in find_changes(graph, 0)]
            seen.append(numbers == list(range(1, len(numbers) + 1)))

    at_once([*(partial(merge_visits, graph, [row], FIRST) for row in rows), look])

    assert [one.number for one in find_changes(graph, 0)] == list(range(1, 25))
    assert len({one.token for one in find_changes(graph, 0)}) == 24
    assert all(seen)


def test_a_transaction_that_fails_leaves_no_change(graph):
    before = head(graph)
    broken = graph.replacing("people/merge_bare_persons", "RETURN 1 / 0 AS one")

    with pytest.raises(StoreFault):
        broken.write_together(
            change_step("visits", people=["A"]),
            ("people/merge_bare_persons", {}),
        )

    assert head(graph) == before


def test_old_changes_go_by_their_number_and_by_how_many_ids_they_hold(graph, monkeypatch):
    monkeypatch.setattr(changes, "MOST_CHANGES", 3)
    for n in range(6):
        graph.write_together(change_step("visits", people=[f"P{n}"]))
    by_number = [one.number for one in find_changes(graph, 0)]
    monkeypatch.setattr(changes, "MOST_IDS", 10)
    graph.write_together(change_step("visits", people=[f"P{n}" for n in range(9)]))
    by_ids = [one.number for one in find_changes(graph, 0)]
    graph.write_together(change_step("visits", people=[f"P{n}" for n in range(50)]))

    assert by_number == [4, 5, 6]
    assert by_ids == [6, 7]
    # The newest stays, whatever its size: a reader must find where it stands.
    assert [one.number for one in find_changes(graph, 0)] == [8]
    assert head(graph).kept_from == 8


def test_a_change_names_the_days_that_were_deleted(graph):
    graph.write_together(change_step("days", days=[on("D2"), on("D1"), on("D2")]))

    (change,) = find_changes(graph, 0)
    assert (change.kind, change.days) == ("days", [on("D1"), on("D2")])
