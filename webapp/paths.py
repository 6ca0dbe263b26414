"""Paths: by which chains of contacts one person can have infected another."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from graph.errors import NotFound, Refused
from graph.people import find_names as find_person_names
from graph.periods import Period, local_day
from graph.rules import TracingRule
from graph.tracing.paths import Paths, Wanted, find_case_ids, find_paths, find_starts
from graph.venues import find_names as find_venue_names
from graph.weighting import weighting_in_force
from webapp import current
from webapp.asking import IdsField, TermsForm, fault_of, refuse_unseen
from webapp.fields import CountField, MomentField, not_later_than_now
from webapp.language import _
from webapp.path_words import ORDERS, STOPS
from webapp.words import choices

blueprint = Blueprint("paths", __name__)
WEIGHTS = {"": _l("minutes alone"), "yes": _l("minutes × kind of venue × recency")}


class PathsForm(TermsForm):
    """Between whom, how far, what comes first, from when, by which rule, as known when."""

    a = IdsField(_l("From"), [InputRequired(_l("Write the id of the person."))])
    b = IdsField(_l("To"), [InputRequired(_l("Write the id of the person."))])
    hops = CountField(
        _l("Contacts at most"), [NumberRange(1, 6, _l("Choose from 1 to 6 contacts."))], default=3
    )
    most = CountField(
        _l("Paths at most"), [NumberRange(1, 50, _l("Choose from 1 to 50 paths."))], default=5
    )
    by = SelectField(
        _l("What comes first"),
        choices=choices({code: _l(word) for code, word in ORDERS.items()}),
        default="fewest",
    )
    weigh = SelectField(_l("Strength of a contact"), choices=choices(WEIGHTS), default="")
    since = MomentField(_l("Infectious from"), [not_later_than_now])
    until = MomentField(_l("Infectious until"))

    def validate_until(self, field: Any) -> None:
        """Refuse an end without a beginning, or before it."""
        if field.data is not None and (self.since.data is None or field.data <= self.since.data):
            raise ValidationError(_("The end needs a beginning that lies before it."))

    def wanted(self) -> Wanted:
        """Return which paths are asked for."""
        weighting = weighting_in_force(local_day(self.moment())) if self.weigh.data else None
        return Wanted(self.hops.data, self.most.data, self.by.data, weighting)


@blueprint.get("/paths")
def show() -> ResponseReturnValue:
    """Show the best chains of contacts between two people, each step with its evidence."""
    form = PathsForm(request.args)
    if not {"a", "b"} <= request.args.keys():
        form.propose_rule()
        return render_template("paths/show.html", form=form, found=None)
    found = _found(form) if form.validate() else None
    if found is None:
        form.propose_rule()
        return render_template("paths/show.html", form=form, found=None), 422
    names, venue_names = _names(found)
    return render_template(
        "paths/show.html",
        form=form,
        found=found,
        stopped=_(STOPS[found.stopped]) if found.stopped else None,
        names=names,
        venue_names=venue_names,
    )


def _found(form: PathsForm) -> Paths | None:
    """Return the answer; None where a field has now a fault."""
    refuse_unseen("people.show", "person_id", [*form.a.data, *form.b.data])
    rule, as_of = form.chosen_rule(), form.moment()
    budget = current.settings().trace_budget
    for field in ("a", "b"):
        try:
            find_case_ids(current.graph(), form[field].data, as_of)
        except NotFound:
            fault_of(form, field, _("Nobody is known by one of these ids."))
            return None
    try:
        sources = _sources(form, rule)
    except Refused:
        fault_of(form, "since", _("Somebody here has no case: write from when on."))
        return None
    try:
        return find_paths(current.graph(), sources, form.b.data, rule, as_of, form.wanted(), budget)
    except Refused:
        fault_of(form, "b", _("Nobody can stand at both ends."))
        return None


def _sources(form: PathsForm, rule: TracingRule) -> Mapping[str, Period]:
    if form.since.data is None:
        return find_starts(current.graph(), form.a.data, rule, form.moment())
    return dict.fromkeys(form.a.data, Period(form.since.data, form.until.data))


def _names(found: Paths) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the names of the people and of the venues on the page, by their ids."""
    contacts = [step.contact for path in found.paths for step in path.steps]
    people = [*found.sources, *found.targets, *(contact.to_person for contact in contacts)]
    venues = [contact.venue_id for contact in contacts if contact.venue_id is not None]
    graph = current.graph()
    return find_person_names(graph, people), find_venue_names(graph, venues)
