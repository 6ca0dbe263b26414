"""Moving registrations: every step is judged by the query that takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from graph.categories import CATEGORIES
from graph.database import Graph, Row
from graph.errors import Refused
from graph.periods import local_day, whole_seconds
from graph.registrations.offices import Actor, Area, find_area
from graph.registrations.recording import TOLD, keys_of
from graph.registrations.workflow import (
    BASES,
    OFFICIAL_KINDS,
    PASSED_ON_FROM,
    RETURNABLE,
    STATES,
    chain_on,
    due_at,
    find_turns,
    find_ways,
    reasons_wanted_from,
)

#: What can become of a registration that was to be moved.
OUTCOMES = ("moved", "repeated", "unknown", "illegal", "no_reason", "no_original")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a move rests on (R105): for an exclusion why, who gave the unit its code, which, when.

    Args:
        letter: the letter that the step rests on (R30).
        basis: one of BASES.
        same_as: the registration_id of which this one is a duplicate.
    """

    letter: str | None = None
    basis: str | None = None
    issuer: str | None = None
    issued_code: str | None = None
    issued_on: date | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one registration: one of OUTCOMES, and the state that it is in now."""

    registration_id: str
    outcome: str
    state: str | None

    @property
    def is_moved(self) -> bool:
        """Whether it is where it was to go by this very request, sent now or before."""
        return self.outcome in ("moved", "repeated")


def move(
    graph: Graph,
    registration_ids: Iterable[str],
    to_state: str,
    actor: Actor,
    *,
    at: datetime,
    key: str,
    reason: str | None = None,
    evidence: Evidence | None = None,
) -> list[Moved]:
    """Bring registrations into a state; say of each, by id, what became of it.

    Those that may not be moved stay, whatever became of the others: outside of the area they
    are `unknown`; no way of the table and no way back leads there now (`illegal`); a reason is
    missing (`no_reason`); a duplicate's original is not known (`no_original`).

    Args:
        key: made by the sender: what was moved under it is `repeated`, and moves once.

    Raises:
        Refused: there is no such state, or no such basis of an exclusion.
    """
    steps = [
        _step(_area(graph, actor, at), registration_ids, to_state, actor, at, key, reason, evidence)
    ]
    return [Moved(**row) for row in graph.write_together(*steps)[0]]


def move_each(
    graph: Graph,
    groups: Sequence[tuple[Sequence[str], str, str | None, Evidence | None]],
    actor: Actor,
    *,
    at: datetime,
    key: str,
) -> list[Moved]:
    """Do what `move` does for several groups of registrations at once: all of it, or nothing.

    Args:
        groups: of each the registration_ids, the state, the reason and the evidence.
        key: as of `move`; every group has one of its own, made of it and the group's state.

    Raises:
        Refused: there is no such state, or no such basis of an exclusion.
    """
    area = _area(graph, actor, at)
    steps = [
        _step(area, ids, to_state, actor, at, f"{key}-{to_state}", reason, evidence)
        for ids, to_state, reason, evidence in groups
    ]
    return [Moved(**row) for rows in graph.write_together(*steps) for row in rows]


def take_back(
    graph: Graph,
    registration_ids: Iterable[str],
    from_states: Mapping[str, str],
    actor: Actor,
    *,
    at: datetime,
    key: str,
    reason: str | None = None,
) -> list[Moved]:
    """Move registrations back to where they came from, if this office moved them and nobody since.

    Args:
        from_states: by registration_id, the state that each came from; see `came_from`.
    """
    moved = []
    for state in sorted(set(from_states.values())):
        ids = [one for one in registration_ids if from_states.get(one) == state]
        moved += move(graph, ids, state, actor, at=at, key=key, reason=reason)
    return sorted(moved, key=lambda one: one.registration_id)


def pass_on(
    graph: Graph,
    registration_ids: Iterable[str],
    unit_code: str,
    actor: Actor,
    *,
    at: datetime,
    key: str,
    category: str | None = None,
    reason: str | None = None,
) -> list[Moved]:
    """Give registrations that came to the wrong desk to the right one (R101); its clock begins.

    Args:
        unit_code: the commune that they are in.
        category: their kind, where that was wrong: it decides who takes a unit in (R15, R16).

    Raises:
        Refused: there is no such kind.
    """
    if category is not None and category not in CATEGORIES:
        raise Refused("category", "is not a known kind of venue")
    at = whole_seconds(at)
    rows = graph.write(
        "registrations/pass_on",
        registration_ids=sorted(set(registration_ids)),
        unit_code=unit_code,
        category=category,
        key=key,
        area=_area(graph, actor, at).spans,
        turns=[
            {"chain": turn.chain, "state": turn.state, "kinds": turn.kinds}
            for turn in find_turns(actor.role)
        ],
        official=OFFICIAL_KINDS,
        chain=chain_on(local_day(at)),
        states=PASSED_ON_FROM,
        at=at,
        due_at=due_at("submitted", at),
        account_id=actor.account_id,
        role=actor.role,
        office=actor.unit_code,
        reason=reason,
    )
    return [Moved(**row) for row in rows]


def correct_registration(
    graph: Graph,
    registration_id: str,
    row: Mapping[str, Any],
    actor: Actor,
    *,
    at: datetime,
    key: str,
    changed: Sequence[str] = (),
) -> Moved:
    """Send a draft, or what needed correction, with what is told anew; both or neither is stored.

    Args:
        row: name, category, contact_sealed, has_email, is_on_ncovi, and if known phone_index
            and the other columns of TOLD.
        changed: the names of what differs from before, for the history; no values.
    """
    step = _step(
        _area(graph, actor, at), [registration_id], "submitted", actor, at, key, None, None
    )
    told = {
        **{name: row.get(name) for name in (*TOLD, "phone_index")},
        **{name: row[name] for name in ("name", "category", "contact_sealed")},
        **{name: bool(row.get(name)) for name in ("has_email", "is_on_ncovi")},
        **keys_of(row),
    }

    def correction(found: Sequence[list[Row]]) -> dict[str, Any] | None:
        if found[0][0]["outcome"] != "moved":
            return None
        return {
            "registration_id": registration_id,
            "step_id": f"{key}/{registration_id}",
            "changed": sorted(changed),
            **told,
        }

    rows, _corrected = graph.write_together(step, ("registrations/correct", correction))
    return Moved(**rows[0])


def _area(graph: Graph, actor: Actor, at: datetime) -> Area:
    return find_area(graph, actor, local_day(at))


def _step(
    area: Area,
    registration_ids: Iterable[str],
    to_state: str,
    actor: Actor,
    at: datetime,
    key: str,
    reason: str | None,
    evidence: Evidence | None,
) -> tuple[str, dict[str, Any]]:
    given = evidence or Evidence()
    if to_state not in STATES:
        raise Refused("to_state", "is no state of a registration")
    if given.basis is not None and given.basis not in BASES:
        raise Refused("basis", "is no reason to exclude a unit")
    at = whole_seconds(at)
    clock = STATES[to_state].clock
    step = {
        "to_state": to_state,
        "key": key,
        "area": area.spans,
        "ways": [asdict(way) for way in find_ways(to_state, actor.role)],
        "official": OFFICIAL_KINDS,
        "chain": chain_on(local_day(at)),
        "returnable": RETURNABLE,
        "reasoned": reasons_wanted_from(to_state),
        "at": at,
        "due_at": due_at(to_state, at),
        "is_deadline": clock is not None and clock.is_deadline,
        "account_id": actor.account_id,
        "role": actor.role,
        "office": actor.unit_code,
        "reason": reason or None,
        **asdict(given),
    }
    return "registrations/move", {"registration_ids": sorted(set(registration_ids)), "step": step}
