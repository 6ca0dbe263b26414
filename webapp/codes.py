"""Codes of our own: what is printed at a gate, shown on its screen, or carried by a person.

Sources: REQUIREMENTS R108, R109, R162. A code holds an id without meaning and a MAC over all of
it; nothing in it is about a person. What is not from here, was changed by a single character or
is from the wrong moment is not read, and nobody is told why.

    address of a poster  <public url>/c/1<gate: 10><epoch: 2><MAC: 13>
    address on a screen  <public url>/c/2<gate: 10><window: 6><MAC: 13>
    address of a person  <public url>/p/3<random: 26><MAC: 13>
    typed by hand        <gate: 10><start of the poster's MAC: 4>, in groups ABCDE-12345-WXYZ

A letter stands for five bits, so a MAC has 65 of them and a person's id 130. Keys can be changed:
the newest makes codes, the older ones still read theirs.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph.venues import CODE_LENGTH, CODE_LETTERS

#: How long a display shows one code. It is read in its own window, the one before and the one
#: after it, because clocks differ and a person needs a moment.
WINDOW = timedelta(minutes=5)
LONGEST = 500
LEAST_KEY_BYTES = 16

EPOCH_LENGTH = 2
WINDOW_LENGTH = 6
PERSONAL_LENGTH = 26
MAC_LENGTH = 13
CHECK_LENGTH = 4
MOST_EPOCHS = len(CODE_LETTERS) ** EPOCH_LENGTH

_VENUE, _DISPLAY, _PERSONAL = "1", "2", "3"
# Of each version: the letter of its address, and the length of id and number.
_LAYOUTS = {
    _VENUE: ("c", CODE_LENGTH, EPOCH_LENGTH),
    _DISPLAY: ("c", CODE_LENGTH, WINDOW_LENGTH),
    _PERSONAL: ("p", PERSONAL_LENGTH, 0),
}
_BITS = 5
_DIGEST_BITS = 256
_ADDRESS = re.compile(r"\S*/([cp])/([^/?#\s]+)/?(?:[?#]\S*)?", re.IGNORECASE)
# The letters that CODE_LETTERS leaves out because they are mistaken for these, and separators.
_MISTAKEN = str.maketrans("OIL", "011", "-\u2010\u2011\u2012\u2013\u2014 .")


@dataclass(frozen=True, slots=True)
class VenueCode:
    """The printed code of a gate; whether its epoch still opens is known to the store."""

    gate_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A gate's code as typed: not proven until it `fits` an epoch that is in force."""

    gate_id: str
    check: str = field(repr=False)
    _keys: Sequence[bytes] = field(repr=False, compare=False)

    def fits(self, epoch: int) -> bool:
        """Return whether the poster of this epoch carries this short code."""
        if not 0 <= epoch < MOST_EPOCHS:
            return False
        body = _VENUE + self.gate_id + _number(epoch, EPOCH_LENGTH)
        macs = [_mac(key, body)[:CHECK_LENGTH] for key in self._keys]
        return _is_one_of(self.check, macs)


@dataclass(frozen=True, slots=True)
class DisplayCode:
    """The code that a screen at a gate showed just now; `window` counts from 1970."""

    gate_id: str
    window: int


@dataclass(frozen=True, slots=True)
class PersonalCode:
    """A person's code, whose id says nothing about the person."""

    random_id: str


Code = VenueCode | ShortCode | DisplayCode | PersonalCode


class CodeReader:
    """Makes and reads codes.

    Args:
        key: makes codes and reads them; 16 random bytes or more, used for nothing else.
        old_keys: read what they made before; leave one out to refuse that.
    """

    def __init__(self, key: bytes, *old_keys: bytes) -> None:
        self._keys = (key, *old_keys)
        if any(len(one) < LEAST_KEY_BYTES for one in self._keys):
            raise ValueError("a key of codes is too short")

    def venue_code(self, gate_id: str, epoch: int) -> str:
        """Return the code of a gate's posters, to follow `<public url>/c/`."""
        return self._signed(_VENUE + _checked(gate_id, CODE_LENGTH) + _number(epoch, EPOCH_LENGTH))

    def short_code(self, gate_id: str, epoch: int) -> str:
        """Return what is typed where no camera reads the poster, in groups of five."""
        check = self.venue_code(gate_id, epoch)[-MAC_LENGTH:][:CHECK_LENGTH]
        return "-".join((gate_id[:5], gate_id[5:], check))

    def display_code(self, gate_id: str, now: datetime) -> str:
        """Return the code that a gate's screen shows now, to follow `<public url>/c/`."""
        window = _number(_window_at(now), WINDOW_LENGTH)
        return self._signed(_DISPLAY + _checked(gate_id, CODE_LENGTH) + window)

    def personal_code(self, random_id: str) -> str:
        """Return the code of a person, to follow `<public url>/p/`; see `new_personal_id`."""
        return self._signed(_PERSONAL + _checked(random_id, PERSONAL_LENGTH))

    def read(self, text: str, now: datetime) -> Code | None:
        """Return what was scanned or typed, None where it is no code of ours.

        Args:
            text: a whole address, the code in it, or the short code as somebody typed it, in any
                case, with O for 0, I or L for 1. A host is not looked at: the MAC is.
            now: aware; when it was scanned, as far as that is believed. A display's code is read
                in its own window and the ones beside it.
        """
        if len(text) > LONGEST:
            return None
        found = _ADDRESS.fullmatch(text.strip())
        place, code = (found[1].lower(), found[2]) if found else ("", text.strip())
        # A scanner with Caps Lock on swaps the case of all letters; a changed one stands out.
        body = self._body_of(code.upper() if code == code.lower() else code, place)
        if body is not None:
            return _opened(body, now)
        return None if place == "p" else self._typed(code)

    def _signed(self, body: str) -> str:
        return body + _mac(self._keys[0], body)

    def _body_of(self, code: str, place: str) -> str | None:
        """Return a code without its MAC if one of our keys made it for such an address."""
        body, mac = code[:-MAC_LENGTH], code[-MAC_LENGTH:]
        letter, *lengths = _LAYOUTS.get(code[:1], ("", 0, 0))
        if len(body) != 1 + sum(lengths) or not _is_coded(code) or place not in ("", letter):
            return None
        return body if _is_one_of(mac, [_mac(key, body) for key in self._keys]) else None

    def _typed(self, code: str) -> ShortCode | None:
        plain = unicodedata.normalize("NFKC", code).upper().translate(_MISTAKEN)
        if len(plain) != CODE_LENGTH + CHECK_LENGTH or not _is_coded(plain):
            return None
        return ShortCode(plain[:CODE_LENGTH], plain[CODE_LENGTH:], self._keys)


def new_personal_id() -> str:
    """Return a new id for a personal code: 130 random bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(PERSONAL_LENGTH))


def _opened(body: str, now: datetime) -> Code | None:
    """Return what a proven code says, None for a display's from another moment."""
    version, rest = body[0], body[1:]
    if version == _PERSONAL:
        return PersonalCode(rest)
    gate_id, number = rest[:CODE_LENGTH], _as_number(rest[CODE_LENGTH:])
    if version == _VENUE:
        return VenueCode(gate_id, number)
    return DisplayCode(gate_id, number) if abs(_window_at(now) - number) <= 1 else None


def _mac(key: bytes, body: str) -> str:
    digest = int.from_bytes(hmac.new(key, body.encode("ascii"), hashlib.sha256).digest(), "big")
    return _number(digest >> (_DIGEST_BITS - MAC_LENGTH * _BITS), MAC_LENGTH)


def _is_one_of(mac: str, wanted: Sequence[str]) -> bool:
    """Return whether a MAC is one of those wanted, in a time that tells nothing."""
    return sum(hmac.compare_digest(mac, one) for one in wanted) > 0


def _is_coded(text: str) -> bool:
    return all(letter in CODE_LETTERS for letter in text)


def _checked(text: str, length: int) -> str:
    if len(text) != length or not _is_coded(text):
        raise ValueError("not an id that a code can hold")
    return text


def _window_at(now: datetime) -> int:
    return int(now.timestamp()) // int(WINDOW.total_seconds())


def _number(number: int, length: int) -> str:
    if not 0 <= number < 1 << length * _BITS:
        raise ValueError("not a number that a code can hold")
    letters = (number >> _BITS * place for place in reversed(range(length)))
    return "".join(CODE_LETTERS[bits & (1 << _BITS) - 1] for bits in letters)


def _as_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number << _BITS | CODE_LETTERS.index(letter)
    return number
