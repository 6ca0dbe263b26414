"""People's names: as they are stored, as they are found again, and in Vietnamese order; pure.

Source: REQUIREMENTS R160. A name is stored as it was typed; beside it stands its key, under which
all its spellings meet: `Nguyễn Thị Hoà`, `NGUYEN THI HOA`, whatever the keyboard composed.
"""

import unicodedata

# The stroke of đ is no mark that could be taken off. Ð (of Icelandic) and Ɖ (of Ewe) look the
# same as a capital Đ, and are typed for it; each with its small letter.
_STROKED = dict.fromkeys(map(ord, "đĐðÐɖƉ"), "d")
# Letters of names as in H'Hen: an apostrophe joins, whatever keyboard it comes from.
_APOSTROPHES = frozenset("'’‘ʼʹ`´′＇")
# Nobody sees these: controls, directions, joiners, halves of a character.
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_ORDER = {letter: rank for rank, letter in enumerate(_LETTERS, start=100)}
# Without a tone, then grave (huyền), hook (hỏi), tilde (ngã), acute (sắc), dot below (nặng).
_TONE_ORDER = {tone: rank for rank, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}

SortKey = tuple[tuple[int, ...], tuple[int, ...], str]


def tidy(name: str) -> str:
    """Return a name as it is stored: composed (NFC), with single spaces, else as it was typed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def fold(name: str) -> str:
    """Return the key of a name: small letters without marks, đ as d, y as i, single spaces.

    Names with one key are candidates for being one name, no more than that. Apostrophes join,
    other signs separate. Empty for a name without a letter or digit. A key is its own key.
    """
    letters = []
    for character in _plain(name):
        if character.isalnum():
            letters.append(character)
        elif character not in _APOSTROPHES:
            letters.append(" ")
    return " ".join("".join(letters).replace("y", "i").split())


def sort_key(name: str) -> SortKey:
    """Return what sorts names as a Vietnamese dictionary: aăâbcdđeê ..., then by their tones.

    Spaces come before letters, tones count where all letters are the same, and spelling decides
    last, small letters first, so that the order of different names is total.
    """
    composed = tidy(name)
    letters: list[int] = []
    tones: list[int] = []
    for letter in composed.casefold().translate({ord("ð"): "đ", ord("ɖ"): "đ"}):
        spread = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in spread if mark in _TONE_ORDER), "")
        base = unicodedata.normalize("NFC", spread.replace(tone, "") if tone else spread)
        letters.extend(_LETTER_ORDER.get(part) or _rank_of_foreign(part) for part in base)
        tones.append(_TONE_ORDER.get(tone, 0))
    return tuple(letters), tuple(tones), composed.swapcase()


def _plain(name: str) -> str:
    """Return a name in small letters without marks and without what nobody sees."""
    spread = unicodedata.normalize("NFKD", name).translate(_STROKED).casefold()
    spread = unicodedata.normalize("NFKD", spread).translate(_STROKED)
    return "".join(
        " " if letter.isspace() else letter
        for letter in spread
        if letter.isspace() or unicodedata.category(letter) not in _UNSEEN | {"Mn", "Me"}
    )


def _rank_of_foreign(letter: str) -> int:
    """Return the place of what is no Vietnamese letter: spaces and signs before, others after."""
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _LETTER_ORDER:
        return _LETTER_ORDER[plain]
    return ord(letter) + 1000 if letter.isalpha() else min(ord(letter), 99)
