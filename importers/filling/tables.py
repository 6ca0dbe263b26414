"""The files that Neo4j's import tool reads: CSV without headers beside one line with the header.

The tool chains properties in the order of the columns, and the store reads a chain from its front
(seen in the store's files; a transaction, which puts each new property in front, is the other way
round): what tracing asks for stands first.
"""

from pathlib import Path

import polars

#: Columns are strings unless a type is named.
TYPES = {
    **dict.fromkeys(
        (
            *("arrived_at", "left_at", "expected_left_at", "left_by", "recorded_at"),
            *("left_recorded_at", "starts_at", "ends_at", "started_at", "finished_at"),
        ),
        "datetime",
    ),
    "day": "date",
    **dict.fromkeys(("version", "read", "accepted", "duplicate", "refused"), "long"),
    **dict.fromkeys(("latitude", "longitude"), "double"),
}


class Table:
    """One kind of node or relationship; its frames become files as they come."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.files: list[Path] = []
        self.rows = 0

    def write(self, frame: polars.DataFrame) -> None:
        """Write some rows; the first frame also tells the header."""
        if not self.files:
            header = self._folder / f"{self._name}.header.csv"
            header.write_text(",".join(map(typed, frame.columns)) + "\n", encoding="utf-8")
            self.files.append(header)
        if len(frame):
            part = self._folder / f"{self._name}.{len(self.files):05d}.csv"
            frame.write_csv(part, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%SZ")
            self.files.append(part)
            self.rows += len(frame)


def typed(column: str) -> str:
    """Return a column's name as the import tool's header tells it."""
    kind = TYPES.get(column)
    return f"{column}:{kind}" if kind else column
