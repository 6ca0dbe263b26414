"""The units of Ho Chi Minh City as the vendored files have them: a tree without a store."""

from functools import cache

from graph.units import Alias, Succession, Unit, UnitTree
from importers.importer import RowReader
from importers.samples.loading import unit_parts


@cache
def hcmc() -> UnitTree:
    """The tree of all terms, successors and other names."""
    units, successors, aliases = (_rows(part) for part in unit_parts())
    return UnitTree(
        [Unit(**row) for row in units],
        [Succession(**row) for row in successors],
        [Alias(**row) for row in aliases],
    )


def _rows(part):
    reader = RowReader(part.importer, list(part.rows[0]), ignore_extra=False)
    return [reader.read(row) for row in part.rows]
