"""What becomes of a row beside what is stored: new, an exit, known already or not taken; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph.batches import STORED_OTHERWISE, Refusal, Rows
from graph.limits import LONGEST_VISIT

WITHDRAWN = "is withdrawn"
CONTENT = ("person_id", "venue_id", "arrived_at")


def exit_fault(arrived_at: datetime, left_at: datetime | None) -> str | None:
    if left_at is None or arrived_at <= left_at <= arrived_at + LONGEST_VISIT:
        return None
    return f"is not within {LONGEST_VISIT.days} days after the arrival"


def exits_told_apart(rows: Rows) -> list[int]:
    """Return the positions of rows that tell the exit of a visit whose row before has none."""
    opened: dict[str, Mapping[str, Any]] = {}
    found = []
    for position, row in enumerate(rows):
        before = opened.get(row["visit_id"])
        if row["left_at"] is None:
            opened.setdefault(row["visit_id"], row)
        elif before is not None and all(row[key] == before[key] for key in CONTENT):
            found.append(position)
    return found


@dataclass(slots=True)
class Judged:
    fresh: list[dict[str, Any]] = field(default_factory=list)
    exits: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unchanged: int = 0


def judge(rows: Iterable[dict[str, Any]], stored: Mapping[str, Mapping[str, Any]]) -> Judged:
    """Tell which rows are new, which bring an exit, and which are known or not taken."""
    judged = Judged()
    for row in rows:
        old = stored.get(row["visit_id"])
        if fault := _fault(row, old):
            judged.refused.append(Refusal(row["index"], *fault))
        elif old is None:
            judged.fresh.append(row)
        elif row["left_at"] is None or old["left_at"] is not None:
            judged.unchanged += 1
        else:
            judged.exits.append(row)
    return judged


def _fault(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Return the column for which a row is not taken beside what is stored, and why."""
    if fault := exit_fault(row["arrived_at"], row["left_at"]):
        return "left_at", fault
    if old is None:
        return None
    told, known = row["left_at"], old["left_at"]
    is_other_exit = told is not None and known is not None and told != known
    if is_other_exit or any(row[key] != old[key] for key in CONTENT):
        return "visit_id", STORED_OTHERWISE
    if old["is_retracted"] and told is not None and known is None:
        return "visit_id", WITHDRAWN
    return None
