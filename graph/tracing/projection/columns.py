"""The projection's columns: a snapshot of every fact that tracing reads, that does not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graph.categories import UNKNOWN
from graph.tracing.projection.base import (
    Base,
    LateRows,
    assemble_base,
    bytes_of,
    last_of,
    segment_rows,
)
from graph.tracing.projection.compiling import Flags, Numbers
from graph.tracing.projection.facts import (
    NEVER,
    ORIGIN_S,
    CannotHold,
    Isolations,
    Meetings,
    Reports,
    Rows,
    Segment,
    Venues,
    check,
    make_segment,
)
from graph.tracing.projection.grouping import Grouping, group_cells
from graph.tracing.projection.overlay import Overlay, bounds_of, lay_over
from graph.tracing.projection.ranks import place_in, ranks_of, ranks_with_more
from graph.tracing.projection.views import (
    View,
    confirmed_at,
    late_at,
    met_at,
    modes_at,
    until_at,
)
from graph.tracing.projection.workspaces import Workspaces

__all__ = [
    "NEVER",
    "ORIGIN_S",
    "CannotHold",
    "Columns",
    "Isolations",
    "Meetings",
    "Reports",
    "Rows",
    "Segment",
    "Venues",
    "make_segment",
]

#: How many moments' views are kept.
_VIEWS = 3


@dataclass(frozen=True)
class Columns:
    """A snapshot of the facts of tracing; others may share its arrays.

    People and venues are numbers, places in `people` and `venues.ids`; a number stays the same
    in every snapshot made from another. Made by `assemble` and `replaced`.
    """

    people: list[str]
    venues: Venues
    meetings: Meetings
    isolations: Isolations
    reports: Reports
    base: Base
    overlay: Overlay | None
    rank: Numbers
    by_rank: Numbers
    workspaces: Workspaces
    _views: OrderedDict[tuple[int, str], View] = field(default_factory=OrderedDict)
    _groupings: dict[bool, Grouping] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def assemble(
        cls,
        people: list[str],
        venues: Venues,
        segments: Sequence[Segment],
        meetings: Meetings,
        isolations: Isolations,
        reports: Reports,
    ) -> Self:
        """Return the columns of some days.

        People in the order of their ids are numbered fastest; any order is right.

        Raises:
            CannotHold: there are 2**32 visits or more.
        """
        rank, by_rank = ranks_of(people)
        base = assemble_base(len(people), segments)
        return cls(
            people, venues, meetings, isolations, reports, base, None, rank, by_rank, Workspaces()
        )

    def replaced(
        self,
        *,
        people: list[str],
        numbers: Numbers,
        rows: Rows,
        venues: Venues,
        meetings: Meetings,
        isolations: Isolations,
        reports: Reports,
    ) -> Columns:
        """Return a snapshot in which some people have other visits; this one stays as it is.

        Args:
            people: everyone, those that were there before in their places.
            numbers: the people whose visits are replaced.
            rows: all edges that these people have now, of every day.

        Raises:
            CannotHold: a moment lies before 2000 or after 2067.
        """
        check(rows)
        kept, changed = rows, np.asarray(numbers, np.uint32)
        if self.overlay is not None:
            others = ~np.isin(self.overlay.rows.person, changed)
            kept = Rows.joined([self.overlay.rows.chosen(others), rows])
            changed = np.union1d(changed, self.overlay.people).astype(np.uint32)
        rank, by_rank = self.rank, self.by_rank
        if len(people) > len(self.people):
            rank, by_rank = ranks_with_more(people, by_rank)
        return Columns(
            people,
            venues,
            meetings,
            isolations,
            reports,
            self.base,
            lay_over(self.base, len(people), changed, kept),
            rank,
            by_rank,
            self.workspaces,
        )

    def without_days(self, days: Collection[int]) -> Columns:
        """Return a snapshot without the visits of some local days, everything else as it is.

        What lies over the base is folded in; the arrays are laid down anew.
        """
        kept = [
            segment
            for day in self.days
            if day not in days and len((segment := self.segment(day)).person)
        ]
        return Columns.assemble(
            self.people, self.venues, kept, self.meetings, self.isolations, self.reports
        )

    def segment(self, day: int) -> Segment:
        """Return the edges of a local day as they are now, what lies over the base folded in."""
        rows = segment_rows(self.base, day)
        if self.overlay is not None:
            alive = ~np.isin(rows.person, self.overlay.people)
            over = self.overlay.rows
            rows = Rows.joined([rows.chosen(alive), over.chosen(over.day == day)])
        [starts], [ends] = bounds_of(np.array([day], np.int32))
        return make_segment(day, int(starts), int(ends), rows)

    # --- how much there is ------------------------------------------------------------------

    @cached_property
    def rows(self) -> int:
        """How many edges count, retracted ones among them."""
        if self.overlay is None:
            return self.base.rows
        moved = self.overlay.people[: self.overlay.moved]
        first = self.base.person_row
        dead = int(np.sum(first[moved + np.uint32(1)].astype(np.int64) - first[moved]))
        return self.base.rows - dead + len(self.overlay.rows)

    @property
    def overlay_rows(self) -> int:
        """How many edges lie over the base."""
        return 0 if self.overlay is None else len(self.overlay.rows)

    @property
    def bytes(self) -> int:
        """How much memory the arrays take, those of kept views among them; without the ids."""
        tables = [self.base, self.meetings, self.isolations, self.reports, self.overlay]
        total = sum(bytes_of(table) for table in tables if table is not None)
        total += self.rank.nbytes + self.by_rank.nbytes + self.venues.top.nbytes
        for view in list(self._views.values()):
            total += view.bytes
        return total + sum(grouping.bytes for grouping in self._groupings.values())

    @cached_property
    def days(self) -> list[int]:
        """The local days that have edges, in days since 1970, ascending.

        One whose edges are all dead is among them until the columns are laid down anew.
        """
        over = [] if self.overlay is None else np.unique(self.overlay.rows.day).tolist()
        return sorted({*self.base.days.tolist(), *over})

    # --- what the kernels are told --------------------------------------------------------------

    @property
    def nodes(self) -> int:
        """How many nodes there are: each person of the base, then each of those over it."""
        return self.base.people + (0 if self.overlay is None else len(self.overlay.people))

    @cached_property
    def node_rank(self) -> Numbers:
        """The place of each node's person in the order of ids."""
        rank = self.rank[: self.base.people]
        return rank if self.overlay is None else np.append(rank, self.rank[self.overlay.people])

    @cached_property
    def is_in_order(self) -> bool:
        """Whether nodes are numbered in the order of their people's ids."""
        return bool(np.array_equal(self.node_rank, np.arange(self.nodes, dtype=np.uint32)))

    @cached_property
    def venue_rank(self) -> Numbers:
        """The place of each venue in the order of ids."""
        return ranks_of(self.venues.ids)[0]

    @cached_property
    def _categories(self) -> tuple[list[str], NDArray[np.uint16]]:
        """The distinct categories, and the place of each venue's among them."""
        names = sorted(set(self.venues.category))
        places = {name: place for place, name in enumerate(names)}
        return names, np.array([places[name] for name in self.venues.category], np.uint16)

    def counting(self, categories: Collection[str]) -> Flags:
        """Return of each venue whether its category counts; nothing where all do."""
        names, places = self._categories
        counts = np.array([(name or UNKNOWN) in categories for name in names], np.uint8)
        return np.empty(0, np.uint8) if counts.all() else counts[places]

    @cached_property
    def last_event(self) -> int:
        """When the last fact was recorded or retracted; later nothing else was known."""
        facts = (self.meetings, self.isolations)
        moments = [last_of(of.recorded) for of in (*facts, self.reports)]
        moments += [last_of(of.retracted) for of in facts]
        over = 0 if self.overlay is None else self.overlay.last_event
        return max(self.base.last_event, over, *moments)

    def node_of(self, numbers: Numbers) -> Numbers:
        """Return the nodes of people."""
        if self.overlay is None:
            return numbers
        nodes = numbers.copy()
        place = np.searchsorted(self.overlay.people, numbers)
        found = place < len(self.overlay.people)
        found[found] = self.overlay.people[place[found]] == numbers[found]
        nodes[found] = place[found] + self.base.people
        return nodes

    def number_of(self, person_id: str) -> int | None:
        """Return a person's number, None if nobody has this id."""
        place = place_in(self.people, self.by_rank, person_id)
        if place == len(self.by_rank) or self.people[self.by_rank[place]] != person_id:
            return None
        return int(self.by_rank[place])

    def view(self, as_of: int, exits: str) -> View:
        """Return what was known at a moment; the latest asked for are kept."""
        key = (max(-1, min(as_of, self.last_event)), exits)
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        view = self._view(*key)
        with self._lock:
            self._views[key] = view
            while len(self._views) > _VIEWS:
                self._views.popitem(last=False)
        return view

    def _view(self, as_of: int, exits: str) -> View:
        late = self.base.late
        if self.overlay is not None:
            over = self.overlay.rows.chosen(self.overlay.late)
            names = ("left", "expected", "left_by", "left_recorded", "retracted")
            late = LateRows(
                self.base.late.row,
                *(np.concatenate([getattr(late, name), getattr(over, name)]) for name in names),
            )
        a, b = self.node_of(self.meetings.a), self.node_of(self.meetings.b)
        return View(
            as_of=as_of,
            late=late_at(late, as_of, exits),
            mode=modes_at(self.base.earliest, self.base.latest, as_of),
            until=until_at(len(self.people), self.isolations, self.reports, as_of),
            confirmed=confirmed_at(len(self.people), self.reports, as_of),
            met=met_at(self.nodes, a, b, self.meetings, as_of),
        )

    def grouping(self, roll_up_zones: bool) -> Grouping:
        """Return which cells share people; kept."""
        with self._lock:
            if roll_up_zones not in self._groupings:
                self._groupings[roll_up_zones] = group_cells(
                    self.base, self.overlay, self.venues, roll_up_zones
                )
            return self._groupings[roll_up_zones]
