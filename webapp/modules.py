"""Our ES modules, under an address that changes when any of them does.

Modules name each other by relative paths, without digests. Below one release's address they all
belong together, so a browser keeps them for a year and never mixes two releases.
"""

import hashlib
import re
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, abort

from webapp.assets import Asset, answer, assets

blueprint = Blueprint("modules", __name__)
FOLDERS = ("js/", "vendor/")
#: Whole lines of comment are for us: they would be a quarter of what a phone waits for.
COMMENT = re.compile(rb"^ *//.*\n", re.MULTILINE)


@blueprint.get("/modules/<release>/<path:module>")
def show(release: str, module: str) -> Response:
    """Answer with a module; to a page of another release with today's, which is not kept."""
    asset = modules().get(module) or abort(404)
    return answer(asset, is_current=release == release_of_modules())


@cache
def modules() -> dict[str, Asset]:
    """Return all modules by their path below static/, without our comments."""
    return {
        path: Asset(COMMENT.sub(b"", asset.body), asset.mimetype)
        for path, asset in assets().items()
        if path.startswith(FOLDERS) and path.endswith(".js")
    }


@cache
def release_of_modules() -> str:
    """Return a few letters that change when any module does."""
    told = "\n".join(f"{path} {asset.digest}" for path, asset in sorted(modules().items()))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Have the addresses of modules name the release."""

    @app.url_defaults
    def _with_release(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "modules.show":
            values.setdefault("release", release_of_modules())
