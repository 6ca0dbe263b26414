"""The visits of all days side by side, and who was where: what does not change until it is folded.

About 21 bytes a visit: person, arrival, end and when it was recorded, 4 bytes each, its place
in the index by person, 4, and its share of cells and offsets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from graph.tracing.projection.compiling import Moments, Numbers, compiled
from graph.tracing.projection.facts import MOST_ROWS, NEVER, CannotHold, Rows, Segment

#: A coarse table leads from each so many visits to their cell.
STEP_BITS = 6


@dataclass(frozen=True, slots=True)
class LateRows:
    """Of visits whose exit was not known when they were recorded, or which were retracted.

    `row` ascends; the end of visit `row[i]` is written as the complement of `i`.
    """

    row: Numbers
    left: Moments
    expected: Moments
    left_by: Moments
    left_recorded: Moments
    retracted: Moments


@dataclass(frozen=True, slots=True)
class Base:
    """Visits by day, venue, arrival and person; of days without visits, none.

    Args:
        days: in days since 1970, ascending; starts, ends: the bounds of their buckets.
        day_cell: where a day's cells begin; earliest, latest: when its visits were recorded.
        cell_row: where a cell's visits begin; cell_venue: its venue.
        person, arrived, left, recorded: a visit a place.
        late: see `LateRows`.
        row_cell: the cell of every 64th visit.
        person_row: where the places of a person's visits begin in `by_person`.
        last_event: when the last fact of all was recorded, or retracted.
    """

    days: Moments
    starts: Moments
    ends: Moments
    day_cell: Numbers
    earliest: Moments
    latest: Moments
    cell_row: Numbers
    cell_venue: Numbers
    person: Numbers
    arrived: Moments
    left: Moments
    recorded: Moments
    late: LateRows
    row_cell: Numbers
    person_row: Numbers
    by_person: Numbers
    last_event: int

    @property
    def rows(self) -> int:
        return len(self.person)

    @property
    def people(self) -> int:
        return len(self.person_row) - 1

    @property
    def bytes(self) -> int:
        return bytes_of(self)

    @property
    def day_row(self) -> Numbers:
        """Where each day's visits begin, one place more."""
        return self.cell_row[self.day_cell]


def bytes_of(table: object) -> int:
    """Return how much the arrays of a table take, those of its tables among them."""
    total = 0
    for field in fields(table):  # type: ignore[arg-type]
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            total += value.nbytes
        elif hasattr(value, "__dataclass_fields__"):
            total += bytes_of(value)
    return total


def assemble_base(people: int, segments: Sequence[Segment]) -> Base:
    """Return the visits of segments side by side.

    Raises:
        CannotHold: there are 2**32 visits or more.
    """
    segments = sorted(segments, key=lambda segment: segment.day)
    sizes = [len(segment.person) for segment in segments]
    if sum(sizes) > MOST_ROWS:
        raise CannotHold("more than 4,294,967,295 visits")
    rows = np.cumsum([0, *sizes])
    person = _joined([segment.person for segment in segments], np.uint32)
    left = _joined([segment.left for segment in segments], np.int32)
    recorded = _joined([segment.recorded for segment in segments], np.int32)
    late_row = _joined(
        [segment.late + np.uint32(row) for segment, row in zip(segments, rows, strict=False)],
        np.uint32,
    )
    late = LateRows(
        row=late_row,
        left=left[late_row],
        expected=_joined([segment.late_expected for segment in segments], np.int32),
        left_by=_joined([segment.late_left_by for segment in segments], np.int32),
        left_recorded=_joined([segment.late_left_recorded for segment in segments], np.int32),
        retracted=_joined([segment.late_retracted for segment in segments], np.int32),
    )
    left[late_row] = ~np.arange(len(late_row), dtype=np.int32)
    cells = np.cumsum([0, *(len(segment.venue) for segment in segments)])
    cell_row = np.append(
        _joined(
            [seg.first[:-1] + np.uint32(row) for seg, row in zip(segments, rows, strict=False)],
            np.uint32,
        ),
        np.uint32(rows[-1]),
    )
    person_row, by_person = _index_people(person, people)
    return Base(
        days=np.array([segment.day for segment in segments], np.int32),
        starts=np.array([segment.starts for segment in segments], np.int32),
        ends=np.array([segment.ends for segment in segments], np.int32),
        day_cell=cells.astype(np.uint32),
        earliest=_of_days(np.minimum, recorded, rows, NEVER),
        latest=_of_days(np.maximum, recorded, rows, 0),
        cell_row=cell_row,
        cell_venue=_joined([segment.venue for segment in segments], np.uint32),
        person=person,
        arrived=_joined([segment.arrived for segment in segments], np.int32),
        left=left,
        recorded=recorded,
        late=late,
        row_cell=_row_cells(cell_row, len(person)),
        person_row=person_row,
        by_person=by_person,
        last_event=max(last_of(recorded), last_of(late.left_recorded), last_of(late.retracted)),
    )


def last_of(moments: Moments) -> int:
    """Return the latest of some moments, those that are `NEVER` left out; 0 if none is left."""
    return int(np.max(moments, initial=0, where=moments != NEVER))


def segment_rows(base: Base, day: int) -> Rows:
    """Return the visits of a day as they were given; none for a day without."""
    at = int(np.searchsorted(base.days, day))
    if at == len(base.days) or base.days[at] != day:
        return Rows.none()
    cells = slice(int(base.day_cell[at]), int(base.day_cell[at + 1]))
    begin, end = int(base.cell_row[cells.start]), int(base.cell_row[cells.stop])
    return rows_of(base, np.arange(begin, end), day)


def rows_of(base: Base, places: np.ndarray, day: int) -> Rows:
    """Return some visits of a day as they were given."""
    left = base.left[places]
    recorded = base.recorded[places]
    is_late = left < 0
    which = ~left[is_late]

    def of_late(simple: Moments | int, late: Moments) -> Moments:
        values = (
            np.full(len(places), simple, np.int32) if isinstance(simple, int) else simple.copy()
        )
        values[is_late] = late[which]
        return values

    cells = np.searchsorted(base.cell_row, places, side="right") - 1
    return Rows(
        person=base.person[places],
        venue=base.cell_venue[cells],
        day=np.full(len(places), day, np.int32),
        arrived=base.arrived[places],
        left=of_late(left, base.late.left),
        recorded=recorded,
        expected=of_late(NEVER, base.late.expected),
        left_by=of_late(NEVER, base.late.left_by),
        left_recorded=of_late(recorded, base.late.left_recorded),
        retracted=of_late(NEVER, base.late.retracted),
    )


def _index_people(person: Numbers, people: int) -> tuple[Numbers, Numbers]:
    """Return the places of each person's visits: where they begin, and all of them."""
    first = np.zeros(people + 1, np.uint32)
    count_people(person, first)
    np.cumsum(first, out=first)
    by_person = np.empty(len(person), np.uint32)
    place_people(person, first[:-1].copy(), by_person)
    return first, by_person


def _row_cells(cell_row: Numbers, rows: int) -> Numbers:
    """Return the cell of every 64th visit."""
    row_cell = np.empty((rows + (1 << STEP_BITS) - 1) >> STEP_BITS, np.uint32)
    cells_by_step(cell_row, row_cell, STEP_BITS)
    return row_cell


def _of_days(reduce: np.ufunc, moments: Moments, rows: np.ndarray, none: int) -> Moments:
    """Return the least or greatest moment of each day."""
    found = [reduce.reduce(moments[begin:end], initial=none) for begin, end in pairwise(rows)]
    return np.array(found, np.int32)


def _joined(parts: Sequence[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0, kind)


@compiled
def count_people(person: Numbers, first: Numbers) -> None:
    """Count each person's visits, one place further on."""
    for i in range(person.size):
        first[person[i] + 1] += 1


@compiled
def place_people(person: Numbers, next_place: Numbers, by_person: Numbers) -> None:
    """Note each visit's place with its person."""
    for i in range(person.size):
        who = person[i]
        by_person[next_place[who]] = i
        next_place[who] += 1


@compiled
def cells_by_step(cell_row: Numbers, row_cell: Numbers, bits: int) -> None:
    """Note the cell of every so many visits."""
    cell = 0
    for step in range(row_cell.size):
        while cell_row[cell + 1] <= step << bits:
            cell += 1
        row_cell[step] = cell
