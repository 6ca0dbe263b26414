"""What a list that was uploaded comes to, row by row, before anybody has decided anything.

Nothing becomes a registration here. Whom to call is sealed with the rest of the row (R194).
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.database import Graph
from graph.names import fold
from graph.registrations.likeness import Candidate, Unit, find_candidates
from graph.registrations.lists import (
    DUPLICATE,
    KNOWN,
    PASS_ON,
    READY,
    TAKE,
    WRONG,
    find_coded_venues,
    find_known,
    find_registered,
)
from importers.parse import folded
from importers.registration_lists import PHONE_FAULT, ListedRow, ReadList
from webapp.lists.communes import Communes
from webapp.phones import read_phone
from webapp.sealing import Vault

REFUSED = "refused"
SEALED_ROW = "list_row"
SCHEME_OF_ROWS = "registration"
MOST_CANDIDATES = 5
#: What was mended in a row, shown to the officer (R152).
NOTES = ("phone_repaired", "tax_repaired")
_HEALTH = re.compile(r"\b(?:phong y te|trung tam y te|tt y te|ttyt|so y te|y te)\b")


@dataclass(frozen=True, slots=True)
class Office:
    """Who judges: the units of the own area, and the communes of the day."""

    area: Collection[str]
    communes: Communes


@dataclass(slots=True)
class _Judged:
    """A row on its way: what it means now, and what is wrong."""

    row: ListedRow
    values: dict[str, Any]
    faults: list[tuple[str, str]]
    notes: list[str]
    registration_id: str = ""

    @property
    def key(self) -> str:
        return f"row:{self.row.number}"


def judge(
    graph: Graph, vault: Vault, read: ReadList, office: Office, list_id: str
) -> list[dict[str, Any]]:
    """Return the rows of a list as the store keeps them, in the order of the file."""
    judged = [_judge_row(vault, row, office) for row in read.rows]
    good = [one for one in judged if not one.faults]
    known = find_registered(graph, [one.registration_id for one in good])
    alike = _candidates(graph, vault, [one for one in good if one.registration_id not in known])
    first: dict[str, str] = {}
    kept = []
    for one in judged:
        again = first.get(one.registration_id) if not one.faults else None
        if not one.faults and one.registration_id not in known:
            first.setdefault(one.registration_id, one.key)
        kept.append(_kept(vault, one, office, list_id, known, alike.get(one.key, []), again))
    return kept


def open_row(vault: Vault, sealed: str, list_id: str, number: int) -> dict[str, Any]:
    """Return what a row says: its `cells` as written, and their `values` by column."""
    opened: dict[str, Any] = json.loads(vault.open(sealed, SEALED_ROW, f"{list_id}/{number}"))
    return opened


def suggestion_of(values: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return on what basis a unit may be excluded, and who gave it its code; None for none.

    R26: it is on NCOVI. R18: the health office or centre gave it a code. R17: another did.
    """
    if values.get("is_on_ncovi") == "yes":
        return "ncovi", "NCOVI"
    holder = values.get("holds_code_of")
    if not holder:
        return None, None
    return ("health_code" if _HEALTH.search(folded(holder)) else "own_code"), holder


def _judge_row(vault: Vault, row: ListedRow, office: Office) -> _Judged:
    one = _Judged(row, dict(row.values), list(row.faults), [])
    values = one.values
    if phone := values.get("phone"):
        try:
            values["phone"] = read_phone(phone)
        except ValueError:
            one.faults.append(("phone", PHONE_FAULT))
        else:
            digits = re.sub(r"\D", "", phone)
            if values["phone"].startswith("+84") and not digits.startswith(("0", "84")):
                one.notes.append("phone_repaired")
    if commune := values.get("commune"):
        try:
            values["unit_code"] = office.communes.find(commune)
        except ValueError as fault:
            one.faults.append(("commune", str(fault)))
    if (tax := values.get("tax_number")) and not any(tax in cell for cell in row.cells):
        one.notes.append("tax_repaired")
    if not one.faults:
        told = [values["unit_code"], fold(values["name"]), fold(values["address"])]
        told += [values["phone"], values.get("tax_number") or ""]
        one.registration_id = vault.blind_index(SCHEME_OF_ROWS, "\x1f".join(told))
    return one


def _candidates(graph: Graph, vault: Vault, good: Sequence[_Judged]) -> dict[str, list[Candidate]]:
    """Return what each row may be the same as: an earlier row, a registered unit, a venue."""
    phones = {one.key: vault.blind_index("phone", one.values["phone"]) for one in good}
    units = [
        Unit(
            one.key,
            one.values["name"],
            one.values["address"],
            one.values["unit_code"],
            one.values.get("tax_number") or "",
            phones[one.key],
        )
        for one in good
    ]
    wards = {unit.unit_code for unit in units}
    taxes = {unit.tax_number for unit in units if unit.tax_number}
    known = find_known(graph, wards, taxes, phones.values()) if units else []
    venues = find_coded_venues(graph, wards) if units else []
    found: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in find_candidates(units, [*known, *venues]):
        if len(found[candidate.key]) < MOST_CANDIDATES:
            found[candidate.key].append(candidate)
    return found


def _kept(
    vault: Vault,
    one: _Judged,
    office: Office,
    list_id: str,
    known: Collection[str],
    candidates: Sequence[Candidate],
    again: str | None,
) -> dict[str, Any]:
    is_known = one.registration_id in known
    unit_code = one.values.get("unit_code")
    suggestion, holder = suggestion_of(one.values)
    decision: str | None
    if one.faults:
        state, decision = WRONG, REFUSED
    elif is_known:
        state, decision = KNOWN, DUPLICATE
    elif again:
        state, decision = READY, DUPLICATE
    elif suggestion or candidates:
        state, decision = READY, None
    else:
        state, decision = READY, TAKE if unit_code in office.area else PASS_ON
    return {
        "number": one.row.number,
        "sealed": vault.seal(
            json.dumps({"cells": one.row.cells, "values": one.values}, ensure_ascii=False),
            SEALED_ROW,
            f"{list_id}/{one.row.number}",
        ),
        "state": state,
        "registration_id": one.registration_id,
        "unit_code": unit_code,
        "decision": decision,
        "decision_of": f"registration:{one.registration_id}" if is_known else again,
        "suggestion": suggestion,
        "suggested_by": holder,
        "fault_columns": [column for column, _reason in one.faults] or None,
        "fault_reasons": [reason for _column, reason in one.faults] or None,
        "notes": one.notes or None,
        "candidate_ids": [each.other for each in candidates] or None,
        "candidate_verdicts": [each.verdict for each in candidates] or None,
        "candidate_agrees": [" ".join(each.agrees) for each in candidates] or None,
        "candidate_differs": [" ".join(each.differs) for each in candidates] or None,
    }
