"""Who acts on registrations, and in which administrative area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.database import Graph
from graph.registrations.workflow import CITY, SYSTEM, UNIT


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a registration: an officer for an office, the unit itself, or the program.

    Args:
        role: one of the workflow's ROLES.
        unit_code: of the office; None for a city's office of every unit, and for who has none.
        account_id: of the officer; None for the unit and the program.
        own: of the unit itself and the program: the units of the registrations that they act on.
    """

    role: str
    unit_code: str | None = None
    account_id: str | None = None
    own: Sequence[str] = ()


def find_area(graph: Graph, actor: Actor, within: str | None = None) -> list[str]:
    """Return the unit codes of an actor's area: the office's unit and those inside it.

    The one place that says what is inside a unit. An office below the city that is bound to
    no unit has no area.

    Args:
        within: only those inside this unit too.
    """
    if actor.role in (UNIT, SYSTEM):
        return sorted(set(actor.own))
    if actor.unit_code is None and actor.role != CITY:
        return []
    area = _inside(graph, actor.unit_code)
    if within is None:
        return area
    narrower = set(_inside(graph, within))
    return [unit_code for unit_code in area if unit_code in narrower]


def _inside(graph: Graph, unit_code: str | None) -> list[str]:
    rows = graph.read("registrations/find_area", unit_code=unit_code)
    return [row["unit_code"] for row in rows]
