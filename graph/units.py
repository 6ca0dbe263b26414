"""Administrative units, each with the days on which it exists."""

from dataclasses import dataclass
from datetime import date

from graph.batches import Merged, Rows, Stamp, sift
from graph.database import Graph

LEVELS = ("city", "district", "ward")


@dataclass(frozen=True, slots=True)
class Unit:
    """A city, district or ward, `[valid_from, valid_until)`; None where no bound is known."""

    unit_code: str
    name: str | None
    level: str | None
    parent_code: str | None
    valid_from: date | None
    valid_until: date | None


def merge_units(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store units; a parent that is not known yet begins as a bare code."""
    sifted = sift(rows, "unit_code", ("parent_code", "valid_from", "valid_until"))
    same = graph.write("units/merge_units", rows=sifted.rows, **stamp.parameters())
    return sifted.merged(len(same))


def find_units(graph: Graph, on: date) -> list[Unit]:
    """Return the units that exist on a local day, by code."""
    return [Unit(**row) for row in graph.read("units/find_units", on=on)]
