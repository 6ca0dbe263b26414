"""What people type for a unit, as words that can be compared; pure.

`Q.1`, `quận 01` and `q1` are one number of one kind; marks, case and i/y never matter (as in
graph/names.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.names import fold

# Kinds of units as names begin with them, and how they are cut short. Folded: y is i.
_KINDS = {
    fold(kind): fold(kind)
    for kind in ("quận", "huyện", "phường", "xã", "tỉnh", "thị trấn", "thị xã", "thành phố")
}
_SHORT = {
    "q": "quan", "quan": "quan", "dist": "quan", "district": "quan",
    "h": "huien", "hu": "huien",
    "p": "phuong", "ph": "phuong", "phg": "phuong", "f": "phuong", "ward": "phuong",
    "x": "xa", "tt": "thi tran", "tx": "thi xa", "tp": "thanh pho",
}  # fmt: skip
_NAMES = {"hcm": "ho chi minh", "tphcm": "thanh pho ho chi minh", "hcmc": "ho chi minh"}
_TWO_WORDS = {kind: kind.split() for kind in (*_KINDS, fold("đặc khu")) if " " in kind}
_PIECES = re.compile(r"[,;/\n]")
_SEVERAL = 2
_GLUED = re.compile(r"(q|quan|p|ph|phuong|f|ward|h|x|tp|tt)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name, and the kind of unit that it was typed behind, if any."""

    text: str
    kind: str | None

    @property
    def is_number(self) -> bool:
        """Whether it is a number, which means nothing without its kind."""
        return self.text.isdigit()


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit's name taken apart: its kind, and the words of the name itself."""

    kind: str | None
    words: tuple[str, ...]

    @property
    def glued(self) -> frozenset[str]:
        """The whole name as one word: `hocmon`, and of several words the first letters: `hm`."""
        if len(self.words) < _SEVERAL:
            return frozenset()
        return frozenset({"".join(self.words), "".join(word[0] for word in self.words)})


def read_words(typed: str) -> list[Word]:
    """Return the words of what was typed, without those that only say a kind.

    A kind is that of the words behind it, up to a comma, a number or the next kind.
    """
    found: list[Word] = []
    for piece in _PIECES.split(typed):
        kind: str | None = None
        tokens = _tokens(piece)
        for place, token in enumerate(tokens):
            # What ends a piece is the kind of nothing: Chợ Quán is no district.
            if place < len(tokens) - 1 and (token in _TWO_WORDS or token in _KINDS):
                kind = token
                continue
            found.append(Word(token, kind))
            if token.isdigit():
                kind = None
    return found


@lru_cache(maxsize=4096)
def read_name(name: str) -> UnitName:
    """Return a unit's own name taken apart: the kind is what it begins with."""
    tokens = _tokens(name)
    if len(tokens) > 1 and (tokens[0] in _TWO_WORDS or tokens[0] in _KINDS):
        return UnitName(tokens[0], tuple(tokens[1:]))
    return UnitName(None, tuple(tokens))


def _tokens(text: str) -> list[str]:
    """Return folded words; a kind is one of them, written out, a number has no zeros before it."""
    spread: list[str] = []
    for word in fold(text).split():
        glued = _GLUED.fullmatch(word)
        for part in glued.groups() if glued else (word,):
            spread += _NAMES.get(part, part).split()
    return _with_kinds(spread)


def _with_kinds(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(words):
        pair = " ".join(words[place : place + 2])
        if pair in _TWO_WORDS:
            found.append(pair)
            place += 2
            continue
        word = words[place]
        is_last = place == len(words) - 1
        if word in _SHORT and not is_last:
            found.append(_SHORT[word])
        else:
            found.append(str(int(word)) if word.isascii() and word.isdigit() else word)
        place += 1
    return found
