"""Reading units: all of them at once, kept for a minute, because they change by reforms alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from graph.database import Graph, Reader
from graph.errors import StoreAway
from graph.units.terms import Alias, Succession, Unit
from graph.units.tree import UnitTree

# For so long another process may have imported units before this one sees them.
KEPT_FOR_S = 60.0
_Facts = tuple[tuple[Unit, ...], tuple[Succession, ...], tuple[Alias, ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    read_at: float
    facts: _Facts
    tree: UnitTree


_kept: WeakKeyDictionary[Graph, _Kept] = WeakKeyDictionary()
_lock = Lock()


def unit_tree(graph: Graph) -> UnitTree:
    """Return every unit of a store; at most a minute old, new after an import by this process.

    The same object as long as nothing changed, so that what is made of it can be kept. Where
    the store is away, what was read last stands.

    Raises:
        StoreAway: the store is away, and nothing was read before.
    """
    with _lock:
        kept = _kept.get(graph)
    began = monotonic()
    if kept is not None and began - kept.read_at < KEPT_FOR_S:
        return kept.tree
    try:
        facts = graph.read_together(_read)
    except StoreAway:
        if kept is None:
            raise
        return kept.tree
    tree = kept.tree if kept is not None and kept.facts == facts else UnitTree(*facts)
    with _lock:
        _kept[graph] = _Kept(began, facts, tree)
    return tree


def forget(graph: Graph) -> None:
    """Read the units of a store again when somebody asks next."""
    with _lock:
        _kept.pop(graph, None)


def find_units(graph: Graph, on: date) -> list[Unit]:
    """Return the units that exist on a local day, by code."""
    return unit_tree(graph).on(on)


def _read(reader: Reader) -> _Facts:
    return (
        tuple(Unit(**_with_days(row)) for row in reader.read("units/find_terms")),
        tuple(Succession(**_with_days(row)) for row in reader.read("units/find_successors")),
        tuple(Alias(**_with_days(row)) for row in reader.read("units/find_aliases")),
    )


def _with_days(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _day(value) if key in _DAYS else value for key, value in row.items()}


_DAYS = frozenset({"valid_from", "valid_until", "effective_on"})


def _day(written: str | None) -> date | None:
    found = None if written is None else date.fromisoformat(written)
    return None if found == date.min else found
