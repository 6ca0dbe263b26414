"""Visits: timed stays of people at venues, one edge for each local day, one id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from graph.batches import Merged, Rows, Stamp, sift
from graph.changes import change_step
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import whole_seconds
from graph.visits.correcting import correct_visit, may_correct
from graph.visits.expiring import expire_visits
from graph.visits.judging import WITHDRAWN, exit_fault, exits_told_apart, judge
from graph.visits.laying import find_stored, lay, record_exits

__all__ = [
    "WITHDRAWN",
    "Visit",
    "correct_visit",
    "expire_visits",
    "find_visits_at",
    "find_visits_of",
    "get_visit",
    "may_correct",
    "merge_visits",
    "record_exit",
    "retract_visits",
]


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at a venue from arrival to exit, as known at one moment; aware UTC.

    `left_at` is None while the exit is unknown; then `expected_left_at` is the typical
    and `left_by` the latest possible one. Both are None where the exit was known at once.
    """

    visit_id: str
    person_id: str
    venue_id: str
    venue_name: str | None
    category: str
    arrived_at: datetime
    expected_left_at: datetime | None
    left_by: datetime | None
    left_at: datetime | None
    source: str
    recorded_at: datetime


def merge_visits(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store visits once, by their ids; people and venues not known yet begin as bare ones.

    A row that only adds the exit to a stored visit fills it in, and counts as accepted.
    Without `expected_left_at` and `left_by`, a visit without an exit gets those of its
    venue's category. Times are cut off to the second.
    """
    whole = [_whole(row) for row in rows]
    exits = exits_told_apart(whole)
    if exits:
        return _merge_exits_after(graph, whole, exits, stamp)
    sifted = sift(whole, "visit_id")
    told = judge(sifted.rows, find_stored(graph, sifted.rows))
    lay(graph, told.fresh, stamp)
    recorded = set(record_exits(graph, told.exits, stamp.recorded_at))
    late = [row for row in told.exits if row["visit_id"] not in recorded]
    # Somebody else was quicker: what is stored now decides.
    again = judge(late, find_stored(graph, late) if late else {})
    return sifted.merged(told.unchanged + again.unchanged, [*told.refused, *again.refused])


def record_exit(graph: Graph, visit_id: str, left_at: datetime, recorded_at: datetime) -> None:
    """Record when somebody left whose exit was not known; the same exit again changes nothing.

    Raises:
        NotFound: no such visit, or it is withdrawn.
        Refused: the exit is before the arrival, too late, or another one is known already.
    """
    left_at = whole_seconds(left_at)
    rows = graph.read("visits/find_stored_visits", visit_ids=[visit_id])
    if not rows or rows[0]["is_retracted"]:
        raise NotFound("visit")
    old = rows[0]
    if old["left_at"] == left_at:
        return
    if old["left_at"] is not None:
        raise Refused("left_at", "another exit is known already")
    if fault := exit_fault(old["arrived_at"], left_at):
        raise Refused("left_at", fault)
    if not record_exits(graph, [{**old, "left_at": left_at}], recorded_at):
        # Somebody else was quicker: what is stored now decides.
        record_exit(graph, visit_id, left_at, recorded_at)


def retract_visits(graph: Graph, visit_ids: Sequence[str], retracted_at: datetime) -> int:
    """Withdraw visits from a moment on; return how many were withdrawn by this call."""
    wanted = sorted(set(visit_ids))
    retracted_at = whole_seconds(retracted_at)
    retracted, _ = graph.write_together(
        ("visits/retract_visits", {"visit_ids": wanted, "retracted_at": retracted_at}),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[0]]),
    )
    return len(retracted)


def get_visit(graph: Graph, visit_id: str, as_of: datetime) -> Visit:
    """Return one visit as known at a moment.

    Raises:
        NotFound: it was not known then, or was withdrawn by then.
    """
    rows = graph.read("visits/get_visit", visit_id=visit_id, as_of=as_of)
    if not rows:
        raise NotFound("visit")
    return Visit(**rows[0])


def find_visits_of(graph: Graph, person_id: str, as_of: datetime, limit: int) -> list[Visit]:
    """Return a person's visits as known at a moment, the newest first."""
    rows = graph.read("visits/find_visits_of", person_id=person_id, as_of=as_of, limit=limit)
    return [Visit(**row) for row in rows]


def find_visits_at(
    graph: Graph,
    venue_id: str,
    day: date,
    as_of: datetime,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> list[Visit]:
    """Return the visits that touch a venue on a local day, as known at a moment, by arrival.

    Args:
        after: arrival and visit_id of a row; those behind it are returned.
    """
    rows = graph.read(
        "visits/find_visits_at",
        venue_id=venue_id,
        day=day,
        as_of=as_of,
        after={"arrived_at": after[0], "visit_id": after[1]} if after else {},
        limit=limit,
    )
    return [Visit(**row) for row in rows]


def _merge_exits_after(graph: Graph, rows: Rows, exits: Sequence[int], stamp: Stamp) -> Merged:
    """Merge rows, and then those that tell exits, as if these had come in a later call.

    So what becomes of a file does not depend on where its batches are cut.
    """
    late = set(exits)
    parts = [[p for p in range(len(rows)) if p not in late], list(exits)]
    merged = [merge_visits(graph, [rows[p] for p in part], stamp) for part in parts]
    refused = [
        replace(refusal, index=part[refusal.index])
        for part, one in zip(parts, merged, strict=True)
        for refusal in one.refused
    ]
    return Merged(
        sum(one.accepted for one in merged),
        sum(one.duplicate for one in merged),
        tuple(sorted(refused, key=lambda refusal: refusal.index)),
    )


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    ends = {key: row.get(key) for key in ("left_at", "expected_left_at", "left_by")}
    return {
        **row,
        "arrived_at": whole_seconds(row["arrived_at"]),
        **{key: None if end is None else whole_seconds(end) for key, end in ends.items()},
    }
