"""`truyvet db fill`: the first fill of an empty store, by Neo4j's offline import tool."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from graph.server import ServerOptions
from importers.cases import CASES
from importers.filling import Files, Wanted
from importers.filling import fill as fill_store
from importers.importer import Progress
from importers.venues import VENUES
from importers.visits import VISITS
from webapp.cli.accounting import conclude, counted, moment_known, open_file, say_refusals
from webapp.cli.commands import Command, dry_run_option, json_option, option, tell
from webapp.cli.database import embedded
from webapp.cli.progress import Progress as Shown
from webapp.language import N_
from webapp.reasons import told
from webapp.settings import Settings, read_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "fill",
    cls=Command,
    help=N_(
        "Fill an empty store by Neo4j's offline import tool: the checks and the result of "
        "truyvet import, many times as fast."
    ),
)
@option("--visits", type=FILE, metavar="FILE", required=True, help=N_("as truyvet import visits"))
@option("--venues", type=FILE, metavar="FILE", help=N_("as truyvet import venues, before them"))
@option("--cases", type=FILE, metavar="FILE", help=N_("as truyvet import cases, after them"))
@option("--ignore-extra", is_flag=True, help=N_("leave out unknown columns"))
@option("--recorded-at", metavar="TIME", help=N_("when these facts became known, else now"))
@dry_run_option
@json_option
def fill(
    visits: Path,
    venues: Path | None,
    cases: Path | None,
    ignore_extra: bool,
    recorded_at: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fill the store and print what became of each file's rows."""
    settings = embedded(read_settings())
    named = ((VENUES, venues), (VISITS, visits), (CASES, cases))
    paths = {importer.name: path for importer, path in named if path is not None}
    known_at = moment_known(recorded_at) or datetime.now(UTC)
    # Every file is looked at before anything is written: a bad name stops all of it.
    tables = {
        importer.name: (path, open_file(importer, path, ignore_extra))
        for importer, path in named
        if path is not None
    }
    files = Files(tables[VISITS.name], tables.get(VENUES.name), tables.get(CASES.name))
    with ExitStack() as shown:

        def progress(path: Path) -> Callable[[int, int | None], None]:
            shown.close()
            return shown.enter_context(Shown(path.name)).show

        reports = fill_store(
            settings.home, files, _wanted(settings, known_at, progress, dry_run, ignore_extra)
        )
    for report in reports:
        say_refusals(report)
        if not as_json:
            click.echo(counted(paths[report.importer], report))
    conclude([(paths[report.importer], report) for report in reports], as_json, dry_run)


def _wanted(
    settings: Settings,
    recorded_at: datetime,
    progress: Callable[[Path], Progress],
    dry_run: bool,
    ignore_extra: bool,
) -> Wanted:
    options = ServerOptions(
        heap=settings.neo4j_heap,
        pagecache=settings.neo4j_pagecache,
        port=settings.neo4j_port,
    )
    return Wanted(
        recorded_at,
        options,
        lambda sentence: tell(told(sentence)),
        progress,
        dry_run=dry_run,
        ignore_extra=ignore_extra,
        refused_folder=settings.home / "refused",
    )
