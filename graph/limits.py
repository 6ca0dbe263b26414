"""The bounds of what is stored, for importers and forms alike."""

import re
import unicodedata
from datetime import timedelta

ID_LENGTH = 64
NAME_LENGTH = 200
# The longest stay that one visit may tell of; a longer one is a mistyped date.
LONGEST_VISIT = timedelta(days=90)

_PLAIN_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:/+-]{0,63})", re.ASCII)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def identifier_fault(text: str) -> str | None:
    """Return why a text cannot be an id, or None if it can.

    An id is opaque: 1 to 64 visible characters, with no space at either end.
    """
    if _PLAIN_ID.fullmatch(text):
        return None
    if not text:
        return "is empty"
    if len(text) > ID_LENGTH:
        return f"is longer than {ID_LENGTH} characters"
    if text != text.strip():
        return "starts or ends with a space"
    return hidden_fault(text)


def hidden_fault(text: str) -> str | None:
    """Return a complaint if a text holds a control or invisible character, else None."""
    if text.isascii() and text.isprintable():
        return None
    if any(unicodedata.category(character) in _HIDDEN for character in text):
        return "holds a control or invisible character"
    return None
