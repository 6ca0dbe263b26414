"""The last scan at a gate is taken back: what it did is withdrawn, what it repeated stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from graph.batches import Stamp
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.intake import Intake, Scan
from graph.scans import get_scan, undo_scan
from graph.venues import merge_venues
from graph.visits import get_visit
from tests.emptying import empty
from tests.tables import at

STAMP = Stamp("test", "test", at("D1 12:00"))
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def gate(store: Graph) -> Iterator[tuple[Graph, Intake]]:
    """A venue with an intake, once for the tests of scans: people have ids of their own."""
    empty(store)
    merge_venues(store, [{"venue_id": "shop", "category": "essential_shop"}], STAMP)
    intake = Intake(store)
    intake.open()
    yield store, intake
    intake.close()
    empty(store)


def scan(key: str, person_id: str, moment: datetime, **changed: object) -> Scan:
    """A scan of an officer at the gate."""
    told = {
        "visit_id": key,
        "digest": key,
        "direction": "either",
        "person_id": person_id,
        "person": {"full_name": "An"},
        "venue_id": "shop",
        "at": moment,
        "received_at": moment,
        "source": "venue-scan",
        "account_id": "officer",
        **changed,
    }
    return Scan(**told)  # type: ignore[arg-type]


def now() -> datetime:
    """This second: what the intake records is as of now."""
    return datetime.now(UTC).replace(microsecond=0)


def test_a_scan_undone_withdraws_the_visit_that_it_began_and_nothing_that_it_repeated(
    gate: tuple[Graph, Intake],
) -> None:
    graph, intake = gate
    begun = now()
    intake.submit(scan("in-undone-0000001", "p1", begun))
    again = intake.submit(scan("again-undone-0001", "p1", begun + timedelta(seconds=9)))

    undo_scan(graph, "again-undone-0001", "officer", now())
    assert again.state == "repeated"
    assert get_visit(graph, "in-undone-0000001", now()).left_at is None

    undo_scan(graph, "in-undone-0000001", "officer", now())
    undo_scan(graph, "in-undone-0000001", "officer", now())
    with pytest.raises(NotFound):
        get_visit(graph, "in-undone-0000001", now() + timedelta(seconds=1))


def test_an_exit_undone_leaves_the_stay_open_and_the_next_scan_ends_it(
    gate: tuple[Graph, Intake],
) -> None:
    graph, intake = gate
    begun = now() - timedelta(minutes=30)
    intake.submit(scan("in-of-exit-000001", "p2", begun))
    intake.submit(scan("out-of-exit-00001", "p2", now()))

    undone = undo_scan(graph, "out-of-exit-00001", "officer", now())

    assert (undone.direction, undone.of_visit_id) == ("out", "in-of-exit-000001")
    assert get_visit(graph, "in-of-exit-000001", now()).left_at is None
    assert intake.submit(scan("out-again-0000001", "p2", now())).direction == "out"


def test_a_scan_is_undone_by_whoever_made_it_and_within_two_minutes(
    gate: tuple[Graph, Intake],
) -> None:
    graph, intake = gate
    intake.submit(scan("in-too-late-00001", "p3", now()))
    kept = get_scan(graph, "in-too-late-00001", "officer")
    late = kept.recorded_at + timedelta(minutes=2, seconds=1)

    with pytest.raises(Refused):
        undo_scan(graph, "in-too-late-00001", "officer", late)
    with pytest.raises(NotFound):
        undo_scan(graph, "in-too-late-00001", "another", now())
    with pytest.raises(NotFound):
        undo_scan(graph, "no-such-scan-0001", "officer", now())
    undo_scan(graph, "in-too-late-00001", "officer", kept.recorded_at + timedelta(minutes=2))
