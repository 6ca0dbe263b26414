"""What the commands share that bring files in: files opened, rows accounted for."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from graph.errors import Refused
from importers.files import Sheet, read_rows
from importers.header import HeaderFault, match_header
from importers.importer import Importer, ImportReport
from importers.parse import Fault, instant
from webapp.cli.commands import REFUSED, answer, stop, tell
from webapp.language import N_, _
from webapp.reasons import told

# So many refused rows are named on the terminal; the file beside the store has all of them.
SHOWN_REFUSALS = 20


def open_file(
    importer: Importer, file: Path, ignore_extra: bool, sheet: str | None = None
) -> Sheet:
    """Return the table of a file whose header an importer takes; a fault ends the command."""
    rows = read_rows(file, sheet)
    try:
        match_header(importer.columns, rows.columns, ignore_extra)
    except HeaderFault as fault:
        stop(f"{file.name}: {fault}")
    return rows


def moment_known(text: str | None) -> datetime | None:
    """Return the moment of `--recorded-at`; None if it was not given.

    Raises:
        Refused: it is no moment, or lies in the future.
    """
    if text is None:
        return None
    try:
        moment = instant(text)
    except Fault as fault:
        raise Refused("recorded-at", str(fault)) from None
    if moment > datetime.now(UTC):
        raise Refused("recorded-at", N_("lies in the future"))
    return moment


def say_refusals(report: ImportReport) -> None:
    """Name the first refused rows, and the file that has all of them."""
    for refused in report.refused[:SHOWN_REFUSALS]:
        tell(
            _(
                "row %(row)d: %(column)s: %(reason)s",
                row=refused.row_number,
                column=refused.column,
                reason=told(refused.reason),
            )
        )
    more = len(report.refused) - SHOWN_REFUSALS
    if more > 0:
        tell(_("… and %(more)d more.", more=more))
    if report.refused_file is not None:
        tell(_("Refused rows: %(file)s", file=report.refused_file))


def counted(file: Path, report: ImportReport) -> str:
    """Return what became of a file's rows, in one line."""
    return _(
        "%(file)s: %(read)d read, %(accepted)d accepted, %(duplicate)d duplicate, "
        "%(refused)d refused",
        file=file.name,
        read=report.read,
        accepted=report.accepted,
        duplicate=report.duplicate,
        refused=len(report.refused),
    )


def conclude(reports: list[tuple[Path, ImportReport]], as_json: bool, dry_run: bool) -> None:
    """Print the reports as JSON if asked, and end with status 1 if a row was refused."""
    if as_json:
        answer([_report_as_json(file, report) for file, report in reports])
    if dry_run:
        tell(_("Nothing was written: this was a dry run."))
    if any(report.refused for _file, report in reports):
        raise click.exceptions.Exit(REFUSED)


def _report_as_json(file: Path, report: ImportReport) -> dict[str, Any]:
    refused_file = None if report.refused_file is None else str(report.refused_file)
    return {
        "file": file.name,
        "importer": report.importer,
        "batch_id": report.batch_id,
        "read": report.read,
        "accepted": report.accepted,
        "duplicate": report.duplicate,
        "refused": len(report.refused),
        "refused_rows": [asdict(refused) for refused in report.refused],
        "refused_file": refused_file,
    }
