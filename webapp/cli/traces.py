"""`truyvet trace`: who was exposed to cases, or to a person given by hand."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from graph.database import Graph
from graph.errors import Refused
from graph.people import get_person
from graph.periods import Period
from graph.rules import TracingRule
from graph.tracing import ENGINES, BudgetStop, Trace, find_all_sources, find_sources
from graph.tracing import as_json as trace_as_json
from graph.tracing import trace as follow
from graph.tracing.saved import Asked
from graph.tracing.warnings import as_json as warning_as_json
from graph.tracing.warnings import find_warnings
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
from webapp.cli.keeping import keep, save_option
from webapp.cli.shown import CERTAINTIES, moment, number, table
from webapp.cli.terms import asked_as_of, asked_moment, asked_rule, with_terms
from webapp.language import N_, _, ngettext
from webapp.settings import read_settings
from webapp.store import open_graph, open_projection


@click.command("trace", cls=Command, help=N_("Show whom cases exposed, the nearest class first."))
@argument("case_ids", metavar="[CASE_ID]...", nargs=-1, type=IDENTIFIER)
@option("--all-cases", is_flag=True, help=N_("start from every confirmed case"))
@option(
    "--person", metavar="ID", type=IDENTIFIER, help=N_("start from a person, infectious by hand")
)
@option("--from", "from_", metavar="TIME", help=N_("when that person begins to infect"))
@option("--until", metavar="TIME", help=N_("when that person ceases to, else not yet"))
@option("--hops", type=int, metavar="N", help=N_("how far to follow, 1 to 6, else the rule's"))
@with_terms
@option("--engine", type=click.Choice(ENGINES), default="auto", help=N_("what computes the answer"))
@save_option
@json_option
def trace(case_ids: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Trace, print who was exposed, and say on stderr if the budget ended it early."""
    _check_start(case_ids, asked)
    settings = read_settings()
    as_of = asked_as_of(asked)
    rule = asked_rule(asked, as_of)
    with open_graph(settings, tell) as graph:
        found = follow(
            graph,
            _sources(graph, case_ids, asked, rule, as_of),
            rule,
            rule.hops if asked["hops"] is None else asked["hops"],
            as_of,
            engine=asked["engine"],
            budget=settings.trace_budget,
            projection=open_projection(settings, graph, tell),
        )
        warnings = find_warnings(graph, found)
        keep(graph, found, _asked(case_ids, asked), asked["name"])
    if as_json:
        answer({**trace_as_json(found), "warnings": [warning_as_json(one) for one in warnings]})
    else:
        show_trace(found)
    for warning in warnings:
        tell(told(warning, lambda value: number(int(value))))
    if found.stopped is not None:
        _say_where_it_stopped(found.stopped, found.complete_hops)


def _asked(case_ids: tuple[str, ...], asked: Mapping[str, Any]) -> Asked:
    """Return what a saved trace remembers of the question."""
    if asked["all_cases"]:
        return Asked("all_cases")
    return Asked("cases", case_ids) if case_ids else Asked("by_hand")


def _check_start(case_ids: tuple[str, ...], asked: Mapping[str, Any]) -> None:
    starts = [bool(case_ids), asked["all_cases"], asked["person"] is not None]
    if sum(starts) != 1:
        raise click.UsageError(_("Name cases, or --all-cases, or --person: one of the three."))
    if (asked["person"] is None) != (asked["from_"] is None):
        raise click.UsageError(_("--person and --from belong together."))
    if asked["until"] is not None and asked["person"] is None:
        raise click.UsageError(_("--until belongs to --person."))


def _sources(
    graph: Graph,
    case_ids: tuple[str, ...],
    asked: Mapping[str, Any],
    rule: TracingRule,
    as_of: datetime,
) -> Mapping[str, Period]:
    if asked["all_cases"]:
        return find_all_sources(graph, rule, as_of)
    if case_ids:
        return find_sources(graph, case_ids, rule, as_of)
    start = asked_moment("from", asked["from_"])
    until = None if asked["until"] is None else asked_moment("until", asked["until"])
    if until is not None and until <= start:
        raise Refused("until", N_("is not after --from"))
    return {get_person(graph, asked["person"]).person_id: Period(start, until)}


def show_trace(found: Trace) -> None:
    """Print a trace: how it was asked, how many of each class, then one line a person."""
    click.echo(
        _(
            "Rule %(rule)s, as known at %(at)s; %(engine)s, %(ms).0f ms.",
            rule=found.rule.name,
            at=moment(found.as_of),
            engine=found.engine,
            ms=found.ms,
        )
    )
    click.echo(_("Sources: %(sources)s", sources=", ".join(sorted(found.sources)) or "–"))
    if not found.people:
        click.echo(_("Nobody was exposed under this rule."))
        return
    counts = [f"F{hop}: {number}" for hop, number in found.people.by_class().items()]
    cases = found.people.cases()
    also = ngettext("%(num)d of them is a case", "%(num)d of them are cases", cases)
    click.echo(f"{', '.join(counts)} ({also})\n")
    headings = [_("Class"), _("Person"), _("Exposed at"), _("Minutes"), _("Certainty"), _("Via")]
    table([*headings, _("Where"), ""], _people(found))


def _people(found: Trace) -> Iterator[list[object]]:
    for person in found.people:
        last = person.path[-1]
        yield [
            f"F{person.hop}",
            person.person_id,
            person.exposed_at,
            person.minutes,
            _(CERTAINTIES[person.certainty]),
            person.via,
            last.venue_id or _("meeting"),
            _("case") if person.is_case else "",
        ]


def _say_where_it_stopped(stopped: BudgetStop, complete_hops: int) -> None:
    stop(
        _(
            "Stopped before hop %(hop)d: it would read about %(visits)d visits, and the budget is "
            "%(budget)d. The answer is complete up to hop %(complete)d. Ask for fewer hops, or "
            "raise TRUYVET_TRACE_BUDGET.",
            hop=stopped.hop,
            visits=stopped.estimated_visits,
            budget=stopped.budget,
            complete=complete_hops,
        )
    )
