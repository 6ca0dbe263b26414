"""What becomes of scans beside what is stored: pure, for a whole batch at once.

A batch holds a person at most once, and a key at most once, so no scan depends on another of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from graph.categories import CATEGORIES, UNKNOWN
from graph.errors import Refused
from graph.intake.implausible import find_flags
from graph.intake.scans import STOP, WAIT, Direction, Outcome, Scan, State
from graph.periods import Period, epoch_seconds, instant_of, local_days

# R57: scanning the same door again so soon is the same visit.
SAME_VISIT = timedelta(minutes=2)
# R56: nobody goes out later than this, except where stays are longer anyway.
LONGEST_OPEN = timedelta(hours=24)
# R54: so long a declaration is valid.
DECLARATION_LASTS = timedelta(hours=24)
# Stays that began so long before or after a scan can have to do with it.
AROUND = timedelta(hours=36)

OTHERWISE = "was sent before with other details"
UNKNOWN_VENUE = "is not a stored venue"
UNKNOWN_PERSON = "is not a stored person"
NOT_IN = "no stay is open at this venue"

Row = dict[str, Any]

#: What is known of somebody who is not stored yet.
NOBODY: Mapping[str, Any] = MappingProxyType(
    {"is_stored": False, "is_isolated": False, "declaration": None, "stays": ()}
)


@dataclass(slots=True)
class Decided:
    """Rows to be written, by what they are written with; and what each scan is answered."""

    answers: dict[str, Outcome | Refused] = field(default_factory=dict)
    check_ins: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    exits: list[Row] = field(default_factory=list)
    caps: list[Row] = field(default_factory=list)
    declarations: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)


def decide(scans: Sequence[Scan], known: Mapping[str, Mapping[str, Any]]) -> Decided:
    """Return what to write for scans, and what to answer once that is committed.

    Args:
        scans: each person and each key once.
        known: by visit_id, what `intake/find_receipts` and `intake/find_citizens` say of each.
    """
    decided = Decided()
    for scan in sorted(scans, key=lambda scan: (scan.person_id, scan.visit_id)):
        _decide(decided, scan, known[scan.visit_id])
    return decided


def _decide(decided: Decided, scan: Scan, known: Mapping[str, Any]) -> None:
    if known["receipt"] is not None:
        decided.answers[scan.visit_id] = _known(scan, known["receipt"])
    elif known["category"] is None:
        decided.answers[scan.visit_id] = Refused("venue_id", UNKNOWN_VENUE)
    elif scan.person is None and not known["is_stored"]:
        decided.answers[scan.visit_id] = Refused("person_id", UNKNOWN_PERSON)
    elif (stay := _stay_that_ends(scan, known)) is not None:
        _go_out(decided, scan, known, stay)
    elif scan.direction == "out":
        decided.answers[scan.visit_id] = Refused("direction", NOT_IN)
    elif (stay := _just_begun(scan, known)) is not None:
        _receive(decided, scan, known, "in", stay["visit_id"])
    else:
        _come_in(decided, scan, known)


def _known(scan: Scan, receipt: Mapping[str, Any]) -> Outcome | Refused:
    if receipt["digest"] != scan.digest:
        return Refused("visit_id", OTHERWISE)
    return Outcome(
        visit_id=receipt["of_visit_id"],
        person_id=receipt["person_id"],
        venue_id=receipt["venue_id"],
        direction=receipt["direction"],
        state="known",
        at=instant_of(receipt["at_s"]),
        colour=receipt["colour"],
        needs_declaration=receipt["needs_declaration"],
        flags=tuple(receipt["flags"]),
    )


def _stay_that_ends(scan: Scan, known: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the stay that a scan ends, the newest of those open at its venue or in its zones."""
    if scan.direction == "in":
        return None
    fitting = [
        stay
        for stay in known["stays"]
        if scan.venue_id in (stay["venue_id"], *stay["whole_ids"])
        and stay["left_at_s"] is None
        and instant_of(stay["arrived_at_s"]) <= scan.at <= _latest_exit(stay)
    ]
    if scan.of_visit_id is not None:
        fitting = [stay for stay in fitting if stay["visit_id"] == scan.of_visit_id]
    if scan.direction == "either":
        # Whoever is scanned twice at the way in has not left already.
        fitting = [stay for stay in fitting if scan.at - _arrival(stay) > SAME_VISIT]
    return fitting[-1] if fitting else None


def _latest_exit(stay: Mapping[str, Any]) -> datetime:
    open_until = _arrival(stay) + LONGEST_OPEN
    return max(open_until, instant_of(stay["left_by_s"])) if stay["left_by_s"] else open_until


def _just_begun(scan: Scan, known: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for stay in reversed(known["stays"]):
        is_open = stay["venue_id"] == scan.venue_id and stay["left_at_s"] is None
        if is_open and abs(scan.at - _arrival(stay)) <= SAME_VISIT:
            return dict(stay)
    return None


def _go_out(
    decided: Decided, scan: Scan, known: Mapping[str, Any], stay: Mapping[str, Any]
) -> None:
    decided.exits.append(
        {
            "visit_id": stay["visit_id"],
            "venue_id": stay["venue_id"],
            "left_at_s": epoch_seconds(scan.at),
            "days": local_days(Period(_arrival(stay), scan.at)),
        }
    )
    _receive(decided, scan, known, "out", stay["visit_id"])


def _receive(
    decided: Decided, scan: Scan, known: Mapping[str, Any], direction: Direction, visit_id: str
) -> None:
    """Keep a scan that belongs to a visit which was begun before."""
    colour, needs_declaration = _colour(scan, known)
    state: State = "new" if direction == "out" else "repeated"
    receipt = _receipt(scan, colour, needs_declaration, list(scan.flags))
    decided.receipts.append({**receipt, "direction": direction, "of_visit_id": visit_id})
    decided.answers[scan.visit_id] = Outcome(
        visit_id=visit_id,
        person_id=scan.person_id,
        venue_id=scan.venue_id,
        direction=direction,
        state=state,
        at=scan.at,
        colour=colour,
        needs_declaration=needs_declaration,
        flags=tuple(scan.flags),
    )
    _declare(decided, scan)
    if direction == "in" and colour == STOP:
        # What was declared right after the scan, at the gate or on the phone, counts as well.
        decided.alerts.append(_alert(scan, known, visit_id))


def _come_in(decided: Decided, scan: Scan, known: Mapping[str, Any]) -> None:
    category = CATEGORIES.get(known["category"], CATEGORIES[UNKNOWN])
    place = (known["latitude"], known["longitude"])
    found = find_flags(scan.at, category, place, known["stays"])
    flags = [*found, *(flag for flag in scan.flags if flag not in found)]
    colour, needs_declaration = _colour(scan, known)
    expected, left_by = category.estimate_exit(scan.at)
    if (seen_at := _next_seen_elsewhere(scan, known)) is not None:
        left_by = min(left_by, seen_at)
        expected = min(expected, left_by)
    ends = {
        "arrived_at_s": epoch_seconds(scan.at),
        "expected_left_at_s": epoch_seconds(expected),
        "left_by_s": epoch_seconds(left_by),
        "days": local_days(Period(scan.at, left_by)),
    }
    newcomer = scan.person or {}
    details = {key: newcomer.get(key) for key in ("full_name", "name_key", "birth_year", "sex")}
    receipt = _receipt(scan, colour, needs_declaration, flags)
    decided.check_ins.append({**receipt, **ends, **details, "source": scan.source})
    decided.caps += _caps(scan, known)
    decided.answers[scan.visit_id] = Outcome(
        visit_id=scan.visit_id,
        person_id=scan.person_id,
        venue_id=scan.venue_id,
        direction="in",
        state="new",
        at=scan.at,
        colour=colour,
        needs_declaration=needs_declaration,
        flags=tuple(flags),
    )
    _declare(decided, scan)
    if colour == STOP:
        decided.alerts.append(_alert(scan, known, scan.visit_id))


def _alert(scan: Scan, known: Mapping[str, Any], visit_id: str) -> Row:
    return {
        # One visit raises one alert, however often it is told.
        "alert_id": visit_id,
        "reason": "isolation" if known["is_isolated"] else "declaration",
        "person_id": scan.person_id,
        "venue_id": scan.venue_id,
        "visit_id": visit_id,
        "raised_at": scan.received_at,
        "raised_by": scan.account_id,
    }


def _colour(scan: Scan, known: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the answer at the gate (R66), and whether a declaration is wanted (R54)."""
    declared = known["declaration"]
    if scan.declaration is not None:
        risk = scan.declaration["risk"]
    elif declared and scan.at - instant_of(declared["made_at_s"]) <= DECLARATION_LASTS:
        risk = declared["risk"]
    else:
        risk = None
    if known["is_isolated"]:
        return STOP, False
    return (WAIT, True) if risk is None else (risk, False)


def _receipt(scan: Scan, colour: str, needs_declaration: bool, flags: list[str]) -> Row:
    return {
        "visit_id": scan.visit_id,
        "digest": scan.digest,
        "person_id": scan.person_id,
        "venue_id": scan.venue_id,
        "gate_code": scan.gate_code,
        "account_id": scan.account_id,
        "clock_skew_s": scan.clock_skew_s,
        "colour": colour,
        "needs_declaration": needs_declaration,
        "flags": flags,
        "at_s": epoch_seconds(scan.at),
    }


def _declare(decided: Decided, scan: Scan) -> None:
    if scan.declaration is not None:
        row = {**scan.declaration, "person_id": scan.person_id, "source": scan.source}
        decided.declarations.append(row)
    decided.identifiers += [
        {**one, "person_id": scan.person_id, "source": scan.source} for one in scan.identifiers
    ]


def _next_seen_elsewhere(scan: Scan, known: Mapping[str, Any]) -> datetime | None:
    """Return when the person next came in somewhere else, for a scan that is told late."""
    later = [
        _arrival(stay)
        for stay in known["stays"]
        if _arrival(stay) > scan.at and _is_elsewhere(scan, known, stay)
    ]
    return min(later, default=None)


def _caps(scan: Scan, known: Mapping[str, Any]) -> list[Row]:
    """Return the open stays elsewhere that cannot have lasted longer than until this scan (R56)."""
    rows = []
    for stay in known["stays"]:
        is_open = stay["left_at_s"] is None and stay["left_by_s"] is not None
        if not is_open or not _is_elsewhere(scan, known, stay):
            continue
        if not _arrival(stay) < scan.at < instant_of(stay["left_by_s"]):
            continue
        at_s = epoch_seconds(scan.at)
        rows.append(
            {
                "visit_id": stay["visit_id"],
                "venue_id": stay["venue_id"],
                "expected_left_at_s": min(stay["expected_left_at_s"] or at_s, at_s),
                "left_by_s": at_s,
                "days": local_days(Period(_arrival(stay), scan.at)),
            }
        )
    return rows


def _is_elsewhere(scan: Scan, known: Mapping[str, Any], stay: Mapping[str, Any]) -> bool:
    """Say whether nobody can be at both: a zone and what it is a part of are one place."""
    return (
        stay["venue_id"] != scan.venue_id
        and stay["venue_id"] not in known["whole_ids"]
        and scan.venue_id not in stay["whole_ids"]
    )


def _arrival(stay: Mapping[str, Any]) -> datetime:
    return instant_of(stay["arrived_at_s"])
