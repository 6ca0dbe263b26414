"""Rows on their way in: numbered, under one header, wherever they come from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, runtime_checkable

#: The cells of a row by the names of the header; under None, what goes beyond the header.
Row = Mapping[Any, Any]


@runtime_checkable
class Rows(Protocol):
    """A header and its rows, which iterating gives with their numbers."""

    @property
    def name(self) -> str | None:
        """The file's name without its folder; None if there is no file."""

    @property
    def sha256(self) -> str | None:
        """Of what the rows were made from; None if there is no file."""

    @property
    def columns(self) -> Sequence[str]:
        """The header as written."""

    @property
    def total(self) -> int | None:
        """How many rows there are, None if only reading them tells."""

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Give each row's number and its cells."""


@dataclass(frozen=True, slots=True)
class Mappings:
    """Rows made by a program, numbered from 1; a row may leave out what the header has."""

    rows: Iterable[Row]
    columns: Sequence[str]
    total: int | None = None
    name: str | None = None
    sha256: str | None = None

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        known = frozenset(self.columns)
        missing = dict.fromkeys(self.columns)
        for number, row in enumerate(self.rows, 1):
            if row.keys() == known:
                yield number, row
            else:
                beyond = [
                    *row.get(None, ()),
                    *(row[key] for key in row if key not in known | {None}),
                ]
                whole = {**missing, **row}
                yield number, {**whole, None: beyond} if beyond else whole


def as_rows(rows: Rows | Iterable[Any], name: str | None = None, sha256: str | None = None) -> Rows:
    """Return rows with their header; of a stream of mappings, the first one has every column."""
    if isinstance(rows, Rows):
        return rows
    if isinstance(rows, Sequence):
        columns = [key for key in dict.fromkeys(chain.from_iterable(rows)) if key is not None]
        return Mappings(rows, columns, len(rows), name, sha256)
    stream = iter(rows)
    first: Row = next(stream, {})
    return Mappings(chain([first] if first else [], stream), list(first), None, name, sha256)
