"""Meetings: contacts named in an interview; they count however short they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Rows, Stamp, new_rows, sift, without
from graph.changes import change_step
from graph.database import Graph, Row
from graph.periods import whole_seconds


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two people together for a period `[started_at, ended_at)`; it has no direction."""

    contact_id: str
    person_a: str
    person_b: str
    started_at: datetime
    ended_at: datetime
    kind: str | None
    source: str


def merge_meetings(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store meetings once, by their ids; people not known yet begin as bare ones."""
    # It has no direction: told from its other end in one file, it is the same meeting too.
    ends = [sorted((row["person_a"], row["person_b"])) for row in rows]
    whole = [
        {
            **row,
            "person_a": first,
            "person_b": second,
            "started_at": whole_seconds(row["started_at"]),
            "ended_at": whole_seconds(row["ended_at"]),
        }
        for row, (first, second) in zip(rows, ends, strict=True)
    ]
    sifted = sift(whole, "contact_id", ("kind",))
    refused = [
        Refusal(row["index"], *fault) for row in sifted.rows if (fault := _fault(row)) is not None
    ]
    good = without(sifted.rows, refused)
    stored, _ = graph.write_together(
        ("meetings/merge_meetings", {"rows": good, **stamp.parameters()}),
        change_step("meetings", people=lambda found: _people(new_rows(good, found[0]))),
    )
    others = [
        Refusal(row["index"], "contact_id", STORED_OTHERWISE)
        for row in stored
        if not row["is_same"]
    ]
    return sifted.merged(len(stored) - len(others), [*refused, *others])


def retract_meetings(graph: Graph, contact_ids: Sequence[str], retracted_at: datetime) -> int:
    """Withdraw meetings from a moment on; return how many were withdrawn by this call."""
    wanted, moment = sorted(set(contact_ids)), whole_seconds(retracted_at)
    retracted, _ = graph.write_together(
        ("meetings/retract_meetings", {"contact_ids": wanted, "retracted_at": moment}),
        change_step("meetings", people=lambda found: _people(found[0])),
    )
    return len(retracted)


def find_meetings_of(graph: Graph, person_id: str, as_of: datetime) -> list[Meeting]:
    """Return whom a person met, as known at a moment, the newest first."""
    rows = graph.read("meetings/find_meetings_of", person_id=person_id, as_of=as_of)
    return [Meeting(**row) for row in rows]


def _people(rows: Iterable[Row]) -> list[str]:
    return [row[end] for row in rows for end in ("person_a", "person_b")]


def _fault(row: Mapping[str, Any]) -> tuple[str, str] | None:
    if row["person_a"] == row["person_b"]:
        return "person_b", "is the same person as person_a"
    if row["ended_at"] < row["started_at"]:
        return "ended_at", "is before started_at"
    return None
