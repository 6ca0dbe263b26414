"""`truyvet traces`: saved traces, listed, shown, run again, compared and deleted."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import click

from graph.database import Graph
from graph.errors import Refused
from graph.tracing import as_json as trace_as_json
from graph.tracing import trace as follow
from graph.tracing.comparing import Comparison, compare
from graph.tracing.comparing import as_json as comparison_as_json
from graph.tracing.replaying import Replay, replay
from graph.tracing.saved import (
    SavedHeading,
    delete_trace,
    find_traces,
    get_trace,
)
from importers.parse import Fault, instant
from webapp.causes import Teller
from webapp.cli.commands import (
    IDENTIFIER,
    Group,
    answer,
    argument,
    json_option,
    option,
    tell,
)
from webapp.cli.keeping import keep, save_option
from webapp.cli.shown import moment, table
from webapp.cli.traces import show_trace
from webapp.language import N_, _
from webapp.settings import Settings, read_settings
from webapp.store import open_graph, open_projection

STARTS = {
    "cases": N_("cases"),
    "all_cases": N_("all confirmed cases"),
    "by_hand": N_("a person given by hand"),
}
CHANGES = {
    "added": N_("added"),
    "withdrawn": N_("withdrawn"),
    "reclassed": N_("class changed"),
    "moved": N_("moment changed"),
}

traces = Group("traces", help=N_("List, show, run again, compare and delete saved traces."))
as_of_option = option(
    "--as-of", metavar="TIME", help=N_("run it with what was known then, else as of its own time")
)


@traces.command("list", help=N_("List the saved traces, the newest first."))
@option("--case", "case_id", metavar="CASE_ID", type=IDENTIFIER, help=N_("only those of a case"))
@json_option
def list_(case_id: str | None, as_json: bool) -> None:
    """Print every saved trace: its id, what was asked, and how many it found."""
    with open_graph(read_settings(), tell) as graph:
        found = find_traces(graph, case_id)
    if as_json:
        answer([asdict(one) for one in found])
        return
    if not found:
        click.echo(_("No trace is saved yet: add --save to truyvet trace."))
        return
    headings = [_("Saved at"), _("Name"), _("Starts from"), _("Rule"), _("As of"), _("Hops")]
    table([*headings, _("People"), _("Trace")], map(_line, found))


@traces.command("show", help=N_("Show a saved trace as it was saved."))
@argument("trace_id", type=IDENTIFIER)
@json_option
def show(trace_id: str, as_json: bool) -> None:
    """Print a saved trace."""
    with open_graph(read_settings(), tell) as graph:
        found = get_trace(graph, trace_id)
    if as_json:
        answer({"saved": asdict(found.heading), **trace_as_json(found.trace)})
    else:
        show_trace(found.trace)


@traces.command("replay", help=N_("Run a saved trace again, as of its own time or another."))
@argument("trace_id", type=IDENTIFIER)
@as_of_option
@save_option
@json_option
def replay_(trace_id: str, as_of: str | None, name: str | None, as_json: bool) -> None:
    """Print what a saved trace answers with what was known at a moment."""
    settings = read_settings()
    with open_graph(settings, tell) as graph:
        found = _replay(graph, trace_id, _moment(as_of), settings)
        if as_json:
            answer(trace_as_json(found.trace))
        else:
            show_trace(found.trace)
        keep(graph, found.trace, found.asked, name)


@traces.command(
    "compare", help=N_("Show who differs between two saved traces, or one and now, and why.")
)
@argument("earlier_id", metavar="TRACE", type=IDENTIFIER)
@argument("later_id", metavar="[TRACE]", type=IDENTIFIER, required=False)
@json_option
def compare_(earlier_id: str, later_id: str | None, as_json: bool) -> None:
    """Print who was added, withdrawn or reclassed, each with the fact that caused it."""
    settings = read_settings()
    with open_graph(settings, tell) as graph:
        earlier = get_trace(graph, earlier_id).trace
        if later_id is None:
            later = _replay(graph, earlier_id, datetime.now(UTC), settings).trace
        else:
            later = get_trace(graph, later_id).trace
        found = compare(graph, earlier, later)
    if as_json:
        answer(comparison_as_json(found))
    else:
        _show(found)


@traces.command("delete", help=N_("Delete a saved trace; the people in it stay."))
@argument("trace_id", type=IDENTIFIER)
def delete(trace_id: str) -> None:
    """Delete a saved trace."""
    with open_graph(read_settings(), tell) as graph:
        delete_trace(graph, trace_id)
    tell(_("Deleted."))


def _replay(graph: Graph, trace_id: str, as_of: datetime | None, settings: Settings) -> Replay:
    projection = open_projection(settings, graph, tell)
    run = partial(follow, budget=settings.trace_budget, projection=projection)
    return replay(graph, trace_id, as_of, run)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return instant(text)
    except Fault as fault:
        raise Refused("as-of", str(fault)) from None


def _line(one: SavedHeading) -> list[object]:
    asked = one.asked
    return [
        one.saved_at,
        one.name,
        ", ".join(asked.case_ids) or _(STARTS[asked.starts_from]),
        one.rule_name,
        one.as_of,
        one.complete_hops,
        one.people,
        one.trace_id,
    ]


def _show(found: Comparison) -> None:
    """Print a comparison: how many of each kind, then one line a person and cause."""
    counts = [f"{_(CHANGES[kind])}: {number}" for kind, number in found.counts().items()]
    click.echo(
        _(
            "From %(earlier)s to %(later)s:",
            earlier=moment(found.earlier.as_of),
            later=moment(found.later.as_of),
        )
    )
    click.echo(", ".join(counts))
    click.echo(
        _(
            "Others: %(unchanged)d the same, %(remeasured)d with other minutes or certainty.",
            unchanged=found.unchanged,
            remeasured=found.remeasured,
        )
    )
    if found.changes:
        click.echo()
        headings = [_("Change"), _("Person"), _("Before"), _("After"), _("Why")]
        table(headings, _changes(found))


def _changes(found: Comparison) -> Iterator[list[object]]:
    teller = Teller(str, str, moment, found.batches)
    for change in found.changes:
        cells = [_(CHANGES[change.kind]), change.person_id]
        cells += [_class(change.class_before), _class(change.class_after)]
        for cause in change.causes:
            why = " ".join(filter(None, [teller.through(cause), teller.sentence(cause)]))
            yield [*cells, why]
            cells = [""] * len(cells)


def _class(hop: int | None) -> str:
    return "–" if hop is None else _("source") if hop == 0 else f"F{hop}"
