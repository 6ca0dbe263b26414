"""What a scanned or typed code opens: a gate and its venue, remembered for some seconds.

Hundreds of people scan one poster in a minute; the store is asked once for all of them. A poster
that was replaced opens until the day that was set for it (R109).
"""

import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import force_locale

from graph.errors import NotFound
from graph.venues import Gate, get_gate
from webapp import current
from webapp.codes import CodeReader, DisplayCode, ShortCode, VenueCode
from webapp.formats import place_of
from webapp.keys import keep, new_key
from webapp.language import LANGUAGES
from webapp.settings import Settings

# So long a change of a gate or the name of its venue may go unseen.
REMEMBERED_SECONDS = 30.0
MOST_REMEMBERED = 20_000
OfGate = VenueCode | ShortCode | DisplayCode


@dataclass(frozen=True, slots=True)
class Door:
    """A gate that a code opened.

    Args:
        places: where its venue is, by language, as a visitor reads it.
    """

    gate: Gate
    places: Mapping[str, str]

    @property
    def code(self) -> str:
        """What is printed at it now."""
        return printed_code(self.gate)


class _Remembered:
    """Doors by the ids of their gates, for some seconds each."""

    def __init__(self) -> None:
        self._doors: dict[str, tuple[float, Door]] = {}
        self._posters: dict[str, VenueCode] = {}

    def poster(self, text: str) -> VenueCode | None:
        """Return what a poster says that was read before; that its MAC is ours stays so."""
        return self._posters.get(text)

    def keep(self, text: str, poster: VenueCode) -> None:
        if len(self._posters) >= MOST_REMEMBERED:
            self._posters.clear()
        self._posters[text] = poster

    def known(self, gate_id: str) -> Door | None:
        known = self._doors.get(gate_id)
        return known[1] if known is not None and known[0] > time.monotonic() else None

    def get(self, gate_id: str) -> Door:
        if (known := self.known(gate_id)) is not None:
            return known
        gate = get_gate(current.graph(), gate_id)
        door = Door(gate, {language: _place(gate, language) for language in LANGUAGES})
        if len(self._doors) >= MOST_REMEMBERED:
            self._doors.clear()
        self._doors[gate_id] = (time.monotonic() + REMEMBERED_SECONDS, door)
        return door

    def forget(self) -> None:
        self._doors.clear()


def _place(gate: Gate, language: str) -> str:
    with force_locale(language):
        return place_of(gate.venue)


def open_door(text: str) -> Door:
    """Return the door of a code: an address, only the code, or its short form typed by hand.

    Raises:
        NotFound: `gate`, we never made this code; `poster`, it was replaced by another.
    """
    found = _read(text)
    return _current(found, _remembered().get(found.gate_id))


def remembered(text: str) -> Door | None:
    """Return the door of a code if the store need not be asked for it, else None.

    Raises:
        NotFound: as `open_door`.
    """
    found = _read(text)
    door = _remembered().known(found.gate_id)
    return None if door is None else _current(found, door)


def _read(text: str) -> OfGate:
    if (poster := _remembered().poster(text)) is not None:
        return poster
    found = reader().read(text, current.now())
    if not isinstance(found, VenueCode | ShortCode | DisplayCode):
        raise NotFound("gate")
    if isinstance(found, VenueCode):
        _remembered().keep(text, found)
    return found


def _current(found: OfGate, door: Door) -> Door:
    if not _is_current(found, door.gate):
        raise NotFound("poster")
    return door


def door_of(gate_id: str) -> Door:
    """Return the door of a gate by its id, for officers, who scan nothing to be there.

    Raises:
        NotFound: `gate`, there is none.
    """
    return _remembered().get(gate_id)


def _is_current(found: OfGate, gate: Gate) -> bool:
    if isinstance(found, DisplayCode):
        return True
    epochs = [gate.epoch]
    if gate.old_until is not None and current.now() < gate.old_until:
        epochs.append(gate.epoch - 1)
    if isinstance(found, VenueCode):
        return found.epoch in epochs
    return any(found.fits(epoch) for epoch in epochs)


def printed_code(gate: Gate) -> str:
    """Return the code that is printed for a gate now."""
    return reader().venue_code(gate.code, gate.epoch)


def short_code(gate: Gate) -> str:
    """Return the short form of a gate's code, to be typed by hand."""
    return reader().short_code(gate.code, gate.epoch)


def forget() -> None:
    """Ask the store anew for every gate: one was changed."""
    _remembered().forget()


def reader() -> CodeReader:
    """Return what makes and reads the codes of this instance."""
    found: CodeReader = current_app.extensions["code_reader"]
    return found


def _remembered() -> _Remembered:
    found: _Remembered = current_app.extensions["doors"]
    return found


def open_reader(settings: Settings) -> CodeReader:
    """Return the reader of an instance; `secrets/code-keys` holds a key a line, the newest first.

    A key that follows the first still reads what was printed under it.
    """
    lines = keep(settings, "code-keys", new_key).splitlines()
    return CodeReader(*(urlsafe_b64decode(line) for line in lines))


def init_app(app: Flask) -> None:
    """Give the app its codes and its memory of gates."""
    app.extensions["code_reader"] = open_reader(app.extensions["settings"])
    app.extensions["doors"] = _Remembered()
