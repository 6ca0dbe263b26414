"""Columns stay fresh while others write: a commit shows within a second, and none is missed."""

from collections.abc import Callable
from random import Random
from threading import Thread
from time import sleep
from typing import Any

from graph.changes import head, lock_head
from graph.database import Graph, Reader
from graph.errors import StoreAway
from graph.tracing import trace
from graph.tracing.projection import Projection, following
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import spread
from graph.visits import merge_visits, retract_visits
from tests.graph.projecting import CHANGES, RULE, SOURCES, STAMP, WORKED, told
from tests.stored import as_row
from tests.tables import LATER, at


def test_J13_a_started_projection_sees_a_commit_within_a_second_by_itself(worked):
    projection = Projection(worked, None)
    projection.start()
    try:
        eventually(lambda: projection.current() is not None)
        seen = projection.current()

        CHANGES["a visit more"](worked)

        number = head(worked).number
        eventually(lambda: projection._snapshot.number == number)
        assert projection.ready_in_s == 0.0
        assert seen.number < number
    finally:
        projection.stop()
    assert projection.current() is None


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a test fails by its limit of time otherwise."""
    for _ in range(2000):
        if holds():
            return
        sleep(0.01)
    raise AssertionError("it never held")


def test_J14_both_engines_answer_alike_while_others_import_and_withdraw(worked):
    projection = Projection.open(worked, None)
    writers = [Thread(target=write_and_withdraw, args=(worked, part)) for part in range(3)]
    compared = 0

    def compare(reader: Reader) -> bool:
        # Nobody commits meanwhile; whoever would waits.
        if lock_head(reader).number != snapshot.number:
            return False
        by_cypher = trace(worked, SOURCES, RULE, 3, LATER, engine="cypher").people
        by_columns = ColumnPeople(spread(snapshot.columns, SOURCES, RULE, 3, LATER))
        assert [as_row(one) for one in by_columns] == [as_row(one) for one in by_cypher]
        return True

    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers) or not compared:
        snapshot = projection.current(within=0)
        assert snapshot is not None
        compared += worked.read_locked(compare)
    for writer in writers:
        writer.join()

    told(worked, projection)


def test_J14_no_commit_passes_while_what_changed_is_read(worked, monkeypatch):
    projection = Projection.open(worked, None)
    CHANGES["a visit more"](worked)
    writer = Thread(target=CHANGES["a late exit"], args=(worked,))
    follow, waits = following._followed, []

    def slowly(*arguments: Any) -> Any:
        writer.start()
        writer.join(timeout=0.5)
        waits.append(writer.is_alive())
        monkeypatch.setattr(following, "_followed", follow)
        return follow(*arguments)

    monkeypatch.setattr(following, "_followed", slowly)
    snapshot = projection.current(within=0)
    writer.join()

    assert waits == [True]
    assert snapshot.number == 2
    assert snapshot.columns.rows == 15
    told(worked, projection)


def write_and_withdraw(graph: Graph, part: int) -> None:
    """Import visits, exits and meetings, and withdraw every third visit."""
    draw = Random(part)
    for n in range(8):
        sleep(0.1 * draw.random())
        people = [f"P{draw.randrange(30)}" for _ in range(6)]
        rows = [
            {
                **WORKED[n_ % 9],
                "visit_id": f"w{part}-{n}-{n_}",
                "person_id": person,
                "left_at": None,
            }
            for n_, person in enumerate(people)
        ]
        surely(lambda rows=rows: merge_visits(graph, rows, STAMP))
        left = {**rows[0], "left_at": at("11:40")}
        surely(lambda left=left: merge_visits(graph, [left], STAMP))
        surely(lambda n=n: retract_visits(graph, [f"w{part}-{n}-1"], at("D4 08:00")))


def surely(write: Callable[[], object]) -> None:
    """Send a write again where others were quicker for too long: each is idempotent."""
    while True:
        try:
            write()
        except StoreAway:
            continue
        return
