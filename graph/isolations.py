"""Isolation of cases and quarantine of contacts: from then on they infect nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Rows, Stamp, new_rows, sift, without
from graph.changes import change_step
from graph.database import Graph
from graph.periods import whole_seconds


@dataclass(frozen=True, slots=True)
class Isolation:
    """A person kept apart at a venue, `[started_at, ended_at)`; `ended_at` None for not yet."""

    isolation_id: str
    person_id: str
    venue_id: str
    venue_name: str | None
    started_at: datetime
    ended_at: datetime | None
    source: str


def merge_isolations(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store isolations once, by their ids; people and venues not known yet begin as bare ones."""
    whole = [
        {
            **row,
            "started_at": whole_seconds(row["started_at"]),
            "ended_at": whole_seconds(row["ended_at"]) if row.get("ended_at") else None,
        }
        for row in rows
    ]
    sifted = sift(whole, "isolation_id")
    refused = [
        Refusal(row["index"], "ended_at", "is before started_at")
        for row in sifted.rows
        if row["ended_at"] is not None and row["ended_at"] < row["started_at"]
    ]
    good = without(sifted.rows, refused)
    stored, _ = graph.write_together(
        ("isolations/merge_isolations", {"rows": good, **stamp.parameters()}),
        change_step(
            "isolations",
            people=lambda found: [row["person_id"] for row in new_rows(good, found[0])],
        ),
    )
    others = [
        Refusal(row["index"], "isolation_id", STORED_OTHERWISE)
        for row in stored
        if not row["is_same"]
    ]
    return sifted.merged(len(stored) - len(others), [*refused, *others])


def retract_isolations(graph: Graph, isolation_ids: Sequence[str], retracted_at: datetime) -> int:
    """Withdraw isolations from a moment on; return how many were withdrawn by this call."""
    wanted, moment = sorted(set(isolation_ids)), whole_seconds(retracted_at)
    retracted, _ = graph.write_together(
        ("isolations/retract_isolations", {"isolation_ids": wanted, "retracted_at": moment}),
        change_step("isolations", people=lambda found: [row["person_id"] for row in found[0]]),
    )
    return len(retracted)


def find_isolations_of(graph: Graph, person_id: str, as_of: datetime) -> list[Isolation]:
    """Return when and where a person was isolated, as known at a moment, the newest first."""
    rows = graph.read("isolations/find_isolations_of", person_id=person_id, as_of=as_of)
    return [Isolation(**row) for row in rows]
