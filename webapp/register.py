"""A unit registers itself, follows where it stands, and corrects what an office asks for (R88).

Who holds the signed link sees that one registration and nothing else; its number opens nothing.
"""

from uuid import uuid4

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from graph.periods import local_day
from graph.registrations import (
    Actor,
    Registration,
    correct_registration,
    find_area,
    get_registration,
    record_registrations,
)
from graph.registrations.workflow import CITY, UNIT
from webapp import current
from webapp.arrivals import receipt_number
from webapp.citizens import registration_of, registration_token
from webapp.language import _
from webapp.registration_forms import UnitForm, changed_by, form_of, new_form, round_now
from webapp.throttle import REGISTRATIONS_OF_ADDRESS, UNKNOWN_CODES, is_wrong, limiter

blueprint = Blueprint("register", __name__)


@blueprint.get("/register")
def new() -> ResponseReturnValue:
    """Ask what the unit is, where, and whom the office can call."""
    return render_template("register/new.html", form=new_form())


@blueprint.post("/register")
@limiter.limit(REGISTRATIONS_OF_ADDRESS)
def create() -> ResponseReturnValue:
    """Store the registration, then show its receipt; sent twice it is stored once."""
    form = UnitForm()
    if not form.validate():
        return render_template("register/new.html", form=form), 422
    registration_id = form.key.data
    row = {"registration_id": registration_id, "source": "form", "round_id": round_now()}
    stored = record_registrations(
        current.graph(), [{**row, **form.told(registration_id)}], Actor(UNIT), current.now()
    )
    if stored.refused:
        form.key.errors = [_("This was sent before with other details. Load the page again.")]
        return render_template("register/new.html", form=form), 422
    return redirect(url_for("register.show", token=registration_token(registration_id)), 303)


@blueprint.get("/register/<token>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def show(token: str) -> ResponseReturnValue:
    """Show where a registration stands, and what is asked of the unit."""
    registration = _registration(token)
    return render_template(
        "register/show.html",
        registration=registration,
        token=token,
        number=receipt_number(registration.registration_id),
        asked=registration.steps[-1].reason if _may_correct(registration) else None,
        may_correct=_may_correct(registration),
    )


@blueprint.get("/register/<token>/correction")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def edit(token: str) -> ResponseReturnValue:
    """Show the form with what is stored, for the unit to correct it."""
    registration = _registration(token)
    if not _may_correct(registration):
        return redirect(url_for("register.show", token=token))
    return _edited(registration, token, form_of(registration))


@blueprint.post("/register/<token>/correction")
@limiter.limit(REGISTRATIONS_OF_ADDRESS)
def correct(token: str) -> ResponseReturnValue:
    """Send the registration again with what was corrected."""
    registration = _registration(token)
    form = UnitForm()
    # Where it is stays: the office that takes it is the one that asked.
    form.unit_code.data = registration.unit_code
    if not form.validate():
        return _edited(registration, token, form), 422
    correct_registration(
        current.graph(),
        registration.registration_id,
        form.told(registration.registration_id),
        Actor(UNIT, own=[registration.unit_code]),
        at=current.now(),
        key=form.key.data or uuid4().hex,
        changed=changed_by(form, registration),
    )
    return redirect(url_for("register.show", token=token), 303)


def _edited(registration: Registration, token: str, form: UnitForm) -> str:
    del form.unit_code
    return render_template(
        "register/edit.html",
        form=form,
        token=token,
        registration=registration,
        asked=registration.steps[-1].reason,
    )


def _may_correct(registration: Registration) -> bool:
    return registration.state == "needs_correction"


def _registration(token: str) -> Registration:
    graph = current.graph()
    everywhere = find_area(graph, Actor(CITY), local_day(current.now()))
    return get_registration(graph, registration_of(token), everywhere, current.now())
