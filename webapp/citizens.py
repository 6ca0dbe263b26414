"""Citizens without accounts: known to their own browser by a signed cookie with an opaque id."""

import hashlib
import hmac

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from graph.errors import NotFound
from graph.people import Person, get_person
from webapp import current
from webapp.cookies import cookie_name, put_cookie

COOKIE = "citizen"
# As long as visits are kept (R190); scanning again begins it anew.
REMEMBERED_SECONDS = 28 * 24 * 3600


def new_person_id(visit_id: str, full_name: str, birth_year: int) -> str:
    """Return the id of somebody who checks in for the first time: 128 bits that tell nothing.

    A check-in sent twice gives the same id, so a retry makes no second person; another
    visit, name or year gives another one.
    """
    told = "\0".join((visit_id, full_name, str(birth_year)))
    return "c" + hmac.new(_key("citizen"), told.encode(), hashlib.sha256).hexdigest()[:32]


def remember(response: Response | AnyResponse, person_id: str) -> None:
    """Let the browser check in again as this person with one tap."""
    token = URLSafeTimedSerializer(_key("citizen cookie")).dumps(person_id)
    put_cookie(response, COOKIE, str(token), max_age=REMEMBERED_SECONDS)


def returning() -> Person | None:
    """Return whom this browser checked in as before, or None."""
    token = request.cookies.get(cookie_name(COOKIE))
    if not token:
        return None
    reader = URLSafeTimedSerializer(_key("citizen cookie"))
    try:
        person_id = reader.loads(token, max_age=REMEMBERED_SECONDS)
        return get_person(current.graph(), person_id)
    except (BadSignature, NotFound):
        return None


def receipt_token(visit_id: str) -> str:
    """Return the signed part of a receipt's address: it opens this one visit."""
    return str(URLSafeSerializer(_key("receipt")).dumps(visit_id))


def visit_of_receipt(token: str) -> str:
    """Return the visit that a receipt's address opens.

    Raises:
        NotFound: we never signed such an address.
    """
    try:
        return str(URLSafeSerializer(_key("receipt")).loads(token))
    except BadSignature:
        raise NotFound("receipt") from None


def _key(purpose: str) -> bytes:
    """Return a key for one purpose, so that a token of one kind never passes as another."""
    secret = str(current_app.secret_key)
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
