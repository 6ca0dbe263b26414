"""Pass one over a file of visits: check every row, keep the good ones as columns on disk.

What is held in memory is 8 bytes a row, the ids of people and venues, and the refused rows.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars

from graph.batches import Refusal
from importers.files import Sheet
from importers.filling.lots import Lot, lots_of
from importers.filling.numbering import Numbers
from importers.filling.plain import plain_visits
from importers.filling.settling import Settled, settle
from importers.header import match_header
from importers.importer import BATCH_SIZE, Progress, RowReader
from importers.refusals import RefusedRows
from importers.rows import Row
from importers.visits import VISITS

_GOOD = polars.Schema(
    {
        "place": polars.UInt32,
        "visit_id": polars.String,
        "person_id": polars.String,
        "venue_id": polars.String,
        "arrived_s": polars.Int64,
        "left_s": polars.Int64,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not taken: its place and number in the file, its cells, the column, why."""

    place: int
    number: int
    cells: Row
    column: str
    reason: str
    is_stored_otherwise: bool = False


@dataclass(slots=True)
class CheckedVisits:
    """The visits of a file that a store will hold.

    Args:
        parts: Parquet files with place, visit_id, person, venue (numbers), arrived_s, left_s.
        dropped: places of rows in them that repeat a visit or contradict one.
        exits: exit_s of places whose exit a later row tells.
    """

    people: Numbers = field(default_factory=Numbers)
    venues: Numbers = field(default_factory=Numbers)
    parts: list[Path] = field(default_factory=list)
    dropped: polars.DataFrame = field(
        default_factory=lambda: polars.DataFrame(schema={"place": polars.UInt32})
    )
    exits: polars.DataFrame = field(
        default_factory=lambda: polars.DataFrame(
            schema={"place": polars.UInt32, "exit_s": polars.Int64}
        )
    )
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    faults: list[Fault] = field(default_factory=list)


def check_visits(
    sheet: Sheet, path: Path, folder: Path, ignore_extra: bool, on_progress: Progress
) -> CheckedVisits:
    """Check every row of a file of visits as the importer `visits` does.

    Args:
        folder: where the good rows are kept.

    Raises:
        HeaderFault: a column is missing, doubled or unknown.
    """
    reader = RowReader(VISITS, sheet.columns, ignore_extra)
    named = match_header(VISITS.columns, sheet.columns, ignore_extra)
    checked = CheckedVisits()
    hashes = []
    for lot in lots_of(sheet, path):
        good = _good_rows(lot, reader, named, checked)
        part = folder / f"checked.{len(checked.parts):05d}.parquet"
        good.with_columns(
            person=checked.people.of(good["person_id"]), venue=checked.venues.of(good["venue_id"])
        ).drop("person_id", "venue_id").write_parquet(part, compression="lz4")
        checked.parts.append(part)
        hashes.append(good["visit_id"].hash())
        checked.accepted += len(good)
        checked.read += len(lot.numbers)
        on_progress(checked.read, sheet.total)
    _settle_repeated(checked, polars.concat(hashes) if hashes else polars.Series([]), sheet)
    return checked


def refuse(checked: CheckedVisits, refused: RefusedRows) -> None:
    """Write the refused rows down, in the order in which an import would."""
    told = sorted(
        checked.faults,
        key=lambda fault: (fault.place // BATCH_SIZE, fault.is_stored_otherwise, fault.place),
    )
    for fault in told:
        refused.add(fault.number, fault.cells, fault.column, fault.reason)


def _good_rows(
    lot: Lot, reader: RowReader, named: dict[str, str], checked: CheckedVisits
) -> polars.DataFrame:
    """Return the good rows of a lot in their order; the others become faults."""
    plain = (
        polars.DataFrame(schema=_GOOD)
        if lot.columns is None
        else plain_visits(lot.columns, named).with_columns(polars.col("place") + lot.first)
    )
    read_singly = set(range(len(lot.numbers)))
    read_singly.difference_update((plain["place"] - lot.first).to_list())
    if not read_singly:
        return plain
    found = []
    for place in sorted(read_singly):
        cells = lot.row(place)
        values = reader.read(cells)
        if isinstance(values, tuple):
            fault = Fault(lot.first + place, lot.numbers[place], cells, *values)
            checked.faults.append(fault)
        else:
            found.append(_as_columns(lot.first + place, values))
    singly = polars.DataFrame(found, schema=_GOOD, orient="row")
    return polars.concat([plain.cast(_GOOD), singly]).sort("place")


def _as_columns(place: int, values: dict[str, Any]) -> tuple[Any, ...]:
    arrived, left = values["arrived_at"], values["left_at"]
    ids = (values["visit_id"], values["person_id"], values["venue_id"])
    return place, *ids, _epoch(arrived), None if left is None else _epoch(left)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def _settle_repeated(checked: CheckedVisits, hashes: polars.Series, sheet: Sheet) -> None:
    """Find the visits that several rows tell of, and judge those rows."""
    repeated = hashes.filter(hashes.is_duplicated()).unique()
    if not len(repeated):
        return
    rows = polars.concat(
        polars.read_parquet(part).filter(polars.col("visit_id").hash().is_in(repeated.implode()))
        for part in checked.parts
    )
    content = ("person", "venue", "arrived_s", "left_s")
    by_visit = polars.col("visit_id")
    rows = rows.filter(polars.len().over(by_visit) > 1)
    differs = polars.struct(content).n_unique().over(by_visit) > 1
    alike = rows.filter(~differs)
    again = alike.filter(polars.col("place") != polars.col("place").min().over(by_visit))
    settled = settle(_as_rows(rows.filter(differs), checked))
    kept = polars.Series("place", sorted(settled.kept), polars.UInt32)
    different = (
        rows.filter(differs).select("place").filter(~polars.col("place").is_in(kept.implode()))
    )
    checked.dropped = polars.concat([again.select("place"), different])
    checked.exits = polars.DataFrame(
        [(place, _epoch(left)) for place, left in sorted(settled.exits.items())],
        schema=checked.exits.schema,
        orient="row",
    )
    checked.accepted += settled.accepted - len(again) - len(rows.filter(differs))
    checked.duplicate = len(again) + settled.duplicate
    checked.faults += _refused(settled, sheet)


def _as_rows(rows: polars.DataFrame, checked: CheckedVisits) -> list[dict[str, Any]]:
    """Return visits as an import has them, by place."""
    people, venues = checked.people.texts, checked.venues.texts
    return [
        {
            "place": row["place"],
            "visit_id": row["visit_id"],
            "person_id": people[row["person"]],
            "venue_id": venues[row["venue"]],
            "arrived_at": datetime.fromtimestamp(row["arrived_s"], UTC),
            "left_at": None
            if row["left_s"] is None
            else datetime.fromtimestamp(row["left_s"], UTC),
        }
        for row in rows.sort("place").iter_rows(named=True)
    ]


def _refused(settled: Settled, sheet: Sheet) -> list[Fault]:
    """Return refused repeated rows with their cells, for which the file is read once more."""
    wanted: dict[int, Refusal] = {refusal.index: refusal for refusal in settled.refused}
    if not wanted:
        return []
    return [
        Fault(place, number, cells, wanted[place].column, wanted[place].reason, True)
        for place, (number, cells) in enumerate(sheet)
        if place in wanted
    ]
