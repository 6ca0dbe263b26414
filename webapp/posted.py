"""What of a request counts where it is answered without a page: its body, and who sent it.

Two servers fill it in: Flask for every route, and `webapp.front`, which takes check-ins before
Flask does. What is asked of it is asked once, here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from flask import request
from flask_limiter.util import get_remote_address
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, UnsupportedMediaType

from webapp.citizens import COOKIE
from webapp.cookies import cookie_name
from webapp.declarations import Contract, first_fault_of
from webapp.languages import select_language

LARGEST_BODY = 16 * 1024
OWN_PAGES = frozenset({"same-origin", "none"})
Given = TypeVar("Given", bound=Contract)


@dataclass(frozen=True, slots=True)
class Posted:
    """A body and what came with it.

    Args:
        body: at most one byte longer than `LARGEST_BODY`.
        kind: what the body says it is, in lower case, without parameters.
        encoding: how the body says it is packed, empty if it is not.
        site: who made the browser send it, as `Sec-Fetch-Site` has it.
        origin: of the page that sent it, None if no page did.
        host: that it was sent to.
        address: that it came from.
        language: to answer in.
        citizen: the browser's cookie, None if it has none.
    """

    body: bytes
    kind: str
    encoding: str
    site: str
    origin: str | None
    host: str
    address: str
    language: str
    citizen: str | None


class BadKey(BadRequest):
    """The key of a scan is missing, too short or too long."""


def posted() -> Posted:
    """Return what the request that Flask answers now brings.

    Raises:
        HTTPException: the body is larger than anybody needs.
    """
    request.max_content_length = LARGEST_BODY
    return Posted(
        body=request.get_data(cache=False),
        kind=request.mimetype,
        encoding=request.content_encoding or "",
        site=request.headers.get("Sec-Fetch-Site", "none"),
        origin=request.headers.get("Origin"),
        host=request.host,
        address=get_remote_address(),
        language=select_language(),
        citizen=request.cookies.get(cookie_name(COOKIE)),
    )


def read_body(sent: Posted, contract: type[Given]) -> Given:
    """Return what a body says, held to a contract.

    Raises:
        HTTPException: it is no JSON, too large, in another encoding, or comes from another site.
        Refused: a field is missing or holds what it cannot mean.
    """
    if sent.site not in OWN_PAGES or not _is_own_origin(sent):
        raise Forbidden
    if sent.kind != "application/json" or sent.encoding:
        raise UnsupportedMediaType
    if len(sent.body) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        told = _STRICT.decode(sent.body.decode("utf-8"))
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


def _is_own_origin(sent: Posted) -> bool:
    return sent.origin is None or urlsplit(sent.origin).netloc == sent.host


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(_text: str) -> NoReturn:
    raise ValueError("no number of this kind is asked for")


_STRICT = json.JSONDecoder(
    object_pairs_hook=_each_once, parse_constant=_refuse, parse_float=_refuse
)
