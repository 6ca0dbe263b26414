"""`truyvet sources` and `truyvet clusters`: where cases can have been infected, what links them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from graph.errors import Refused
from graph.tracing.backward import Backward, SourcesOfCase, find_possible_sources
from graph.tracing.clusters import Clusters, find_clusters
from graph.tracing.common_venues import CommonVenues
from graph.tracing.written import clusters_as_json, sources_as_json
from importers.parse import Fault
from importers.parse import day as read_day
from webapp.cli.commands import (
    IDENTIFIER,
    Command,
    answer,
    argument,
    json_option,
    option,
    tell,
)
from webapp.cli.shown import CERTAINTIES, day, moment, table
from webapp.cli.terms import asked_as_of, asked_rule, with_terms
from webapp.language import N_, _, ngettext
from webapp.settings import read_settings
from webapp.store import open_graph


@click.command(
    "sources", cls=Command, help=N_("Show where, and by whom, cases can have been infected.")
)
@argument("case_ids", metavar="CASE_ID...", nargs=-1, required=True, type=IDENTIFIER)
@option("--contacts", is_flag=True, help=N_("count contacts of confirmed cases as sources too"))
@with_terms
@json_option
def sources(case_ids: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Trace backward; of several cases, compare the venues they share with normal traffic."""
    settings = read_settings()
    as_of = asked_as_of(asked)
    rule = asked_rule(asked, as_of)
    with open_graph(settings, tell) as graph:
        found = find_possible_sources(
            graph,
            case_ids,
            rule,
            as_of,
            is_with_contacts=asked["contacts"],
            budget=settings.trace_budget,
        )
    if as_json:
        answer(sources_as_json(found))
    else:
        _show_sources(found)


@click.command(
    "clusters", cls=Command, help=N_("Propose clusters of confirmed cases, and what links them.")
)
@option("--since", metavar="DAY", help=N_("only cases dated that day, 2021-06-24, or later"))
@with_terms
@json_option
def clusters(as_json: bool, **asked: Any) -> None:
    """Propose clusters by possible sources and unlikely venues; a person confirms them."""
    settings = read_settings()
    as_of = asked_as_of(asked)
    rule = asked_rule(asked, as_of)
    since = None if asked["since"] is None else _day("since", asked["since"])
    with open_graph(settings, tell) as graph:
        found = find_clusters(graph, rule, as_of, since, settings.trace_budget)
    if as_json:
        answer(clusters_as_json(found))
    else:
        _show_clusters(found)


def _day(option_name: str, text: str) -> date:
    try:
        return read_day(text)
    except Fault as fault:
        raise Refused(option_name, str(fault)) from None


def _show_sources(found: Backward) -> None:
    click.echo(_basis(found))
    for one in found.cases:
        _show_case(one)
    if found.common is not None:
        _show_common(found.common)


def _basis(found: Backward | Clusters) -> str:
    return _(
        "Rule %(rule)s, as known at %(at)s; %(ms).0f ms.",
        rule=found.rule.name,
        at=moment(found.as_of),
        ms=found.ms,
    )


def _show_case(one: SourcesOfCase) -> None:
    click.echo(
        "\n"
        + _(
            "Case %(case)s can have been infected from %(start)s until %(end)s.",
            case=one.case.case_id,
            start=moment(one.window.start),
            end=moment(one.window.end),
        )
    )
    click.echo(ngettext("%(num)d visit then", "%(num)d visits then", len(one.visits)))
    if not one.sources:
        click.echo(_("Nobody known to be infectious was with this person then."))
        return
    headings = [_("Source"), "", _("Minutes"), _("Exposed at"), _("Certainty"), _("Where")]
    table(headings, _rows(one))


def _rows(one: SourcesOfCase) -> Iterator[list[object]]:
    for source in one.sources:
        longest = max(source.contacts, key=lambda contact: contact.minutes)
        yield [
            source.person_id,
            _("case") if source.hop == 0 else f"F{source.hop}",
            source.minutes,
            source.exposed_at,
            _(CERTAINTIES[source.certainty]),
            longest.venue_id or _("meeting"),
        ]


def _show_common(common: CommonVenues) -> None:
    click.echo("\n" + _("Venues that several of the cases visited, the least likely first:"))
    if not common.venues:
        click.echo(_("No venue was visited by two of the cases."))
        return
    headings = [_("Venue"), _("Cases seen"), _("Expected"), _("Score"), ""]
    rows = [
        [
            venue.venue_id,
            venue.seen,
            f"{venue.expected:.3f}",
            f"{venue.score:.2f}",
            _("unlikely by chance") if venue.is_unlikely else "",
        ]
        for venue in common.venues
    ]
    table(headings, rows)
    click.echo(
        _(
            "Compared with %(venues)d venues: past %(line).2f chance is an unlikely reason. "
            "A venue is proposed, not proven.",
            venues=common.compared,
            line=common.line,
        )
    )


def _show_clusters(found: Clusters) -> None:
    click.echo(_basis(found))
    count = ngettext("%(num)d confirmed case", "%(num)d confirmed cases", found.cases)
    click.echo(
        _("%(count)s, of which %(alone)d are linked with none.", count=count, alone=found.alone)
    )
    if not found.clusters:
        click.echo(_("No cluster is proposed."))
        return
    headings = [_("Cases"), _("First"), _("Last"), _("Venues"), _("Case numbers")]
    rows = [
        [
            len(one.case_ids),
            day(one.first_on),
            day(one.last_on),
            ", ".join(venue.venue_id for venue in one.venues[:3]),
            ", ".join(one.case_ids[:8]) + (", …" if len(one.case_ids) > 8 else ""),
        ]
        for one in found.clusters
    ]
    table(headings, rows)
    click.echo(_("These are proposals: a person confirms a cluster."))
