"""What was known at a moment: which visits count, how they end, who is isolated, who a case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.tracing.projection.base import LateRows
from graph.tracing.projection.compiling import Flags, Moments, Numbers
from graph.tracing.projection.expanding import ALL, NOTHING, SOME, Met
from graph.tracing.projection.facts import NEVER, Isolations, Meetings, Reports
from graph.tracing.projection.shapes import Late


@dataclass(frozen=True, slots=True)
class View:
    """The facts as known at `as_of`, under one reading of unknown exits.

    Args:
        late: of the visits that are late; an end of 0 leaves a visit out.
        mode: of each day whether all, some or none of its visits were recorded.
        until: when each person, by number, was isolated first; `NEVER` if not.
        confirmed: whether each person, by number, stood as a confirmed case.
        met: meetings by node.
    """

    as_of: int
    late: Late
    mode: Flags
    until: Moments
    confirmed: NDArray[np.bool_]
    met: Met

    @property
    def bytes(self) -> int:
        """How much memory its arrays take."""
        arrays = (*self.late, self.mode, self.until, self.confirmed, *self.met)
        return sum(array.nbytes for array in arrays)


def late_at(late: LateRows, as_of: int, exits: str) -> Late:
    """Return how late visits end, as known at a moment."""
    known = (late.left != NEVER) & (late.left_recorded <= as_of)
    guess = {
        "recorded": np.zeros_like(late.left),
        "estimated": late.expected,
        "latest": late.left_by,
    }[exits]
    end = np.where(known, late.left, guess)
    end[(late.retracted <= as_of) | (end == NEVER)] = 0
    expected = np.where(known, late.left, late.expected)
    expected[expected == NEVER] = 0
    return Late(end.astype(np.int32), expected.astype(np.int32), known.astype(np.uint8))


def modes_at(earliest: Moments, latest: Moments, as_of: int) -> Flags:
    """Return of each day whether all, some or none of its visits were recorded by then."""
    return np.where(latest <= as_of, ALL, np.where(earliest <= as_of, SOME, NOTHING)).astype(
        np.uint8
    )


def newest_at(reports: Reports, as_of: int) -> NDArray[np.int64]:
    """Return the places of the newest report of each case, by moment, then number."""
    known = np.flatnonzero(reports.recorded <= as_of)
    order = known[np.lexsort((reports.number[known], reports.recorded[known], reports.case[known]))]
    cases = reports.case[order]
    is_last = np.append(cases[1:] != cases[:-1], True)[: len(order)]
    newest: NDArray[np.int64] = order[is_last]
    return newest


def until_at(people: int, isolations: Isolations, reports: Reports, as_of: int) -> Moments:
    """Return the earliest isolation of each person, or that of a case's newest report."""
    until = np.full(people, NEVER, np.int32)
    stood = (isolations.recorded <= as_of) & (isolations.retracted > as_of)
    np.minimum.at(until, isolations.person[stood], isolations.started[stood])
    newest = newest_at(reports, as_of)
    np.minimum.at(until, reports.person[newest], reports.isolated[newest])
    return until


def confirmed_at(people: int, reports: Reports, as_of: int) -> NDArray[np.bool_]:
    """Return of each person whether one of their cases stood as confirmed."""
    confirmed = np.zeros(people, np.bool_)
    newest = newest_at(reports, as_of)
    confirmed[reports.person[newest[reports.confirmed[newest]]]] = True
    return confirmed


def met_at(nodes: int, a: Numbers, b: Numbers, meetings: Meetings, as_of: int) -> Met:
    """Return the meetings that stood, by each of the two; `a` and `b` are their nodes."""
    stood = (meetings.recorded <= as_of) & (meetings.retracted > as_of)
    one, other = np.concatenate([a[stood], b[stood]]), np.concatenate([b[stood], a[stood]])
    order = np.argsort(one, kind="stable")
    first = np.searchsorted(one[order], np.arange(nodes + 1)) if len(order) else np.zeros(0)
    return Met(
        first.astype(np.uint32),
        other[order],
        np.tile(meetings.started[stood], 2)[order],
        np.tile(meetings.ended[stood], 2)[order],
    )
