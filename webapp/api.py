"""The API of check-ins: what an outbox, a gate's tablet or another program sends; see docs/api.md.

An answer is JSON; a fault is application/problem+json (RFC 9457) in the language of the sender,
and names the field. Only pages of this host may send with a citizen's cookie: the body must be
JSON, which no form of another site can send, and an Origin that is not ours is refused.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType

from graph.errors import Refused
from graph.intake import Outcome, Scan
from graph.venues import Venue
from webapp import arrivals, citizens, current
from webapp.arrivals import (
    CheckInGiven,
    kept_until,
    receipt_number,
    words_of,
)
from webapp.declarations import Contract, first_fault_of
from webapp.doors import MOST_REMEMBERED, Door, open_door
from webapp.formats import place_of
from webapp.forms import csrf
from webapp.language import N_
from webapp.languages import select_language
from webapp.throttle import UNKNOWN_CODES, is_wrong, limiter, require_free
from webapp.units import today

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# It carries no token: what stands in for it is said at the top.
csrf.exempt(blueprint)

LARGEST_BODY = 16 * 1024
Given = TypeVar("Given", bound=Contract)
OWN_PAGES = frozenset({"same-origin", "none"})


@blueprint.get("/codes/<path:code>")
@limiter.limit(UNKNOWN_CODES, deduct_when=is_wrong)
def show_code(code: str) -> ResponseReturnValue:
    """Say which venue and gate a code is printed for."""
    door = open_door(code)
    return jsonify(code=door.code, **_shown(door))


@blueprint.post("/check-ins")
def create_check_in() -> Response:
    """Store a scan: 201 the first time, 200 with the same answer each time it is sent again.

    `webapp.front` does the same three steps for a server that can wait without a thread.
    """
    given = read_check_in()
    door = open_door(given.code)
    return answer(given, door, current.intake().submit(scan_of(given, door)))


def read_check_in() -> CheckInGiven:
    """Return the scan that a request tells.

    Raises:
        HTTPException, Refused: as `read_body`, or its address sends too much.
    """
    require_free()
    return read_body(CheckInGiven)


def scan_of(given: CheckInGiven, door: Door) -> Scan:
    """Return what the intake takes of it.

    Raises:
        Refused: it does not say who, and the browser is not known; or a phone is missing.
    """
    person_id = None
    if given.person is None:
        person_id = citizens.returning_id()
        if person_id is None:
            raise Refused("person", N_("Say who checks in: this phone is not known yet."))
    elif given.on_behalf is None and given.person.phone is None:
        raise Refused("phone", N_("Write a phone number; without one, let the staff declare."))
    if given.on_behalf is not None and given.on_behalf.declarer_phone is None:
        raise Refused("declarer_phone", N_("Write the phone number of whoever declares."))
    return arrivals.scan_of(given, door, person_id=person_id)


def answer(given: CheckInGiven, door: Door, outcome: Outcome) -> Response:
    """Return what is told about a scan that is stored."""
    response = jsonify(_answer(given, door, outcome))
    response.status_code = 200 if outcome.state == "known" else 201
    if given.person is not None and given.on_behalf is None:
        citizens.remember(response, outcome.person_id)
    return response


def read_body(contract: type[Given]) -> Given:
    """Return what a request says, held to a contract.

    Raises:
        HTTPException: it is no JSON, too large, in another encoding, or comes from another site.
        Refused: a field is missing or holds what it cannot mean.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_PAGES or not _is_own_origin():
        raise Forbidden
    if request.mimetype != "application/json" or request.content_encoding:
        raise UnsupportedMediaType
    request.max_content_length = LARGEST_BODY
    try:
        text = request.get_data(cache=False).decode("utf-8")
        told = json.loads(
            text, object_pairs_hook=_each_once, parse_constant=_refuse, parse_float=_refuse
        )
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(told, dict):
        raise BadRequest
    try:
        return contract.model_validate(told)
    except ValidationError as wrong:
        fault = first_fault_of(wrong)
    if fault.field == "visit_id":
        # Without a key that can be one, nothing can be said of sending again.
        raise BadKey
    raise fault


class BadKey(BadRequest):
    """The key of a scan is missing, too short or too long."""


def _is_own_origin() -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(_text: str) -> NoReturn:
    raise ValueError("no number of this kind is asked for")


def _receipts() -> str:
    """Return what the addresses of receipts begin with; it is made once."""
    known = current_app.extensions
    if "receipts" not in known:
        known["receipts"] = url_for("checkins.show", token="")
    return str(known["receipts"])


@lru_cache(maxsize=MOST_REMEMBERED)
def _place(venue: Venue, language: str, _today: date) -> str:
    # A unit is called otherwise from the day of a reform on.
    with force_locale(language):
        return place_of(venue)


def _shown(door: Door) -> dict[str, Any]:
    venue = door.gate.venue
    return {
        "venue": {
            "name": venue.name or venue.venue_id,
            "place": _place(venue, select_language(), today()),
        },
        "gate": {"name": door.gate.name, "kind": door.gate.kind},
    }


def _answer(given: CheckInGiven, door: Door, outcome: Outcome) -> dict[str, Any]:
    shown = _shown(door)
    is_out = outcome.direction == "out"
    word, told = words_of(outcome.colour, outcome.needs_declaration, select_language())
    token = citizens.receipt_token(outcome.visit_id)
    return {
        "visit_id": given.visit_id,
        "number": receipt_number(outcome.visit_id),
        "direction": outcome.direction,
        "venue": shown["venue"],
        "gate": shown["gate"],
        "colour": outcome.colour,
        "word": word,
        "advice": told,
        "arrived_at": None if is_out else outcome.at.isoformat(),
        "left_at": outcome.at.isoformat() if is_out else None,
        "receipt": f"{_receipts()}{token}",
        "kept_until": kept_until(outcome.at).isoformat(),
        "needs_declaration": outcome.needs_declaration,
    }
