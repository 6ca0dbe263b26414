"""What people agree to when they declare (R85): each text has a date, and a hash that is stored.

A text is never changed: a new one is added, and the old stay, so that what somebody agreed to
can be shown for as long as the declaration is kept.
"""

import hashlib
from dataclasses import dataclass

from flask_babel import get_locale


@dataclass(frozen=True, slots=True)
class Consent:
    """One text, in both languages, in force from a day on."""

    version: str
    vi: str
    en: str

    @property
    def text(self) -> str:
        """The text in the language of the page."""
        return self.vi if str(get_locale()) == "vi" else self.en

    @property
    def hash(self) -> str:
        """The sha256, in hex, of the text that the page shows."""
        return hash_of(self.text)


def hash_of(text: str) -> str:
    """Return the sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


# Source: R85; Personal Data Protection Law 91/2025 (R188). The newest last.
CONSENTS = (
    Consent(
        version="2026-11-27",
        vi=(
            "Tôi cam đoan những điều đã khai là đúng sự thật. Khai báo gian dối là vi phạm pháp "
            "luật. Tôi đồng ý cho cơ quan y tế lưu tờ khai và lượt vào ra này trong 28 ngày, chỉ "
            "để truy vết người tiếp xúc. Tôi có thể xem lại dữ liệu của mình."
        ),
        en=(
            "I declare that what I have stated is true. A false declaration is unlawful. I agree "
            "that the health authorities keep this declaration and this visit for 28 days, for "
            "contact tracing only. I can look at my own data."
        ),
    ),
)


def consent_in_force() -> Consent:
    """Return the text that is shown now."""
    return CONSENTS[-1]


def consent_of(text_hash: str) -> Consent | None:
    """Return the text that somebody agreed to, by the hash of what was shown; None if unknown."""
    for consent in CONSENTS:
        if text_hash in (hash_of(consent.vi), hash_of(consent.en)):
            return consent
    return None
