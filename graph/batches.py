"""Provenance: the batches that rows came in by, and what became of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from graph.database import Graph
from graph.periods import whole_seconds

Rows = Sequence[Mapping[str, Any]]
REPEATED = "given twice with different content"
STORED_OTHERWISE = "already stored with different content"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where rows come from: kind of source, batch, and when they became known (aware UTC)."""

    source: str
    batch_id: str
    recorded_at: datetime

    def parameters(self) -> dict[str, Any]:
        """Return the stamp as the parameters that every merging query takes."""
        return {
            "source": self.source,
            "batch_id": self.batch_id,
            "recorded_at": whole_seconds(self.recorded_at),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: its position in the rows given, the column, why; no value."""

    index: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of rows; the three always add up to the rows given."""

    accepted: int
    duplicate: int
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """One imported file; `finished_at` is None while it runs or after it broke off.

    Args:
        recorded_at: when its facts became known.
        undo_started_at, undone_at: from when to when its facts were withdrawn; None for never.
    """

    batch_id: str
    source: str
    file_name: str | None
    sha256: str | None
    started_at: datetime
    finished_at: datetime | None
    read: int | None
    accepted: int | None
    duplicate: int | None
    refused: int | None
    recorded_at: datetime
    undo_started_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sifted:
    """Rows with each key once; what repeats within one call is already judged."""

    rows: list[dict[str, Any]]
    duplicate: int
    refused: list[Refusal]

    def merged(self, unchanged: int, refused: Sequence[Refusal] = ()) -> Merged:
        """Return the outcome once the store has said how many rows changed nothing."""
        every = sorted([*self.refused, *refused], key=lambda refusal: refusal.index)
        accepted = len(self.rows) - unchanged - len(refused)
        return Merged(accepted, self.duplicate + unchanged, tuple(every))


def sift(rows: Rows, key: str, optional: Sequence[str] = (), *, also: Sequence[str] = ()) -> Sifted:
    """Return the rows by key, each with its position as `index`; the first of equal keys stays.

    An optional column that a row lacks is None: saying nothing and leaving out are one.

    Args:
        also: further columns that belong to the key, none of them optional.
    """
    first: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    kept: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    duplicate = 0
    absent = dict.fromkeys(optional)
    for index, row in enumerate({**absent, **row} for row in rows):
        identity = tuple(row[name] for name in (key, *also))
        if identity not in first:
            first[identity] = row
            kept.append({**row, "index": index})
        elif first[identity] == row:
            duplicate += 1
        else:
            refused.append(Refusal(index, key, REPEATED))
    kept.sort(key=lambda row: tuple(row[name] for name in (key, *also)))
    return Sifted(kept, duplicate, refused)


def without(rows: Sequence[dict[str, Any]], refused: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Return the sifted rows that are not among the refused ones."""
    wrong = {refusal.index for refusal in refused}
    return [row for row in rows if row["index"] not in wrong]


def new_rows(rows: Sequence[dict[str, Any]], known: Rows) -> list[dict[str, Any]]:
    """Return the sifted rows that are not among those a merging query calls known already."""
    indexes = {row["index"] for row in known}
    return [row for row in rows if row["index"] not in indexes]


def start_batch(
    graph: Graph, *, source: str, file_name: str | None, sha256: str | None, recorded_at: datetime
) -> str:
    """Record that a batch begins; return its new id."""
    batch_id = uuid4().hex
    graph.write(
        "batches/start_batch",
        batch_id=batch_id,
        source=source,
        file_name=file_name,
        sha256=sha256,
        recorded_at=whole_seconds(recorded_at),
        started_at=whole_seconds(datetime.now(UTC)),
    )
    return batch_id


def finish_batch(
    graph: Graph, batch_id: str, *, read: int, accepted: int, duplicate: int, refused: int
) -> None:
    """Record what became of a batch's rows.

    Raises:
        ValueError: the rows do not add up, so some are unaccounted for.
    """
    if read != accepted + duplicate + refused:
        raise ValueError("the rows of the batch do not add up")
    graph.write(
        "batches/finish_batch",
        batch_id=batch_id,
        read=read,
        accepted=accepted,
        duplicate=duplicate,
        refused=refused,
        finished_at=whole_seconds(datetime.now(UTC)),
    )


def find_batches(graph: Graph) -> list[Batch]:
    """Return every batch, the newest first."""
    return [Batch(**row) for row in graph.read("batches/find_batches")]


def find_batches_by_id(graph: Graph, batch_ids: Sequence[str]) -> list[Batch]:
    """Return some batches, by batch_id; an id that is none is left out."""
    wanted = sorted(set(batch_ids))
    rows = graph.read("batches/find_batches_by_id", batch_ids=wanted) if wanted else []
    return [Batch(**row) for row in rows]
