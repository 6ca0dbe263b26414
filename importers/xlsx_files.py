"""XLSX workbooks, by python-calamine: every row of one sheet, whatever its size claims."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    XmlError,
    ZipError,
)

from importers.file_faults import FileFault

# A workbook is read as a whole: what it unpacks to is counted first, not believed.
LARGEST_UNPACKED = 512 << 20
MOST_PARTS = 5_000
_CHUNK = 1 << 20
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"

Cells = list[Any]
Source = Callable[[], Iterator[tuple[int, Cells]]]


def read_xlsx(path: Path, wanted: str | None = None) -> tuple[tuple[str, ...], int, Source] | None:
    """Return the header, the number of rows and a source of the rows; None if it holds nothing.

    Hidden rows are read like the others; a formula gives what it gave when the file was
    saved, and nothing if that was an error.

    Raises:
        FileFault: not a workbook, locked, too large, no such sheet, several sheets that hold
            something and none named, or merged cells.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLD_OR_LOCKED:
            raise FileFault(path, "is locked or of an old format: save it as plain XLSX")
    _check_size(path)
    try:
        sheet = _choose(path, CalamineWorkbook.from_path(path), wanted)
    except (CalamineError, XmlError, ZipError, OSError):
        raise FileFault(path, "is not an XLSX workbook that can be read") from None
    if sheet is None:
        return None
    if sheet.merged_cell_ranges:
        row = min(start[0] for start, _ in sheet.merged_cell_ranges) + 1
        raise FileFault(path, f"has merged cells, the first in row {row}: split them")
    numbered = _numbered(sheet)
    top, header = next(numbered)
    while _is_blank(header[-1]):
        header.pop()
    total = sum(1 for _ in numbered)

    def source() -> Iterator[tuple[int, Cells]]:
        return ((number, cells) for number, cells in _numbered(sheet) if number > top)

    return tuple(str(cell).strip() for cell in header), total, source


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    """Give each row that holds something, with its number in the sheet."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if not all(map(_is_blank, cells)):
            yield number, cells


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _is_filled(sheet: CalamineSheet) -> bool:
    return next(_numbered(sheet), None) is not None


def _choose(path: Path, book: CalamineWorkbook, wanted: str | None) -> CalamineSheet | None:
    names = [each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        if wanted not in names:
            raise FileFault(path, f"has no such sheet; it has {', '.join(names)}")
        chosen = book.get_sheet_by_name(wanted)
        return chosen if _is_filled(chosen) else None
    filled = [sheet for sheet in map(book.get_sheet_by_name, names) if _is_filled(sheet)]
    if len(filled) > 1:
        told = ", ".join(sheet.name for sheet in filled)
        raise FileFault(path, f"has several sheets ({told}): say which one with --sheet")
    return filled[0] if filled else None


def _check_size(path: Path) -> None:
    """Count what the parts unpack to, because a workbook may say less than it holds."""
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.namelist()) > MOST_PARTS:
                raise FileFault(path, f"is packed of more than {MOST_PARTS} parts: use CSV")
            for part in archive.namelist():
                with archive.open(part) as file:
                    while chunk := file.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > LARGEST_UNPACKED:
                            limit = LARGEST_UNPACKED >> 20
                            raise FileFault(path, f"unpacks to more than {limit} MiB: use CSV")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        raise FileFault(path, "is not an XLSX workbook that can be read") from None
