"""Refused rows: told without their cells, and kept with them in a file for their owner alone."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from importers.rows import Row

# What a spreadsheet takes for a formula, at the start of a cell or, if it splits the line
# at another sign than ours, behind that sign.
_FORMULA = re.compile(r"(?:^|(?<=[;,|\t\r\n]))(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: its number in the sheet, the column at fault, why; no cell."""

    row_number: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.column}: {self.reason}"


class RefusedRows:
    """Gathers refused rows, and writes them with their cells to `<folder>/<batch_id>.csv`.

    The file is made with the first refused row and can be read by its owner alone, because
    it holds personal data. Cells that a spreadsheet would take for a formula get an
    apostrophe in front.
    """

    def __init__(self, folder: Path | None, batch_id: str | None, header: Sequence[str]) -> None:
        self.rows: list[RefusedRow] = []
        self.file: Path | None = None
        self._target = folder / f"{batch_id}.csv" if folder and batch_id else None
        self._header = list(header)
        self._open: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open:
            self._open.close()

    def add(self, number: int, cells: Row, column: str, reason: str) -> None:
        """Refuse one row."""
        self.rows.append(RefusedRow(number, column, reason))
        if self._target:
            shown = [*(cells.get(name) for name in self._header), *cells.get(None, ())]
            self._write(self._target, [str(number), column, reason, *map(guarded, shown)])

    def _write(self, target: Path, cells: Sequence[str]) -> None:
        if self._open is None:
            self._open = _open_private(target)
            self.file = target
            names = ["row_number", "column", "reason", *map(guarded, self._header)]
            csv.writer(self._open).writerow(names)
        csv.writer(self._open, quoting=csv.QUOTE_ALL).writerow(cells)


def guarded(cell: Any) -> str:
    """Return a cell as text that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    return _FORMULA.sub("'", cell if isinstance(cell, str) else str(cell))


def _open_private(path: Path) -> IO[str]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
