"""The screen at the gate: scan, answer, next; without script each step is a page of its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from graph.alerts import raise_alerts
from graph.errors import NotFound, Refused
from graph.people import find_names
from graph.scans import ScanKept, get_scan, undo_scan
from webapp import current
from webapp.consent import consent_in_force
from webapp.declarations import faults_of
from webapp.gate.declaring import OFFERED, declare_for, read_answers
from webapp.gate.parts import blueprint, door_in_address, find_own_gates
from webapp.gate.scans import Answer, ScanGiven, answer_of, reason_of, take
from webapp.gate.visitors import Asked
from webapp.language import N_, _
from webapp.questions import questions_of
from webapp.throttle import CHECK_INS, limiter

#: What the page itself tells with a scan, and no contract takes.
OF_THE_PAGE = frozenset({"csrf_token", "part"})
NOTHING_TOLD: Mapping[str, Any] = MappingProxyType(
    {"answer": None, "panel": None, "is_good": False, "key": None, "card": None, "told": {}}
)
UNDONE = N_("The last action was undone.")
NOT_UNDONE = N_("This is more than two minutes ago and stays as it is.")
RAISED = N_("The health offices were told.")
GONE = N_("This scan is not here any more. Scan once more.")


@blueprint.get("/gate")
def show() -> ResponseReturnValue:
    """Show the field to scan into, and nothing of anybody."""
    return _screen()


@blueprint.post("/gate")
@limiter.limit(CHECK_INS)
def create() -> ResponseReturnValue:
    """Take a scan and answer it: a colour, or what is still to be told."""
    told = {
        name: text
        for name, text in request.form.items()
        if text.strip() and name not in OF_THE_PAGE
    }
    try:
        given = ScanGiven.model_validate(told)
        answer = take(given)
    except ValidationError as wrong:
        faults = faults_of(wrong)
        return _screen(notice=next(iter(faults.values())), told=told, faults=faults), 422
    except (NotFound, Refused) as fault:
        return _screen(notice=reason_of(fault), told={**told, "text": ""}), 422
    if isinstance(answer, Asked):
        return _screen(panel=answer.what, card=answer.card, told=told)
    return _answered(answer)


@blueprint.post("/gate/scans/<id:visit_id>/declaration")
@limiter.limit(CHECK_INS)
def declare(visit_id: str) -> ResponseReturnValue:
    """Store what was declared on behalf of whoever was scanned, and answer anew."""
    try:
        scan = _own_scan(visit_id)
        outcome = declare_for(scan, read_answers(request.form), door_in_address())
    except NotFound:
        return _screen(notice=GONE), 422
    except ValidationError as wrong:
        faults = faults_of(wrong)
        return _screen(panel="declare", key=visit_id, faults=faults, told=request.form), 422
    return _answered(answer_of(visit_id, outcome, _name_of(scan.person_id)))


@blueprint.post("/gate/scans/<id:visit_id>/undo")
def undo(visit_id: str) -> ResponseReturnValue:
    """Take the last scan back: the visit that it began, or the exit."""
    account = current.officer()
    try:
        undo_scan(current.graph(), visit_id, account.account_id, current.now())
    except (NotFound, Refused):
        return _screen(notice=NOT_UNDONE), 422
    return _screen(notice=UNDONE, is_good=True)


@blueprint.post("/gate/scans/<id:visit_id>/alert")
def raise_alert(visit_id: str) -> ResponseReturnValue:
    """Raise an alert by hand about whoever was scanned (R66)."""
    try:
        scan = _own_scan(visit_id)
    except NotFound:
        return _screen(notice=GONE), 422
    row = {
        # As the intake does it: one visit raises one alert.
        "alert_id": scan.of_visit_id,
        "reason": "by_hand",
        "person_id": scan.person_id,
        "venue_id": scan.venue_id,
        "visit_id": scan.of_visit_id,
        "raised_at": current.now(),
        "raised_by": scan.account_id,
    }
    raise_alerts(current.graph(), [row], current.now())
    return _screen(notice=RAISED, is_good=True)


def _own_scan(visit_id: str) -> ScanKept:
    """Return a scan that this officer made just now.

    Raises:
        NotFound: there is none; an older one is history, which no gate reads.
    """
    scan = get_scan(current.graph(), visit_id, current.officer().account_id)
    if current.now() > scan.recorded_at + OFFERED:
        raise NotFound("scan")
    return scan


def _name_of(person_id: str) -> str | None:
    return find_names(current.graph(), [person_id]).get(person_id)


def _answered(answer: Answer) -> str:
    panel = "declare" if answer.needs_declaration else None
    return _screen(answer=answer, panel=panel, key=answer.key)


def _screen(**told: Any) -> str:
    """Return the page, or for a script that has it already only what changes on it."""
    notice, faults = told.pop("notice", None), told.pop("faults", {})
    given = {
        **NOTHING_TOLD,
        **told,
        "notice": _(notice) if notice else None,
        "faults": {name: _(reason) for name, reason in faults.items()},
        "door": door_in_address(),
        "consent": consent_in_force(),
        "symptoms": questions_of("symptom"),
        "contacts": questions_of("contact") + questions_of("travel"),
        "new_key": uuid4().hex,
    }
    if "part" in request.form:
        return render_template("gate/_screen.html", **given)
    return render_template("gate/show.html", gates=find_own_gates(), **given)
