"""A file as a header and numbered rows: CSV, TSV, XLSX and Parquet, read as a stream.

`read_rows` looks at the whole file before it gives the first row, so that a fault of the
file (its encoding, a quote that never closes) is told before anything is written. Rows are
numbered as a person sees them in the sheet: the header is row 1.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importers.csv_files import read_text
from importers.file_faults import FileFault
from importers.parquet_files import read_parquet
from importers.rows import Row
from importers.xlsx_files import read_xlsx

__all__ = ["FileFault", "Sheet", "read_rows"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its header, and its rows as often as they are asked for.

    Iterating gives the row's number and its cells by the header's names. What a row has
    beyond the header stands under None; what it lacks is None. Empty rows of a sheet or a
    text are left out, but counted in the numbers.

    Args:
        name: of the file, without its folder.
        sha256: of the file's bytes.
        columns: the header as written; two may be equal, which the importer refuses.
        total: how many rows there are, None where only reading them tells.
    """

    name: str
    sha256: str
    columns: tuple[str, ...]
    total: int | None
    source: Any

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        for number, cells in self.source():
            yield number, self.row_of(cells)

    def row_of(self, cells: Sequence[Any]) -> Row:
        """Return the cells of a row under the names of the header."""
        width, columns = len(self.columns), self.columns
        row: dict[Any, Any] = dict(zip(columns, cells, strict=False))
        if len(cells) < width:
            row.update(dict.fromkeys(columns[len(cells) :]))
        elif len(cells) > width and not all(map(_is_blank, cells[width:])):
            row[None] = cells[width:]
        return row


READERS: Mapping[str, Any] = {
    ".csv": read_text,
    ".tsv": read_text,
    ".txt": read_text,
    ".xlsx": read_xlsx,
    ".parquet": read_parquet,
}


def read_rows(path: str | Path, sheet: str | None = None) -> Sheet:
    """Return the table of a file, ready to be iterated.

    Args:
        path: its ending says how it is read: .csv, .tsv, .txt, .xlsx or .parquet.
        sheet: which sheet of a workbook; needed where several hold something.

    Raises:
        FileFault: the file cannot be read; the text says why and what to do.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise FileFault(path, f"is none of the kinds that can be read: {known}")
    _check_readable(path)
    if sheet is not None and reader is not read_xlsx:
        raise FileFault(path, "has no sheets; only an .xlsx workbook has")
    table = reader(path, sheet) if reader is read_xlsx else reader(path)
    if table is None:
        raise FileFault(path, "is empty: not even a header stands in it")
    columns, total, source = table
    if total == 0:
        raise FileFault(path, "has a header and no rows")
    # A name that is not UTF-8 cannot be stored as it is.
    name = path.name.encode(errors="replace").decode()
    return Sheet(name, _sha256(path), columns, total, source)


def _check_readable(path: Path) -> None:
    if path.is_dir():
        raise FileFault(path, "is a folder; name a file in it")
    if not path.exists():
        raise FileFault(path, "does not exist")
    if not path.is_file():
        raise FileFault(path, "is not a plain file; save it to disk first")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise FileFault(path, "is empty: not even a header stands in it")
    except OSError as error:
        raise FileFault(path, f"cannot be read: {error.strerror}") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
