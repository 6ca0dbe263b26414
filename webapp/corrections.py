"""Times of an own visit, set right within 48 hours (R56): from the receipt or from `/me`.

The receipt's token names the visit, and the browser must be the person who made it: whoever else
holds the link of a receipt sees it, and changes nothing but the way out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import DateTimeLocalInput

from graph.errors import NotFound, Refused
from graph.periods import LOCAL_ZONE
from graph.visits import Visit, correct_visit, get_visit, may_correct
from graph.visits.correcting import (
    IN_FUTURE,
    KNOWN_ALREADY,
    LARGEST_SHIFT,
    NOT_AFTER,
    SHIFTED,
    TOO_LATE,
    TOO_LONG,
)
from webapp import citizens, current
from webapp.fields import MomentField
from webapp.forms import PostForm
from webapp.throttle import CHECK_INS, UNKNOWN_CODES, is_wrong, limiter

blueprint = Blueprint("corrections", __name__)

#: Why a correction is not taken, and what to do.
FAULTS: Mapping[str, LazyString] = {
    TOO_LATE: _l("Times can be corrected within 48 hours after the arrival."),
    SHIFTED: _l("This is more than 24 hours away from what was recorded."),
    IN_FUTURE: _l("This lies in the future. Write a time that has passed."),
    NOT_AFTER: _l("The way out lies before the way in."),
    TOO_LONG: _l("People stay less long at such a place. Write when you really left."),
    KNOWN_ALREADY: _l("Your way out is known. Write when it was."),
}


class ClockField(MomentField):
    """A moment that a phone lets one choose by its own clock and calendar."""

    widget = DateTimeLocalInput()

    def write(self, value: datetime) -> str:
        """Return the moment, without its seconds, as such a field takes it."""
        return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M")


class TimesForm(PostForm):
    """When a visit really began and ended."""

    arrived_at = ClockField(_l("In"), [InputRequired(_l("Write when you came."))])
    left_at = ClockField(_l("Out"), [Optional()])


@blueprint.get("/r/<token>/times")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def edit(token: str) -> str:
    """Show the times of an own visit, to be set right."""
    visit = _own_visit(token)
    return _page(token, visit, TimesForm(formdata=None, obj=visit))


@blueprint.post("/r/<token>/times")
@limiter.limit(CHECK_INS)
def correct(token: str) -> ResponseReturnValue:
    """Store the times, then show the receipt with them; the same times again change nothing."""
    visit, form = _own_visit(token), TimesForm()
    if not form.validate():
        return _page(token, visit, form), 422
    arrived_at = _unless_same(form.arrived_at.data, visit.arrived_at)
    try:
        correct_visit(
            current.graph(),
            visit.visit_id,
            visit.person_id,
            arrived_at=arrived_at or visit.arrived_at,
            left_at=_unless_same(form.left_at.data, visit.left_at),
            at=current.now(),
        )
    except Refused as refused:
        field = form.left_at if refused.field == "left_at" else form.arrived_at
        field.errors = [FAULTS[refused.reason]]
        return _page(token, visit, form), 422
    return redirect(url_for("checkins.show", token=token), 303)


def _own_visit(token: str) -> Visit:
    """Return the visit of a receipt that this browser's person made.

    Raises:
        NotFound: we never signed this, or the visit is somebody else's, alike.
    """
    try:
        visit = get_visit(current.graph(), citizens.visit_of_receipt(token), current.now())
    except NotFound:
        raise NotFound("receipt") from None
    if visit.person_id != citizens.returning_id():
        raise NotFound("receipt")
    return visit


def _unless_same(told: datetime | None, known: datetime | None) -> datetime | None:
    """Return what was told; what is known to the second where only the seconds were not shown."""
    if told is not None and known is not None and told == known.replace(second=0):
        return known
    return told


def _page(token: str, visit: Visit, form: Any) -> str:
    return render_template(
        "corrections/edit.html",
        token=token,
        visit=visit,
        form=form,
        may_correct=may_correct(visit.arrived_at, current.now()),
        earliest=ClockField.write(form.arrived_at, visit.arrived_at - LARGEST_SHIFT),
        latest=ClockField.write(form.arrived_at, current.now()),
    )
