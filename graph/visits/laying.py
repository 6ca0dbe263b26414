"""Visits as the store lays them: one edge for each local day, to the bucket of venue and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from graph.batches import Stamp
from graph.categories import CATEGORIES, UNKNOWN
from graph.changes import change_step
from graph.database import Graph
from graph.people import merge_bare_persons_step
from graph.periods import Period, day_bounds, epoch_seconds, local_days, whole_seconds


def find_stored(graph: Graph, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    stored = graph.read("visits/find_stored_visits", visit_ids=_ids(rows))
    return {row["visit_id"]: row for row in stored}


def end_seconds(instant: datetime | None) -> int | None:
    """Return an end in seconds of the epoch, None while it is not known."""
    return None if instant is None else epoch_seconds(instant)


def _ids(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [row["visit_id"] for row in rows]


def lay(graph: Graph, rows: list[dict[str, Any]], stamp: Stamp) -> None:
    """Write new visits with their people, venues and buckets, together or not at all."""
    if not rows:
        return
    ready = _with_ends(graph, rows)
    venue_ids = sorted({row["venue_id"] for row in ready})
    graph.write_together(
        merge_bare_persons_step([row["person_id"] for row in ready], stamp),
        ("venues/merge_bare_venues", {"venue_ids": venue_ids, **stamp.parameters()}),
        ("venues/merge_venue_days", {"venue_days": venue_days(ready)}),
        ("visits/merge_visits", {"rows": ready, **stamp.parameters()}),
        change_step("visits", people=[row["person_id"] for row in ready]),
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
                "arrived_at_s": end_seconds(row["arrived_at"]),
                "left_at_s": end_seconds(row["left_at"]),
                "expected_left_at_s": end_seconds(expected),
                "left_by_s": end_seconds(left_by),
                "days": local_days(Period(row["arrived_at"], row["left_at"] or left_by)),
            }
        )
    ready.sort(key=lambda row: (row["person_id"], row["visit_id"]))
    return ready


def _is_guessed(row: Mapping[str, Any]) -> bool:
    return row["left_at"] is None and None in (row["expected_left_at"], row["left_by"])


def venue_days(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the buckets that rows touch, each once, sorted, as `venues/merge_venue_days` wants.

    A row has a venue_id and the local `days`.
    """
    wanted = sorted({(row["venue_id"], day) for row in rows for day in row["days"]})
    bounds = {day: day_bounds(day) for _, day in wanted}
    return [
        {
            "venue_id": venue_id,
            "day": day,
            "starts_at_s": end_seconds(bounds[day].start),
            "ends_at_s": end_seconds(bounds[day].end),
        }
        for venue_id, day in wanted
    ]


def record_exits(
    graph: Graph, rows: Sequence[Mapping[str, Any]], recorded_at: datetime
) -> list[str]:
    """Fill in exits, and return the ids of the visits that had none until now."""
    if not rows:
        return []
    ready = [
        {
            "visit_id": row["visit_id"],
            "venue_id": row["venue_id"],
            "left_at_s": end_seconds(row["left_at"]),
            "days": local_days(Period(row["arrived_at"], row["left_at"])),
        }
        for row in rows
    ]
    _, recorded, _ = graph.write_together(
        ("venues/merge_venue_days", {"venue_days": venue_days(ready)}),
        ("visits/record_exits", {"rows": ready, "recorded_at": whole_seconds(recorded_at)}),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[1]]),
    )
    return _ids(recorded)
