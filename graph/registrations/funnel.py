"""The funnel: per unit and kind, how many are at each step, how long steps take, what is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.database import Graph
from graph.registrations.offices import Area


@dataclass(frozen=True, slots=True)
class FunnelCell:
    """How many registrations of one unit and kind are in one state, and how many are overdue."""

    unit_code: str
    unit_name: str | None
    category: str
    state: str
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class StayInState:
    """How many stays in a state have ended, and their median length in seconds.

    Half of them, the middle one included, were as long or shorter.
    """

    state: str
    count: int
    median_seconds: int


def count_funnel(
    graph: Graph,
    area: Area,
    now: datetime,
    *,
    category: str | None = None,
    round_id: str | None = None,
) -> list[FunnelCell]:
    """Return how many registrations are in each state, by unit_code, category, state."""
    asked = {"category": category, "round_id": round_id, "now": now}
    rows = graph.read("registrations/count_funnel", area=area.spans, asked=asked)
    return [FunnelCell(**row) for row in rows]


def find_times(
    graph: Graph,
    area: Area,
    *,
    category: str | None = None,
    round_id: str | None = None,
) -> dict[str, StayInState]:
    """Return how long registrations stayed in the states that they have left, by state."""
    asked = {"category": category, "round_id": round_id}
    rows = graph.read("registrations/find_times", area=area.spans, asked=asked)
    return {row["state"]: StayInState(**row) for row in rows}
