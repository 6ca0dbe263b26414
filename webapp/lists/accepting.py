"""Taking in the rows of a list that are decided on, a lot at a time; each row comes out once.

What breaks off goes on where it stopped: a row that was registered and not yet settled is found
registered under its own id, by its own list, and counted as what it is.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from graph.database import Graph
from graph.registrations import Actor, Evidence, move_each, record_registrations
from graph.registrations.lists import (
    DUPLICATE,
    EXCLUDED,
    LEFT_OUT,
    PASS_ON,
    TAKE,
    RegistrationList,
    RowStanding,
    WholeRow,
    find_registered,
    find_rows,
    find_whole_rows,
    finish_list,
    settle_rows,
)
from webapp.lists.judging import open_row
from webapp.registration_forms import CONTACT_FIELD, PHONE_SCHEME
from webapp.sealing import Vault

LOT = 2_500
# As `registration_forms.Contact` calls them, by the columns of a list.
_CONTACT = {"representative": "person", "title": "position", "phone": "phone", "email": "email"}
#: In this order, so that what others are duplicates of is there before them.
_RANK = {TAKE: 0, PASS_ON: 0, EXCLUDED: 1, DUPLICATE: 2, LEFT_OUT: 3, "refused": 3}


def waiting_rows(rows: Iterable[RowStanding], chosen: Collection[int] | None) -> list[RowStanding]:
    """Return the rows that are decided on and not settled, in the order in which they are taken.

    Args:
        chosen: only these; None for all of them.
    """
    rows = list(rows)
    # What a duplicate is once more is decided on first.
    undecided = {f"row:{row.number}" for row in rows if row.decision is None}
    waiting = [
        row
        for row in rows
        if row.outcome is None
        and row.decision is not None
        and (chosen is None or row.number in chosen)
        and not (row.decision == DUPLICATE and row.decision_of in undecided)
    ]
    return sorted(waiting, key=lambda row: (_RANK[row.decision or ""], row.number))


def accept_lot(
    graph: Graph,
    vault: Vault,
    kept: RegistrationList,
    actor: Actor,
    area: Collection[str],
    at: datetime,
    chosen: Collection[int] | None = None,
) -> int:
    """Settle up to a lot of rows that are decided on; return how many still wait.

    The last row of the file makes the list done, if every row of it is accounted for.

    Raises:
        Unaccounted: the rows settled are not those of the file; nothing is called done.
    """
    standing = find_rows(graph, kept.list_id)
    waiting = waiting_rows(standing, chosen)
    lot = waiting[:LOT]
    if lot:
        _settle(graph, vault, kept, actor, area, at, lot, standing)
    left = len(waiting) - len(lot)
    open_rows = sum(row.outcome is None for row in standing) - len(lot)
    if open_rows == 0 and kept.finished_at is None:
        finish_list(graph, kept, at)
    return left


def _settle(
    graph: Graph,
    vault: Vault,
    kept: RegistrationList,
    actor: Actor,
    area: Collection[str],
    at: datetime,
    lot: Sequence[RowStanding],
    standing: Sequence[RowStanding],
) -> None:
    outcomes: dict[int, str] = {}
    ids = {row.number: row.registration_id for row in standing}
    recorded = []
    for row in lot:
        if row.decision in (LEFT_OUT, "refused"):
            outcomes[row.number] = str(row.decision)
        elif row.state != "ready":
            outcomes[row.number] = DUPLICATE
        elif row.decision == DUPLICATE and _original(row.decision_of, ids) == row.registration_id:
            # The very same unit in two rows: one registration stands for both.
            outcomes[row.number] = DUPLICATE
        else:
            recorded.append(row.number)
    whole = find_whole_rows(graph, kept.list_id, recorded)
    outcomes |= _record(graph, vault, kept, actor, whole)
    _move(
        graph, kept, actor, area, at, [w for w in whole if w.number not in outcomes], ids, outcomes
    )
    settle_rows(graph, kept.list_id, outcomes, at)


def _record(
    graph: Graph, vault: Vault, kept: RegistrationList, actor: Actor, whole: Sequence[WholeRow]
) -> dict[int, str]:
    """Register rows; return the outcomes of those that another list registered meanwhile."""
    if not whole:
        return {}
    rows = [_registration(vault, kept, row) for row in whole]
    merged = record_registrations(graph, rows, actor, kept.uploaded_at)
    outcomes = {whole[refusal.index].number: "refused" for refusal in merged.refused}
    stored = find_registered(graph, [row.registration_id for row in whole])
    for row in whole:
        found = stored.get(row.registration_id)
        if found is None:
            outcomes[row.number] = "refused"
        elif (found.batch_id, found.row_number) != (kept.batch_id, row.number):
            outcomes[row.number] = DUPLICATE
    return outcomes


def _move(
    graph: Graph,
    kept: RegistrationList,
    actor: Actor,
    area: Collection[str],
    at: datetime,
    whole: Sequence[WholeRow],
    ids: Mapping[int, str],
    outcomes: dict[int, str],
) -> None:
    """Move what was registered on; what this office may not move waits at the desk that may."""
    groups: dict[tuple[str, Evidence | None], list[WholeRow]] = defaultdict(list)
    for row in whole:
        if row.decision == PASS_ON or row.unit_code not in area:
            outcomes[row.number] = "passed_on"
            continue
        groups[_step(row, ids)].append(row)
    words = {"accepted": None, "duplicate": "seen_twice", "excluded": "listed_elsewhere"}
    steps = [
        ([row.registration_id for row in rows], state, words[state], evidence)
        for (state, evidence), rows in groups.items()
    ]
    moved = move_each(graph, steps, actor, at=at, key=kept.list_id) if steps else []
    where = {one.registration_id for one in moved if one.is_moved}
    for (state, _evidence), rows in groups.items():
        for row in rows:
            outcomes[row.number] = state if row.registration_id in where else "passed_on"


def _step(row: WholeRow, ids: Mapping[int, str]) -> tuple[str, Evidence | None]:
    """Return into which state a registered row goes, and on what that rests."""
    if row.decision == TAKE:
        return "accepted", None
    if row.decision == DUPLICATE:
        kind, _colon, of = (row.decision_of or "").partition(":")
        if kind != "venue":
            return "duplicate", Evidence(same_as=_original(row.decision_of, ids))
        return "excluded", Evidence(basis="own_code", issuer="truyvet", issued_code=of)
    return "excluded", Evidence(
        basis=row.decision_basis or "other",
        issuer=row.decision_issuer,
        issued_code=row.decision_code,
        issued_on=row.decision_on,
    )


def _original(of: str | None, ids: Mapping[int, str]) -> str | None:
    """Return the registration that `row:12` or `registration:abc` stands for."""
    kind, _colon, which = (of or "").partition(":")
    if kind == "row":
        return ids.get(int(which))
    return which if kind == "registration" else None


def _registration(vault: Vault, kept: RegistrationList, row: WholeRow) -> dict[str, Any]:
    """Return a row as it is registered; whom to call is sealed for its registration alone."""
    values = open_row(vault, row.sealed, kept.list_id, row.number)["values"]
    contact = {told: values[key] for told, key in _CONTACT.items() if values.get(key)}
    return {
        "registration_id": row.registration_id,
        "digest": row.registration_id,
        "unit_code": row.unit_code,
        "name": values["name"],
        "category": values["category"],
        "address": values["address"],
        "tax_number": values.get("tax_number"),
        "gate_count": values.get("gate_count"),
        "holds_code_of": values.get("holds_code_of"),
        "is_on_ncovi": values.get("is_on_ncovi") == "yes",
        "note": values.get("note"),
        "contact_sealed": vault.seal(
            json.dumps(contact, ensure_ascii=False), CONTACT_FIELD, row.registration_id
        ),
        "phone_index": vault.blind_index(PHONE_SCHEME, values["phone"]),
        "has_email": bool(values.get("email")),
        "source": "list",
        "round_id": kept.round_id,
        "batch_id": kept.batch_id,
        "row_number": row.number,
    }
