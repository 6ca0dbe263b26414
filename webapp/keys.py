"""Secrets that an instance makes for itself: files in `<home>/secrets`, for its owner alone."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from webapp.settings import Settings


def secret_key(settings: Settings) -> str:
    """Return what signs sessions: TRUYVET_SECRET_KEY, else the key kept since the first start."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return keep(settings, "secret-key", lambda: secrets.token_urlsafe(48))


def new_key() -> str:
    """Return a random key of 256 bits, as it is kept in a file."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def keep(settings: Settings, name: str, make: Callable[[], str]) -> str:
    """Return the secret kept under a name; the first who asks makes it.

    Two processes that ask at once get the same secret, and it is never half-written.
    """
    kept = _folder(settings) / name
    if not kept.exists():
        aside = _write(kept.with_name(f"{name}.{os.getpid()}"), make())
        try:
            # A link fails where the name exists: whoever came first has made it.
            os.link(aside, kept)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return kept.read_text(encoding="utf-8").strip()


def replace(settings: Settings, name: str, text: str) -> None:
    """Keep another text under a name from now on; whoever reads finds the old one or the new."""
    kept = _folder(settings) / name
    _write(kept.with_name(f"{name}.{os.getpid()}"), text).replace(kept)


def _folder(settings: Settings) -> Path:
    for folder in (settings.home, settings.secrets_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.secrets_folder


def _write(file: Path, text: str) -> Path:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"{text}\n")
    return file
