"""A citizen's way in and out of a venue: scan, look, tap; a receipt shows that one visit.

A check-in is answered after its commit, never before. Its `visit_id` comes from the page
that was open: sent twice it is one visit and one receipt, with other details it is refused.
While the store is away the form comes back with all that was typed.
"""

import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from graph.citizens import Citizen, get_citizen
from graph.errors import NotFound, Refused, StoreAway
from graph.intake import IntakeFull, Scan
from graph.intake.deciding import SAME_VISIT
from graph.receipts import Receipt, get_receipt
from graph.visits import may_correct
from webapp import citizens, current
from webapp.arrivals import (
    ADVICE,
    COLOURS,
    KEPT_DAYS,
    NEEDS_DECLARATION,
    arrive,
    kept_until,
    receipt_number,
)
from webapp.checkin_forms import FORMS, SENT_OTHERWISE, DeclareForm, NewcomerForm, TapForm
from webapp.consent import consent_in_force
from webapp.doors import Door, open_door, printed_code
from webapp.errors import CROWDED, INTAKE_FREE_SECONDS, STORE_BACK_IN_SECONDS, WORDS
from webapp.language import N_, _
from webapp.throttle import CHECK_INS, UNKNOWN_CODES, is_wrong, limiter

blueprint = Blueprint("checkins", __name__)

# R190: a receipt opens no longer than visits are kept.
RECEIPT_LASTS = timedelta(days=KEPT_DAYS)
#: Where people may be on a journey: the form for one is offered (R64).
ON_THE_WAY = frozenset({"public_transport", "bus_station", "station", "pier", "waiting_hall"})
NOT_KNOWN = N_("Say who checks in: this phone is not known yet.")

Direction = Literal["in", "out"]


@blueprint.get("/c/<code>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def new(code: str) -> ResponseReturnValue:
    """Name venue and gate, then ask what is still to be told; nothing is sent before the button."""
    door = open_door(code)
    citizen = None if {"new", "other"} & set(request.args) else _citizen(door)
    direction = _direction(door, citizen)
    if direction == "out" and (citizen is None or citizen.open_since is None):
        return _no_stay(door)
    kind = _form_for(citizen, direction)
    form = kind(formdata=None, visit_id=uuid4().hex, filled=kind.FILLED)
    form.receipt.data = request.args.get("receipt", "")
    if isinstance(form, DeclareForm):
        form.kind.data = "movement" if request.args.get("kind") == "movement" else ""
    if isinstance(form, NewcomerForm) and "other" in request.args:
        form.declared_for.data = "other"
    return _page(door, form, citizen, direction)


@blueprint.post("/c/<code>")
@limiter.limit(CHECK_INS)
def create(code: str) -> ResponseReturnValue:
    """Store the scan, then show its receipt."""
    form = FORMS.get(request.form.get("filled", ""), TapForm)()
    door = None
    try:
        door = open_door(code)
        return _check_in(door, form)
    except (StoreAway, IntakeFull) as fault:
        return _later(door, form, fault)


@blueprint.get("/r/<token>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def show(token: str) -> ResponseReturnValue:
    """Show one visit: where, since when, what the gate said; and the button to check out."""
    receipt = _receipt(token)
    is_own = citizens.returning_id() == receipt.person_id
    may_declare = (
        receipt.needs_declaration
        and receipt.left_at is None
        and receipt.gate is not None
        and is_own
    )
    colour = receipt.colour
    return render_template(
        "checkins/show.html",
        receipt=receipt,
        token=token,
        number=receipt_number(receipt.visit_id),
        kept_until=kept_until(receipt.arrived_at),
        word=COLOURS.get(colour or ""),
        advice=NEEDS_DECLARATION if receipt.needs_declaration else ADVICE.get(colour or ""),
        may_leave=receipt.may_leave(current.now()),
        is_forgotten=receipt.is_forgotten(current.now()),
        declare_at=printed_code(receipt.gate) if may_declare and receipt.gate else None,
        may_correct=is_own and may_correct(receipt.arrived_at, current.now()),
    )


@blueprint.post("/r/<token>/out")
@limiter.limit(CHECK_INS)
def leave(token: str) -> ResponseReturnValue:
    """Record that the visitor goes out now; a second tap changes nothing."""
    receipt = _receipt(token)
    if receipt.may_leave(current.now()):
        # Where somebody was quicker, the receipt shows the exit that is known.
        with suppress(Refused):
            current.intake().submit(_exit_of(receipt))
    return redirect(url_for("checkins.show", token=token), 303)


def _citizen(door: Door) -> Citizen | None:
    """Return whom this browser checked in before, as they stand at this door; else None."""
    person_id = citizens.returning_id()
    if person_id is None:
        return None
    with suppress(NotFound):
        return get_citizen(current.graph(), person_id, door.gate.venue.venue_id, current.now())
    return None


def _direction(door: Door, citizen: Citizen | None) -> Direction:
    """Return what a scan means: as the gate says; where it says both, out for whoever is in."""
    if request.args.get("direction") == "in" or door.gate.kind == "entrance":
        return "in"
    if door.gate.kind == "exit":
        return "out"
    since = citizen and citizen.open_since
    return "out" if since and current.now() - since > SAME_VISIT else "in"


def _form_for(citizen: Citizen | None, direction: Direction) -> type[TapForm]:
    if citizen is None:
        return NewcomerForm
    has_more_to_say = {"changed", "kind", "receipt"} & set(request.args)
    if direction == "out" or (citizen.has_declared(current.now()) and not has_more_to_say):
        return TapForm
    return DeclareForm


def _check_in(door: Door, form: TapForm) -> ResponseReturnValue:
    is_new = isinstance(form, NewcomerForm)
    person_id = None if is_new else citizens.returning_id()
    if not is_new and person_id is None:
        return _ask_who(door)
    told: dict[str, Any] = {"direction": _told_direction()}
    if isinstance(form, DeclareForm) and form.receipt.data:
        receipt = _receipt(form.receipt.data)
        if receipt.left_at is not None or receipt.person_id != person_id:
            return redirect(_address_of(receipt.visit_id), 303)
        # What was missing at the scan belongs to that scan, so it begins no second visit.
        told = {"direction": "in", "scanned_at": receipt.arrived_at}
    given = form.read(door.code, **told)
    if given is None:
        return _page(door, form, None if is_new else _citizen(door), "in"), 422
    try:
        outcome = arrive(given, door, person_id=person_id)
    except Refused as refused:
        return _refused(door, form, refused)
    response = redirect(_address_of(outcome.visit_id), 303)
    if given.on_behalf is None:
        citizens.remember(response, outcome.person_id)
    return response


def _told_direction() -> str | None:
    """Return which way the page says that it goes; None for as the gate says."""
    told = request.form.get("direction") or request.args.get("direction")
    return told if told in ("in", "out") else None


def _refused(door: Door, form: TapForm, refused: Refused) -> ResponseReturnValue:
    if refused.field == "direction":
        return _no_stay(door), 422
    if refused.field == "person_id":
        return _ask_who(door)
    if refused.field == "visit_id":
        form.visit_id.errors = [_(SENT_OTHERWISE)]
        return _page(door, form, None, "in"), 422
    raise refused


def _ask_who(door: Door) -> ResponseReturnValue:
    """Ask for all of it: the browser no longer knows whom it checked in, or the store does not."""
    form = NewcomerForm()
    form.filled.data = form.FILLED
    form.visit_id.errors = [_(NOT_KNOWN)]
    return _page(door, form, None, "in"), 422


def _later(door: Door | None, form: TapForm, fault: Exception) -> ResponseReturnValue:
    """Show the form as it was sent: nothing of it is lost, and its key stays the same."""
    is_crowded = isinstance(fault, IntakeFull)
    notice = CROWDED if is_crowded else WORDS[503]
    response = make_response(_page(door, form, None, "in", notice=notice), 503)
    seconds = INTAKE_FREE_SECONDS if is_crowded else STORE_BACK_IN_SECONDS
    response.headers["Retry-After"] = str(seconds)
    return response


def _page(
    door: Door | None, form: TapForm, citizen: Citizen | None, direction: Direction, **told: Any
) -> str:
    return render_template(
        "checkins/new.html",
        door=door,
        form=form,
        citizen=citizen,
        direction=_told_direction() or direction,
        consent=consent_in_force(),
        is_on_the_way=door is not None and door.gate.venue.category in ON_THE_WAY,
        **told,
    )


def _no_stay(door: Door) -> str:
    return render_template("checkins/no_stay.html", door=door)


def _exit_of(receipt: Receipt) -> Scan:
    """Return the one scan by which a visit ends at a tap on its receipt."""
    digest = hashlib.sha256(f"out {receipt.visit_id}".encode()).hexdigest()
    return Scan(
        visit_id=f"out-{digest[:32]}",
        digest=digest,
        direction="out",
        person_id=receipt.person_id,
        venue_id=receipt.venue.venue_id,
        of_visit_id=receipt.visit_id,
        at=current.now(),
        received_at=current.now(),
        source="check-in",
    )


def _address_of(visit_id: str) -> str:
    return url_for("checkins.show", token=citizens.receipt_token(visit_id))


def _receipt(token: str) -> Receipt:
    receipt = get_receipt(current.graph(), citizens.visit_of_receipt(token))
    if current.now() > receipt.arrived_at + RECEIPT_LASTS:
        raise NotFound("receipt")
    return receipt
