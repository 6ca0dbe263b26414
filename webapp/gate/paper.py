"""Slips of paper typed later, with the times that stand on them (R59)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError as NotTaken
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from graph.errors import Refused
from graph.periods import LOCAL_ZONE
from webapp import current
from webapp.arrivals import KEPT_DAYS
from webapp.declarations import NAME_LENGTH, OLDEST_PERSON, YEAR_WANTED
from webapp.doors import Door
from webapp.fields import CountField, MomentField, NameField, not_later_than_now
from webapp.forms import PostForm
from webapp.gate.parts import blueprint, door_in_address, page
from webapp.gate.visitors import Visitor, admit, find_visitor
from webapp.language import _

SOURCE = "paper"


class PaperForm(PostForm):
    """Who came and went, as the slip has it."""

    visit_id = HiddenField()
    gate = HiddenField()
    full_name = NameField(
        _l("Full name"), [InputRequired(_l("Write the full name.")), Length(max=NAME_LENGTH)]
    )
    birth_year = CountField(_l("Year of birth"), [InputRequired(_l("Write the year of birth."))])
    number = StringField(_l("Number of a card"), [Length(max=40)])
    arrived_at = MomentField(
        _l("Came in at"), [InputRequired(_l("Write when the person came in.")), not_later_than_now]
    )
    left_at = MomentField(_l("Went out at"), [not_later_than_now])

    def validate_birth_year(self, field: Any) -> None:
        """Refuse a year in which nobody was born who is alive."""
        this_year = current.now().astimezone(LOCAL_ZONE).year
        NumberRange(this_year - OLDEST_PERSON, this_year, _(YEAR_WANTED))(self, field)

    def validate_arrived_at(self, field: Any) -> None:
        """Refuse what would have to be deleted already."""
        if field.data is not None and field.data < current.now() - timedelta(days=KEPT_DAYS):
            raise ValidationError(_("Visits are kept for 28 days; this one is older."))

    def validate_left_at(self, field: Any) -> None:
        """Refuse an exit before the arrival."""
        came = self.arrived_at.data
        if None not in (field.data, came) and field.data < came:
            raise ValidationError(_("This is before the person came in."))


@blueprint.get("/gate/paper")
def paper() -> ResponseReturnValue:
    """Ask for what stands on a slip."""
    return _page(PaperForm(formdata=None, visit_id=uuid4().hex))


@blueprint.post("/gate/paper")
def create_paper() -> ResponseReturnValue:
    """Store the stay of a slip, then ask for the next one."""
    form, door = PaperForm(), door_in_address()
    if not form.validate():
        return _page(form), 422
    try:
        _store(form, door)
    except NotTaken:
        form.visit_id.errors = [_("Load this page again, then send it once more.")]
    except Refused as refused:
        _tell(form, refused)
    if form.errors:
        return _page(form), 422
    return _page(PaperForm(formdata=None, visit_id=uuid4().hex), stored_at=form.arrived_at.data)


def _store(form: PaperForm, door: Door) -> None:
    """Store the way in, and the way out if it is known; sent again, both are stored once.

    Raises:
        Refused: the number is none, or somebody came in or out otherwise.
    """
    visitor = find_visitor(
        (form.number.data or "").strip() or None,
        form.full_name.data,
        form.birth_year.data,
        venue_id=door.gate.venue.venue_id,
        at=form.arrived_at.data,
        is_confirmed=True,
    )
    assert isinstance(visitor, Visitor)
    key = str(form.visit_id.data)
    way_in = {"visit_id": key, "direction": "in", "scanned_at": form.arrived_at.data}
    admit(visitor, door, way_in, source=SOURCE, direction="in")
    if form.left_at.data is not None:
        out = {"visit_id": f"{key}-out", "direction": "out", "scanned_at": form.left_at.data}
        admit(visitor, door, out, source=SOURCE, direction="out")


def _tell(form: PaperForm, refused: Refused) -> None:
    if refused.field == "text":
        form.number.errors = [_("This is no number of an identity or insurance card.")]
    elif refused.field == "direction":
        form.left_at.errors = [_("Nobody stays at such a place so long. Check both times.")]
    else:
        form.visit_id.errors = [_("This was sent before with other details. Load the page again.")]


def _page(form: PaperForm, **told: Any) -> str:
    form.gate.data = request.values.get("gate", "")
    return page("gate/paper.html", door_in_address(), form=form, **told)
