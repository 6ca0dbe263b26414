"""Who holds a phone: a one-time code is sent to it, and two signed cookies keep what came of it.

One cookie says for ten minutes to which number a code went, the other for a day which number was
proven. Neither holds a number that anybody but us can read. That a number is proven opens nothing
by itself: see `webapp.mine`.
"""

import secrets
from dataclasses import dataclass
from functools import cache

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from graph.identifiers import PHONE
from graph.one_time_codes import LASTS, Issued, issue_code, take_code
from webapp import current
from webapp.cookies import cookie_name, put_cookie
from webapp.language import _
from webapp.sealing import Unsealable

ASKED, VERIFIED = "number-asked", "number-verified"
ASKED_SECONDS = int(LASTS.total_seconds())
VERIFIED_SECONDS = 24 * 3600
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """The number in E.164 to which this browser had a code sent, and its blind index."""

    phone: str
    blind_index: str


def send_code(phone: str) -> Issued:
    """Send a new code to a number, in the language of the page, if one may be sent now.

    Every number is treated the same, whether anybody is known by it or not.

    Raises:
        SendingFault: it did not get away; it counts all the same.
    """
    blind_index = current.vault().blind_index(PHONE, phone)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    issued = issue_code(current.graph(), blind_index, _digest(blind_index, code), current.now())
    if issued.is_allowed:
        told = _(
            "truyvet: %(code)s is your one-time code. It lasts 10 minutes. Give it to nobody.",
            code=code,
        )
        current.post().send(phone, told, _("One-time code"))
    return issued


def remember_asked(response: Response, phone: str) -> None:
    """Let the browser say a code without saying the number again."""
    blind_index = current.vault().blind_index(PHONE, phone)
    sealed = current.vault().seal(phone, ASKED, blind_index)
    token = _writer(_secret(), ASKED).dumps([blind_index, sealed])
    put_cookie(response, ASKED, str(token), max_age=ASKED_SECONDS)


def asked() -> Asked | None:
    """Return the number to which this browser had a code sent within ten minutes, or None."""
    held = _held(ASKED, ASKED_SECONDS)
    if not isinstance(held, list):
        return None
    blind_index, sealed = held
    try:
        return Asked(current.vault().open(sealed, ASKED, blind_index), blind_index)
    except Unsealable:
        return None


def take(number: Asked, code: str) -> bool:
    """Say whether a code is the right one for a number; then it is used up, else a try is."""
    digest = _digest(number.blind_index, code)
    return take_code(current.graph(), number.blind_index, digest, current.now())


def remember_verified(response: Response, number: Asked) -> None:
    """Let the browser show for a day that it holds this number."""
    token = _writer(_secret(), VERIFIED).dumps(number.blind_index)
    put_cookie(response, VERIFIED, str(token), max_age=VERIFIED_SECONDS)
    forget(response, ASKED)


def verified_index() -> str | None:
    """Return the blind index of the number that this browser proved within a day, or None."""
    held = _held(VERIFIED, VERIFIED_SECONDS)
    return held if isinstance(held, str) else None


def forget(response: Response, *names: str) -> None:
    """Take cookies of this module back."""
    for name in names or (ASKED, VERIFIED):
        put_cookie(response, name, "", max_age=0)


def _held(name: str, seconds: int) -> object:
    token = request.cookies.get(cookie_name(name))
    if not token:
        return None
    try:
        return _writer(_secret(), name).loads(token, max_age=seconds)
    except BadSignature:
        return None


def _digest(blind_index: str, code: str) -> str:
    """Return the keyed digest of a code for one number: a copy of the store cannot be searched."""
    return current.vault().blind_index("one-time-code", f"{blind_index} {code}")


def _secret() -> str:
    return str(current_app.secret_key)


@cache
def _writer(secret: str, name: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"truyvet {name}")
