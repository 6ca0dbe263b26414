"""An import undone: what it brought is withdrawn once, history keeps it, comparisons name it."""

from dataclasses import replace

import pytest

from graph.batches import find_batches, start_batch
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.meetings import merge_meetings
from graph.tracing.comparing import compare
from graph.undoing import find_standing, undo_batch
from graph.visits import merge_visits
from tests.graph.differences import (
    AFTER,
    BEFORE,
    FIRST,
    LATER,
    compared,
    isolate,
    store_known,
    told,
    traced,
)
from tests.tables import at, records, table


@pytest.fixture
def known(graph: Graph) -> Graph:
    """The small outbreak, as known on the fourth day."""
    store_known(graph)
    return graph


def imported(graph: Graph) -> str:
    """Import a file on the fourth day: F's visit, a meeting of S and G, and that A is isolated."""
    batch_id = start_batch(
        graph, source="visits", file_name="a.csv", sha256=None, recorded_at=FIRST.recorded_at
    )
    stamp = replace(FIRST, batch_id=batch_id)
    visits = "visit_id | person_id | venue_id | arrived_at | left_at\nf1 | F | café | 08:10 | 08:50"
    merge_visits(graph, records(visits), stamp)
    meeting = {"contact_id": "g", "person_a": "S", "person_b": "G"}
    times = {"started_at": at("20:00"), "ended_at": at("20:05")}
    merge_meetings(graph, [{**meeting, **times}], stamp)
    isolate(graph, stamp)
    return batch_id


def test_R126_an_import_undone_shows_as_what_it_brought(known: Graph) -> None:
    batch_id = imported(known)

    undone = undo_batch(known, batch_id, LATER.recorded_at)
    found = compared(known)

    assert (undone.visits, undone.meetings, undone.isolations) == (1, 1, 1)
    assert [told(change) for change in found.changes] == table("""
        change    | person_id | class | causes
        added     | B         | - F2  | isolation_withdrawn A by undo
        withdrawn | F         | F1 -  | visit_withdrawn F by undo
        withdrawn | G         | F1 -  | meeting_withdrawn S by undo
    """)
    assert {batch.file_name for batch in found.batches.values()} == {"a.csv"}


def test_an_import_undone_twice_is_undone_once_and_history_keeps_it(known: Graph) -> None:
    batch_id = imported(known)
    then = traced(known, BEFORE)

    undo_batch(known, batch_id, LATER.recorded_at)
    again = undo_batch(known, batch_id, AFTER)

    assert (again.visits, again.meetings, again.isolations) == (0, 0, 0)
    [batch] = find_batches(known)
    assert (batch.undo_started_at, batch.undone_at) == (LATER.recorded_at, LATER.recorded_at)
    assert compare(known, then, traced(known, BEFORE)).changes == ()


def test_an_undo_that_broke_off_is_finished_by_the_next(
    known: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = imported(known)
    breaking = known.replacing("meetings/retract_meetings", "RETURN 1 / 0 AS broken")

    with pytest.raises(Exception, match="retract_meetings"):
        undo_batch(breaking, batch_id, LATER.recorded_at)
    [half] = find_batches(known)
    rest = undo_batch(known, batch_id, AFTER)

    assert half.undone_at is None
    assert (rest.visits, rest.meetings, rest.isolations) == (0, 1, 1)
    [whole] = find_batches(known)
    assert (whole.undo_started_at, whole.undone_at) == (LATER.recorded_at, AFTER)


def test_what_an_undo_would_withdraw_is_told_before(known: Graph) -> None:
    batch_id = imported(known)

    standing = find_standing(known, batch_id)

    assert (standing.visit_ids, standing.contact_ids) == (["f1"], ["g"])
    assert (standing.isolation_ids, standing.stay) == (["i"], 3)


def test_an_unknown_batch_and_a_moment_before_it_are_refused(known: Graph) -> None:
    batch_id = imported(known)

    with pytest.raises(NotFound):
        undo_batch(known, "no-such-batch", AFTER)
    with pytest.raises(Refused, match="before the batch"):
        undo_batch(known, batch_id, at("D3 08:00"))
