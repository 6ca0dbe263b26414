"""Digits as people type them and devices print them, made the ten of ASCII."""

import unicodedata

# What comes along when a number is copied out of a list of contacts; nobody sees it. The overrides
# of direction are not among them: with one a number reads otherwise than it is.
_COPIED_ALONG = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\ufeff"))
_COPIED_ALONG |= dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u202b"))
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def plain_digits(text: str) -> str:
    """Return a text with decimal digits of every script as 0 to 9, and full-width signs plain.

    Superscripts, circled digits and fractions are no digits of a number: they stay, so that
    whoever reads it refuses them.
    """
    if text.isascii():
        return text
    shown = text.translate(_FULL_WIDTH).translate(_COPIED_ALONG)
    return "".join(
        str(unicodedata.decimal(letter)) if unicodedata.category(letter) == "Nd" else letter
        for letter in shown
    )
