"""Taking in units: each once, under the key that its sender made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Rows, sift, without
from graph.categories import CATEGORIES
from graph.database import Graph
from graph.names import fold
from graph.periods import whole_seconds
from graph.registrations.offices import Actor
from graph.registrations.workflow import due_at

SOURCES = ("form", "officer", "list")
FIRST_STATES = ("draft", "submitted")
#: What a unit says of itself, beside whom to call; and where a row comes from.
TOLD = ("address", "tax_number", "gate_count", "holds_code_of", "note")
_OPTIONAL = (*TOLD, "phone_index", "round_id", "batch_id", "row_number", "digest")
_SEALED = frozenset({"contact_sealed", "index", "digest", "address_key", "name_key"})


def record_registrations(graph: Graph, rows: Rows, actor: Actor, at: datetime) -> Merged:
    """Take in units; one that was taken in before, under its `registration_id`, stays as it is.

    A first step tells who sent it. What is received after the end of its round is late.

    Args:
        rows: registration_id (made by the sender), unit_code (of the commune), name, category,
            contact_sealed, source (of SOURCES); and if known state (of FIRST_STATES, else
            submitted), address, tax_number, gate_count, holds_code_of, is_on_ncovi, note,
            phone_index, has_email, round_id, batch_id, row_number; and digest, of all that the
            sender told, where that is sealed: without it, sealed text is left out.
        actor: who sends them.
        at: when they were received.

    Returns:
        How many were new, known already, and refused: of an unknown commune or kind, or sent
        before with other content.
    """
    at = whole_seconds(at)
    sifted = sift([_whole(row) for row in rows], "registration_id", _OPTIONAL)
    refused = _refusals(sifted.rows)
    good = without(sifted.rows, refused)
    ready = [{**row, "due_at": due_at(row["state"], at)} for row in good]
    found = graph.write(
        "registrations/merge_registrations",
        rows=ready,
        at=at,
        account_id=actor.account_id,
        role=actor.role,
        office=actor.unit_code,
    )
    outcomes = [(row["index"], row["outcome"]) for row in found]
    refused += [
        Refusal(index, "registration_id", STORED_OTHERWISE)
        for index, outcome in outcomes
        if outcome == "other"
    ]
    refused += [
        Refusal(index, "unit_code", "is not a known commune")
        for index, outcome in outcomes
        if outcome == "no_unit"
    ]
    same = sum(outcome == "same" for _index, outcome in outcomes)
    return sifted.merged(same, refused)


def keys_of(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the folded name and address of a unit, under which its spellings meet."""
    address = row.get("address")
    return {"name_key": fold(row["name"]), "address_key": fold(address) if address else None}


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    whole = {
        **dict.fromkeys(_OPTIONAL),
        "state": "submitted",
        "is_on_ncovi": False,
        "has_email": False,
        **row,
    }
    whole.update(keys_of(whole))
    whole["digest"] = whole["digest"] or _digest(whole)
    return whole


def _digest(row: Mapping[str, Any]) -> str:
    told = {key: value for key, value in row.items() if key not in _SEALED}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _refusals(rows: Rows) -> list[Refusal]:
    allowed = {"category": CATEGORIES, "state": FIRST_STATES, "source": SOURCES}
    return [
        Refusal(row["index"], column, "is none of the known ones")
        for row in rows
        for column in allowed
        if row[column] not in allowed[column]
    ]
