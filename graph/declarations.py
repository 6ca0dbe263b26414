"""Health declarations: what somebody said of themselves, the answers sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from graph.database import Graph


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration; what was answered stands in `sealed`, which the store cannot read.

    Args:
        kind: which form (R64), as `place`.
        risk: the code of the colour that the answers gave: go, wait or stop.
        declared_for: self, or other where somebody else said it (`reason` then says why).
    """

    declaration_id: str
    kind: str
    form_version: str
    consent_hash: str
    risk: str
    made_at: datetime
    declared_for: str
    reason: str | None
    sealed: str = field(repr=False)
    source: str
    recorded_at: datetime


def find_declarations_of(graph: Graph, person_id: str, limit: int) -> list[Declaration]:
    """Return what a person has declared, the newest first."""
    rows = graph.read("declarations/find_declarations_of", person_id=person_id, limit=limit)
    return [Declaration(**row) for row in rows]
