"""What the projection is made of: the facts of tracing as columns of numbers.

People and venues are numbers; a text of tracing appears once, in the list that a number is a
place of. Moments are whole seconds since 2000-01-01T00:00Z in 32 bits, periods exclude their
end, and `NEVER` stands for null: not known, not yet, not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.tracing.projection.compiling import Moments, Numbers

ORIGIN_S = 946_684_800
NEVER = 2**31 - 1
# A latent time and a least stay are added to a moment, so 40 days of room are kept.
LATEST = NEVER - 40 * 86_400
# A find is written as a positive 32-bit number, and so are people, venues and days' visits.
MOST_PEOPLE = 2**31 - 1
MOST_ROWS = 2**32 - 1


class CannotHold(Exception):
    """The columns cannot hold what the store holds; the Cypher engine can trace it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """VISITED edges, the retracted ones too: one place an edge, in any order.

    `day` is the local day of the edge's bucket, in days since 1970; `person` and `venue` are
    numbers. Of those from `expected` on, `NEVER` stands where the edge has none.
    """

    person: Numbers
    venue: Numbers
    day: Moments
    arrived: Moments
    left: Moments
    recorded: Moments
    expected: Moments
    left_by: Moments
    left_recorded: Moments
    retracted: Moments

    def __len__(self) -> int:
        return len(self.person)

    def chosen(self, places: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Rows:
        """Return the edges at some places."""
        return Rows(*(getattr(self, field.name)[places] for field in fields(self)))

    @staticmethod
    def none() -> Rows:
        """Return no edges."""
        return Rows(*(np.empty(0, kind) for kind in _KINDS))

    @staticmethod
    def joined(parts: list[Rows]) -> Rows:
        """Return the edges of several."""
        if not parts:
            return Rows.none()
        return Rows(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(Rows)
            )
        )


_KINDS = (np.uint32, np.uint32, *[np.int32] * 8)


@dataclass(frozen=True, slots=True)
class Segment:
    """The edges of one local day, as a day's file holds them.

    Args:
        day: in days since 1970. starts, ends: the bounds of its buckets.
        venue: of each cell, ascending. first: where a cell's edges begin, one place more.
        person, arrived, left, recorded: one place an edge, in a cell by arrival, then person.
        late: ascending places of edges that were recorded before their exit or retracted; of
            all others the exit was recorded with the arrival.
        late_expected, late_left_by, late_left_recorded, late_retracted: theirs, `NEVER` if none.
    """

    day: int
    starts: int
    ends: int
    venue: Numbers
    first: Numbers
    person: Numbers
    arrived: Moments
    left: Moments
    recorded: Moments
    late: Numbers
    late_expected: Moments
    late_left_by: Moments
    late_left_recorded: Moments
    late_retracted: Moments


def make_segment(day: int, starts: int, ends: int, rows: Rows) -> Segment:
    """Return the edges of one local day in the order of a segment.

    Raises:
        CannotHold: a moment lies before 2000 or after 2067.
    """
    check(rows)
    order = cell_order(rows)
    venue, first = cells_of(rows.venue[order])
    late = np.flatnonzero(is_late(rows)[order])
    places = order[late]
    return Segment(
        day=day,
        starts=starts,
        ends=ends,
        venue=venue,
        first=first,
        person=rows.person[order],
        arrived=rows.arrived[order],
        left=rows.left[order],
        recorded=rows.recorded[order],
        late=late.astype(np.uint32),
        late_expected=rows.expected[places],
        late_left_by=rows.left_by[places],
        late_left_recorded=rows.left_recorded[places],
        late_retracted=rows.retracted[places],
    )


def check(rows: Rows) -> None:
    """Refuse what the columns cannot hold.

    Raises:
        CannotHold: a moment lies before 2000 or after 2067.
    """
    for name in ("arrived", "left", "recorded", "expected", "left_by"):
        moments = getattr(rows, name)
        if len(moments) and (moments.min() < 0 or np.any((moments > LATEST) & (moments != NEVER))):
            raise CannotHold("a moment before 2000 or after 2067")
    if len(rows) and (rows.arrived.max() == NEVER or rows.recorded.max() == NEVER):
        raise CannotHold("an arrival without a moment")


def is_late(rows: Rows) -> NDArray[np.bool_]:
    """Tell of each edge whether its exit became known after it, or never, or it was retracted."""
    known = (rows.left != NEVER) & (rows.left_recorded == rows.recorded)
    late: NDArray[np.bool_] = ~known | (rows.retracted != NEVER)
    return late


def cell_order(rows: Rows) -> NDArray[np.int64]:
    """Return the places of edges of one day by venue, arrival and person."""
    keys = (rows.venue.astype(np.int64) << 32) | rows.arrived
    order = np.argsort(keys)
    ordered = keys[order]
    tied = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(tied):
        tied = np.union1d(tied, tied + 1)
        some = order[tied]
        order[tied] = some[np.lexsort((rows.person[some], keys[some]))]
    return order


def cells_of(venue: Numbers) -> tuple[Numbers, Numbers]:
    """Return the cells of edges that are sorted by venue: the venue, and where each begins."""
    begins = np.flatnonzero(np.diff(venue, prepend=venue[:1] + np.uint32(1)))
    first = np.append(begins, len(venue)).astype(np.uint32)
    return venue[begins], first


@dataclass(frozen=True, slots=True)
class Venues:
    """Venues by number: id, category, and the topmost venue of which each is a part, or itself."""

    ids: list[str]
    category: list[str]
    top: Numbers


@dataclass(frozen=True, slots=True)
class Meetings:
    """MET edges, the retracted ones too; `retracted` is `NEVER` for most."""

    a: Numbers
    b: Numbers
    started: Moments
    ended: Moments
    recorded: Moments
    retracted: Moments


@dataclass(frozen=True, slots=True)
class Isolations:
    """When people were isolated or quarantined from, the retracted ones too."""

    person: Numbers
    started: Moments
    recorded: Moments
    retracted: Moments


@dataclass(frozen=True, slots=True)
class Reports:
    """Case reports: `case` numbers the cases, `number` the reports of one; `isolated` as above."""

    case: Numbers
    person: Numbers
    recorded: Moments
    number: Moments
    confirmed: NDArray[np.bool_]
    isolated: Moments


def nothing(kind: type[Meetings] | type[Isolations] | type[Reports]) -> object:
    """Return no facts of a kind."""
    numbers = dict.fromkeys(("a", "b", "case", "person"), np.uint32)
    kinds: dict[str, Any] = {**numbers, "confirmed": np.bool_}
    names = [field.name for field in fields(kind)]
    columns: list[Any] = [np.empty(0, kinds.get(name, np.int32)) for name in names]
    return kind(*columns)
