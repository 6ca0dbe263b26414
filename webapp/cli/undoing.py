"""`truyvet import undo`: what an import brought is withdrawn."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from graph.database import Graph
from graph.undoing import Undone, find_standing, undo_batch
from webapp.cli.commands import (
    IDENTIFIER,
    Command,
    answer,
    argument,
    dry_run_option,
    json_option,
    tell,
)
from webapp.language import N_, _
from webapp.settings import read_settings
from webapp.store import open_graph


@click.command(
    "undo", cls=Command, help=N_("Withdraw what an import brought; as of before, it still stands.")
)
@argument("batch_id", metavar="BATCH", type=IDENTIFIER)
@dry_run_option
@json_option
def undo(batch_id: str, dry_run: bool, as_json: bool) -> None:
    """Withdraw the visits, meetings and isolations of a batch, and say what stays."""
    with open_graph(read_settings(), tell) as graph:
        found = _foreseen(graph, batch_id) if dry_run else _undone(graph, batch_id)
    if as_json:
        answer({"batch_id": batch_id, **asdict(found)})
    else:
        click.echo(
            _(
                "%(visits)d visits, %(meetings)d meetings and %(isolations)d isolations withdrawn",
                visits=found.visits,
                meetings=found.meetings,
                isolations=found.isolations,
            )
        )
    _say_what_stays(found, dry_run)


def _undone(graph: Graph, batch_id: str) -> Undone:
    return undo_batch(graph, batch_id, datetime.now(UTC))


def _foreseen(graph: Graph, batch_id: str) -> Undone:
    standing = find_standing(graph, batch_id)
    return Undone(
        visits=len(standing.visit_ids),
        meetings=len(standing.contact_ids),
        isolations=len(standing.isolation_ids),
        stay=standing.stay,
    )


def _say_what_stays(found: Undone, dry_run: bool) -> None:
    if found.stay:
        tell(
            _(
                "%(stay)d case reports, people and venues of it stay: a case is set right by "
                "a newer report. Check-outs that it added to other visits stay too.",
                stay=found.stay,
            )
        )
    if dry_run:
        tell(_("Nothing was written: this was a dry run."))
