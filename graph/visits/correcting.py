"""A visitor sets the times of an own visit right: what was known is withdrawn, not forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.categories import CATEGORIES, UNKNOWN
from graph.changes import change_step
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period, local_days, whole_seconds
from graph.visits.laying import end_seconds, venue_days

BATCH = "correction"
# R56 (inferred): so long after the arrival, as it was first recorded, may times be corrected.
CORRECTABLE = timedelta(hours=48)
# And by no more than this: what lies further away was another visit.
LARGEST_SHIFT = timedelta(hours=24)

TOO_LATE = "is more than 48 hours after the arrival"
SHIFTED = "is more than 24 hours away from what was recorded"
IN_FUTURE = "is in the future"
NOT_AFTER = "before arrived_at"
TOO_LONG = "is later than anybody stays at such a place"
KNOWN_ALREADY = "is empty where an exit is known"


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of a visit; `first_arrived_at` is the arrival of its first one."""

    person_id: str
    venue_id: str
    category: str | None
    version: int
    first_arrived_at: datetime
    arrived_at: datetime
    left_at: datetime | None
    left_by: datetime | None
    is_retracted: bool

    def estimate_exit(self, arrived_at: datetime) -> tuple[datetime, datetime]:
        """Return the typical and the latest exit after another arrival.

        What was learnt to end the stay sooner than its category would, as being seen elsewhere,
        still ends it.
        """
        category = CATEGORIES[self.category or UNKNOWN]
        expected, left_by = category.estimate_exit(arrived_at)
        _, without_more = category.estimate_exit(self.arrived_at)
        if self.left_by is not None and self.left_by < without_more:
            left_by = max(arrived_at, min(left_by, self.left_by))
        return min(expected, left_by), left_by


def may_correct(arrived_at: datetime, at: datetime) -> bool:
    """Say whether the times of a visit that was recorded to begin then may still be corrected."""
    return at <= arrived_at + CORRECTABLE


def correction_fault(
    known: Known, arrived_at: datetime, left_at: datetime | None, at: datetime
) -> tuple[str, str] | None:
    """Return the field for which a correction made at a moment is not taken, and why; pure.

    A stay may be as long as people stay at such a place, or as it is known to have been.
    """
    if not may_correct(known.first_arrived_at, at):
        return "visit_id", TOO_LATE
    if arrived_at > at:
        return "arrived_at", IN_FUTURE
    if abs(arrived_at - known.first_arrived_at) > LARGEST_SHIFT:
        return "arrived_at", SHIFTED
    if left_at is None:
        return None if known.left_at is None else ("left_at", KNOWN_ALREADY)
    if left_at > at:
        return "left_at", IN_FUTURE
    if left_at < arrived_at:
        return "left_at", NOT_AFTER
    stayed = (known.left_at or known.arrived_at) - known.arrived_at
    longest = CATEGORIES[known.category or UNKNOWN].longest_stay
    return ("left_at", TOO_LONG) if left_at - arrived_at > max(stayed, longest) else None


def correct_visit(
    graph: Graph,
    visit_id: str,
    person_id: str,
    *,
    arrived_at: datetime,
    left_at: datetime | None,
    at: datetime,
) -> None:
    """Set the times of somebody's own visit right; the same times again change nothing.

    As of before, the times stay what they were. Where the exit stays unknown, it is estimated
    anew from the arrival. Times are cut off to the second.

    Args:
        at: the moment of the correction, from which on it is known.

    Raises:
        NotFound: this person has no such visit, or it is withdrawn.
        Refused: it is too late, or the times cannot be.
    """
    arrived_at, at = whole_seconds(arrived_at), whole_seconds(at)
    left_at = None if left_at is None else whole_seconds(left_at)
    known = _get_known(graph, visit_id)
    if known.person_id != person_id or known.is_retracted:
        raise NotFound("visit")
    if (known.arrived_at, known.left_at) == (arrived_at, left_at):
        return
    if fault := correction_fault(known, arrived_at, left_at, at):
        raise Refused(*fault)
    if not _write(graph, visit_id, known, arrived_at, left_at, at):
        # It was changed meanwhile: what is stored now decides.
        correct_visit(graph, visit_id, person_id, arrived_at=arrived_at, left_at=left_at, at=at)


def _get_known(graph: Graph, visit_id: str) -> Known:
    rows = graph.read("visits/get_newest_version", visit_id=visit_id)
    if not rows:
        raise NotFound("visit")
    return Known(**rows[0])


def _write(
    graph: Graph,
    visit_id: str,
    known: Known,
    arrived_at: datetime,
    left_at: datetime | None,
    at: datetime,
) -> bool:
    expected = left_by = None
    if left_at is None:
        expected, left_by = known.estimate_exit(arrived_at)
    days = local_days(Period(arrived_at, left_at or left_by))
    corrected = {
        "visit_id": visit_id,
        "version": known.version,
        "known_left_at_s": end_seconds(known.left_at),
        "arrived_at_s": end_seconds(arrived_at),
        "left_at_s": end_seconds(left_at),
        "expected_left_at_s": end_seconds(expected),
        "left_by_s": end_seconds(left_by),
        "days": days,
        "batch_id": BATCH,
        "recorded_at": at,
    }
    buckets = venue_days([{"venue_id": known.venue_id, "days": days}])
    _, written, _ = graph.write_together(
        ("venues/merge_venue_days", {"venue_days": buckets}),
        ("visits/correct_visit", corrected),
        change_step("visits", people=lambda found: [row["person_id"] for row in found[1]]),
    )
    return bool(written)
