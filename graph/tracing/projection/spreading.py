"""The projection engine: how exposure spreads, hop by hop, over the columns (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from math import floor

import numpy as np

from graph.periods import Period
from graph.rules import TracingRule
from graph.tracing.projection.collecting import look_back, note
from graph.tracing.projection.columns import Columns
from graph.tracing.projection.compiling import Flags, Moments
from graph.tracing.projection.facts import NEVER, ORIGIN_S
from graph.tracing.projection.hopping import Expansion
from graph.tracing.projection.questions import (
    TUNING,
    Frontier,
    Partial,
    Question,
    Tuning,
    ask,
)
from graph.tracing.projection.sharing import in_parts
from graph.tracing.projection.workspaces import Workspace

__all__ = [
    "SOURCE",
    "TUNING",
    "Frontier",
    "Level",
    "Partial",
    "Reached",
    "Tuning",
    "hop",
    "merge",
    "spread",
    "spread_by",
]

#: Stands for the moment of exposure of sources: nobody exposes them.
SOURCE = -1


@dataclass(frozen=True, slots=True)
class Level:
    """What one hop recorded: `found`, and of each whether it is the person's first.

    `path_doubt` is the weakest doubt of the path; `via_place` the infector's place in the level
    before, -1 for a source. `earliest` is the moment of exposure at the last level.
    """

    found: Partial
    is_new: Flags
    path_doubt: Flags
    via_place: Moments
    earliest: Moments


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom sources reach: what each hop recorded, by the columns and terms that it was asked of."""

    question: Question
    levels: tuple[Level, ...]


def spread(
    columns: Columns,
    sources: Mapping[str, Period],
    rule: TracingRule,
    hops: int,
    as_of: datetime,
    tuning: Tuning = TUNING,
) -> Reached:
    """Return whom sources reach within some hops, as known at a moment.

    A source whom the columns do not know exposes nobody. May run in several threads at once.
    """
    question = ask(columns, rule, as_of, tuning)
    frontier = first_frontier(columns, sources)
    with columns.workspaces.lent(columns.nodes) as workspace:
        expansion = Expansion(question, workspace)
        expansion.start(frontier.person)
        levels: list[Level] = []
        for _hop in range(hops):
            found = expansion.expand(frontier)
            levels.append(absorb(found, workspace, tuning))
            frontier = next_frontier(question, found)
            if len(frontier) == 0:
                break
        levels = [replace(one, earliest=workspace.moment[one.found.person]) for one in levels]
        expansion.finish(np.concatenate([level.found.person for level in levels]))
    return Reached(question, tuple(levels))


def spread_by(
    expand: Callable[[Frontier, Moments], Partial],
    columns: Columns,
    sources: Mapping[str, Period],
    rule: TracingRule,
    hops: int,
    as_of: datetime,
) -> Reached:
    """Return what `spread` does, each hop done by others: by `merge` of what `hop` gives them.

    Args:
        expand: is told the frontier, and from when everybody is exposed so far by number, as
            `hop` is; returns the merged finds.
        columns: need hold no visits; people, venues, isolations and reports are read.
    """
    question = ask(columns, rule, as_of)
    frontier = first_frontier(columns, sources)
    moments = np.full(len(columns.people), NEVER, np.int32)
    moments[frontier.person] = SOURCE
    with columns.workspaces.lent(columns.nodes) as workspace:
        levels: list[Level] = []
        for _hop in range(hops):
            found = expand(frontier, moments)
            levels.append(absorb(found, workspace, TUNING))
            moments[found.person] = found.exposed
            frontier = next_frontier(question, found)
            if len(frontier) == 0:
                break
        levels = [replace(one, earliest=moments[one.found.person]) for one in levels]
        people = np.concatenate([level.found.person for level in levels])
        workspace.forget(people[:0], people)
    return Reached(question, tuple(levels))


def hop(
    columns: Columns, rule: TracingRule, as_of: datetime, frontier: Frontier, moments: Moments
) -> Partial:
    """Return whom a frontier exposes by the visits of these columns, sooner than known.

    Columns of some of the days give a part; `merge` makes one of several.

    Args:
        moments: by number, from when somebody is exposed so far: `NEVER` if not, `SOURCE`.
    """
    question = ask(columns, rule, as_of)
    with columns.workspaces.lent(columns.nodes) as workspace:
        expansion = Expansion(question, workspace)
        sources = np.flatnonzero(moments == SOURCE).astype(np.uint32)
        expansion.start(sources)
        known = np.flatnonzero((moments != NEVER) & (moments != SOURCE)).astype(np.uint32)
        expansion.remember(known, moments[known])
        found = expansion.expand(frontier)
        expansion.finish(found.person)
    return found


def merge(columns: Columns, partials: Sequence[Partial]) -> Partial:
    """Return the finds of several parts as one: the first contact of each person, all lengths.

    The parts must not share a cell. People ascend.
    """
    joined = Partial(
        *(
            np.concatenate([getattr(part, field.name) for part in partials])
            for field in fields(Partial)
        )
    )
    venue_rank = np.append(columns.venue_rank.astype(np.int64), NEVER)[joined.venue]
    order = np.lexsort(
        (
            joined.doubt,
            joined.ended,
            venue_rank,
            columns.rank[joined.via],
            joined.exposed,
            joined.person,
        )
    )
    person = joined.person[order]
    begins = np.flatnonzero(np.append(True, person[1:] != person[:-1])[: len(person)])
    firsts = order[begins]
    seconds = np.add.reduceat(joined.seconds[order], begins) if len(begins) else joined.seconds
    chosen = Partial(*(getattr(joined, field.name)[firsts] for field in fields(Partial)))
    return replace(chosen, seconds=seconds)


def first_frontier(columns: Columns, sources: Mapping[str, Period]) -> Frontier:
    """Return the sources that the columns know, and when they infect."""
    known = {
        number: period
        for person_id, period in sources.items()
        if (number := columns.number_of(person_id)) is not None
    }
    periods = known.values()
    return Frontier(
        person=np.fromiter(known, np.uint32, len(known)),
        since=np.array([_moment(period.start) for period in periods], np.int64),
        until=np.array(
            [NEVER if period.end is None else _moment(period.end) for period in periods], np.int32
        ),
    )


def next_frontier(question: Question, found: Partial) -> Frontier:
    """Return those who improved, infectious from their exposure on until they are isolated."""
    return Frontier(
        person=found.person,
        since=found.exposed.astype(np.int64) + question.latent,
        until=question.view.until[found.person],
    )


def absorb(found: Partial, workspace: Workspace, tuning: Tuning) -> Level:
    """Return the level that a hop adds, and make it the newest that the workspace knows."""
    size = len(found)
    level = Level(
        found=found,
        is_new=np.empty(size, np.uint8),
        path_doubt=np.empty(size, np.uint8),
        via_place=np.empty(size, np.int32),
        earliest=found.exposed,
    )
    known = (workspace.moment, workspace.doubt, workspace.place)
    added = (level.is_new, level.path_doubt, level.via_place)

    def look(begin: int, end: int) -> None:
        look_back(found.person, found.via, found.doubt, begin, end, known, added)

    def write(begin: int, end: int) -> None:
        note(found.person, found.exposed, level.path_doubt, begin, end, known)

    # All is read before anything is written: an infector's own level may be this one too.
    in_parts(look, size, tuning.threads)
    in_parts(write, size, tuning.threads)
    return level


def _moment(instant: datetime) -> int:
    """Return an instant as a moment, one out of bounds as the bound."""
    return max(0, min(floor(instant.timestamp()) - ORIGIN_S, NEVER))
