"""Lists of units to be registered: kept row by row until an officer has decided on each (R102).

What a row says is sealed; beside it stands in the open what it was judged to be. A list is done
once every row is settled, and the rows of each outcome add up to those of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.batches import finish_batch
from graph.database import Graph
from graph.errors import NotFound
from graph.periods import whole_seconds
from graph.registrations.likeness import Unit
from graph.registrations.offices import Area

#: What an officer may decide on a row.
TAKE, PASS_ON, DUPLICATE, EXCLUDED, LEFT_OUT = (
    "take",
    "pass_on",
    "duplicate",
    "excluded",
    "left_out",
)
DECISIONS = (TAKE, PASS_ON, DUPLICATE, EXCLUDED, LEFT_OUT)
#: What can become of a row, and what it is counted as.
OUTCOMES = ("accepted", "passed_on", "duplicate", "excluded", "left_out", "refused")
#: Of a row: it can be decided on; it is wrong; it is registered already, exactly so.
READY, WRONG, KNOWN = "ready", "wrong", "known"
LOT = 2_500


class Unaccounted(RuntimeError):
    """Rows of a list are not where they belong; nothing is called done."""


@dataclass(frozen=True, slots=True)
class RegistrationList:
    """A list that was uploaded; `finished_at` is None until every row is settled."""

    list_id: str
    file_name: str
    sha256: str
    batch_id: str
    role: str
    unit_code: str | None
    unit_name: str | None
    uploaded_by: str
    uploader: str | None
    round_id: str | None
    round_name: str | None
    is_late: bool
    uploaded_at: datetime
    finished_at: datetime | None
    headings: list[str]
    unread: list[str]
    row_count: int
    undecided: int
    settled: int


@dataclass(frozen=True, slots=True)
class RowStanding:
    """How it stands with a row: what it was judged to be, what was decided, what became of it."""

    number: int
    state: str
    registration_id: str
    unit_code: str | None
    suggestion: str | None
    decision: str | None
    outcome: str | None
    decision_of: str | None
    candidate_ids: tuple[str, ...]
    candidate_verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeRow:
    """A row with all that is kept of it; `sealed` holds its cells and what they mean."""

    number: int
    sealed: str
    state: str
    registration_id: str
    unit_code: str | None
    unit_name: str | None
    suggestion: str | None
    suggested_by: str | None
    decision: str | None
    outcome: str | None
    decision_of: str | None
    decision_basis: str | None
    decision_issuer: str | None
    decision_code: str | None
    decision_on: date | None
    decided_by: str | None
    decided_name: str | None
    fault_columns: list[str]
    fault_reasons: list[str]
    notes: list[str]
    candidate_ids: list[str]
    candidate_verdicts: list[str]
    candidate_agrees: list[str]
    candidate_differs: list[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on rows: one of DECISIONS, None to open them again; and what it rests on."""

    decision: str | None
    of: str | None = None
    basis: str | None = None
    issuer: str | None = None
    code: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered unit beside a row that may be the same."""

    registration_id: str
    name: str
    category: str
    state: str
    unit_code: str
    unit_name: str | None
    address: str | None
    tax_number: str | None
    holds_code_of: str | None
    batch_id: str | None
    row_number: int | None
    is_on_ncovi: bool
    received_at: datetime


def merge_list(graph: Graph, kept: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Keep a list with its rows; what is kept already stays as it is. Return its id.

    The list itself is written last: one that broke off is not there, and is made whole by
    uploading it again.

    Args:
        kept: what `lists/merge_list` takes, without the count of rows.
        rows: what `lists/merge_rows` takes.
    """
    list_id = str(kept["list_id"])
    stored = 0
    for start in range(0, len(rows), LOT):
        lot = rows[start : start + LOT]
        stored += len(graph.write("lists/merge_rows", list_id=list_id, rows=lot))
    if stored != len(rows):
        raise Unaccounted("rows of the list were not kept")
    graph.write("lists/merge_list", **kept, row_count=len(rows))
    return list_id


def find_lists(graph: Graph, area: Area, is_city: bool) -> list[RegistrationList]:
    """Return the lists that offices of an area uploaded, the newest first.

    Args:
        is_city: whether those of the city's office, which has no unit, are among them.
    """
    return _lists(graph, area, is_city)


def find_list_of_file(
    graph: Graph, sha256: str, area: Area, is_city: bool
) -> RegistrationList | None:
    """Return the newest list that was made of the same file, None if there is none."""
    return next(iter(_lists(graph, area, is_city, sha256=sha256)), None)


def get_list(graph: Graph, list_id: str, area: Area, is_city: bool) -> RegistrationList:
    """Return one list.

    Raises:
        NotFound: there is none of this id that offices of the area uploaded.
    """
    found = _lists(graph, area, is_city, list_id=list_id)
    if not found:
        raise NotFound("list")
    return found[0]


def find_rows(graph: Graph, list_id: str) -> list[RowStanding]:
    """Return how it stands with every row of a list, in the order of the file."""
    found = [
        _standing(state["state"], row)
        for state in graph.read("lists/find_rows", list_id=list_id)
        for row in state["rows"]
    ]
    return sorted(found, key=lambda row: row.number)


def find_whole_rows(graph: Graph, list_id: str, numbers: Iterable[int]) -> list[WholeRow]:
    """Return some rows of a list with all that is kept of them, in the order of the file."""
    wanted = sorted(set(numbers))
    rows = graph.read("lists/find_whole_rows", list_id=list_id, numbers=wanted) if wanted else []
    return [WholeRow(**row) for row in rows]


def decide_rows(
    graph: Graph,
    list_id: str,
    numbers: Iterable[int],
    decided: Decision,
    account_id: str,
    at: datetime,
) -> list[int]:
    """Record what an officer decided on rows; return on which: settled and wrong ones stay."""
    rows = graph.write(
        "lists/decide_rows",
        list_id=list_id,
        numbers=sorted(set(numbers)),
        decision=decided.decision,
        of=decided.of,
        basis=decided.basis,
        issuer=decided.issuer,
        code=decided.code,
        on=decided.on,
        account_id=account_id,
        at=whole_seconds(at),
    )
    return [row["number"] for row in rows]


def settle_rows(graph: Graph, list_id: str, outcomes: Mapping[int, str], at: datetime) -> None:
    """Record what became of rows.

    Raises:
        Unaccounted: one of them is not a row of the list.
    """
    rows = [{"number": n, "outcome": outcome} for n, outcome in sorted(outcomes.items())]
    found = graph.write("lists/settle_rows", list_id=list_id, rows=rows, at=whole_seconds(at))
    if len(found) != len(rows):
        raise Unaccounted("a row that was settled is not of the list")


def count_outcomes(rows: Iterable[RowStanding]) -> dict[str, int]:
    """Return how many rows each outcome has, those without one left out."""
    counts = Counter(row.outcome for row in rows if row.outcome is not None)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def finish_list(graph: Graph, kept: RegistrationList, at: datetime) -> dict[str, int]:
    """Call a list done, if each row of its file is counted once; return its counts.

    Raises:
        Unaccounted: the rows of all outcomes are not those of the file; the list stays open.
    """
    counts = count_outcomes(find_rows(graph, kept.list_id))
    if sum(counts.values()) != kept.row_count:
        raise Unaccounted("the rows settled are not those of the file")
    finish_batch(
        graph,
        kept.batch_id,
        read=kept.row_count,
        accepted=counts["accepted"] + counts["passed_on"],
        duplicate=counts["duplicate"],
        refused=counts["refused"] + counts["excluded"] + counts["left_out"],
    )
    graph.write("lists/finish_list", list_id=kept.list_id, finished_at=whole_seconds(at))
    return counts


def find_known(
    graph: Graph,
    units: Iterable[str],
    tax_numbers: Iterable[str],
    phone_indexes: Iterable[str],
) -> list[Unit]:
    """Return registered units that rows may be, under keys as `registration:<id>`."""
    rows = graph.read(
        "lists/find_known",
        unit_codes=sorted(set(units)),
        tax_numbers=sorted(set(tax_numbers)),
        phone_indexes=sorted(set(phone_indexes)),
    )
    return [
        Unit(
            f"registration:{registration_id}",
            name,
            address or "",
            commune["unit_code"],
            tax_number or "",
            phone_index or "",
        )
        for commune in rows
        for registration_id, name, address, tax_number, phone_index in commune["known"]
    ]


def find_coded_venues(graph: Graph, units: Iterable[str]) -> list[Unit]:
    """Return venues of some communes that have a printed code, under keys as `venue:<id>`."""
    rows = graph.read("lists/find_coded_venues", unit_codes=sorted(set(units)))
    return [
        Unit(f"venue:{row['venue_id']}", row["name"], unit_code=row["unit_code"]) for row in rows
    ]


def find_registered(graph: Graph, registration_ids: Iterable[str]) -> dict[str, Registered]:
    """Return registered units by their ids; those that are none are left out."""
    wanted = sorted(set(registration_ids))
    rows = graph.read("lists/find_registered", registration_ids=wanted) if wanted else []
    return {row["registration_id"]: Registered(**row) for row in rows}


def _standing(state: str, row: Sequence[Any]) -> RowStanding:
    number, registration_id, unit_code, suggestion, decision, outcome, of, ids, verdicts = row
    return RowStanding(
        number,
        state,
        registration_id,
        unit_code,
        suggestion,
        decision,
        outcome,
        of,
        tuple(ids or ()),
        tuple(verdicts or ()),
    )


def _lists(
    graph: Graph,
    area: Area,
    is_city: bool,
    list_id: str | None = None,
    sha256: str | None = None,
) -> list[RegistrationList]:
    rows = graph.read(
        "lists/find_lists",
        area=area.spans,
        is_city=is_city,
        list_id=list_id,
        sha256=sha256,
    )
    return [RegistrationList(**row) for row in rows]
