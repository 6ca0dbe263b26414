"""How columns keep up with the store: each commit's people are read again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph.changes import Change, Head, Mark, find_changes, head, lock_head
from graph.database import Graph, Reader
from graph.tracing.projection.columns import Columns
from graph.tracing.projection.facts import Segment
from graph.tracing.projection.loading import (
    Loaded,
    Read,
    day_number,
    read_people,
    read_venues,
)
from graph.tracing.projection.tables import Names, Tables

# So many ids are read again while commits wait: some milliseconds, fewer than a check-in's own
# commit takes. What is more is read before, beside the commits, until so few are left.
AT_ONCE = 200
# An import that never pauses is caught up with in the end, though its next commit waits longer.
AT_ONCE_IN_THE_END = 10_000
PATIENT_ROUNDS, ROUNDS = 4, 12
# A share of all people that changed: loading afresh is sooner done than reading more again.
MOST_CHANGED, AT_LEAST = 0.1, 20_000


class Behind(Exception):
    """These columns cannot be led to where the store stands: load again."""


@dataclass(frozen=True, slots=True)
class Held:
    """Columns that stand at just one commit.

    `gone` are people whom the store does not know any more: their facts are out of the columns,
    their ids leave with the next folding.
    """

    mark: Mark
    names: Names
    tables: Tables
    columns: Columns
    gone: frozenset[str] = frozenset()


def assembled(mark: Mark, names: Names, tables: Tables, segments: Iterable[Segment]) -> Held:
    """Return columns made of segments.

    Raises:
        CannotHold: there are too many visits.
    """
    columns = Columns.assemble(
        people=names.people.ids,
        venues=tables.venues(names.venues),
        segments=list(segments),
        meetings=tables.meetings,
        isolations=tables.isolations,
        reports=tables.reports,
    )
    return Held(mark, names, tables, columns)


def of_loaded(loaded: Loaded) -> Held:
    """Return the columns of what was loaded; they stand nowhere until they have caught up."""
    return assembled(loaded.mark, loaded.names, loaded.tables, loaded.segments.values())


def catch_up(graph: Graph, held: Held) -> Held:
    """Return columns that stand at the newest commit; the same ones if they do already.

    While little changed, what changed is read in one transaction that no commit passes. Before
    that, as long as much changed, commits go on, and what they change is read in the next round.

    Raises:
        Behind: the columns cannot be led to it.
        CannotHold, StoreAway, StoreFault: as `load`.
    """
    for round_ in range(ROUNDS):
        newest = head(graph)
        if newest.mark == held.mark and is_whole(held, newest):
            return held
        changes = _changes(graph, held, newest)
        most = AT_ONCE if round_ < PATIENT_ROUNDS else AT_ONCE_IN_THE_END
        if _is_quick(changes, most):
            finished = graph.read_locked(partial(_finished, held, most))
            if finished is not None:
                return finished
        else:
            held = _followed(graph.read_plain, held, changes)
    raise Behind("commits come faster than they can be followed")


def _is_quick(changes: Sequence[Change], most: int) -> bool:
    named = sum(len(change.person_ids) + len(change.venue_ids) for change in changes)
    return named <= most and not any(change.days for change in changes)


def is_whole(held: Held, newest: Head) -> bool:
    """Tell whether columns hold as many facts as the store counts."""
    columns, tables = held.columns, held.tables
    return (columns.rows, len(tables.meetings.a), len(tables.isolations.person)) == (
        newest.visit_days,
        newest.meetings,
        newest.isolations,
    ) and len(tables.reports.case) == newest.reports


def folded(held: Held) -> Held:
    """Return the same facts with nothing laid over them, and without the ids of the gone."""
    held.names.people.forget(held.gone)
    return assembled(held.mark, held.names, held.tables, segments_of(held))


def segments_of(held: Held) -> Iterator[Segment]:
    """Yield the visits of each local day, all that was laid over them folded in."""
    return (held.columns.segment(day) for day in held.columns.days)


def _finished(held: Held, most: int, reader: Reader) -> Held | None:
    """Return columns at the newest commit, or None if that has more than can be read quickly.

    Until the transaction ends, there is no newer one.
    """
    newest = lock_head(reader)
    changes = _changes(reader, held, newest)
    if not _is_quick(changes, most):
        return None
    followed = _followed(reader.read, held, changes)
    if not is_whole(followed, newest):
        raise Behind("the store holds other facts than its ledger tells of")
    return followed


def _changes(reader: Reader, held: Held, newest: Head) -> list[Change]:
    """Return the changes that columns lack.

    Raises:
        Behind: the store is another one, or went back to an earlier state, or too much changed.
    """
    mark = held.mark
    if newest.store_id != mark.store_id or newest.number < mark.number:
        raise Behind("another store, or an earlier state of it")
    if newest.ids - mark.ids > max(AT_LEAST, MOST_CHANGED * newest.people):
        raise Behind("too much changed")
    since = max(mark.number, 1)
    changes = find_changes(reader, since - 1)
    if mark.number > 0:
        # The change that the columns stand at must be there, and be the same one.
        if not changes or changes[0].token != mark.token:
            raise Behind("the ledger does not hold what was seen")
        changes = changes[1:]
    numbers = [change.number for change in changes]
    if numbers != list(range(mark.number + 1, mark.number + 1 + len(numbers))):
        raise Behind("the ledger does not reach back far enough")
    return changes


def _followed(read: Read, held: Held, changes: Sequence[Change]) -> Held:
    """Return columns in which everybody whom some changes name is as the store has them now."""
    if not changes:
        return held
    names, columns = held.names, held.columns
    days = {day_number(day) for change in changes for day in change.days}
    if days:
        columns = columns.without_days(days & set(columns.days))
    person_ids = sorted({one for change in changes for one in change.person_ids})
    rows, facts, gone = read_people(read, names, person_ids)
    numbers = names.people.find(person_ids)
    tables = held.tables.without(numbers).plus(facts)
    venue_ids = {one for change in changes for one in change.venue_ids}
    tables = read_venues(read, names, tables, venue_ids)
    newest = changes[-1]
    mark = replace(held.mark, number=newest.number, token=newest.token, ids=newest.ids)
    columns = columns.replaced(
        people=_everyone(columns, names),
        numbers=numbers,
        rows=rows,
        venues=tables.venues(names.venues),
        meetings=tables.meetings,
        isolations=tables.isolations,
        reports=tables.reports,
    )
    return Held(mark, names, tables, columns, (held.gone - set(person_ids)) | frozenset(gone))


def _everyone(columns: Columns, names: Names) -> list[str]:
    """Return the ids of all people by number; the list of the columns, if it is long enough."""
    return columns.people if len(columns.people) == len(names.people) else names.people.ids
