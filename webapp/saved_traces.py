"""Saved traces of a case: the list, one of them, and what has changed since, with the reasons."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import Length, Regexp

from graph.cases import get_case
from graph.errors import NotFound, Refused
from graph.limits import NAME_LENGTH, hidden_fault
from graph.people import find_names as find_person_names
from graph.periods import local_day
from graph.tracing import Contact, Trace, find_sources, trace
from graph.tracing.causes import Cause
from graph.tracing.comparing import KINDS, Change, compare
from graph.tracing.replaying import Run, replay
from graph.tracing.saved import Asked, SavedTrace, find_traces, get_trace, save_trace
from graph.venues import find_names as find_venue_names
from webapp import current
from webapp.causes import Teller
from webapp.formats import local
from webapp.forms import PostForm
from webapp.language import _
from webapp.paging import page_number, page_of
from webapp.traces import TraceForm

blueprint = Blueprint("saved_traces", __name__)
NOW = "now"
TRACE_ID = re.compile(r"[0-9a-f]{32}")
Names = Mapping[str, str]


class SaveForm(PostForm):
    """What a trace is called, and the id that the page made for it: sent twice, saved once."""

    name = StringField(_l("Name"), [Length(max=NAME_LENGTH)])
    trace_id = HiddenField(validators=[Regexp(TRACE_ID, message=_l("Open the page again."))])

    def validate_name(self, field: Any) -> None:
        """Refuse a name that holds characters that nobody can see."""
        if hidden_fault(field.data or ""):
            raise ValidationError(_("The name holds characters that cannot be seen."))


@blueprint.app_template_global("new_trace_id")
def new_trace_id() -> str:
    """Return an id for a trace that a page offers to save."""
    return uuid4().hex


@blueprint.app_template_global("evidence_of")
def evidence_of(cause: Cause) -> tuple[str, str] | None:
    """Return the address of what a cause rests on, with its word; None for terms of a question."""
    if cause.case_id is not None:
        return url_for("cases.show", case_id=cause.case_id), _("The case")
    is_visit = cause.kind in ("visit_recorded", "visit_withdrawn", "exit_learnt")
    if is_visit and cause.venue_id is not None and cause.happened_at is not None:
        day = local_day(cause.happened_at).isoformat()
        address = url_for("venues.day", venue_id=cause.venue_id, day=day)
        return address, _("The venue that day")
    if cause.person_id is not None:
        return url_for("people.show", person_id=cause.person_id), _("The person")
    return None


@blueprint.get("/cases/<id:case_id>/traces", endpoint="list")
def list_all(case_id: str) -> ResponseReturnValue:
    """Show the saved traces of a case, the newest first."""
    return _list(case_id), 200


@blueprint.post("/cases/<id:case_id>/traces")
def create(case_id: str) -> ResponseReturnValue:
    """Keep the trace of a case that the address asks for."""
    asked, form = TraceForm(request.args), SaveForm()
    if not asked.validate() or not form.validate():
        given: dict[str, Any] = {
            key: value for key, value in request.args.items() if key in asked.data
        }
        return redirect(url_for("traces.show", case_id=case_id, **given), 303)
    as_of, rule = asked.moment(), asked.chosen_rule()
    sources = find_sources(current.graph(), [case_id], rule, as_of)
    found = _run()(current.graph(), sources, rule, asked.hops.data, as_of)
    try:
        trace_id = save_trace(
            current.graph(),
            found,
            Asked("cases", (case_id,)),
            account_id=current.officer().account_id,
            name=(form.name.data or "").strip() or None,
            trace_id=form.trace_id.data,
        )
    except Refused:
        return _list(case_id, is_too_large=True), 422
    return redirect(url_for("saved_traces.show", case_id=case_id, trace_id=trace_id), 303)


@blueprint.get("/cases/<id:case_id>/traces/<trace_id>")
def show(case_id: str, trace_id: str) -> ResponseReturnValue:
    """Show a saved trace as it was saved."""
    found = _saved(case_id, trace_id)
    page = page_of(found.trace.people, page_number())
    contacts = [contact for person in page.rows for contact in person.path]
    names, venue_names = _names((person.person_id for person in page.rows), contacts)
    return render_template(
        "saved_traces/show.html",
        case_id=case_id,
        saved=found,
        shown={"page": page},
        names=names,
        venue_names=venue_names,
    )


@blueprint.get("/cases/<id:case_id>/traces/<trace_id>/comparison", endpoint="compare")
def compare_with(case_id: str, trace_id: str) -> ResponseReturnValue:
    """Show who differs between a saved trace and another, or what is known now, and why."""
    saved = _saved(case_id, trace_id)
    other = request.args.get("with") or NOW
    found = compare(current.graph(), saved.trace, _other(case_id, trace_id, other))
    kind = request.args.get("change")
    rows = [change for change in found.changes if kind not in KINDS or kind == change.kind]
    page = page_of(rows, page_number())
    names, venue_names = _names_of_changes(page.rows)
    teller = Teller(
        person=lambda key: names.get(key, key),
        venue=lambda key: venue_names.get(key, key),
        moment=local,
        batches=found.batches,
    )
    return render_template(
        "saved_traces/compare.html",
        case_id=case_id,
        saved=saved,
        others=[
            one
            for one in find_traces(current.graph(), case_id)
            if one.trace_id != trace_id or one.trace_id == other
        ],
        other=other,
        found=found,
        kinds=KINDS,
        page=page,
        names=names,
        venue_names=venue_names,
        teller=teller,
    )


def _list(case_id: str, is_too_large: bool = False) -> str:
    case = get_case(current.graph(), case_id, current.now())
    page = page_of(find_traces(current.graph(), case.case_id), page_number())
    return render_template(
        "saved_traces/list.html", case_id=case_id, page=page, is_too_large=is_too_large
    )


def _run() -> Run:
    """Return how this app traces."""
    budget, projection = current.settings().trace_budget, current.projection()
    return partial(trace, budget=budget, projection=projection)


def _saved(case_id: str, trace_id: str) -> SavedTrace:
    """Return a saved trace of a case; one of another case is not found."""
    if not TRACE_ID.fullmatch(trace_id):
        abort(404)
    found = get_trace(current.graph(), trace_id)
    asked = found.heading.asked
    if case_id not in asked.case_ids and asked.starts_from != "all_cases":
        raise NotFound("trace")
    return found


def _other(case_id: str, trace_id: str, other: str) -> Trace:
    if other == NOW:
        return replay(current.graph(), trace_id, current.now(), _run()).trace
    return _saved(case_id, other).trace


def _names_of_changes(changes: Iterable[Change]) -> tuple[Names, Names]:
    causes = [cause for change in changes for cause in change.causes]
    people = [change.person_id for change in changes]
    people += [key for cause in causes for key in _people_of(cause) if key is not None]
    venues = [cause.venue_id for cause in causes if cause.venue_id is not None]
    graph = current.graph()
    return find_person_names(graph, people), find_venue_names(graph, venues)


def _people_of(cause: Cause) -> tuple[str | None, ...]:
    return cause.person_id, cause.other_id, cause.through


def _names(people: Iterable[str], contacts: Iterable[Contact]) -> tuple[Names, Names]:
    contacts = list(contacts)
    ids = [*people, *(contact.from_person for contact in contacts if contact.from_person)]
    venues = [contact.venue_id for contact in contacts if contact.venue_id is not None]
    return find_person_names(current.graph(), ids), find_venue_names(current.graph(), venues)
