"""What moves a registration without an officer: a first login, printed posters, a first scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from graph.database import Graph, Row
from graph.errors import NotFound
from graph.registrations.moving import move
from graph.registrations.offices import Actor
from graph.registrations.workflow import SYSTEM

# One sweep moves so many; the next one takes what is left.
MOST_SETTLED = 1000


def link_venue(graph: Graph, registration_id: str, venue_id: str) -> None:
    """Record which venue a registration has led to; again changes nothing.

    Raises:
        NotFound: one of the two is not stored.
    """
    linked = graph.write(
        "registrations/link_venue", registration_id=registration_id, venue_id=venue_id
    )
    if not linked:
        raise NotFound("registration")


def activate_venue(graph: Graph, venue_id: str, at: datetime) -> int:
    """Record the first login for a venue (R96); return how many registrations it moved."""
    return _settle(graph, _of_venue(graph, venue_id, "handed_over"), "active", at)


def record_posters_printed(graph: Graph, venue_id: str, at: datetime) -> int:
    """Record that the posters of every gate of a venue were printed (R97); return as above."""
    return _settle(graph, _of_venue(graph, venue_id, "active"), "qr_live", at)


def waits_for_posters(graph: Graph, venue_id: str) -> bool:
    """Say whether a venue was activated and its posters are still to be put up."""
    return bool(_of_venue(graph, venue_id, "active"))


def settle_first_scans(graph: Graph, at: datetime) -> int:
    """Move on the units whose venues have been checked in at since (R98); return how many.

    A sweep, for whoever looks at a desk: a check-in itself must not wait for it.
    """
    rows = graph.read("registrations/find_first_scanned", limit=MOST_SETTLED)
    return _settle(graph, rows, "first_scan", at)


def _of_venue(graph: Graph, venue_id: str, state: str) -> list[Row]:
    return graph.read("registrations/find_of_venue", venue_id=venue_id, state=state)


def _settle(graph: Graph, rows: Sequence[Row], to_state: str, at: datetime) -> int:
    """Move registrations by the program; another sweep at the same time moves none twice."""
    if not rows:
        return 0
    actor = Actor(SYSTEM, own=[row["unit_code"] for row in rows])
    ids = [row["registration_id"] for row in rows]
    moved = move(graph, ids, to_state, actor, at=at, key=uuid4().hex)
    return sum(one.outcome == "moved" for one in moved)
