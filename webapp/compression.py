"""Texts travel compressed to whoever can read that: a cheap phone waits for bytes, not for us.

Compressing what is secret beside what somebody else chose can betray the secret by its length
(BREACH). Here the other would have to make a browser ask thousands of times with its cookies.
Answers to what another site started are therefore left as they are where a cookie came along;
our cookies are SameSite=Lax, so browsers that do not say who started a request send none but
for pages opened in full view. What such a page repeats, a form token, is signed with its time:
the part of it that stays the same opens nothing.
"""

import gzip

from flask import Flask, Response, request

TEXTS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/problem+json",
        "application/wasm",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
#: Below this the answer is a packet in any case.
LEAST_BYTES = 1_200
OWN = frozenset({"none", "same-origin"})


def is_readable() -> bool:
    """Say whether whoever asks reads gzip."""
    return request.accept_encodings.quality("gzip") > 0


def compress(response: Response) -> Response:
    """Compress a whole text, unless it is short, sent bit by bit or compressed already."""
    if response.mimetype not in TEXTS or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if (
        is_readable()
        and "Content-Encoding" not in response.headers
        and response.status_code not in (206, 304)
        and not _is_started_elsewhere()
        and len(response.get_data()) >= LEAST_BYTES
    ):
        response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_started_elsewhere() -> bool:
    """Say whether another site made a browser ask for what is shown to one person only."""
    return bool(request.cookies) and request.headers.get("Sec-Fetch-Site", "none") not in OWN


def init_app(app: Flask) -> None:
    """Compress every answer that gains by it."""
    app.after_request(compress)
