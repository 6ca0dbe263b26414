"""Work lists: the contacts of a case by the strength of their exposure, and its one-hour clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField

from graph.cases import get_case
from graph.clock import read_clock
from graph.people import find_names as find_person_names
from graph.periods import local_day
from graph.rules import rule_in_force
from graph.tracing import Trace, find_sources, trace
from graph.tracing.triage import Task, Worklist, find_worklist
from graph.tracing.warnings import TraceWarning, find_warnings
from graph.venues import find_names as find_venue_names
from webapp import current
from webapp.cautions import told
from webapp.formats import number
from webapp.language import N_, _, ngettext
from webapp.paging import ROWS, Page, page_number, page_of
from webapp.spreadsheets import KINDS, file_response
from webapp.traces import TraceForm
from webapp.words import CERTAINTIES

blueprint = Blueprint("worklists", __name__)
NO_WARD = "-"
# On paper the list is one, up to so many rows: a hundred sheets.
PRINTED_ROWS = 5000
COLUMNS = (
    N_("Rank"),
    N_("Person id"),
    N_("Full name"),
    N_("Class"),
    N_("Strength"),
    N_("Minutes"),
    N_("Setting factor"),
    N_("Days ago"),
    N_("Recency factor"),
    N_("Certainty factor"),
    N_("Certainty"),
    N_("Venue"),
    N_("Exposed at"),
    N_("Via"),
    N_("Ward code"),
    N_("Ward"),
)


class WorklistForm(TraceForm):
    """The contacts of which class, by which rule, as known when."""

    hops = None  # type: ignore[assignment]  # WTForms: the class says how far
    hop = SelectField(
        _l("Class"),
        choices=[SelectChoice(value=hop, label=f"F{hop}") for hop in (1, 2, 3)],
        coerce=int,
        default=1,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A work list as the page shows it: whose trace, all of it, and the rows asked for."""

    trace: Trace
    worklist: Worklist
    warnings: Sequence[TraceWarning]
    page: Page[Task]


@blueprint.get("/cases/<id:case_id>/worklist")
def show(case_id: str) -> ResponseReturnValue:
    """Show the contacts of a case, the strongest exposure first."""
    form = WorklistForm(request.args)
    if not form.validate():
        form.rule.data = form.rule.data or rule_in_force(local_day(current.now()))
        return _page(case_id, form, None), 422
    found, worklist = _find(case_id, form)
    size = PRINTED_ROWS if request.args.get("rows") == "all" else ROWS
    shown = Shown(
        found,
        worklist,
        find_warnings(current.graph(), found),
        page_of(_of_ward(worklist), page_number(), size),
    )
    return _page(case_id, form, shown)


@blueprint.get("/cases/<id:case_id>/worklist/<kind>")
def export(case_id: str, kind: str) -> ResponseReturnValue:
    """Give the whole list, or that of one ward, as a file for the teams."""
    form = WorklistForm(request.args)
    if kind not in KINDS or not form.validate():
        abort(404)
    tasks = _of_ward(_find(case_id, form)[1])
    return file_response("worklist", kind, [_(word) for word in COLUMNS], _cells(tasks))


def _find(case_id: str, form: WorklistForm) -> tuple[Trace, Worklist]:
    graph, as_of, rule = current.graph(), form.moment(), form.chosen_rule()
    sources = find_sources(graph, [case_id], rule, as_of)
    found = trace(
        graph,
        sources,
        rule,
        form.hop.data,
        as_of,
        budget=current.settings().trace_budget,
        projection=current.projection(),
    )
    return found, find_worklist(graph, found, form.hop.data)


def _of_ward(worklist: Worklist) -> Sequence[Task]:
    """Return the tasks of the ward that the address asks for, else all."""
    ward = request.args.get("ward")
    if not ward:
        return worklist.tasks
    return worklist.of_ward(None if ward == NO_WARD else ward)


def _page(case_id: str, form: WorklistForm, shown: Shown | None) -> str:
    graph = current.graph()
    tasks = shown.page.rows if shown else []
    people = [task.person for task in tasks]
    venues = [task.venue_id for task in tasks if task.venue_id is not None]
    venues += [venue_id for one in (shown.warnings if shown else ()) for venue_id in one.venues]
    as_of = shown.trace.as_of if shown else current.now()
    case = get_case(graph, case_id, as_of)
    return render_template(
        "worklists/show.html",
        case=case,
        form=form,
        shown=shown,
        clock=read_clock(case, as_of),
        no_ward=NO_WARD,
        names=find_person_names(
            graph, [one.person_id for one in people] + [one.via for one in people]
        ),
        venue_names=find_venue_names(graph, venues),
    )


def _cells(tasks: Sequence[Task]) -> Iterator[Sequence[Any]]:
    graph = current.graph()
    names = find_person_names(graph, [task.person.person_id for task in tasks])
    venues = find_venue_names(graph, {task.venue_id for task in tasks if task.venue_id})
    for rank, task in enumerate(tasks, 1):
        person, strength = task.person, task.strength
        yield (
            rank,
            person.person_id,
            names.get(person.person_id),
            f"F{person.hop}",
            round(strength.score, 1),
            strength.minutes,
            strength.setting,
            strength.days,
            round(strength.recency, 3),
            strength.certainty,
            str(CERTAINTIES[person.certainty]),
            venues.get(task.venue_id, task.venue_id) if task.venue_id else _("interview"),
            person.exposed_at,
            person.via,
            task.ward.unit_code if task.ward else None,
            task.ward.unit_name if task.ward else None,
        )


@blueprint.app_template_filter()
def lasting(length: timedelta) -> str:
    """Return a length of time in words: 37 minutes, 3 h 20 min, 14 days."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return _("%(hours)d h %(minutes)d min", hours=minutes // 60, minutes=minutes % 60)
    return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))


@blueprint.app_template_filter()
def seconds_lasting(seconds: int) -> str:
    """Return so many seconds in words, as `lasting`."""
    return lasting(timedelta(seconds=seconds))


@blueprint.app_template_filter()
def caution(warning: TraceWarning) -> str:
    """Return a warning of a trace in words."""
    return told(warning, number)
