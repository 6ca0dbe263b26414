"""Parquet, by polars, a slice at a time."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import polars

from importers.file_faults import FileFault

_SLICE = 50_000

Cells = tuple[Any, ...]
Source = Callable[[], Iterator[tuple[int, Cells]]]


def read_parquet(path: Path) -> tuple[tuple[str, ...], int, Source] | None:
    """Return the header, the number of rows and a source of the rows; None without columns.

    The first row has number 2, as it would have in a sheet under its header. Every slice is
    decoded once before the first row is given, so that a damaged file is told at once.

    Raises:
        FileFault: not a Parquet file.
    """
    frame = polars.scan_parquet(path)
    try:
        columns = tuple(frame.collect_schema().names())
        total = sum(len(part) for part in _slices(frame))
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError):
        raise FileFault(path, "is not a Parquet file that can be read") from None

    def source() -> Iterator[tuple[int, Cells]]:
        rows = chain.from_iterable(part.iter_rows() for part in _slices(frame))
        return enumerate(rows, 2)

    return (columns, total, source) if columns else None


def _slices(frame: polars.LazyFrame) -> Iterator[polars.DataFrame]:
    start = 0
    while len(part := frame.slice(start, _SLICE).collect()):
        yield part
        start += len(part)
