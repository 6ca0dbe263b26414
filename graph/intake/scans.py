"""What is handed to the intake, and what comes back once it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Direction = Literal["in", "out"]
#: What became of a scan: stored now; stored before; or the same visit as one stored shortly before.
State = Literal["new", "known", "repeated"]
#: The colours of an answer at the gate, the best first.
GO, WAIT, STOP = "go", "wait", "stop"


class IntakeFull(Exception):
    """So many wait already that one more would wait too long; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Somebody comes in or goes out, as a phone, a gate or an officer tells it.

    Args:
        visit_id: the key made by the sender, of this scan alone; of a check-in it is the visit's.
        digest: of all that was sent: the same key with another digest is refused.
        direction: `either` goes out where a stay is open at this venue, else comes in.
        person: of somebody new, full_name, name_key, birth_year and sex, None where not known.
        is_new: whether the person_id was made of this very scan, so that nothing is known of it.
        gate_code: of the door; None where it was none, as for a tap on the receipt.
        at: when they came or went, aware UTC, whole seconds.
        received_at: when this server was told.
        source: the kind of source.
        of_visit_id: for `out`, the visit that ends; None for the one open at this venue.
        clock_skew_s: by how many seconds the sender's clock was late; None if it did not tell.
        declaration: declaration_id, kind, form_version, consent_hash, risk, made_at_s,
            declared_for, reason and sealed, if one was made with it.
        identifiers: of the person, each scheme, blind_index and sealed.
        flags: what the web app found implausible already.
        account_id: of the officer who scanned.
    """

    visit_id: str
    digest: str
    direction: Literal["in", "out", "either"]
    person_id: str
    venue_id: str
    at: datetime
    received_at: datetime
    source: str
    person: Mapping[str, Any] | None = None
    is_new: bool = False
    gate_code: str | None = None
    of_visit_id: str | None = None
    clock_skew_s: int | None = None
    declaration: Mapping[str, Any] | None = None
    identifiers: Sequence[Mapping[str, str]] = ()
    flags: Sequence[str] = ()
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is stored of a scan.

    Args:
        visit_id: of the visit that it began, belongs to or ended.
        at: when the person came or, for `out`, went, as stored first.
        colour: go, wait or stop; at the exit as well.
        needs_declaration: whether none was valid, so that the colour is not go.
        flags: what is implausible about it; it is stored all the same.
    """

    visit_id: str
    person_id: str
    venue_id: str
    direction: Direction
    state: State
    at: datetime
    colour: str
    needs_declaration: bool
    flags: tuple[str, ...]
