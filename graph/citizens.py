"""Citizens at a gate: what its page needs to know of them, in one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.database import Graph
from graph.errors import NotFound
from graph.intake.deciding import DECLARATION_LASTS, LONGEST_OPEN


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody known who stands at the gate of a venue; aware UTC.

    Args:
        declared_at: of the newest declaration; None if there is none.
        open_since: when the stay at this venue began that nobody has ended; None if none is open.
    """

    person_id: str
    full_name: str | None
    birth_year: int | None
    declared_at: datetime | None
    open_since: datetime | None

    def has_declared(self, at: datetime) -> bool:
        """Say whether a declaration is valid at a moment (R54)."""
        return self.declared_at is not None and at - self.declared_at <= DECLARATION_LASTS


def get_citizen(graph: Graph, person_id: str, venue_id: str, at: datetime) -> Citizen:
    """Return somebody who stands at a venue's gate.

    Raises:
        NotFound: nobody has this id.
    """
    rows = graph.read(
        "citizens/get_citizen", person_id=person_id, venue_id=venue_id, since=at - LONGEST_OPEN
    )
    if not rows:
        raise NotFound("person")
    return Citizen(**rows[0])
