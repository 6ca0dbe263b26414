"""Traces: whom a case exposed, by class, with the evidence for each."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

from graph.people import find_names as find_person_names
from graph.periods import Period
from graph.rules import TracingRule
from graph.tracing import People, Trace, TracedPerson, find_all_sources, find_sources, trace
from graph.tracing.warnings import TraceWarning, find_warnings
from graph.venues import find_names as find_venue_names
from webapp import current
from webapp.asking import TermsForm
from webapp.fields import CountField
from webapp.paging import Page, page_number, page_of
from webapp.words import CERTAINTIES

blueprint = Blueprint("traces", __name__)
CLASS = re.compile(r"F([1-6])")
NO_CLASS = 0
SOURCES = 5


class TraceForm(TermsForm):
    """How far to follow a case's exposures, by which rule, as known when."""

    hops = CountField(_l("Hops"), [NumberRange(1, 6, _l("Choose from 1 to 6 hops."))], default=2)


@dataclass(frozen=True, slots=True)
class Shown:
    """A trace as the page shows it: how many of each kind, and the rows asked for."""

    trace: Trace
    by_class: Mapping[int, int]
    by_certainty: Mapping[str, int]
    page: Page[TracedPerson]

    @property
    def sources(self) -> Mapping[str, Period]:
        """The first sources by id: a trace of the city starts from hundreds."""
        return dict(islice(sorted(self.trace.sources.items()), SOURCES))


@blueprint.get("/cases/<id:case_id>/trace")
def show(case_id: str) -> ResponseReturnValue:
    """Show whom a case exposed, the nearest class first."""

    def sources(rule: TracingRule, as_of: datetime) -> Mapping[str, Period]:
        return find_sources(current.graph(), [case_id], rule, as_of)

    return _page(sources, case_id)


@blueprint.get("/trace")
def city() -> ResponseReturnValue:
    """Show whom all confirmed cases exposed, in one trace."""

    def sources(rule: TracingRule, as_of: datetime) -> Mapping[str, Period]:
        return find_all_sources(current.graph(), rule, as_of)

    return _page(sources, None)


def _page(
    sources_of: Callable[[TracingRule, datetime], Mapping[str, Period]], case_id: str | None
) -> ResponseReturnValue:
    form = TraceForm(request.args)
    if not form.validate():
        form.propose_rule()
        return render_template("traces/show.html", case_id=case_id, form=form, shown=None), 422
    as_of, rule = form.moment(), form.chosen_rule()
    found = trace(
        current.graph(),
        sources_of(rule, as_of),
        rule,
        form.hops.data,
        as_of,
        budget=current.settings().trace_budget,
        projection=current.projection(),
    )
    shown = _shown(found)
    warnings = find_warnings(current.graph(), found)
    names, venue_names = _names(shown, warnings)
    return render_template(
        "traces/show.html",
        case_id=case_id,
        form=form,
        shown=shown,
        warnings=warnings,
        names=names,
        venue_names=venue_names,
    )


def _names(
    shown: Shown, warnings: Iterable[TraceWarning]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the names of the people and of the venues on this page, by their ids."""
    contacts = [contact for person in shown.page.rows for contact in person.path]
    people = [person.person_id for person in shown.page.rows]
    people += [contact.from_person for contact in contacts] + [*shown.sources]
    venues = [contact.venue_id for contact in contacts if contact.venue_id is not None]
    venues += [venue_id for warning in warnings for venue_id in warning.venues]
    graph = current.graph()
    return find_person_names(graph, people), find_venue_names(graph, venues)


def _shown(found: Trace) -> Shown:
    return Shown(
        trace=found,
        by_class=found.people.by_class(),
        by_certainty=found.people.by_certainty(),
        page=page_of(_chosen(found.people), page_number()),
    )


def _chosen(people: People) -> People:
    """Return the people of the class and certainty that the address asks for."""
    hop, certainty = request.args.get("class"), request.args.get("certainty")
    of_class = CLASS.fullmatch(hop or "")
    if (hop and not of_class) or (certainty and certainty not in CERTAINTIES):
        return people.select(hop=NO_CLASS)
    return people.select(int(of_class[1]) if of_class else None, certainty or None)
