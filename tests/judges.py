"""Judges of the laws of tracing: each is told two answers and complains of what must not be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.oracle import Row
from tests.worlds import Outbreak

Complaints = Iterator[str]
Judge = Callable[[Outbreak, Sequence[Row], Outbreak, Sequence[Row]], Complaints]


def by_person(rows: Sequence[Row]) -> dict[str, Row]:
    """Return rows by their person."""
    return {row.person_id: row for row in rows}


def same_rows(_: Outbreak, before: Sequence[Row], __: Outbreak, after: Sequence[Row]) -> Complaints:
    """Complain unless nothing changed."""
    if list(before) != list(after):
        yield "the rows differ"


def same_but_ties(
    _: Outbreak, before: Sequence[Row], __: Outbreak, after: Sequence[Row]
) -> Complaints:
    """Complain unless nothing changed but what the order of ids decides."""
    if set(map(without_ties, before)) != set(map(without_ties, after)):
        yield "more differs than ties"


def without_ties(row: Row) -> tuple[object, ...]:
    """Return what of a row no tie decides."""
    return (row.person_id, row.hop, row.exposed_at, row.earliest_at, row.minutes, row.is_case)


def nothing_lost(
    _: Outbreak, before: Sequence[Row], __: Outbreak, after: Sequence[Row]
) -> Complaints:
    """Complain where somebody is lost, reached by more hops, later or for less time."""
    found = by_person(after)
    for row in before:
        other = found.get(row.person_id)
        if other is None:
            yield "somebody is lost"
        elif other.hop > row.hop:
            yield "a class is higher"
        elif other.earliest_at > row.earliest_at:
            yield "an earliest_at is later"
        elif other.hop == row.hop and other.exposed_at > row.exposed_at:
            yield "an exposed_at is later"
        elif other.hop == row.hop and other.minutes < row.minutes:
            yield "minutes are lower"


def nothing_gained(
    _: Outbreak, before: Sequence[Row], __: Outbreak, after: Sequence[Row]
) -> Complaints:
    """Complain where somebody is added, reached by fewer hops or earlier."""
    found = by_person(before)
    for row in after:
        other = found.get(row.person_id)
        if other is None:
            yield "somebody is added"
        elif row.hop < other.hop:
            yield "a class is lower"
        elif row.earliest_at < other.earliest_at:
            yield "an earliest_at is earlier"
        elif row.hop == other.hop and row.exposed_at < other.exposed_at:
            yield "an exposed_at is earlier"


def shifted_back(
    outbreak: Outbreak, before: Sequence[Row], variant: Outbreak, after: Sequence[Row]
) -> Complaints:
    """Complain unless every time moved by just as much as the sources did."""
    person_id = next(iter(outbreak.sources))
    shift = next(iter(variant.sources.values()))[0] - outbreak.sources[person_id][0]
    if [moved_row(row, shift) for row in before] != list(after):
        yield "the rows did not just move"


def moved_row(row: Row, shift: timedelta) -> Row:
    """Return a row at other times."""
    return replace(
        row,
        exposed_at=row.exposed_at + shift,
        earliest_at=row.earliest_at + shift,
        path=tuple(
            replace(step, started_at=step.started_at + shift, ended_at=step.ended_at + shift)
            for step in row.path
        ),
    )


def one_more_hop(
    outbreak: Outbreak, before: Sequence[Row], _: Outbreak, after: Sequence[Row]
) -> Complaints:
    """Complain unless rows of the classes so far differ in earliest_at alone."""
    kept = [row for row in after if row.hop <= outbreak.hops]
    if [replace(row, earliest_at=row.exposed_at) for row in before] != [
        replace(row, earliest_at=row.exposed_at) for row in kept
    ]:
        yield "a lower class changed"
    if any(new.earliest_at > old.earliest_at for old, new in zip(before, kept, strict=False)):
        yield "an earliest_at is later"
