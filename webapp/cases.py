"""Cases: the list, one case with its infectious period, and what is stated of it over time."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.validators import InputRequired

from graph.batches import Stamp
from graph.cases import (
    add_case,
    count_cases,
    find_cases,
    get_case,
    infectious_period,
    record_report,
)
from graph.clock import read_clock
from graph.errors import Refused
from graph.people import get_person
from graph.periods import local_day
from graph.rules import rule_in_force
from importers.cases import is_sampled_before_confirmed
from webapp import current, timeline
from webapp.fields import DayField, IdField, MomentField, RuleField, not_later_than_now
from webapp.forms import GetForm, PostForm
from webapp.language import _
from webapp.paging import Page, page_number
from webapp.words import CLASSIFICATIONS, choices

blueprint = Blueprint("cases", __name__)
ROWS = 50
SOURCE = "web"


class RuleForm(GetForm):
    """By which rule set the infectious period is drawn."""

    rule = RuleField(_l("Rule set"))


class ReportForm(PostForm):
    """What is stated of a case now; what is left empty is stated as not known."""

    classification = SelectField(_l("Classification"), choices=choices(CLASSIFICATIONS))
    onset_on = DayField(_l("Onset date"), [not_later_than_now])
    sampled_on = DayField(_l("Sample date"), [not_later_than_now])
    confirmed_at = MomentField(_l("Confirmed at"), [not_later_than_now])
    isolated_at = MomentField(_l("Isolated from"), [not_later_than_now])

    def validate_confirmed_at(self, _field: Any) -> None:
        """Refuse a confirmation before the day of the sample, as the importer of cases does."""
        if is_sampled_before_confirmed(self.stated()):
            raise ValidationError(_("This lies before the sample date. Correct one of the two."))

    def stated(self) -> dict[str, Any]:
        """Return the columns of a report."""
        names = ("classification", "onset_on", "sampled_on", "confirmed_at", "isolated_at")
        return {name: self[name].data for name in names}


class CaseForm(ReportForm):
    """A new case and the first that is stated of it."""

    case_id = IdField(_l("Case number"), [InputRequired(_l("Write the number of the case."))])
    person_id = IdField(_l("Person id"), [InputRequired(_l("Write the id of the person."))])


@blueprint.get("/cases", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show every case, as known now."""
    number = page_number()
    total = count_cases(current.graph(), current.now())
    rows = find_cases(current.graph(), current.now(), ROWS, (number - 1) * ROWS)
    if number > 1 and not rows:
        abort(404)
    return render_template("cases/list.html", page=Page(rows, number, total, ROWS))


@blueprint.get("/cases/<id:case_id>")
def show(case_id: str) -> ResponseReturnValue:
    """Show a case, its infectious period by a rule set, and every report of it."""
    case = get_case(current.graph(), case_id, current.now())
    form = RuleForm(request.args)
    in_force = rule_in_force(local_day(current.now()))
    is_valid = form.validate()
    rule = form.rule.data or in_force
    form.rule.data = rule
    period = infectious_period(case, rule)
    drawn = timeline.draw(case, period, current.now())
    page = render_template(
        "cases/show.html",
        case=case,
        clock=read_clock(case, current.now()),
        form=form,
        rule=rule,
        period=period,
        drawn=drawn,
    )
    return page, 200 if is_valid else 422


@blueprint.get("/cases/new")
def new() -> ResponseReturnValue:
    """Ask for what is known of a new case."""
    return _ask_for_case(None)


@blueprint.get("/people/<id:person_id>/cases/new")
def new_of_person(person_id: str) -> ResponseReturnValue:
    """Ask for what is known of a new case of somebody known."""
    return _ask_for_case(get_person(current.graph(), person_id).person_id)


@blueprint.post("/cases/new")
def create() -> ResponseReturnValue:
    """Store a new case; a number that is taken already is refused."""
    form = CaseForm()
    if not form.validate():
        return render_template("cases/new.html", form=form), 422
    row = {"case_id": form.case_id.data, "person_id": form.person_id.data, **form.stated()}
    try:
        add_case(current.graph(), row, _stamp())
    except Refused:
        form.case_id.errors = [_("There is a case with this number already.")]
        return render_template("cases/new.html", form=form), 422
    return redirect(url_for("cases.show", case_id=form.case_id.data), 303)


@blueprint.get("/cases/<id:case_id>/reports/new")
def new_report(case_id: str) -> ResponseReturnValue:
    """Ask what is known of a case now; begins with what was known so far."""
    case = get_case(current.graph(), case_id, current.now())
    form = ReportForm(formdata=None, obj=case)
    return render_template("cases/new_report.html", case=case, form=form)


@blueprint.post("/cases/<id:case_id>/reports/new")
def create_report(case_id: str) -> ResponseReturnValue:
    """Append what is stated now; earlier reports stay as they were."""
    case = get_case(current.graph(), case_id, current.now())
    form = ReportForm()
    if not form.validate():
        return render_template("cases/new_report.html", case=case, form=form), 422
    record_report(current.graph(), case_id, form.stated(), _stamp())
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _ask_for_case(person_id: str | None) -> str:
    given = {"classification": "confirmed", "person_id": person_id}
    return render_template("cases/new.html", form=CaseForm(formdata=None, data=given))


def _stamp() -> Stamp:
    return Stamp(SOURCE, SOURCE, current.now())
