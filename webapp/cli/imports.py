"""`truyvet import`: files into the graph, every row accounted for."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from graph.batches import find_batches
from importers.catalogue import IMPORTERS
from importers.importer import Importer, run
from webapp.cli.accounting import conclude, counted, moment_known, open_file, say_refusals
from webapp.cli.commands import (
    DRY_RUN_HELP,
    JSON_HELP,
    Argument,
    Command,
    Group,
    Option,
    answer,
    json_option,
    tell,
)
from webapp.cli.progress import Progress
from webapp.cli.shown import table
from webapp.cli.undoing import undo
from webapp.language import N_, _
from webapp.settings import read_settings
from webapp.store import open_graph


class Sources(Group):
    """One command for every importer that exists, beside those defined here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the sources, then what else can be asked about imports."""
        return [*IMPORTERS, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a source by its name."""
        importer = IMPORTERS.get(cmd_name)
        return _import_command(importer) if importer else super().get_command(ctx, cmd_name)


import_ = Sources(
    "import",
    help=N_("Import files: truyvet import visits FILE..., or another source of the list."),
    subcommand_metavar="SOURCE FILE...",
)


@import_.command("sources", help=N_("List the sources that can be imported, with their columns."))
@json_option
def sources(as_json: bool) -> None:
    """Print every source and its columns, the needed ones first."""
    found = [
        {
            "name": importer.name,
            "columns": [
                {
                    "name": name,
                    "required": column.required,
                    "aliases": list(column.aliases),
                    "codes": list(column.codes),
                }
                for name, column in importer.columns.items()
            ],
        }
        for importer in IMPORTERS.values()
    ]
    if as_json:
        answer(found)
        return
    for importer in IMPORTERS.values():
        click.echo(f"{importer.name}: {_columns(importer)}")
        for name, column in importer.columns.items():
            if column.codes:
                click.echo(f"    {name}: {', '.join(column.codes)}")


@import_.command("list", help=N_("List what was imported, the newest batch first."))
@json_option
def list_(as_json: bool) -> None:
    """Print every batch with its rows read, accepted, duplicate and refused."""
    with open_graph(read_settings(), tell) as graph:
        batches = find_batches(graph)
    if as_json:
        answer([asdict(batch) for batch in batches])
        return
    headings = [_("Started"), _("Source"), _("File"), _("Read"), _("Accepted"), _("Duplicate")]
    rows = [
        [
            batch.started_at,
            batch.source,
            batch.file_name,
            batch.read,
            batch.accepted,
            batch.duplicate,
            batch.refused if batch.finished_at else _("not finished"),
            batch.undone_at,
            batch.batch_id,
        ]
        for batch in batches
    ]
    table([*headings, _("Refused"), _("Undone at"), _("Batch")], rows)


import_.add_command(undo)


def _import_command(importer: Importer) -> click.Command:
    def command(**asked: Any) -> None:
        _import_files(importer, **asked)

    return Command(
        importer.name,
        callback=command,
        help=HELP,
        short_help=_("%(source)s, from CSV, TSV, XLSX or Parquet", source=importer.name),
        epilog=_("Columns: %(columns)s", columns=_columns(importer)),
        params=[
            Argument(
                ["files"],
                metavar="FILE...",
                nargs=-1,
                required=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
            ),
            Option(["--sheet"], metavar="NAME", help=N_("the sheet of a workbook")),
            Option(["--ignore-extra"], is_flag=True, help=N_("leave out unknown columns")),
            Option(
                ["--recorded-at"],
                metavar="TIME",
                help=N_("when these facts became known, else now"),
            ),
            Option(["--dry-run"], is_flag=True, help=DRY_RUN_HELP),
            Option(["--json", "as_json"], is_flag=True, help=JSON_HELP),
        ],
    )


HELP = N_(
    "Import CSV, TSV, XLSX or Parquet files. A file imported twice changes nothing; "
    "rows that are refused are written to a file with row number, column and reason."
)


def _columns(importer: Importer) -> str:
    return ", ".join(
        name if column.required else f"[{name}]" for name, column in importer.columns.items()
    )


def _import_files(importer: Importer, files: tuple[Path, ...], **asked: Any) -> None:
    settings = read_settings()
    recorded_at = moment_known(asked["recorded_at"])
    # Every file is looked at before the first is imported: a bad name stops all of it.
    ignore_extra, sheet = asked["ignore_extra"], asked["sheet"]
    tables = [(file, open_file(importer, file, ignore_extra, sheet)) for file in files]
    if not asked["dry_run"]:
        # Refused rows hold personal data: the folder above them is for its owner alone too.
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    reports = []
    with open_graph(settings, tell) as graph:
        for file, rows in tables:
            with Progress(file.name) as progress:
                report = run(
                    importer,
                    rows,
                    graph,
                    recorded_at=recorded_at,
                    on_progress=progress.show,
                    dry_run=asked["dry_run"],
                    ignore_extra=asked["ignore_extra"],
                    refused_folder=settings.home / "refused",
                )
            reports.append((file, report))
            say_refusals(report)
            if not asked["as_json"]:
                click.echo(counted(file, report))
    conclude(reports, asked["as_json"], asked["dry_run"])
