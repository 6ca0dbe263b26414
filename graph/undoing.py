"""Undoing an import: its visits, meetings and isolations are withdrawn, and stay in history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.batches import Batch, find_batches_by_id
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.isolations import retract_isolations
from graph.meetings import retract_meetings
from graph.periods import whole_seconds
from graph.visits import retract_visits

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch brought that still stands, by its ids.

    `stay` counts the case reports, people, venues and facts of units that it brought, which an
    undo leaves as they are: a report is set right by a newer report, a unit by a newer row.
    """

    visit_ids: Sequence[str]
    contact_ids: Sequence[str]
    isolation_ids: Sequence[str]
    stay: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How many visits, meetings and isolations an undo has withdrawn, and what it left."""

    visits: int
    meetings: int
    isolations: int
    stay: int


def find_standing(graph: Graph, batch_id: str) -> Standing:
    """Return what an undo of a batch would withdraw, and how much it would leave.

    An exit that a batch only added to a visit of another batch belongs to that visit.

    Raises:
        NotFound: there is no such batch.
    """
    _get_batch(graph, batch_id)
    [row] = graph.read("batches/find_standing", batch_id=batch_id)
    return Standing(**row)


def undo_batch(graph: Graph, batch_id: str, retracted_at: datetime) -> Undone:
    """Withdraw what a batch brought, from a moment on, and say how much this call withdrew.

    It commits step by step; one that broke off is finished by calling it again, and once
    finished it withdraws nothing more. As of before, everything still stands.

    Raises:
        NotFound: there is no such batch.
        Refused: the moment is before the batch's facts became known.
    """
    moment = whole_seconds(retracted_at)
    if moment < _get_batch(graph, batch_id).recorded_at:
        raise Refused("retracted_at", "is before the batch was recorded")
    standing = find_standing(graph, batch_id)
    graph.write("batches/start_undo", batch_id=batch_id, retracted_at=moment)
    undone = Undone(
        visits=_in_parts(retract_visits, graph, standing.visit_ids, moment),
        meetings=_in_parts(retract_meetings, graph, standing.contact_ids, moment),
        isolations=_in_parts(retract_isolations, graph, standing.isolation_ids, moment),
        stay=standing.stay,
    )
    graph.write("batches/finish_undo", batch_id=batch_id, retracted_at=moment)
    return undone


def _get_batch(graph: Graph, batch_id: str) -> Batch:
    found = find_batches_by_id(graph, [batch_id])
    if not found:
        raise NotFound("batch")
    return found[0]


def _in_parts(
    retract: Callable[[Graph, Sequence[str], datetime], int],
    graph: Graph,
    ids: Sequence[str],
    moment: datetime,
) -> int:
    starts = range(0, len(ids), MOST_AT_ONCE)
    return sum(retract(graph, ids[start : start + MOST_AT_ONCE], moment) for start in starts)
