"""A file as lots of columns: what is read at once, and how one gets back to the rows.

A Parquet file gives its own columns; of text each cell is text. A workbook has none, for its cells
have no one kind: its rows are all read one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars

from importers.files import Sheet
from importers.rows import Row

LOT = 500_000


@dataclass(frozen=True, slots=True)
class Lot:
    """Some rows of a file in their order.

    Args:
        first: how many rows stand before it in the file.
        numbers: of its rows, as a person sees them in the sheet.
        columns: the cells by the header's names; None where they have no one kind. A row
            that is too short or too long is empty in them.
        cells: of the rows, where they were read as such.
    """

    sheet: Sheet
    first: int
    numbers: Sequence[int]
    columns: polars.DataFrame | None
    cells: Sequence[Sequence[Any]] | None = None

    def row(self, place: int) -> Row:
        """Return the cells of one row, by its place in the lot."""
        if self.cells is not None:
            return self.sheet.row_of(self.cells[place])
        assert self.columns is not None
        return self.sheet.row_of(self.columns.row(place))


def lots_of(sheet: Sheet, path: Path) -> Iterator[Lot]:
    """Yield a file's rows, lot by lot."""
    if path.suffix.lower() == ".parquet":
        yield from _parquet_lots(sheet, path)
        return
    is_text = path.suffix.lower() != ".xlsx"
    numbered, first = iter(sheet.source()), 0
    while found := list(islice(numbered, LOT)):
        numbers, cells = zip(*found, strict=True)
        columns = _columns(sheet, cells) if is_text else None
        yield Lot(sheet, first, numbers, columns, cells)
        first += len(cells)


def _columns(sheet: Sheet, cells: Sequence[Sequence[Any]]) -> polars.DataFrame:
    width = len(sheet.columns)
    blank = (None,) * width
    regular = (row if len(row) == width else blank for row in cells)
    named = dict(zip(sheet.columns, zip(*regular, strict=True), strict=True))
    return polars.DataFrame(named, schema=dict.fromkeys(named, polars.String))


def _parquet_lots(sheet: Sheet, path: Path) -> Iterator[Lot]:
    frame, first = polars.scan_parquet(path), 0
    while len(part := frame.slice(first, LOT).collect()):
        yield Lot(sheet, first, range(first + 2, first + 2 + len(part)), part)
        first += len(part)
