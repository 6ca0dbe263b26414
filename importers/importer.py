"""The one loop that carries rows into the graph, and what a declaration of a source says.

Read = accepted + duplicate + refused, always: a batch whose rows do not add up fails. What
breaks off in the middle leaves its batch unfinished; importing the file again completes it,
because every row is stored once, under a key of its own.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from graph.batches import Merged, Stamp, finish_batch, start_batch
from graph.database import Graph
from graph.periods import whole_seconds
from importers.checks import Check
from importers.file_faults import FileFault
from importers.header import match_header
from importers.parse import Fault, Parse, is_empty
from importers.refusals import RefusedRow, RefusedRows
from importers.rows import Row, Rows, as_rows

BATCH_SIZE = 5_000
SURPLUS = "row", "has more cells than the header has columns"
_log = logging.getLogger(__name__)

Write = Callable[[Graph, Sequence[Mapping[str, Any]], Stamp], Merged]
Store = Callable[[Sequence[Mapping[str, Any]]], Merged]
Progress = Callable[[int, int | None], None]


class AccountingFault(RuntimeError):
    """Rows of a batch are unaccounted for; the batch stays unfinished."""


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read.

    Args:
        parse: turns a cell that is not empty into its value, or raises Fault; wrapped in
            `optional`, it takes an empty cell as None.
        aliases: other names of the column; case, marks and spaces do not matter.
        required: whether a file without the column is refused.
        codes: what stands in it, where it is one of a few codes.
    """

    parse: Parse
    aliases: tuple[str, ...] = ()
    required: bool = True
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """A source of data, declared: what its columns are and where its rows go.

    Args:
        name: of the source, as `truyvet import NAME` takes it.
        write: the graph function that stores rows, idempotent on their key.
        columns: by the names that the graph function wants.
        checks: what the cells of one row must be to each other.
    """

    name: str
    write: Write
    columns: Mapping[str, Column]
    checks: tuple[Check, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of one import; a dry run has no batch and stores nothing."""

    importer: str
    batch_id: str | None
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    refused_file: Path | None = None


def run(  # noqa: PLR0913 - each is an option of the command line
    importer: Importer,
    rows: Rows | Iterable[Any],
    graph: Graph,
    *,
    source: str | None = None,
    recorded_at: datetime | None = None,
    batch_size: int = BATCH_SIZE,
    file: str | Path | None = None,
    on_progress: Progress | None = None,
    dry_run: bool = False,
    ignore_extra: bool = False,
    refused_folder: Path | None = None,
) -> ImportReport:
    """Import rows: check each, store the good ones in batches, account for every one.

    Args:
        rows: of `read_rows`, or mappings, which are numbered from 1.
        source: the kind of source that rows are stamped with; None for the importer's name.
        recorded_at: when the rows became known; None for now.
        file: what the batch calls its file; None for the name that the rows bring along.
        on_progress: told after each batch how many rows were read, and of how many, if known.
        dry_run: check everything and write nothing, neither to the graph nor to a file;
            `accepted` then counts the rows that would be sent to the graph.
        ignore_extra: leave out columns that the importer does not know.
        refused_folder: where refused rows are written as `<batch_id>.csv`; None for nowhere.

    Raises:
        HeaderFault: a column is missing, doubled or unknown; nothing was written.
        FileFault: the file changed while it was read; the batch stays unfinished.
        AccountingFault: not every row is accounted for; the batch stays unfinished.
    """
    rows = as_rows(rows)
    reader = RowReader(importer, rows.columns, ignore_extra)
    report = ImportReport(importer.name, None)
    store: Store | None = None
    if not dry_run:
        stamp = _start(graph, rows, source or importer.name, recorded_at, file)
        report.batch_id = stamp.batch_id
        store = partial(_store, importer, graph, stamp)
    with RefusedRows(refused_folder, report.batch_id, rows.columns) as refused:
        for lot in _lots(rows, batch_size):
            _carry(lot, reader, store, report, refused)
            if on_progress:
                on_progress(report.read, rows.total)
    report.refused, report.refused_file = refused.rows, refused.file
    if rows.total not in (None, report.read):
        raise FileFault(rows.name or "the rows", "changed while it was read: import it again")
    _finish(graph, report)
    return report


class RowReader:
    """Turns the cells of a row into what an importer's graph function takes."""

    def __init__(self, importer: Importer, header: Sequence[str], ignore_extra: bool) -> None:
        named = match_header(importer.columns, header, ignore_extra)
        self.plan = [
            (key, named[key], column.parse)
            for key, column in importer.columns.items()
            if key in named
        ]
        self.absent = {key: None for key in importer.columns if key not in named}
        self.checks = importer.checks

    def read(self, cells: Row) -> dict[str, Any] | tuple[str, str]:
        """Return the values of a row, or the column at fault and why."""
        if None in cells:
            return SURPLUS
        values: dict[str, Any] = dict(self.absent)
        key = ""
        try:
            for key, heading, parse in self.plan:
                values[key] = parse(cells[heading])
        except Fault as fault:
            return key, "is empty" if is_empty(cells[heading]) else str(fault)
        for check in self.checks:
            if found := check(values):
                return found
        return values


def _store(
    importer: Importer, graph: Graph, stamp: Stamp, good: Sequence[Mapping[str, Any]]
) -> Merged:
    """Write rows that passed every check; each of them is accounted for."""
    merged = importer.write(graph, good, stamp)
    if merged.accepted + merged.duplicate + len(merged.refused) != len(good):
        raise AccountingFault("the store's answer leaves rows unaccounted for")
    return merged


def _start(
    graph: Graph, rows: Rows, source: str, recorded_at: datetime | None, file: str | Path | None
) -> Stamp:
    moment = recorded_at or datetime.now(UTC)
    if moment.utcoffset() is None:
        raise ValueError("recorded_at has no offset")
    moment = whole_seconds(moment)
    batch_id = start_batch(
        graph,
        source=source,
        file_name=rows.name if file is None else Path(file).name,
        sha256=rows.sha256,
        recorded_at=moment,
    )
    return Stamp(source, batch_id, moment)


def _lots(rows: Rows, size: int) -> Iterator[list[tuple[int, Row]]]:
    numbered = iter(rows)
    while lot := list(islice(numbered, size)):
        yield lot


def _carry(
    lot: list[tuple[int, Row]],
    reader: RowReader,
    store: Store | None,
    report: ImportReport,
    refused: RefusedRows,
) -> None:
    """Check and store one batch of rows; add what became of them to the report."""
    good, origin = [], []
    for number, cells in lot:
        found = reader.read(cells)
        if isinstance(found, tuple):
            refused.add(number, cells, *found)
        else:
            good.append(found)
            origin.append((number, cells))
    merged = store(good) if store and good else Merged(len(good), 0)
    for refusal in merged.refused:
        refused.add(*origin[refusal.index], refusal.column, refusal.reason)
    report.read += len(lot)
    report.accepted += merged.accepted
    report.duplicate += merged.duplicate


def _finish(graph: Graph, report: ImportReport) -> None:
    """Close the batch, if every row is accounted for."""
    counts = {
        "read": report.read,
        "accepted": report.accepted,
        "duplicate": report.duplicate,
        "refused": len(report.refused),
    }
    if report.read != report.accepted + report.duplicate + len(report.refused):
        raise AccountingFault("the rows read are not those accepted, duplicate and refused")
    if report.batch_id is not None:
        finish_batch(graph, report.batch_id, **counts)
    _log.info("%s imported: %s", report.importer, counts)
