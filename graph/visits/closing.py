"""Closing time: everybody who is still in goes out at one stated moment; exits taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from graph.changes import change_step
from graph.database import Graph, Row
from graph.errors import Refused
from graph.periods import (
    Period,
    epoch_seconds,
    instant_of,
    local_day,
    local_days,
    whole_seconds,
)

BATCH = "undo"
NOT_OPENED = "was known from the start, or is another one"


def count_open_stays(graph: Graph, venue_id: str, at: datetime) -> int:
    """Return how many visits are open at a venue and its zones at a moment."""
    return len(graph.read("visits/find_open_stays", **_open_at(venue_id, at)))


def close_stays(graph: Graph, venue_id: str, left_at: datetime, recorded_at: datetime) -> int:
    """Record that everybody who is still at a venue or in its zones leaves at a moment.

    All of them or nobody, in one transaction; whose exit is known keeps it. Return how many.
    """
    left_at, recorded_at = whole_seconds(left_at), whole_seconds(recorded_at)

    def exits(found: Sequence[list[Row]]) -> dict[str, Any] | None:
        rows = [
            {
                "visit_id": row["visit_id"],
                "left_at_s": epoch_seconds(left_at),
                "days": _days(row["arrived_at_s"], epoch_seconds(left_at)),
            }
            for row in found[0]
        ]
        return {"rows": rows, "recorded_at": recorded_at} if rows else None

    _, closed, _ = graph.write_together(
        ("visits/find_open_stays", _open_at(venue_id, left_at)),
        ("visits/record_exits", exits),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[1]]),
    )
    return len(closed)


def reopen_stays(
    graph: Graph, venue_id: str, left_at: datetime, closed_at: datetime, at: datetime
) -> int:
    """Take back what `close_stays` recorded at a moment; return how many are open again.

    As of before, the exits stay what they were.
    """
    left_at = whole_seconds(left_at)
    closed = {"left_at": left_at, "recorded_at": whole_seconds(closed_at)}
    return _reopen(
        graph,
        ("visits/find_closed_stays", {"venue_id": venue_id, "day": local_day(left_at), **closed}),
        at,
    )


def reopen_visit(graph: Graph, visit_id: str, left_at: datetime, at: datetime) -> None:
    """Take back the exit of one visit; taken back already, it changes nothing.

    Raises:
        Refused: another exit is known, or it was known from the start.
    """
    left_at = whole_seconds(left_at)
    rows = graph.read("visits/get_newest_version", visit_id=visit_id)
    newest = rows[0] if rows else None
    if newest is None or newest["is_retracted"] or newest["left_at"] is None:
        return
    if newest["left_at"] != left_at or newest["left_by"] is None:
        raise Refused("left_at", NOT_OPENED)
    arrived_at_s, left_by_s = (epoch_seconds(newest[name]) for name in ("arrived_at", "left_by"))
    row = {
        "visit_id": visit_id,
        "left_at_s": epoch_seconds(left_at),
        "days": _days(arrived_at_s, left_by_s),
    }
    graph.write_together(
        ("visits/reopen_visits", _reopening([row], at)),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[0]]),
    )


def _reopen(graph: Graph, found_by: tuple[str, dict[str, Any]], at: datetime) -> int:
    def rows_of(found: Sequence[list[Row]]) -> dict[str, Any] | None:
        rows = [
            {
                "visit_id": row["visit_id"],
                "left_at_s": row["left_at_s"],
                "days": _days(row["arrived_at_s"], row["left_by_s"]),
            }
            for row in found[0]
        ]
        return _reopening(rows, at) if rows else None

    _, reopened, _ = graph.write_together(
        found_by,
        ("visits/reopen_visits", rows_of),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[1]]),
    )
    return len(reopened)


def _reopening(rows: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {"rows": rows, "batch_id": BATCH, "recorded_at": whole_seconds(at)}


def _open_at(venue_id: str, at: datetime) -> dict[str, Any]:
    at = whole_seconds(at)
    return {"venue_id": venue_id, "day": local_day(at), "at": at}


def _days(start_s: int, end_s: int) -> list[date]:
    start = instant_of(start_s)
    return local_days(Period(start, max(instant_of(end_s), start)))
