"""Scans at a gate, by the keys of their senders: the last one can be taken back (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.visits import retract_visits
from graph.visits.closing import reopen_visit

# So long can the last action be undone (inferred).
UNDO_WITHIN = timedelta(minutes=2)
TOO_LATE = "is more than two minutes ago"


@dataclass(frozen=True, slots=True)
class ScanKept:
    """A scan as it was acknowledged; aware UTC.

    Args:
        visit_id: its key.
        of_visit_id: of the visit that it began, belongs to or ended.
        account_id: of the officer who scanned; None where it was a citizen.
    """

    visit_id: str
    person_id: str
    venue_id: str
    direction: str
    colour: str
    of_visit_id: str
    account_id: str | None
    scanned_at: datetime
    recorded_at: datetime


def get_scan(graph: Graph, visit_id: str, account_id: str) -> ScanKept:
    """Return a scan of one officer by its key.

    Raises:
        NotFound: there is none, or somebody else made it.
    """
    rows = graph.read("receipts/get_scan", visit_id=visit_id)
    if not rows or rows[0]["account_id"] != account_id:
        raise NotFound("scan")
    return ScanKept(**rows[0])


def undo_scan(graph: Graph, visit_id: str, account_id: str, at: datetime) -> ScanKept:
    """Take back what an officer's scan did, and return that scan; undone already, it stays undone.

    The visit that it began is withdrawn, the exit that it recorded is taken back. One that only
    repeated another did nothing, so nothing is taken back. An alert that it raised stays.

    Raises:
        NotFound: there is none, or somebody else made it.
        Refused: it is too long ago, or another exit is known by now.
    """
    scan = get_scan(graph, visit_id, account_id)
    if at > scan.recorded_at + UNDO_WITHIN:
        raise Refused("scan", TOO_LATE)
    if scan.direction == "out":
        reopen_visit(graph, scan.of_visit_id, scan.scanned_at, at)
    elif scan.of_visit_id == scan.visit_id:
        retract_visits(graph, [scan.visit_id], at)
    return scan
