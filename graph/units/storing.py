"""Storing units: their terms, their successors, their other names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph.batches import Merged, Rows, Stamp, sift
from graph.database import Graph
from graph.units.reading import forget

LEVELS = ("city", "district", "ward")


def merge_units(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store terms of units; a parent that is not known yet begins as a bare code.

    A unit has one term from each `valid_from`; a row of a known one corrects it.
    """
    given = [_dated(row) for row in rows]
    sifted = sift(given, "unit_code", ("parent_code", "valid_until"), also=("valid_from",))
    codes = sorted({row["unit_code"] for row in sifted.rows})
    same, _ = graph.write_together(
        ("units/merge_units", {"rows": sifted.rows, **stamp.parameters()}),
        ("units/name_units", {"unit_codes": codes}),
    )
    forget(graph)
    return sifted.merged(len(same))


def merge_successors(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store what became of units; a unit that is not known yet begins as a bare code."""
    sifted = sift(rows, "unit_code", also=("successor_code", "effective_on"))
    same = graph.write("units/merge_successors", rows=sifted.rows, **stamp.parameters())
    forget(graph)
    return sifted.merged(len(same))


def merge_aliases(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store other names of units; a unit that is not known yet begins as a bare code."""
    sifted = sift(rows, "unit_code", ("valid_from", "valid_until"), also=("name",))
    same = graph.write("units/merge_aliases", rows=sifted.rows, **stamp.parameters())
    forget(graph)
    return sifted.merged(len(same))


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    # A key has no gaps: what has always been began on the first day that there is.
    return {**row, "valid_from": row.get("valid_from") or date.min}
