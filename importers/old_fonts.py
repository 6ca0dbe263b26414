"""Vietnamese text that is not Unicode: told by its letters, and refused rather than guessed.

Fonts of before 2001 drew Vietnamese letters over those of other languages: the text of a file is
then what those would be. No name in Vietnamese, English or French holds these sequences.
"""

import re

# TCVN3 (the fonts .VnTime and such) puts letters over signs: `C«ng ty`, `®` for đ.
_TCVN3 = re.compile(r"[A-Za-z][«¬\u00adµ¶¸¹»¼¾]|[«¬\u00adµ¶¸¹»¼¾®][A-Za-z]")
# VNI (VNI-Times) puts marks behind vowels as letters of their own: `Coâng ty`, `ñöôøng`.
_VNI = re.compile(
    r"[aA][ùøûõïâêåëäüúÙØÛÕÏÂÊÅËÄÜ]|[oôO][âùøûïäåÂÙØÛÏÄÅ]|[eE][âùøûõïäåÂÙØÛÕÏÄ]"
    r"|ö[ôùøûõïâôÔ]|ñ[aeiouöôAEIOU]|ö\w*ø"
)
# UTF-8 that was opened as something else: `CÃ´ng ty`, `Nguyá»…n`.
_GARBLED = re.compile(r"Ã[\u0080-\u00bf]|áº|á»|Æ°|Æ¡|Ä\u2018|Ä\u0090|\ufffd")


def old_font_fault(text: str) -> str | None:
    """Return why a text is not Vietnamese in Unicode, None if nothing speaks against it."""
    if text.isascii():
        return None
    if _GARBLED.search(text):
        return "is garbled: save the file in Unicode (UTF-8) again"
    if _TCVN3.search(text):
        return "is written in an old font (TCVN3): convert it to Unicode"
    if _VNI.search(text):
        return "is written in an old font (VNI): convert it to Unicode"
    return None
