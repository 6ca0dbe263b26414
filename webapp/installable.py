"""What makes this an app on a phone: manifest, service worker, and a page without network.

The service worker keeps the shell (the page without network) and what it needs, and gives it
where a citizen's page does not come. Nothing that it keeps is about a person.
"""

import hashlib
import json
import posixpath
import re
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import force_locale, get_locale

from webapp.assets import assets, style_sheet
from webapp.checkin_forms import NewcomerForm
from webapp.consent import consent_in_force
from webapp.language import _
from webapp.modules import modules

blueprint = Blueprint("installable", __name__)

WORKER = "js/service-worker.js"
WASM = "vendor/barcode-detector-3.2.2/zxing_reader.wasm"
#: Large, and needed only where a browser cannot read codes itself: kept once it was used.
LATER = "vendor/barcode-detector-3.2.2/"
#: Has all letters of Vietnamese; the others are rare.
SMALL_TYPEFACE = "vendor/be-vietnam-pro-phone/"
FEATURE = re.compile(r'data-feature="([\w-]+)"')
IMPORT = re.compile(r'(?:from|import\()\s*"(\.{1,2}/[^"]+)"')
TYPEFACE = re.compile(r'url\("\.\./([^"?]+)')
ACCENT, PAPER = "#0b5cad", "#ffffff"
ICONS = (
    ("icons/192.png", "192x192", "any"),
    ("icons/512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)


@blueprint.get("/offline")
def show() -> Response:
    """Show the page that a phone keeps: check in, or scan, while the network is away."""
    response = make_response(_shell())
    response.content_language.add(str(get_locale()))
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Say what a phone needs to put this app on its home screen."""
    told = {
        "id": "/",
        "name": _("truyvet: check in at venues"),
        "short_name": "truyvet",
        "lang": str(get_locale()),
        "start_url": url_for("scanning.show"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [
            {
                "src": url_for("static", filename=filename),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for filename, sizes, purpose in ICONS
        ],
    }
    return _asked_anew(json.dumps(told, ensure_ascii=False), "application/manifest+json")


@blueprint.get("/sw.js")
def worker() -> Response:
    """Answer with the service worker: another release is another text, so browsers take it."""
    if "worker" not in current_app.extensions:
        source = modules()[WORKER].body.decode()
        current_app.extensions["worker"] = f"const RELEASE = {json.dumps(release())};\n{source}"
    response = _asked_anew(current_app.extensions["worker"], "text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def release() -> dict[str, Any]:
    """Return what the service worker keeps: the files of the shell, and those kept when used."""
    with force_locale("vi"):
        shell = _shell()
    named = needed(frozenset(FEATURE.findall(shell)))
    files = [url_for("modules.show", module=path) for path in named if not path.startswith(LATER)]
    sheet = style_sheet("citizen")
    linked = sorted(set(TYPEFACE.findall(assets()[sheet].body.decode())))
    small = [path for path in linked if path.startswith(SMALL_TYPEFACE)]
    files += [url_for("static", filename=path) for path in (sheet, "icon.svg", *small)]
    later = [url_for("modules.show", module=path) for path in named if path.startswith(LATER)]
    later += [url_for("static", filename=path) for path in linked if path not in small]
    later.append(url_for("static", filename=WASM, v=None))
    # A screen at a gate needs more than a phone: kept where it was used.
    gate = [url_for("modules.show", module=path) for path in needed(frozenset({"gate"}))]
    gate.append(url_for("static", filename=style_sheet("gate")))
    later += [address for address in gate if address not in (*files, *later)]
    told = "\n".join((shell, *files, *later, assets()[WORKER].digest))
    version = hashlib.sha256(told.encode()).hexdigest()[:12]
    return {"version": version, "files": files, "later": later}


@cache
def needed(features: frozenset[str]) -> list[str]:
    """Return the modules that some features come to, the ones that they import among them."""
    found: set[str] = set()
    open_ends = ["js/main.js", *(f"js/features/{name}.js" for name in features)]
    while open_ends:
        path = open_ends.pop()
        if path not in found:
            found.add(path)
            folder, text = posixpath.dirname(path), modules()[path].body.decode()
            named = (posixpath.join(folder, name) for name in IMPORT.findall(text))
            open_ends += map(posixpath.normpath, named)
    return sorted(found)


def _shell() -> str:
    # No form token, no name, no time: the same text for everybody.
    form = NewcomerForm(formdata=None, meta={"csrf": False})
    return render_template("installable/show.html", form=form, consent=consent_in_force())


def _asked_anew(text: str, mimetype: str) -> Response:
    """Answer with what a browser keeps but asks about each time."""
    response = Response(text, mimetype=mimetype)
    response.cache_control.no_cache = True
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
