"""Planted defects (ACCEPTANCE section 5), each for one run, to see that the tests find it.

`TRUYVET_SABOTEUR=S1 pytest tests/crash/test_app.py` must be red. `tests.quick_program` plants it in
the web app; tests that need no program plant by `plant`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import graph.database
import graph.intake
from graph.errors import Refused, StoreAway
from graph.intake import Intake, Outcome, Scan


def _made_up(scan: Scan) -> Outcome:
    return Outcome(
        visit_id=scan.visit_id,
        person_id=scan.person_id,
        venue_id=scan.venue_id,
        direction="in",
        state="new",
        at=datetime.now(UTC).replace(microsecond=0),
        colour="go",
        needs_declaration=False,
        flags=(),
    )


def ack_before_commit() -> None:
    """S1: whoever waits is told `stored`, and only then it is."""
    store = Intake._store

    def told_first(self: Intake, batch: Sequence[Any]) -> None:
        for waiting in batch:
            waiting.tell(_made_up(waiting.scan))
            waiting.answer = Future()
        store(self, batch)

    Intake._store = told_first  # type: ignore[method-assign]


def create_for_merge() -> None:
    """S2: receipts and visits are created, whether they are there or not, and nobody looks."""
    read = graph.database.query_text

    def changed(name: str) -> str:
        text = read(name)
        if name == "intake/record_check_ins":
            return (
                text.replace("MERGE (receipt:Receipt", "CREATE (receipt:Receipt")
                .replace("MERGE\n  (person)-[visit:", "CREATE\n  (person)-[visit:")
                .replace("  ON CREATE SET\n    receipt.digest", "  SET\n    receipt.digest")
                .replace("  ON CREATE SET\n    visit.source", "  SET\n    visit.source")
            ).replace("  // The store reads the properties written last first", "  // It reads")
        if name == "intake/find_receipts":
            return text.replace(
                "(receipt:Receipt {visit_id: scan.visit_id})",
                "(receipt:Receipt {visit_id: scan.visit_id + '?'})",
            )
        return text

    graph.database.query_text = changed  # type: ignore[assignment]


def swallow_commit_fault() -> None:
    """S3: a commit that failed counts as one that was done."""
    commit = graph.intake.commit

    def swallowed(store: Any, scans: Sequence[Scan]) -> Any:
        try:
            return commit(store, scans)
        except StoreAway:
            return {scan.visit_id: _made_up(scan) for scan in scans}

    graph.intake.commit = swallowed


def no_constraint() -> None:
    """S5: nobody asks whether the store holds the keys to be unique."""
    Intake._require_keys = lambda _self: None  # type: ignore[method-assign]


def bad_row_fails_all() -> None:
    """S6: one scan that cannot be stored has its whole batch refused."""

    def refuse(_self: Intake, batch: Sequence[Any], _answer: Exception) -> None:
        for waiting in batch:
            waiting.tell(Refused("visit_id", "cannot be stored"))

    Intake._store_apart = refuse  # type: ignore[method-assign]


def no_deadline() -> None:
    """S7: a request waits for as long as the store takes."""
    graph.intake.STALLED_SECONDS = 3600.0
    make = Intake.__init__

    def patient(self: Intake, *given: Any, **named: Any) -> None:
        make(self, *given, **named)
        self.seconds = 3600.0

    Intake.__init__ = patient  # type: ignore[method-assign]


def unbounded_queue() -> None:
    """S9: everybody may wait."""
    Intake._room = lambda _self: sys.maxsize  # type: ignore[method-assign]


SABOTEURS: dict[str, Callable[[], None]] = {
    "S1": ack_before_commit,
    "S2": create_for_merge,
    "S3": swallow_commit_fault,
    "S5": no_constraint,
    "S6": bad_row_fails_all,
    "S7": no_deadline,
    "S9": unbounded_queue,
}


def plant(name: str) -> None:
    """Plant a defect into this process, for as long as it runs."""
    SABOTEURS[name]()
