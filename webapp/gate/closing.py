"""Closing time: everybody who is still in is checked out at one stated moment (R55)."""

from datetime import timedelta

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired

from graph.periods import epoch_seconds, instant_of
from graph.visits.closing import close_stays, count_open_stays, reopen_stays
from webapp import current
from webapp.fields import MomentField, not_later_than_now
from webapp.forms import PostForm
from webapp.gate.parts import SMALLEST_COUNT, blueprint, door_in_address, page, venue_id
from webapp.language import N_, _

# Yesterday's closing may be told in the morning.
LONGEST_AGO = timedelta(hours=24)
# So long can a closing be taken back (inferred).
UNDO_SECONDS = 600
EXPIRED = N_("This is more than ten minutes ago and stays as it is.")


class ClosingForm(PostForm):
    """When everybody went out, and that it is meant."""

    left_at = MomentField(
        _l("Time of closing"), [InputRequired(_l("Write the time of closing.")), not_later_than_now]
    )
    gate = HiddenField()
    confirmed = HiddenField()

    def validate_left_at(self, field: MomentField) -> None:
        """Refuse a closing of days ago: who was there then is known otherwise."""
        if field.data is not None and field.data < current.now() - LONGEST_AGO:
            raise ValidationError(_("This is more than 24 hours ago."))


class UndoForm(PostForm):
    """Which closing is taken back."""

    closed = StringField()


@blueprint.get("/gate/closing")
def closing() -> ResponseReturnValue:
    """Ask when the venue closed."""
    form = ClosingForm(formdata=None, left_at=current.now().replace(second=0))
    return _page(form, count=count_open_stays(current.graph(), venue_id(), current.now()))


@blueprint.post("/gate/closing")
def close_all() -> ResponseReturnValue:
    """Say how many would be checked out; pressed once more, check them out."""
    form = ClosingForm()
    if not form.validate():
        return _page(form), 422
    # A minute is meant to its end, unless it has not ended yet.
    left_at = min(current.now(), form.left_at.data.replace(second=59))
    if not form.confirmed.data:
        count = count_open_stays(current.graph(), venue_id(), left_at)
        form.confirmed.data = "yes" if count else ""
        return _page(form, count=count, is_asked=bool(count))
    closed_at = current.now()
    closed = close_stays(current.graph(), venue_id(), left_at, closed_at)
    told = [venue_id(), epoch_seconds(left_at), epoch_seconds(closed_at)]
    undo = UndoForm(formdata=None, closed=str(_signer().dumps(told)))
    return _page(form, closed=closed, undo=undo)


@blueprint.post("/gate/closing/undo")
def reopen_all() -> ResponseReturnValue:
    """Take a closing back: whoever was checked out by it is in again."""
    form = UndoForm()
    try:
        of_venue, left_at, closed_at = _signer().loads(form.closed.data or "", max_age=UNDO_SECONDS)
    except BadSignature:
        of_venue = None
    if of_venue != venue_id():
        return _page(_new_form(), notice=_(EXPIRED)), 422
    reopened = reopen_stays(
        current.graph(), venue_id(), instant_of(left_at), instant_of(closed_at), current.now()
    )
    return _page(_new_form(), reopened=reopened)


def _new_form() -> ClosingForm:
    return ClosingForm(formdata=None, left_at=current.now().replace(second=0))


def _page(form: ClosingForm, **told: object) -> str:
    form.gate.data = request.values.get("gate", "")
    return page(
        "gate/closing.html", door_in_address(), form=form, least_count=SMALLEST_COUNT, **told
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="closing of a venue")
