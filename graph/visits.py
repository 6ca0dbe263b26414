"""Visits: timed stays of people at venues, one edge for each local day, one id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Rows, Stamp, sift
from graph.categories import CATEGORIES, UNKNOWN
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.limits import LONGEST_VISIT
from graph.people import merge_bare_persons_step
from graph.periods import Period, day_bounds, local_days, whole_seconds

WITHDRAWN = "is withdrawn"
_CONTENT = ("person_id", "venue_id", "arrived_at")


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
    exits = _exits_told_apart(whole)
    if exits:
        return _merge_exits_after(graph, whole, exits, stamp)
    sifted = sift(whole, "visit_id")
    told = _judge(sifted.rows, _find_stored(graph, sifted.rows))
    _lay(graph, told.fresh, stamp)
    recorded = set(_record_exits(graph, told.exits, stamp.recorded_at))
    late = [row for row in told.exits if row["visit_id"] not in recorded]
    # Somebody else was quicker: what is stored now decides.
    again = _judge(late, _find_stored(graph, late) if late else {})
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
    if fault := _exit_fault(old["arrived_at"], left_at):
        raise Refused("left_at", fault)
    if not _record_exits(graph, [{**old, "left_at": left_at}], recorded_at):
        # Somebody else was quicker: what is stored now decides.
        record_exit(graph, visit_id, left_at, recorded_at)


def retract_visits(graph: Graph, visit_ids: Sequence[str], retracted_at: datetime) -> int:
    """Withdraw visits from a moment on; return how many were withdrawn by this call."""
    wanted = sorted(set(visit_ids))
    retracted_at = whole_seconds(retracted_at)
    return len(graph.write("visits/retract_visits", visit_ids=wanted, retracted_at=retracted_at))


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
    graph: Graph, venue_id: str, day: date, as_of: datetime, limit: int
) -> list[Visit]:
    """Return the visits that touch a venue on a local day, as known at a moment, by arrival."""
    rows = graph.read("visits/find_visits_at", venue_id=venue_id, day=day, as_of=as_of, limit=limit)
    return [Visit(**row) for row in rows]


def _exits_told_apart(rows: Rows) -> list[int]:
    """Return the positions of rows that tell the exit of a visit whose row before has none."""
    opened: dict[str, Mapping[str, Any]] = {}
    found = []
    for position, row in enumerate(rows):
        before = opened.get(row["visit_id"])
        if row["left_at"] is None:
            opened.setdefault(row["visit_id"], row)
        elif before is not None and all(row[key] == before[key] for key in _CONTENT):
            found.append(position)
    return found


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


def _exit_fault(arrived_at: datetime, left_at: datetime | None) -> str | None:
    if left_at is None or arrived_at <= left_at <= arrived_at + LONGEST_VISIT:
        return None
    return f"is not within {LONGEST_VISIT.days} days after the arrival"


@dataclass(slots=True)
class _Judged:
    fresh: list[dict[str, Any]] = field(default_factory=list)
    exits: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unchanged: int = 0


def _find_stored(graph: Graph, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    stored = graph.read("visits/find_stored_visits", visit_ids=_ids(rows))
    return {row["visit_id"]: row for row in stored}


def _judge(rows: Iterable[dict[str, Any]], stored: Mapping[str, Mapping[str, Any]]) -> _Judged:
    """Tell which rows are new, which bring an exit, and which are known or not taken."""
    judged = _Judged()
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
    if fault := _exit_fault(row["arrived_at"], row["left_at"]):
        return "left_at", fault
    if old is None:
        return None
    told, known = row["left_at"], old["left_at"]
    is_other_exit = told is not None and known is not None and told != known
    if is_other_exit or any(row[key] != old[key] for key in _CONTENT):
        return "visit_id", STORED_OTHERWISE
    if old["is_retracted"] and told is not None and known is None:
        return "visit_id", WITHDRAWN
    return None


def _epoch(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _ids(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [row["visit_id"] for row in rows]


def _lay(graph: Graph, rows: list[dict[str, Any]], stamp: Stamp) -> None:
    """Write new visits with their people, venues and buckets, together or not at all."""
    if not rows:
        return
    ready = _with_ends(graph, rows)
    venue_ids = sorted({row["venue_id"] for row in ready})
    graph.write_together(
        merge_bare_persons_step([row["person_id"] for row in ready], stamp),
        ("venues/merge_bare_venues", {"venue_ids": venue_ids, **stamp.parameters()}),
        ("venues/merge_venue_days", {"venue_days": _venue_days(ready)}),
        ("visits/merge_visits", {"rows": ready, **stamp.parameters()}),
    )


def _with_ends(graph: Graph, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with estimates of unknown exits and the local days that they touch."""
    guessed = sorted({row["venue_id"] for row in rows if _is_guessed(row)})
    category_of = {
        row["venue_id"]: row["category"]
        for row in (graph.read("venues/find_categories", venue_ids=guessed) if guessed else ())
    }
    ready = []
    for row in rows:
        expected, left_by = row["expected_left_at"], row["left_by"]
        if _is_guessed(row):
            category = CATEGORIES[category_of.get(row["venue_id"], UNKNOWN)]
            typical, latest = category.estimate_exit(row["arrived_at"])
            left_by = left_by or max(latest, expected or latest)
            expected = min(expected or typical, left_by)
        ready.append(
            {
                "visit_id": row["visit_id"],
                "person_id": row["person_id"],
                "venue_id": row["venue_id"],
                # Whole seconds: the driver needs five times as long to send a datetime.
                "arrived_at_s": _epoch(row["arrived_at"]),
                "left_at_s": _epoch(row["left_at"]),
                "expected_left_at_s": _epoch(expected),
                "left_by_s": _epoch(left_by),
                "days": local_days(Period(row["arrived_at"], row["left_at"] or left_by)),
            }
        )
    ready.sort(key=lambda row: (row["person_id"], row["visit_id"]))
    return ready


def _is_guessed(row: Mapping[str, Any]) -> bool:
    return row["left_at"] is None and None in (row["expected_left_at"], row["left_by"])


def _venue_days(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    wanted = sorted({(row["venue_id"], day) for row in rows for day in row["days"]})
    bounds = {day: day_bounds(day) for _, day in wanted}
    return [
        {
            "venue_id": venue_id,
            "day": day,
            "starts_at_s": _epoch(bounds[day].start),
            "ends_at_s": _epoch(bounds[day].end),
        }
        for venue_id, day in wanted
    ]


def _record_exits(
    graph: Graph, rows: Sequence[Mapping[str, Any]], recorded_at: datetime
) -> list[str]:
    """Fill in exits, and return the ids of the visits that had none until now."""
    if not rows:
        return []
    ready = [
        {
            "visit_id": row["visit_id"],
            "venue_id": row["venue_id"],
            "left_at_s": _epoch(row["left_at"]),
            "days": local_days(Period(row["arrived_at"], row["left_at"])),
        }
        for row in rows
    ]
    _, recorded = graph.write_together(
        ("venues/merge_venue_days", {"venue_days": _venue_days(ready)}),
        ("visits/record_exits", {"rows": ready, "recorded_at": whole_seconds(recorded_at)}),
    )
    return _ids(recorded)
