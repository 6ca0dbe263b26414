"""`truyvet triage`: the contacts of a case in the order of work, on the terminal or as a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from graph.cases import get_case
from graph.clock import Clock, read_clock
from graph.tracing import Trace, find_sources
from graph.tracing import trace as follow
from graph.tracing.triage import Task, Worklist, find_worklist
from graph.tracing.triage import as_json as task_as_json
from graph.tracing.warnings import TraceWarning, find_warnings
from graph.tracing.warnings import as_json as warning_as_json
from webapp.cautions import told
from webapp.cli.commands import (
    IDENTIFIER,
    Command,
    answer,
    argument,
    json_option,
    option,
    stop,
    tell,
)
from webapp.cli.shown import CERTAINTIES, moment, number, table
from webapp.cli.terms import asked_as_of, asked_rule, with_terms
from webapp.language import N_, _
from webapp.settings import read_settings
from webapp.spreadsheets import KINDS, made_csv, made_xlsx
from webapp.store import open_graph, open_projection


@click.command(
    "triage", cls=Command, help=N_("List the contacts of a case, the strongest exposure first.")
)
@argument("case_id", metavar="CASE_ID", type=IDENTIFIER)
@option(
    "--class",
    "hop",
    type=click.IntRange(1, 6),
    default=1,
    metavar="N",
    help=N_("1 for F1, which is the work list, 2 for F2 and so on"),
)
@option("--ward", metavar="CODE", help=N_("only people who live in that unit"))
@with_terms
@option("--to", metavar="FILE", help=N_("write the list to a new .csv or .xlsx file instead"))
@json_option
def triage(case_id: str, as_json: bool, **asked: Any) -> None:
    """Trace, rank one class, and print it or write it to a file."""
    target = _target(asked["to"])
    settings = read_settings()
    as_of = asked_as_of(asked)
    rule = asked_rule(asked, as_of)
    with open_graph(settings, tell) as graph:
        sources = find_sources(graph, [case_id], rule, as_of)
        clock = read_clock(get_case(graph, case_id, as_of), as_of)
        found = follow(
            graph,
            sources,
            rule,
            asked["hop"],
            as_of,
            budget=settings.trace_budget,
            projection=open_projection(settings, graph, tell),
        )
        worklist = find_worklist(graph, found, asked["hop"])
        warnings = find_warnings(graph, found)
    tasks = worklist.of_ward(asked["ward"]) if asked["ward"] else worklist.tasks
    if target is not None:
        _save(target, tasks)
    if as_json:
        answer(_answer(case_id, found, worklist, tasks, clock, warnings))
    elif target is None:
        _show(found, worklist, tasks, clock)
    for warning in warnings:
        tell(told(warning, lambda value: number(int(value))))
    if not worklist.is_complete:
        stop(_("The list is not complete: raise TRUYVET_TRACE_BUDGET or narrow the rule."))


def _target(file: str | None) -> Path | None:
    if file is None:
        return None
    path = Path(file)
    if path.suffix.removeprefix(".") not in KINDS:
        raise click.UsageError(_("--to names a .csv or .xlsx file."))
    return path


def _save(target: Path, tasks: Sequence[Task]) -> None:
    """Write a list to a file that does not exist yet, for its owner alone: it holds persons."""
    rows = [task_as_json(task) for task in tasks]
    headings = ["rank", *(rows[0] if rows else ())]
    cells = [(rank, *row.values()) for rank, row in enumerate(rows, 1)]
    made = (made_csv if target.suffix == ".csv" else made_xlsx)(headings, cells)
    target.touch(mode=0o600, exist_ok=False)
    target.write_bytes(made)
    tell(_("%(count)s people written to %(file)s.", count=number(len(rows)), file=target))


def _answer(
    case_id: str,
    found: Trace,
    worklist: Worklist,
    tasks: Sequence[Task],
    clock: Clock | None,
    warnings: Sequence[TraceWarning],
) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "class": f"F{worklist.hop}",
        "rule": found.rule.name,
        "weights": worklist.weighting.name,
        "as_of": found.as_of.isoformat(),
        "engine": found.engine,
        "is_complete": worklist.is_complete,
        "clock": clock
        and {
            "confirmed_at": clock.confirmed_at.isoformat(),
            "minutes": clock.minutes,
            "state": clock.state,
        },
        "people": [task_as_json(task) for task in tasks],
        "warnings": [warning_as_json(warning) for warning in warnings],
    }


CLOCK_STATES = {
    "running": N_("in time"),
    "alarm": N_("hurry"),
    "over": N_("the hour is over"),
}


def _show(found: Trace, worklist: Worklist, tasks: Sequence[Task], clock: Clock | None) -> None:
    """Print a list: how it was asked, the clock, then one line a person."""
    click.echo(
        _(
            "Rule %(rule)s, weights %(weights)s, as known at %(at)s; %(engine)s.",
            rule=found.rule.name,
            weights=worklist.weighting.name,
            at=moment(found.as_of),
            engine=found.engine,
        )
    )
    if clock is not None:
        click.echo(
            _(
                "Confirmed %(at)s, %(minutes)s minutes before: %(state)s.",
                at=moment(clock.confirmed_at),
                minutes=number(clock.minutes),
                state=_(CLOCK_STATES[clock.state]),
            )
        )
    if not tasks:
        click.echo(_("Nobody is on this list."))
        return
    headings = [_("Rank"), _("Person"), _("Ward"), _("Strength"), _("Its parts")]
    table([*headings, _("Exposed at"), _("Where"), _("Certainty")], _lines(tasks))


def _lines(tasks: Sequence[Task]) -> Iterator[list[object]]:
    for rank, task in enumerate(tasks, 1):
        strength = task.strength
        yield [
            rank,
            task.person.person_id,
            task.ward.unit_code if task.ward else "",
            f"{strength.score:.1f}",
            " × ".join(
                (
                    f"{strength.minutes}",
                    f"{strength.setting:g}",
                    f"{strength.recency:.3f}",
                    f"{strength.certainty:g}",
                )
            ),
            task.person.exposed_at,
            task.venue_id or _("meeting"),
            _(CERTAINTIES[task.person.certainty]),
        ]
