"""Style sheets, scripts and typefaces: which there are, and addresses that change with them.

All are read once and served from memory, texts compressed; a frame links one style sheet, which
is put together from the files of static/css that its pages need.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

from webapp.compression import LEAST_BYTES, TEXTS, is_readable

STATIC = Path(__file__).parent / "static"
EVERY = frozenset({"citizen", "gate", "office"})
PHONES = frozenset({"citizen", "gate"})
CITIZEN = frozenset({"citizen"})
GATE = frozenset({"gate"})
OFFICE = frozenset({"office"})
# In cascade order, each with the frames whose pages need it: tokens and plain elements first,
# print last.
STYLE_SHEETS = {
    "tokens": EVERY,
    "fonts": OFFICE,
    "fonts-phone": PHONES,
    "base": EVERY,
    "frame": OFFICE,
    "buttons": EVERY,
    "forms": EVERY,
    "tables": OFFICE,
    "chips": EVERY,
    "facts": EVERY,
    "timeline": OFFICE,
    "bars": OFFICE,
    "paths": OFFICE,
    "notices": EVERY,
    "pages": OFFICE | CITIZEN,
    "alerts": OFFICE,
    "lists": OFFICE,
    "registrations": OFFICE | CITIZEN,
    "citizen": PHONES,
    "mine": CITIZEN,
    "gate": GATE,
    "outbox": PHONES,
    "scanning": PHONES,
    "posters": OFFICE,
    "print": EVERY,
}
ONE_YEAR = 365 * 24 * 3600
#: What a style sheet asks for, beside it or above it.
LINK = re.compile(r'url\("\.\./([^"]+)"\)')
STRING = r'(?P<string>"[^"]*")'
NEEDLESS = re.compile(rf"{STRING}|(?P<comment>/\*.*?\*/)|\s+", re.DOTALL)
AROUND = re.compile(rf"{STRING}|\s*(?P<mark>[{{}};,])\s*")


@dataclass(frozen=True)
class Asset:
    """One static file as browsers get it."""

    body: bytes
    mimetype: str

    @cached_property
    def digest(self) -> str:
        """A few letters that change when the file does."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    @cached_property
    def compressed(self) -> bytes | None:
        """The body as gzip; None where that gains nothing."""
        if self.mimetype not in TEXTS or len(self.body) < LEAST_BYTES:
            return None
        return gzip.compress(self.body, compresslevel=9, mtime=0)


@cache
def assets() -> dict[str, Asset]:
    """Return all static files by their path, the style sheets of the frames among them."""
    found = {
        path.relative_to(STATIC).as_posix(): Asset(path.read_bytes(), _mimetype(path.name))
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }
    for frame in sorted(EVERY):
        sheets = [found[f"css/{name}.css"] for name in sheets_of(frame)]
        text = squeezed(b"\n".join(sheet.body for sheet in sheets).decode())
        linked = LINK.sub(lambda link: f'url("../{link[1]}?v={found[link[1]].digest}")', text)
        found[style_sheet(frame)] = Asset(linked.encode(), "text/css")
    return found


def sheets_of(frame: str) -> list[str]:
    """Return the names of a frame's style sheets, in cascade order."""
    return [name for name, frames in STYLE_SHEETS.items() if frame in frames]


def style_sheet(frame: str) -> str:
    """Return the path below static/ of the one style sheet that a frame links."""
    return f"frames/{frame}.css"


def squeezed(text: str) -> str:
    """Return a style sheet without comments, and no more blanks than it needs."""
    plain = NEEDLESS.sub(lambda one: one["string"] or ("" if one["comment"] else " "), text)
    return AROUND.sub(lambda one: one["string"] or one["mark"], plain).strip()


def show(filename: str) -> Response:
    """Answer with a static file: kept for a year under an address with its digest."""
    asset = assets().get(filename) or abort(404)
    return answer(asset, is_current=request.args.get("v") == asset.digest)


def answer(asset: Asset, *, is_current: bool) -> Response:
    """Answer with a file: kept for a year under an address that means this very content."""
    compressed = asset.compressed if is_readable() else None
    response = Response(compressed or asset.body, mimetype=asset.mimetype)
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{asset.digest}-gzip" if compressed else asset.digest)
    if is_current:
        response.cache_control.public = True
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.immutable = True
    else:
        # What a script or a style sheet names without a digest, or a page of an older release.
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _mimetype(filename: str) -> str:
    # Python's table differs by machine in what it says of these.
    known = {".js": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}
    suffix = Path(filename).suffix
    return known.get(suffix) or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def init_app(app: Flask) -> None:
    """Serve static files from memory, and have their addresses name their digest."""
    # Flask made the route; its view would read and stat the file each time.
    app.view_functions["static"] = show

    @app.url_defaults
    def _with_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (asset := assets().get(values.get("filename", ""))):
            values.setdefault("v", asset.digest)

    app.jinja_env.globals["style_sheet"] = style_sheet
