"""One hop over the columns: by the cells that a small frontier was in, or over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np

from graph.tracing.projection.collecting import collect, fold, mark, set_out
from graph.tracing.projection.compiling import Moments, Numbers
from graph.tracing.projection.expanding import (
    NOTHING,
    Cells,
    count_visits,
    expand_cells,
    expand_groups,
    expand_meetings,
    expand_rows,
    touch,
)
from graph.tracing.projection.facts import NEVER
from graph.tracing.projection.questions import Frontier, Partial, Question
from graph.tracing.projection.shapes import Carriers, Hop, Stays
from graph.tracing.projection.sharing import in_parts, share
from graph.tracing.projection.workspaces import Workspace, make_room, make_stays

_THEMSELVES = np.empty(0, np.uint32)
_NEVER = np.empty(0, np.int32)

Work = Callable[[Hop], object]


class Expansion:
    """A question being answered in a workspace, hop by hop."""

    def __init__(self, question: Question, workspace: Workspace) -> None:
        self.question, self.workspace = question, workspace
        columns = question.columns
        base, overlay = columns.base, columns.overlay
        self._rank = _THEMSELVES if columns.is_in_order else columns.node_rank
        self._carriers = Carriers(workspace.bits, workspace.since, _NEVER, self._rank)
        self._stays = Stays(base.person, base.arrived, base.left, base.recorded)
        largest = question.grouping.largest
        self._rooms = [
            (make_room(largest), make_stays(largest), make_stays(largest)) for _ in workspace.finds
        ]
        self._settled: list[Numbers] = []
        if overlay is not None:
            # Nobody is found by visits that are dead.
            self._settle(overlay.people[: overlay.moved])

    def start(self, sources: Numbers) -> None:
        """Leave the sources out of what is found."""
        self._settle(self.question.columns.node_of(sources))

    def _settle(self, nodes: Numbers) -> None:
        self._settled.append(nodes)
        for finds in self.workspace.finds:
            finds.state[nodes] = 1

    def remember(self, person: Numbers, exposed: Moments) -> None:
        """Note that people were reached by earlier hops, from when."""
        nodes = self.question.columns.node_of(person)
        self._settled.append(nodes)
        for finds in self.workspace.finds:
            mark(finds.state, nodes, 0, len(nodes), exposed)

    def finish(self, numbers: Numbers) -> None:
        """Leave the workspace as it was."""
        self.workspace.forget(np.concatenate([*self._settled, numbers[:0]]), numbers)

    def expand(self, frontier: Frontier) -> Partial:
        """Return whom a frontier exposes sooner than known so far, ascending by node."""
        nodes = self._set_out(frontier)
        if len(nodes) == 0:
            return self._collect()
        base, over = self._by_place(nodes)
        visits = count_visits(base, self.question.columns.base.person_row)
        groups = self._over_groups(over)
        if visits > self.question.tuning.sweep_share * self._stays.node.size:
            self._sweep(int(frontier.since.min()))
        else:
            self._push(base, visits, groups)
        met = self.question.view.met
        if len(met.other):
            expand_meetings(nodes, met, self._hop(0))
        return self._collect()

    def _set_out(self, frontier: Frontier) -> Numbers:
        workspace = self.workspace
        workspace.bits[:] = 0
        until = workspace.until if np.any(frontier.until != NEVER) else _NEVER
        self._carriers = Carriers(workspace.bits, workspace.since, until, self._rank)
        nodes = np.empty(len(frontier), np.uint32)
        size = set_out(
            self.question.columns.node_of(frontier.person),
            frontier.since,
            frontier.until,
            self._carriers,
            nodes,
        )
        return nodes[:size]

    def _by_place(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """Return the nodes of the base, and those over it."""
        known = self.question.columns.base.people
        if self.question.columns.overlay is None:
            return nodes, nodes[:0]
        return nodes[nodes < known], nodes[nodes >= known]

    def _over_groups(self, nodes: Numbers) -> Moments:
        """Return the groups of the cells that people over the base were in."""
        overlay = self.question.columns.overlay
        if overlay is None or len(nodes) == 0:
            return np.empty(0, np.int32)
        places = nodes - np.uint32(self.question.columns.base.people)
        first = overlay.node_cell
        parts = [overlay.cell_of[first[place] : first[place + 1]] for place in places]
        return self.question.grouping.over_group[np.concatenate(parts)]

    def _push(self, nodes: Numbers, visits: int, groups: Moments) -> None:
        """Expand the cells in which the frontier was."""
        question, stays = self.question, self._stays
        base = question.columns.base
        rows = np.empty(visits, np.uint32)
        size = touch(
            nodes, base.person_row, base.by_person, stays, question.days, rows, self._hop(0)
        )
        rows = rows[:size]
        rows.sort()
        parts = self._cut_rows(rows)
        listed = [groups]

        def expand(part: Numbers, hop: Hop) -> None:
            found = np.empty(len(part) if len(question.cells.group) else 0, np.int32)
            size = expand_rows(stays, question.cells, question.days, part, found, hop)
            listed.append(found[:size])

        self._run([partial(expand, part) for part in parts])
        self._expand_groups(np.unique(np.concatenate(listed)))

    def _cut_rows(self, rows: Numbers) -> list[Numbers]:
        """Cut ascending places of visits into parts, never within a cell."""
        if len(rows) == 0:
            return []
        if len(rows) <= self.question.tuning.alone or self.question.tuning.threads == 1:
            return [rows]
        number = 4 * self.question.tuning.threads
        cuts = rows[np.linspace(0, len(rows), number, endpoint=False).astype(np.int64)[1:]]
        cell_row = self.question.cells.first
        cell_begins = cell_row[np.searchsorted(cell_row, cuts, side="right") - 1]
        return [
            part for part in np.split(rows, np.searchsorted(rows, cell_begins)) if len(part) > 0
        ]

    def _sweep(self, since: int) -> None:
        """Expand every cell of the days on which anybody of the frontier was infectious."""
        question, stays = self.question, self._stays

        def expand(day: int, begin: int, end: int, hop: Hop) -> None:
            expand_cells(stays, question.cells, question.days, day, begin, end, hop)

        self._run([partial(expand, *part) for part in self._cut_cells(since)])
        self._expand_groups(np.flatnonzero(question.grouping.groups.ends > since).astype(np.int32))

    def _cut_cells(self, since: int) -> Iterator[tuple[int, int, int]]:
        """Yield days and parts of their cells of about as many visits, in order of time."""
        question = self.question
        cells, days, chunk = question.cells, question.days, question.tuning.chunk
        for day in np.flatnonzero((days.ends > since) & (days.mode != NOTHING)).tolist():
            first, last = int(days.cell[day]), int(days.cell[day + 1])
            begin, end = int(cells.first[first]), int(cells.first[last])
            cuts = np.arange(begin + chunk, end, chunk, dtype=np.int64)
            at = first + np.searchsorted(cells.first[first:last], cuts)
            bounds = [first, *at.tolist(), last]
            for one, other in pairwise(bounds):
                yield day, one, other

    def _expand_groups(self, chosen: Moments) -> None:
        if len(chosen) == 0:
            return
        question = self.question
        groups, overlay = question.grouping.groups, question.columns.overlay
        over, over_cells = _NOBODY_OVER
        if overlay is not None:
            rows = overlay.rows
            over = Stays(overlay.node, rows.arrived, overlay.left, rows.recorded)
            over_cells = Cells(
                overlay.cell_row, overlay.cell_venue, question.grouping.over_group, _THEMSELVES
            )

        def expand(part: Moments, hop: Hop) -> None:
            expand_groups(self._stays, over, question.cells, over_cells, groups, part, hop)

        number = 1 if len(chosen) <= self.question.tuning.alone else 8 * question.tuning.threads
        self._run([partial(expand, part) for part in np.array_split(chosen, number)])

    def _hop(self, thread: int) -> Hop:
        """Return what one thread expands groups with."""
        question = self.question
        return Hop(
            question.view.late,
            self._carriers,
            question.terms,
            self.workspace.finds[thread],
            *self._rooms[thread],
        )

    def _run(self, tasks: Iterable[Work]) -> None:
        """Do tasks, in about their order, by as many threads as there are."""

        def work(thread: int, some: Iterator[Work]) -> None:
            hop = self._hop(thread)
            for task in some:
                task(hop)

        share(list(tasks), work, self.question.tuning.threads)

    def _collect(self) -> Partial:
        """Return what all threads have found, and forget it, but that these people are reached."""
        columns, all_finds = self.question.columns, self.workspace.finds
        lists = [finds.touched[: finds.size[0]] for finds in all_finds]
        nodes = np.sort(np.concatenate(lists))
        if sum(len(listed) > 0 for listed in lists) > 1:
            nodes = nodes[np.append(True, nodes[1:] != nodes[:-1])]
        size = len(nodes)
        found = Partial(
            person=np.empty(size, np.uint32),
            exposed=np.empty(size, np.int32),
            seconds=np.empty(size, np.int64),
            via=np.empty(size, np.uint32),
            venue=np.empty(size, np.int32),
            ended=np.empty(size, np.int32),
            doubt=np.empty(size, np.uint8),
        )
        over = (columns.base.people, _THEMSELVES)
        if columns.overlay is not None:
            over = (columns.base.people, columns.overlay.people)

        def gather(begin: int, end: int) -> None:
            for listed, finds in zip(lists[1:], all_finds[1:], strict=True):
                if len(listed):
                    fold(all_finds[0], finds, nodes, begin, end, columns.venue_rank)
            collect(
                all_finds[0],
                nodes,
                begin,
                end,
                columns.by_rank,
                over,
                (found.exposed, found.ended, found.seconds),
                (found.person, found.via, found.venue, found.doubt),
            )
            for finds in all_finds:
                mark(finds.state, nodes, begin, end, found.exposed)

        in_parts(gather, size, self.question.tuning.threads)
        for finds in all_finds:
            finds.size[0] = 0
            finds.bits[:] = 0
        self._settled.append(nodes)
        return found


_NOBODY_OVER = (make_stays(0), Cells(np.zeros(1, np.uint32), _THEMSELVES, _NEVER, _THEMSELVES))
