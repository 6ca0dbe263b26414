"""The first fill of an empty store by Neo4j's offline import tool; `import`'s checks and result.

Venues and cases, which are few, go through their importers into the new store, before and after
the visits; these are checked by columns, laid as tables and handed to the tool. So a filled store
differs from one that imported venues, visits and cases in this order by nothing but when.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from graph.batches import Batch, Stamp, find_batches
from graph.changes import head
from graph.database import Graph
from graph.filling import Place, find_places, is_empty
from graph.migrations import migrate
from graph.periods import whole_seconds
from graph.reports import count_store
from graph.server import Connection, ServerOptions
from graph.server.filling import Filling, filling
from importers.cases import CASES
from importers.files import FileFault, Sheet
from importers.filling.checking import CheckedVisits, check_visits, refuse
from importers.filling.laying import Laid, lay_visits
from importers.filling.nodes import tables_beside
from importers.importer import AccountingFault, Importer, ImportReport, Progress, run
from importers.refusals import RefusedRows
from importers.venues import VENUES
from importers.visits import VISITS

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Files:
    """What a store is filled with: tables of `read_rows` with their paths."""

    visits: tuple[Path, Sheet]
    venues: tuple[Path, Sheet] | None = None
    cases: tuple[Path, Sheet] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a store is filled.

    Args:
        recorded_at: when the rows became known, aware UTC.
        dry_run: check everything and change nothing; the cases are not held to the venues.
        ignore_extra: leave out columns that are not known.
        refused_folder: where refused rows are written as `<batch_id>.csv`.
        tell: takes a sentence about what is going on.
        progress: gives what is told how far a file has got.
    """

    recorded_at: datetime
    options: ServerOptions
    tell: Tell
    progress: Callable[[Path], Progress]
    dry_run: bool = False
    ignore_extra: bool = False
    refused_folder: Path | None = None


def fill(home: Path, files: Files, wanted: Wanted) -> list[ImportReport]:
    """Fill the empty store of an instance; return what became of venues, visits and cases.

    Raises:
        ServerFault: the server runs, the store is not empty, or the new one cannot be built.
        HeaderFault: a column of a file is missing, doubled or unknown.
        AccountingFault: the new store lacks a row; the old one stays.
    """
    with filling(
        home, has_nothing, is_kept=not wanted.dry_run, options=wanted.options, tell=wanted.tell
    ) as new:
        return _Fill(new, files, wanted).run()


def has_nothing(connection: Connection) -> bool:
    """Say whether the store that answers there is empty."""
    with Graph.connect(connection) as graph:
        migrate(graph)
        return is_empty(graph)


class _Fill:
    """One fill: venues, then visits, then cases."""

    def __init__(self, new: Filling, files: Files, wanted: Wanted) -> None:
        self.new, self.files, self.wanted = new, files, wanted
        self.began_at = whole_seconds(datetime.now(UTC))
        moment = whole_seconds(wanted.recorded_at)
        self.stamp = Stamp(VISITS.name, uuid4().hex, moment)
        self.places: list[Place] = []
        self.batches: list[Batch] = []
        self.reports: list[ImportReport] = []

    def run(self) -> list[ImportReport]:
        """Fill the new store, and account for every row."""
        if self.files.venues is not None:
            with self._graph() as graph:
                self._import(graph, VENUES, *self.files.venues)
                self.places, self.batches = find_places(graph), find_batches(graph)
        checked = self._check(*self.files.visits)
        laid = None if self.wanted.dry_run else self._lay(checked)
        if laid is not None or self.files.cases is not None:
            with self._graph() as graph:
                if laid is not None and count_store(graph).visit_days != laid.visited.rows:
                    raise AccountingFault("the new store lacks visits")
                if self.files.cases is not None:
                    self._import(graph, CASES, *self.files.cases)
        return self.reports

    @contextmanager
    def _graph(self) -> Iterator[Graph]:
        """Have the new store up, with its keys and its ledger."""
        with self.new.running() as connection, Graph.connect(connection) as graph:
            self.wanted.tell("Making the keys of the new store ...")
            migrate(graph)
            head(graph)
            yield graph

    def _import(self, graph: Graph, importer: Importer, path: Path, sheet: Sheet) -> None:
        report = run(
            importer,
            sheet,
            graph,
            recorded_at=self.wanted.recorded_at,
            on_progress=self.wanted.progress(path),
            ignore_extra=self.wanted.ignore_extra,
            refused_folder=self._refused_folder(),
        )
        self._told(report)

    def _check(self, path: Path, sheet: Sheet) -> CheckedVisits:
        """Check the visits and account for every row."""
        checked = check_visits(
            sheet, path, self.new.folder, self.wanted.ignore_extra, self.wanted.progress(path)
        )
        if sheet.total not in (None, checked.read):
            raise FileFault(path, "changed while it was read: import it again")
        with RefusedRows(self._refused_folder(), self.stamp.batch_id, sheet.columns) as refused:
            refuse(checked, refused)
        report = ImportReport(VISITS.name, self.stamp.batch_id, checked.read)
        report.duplicate = checked.duplicate
        report.refused, report.refused_file = refused.rows, refused.file
        report.accepted = checked.accepted
        if report.read != report.accepted + report.duplicate + len(report.refused):
            raise AccountingFault("the rows read are not those accepted, duplicate and refused")
        self._told(report)
        return checked

    def _lay(self, checked: CheckedVisits) -> Laid:
        """Write the tables and have the import tool lay them."""
        self.wanted.tell("Laying the visits ...")
        folder = self.new.folder
        category_of = {place.venue_id: place.category for place in self.places}
        laid = lay_visits(checked, category_of, self.stamp, folder)
        batches = [*map(asdict, self.batches), self._batch(checked)]
        nodes, edges = tables_beside(checked, laid, self.places, batches, self.stamp, folder)
        self.new.lay(
            nodes, {**edges, "VISITED": laid.visited.files} if laid.visited.rows else edges
        )
        return laid

    def _batch(self, checked: CheckedVisits) -> dict[str, Any]:
        """Return the batch of the visits as it will be stored."""
        sheet = self.files.visits[1]
        return {
            "batch_id": self.stamp.batch_id,
            "source": self.stamp.source,
            "file_name": sheet.name,
            "sha256": sheet.sha256,
            "recorded_at": self.stamp.recorded_at,
            "started_at": self.began_at,
            "finished_at": whole_seconds(datetime.now(UTC)),
            "read": checked.read,
            "accepted": checked.accepted,
            "duplicate": checked.duplicate,
            "refused": len(checked.faults),
        }

    def _refused_folder(self) -> Path | None:
        return None if self.wanted.dry_run else self.wanted.refused_folder

    def _told(self, report: ImportReport) -> None:
        if self.wanted.dry_run:
            report.batch_id = None
        self.reports.append(report)
