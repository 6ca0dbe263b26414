"""Receipts: what whoever holds the link to a visit may see of it, and of nothing else (R86)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.database import Graph
from graph.errors import NotFound
from graph.intake.deciding import LONGEST_OPEN, SAME_VISIT
from graph.venues import Gate, Venue, get_venue


@dataclass(frozen=True, slots=True)
class Receipt:
    """One visit as its receipt shows it; aware UTC.

    Args:
        left_at: None while the exit is not known; then `expected_left_at` is the typical and
            `left_by` the latest possible one.
        colour: the code of the answer at the gate, set right by what was declared right after;
            None where the visit was no check-in.
        needs_declaration: whether a declaration is still missing.
        gate: the door; None where it was none, or is none any more.
    """

    visit_id: str
    person_id: str
    venue: Venue
    gate: Gate | None
    arrived_at: datetime
    expected_left_at: datetime | None
    left_by: datetime | None
    left_at: datetime | None
    colour: str | None
    needs_declaration: bool

    def may_leave(self, at: datetime) -> bool:
        """Say whether the visitor can still go out by hand at a moment."""
        latest = self.arrived_at + LONGEST_OPEN
        if self.left_by is not None:
            latest = max(latest, self.left_by)
        return self.left_at is None and at <= latest

    def is_forgotten(self, at: datetime) -> bool:
        """Say whether the stay has ended by then without anybody having said when."""
        return self.left_at is None and self.left_by is not None and at >= self.left_by


def get_receipt(graph: Graph, visit_id: str) -> Receipt:
    """Return the receipt of a visit, as it is known now.

    Raises:
        NotFound: no such visit, or it was withdrawn or deleted.
    """
    rows = graph.read("receipts/get_receipt", visit_id=visit_id, same_visit=SAME_VISIT)
    if not rows:
        raise NotFound("receipt")
    row = dict(rows[0])
    declared, gate = row.pop("declared"), row.pop("gate")
    venue = get_venue(graph, row.pop("venue_id"))
    if row["needs_declaration"] and declared is not None:
        row |= {"colour": declared, "needs_declaration": False}
    door = None if gate is None else Gate(**gate, old_until=None, venue=venue)
    return Receipt(**row, venue=venue, gate=door)
