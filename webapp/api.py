"""The API of check-ins: what an outbox, a gate's tablet or another program sends; see docs/api.md.

An answer is JSON; a fault is application/problem+json (RFC 9457) in the language of the sender,
and names the field. Only pages of this host may send with a citizen's cookie: the body must be
JSON, which no form of another site can send, and an Origin that is not ours is refused.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, url_for
from flask.typing import ResponseReturnValue

from graph.errors import Refused
from graph.intake import Outcome, Scan
from webapp import arrivals, citizens, current
from webapp.arrivals import (
    CheckInGiven,
    kept_until,
    receipt_number,
    words_of,
)
from webapp.doors import Door, open_door
from webapp.forms import csrf
from webapp.language import N_
from webapp.languages import select_language
from webapp.posted import Posted, posted, read_body
from webapp.throttle import UNKNOWN_CODES, is_wrong, limiter, require_free

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# It carries no token: what stands in for it is said at the top.
csrf.exempt(blueprint)

_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a check-in.

    Args:
        remembers: whom the browser is to check in next time, None if that does not change.
    """

    status: int
    body: bytes
    remembers: str | None


@blueprint.get("/codes/<path:code>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def show_code(code: str) -> ResponseReturnValue:
    """Say which venue and gate a code is printed for."""
    door = open_door(code)
    return jsonify(code=door.code, **_shown(door, select_language()))


@blueprint.post("/check-ins")
def create_check_in() -> Response:
    """Store a scan: 201 the first time, 200 with the same answer each time it is sent again.

    `webapp.front` does the same three steps for a server that can wait without a thread.
    """
    sent = posted()
    given = read_check_in(sent)
    door = open_door(given.code)
    told = answer(given, door, current.intake().submit(scan_of(given, door, sent)), sent)
    response = Response(told.body, told.status, mimetype="application/json")
    if told.remembers is not None:
        citizens.remember(response, told.remembers)
    return response


def read_check_in(sent: Posted) -> CheckInGiven:
    """Return the scan that a request tells.

    Raises:
        HTTPException, Refused: as `read_body`, or its address sends too much.
    """
    require_free(sent.address)
    return read_body(sent, CheckInGiven)


def scan_of(given: CheckInGiven, door: Door, sent: Posted) -> Scan:
    """Return what the intake takes of it.

    Raises:
        Refused: it does not say who, and the browser is not known; or a phone is missing.
    """
    person_id = None
    if given.person is None:
        person_id = citizens.id_of(sent.citizen)
        if person_id is None:
            raise Refused("person", N_("Say who checks in: this phone is not known yet."))
    elif given.on_behalf is None and given.person.phone is None:
        raise Refused("phone", N_("Write a phone number; without one, let the staff declare."))
    if given.on_behalf is not None and given.on_behalf.declarer_phone is None:
        raise Refused("declarer_phone", N_("Write the phone number of whoever declares."))
    return arrivals.scan_of(given, door, person_id=person_id)


def answer(given: CheckInGiven, door: Door, outcome: Outcome, sent: Posted) -> Told:
    """Return what is told about a scan that is stored."""
    body = _JSON.encode(_answer(given, door, outcome, sent.language))
    return Told(
        status=200 if outcome.state == "known" else 201,
        body=body.encode(),
        remembers=outcome.person_id if given.person and not given.on_behalf else None,
    )


def _receipts() -> str:
    """Return what the addresses of receipts begin with; it is made once."""
    known = current_app.extensions
    if "receipts" not in known:
        with current_app.test_request_context():
            known["receipts"] = url_for("checkins.show", token="")
    return str(known["receipts"])


def _shown(door: Door, language: str) -> dict[str, Any]:
    venue = door.gate.venue
    return {
        "venue": {"name": venue.name or venue.venue_id, "place": door.places[language]},
        "gate": {"name": door.gate.name, "kind": door.gate.kind},
    }


def _answer(given: CheckInGiven, door: Door, outcome: Outcome, language: str) -> dict[str, Any]:
    is_out = outcome.direction == "out"
    word, told = words_of(outcome.colour, outcome.needs_declaration, language)
    token = citizens.receipt_token(outcome.visit_id)
    return {
        "visit_id": given.visit_id,
        "number": receipt_number(outcome.visit_id),
        "direction": outcome.direction,
        **_shown(door, language),
        "colour": outcome.colour,
        "word": word,
        "advice": told,
        "arrived_at": None if is_out else outcome.at.isoformat(),
        "left_at": outcome.at.isoformat() if is_out else None,
        "receipt": f"{_receipts()}{token}",
        "kept_until": kept_until(outcome.at).isoformat(),
        "needs_declaration": outcome.needs_declaration,
    }
