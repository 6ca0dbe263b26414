"""What Flask and its extensions are told, from the settings of the instance."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from webapp.keys import secret_key
from webapp.settings import SHORTEST_KEY, SettingsFault

if TYPE_CHECKING:
    from flask import Flask

    from webapp.settings import Settings

LARGEST_REQUEST = 64 * 1024
MOST_FORM_PARTS = 100
# An office day, however busy; whoever comes back in the morning signs in again.
SESSION_LASTS = timedelta(hours=10)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def configuration(settings: "Settings") -> dict[str, Any]:
    """Return the configuration; cookies are held to HTTPS where visitors come by it."""
    host = urlsplit(settings.address).hostname or "localhost"
    return {
        "SECRET_KEY": secret_key(settings),
        "TRUSTED_HOSTS": sorted({host, *LOOPBACK}),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "MAX_FORM_PARTS": MOST_FORM_PARTS,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_secure else "session",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # It is set once and not by every answer: static files, kept for a year, never hold it.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": SESSION_LASTS,
        # The token lives as long as the session: a form may stay open over lunch.
        "WTF_CSRF_TIME_LIMIT": None,
        # Pages send no Referer at all, so its check would refuse everybody; the token stands.
        "WTF_CSRF_SSL_STRICT": False,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def refuse_unsafe(app: "Flask") -> None:
    """Refuse to serve people's records in debug mode or with a weak key (R200).

    Raises:
        SettingsFault: debug mode is on, or the key is too short.
    """
    if app.debug:
        raise SettingsFault("FLASK_DEBUG must be off: the debugger would show people's records.")
    if len(app.config["SECRET_KEY"]) < SHORTEST_KEY:
        raise SettingsFault("TRUYVET_SECRET_KEY is too short: unset it, and one is made and kept.")
