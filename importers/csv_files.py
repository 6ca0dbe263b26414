"""CSV and TSV: UTF-8 text, looked through once before its first row is given."""

import codecs
import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from importers.file_faults import FileFault

_CHUNK = 1 << 20
_DELIMITERS = (",", ";", "\t")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)

Cells = list[str]
Source = Callable[[], Iterator[tuple[int, Cells]]]


def read_text(path: Path) -> tuple[tuple[str, ...], int, Source] | None:
    """Return the header, the number of rows and a source of the rows; None if there is no text.

    Raises:
        FileFault: not UTF-8, or a quote that is never closed, wherever in the file.
    """
    _check_utf8(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _guess_delimiter(path)
    numbered = _records(path, delimiter)
    top, header = next(numbered, (0, []))
    if not header:
        return None
    while not header[-1].strip():
        header.pop()
    total = sum(1 for _ in numbered)

    def source() -> Iterator[tuple[int, Cells]]:
        # The header, and what stands above it, is passed over.
        return ((n, cells) for n, cells in _records(path, delimiter) if n > top)

    return tuple(cell.strip() for cell in header), total, source


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Give each record that holds something, with its number in the sheet."""
    number = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1):
                if any(cells) and not all(map(str.isspace, filter(None, cells))):
                    yield number, cells
        except csv.Error:
            complaint = "a quote is not closed, or text follows a closed one"
            raise FileFault(
                path, f"cannot be split into cells: row {number + 1}: {complaint}"
            ) from None


def _check_utf8(path: Path) -> None:
    """Look through the bytes, so that a wrong encoding is told with its place."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            if offset == 0 and chunk.startswith(_WIDE_MARKS):
                raise FileFault(path, "is UTF-16 or UTF-32, not UTF-8: save it as CSV UTF-8")
            held = decoder.getstate()[0]
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                place = offset - len(held) + error.start
                line += (held + chunk)[: error.start].count(b"\n")
                hint = "save it as CSV UTF-8"
                raise FileFault(
                    path, f"is not UTF-8: line {line}, byte {place + 1}: {hint}"
                ) from None
            if not chunk:
                return
            offset += len(chunk)
            line += chunk.count(b"\n")


def _guess_delimiter(path: Path) -> str:
    """Return what splits the first line into the most cells; a comma where none does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next((line for line in islice(file, 100) if line.strip(" ,;\t\r\n")), "")
    return max(_DELIMITERS, key=first.count)
