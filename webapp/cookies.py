"""Cookies besides the session's: never readable by scripts, never sent from other sites."""

from flask import Response
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response as AnyResponse

from webapp import current


def cookie_name(name: str) -> str:
    """Return a cookie's full name: over HTTPS browsers hold `__Host-` cookies to this host."""
    return f"__Host-{name}" if current.settings().is_secure else name


def put_cookie(response: Response | AnyResponse, name: str, value: str, max_age: int) -> None:
    """Give the browser a cookie for `max_age` seconds."""
    response.headers.add("Set-Cookie", written_cookie(name, value, max_age))


def written_cookie(name: str, value: str, max_age: int) -> str:
    """Return the header that gives a browser a cookie for `max_age` seconds."""
    return dump_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        secure=current.settings().is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
