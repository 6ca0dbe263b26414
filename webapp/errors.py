"""What a visitor reads when something is wrong: one sentence on what it is, one on what to do.

Nothing of the request is repeated and nothing of it is logged but the route's name, so no
id or name of a person gets into a page, a log or an exception's text.
"""

import json
import logging
import traceback
from collections.abc import Mapping
from typing import NamedTuple

from flask import Flask, Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from graph.errors import NotFound, Refused, StoreAway, TooMuch
from graph.intake import IntakeFull
from webapp.reasons import told
from webapp.throttle import seconds_to_wait

logger = logging.getLogger("truyvet.web")
STORE_BACK_IN_SECONDS = 10
TOO_MUCH_SECONDS = 60
INTAKE_FREE_SECONDS = 2
API = "/api/"
PROBLEM = "application/problem+json"


class Words(NamedTuple):
    """The heading of an error page and what it advises."""

    title: LazyString
    advice: LazyString


WORDS: Mapping[int, Words] = {
    400: Words(
        _l("This request cannot be read"),
        _l("Go back, load the page again and send it once more."),
    ),
    401: Words(
        _l("You are no longer signed in"),
        _l("Nothing was stored. Sign in and do it once more."),
    ),
    403: Words(
        _l("This is not open to your role"),
        _l("If your work needs it, ask whoever manages the accounts of your unit."),
    ),
    404: Words(
        _l("There is nothing here"),
        _l("Check the address, or find it again from the list."),
    ),
    405: Words(
        _l("This address is not used that way"),
        _l("Go back and use the buttons of the page."),
    ),
    413: Words(
        _l("That is too much to send at once"),
        _l("Shorten what you typed and send it again."),
    ),
    422: Words(
        _l("This cannot be taken as it is"),
        _l("Go back, check what you typed and send it again."),
    ),
    429: Words(
        _l("Too many tries"),
        _l("Wait a little, then try again."),
    ),
    500: Words(
        _l("Something went wrong on our side"),
        _l("Try again. If it happens again, tell the support channel what you did and when."),
    ),
    503: Words(
        _l("The records cannot be reached just now"),
        _l("Wait ten seconds and send it again; sending twice stores it once."),
    ),
}
OUTDATED = Words(
    _l("This page was open for too long"),
    _l("Nothing was stored. Load the page again and send it once more."),
)
CROWDED = Words(
    _l("Many people are checking in at this moment"),
    _l("Wait a few seconds and send it again; sending twice stores it once."),
)
TOO_MUCH = Words(
    _l("This took too long and was stopped"),
    _l("Nothing was stored. Ask for less, as for fewer hops, or try again in a minute."),
)
#: What cannot be found, where more can be said than that.
NOT_FOUND: Mapping[str, Words] = {
    "gate": Words(
        _l("This code is not in use"),
        _l("Scan the code at the door once more. If it stays so, tell the staff."),
    ),
    "poster": Words(
        _l("This poster was replaced"),
        _l("Scan the new code at the door. If there is none, tell the staff."),
    ),
    "receipt": Words(
        _l("This receipt cannot be opened"),
        _l("Receipts open for 28 days. Scan the code at the door for a new one."),
    ),
}
FOREIGN_HOST = "This host name is not served here: set TRUYVET_PUBLIC_URL to the address in use.\n"


def init_app(app: Flask) -> None:
    """Answer every fault with a page, in the language and frame of the visitor."""
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _forged_or_outdated)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StoreAway, _store_away)
    app.register_error_handler(TooMuch, _too_much)
    app.register_error_handler(IntakeFull, _full)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, words: Words | None = None) -> Response:
    """Return the page for a fault, to a program a problem; it asks the store nothing."""
    words = words or WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    if request.path.startswith(API):
        return _problem(status, str(words.title), str(words.advice))
    body = render_template("errors/show.html", status=status, words=words)
    return make_response(body, status)


def _foreign_host(_fault: SecurityError) -> Response:
    # Without a host that we trust no address can be built, so no page either.
    return Response(FOREIGN_HOST, 400, mimetype="text/plain")


def _forged_or_outdated(_fault: CSRFError) -> Response:
    return page(403, OUTDATED)


def _too_many(_fault: RateLimitExceeded) -> Response:
    response = page(429)
    response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _of_http(fault: HTTPException) -> Response:
    # A redirect that routing raises is an answer, not a fault.
    if fault.code is not None and 300 <= fault.code < 400:
        return make_response(fault.get_response())
    response = page(fault.code or 500)
    for name in ("Allow", "Retry-After"):
        if value := dict(fault.get_headers()).get(name):
            response.headers[name] = value
    return response


def _not_found(fault: NotFound) -> Response:
    return page(404, NOT_FOUND.get(fault.kind))


def _refused(fault: Refused) -> Response:
    logger.info("%s: refused field %s", request.endpoint, fault.field)
    if request.path.startswith(API):
        return _problem(422, str(WORDS[422].title), told(fault.reason), fault.field)
    return page(422)


def _problem(status: int, title: str, detail: str, field: str | None = None) -> Response:
    """Return a fault as RFC 9457 has it; `field` is what to correct, if it is one field's."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if field is not None:
        body["field"] = field
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=PROBLEM)


def _full(_fault: IntakeFull) -> Response:
    response = page(503, CROWDED)
    response.headers["Retry-After"] = str(INTAKE_FREE_SECONDS)
    return response


def _store_away(_fault: StoreAway) -> Response:
    logger.warning("%s: the store does not answer", request.endpoint)
    response = page(503)
    response.headers["Retry-After"] = str(STORE_BACK_IN_SECONDS)
    return response


def _too_much(_fault: TooMuch) -> Response:
    logger.warning("%s: the store stopped what was asked", request.endpoint)
    response = page(503, TOO_MUCH)
    response.headers["Retry-After"] = str(TOO_MUCH_SECONDS)
    return response


def _unforeseen(fault: Exception) -> Response:
    """Log where it happened and the kind of fault; its text may hold what somebody typed."""
    where = "".join(traceback.format_tb(fault.__traceback__))
    logger.error("%s: %s\n%s", request.endpoint, type(fault).__name__, where)
    return page(500)
