"""Registrations of units: the desk of each office, one unit with its steps, and the funnel.

Sources: REQUIREMENTS R88 to R101, R174. What an office may do is judged by the query that does
it, whatever button was pressed; buttons show what is legal as the page was made.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from graph.limits import ID_LENGTH, identifier_fault
from graph.names import tidy
from graph.registrations import (
    Actor,
    Alike,
    DeskFilter,
    DeskRow,
    Moved,
    MovedBefore,
    Registration,
    StateCount,
    correct_registration,
    count_desk,
    count_funnel,
    find_alike,
    find_desk,
    find_moved,
    find_registration_names,
    find_times,
    get_registration,
    pass_on,
    record_registrations,
    settle_first_scans,
)
from graph.registrations import move as move_on
from graph.registrations import take_back as take_moves_back
from graph.registrations.desks import ALL
from graph.registrations.workflow import COURSE, PASSED_ON_FROM, STATES, find_next
from webapp import current, offices
from webapp.addresses import own_address
from webapp.arrivals import receipt_number
from webapp.desk_forms import (
    PASS_ON,
    DeskForm,
    FunnelForm,
    MoveForm,
    is_asked_for,
    is_taken_in,
)
from webapp.errors import page as fault_page
from webapp.formats import category as kind_word
from webapp.funnels import COLUMNS, overdue_of, rows_of
from webapp.language import N_, _
from webapp.paging import Page, page_number
from webapp.registration_forms import (
    UnitForm,
    changed_by,
    form_of,
    new_form,
    open_contact,
    round_now,
)
from webapp.spreadsheets import KINDS, file_response
from webapp.words import ALIKE, REGISTRATION_SOURCES, REGISTRATION_STATES

blueprint = Blueprint("registrations", __name__)
ROWS = 50
# One press moves no more than a page of any size has rows, and a file no more than a sheet.
MOST_CHOSEN = 500
MOST_EXPORTED = 50_000
# Venues that were scanned are looked for so often, when somebody looks at a desk.
SWEEP_SECONDS = 60
HEADINGS = (
    N_("Number"),
    N_("Unit"),
    N_("Kind"),
    N_("Address"),
    N_("Ward code"),
    N_("Ward"),
    N_("State"),
    N_("Since"),
    N_("Due"),
    N_("Overdue"),
    N_("Received"),
    N_("Late"),
    N_("Source"),
)


@blueprint.get("/registrations", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show what the office is to do, the overdue on top; or what else the address asks for."""
    _sweep()
    form = DeskForm(request.args)
    actor = offices.actor()
    if not form.validate():
        return render_template("registrations/list.html", form=form, page=None), 422
    graph, now, asked = current.graph(), current.now(), form.asked()
    area = offices.area(form.unit.data or None)
    counts = count_desk(graph, actor, offices.area(), DeskFilter(show=ALL), now)
    total = sum(one.count for one in count_desk(graph, actor, area, asked, now))
    number = page_number()
    skip = (number - 1) * ROWS
    if number > 1 and skip >= total:
        abort(404)
    rows = find_desk(graph, actor, area, asked, now, limit=ROWS, skip=skip)
    return render_template(
        "registrations/list.html",
        form=form,
        page=Page(rows, number, total, ROWS),
        counts={one.state: one for one in counts},
        whole=_sum(counts),
        actions=_actions(actor, rows),
        key=uuid4().hex,
        done=_done(),
        number_of=receipt_number,
    )


@blueprint.get("/registrations/files/<kind>")
def export(kind: str) -> ResponseReturnValue:
    """Give what the address asks for as a file; whom to call is not in it."""
    form = DeskForm(request.args)
    if kind not in KINDS or not form.validate():
        abort(404)
    graph, actor = current.graph(), offices.actor()
    now = current.now()
    area = offices.area(form.unit.data or None)
    rows = find_desk(graph, actor, area, form.asked(), now, limit=MOST_EXPORTED)
    return file_response("registrations", kind, [_(word) for word in HEADINGS], _cells(rows))


@blueprint.get("/registrations/funnel")
def funnel() -> ResponseReturnValue:
    """Show how many units are at each step, how long steps take, and what is stuck."""
    _sweep()
    form = FunnelForm(request.args)
    if not form.validate():
        return render_template("registrations/funnel.html", form=form, rows=None), 422
    graph = current.graph()
    area = offices.area()
    asked = {"category": form.category.data or None, "round_id": form.round_id.data or None}
    cells = count_funnel(graph, area, current.now(), **asked)
    rows, whole = rows_of(cells, form.by.data)
    return render_template(
        "registrations/funnel.html",
        form=form,
        rows=rows,
        whole=whole,
        columns=COLUMNS,
        course=COURSE,
        overdue=overdue_of(cells),
        times=find_times(graph, area, **asked),
        kept={key: value for key, value in asked.items() if value},
    )


@blueprint.get("/registrations/new")
def new() -> ResponseReturnValue:
    """Ask for a unit that an officer enters."""
    form = new_form(unit_code=current.officer().unit_code)
    return render_template("registrations/new.html", form=form)


@blueprint.post("/registrations")
def create() -> ResponseReturnValue:
    """Store a unit that an officer entered, then show it."""
    form, actor = UnitForm(), offices.actor()
    is_sound = form.validate()
    if is_sound and form.unit_code.data not in offices.area():
        form.unit_code.errors = [_("This is not in your area. Choose one that is.")]
        is_sound = False
    if is_sound:
        registration_id = form.key.data
        row = {"registration_id": registration_id, "source": "officer", "round_id": round_now()}
        told = {**row, **form.told(registration_id)}
        if not record_registrations(current.graph(), [told], actor, current.now()).refused:
            address = url_for("registrations.show", registration_id=registration_id)
            return redirect(address, 303)
        form.key.errors = [_("This was sent before with other details. Load the page again.")]
    return render_template("registrations/new.html", form=form), 422


@blueprint.get("/registrations/<id:registration_id>")
def show(registration_id: str) -> ResponseReturnValue:
    """Show a unit: what is told of it, whom to call, every step, and what may be done."""
    registration, actor = _registration(registration_id), offices.actor()
    ways = registration.next_states(actor)
    may_pass_on = is_taken_in(actor) and "accepted" in ways
    return render_template(
        "registrations/show.html",
        registration=registration,
        number=receipt_number(registration_id),
        contact=open_contact(registration),
        ways=[*ways, PASS_ON] if may_pass_on else ways,
        back=registration.came_from(actor),
        may_edit="submitted" in ways,
        key=uuid4().hex,
        number_of=receipt_number,
        is_final=STATES[registration.state].is_final,
    )


@blueprint.get("/registrations/<id:registration_id>/correction")
def edit(registration_id: str) -> ResponseReturnValue:
    """Show the form with what is stored, for the officer to correct it with the unit."""
    registration = _registration(registration_id)
    if "submitted" not in registration.next_states(offices.actor()):
        return redirect(url_for("registrations.show", registration_id=registration_id))
    return _edited(registration, form_of(registration))


@blueprint.post("/registrations/<id:registration_id>/correction")
def correct(registration_id: str) -> ResponseReturnValue:
    """Send a unit again with what was corrected."""
    registration, form = _registration(registration_id), UnitForm()
    form.unit_code.data = registration.unit_code
    if not form.validate():
        return _edited(registration, form), 422
    moved = correct_registration(
        current.graph(),
        registration_id,
        form.told(registration_id),
        offices.actor(),
        at=current.now(),
        key=form.key.data or "",
        changed=changed_by(form, registration),
    )
    if not moved.is_moved:
        return _told([moved], url_for("registrations.list"))
    return redirect(url_for("registrations.show", registration_id=registration_id), 303)


@blueprint.post("/registrations/moves")
def move() -> ResponseReturnValue:
    """Move the chosen units on; ask first where a step is told a reason or more."""
    form, chosen = MoveForm(), _chosen()
    to, back = form.to.data or "", own_address(form.next.data)
    if identifier_fault(form.key.data or "") or (to != PASS_ON and to not in STATES):
        return fault_page(422)
    if not chosen:
        return redirect(back, 303)
    is_asking = is_asked_for(to) or "ask" in request.form
    form.keep_shown()
    if to == "duplicate":
        _offer_alike(form, chosen)
    if is_asking and "asked" not in request.form:
        return _ask(form, chosen)
    if is_asking and not form.validate():
        return _ask(form, chosen), 422
    moved = _pass_on(form, chosen) if to == PASS_ON else _move(form, chosen, to)
    if not all(one.is_moved for one in moved):
        return _told(moved, back)
    joined = "&" if "?" in back else "?"
    is_desk = back.partition("?")[0] == url_for("registrations.list")
    return redirect(f"{back}{joined}done={form.key.data}" if is_desk else back, 303)


@blueprint.post("/registrations/moves/back")
def take_back() -> ResponseReturnValue:
    """Take back what one press has moved, as far as nobody went on with it."""
    actor, done = offices.actor(), request.form.get("done", "")
    if identifier_fault(done) or len(done) > ID_LENGTH // 2:
        return fault_page(422)
    graph = current.graph()
    before = {
        one.registration_id: one.from_state for one in find_moved(graph, done, offices.area())
    }
    moved = take_moves_back(graph, before, before, actor, at=current.now(), key=f"back-{done}")
    back = own_address(request.form.get("next"))
    return redirect(back, 303) if all(one.is_moved for one in moved) else _told(moved, back)


def _registration(registration_id: str) -> Registration:
    graph = current.graph()
    return get_registration(graph, registration_id, offices.area(), current.now())


def _edited(registration: Registration, form: UnitForm) -> str:
    del form.unit_code
    return render_template("registrations/edit.html", form=form, registration=registration)


def _chosen() -> list[str]:
    """Return the ids that were ticked; what cannot be an id is left out."""
    ids = request.form.getlist("registration_id")[:MOST_CHOSEN]
    return sorted({one for one in ids if not identifier_fault(one)})


def _move(form: MoveForm, chosen: Sequence[str], to_state: str) -> list[Moved]:
    return move_on(
        current.graph(),
        chosen,
        to_state,
        offices.actor(),
        at=current.now(),
        key=form.key.data,
        reason=tidy(form.reason.data or "") if "reason" in form else None,
        evidence=form.evidence(),
    )


def _pass_on(form: MoveForm, chosen: Sequence[str]) -> list[Moved]:
    return pass_on(
        current.graph(),
        chosen,
        form.unit_code.data,
        offices.actor(),
        at=current.now(),
        key=form.key.data,
        category=form.category.data or None,
        reason=tidy(form.reason.data or "") or None,
    )


def _ask(form: MoveForm, chosen: Sequence[str]) -> str:
    return render_template(
        "registrations/move.html",
        form=form,
        chosen=chosen,
        names=_names(chosen),
        is_back="ask" in request.form,
    )


def _told(moved: Sequence[Moved], back: str) -> ResponseReturnValue:
    """Say which units were moved and which were not, and why."""
    names = _names([one.registration_id for one in moved])
    page = render_template("registrations/moved.html", moved=moved, names=names, back=back)
    return page, 409


def _names(registration_ids: Sequence[str]) -> dict[str, str]:
    graph = current.graph()
    return find_registration_names(graph, registration_ids, offices.area())


def _offer_alike(form: MoveForm, chosen: Sequence[str]) -> None:
    """Let an officer choose which unit a duplicate repeats; of several at once nobody knows."""
    graph = current.graph()
    found = find_alike(graph, chosen[0], offices.area()) if len(chosen) == 1 else []
    form.same_as.choices = [
        ("", _("none of these")),
        *((one.registration_id, _alike(one)) for one in found),
    ]


def _alike(one: Alike) -> str:
    same = ", ".join(str(ALIKE[what]) for what in one.alike)
    return f"{one.name} · {one.address or ''} ({same})"


def _actions(actor: Actor, rows: Sequence[DeskRow]) -> list[str]:
    """Return what the office may do with at least one of some rows, in the order of states."""
    ways = {
        state for row in rows for state in find_next(row.chain, row.state, row.category, actor.role)
    }
    found = [state for state in STATES if state in ways]
    passable = any(
        row.state in PASSED_ON_FROM
        and "accepted" in find_next(row.chain, row.state, row.category, actor.role)
        for row in rows
    )
    return [*found, PASS_ON] if passable else found


def _done() -> list[MovedBefore]:
    """Return what the last press has moved, as the address says; nothing where it says nothing."""
    done = request.args.get("done", "")
    if not done or identifier_fault(done):
        return []
    graph = current.graph()
    return find_moved(graph, done, offices.area())


def _sum(counts: Sequence[StateCount]) -> StateCount:
    return StateCount(
        "",
        sum(one.count for one in counts),
        sum(one.todo for one in counts),
        sum(one.overdue for one in counts),
        sum(one.late for one in counts),
    )


def _sweep() -> None:
    """Move on the units whose venues were scanned, once a minute at most."""
    last = current_app.extensions.get("first_scans_settled", float("-inf"))
    if time.monotonic() - last >= SWEEP_SECONDS:
        current_app.extensions["first_scans_settled"] = time.monotonic()
        settle_first_scans(current.graph(), current.now())


def _cells(rows: Sequence[DeskRow]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield (
            receipt_number(row.registration_id),
            row.name,
            kind_word(row.category),
            row.address,
            row.unit_code,
            row.unit_name,
            str(REGISTRATION_STATES[row.state][2]),
            row.entered_at,
            row.due_at,
            row.is_overdue,
            row.received_at,
            row.is_late,
            str(REGISTRATION_SOURCES[row.source]),
        )
