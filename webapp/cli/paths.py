"""`truyvet paths`: by which chains of contacts one person can have infected another."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from graph.cases import get_case
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.people import get_person
from graph.periods import Period, local_day
from graph.rules import TracingRule
from graph.tracing.chains import ORDERS
from graph.tracing.paths import Path, Paths, Wanted, find_paths, find_starts
from graph.tracing.written import paths_as_json
from graph.weighting import weighting_in_force
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
from webapp.cli.shown import CERTAINTIES, moment, table
from webapp.cli.terms import asked_as_of, asked_moment, asked_rule, with_terms
from webapp.language import N_, _, ngettext
from webapp.path_words import STOPS
from webapp.settings import read_settings
from webapp.store import open_graph


@click.command(
    "paths", cls=Command, help=N_("Show by which chains of contacts A can have infected B.")
)
@argument("a_id", metavar="A", type=IDENTIFIER)
@argument("b_id", metavar="B", type=IDENTIFIER)
@option("--and-a", multiple=True, metavar="ID", type=IDENTIFIER, help=N_("one more beside A"))
@option("--and-b", multiple=True, metavar="ID", type=IDENTIFIER, help=N_("one more beside B"))
@option("--most", "--k", type=int, default=5, metavar="N", help=N_("how many paths, 1 to 50"))
@option("--hops", type=int, default=3, metavar="N", help=N_("the most contacts of a path, 1 to 6"))
@option(
    "--by",
    type=click.Choice(ORDERS),
    default="fewest",
    help=N_("what comes first: fewest contacts, the strongest weakest contact, earliest arrival"),
)
@option("--weigh", is_flag=True, help=N_("weigh minutes by kind of venue and by recency"))
@option("--from", "from_", metavar="TIME", help=N_("when A begins to infect, else by A's case"))
@option("--until", metavar="TIME", help=N_("when A ceases to, else not yet"))
@with_terms
@json_option
def paths(a_id: str, b_id: str, as_json: bool, **asked: Any) -> None:
    """Find paths, print them step by step, and say on stderr if some may be missing."""
    if asked["until"] is not None and asked["from_"] is None:
        raise click.UsageError(_("--until belongs to --from."))
    settings = read_settings()
    as_of = asked_as_of(asked)
    rule = asked_rule(asked, as_of)
    wanted = Wanted(
        hops=asked["hops"],
        most=asked["most"],
        by=asked["by"],
        weighting=weighting_in_force(local_day(as_of)) if asked["weigh"] else None,
    )
    with open_graph(settings, tell) as graph:
        starts = _people(graph, [a_id, *asked["and_a"]], as_of)
        ends = _people(graph, [b_id, *asked["and_b"]], as_of)
        sources = _sources(graph, starts, asked, rule, as_of)
        found = find_paths(graph, sources, ends, rule, as_of, wanted, settings.trace_budget)
    if as_json:
        answer(paths_as_json(found))
    else:
        _show(found)
    if found.stopped is not None:
        stop(
            _("Complete only for paths of %(hops)d contacts:", hops=found.complete_hops)
            + f" {_(STOPS[found.stopped])}"
        )


def _people(graph: Graph, ids: Sequence[str], as_of: datetime) -> list[str]:
    return [_person(graph, one, as_of) for one in ids]


def _person(graph: Graph, one: str, as_of: datetime) -> str:
    """Return the person of an id, which is the person's own or that of a case."""
    try:
        return get_person(graph, one).person_id
    except NotFound:
        try:
            return get_case(graph, one, as_of).person_id
        except NotFound:
            raise NotFound("person") from None


def _sources(
    graph: Graph,
    person_ids: Sequence[str],
    asked: Mapping[str, Any],
    rule: TracingRule,
    as_of: datetime,
) -> Mapping[str, Period]:
    if asked["from_"] is None:
        return find_starts(graph, person_ids, rule, as_of)
    start = asked_moment("from", asked["from_"])
    until = None if asked["until"] is None else asked_moment("until", asked["until"])
    if until is not None and until <= start:
        raise Refused("until", N_("is not after --from"))
    return dict.fromkeys(person_ids, Period(start, until))


def _show(found: Paths) -> None:
    click.echo(
        _(
            "Rule %(rule)s, as known at %(at)s; %(ms).0f ms.",
            rule=found.rule.name,
            at=moment(found.as_of),
            ms=found.ms,
        )
    )
    if not found.paths:
        click.echo(_("No chain of contacts leads from A to B under this rule."))
        return
    for number, path in enumerate(found.paths, start=1):
        click.echo(f"\n{number}. {_told(path, is_weighed=found.wanted.weighting is not None)}")
        headings = [_("Person"), _("With"), _("Where"), _("From"), _("Until")]
        table([*headings, _("Minutes"), _("Certainty"), _("Told by")], _steps(path))


def _told(path: Path, is_weighed: bool) -> str:
    """Return a path in a sentence: how long, when it arrives, what its weakest contact is."""
    count = ngettext("%(num)d contact", "%(num)d contacts", len(path.steps))
    parts = [
        count,
        _("arrives %(at)s", at=moment(path.arrives_at)),
        _("weakest contact %(minutes)d min", minutes=path.weakest.contact.minutes),
    ]
    if is_weighed:
        parts.append(_("weighed %(strength).1f", strength=path.weakest.strength))
    return ", ".join(parts)


def _steps(path: Path) -> Iterator[list[object]]:
    for step in path.steps:
        contact = step.contact
        yield [
            contact.from_person,
            contact.to_person,
            contact.venue_id or _("meeting"),
            contact.started_at,
            contact.ended_at,
            contact.minutes,
            _(CERTAINTIES[contact.certainty]),
            ", ".join(dict.fromkeys(step.told_by)),
        ]
