"""Posters of a venue's gates, one a page; new gates, and new codes for old posters.

Sources: REQUIREMENTS R23, R108, R109. A new code makes neither a new gate nor a second venue;
posters printed before it open until the day that is said, or no longer.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.validators import Length

from graph.errors import NotFound
from graph.periods import day_bounds, local_day
from graph.registrations import record_posters_printed, waits_for_posters
from graph.venues import Gate, get_venue, merge_gate, rotate_gate
from webapp import current, doors
from webapp.codes import MOST_EPOCHS
from webapp.fields import DayField, NameField
from webapp.formats import place_of
from webapp.forms import PostForm
from webapp.language import LANGUAGES, N_, _
from webapp.qr import gates_of
from webapp.words import GATES, choices

blueprint = Blueprint("posters", __name__)

# So long old posters open, unless somebody says otherwise; and at most.
OLD_POSTERS = timedelta(days=7)
LONGEST_OLD_POSTERS = timedelta(days=90)
GATE_NAME_LENGTH = 60
#: Which way a poster says, above all.
WAYS = {"entrance": N_("In"), "exit": N_("Out"), "both": N_("In and out")}
BEWARE = N_("An address other than %(host)s opens? Do not fill it in, tell the staff.")
#: The guide in four steps, at an entrance and at an exit.
STEPS_IN = (
    N_("Open the camera of your phone and point it at the code."),
    N_("Open the address: the page must name this place."),
    N_("The first time, say who you are and how you feel; after that one tap is enough."),
    N_("Show the receipt at the gate, and tap Check out when you leave."),
)
STEPS_OUT = (
    N_("Open the camera of your phone and point it at the code."),
    N_("Open the address: the page must name this place."),
    N_("Tap Check out: it takes one tap."),
    N_("Without your phone, tell the staff that you leave."),
)


class GateForm(PostForm):
    """One more gate of a venue; asked for again with the same words it is the same one."""

    kind = SelectField(_l("Kind of gate"), choices=choices(GATES))
    name = NameField(_l("Name of the gate"), [Length(max=GATE_NAME_LENGTH)])


class CodeForm(PostForm):
    """A new code for a gate, and how long old posters open."""

    gate = HiddenField()
    epoch = HiddenField()
    old_until = DayField(_l("Old posters open until the end of"))

    def validate_old_until(self, field: Any) -> None:
        """Refuse a day that has passed, and one so far away that nobody would call it an end."""
        today = local_day(current.now())
        if field.data is not None and not today <= field.data <= today + LONGEST_OLD_POSTERS:
            raise ValidationError(_("Write a day from today on, within 90 days."))

    def ends_at(self) -> datetime:
        """Return when old posters no longer open: at once, where no day is given."""
        if self.old_until.data is None:
            return current.now()
        return day_bounds(self.old_until.data).end or current.now()


@blueprint.get("/venues/<id:venue_id>/poster")
def show(venue_id: str) -> str:
    """Show the posters of a venue as they are printed, one gate a page."""
    return _page(venue_id, GateForm(formdata=None))


@blueprint.post("/venues/<id:venue_id>/gates")
def add_gate(venue_id: str) -> ResponseReturnValue:
    """Add a gate, then show its poster with the others."""
    form = GateForm()
    if not form.validate():
        return _page(venue_id, form), 422
    code = merge_gate(current.graph(), venue_id, form.kind.data, form.name.data or None)
    return redirect(url_for("posters.show", venue_id=venue_id, _anchor=code), 303)


@blueprint.post("/venues/<id:venue_id>/posters")
def put_up(venue_id: str) -> ResponseReturnValue:
    """Record that every gate has its poster: the codes of the venue are in use (R97)."""
    record_posters_printed(current.graph(), venue_id, current.now())
    return redirect(url_for("posters.show", venue_id=venue_id), 303)


@blueprint.get("/venues/<id:venue_id>/code")
def new_code(venue_id: str) -> str:
    """Ask how long old posters open, before a gate's code is replaced."""
    gate = _gate(venue_id, request.args.get("gate"))
    until = local_day(current.now()) + OLD_POSTERS
    form = CodeForm(formdata=None, gate=gate.code, epoch=str(gate.epoch), old_until=until)
    return render_template("posters/new_code.html", form=form, gate=gate)


@blueprint.post("/venues/<id:venue_id>/code")
def replace_code(venue_id: str) -> ResponseReturnValue:
    """Replace a gate's code, then show the poster to print; sent twice it is replaced once."""
    form = CodeForm()
    gate = _gate(venue_id, form.gate.data)
    is_sound = form.validate()
    if is_sound and gate.epoch + 1 >= MOST_EPOCHS:
        form.gate.errors = [_("This gate had too many codes. Add a new gate.")]
        is_sound = False
    if not is_sound:
        return render_template("posters/new_code.html", form=form, gate=gate), 422
    if form.epoch.data == str(gate.epoch):
        rotate_gate(current.graph(), gate.code, gate.epoch, form.ends_at())
        doors.forget()
    return redirect(url_for("posters.show", venue_id=venue_id, _anchor=gate.code), 303)


def _page(venue_id: str, form: GateForm) -> str:
    gates = gates_of(venue_id)
    # Printed, so that whoever scans a false poster sees another one (R214).
    host = urlsplit(current.settings().address).netloc
    return render_template(
        "posters/show.html",
        venue=get_venue(current.graph(), venue_id),
        posters=[_poster(gate, host) for gate in gates],
        is_to_be_put_up=waits_for_posters(current.graph(), venue_id),
        host=host,
        form=form,
    )


def _gate(venue_id: str, code: str | None) -> Gate:
    """Return the gate of a venue that a request names, the first where it names none."""
    for gate in gates_of(venue_id):
        if code in (None, "", gate.code):
            return gate
    raise NotFound("gate")


def _poster(gate: Gate, host: str) -> dict[str, Any]:
    """Return what a poster says in both languages: whoever reads it speaks one of them."""
    steps = STEPS_OUT if gate.kind == "exit" else STEPS_IN
    told = {}
    for language in LANGUAGES:
        with force_locale(language):
            told[language] = {
                "way": _(WAYS[gate.kind]),
                "gate": gate.name or str(GATES[gate.kind]),
                "place": place_of(gate.venue),
                "typed": _("No camera? Open this address and type:"),
                "beware": _(BEWARE, host=host),
                "steps": [_(step) for step in steps],
            }
    return {"gate": gate, "short_code": doors.short_code(gate), "told": told}
