"""Citizens without accounts: known to their own browser by a signed cookie with an opaque id."""

import hashlib
import hmac
from functools import cache

from flask import Response, current_app, request
from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug.wrappers import Response as AnyResponse

from graph.errors import NotFound
from webapp.cookies import cookie_name, written_cookie

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
    response.headers.add("Set-Cookie", remembering(person_id))


def remembering(person_id: str) -> str:
    """Return the header that lets a browser check in again as this person."""
    cookie = _cookie_signer(_secret()).sign(base64_encode(person_id)).decode()
    return written_cookie(COOKIE, cookie, max_age=REMEMBERED_SECONDS)


def returning_id() -> str | None:
    """Return the id of whom this browser checked in as before, or None; the store is not asked."""
    return id_of(request.cookies.get(cookie_name(COOKIE)))


def id_of(cookie: str | None) -> str | None:
    """Return the id that a browser's cookie holds, None if it is none of ours or too old."""
    if not cookie:
        return None
    try:
        signed = _cookie_signer(_secret()).unsign(cookie, max_age=REMEMBERED_SECONDS)
        return base64_decode(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def receipt_token(visit_id: str) -> str:
    """Return the signed part of a receipt's address: it opens this one visit."""
    return _receipt_signer(_secret()).sign(base64_encode(visit_id)).decode()


def visit_of_receipt(token: str) -> str:
    """Return the visit that a receipt's address opens.

    Raises:
        NotFound: we never signed such an address.
    """
    try:
        return base64_decode(_receipt_signer(_secret()).unsign(token)).decode()
    except (BadSignature, UnicodeError):
        raise NotFound("receipt") from None


def registration_token(registration_id: str) -> str:
    """Return the signed part of the address by which a unit follows its own registration."""
    return _registration_signer(_secret()).sign(base64_encode(registration_id)).decode()


def registration_of(token: str) -> str:
    """Return the registration that such an address opens.

    Raises:
        NotFound: we never signed it.
    """
    try:
        return base64_decode(_registration_signer(_secret()).unsign(token)).decode()
    except (BadSignature, UnicodeError):
        raise NotFound("registration") from None


def _secret() -> str:
    return str(current_app.secret_key)


# Each has a key of its own already, from which no other need be derived at every use.
@cache
def _cookie_signer(secret: str) -> TimestampSigner:
    key = _key(secret, "citizen cookie")
    return TimestampSigner(key, key_derivation="none", digest_method=hashlib.sha256)


@cache
def _receipt_signer(secret: str) -> Signer:
    key = _key(secret, "receipt")
    return Signer(key, key_derivation="none", digest_method=hashlib.sha256)


@cache
def _registration_signer(secret: str) -> Signer:
    key = _key(secret, "registration")
    return Signer(key, key_derivation="none", digest_method=hashlib.sha256)


@cache
def _key(secret: str, purpose: str) -> bytes:
    """Return a key for one purpose, so that a token of one kind never passes as another."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
