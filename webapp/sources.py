"""Sources: where and by whom cases can have been infected, alone and several together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from graph.errors import NotFound, Refused
from graph.people import find_names as find_person_names
from graph.tracing.backward import Backward, SourcesOfCase, find_possible_sources
from graph.tracing.common_venues import CommonVenue
from graph.venues import find_names as find_venue_names
from webapp import current
from webapp.asking import IdsField, TermsForm, fault_of, refuse_unseen
from webapp.language import _
from webapp.paging import Page, page_number, page_of
from webapp.words import choices

blueprint = Blueprint("sources", __name__)
ROWS = 50
WHOM = {"": _l("confirmed cases"), "contacts": _l("confirmed cases and their contacts")}


class SourcesForm(TermsForm):
    """Who counts as a possible source, by which rule, as known when."""

    whom = SelectField(_l("Possible sources"), choices=choices(WHOM), default="")


class CommonForm(TermsForm):
    """Which cases to compare, by which rule, as known when."""

    case = IdsField(_l("Case numbers"), [InputRequired(_l("Write the numbers of the cases."))])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A venue that cases share, and who was infectious there while one of them was."""

    venue: CommonVenue
    person_ids: tuple[str, ...]


@blueprint.get("/cases/<id:case_id>/sources")
def show(case_id: str) -> ResponseReturnValue:
    """Show where a case was in its source window, and who was infectious there then."""
    form = SourcesForm(request.args)
    if not form.validate():
        form.propose_rule()
        return render_template("sources/show.html", case_id=case_id, form=form, found=None), 422
    try:
        found = _asked(form, [case_id], form.moment(), form.whom.data == "contacts")
    except Refused:
        fault_of(form, "whom", _("This would read too many visits. Ask for cases alone."))
        return render_template("sources/show.html", case_id=case_id, form=form, found=None), 422
    one = found.cases[0]
    names, venue_names = _names(one)
    return render_template(
        "sources/show.html",
        case_id=case_id,
        form=form,
        found=found,
        one=one,
        page=page_of(one.sources, page_number(), ROWS),
        there=_there(one),
        names=names,
        venue_names=venue_names,
    )


@blueprint.get("/sources")
def common() -> ResponseReturnValue:
    """Compare the venues that several cases visited with the normal traffic there."""
    form = CommonForm(request.args)
    if "case" not in request.args:
        form.propose_rule()
        return render_template("sources/common.html", form=form, found=None)
    found, page = None, None
    if form.validate():
        refuse_unseen("cases.show", "case_id", form.case.data)
        found, page = _compared(form)
    if found is None:
        form.propose_rule()
        return render_template("sources/common.html", form=form, found=None), 422
    shown = page.rows if page else []
    graph = current.graph()
    return render_template(
        "sources/common.html",
        form=form,
        found=found,
        page=page,
        names=find_person_names(graph, [one for row in shown for one in row.person_ids]),
        venue_names=find_venue_names(graph, [row.venue.venue_id for row in shown]),
    )


def _compared(form: CommonForm) -> tuple[Backward | None, Page[Candidate] | None]:
    """Return the answer and the venues on this page, nothing where a case is not known."""
    if len(form.case.data) < 2:
        fault_of(form, "case", _("Name two cases or more."))
        return None, None
    try:
        found = _asked(form, form.case.data, form.moment(), is_with_contacts=False)
    except NotFound:
        fault_of(form, "case", _("One of these cases is not known."))
        return None, None
    except Refused:
        fault_of(form, "case", _("This would read too many visits. Name fewer cases."))
        return None, None
    return found, page_of(_candidates(found), page_number(), ROWS)


def _asked(
    form: TermsForm, case_ids: list[str], as_of: datetime, is_with_contacts: bool
) -> Backward:
    return find_possible_sources(
        current.graph(),
        case_ids,
        form.chosen_rule(),
        as_of,
        is_with_contacts=is_with_contacts,
        budget=current.settings().trace_budget,
    )


def _candidates(found: Backward) -> list[Candidate]:
    people: dict[str, set[str]] = {}
    for one in found.cases:
        for source in one.sources:
            for contact in source.contacts:
                people.setdefault(contact.venue_id or "", set()).add(source.person_id)
    venues = found.common.venues if found.common else ()
    return [Candidate(venue, tuple(sorted(people.get(venue.venue_id, ())))) for venue in venues]


def _there(one: SourcesOfCase) -> Mapping[str, int]:
    """Return how many possible sources were with the case on each of its visits."""
    return {
        visit.visit_id: len(
            {
                source.person_id
                for source in one.sources
                for contact in source.contacts
                if contact.venue_id == visit.venue_id
                and contact.started_at < visit.left_at
                and visit.arrived_at < contact.ended_at
            }
        )
        for visit in one.visits
    }


def _names(one: SourcesOfCase) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the names of the people and of the venues on the page, by their ids."""
    graph = current.graph()
    venues = [visit.venue_id for visit in one.visits]
    contacts = [contact for source in one.sources for contact in source.contacts]
    venues += [contact.venue_id for contact in contacts if contact.venue_id is not None]
    people = [one.case.person_id, *(source.person_id for source in one.sources)]
    return find_person_names(graph, people), find_venue_names(graph, venues)
