"""`truyvet case`: add a case, or report anew what is known of one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import click

from graph.batches import Stamp
from graph.cases import Case, add_case, get_case, record_report
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import local_day
from importers.cases import CASES
from importers.parse import Fault
from webapp.cli.commands import (
    IDENTIFIER,
    Group,
    answer,
    argument,
    dry_run_option,
    json_option,
    option,
    tell,
)
from webapp.language import N_, _
from webapp.settings import read_settings
from webapp.store import open_graph

CLASSIFICATIONS = ("suspected", "probable", "confirmed", "discarded")
STATED = ("classification", "onset_on", "sampled_on", "confirmed_at", "isolated_at")

case = Group("case", help=N_("Add a case, or report anew what is known of one."))


def statement(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options with which a case is stated."""
    for decorate in reversed(
        [
            argument("case_id", metavar="CASE_ID", type=IDENTIFIER),
            option("--onset-on", metavar="DATE", help=N_("the day of the first symptom")),
            option("--sampled-on", metavar="DATE", help=N_("the day of the positive sample")),
            option("--confirmed-at", metavar="TIME", help=N_("when the laboratory confirmed it")),
            option("--isolated-at", metavar="TIME", help=N_("when the person was isolated")),
            dry_run_option,
            json_option,
        ]
    ):
        command = decorate(command)
    return command


@case.command("add", help=N_("Add a case. Dates are 2021-06-24, times ISO 8601 with an offset."))
@statement
@option("--person", "person_id", required=True, metavar="ID", help=N_("whose case it is"))
@option(
    "--classification",
    type=click.Choice(CLASSIFICATIONS),
    default="confirmed",
    show_default=True,
    help=N_("what the case counts as"),
)
def add(case_id: str, dry_run: bool, as_json: bool, **stated: Any) -> None:
    """Add a case that does not exist yet, with its first report."""
    row = _row(case_id=case_id, **stated)
    _check(row)
    with open_graph(read_settings(), tell) as graph:
        if dry_run:
            _refuse_existing(graph, row["case_id"])
            tell(_("Nothing was written: this was a dry run."))
            return
        stamp = _stamp()
        add_case(graph, row, stamp)
        _show(get_case(graph, row["case_id"], stamp.recorded_at), as_json)


@case.command(
    "report",
    help=N_("Report anew what is known of a case: what is not given stays, '' clears it."),
)
@statement
@option("--classification", type=click.Choice(CLASSIFICATIONS), help=N_("what the case counts as"))
def report(case_id: str, dry_run: bool, as_json: bool, **stated: Any) -> None:
    """Append a report to a case; its earlier reports stay readable."""
    with open_graph(read_settings(), tell) as graph:
        stamp = _stamp()
        known = get_case(graph, case_id, stamp.recorded_at)
        kept = {name: getattr(known, name) for name in STATED}
        given = {name: text for name, text in stated.items() if text is not None}
        row = {**kept, **_row(**given), "case_id": case_id, "person_id": known.person_id}
        _check(row)
        if dry_run:
            tell(_("Nothing was written: this was a dry run."))
            return
        if not record_report(graph, case_id, row, stamp):
            tell(_("The newest report of the case states the same: nothing was added."))
        _show(get_case(graph, case_id, stamp.recorded_at), as_json)


def _row(**stated: str | None) -> dict[str, Any]:
    """Return what was typed as the importer of cases would read it, option by option.

    Raises:
        Refused: a value that cannot be meant; `field` is its option.
    """
    row: dict[str, Any] = {}
    for name, text in stated.items():
        try:
            row[name] = CASES.columns[name].parse(text)
        except Fault as fault:
            raise Refused(_option(name), str(fault)) from None
    return row


def _check(row: dict[str, Any]) -> None:
    """Refuse what has not come yet, and what the importer of cases would refuse.

    Raises:
        Refused: `field` is the option.
    """
    now = datetime.now(UTC)
    for name in STATED[1:]:
        value = row.get(name)
        latest = now if isinstance(value, datetime) else local_day(now)
        if value is not None and value > latest:
            raise Refused(_option(name), "is in the future")
    for check in CASES.checks:
        if reason := check(row):
            raise Refused(_option(reason[0]), reason[1])


def _option(column: str) -> str:
    return column.removesuffix("_id").replace("_", "-")


def _refuse_existing(graph: Graph, case_id: str) -> None:
    try:
        get_case(graph, case_id, datetime.now(UTC))
    except NotFound:
        return
    raise Refused("case", N_("exists already: use truyvet case report"))


def _stamp() -> Stamp:
    """Return the provenance of one statement by hand; it is a batch of its own."""
    return Stamp("command-line", uuid4().hex, datetime.now(UTC).replace(microsecond=0))


def _show(known: Case, as_json: bool) -> None:
    shown = ("case_id", "person_id", *STATED, "number", "recorded_at")
    if as_json:
        answer({name: getattr(known, name) for name in shown})
    else:
        tell(_("The newest report of the case is number %(number)d.", number=known.number))
