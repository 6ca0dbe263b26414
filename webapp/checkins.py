"""A citizen's way in and out of a venue: scan, look, tap; a receipt shows that one visit.

A check-in is answered after its commit, never before. Its `visit_id` comes from the page
that was open: sent twice it is one visit and one receipt, with other details it is refused.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from graph.batches import Stamp
from graph.errors import NotFound, Refused, StoreFault
from graph.people import merge_persons
from graph.periods import LOCAL_ZONE
from graph.venues import Gate, get_gate, get_venue
from graph.visits import Visit, find_visits_of, get_visit, merge_visits, record_exit
from webapp import citizens, current
from webapp.fields import CountField, NameField
from webapp.forms import PostForm
from webapp.language import _
from webapp.throttle import CHECK_INS, UNKNOWN_CODES, is_wrong, limiter

blueprint = Blueprint("checkins", __name__)

SOURCE = "check-in"
OLDEST_PERSON = 120
# R57: scanning the same door again so soon is the same visit.
SAME_VISIT = timedelta(minutes=2)
# R56: nobody taps "Ra" later than this, except where stays are longer anyway.
LONGEST_OPEN = timedelta(hours=24)
# R190: a receipt opens no longer than visits are kept.
RECEIPT_LASTS = timedelta(days=28)
# The printed letters leave out what is mistaken for a digit.
MISTAKEN = str.maketrans("OIL", "011", "- ")
VISIT_ID = re.compile(r"[0-9A-Za-z_-]{16,64}")


class ReturningForm(PostForm):
    """One tap of somebody whom this browser checked in before."""

    visit_id = HiddenField()

    def validate_visit_id(self, field: Any) -> None:
        """Refuse what is not an id that a page of ours, or an outbox, would make."""
        if not VISIT_ID.fullmatch(field.data or ""):
            raise ValidationError(_("Load this page again, then send it once more."))


class NewcomerForm(ReturningForm):
    """Who checks in, the first time on this phone."""

    full_name = NameField(_l("Full name"), [InputRequired(_l("Write your full name."))])
    birth_year = CountField(_l("Year of birth"), [InputRequired(_l("Write your year of birth."))])

    def validate_birth_year(self, field: Any) -> None:
        """Refuse a year in which nobody was born who is alive."""
        this_year = current.now().astimezone(LOCAL_ZONE).year
        wanted = _("Write the year with four digits, as 1980.")
        NumberRange(this_year - OLDEST_PERSON, this_year, wanted)(self, field)


@blueprint.get("/c/<code>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def new(code: str) -> ResponseReturnValue:
    """Name the venue, then ask who comes in; nothing is sent before the button."""
    gate = get_gate(current.graph(), _tidy(code))
    known = None if "new" in request.args else citizens.returning()
    form = (ReturningForm if known else NewcomerForm)(formdata=None, visit_id=uuid4().hex)
    return _page(gate, form, known)


@blueprint.post("/c/<code>")
@limiter.limit(CHECK_INS)
def create(code: str) -> ResponseReturnValue:
    """Store the visit, then show its receipt."""
    gate = get_gate(current.graph(), _tidy(code))
    known = None if "full_name" in request.form else citizens.returning()
    form = ReturningForm() if known else NewcomerForm()
    if not form.validate():
        return _page(gate, form, known), 422
    if known is not None:
        person_id = known.person_id
        if visit_id := _visit_just_begun(person_id, gate.venue.venue_id):
            return redirect(_receipt(visit_id), 303)
    else:
        person_id = citizens.new_person_id(
            form.visit_id.data, form.full_name.data, form.birth_year.data
        )
    visit = _check_in(form.visit_id.data, person_id, gate.venue.venue_id)
    if (visit.person_id, visit.venue_id) != (person_id, gate.venue.venue_id):
        form.visit_id.errors = [_("This was sent before with other details. Load the page again.")]
        return _page(gate, form, known), 422
    if known is None:
        _name(person_id, form.full_name.data, form.birth_year.data)
    response = redirect(_receipt(visit.visit_id), 303)
    citizens.remember(response, person_id)
    return response


@blueprint.get("/r/<token>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def show(token: str) -> ResponseReturnValue:
    """Show one visit: where and since when, and the button to check out."""
    visit = _visit(token)
    venue = get_venue(current.graph(), visit.venue_id)
    return render_template(
        "checkins/show.html", visit=visit, venue=venue, token=token, may_leave=_may_leave(visit)
    )


@blueprint.post("/r/<token>/out")
@limiter.limit(CHECK_INS)
def leave(token: str) -> ResponseReturnValue:
    """Record that the visitor goes out now; a second tap changes nothing."""
    visit = _visit(token)
    if _may_leave(visit):
        # Where somebody was quicker, the receipt shows the exit that is known.
        with suppress(Refused):
            record_exit(current.graph(), visit.visit_id, current.now(), current.now())
    return redirect(url_for("checkins.show", token=token), 303)


def _page(gate: Gate, form: PostForm, known: Any) -> str:
    return render_template("checkins/new.html", gate=gate, form=form, known=known)


def _tidy(code: str) -> str:
    """Return a code as it was printed: typed by hand it may be in groups or have O for 0."""
    return code.upper().translate(MISTAKEN)


def _check_in(visit_id: str, person_id: str, venue_id: str) -> Visit:
    """Store a visit that begins now, unless its id is stored; return the one that is."""
    row = {
        "visit_id": visit_id,
        "person_id": person_id,
        "venue_id": venue_id,
        "arrived_at": current.now(),
        "left_at": None,
    }
    try:
        merge_visits(current.graph(), [row], _stamp())
    except StoreFault:
        # Another body under this id came at the same moment, and ids are unique in the store:
        # if it was let through, it is the one to compare with. Else the fault stands.
        with suppress(NotFound):
            return get_visit(current.graph(), visit_id, datetime.now(UTC))
        raise
    return get_visit(current.graph(), visit_id, datetime.now(UTC))


def _visit_just_begun(person_id: str, venue_id: str) -> str | None:
    newest = find_visits_of(current.graph(), person_id, current.now(), 1)
    if not newest or newest[0].venue_id != venue_id or newest[0].left_at is not None:
        return None
    since = current.now() - newest[0].arrived_at
    return newest[0].visit_id if since <= SAME_VISIT else None


def _name(person_id: str, full_name: str, birth_year: int) -> None:
    row = {"person_id": person_id, "full_name": full_name, "birth_year": birth_year}
    merge_persons(current.graph(), [row], _stamp())


def _stamp() -> Stamp:
    return Stamp(SOURCE, SOURCE, current.now())


def _receipt(visit_id: str) -> str:
    return url_for("checkins.show", token=citizens.receipt_token(visit_id))


def _visit(token: str) -> Visit:
    try:
        visit = get_visit(current.graph(), citizens.visit_of_receipt(token), current.now())
    except NotFound:
        raise NotFound("receipt") from None
    if current.now() > visit.arrived_at + RECEIPT_LASTS:
        raise NotFound("receipt")
    return visit


def _may_leave(visit: Visit) -> bool:
    latest = max(visit.arrived_at + LONGEST_OPEN, visit.left_by or visit.arrived_at)
    return visit.left_at is None and current.now() <= latest
