"""Style sheets and scripts: which there are, and addresses that change with their content."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

STATIC = Path(__file__).parent / "static"
# In cascade order: tokens and plain elements first, print last.
STYLE_SHEETS = (
    "tokens",
    "fonts",
    "base",
    "frame",
    "buttons",
    "forms",
    "tables",
    "chips",
    "facts",
    "timeline",
    "bars",
    "paths",
    "notices",
    "pages",
    "citizen",
    "print",
)
ONE_YEAR = 365 * 24 * 3600


@cache
def digest(filename: str) -> str | None:
    """Return a few letters that change when a static file does; None if there is no such file."""
    path = STATIC / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def init_app(app: Flask) -> None:
    """Let browsers keep static files, and ask anew once they changed."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR

    @app.url_defaults
    def _with_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", digest(values["filename"]))

    app.jinja_env.globals["STYLE_SHEETS"] = STYLE_SHEETS
