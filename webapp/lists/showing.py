"""The rows of a list as the page shows them: which are meant, and what stands beside each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.database import Graph
from graph.registrations.lists import (
    KNOWN,
    READY,
    WRONG,
    Registered,
    RegistrationList,
    RowStanding,
    WholeRow,
    find_registered,
    find_whole_rows,
)
from graph.venues import find_names
from webapp.lists.judging import open_row
from webapp.phones import mask_phone
from webapp.sealing import Vault

Belongs = Callable[[RowStanding], bool]
#: Which rows a view of the page lists; the first that holds something is shown first.
VIEWS: Mapping[str, Belongs] = {
    "open": lambda row: row.decision is None and row.outcome is None,
    "wrong": lambda row: row.state == WRONG,
    "alike": lambda row: bool(row.candidate_ids) or row.state == KNOWN,
    "excludable": lambda row: row.suggestion is not None,
    "elsewhere": lambda row: (
        row.state == READY
        and "pass_on" in (row.decision, "pass_on" if row.outcome == "passed_on" else "")
    ),
    "decided": lambda row: row.decision is not None and row.outcome is None,
    "settled": lambda row: row.outcome is not None,
    "all": lambda row: True,
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a row may be the same as, as far as it can be shown."""

    ref: str
    kind: str
    verdict: str
    agrees: Sequence[str]
    differs: Sequence[str]
    number: int | None = None
    values: Mapping[str, Any] | None = None
    registered: Registered | None = None
    venue_name: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the page: what is kept of it, what it says, what stands beside it."""

    kept: WholeRow
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    phone: str
    faults: Sequence[tuple[str, str]]
    beside: Sequence[Beside]


def count_views(rows: Sequence[RowStanding]) -> dict[str, int]:
    """Return how many rows each view has."""
    return {view: sum(map(belongs, rows)) for view, belongs in VIEWS.items()}


def rows_of(view: str, rows: Sequence[RowStanding]) -> list[int]:
    """Return the numbers of the rows of a view, in the order of the file."""
    return [row.number for row in rows if VIEWS[view](row)]


def show_rows(
    graph: Graph, vault: Vault, kept: RegistrationList, numbers: Sequence[int]
) -> list[ShownRow]:
    """Return some rows with all that stands beside them, in three questions to the store."""
    whole = find_whole_rows(graph, kept.list_id, numbers)
    refs = [ref for row in whole for ref in _refs(row)]
    by_kind: dict[str, list[str]] = {"row": [], "registration": [], "venue": []}
    for ref in refs:
        kind, _colon, which = ref.partition(":")
        by_kind[kind].append(which)
    others = find_whole_rows(graph, kept.list_id, map(int, by_kind["row"]))
    opened = {
        row.number: open_row(vault, row.sealed, kept.list_id, row.number)
        for row in (*whole, *others)
    }
    registered = find_registered(graph, by_kind["registration"])
    venues = find_names(graph, by_kind["venue"])
    return [_shown(row, kept, opened, registered, venues) for row in whole]


def _refs(row: WholeRow) -> list[str]:
    own = [row.decision_of] if row.decision_of and row.decision_of not in row.candidate_ids else []
    return [*own, *row.candidate_ids]


def _shown(
    row: WholeRow,
    kept: RegistrationList,
    opened: Mapping[int, Mapping[str, Any]],
    registered: Mapping[str, Registered],
    venues: Mapping[str, str],
) -> ShownRow:
    said = opened[row.number]
    values = said["values"]
    beside = []
    for at, ref in enumerate(row.candidate_ids):
        told = row.candidate_verdicts[at], row.candidate_agrees[at], row.candidate_differs[at]
        beside.append(_beside(ref, told, opened, registered, venues))
    if row.decision_of and row.decision_of not in row.candidate_ids:
        beside.append(_beside(row.decision_of, ("same", "", ""), opened, registered, venues))
    phone = str(values.get("phone") or "")
    return ShownRow(
        row,
        dict(zip(kept.headings, said["cells"], strict=True)),
        values,
        mask_phone(phone) if phone.startswith("+") else "",
        list(zip(row.fault_columns, row.fault_reasons, strict=True)),
        beside,
    )


def _beside(
    ref: str,
    told: tuple[str, str, str],
    opened: Mapping[int, Mapping[str, Any]],
    registered: Mapping[str, Registered],
    venues: Mapping[str, str],
) -> Beside:
    kind, _colon, which = ref.partition(":")
    verdict, agrees, differs = told
    return Beside(
        ref,
        kind,
        verdict,
        agrees.split(),
        differs.split(),
        int(which) if kind == "row" else None,
        opened[int(which)]["values"] if kind == "row" else None,
        registered.get(which) if kind == "registration" else None,
        venues.get(which) if kind == "venue" else None,
    )
