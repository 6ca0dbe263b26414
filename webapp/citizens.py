"""Citizens without accounts: known to their own browser by a signed cookie with an opaque id."""

import hashlib
import hmac
from functools import cache

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from graph.errors import NotFound
from webapp.cookies import cookie_name, put_cookie

COOKIE = "citizen"
# As long as visits are kept (R190); scanning again begins it anew.
REMEMBERED_SECONDS = 28 * 24 * 3600


def new_person_id(visit_id: str, told: str) -> str:
    """Return the id of somebody who checks in for the first time: 128 bits that tell nothing.

    A check-in sent twice gives the same id, so a retry makes no second person; another
    visit, or anything else `told` of the person, gives another one.
    """
    both = f"{visit_id}\0{told}"
    return (
        "c" + hmac.new(_key(_secret(), "citizen"), both.encode(), hashlib.sha256).hexdigest()[:32]
    )


def remember(response: Response | AnyResponse, person_id: str) -> None:
    """Let the browser check in again as this person with one tap."""
    token = _cookie_writer(_secret()).dumps(person_id)
    put_cookie(response, COOKIE, str(token), max_age=REMEMBERED_SECONDS)


def returning_id() -> str | None:
    """Return the id of whom this browser checked in as before, or None; the store is not asked."""
    token = request.cookies.get(cookie_name(COOKIE))
    if not token:
        return None
    try:
        return str(_cookie_writer(_secret()).loads(token, max_age=REMEMBERED_SECONDS))
    except BadSignature:
        return None


def receipt_token(visit_id: str) -> str:
    """Return the signed part of a receipt's address: it opens this one visit."""
    return str(_receipt_writer(_secret()).dumps(visit_id))


def visit_of_receipt(token: str) -> str:
    """Return the visit that a receipt's address opens.

    Raises:
        NotFound: we never signed such an address.
    """
    try:
        return str(_receipt_writer(_secret()).loads(token))
    except BadSignature:
        raise NotFound("receipt") from None


def registration_token(registration_id: str) -> str:
    """Return the signed part of the address by which a unit follows its own registration."""
    return str(_registration_writer(_secret()).dumps(registration_id))


def registration_of(token: str) -> str:
    """Return the registration that such an address opens.

    Raises:
        NotFound: we never signed it.
    """
    try:
        return str(_registration_writer(_secret()).loads(token))
    except BadSignature:
        raise NotFound("registration") from None


def _secret() -> str:
    return str(current_app.secret_key)


@cache
def _cookie_writer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(secret, "citizen cookie"))


@cache
def _receipt_writer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(_key(secret, "receipt"))


@cache
def _registration_writer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(_key(secret, "registration"))


@cache
def _key(secret: str, purpose: str) -> bytes:
    """Return a key for one purpose, so that a token of one kind never passes as another."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
