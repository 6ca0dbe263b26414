"""What is asked of the columns, in their terms, and what a hop is told and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import floor

import numpy as np

from graph.rules import TracingRule
from graph.tracing.projection.columns import Columns
from graph.tracing.projection.compiling import Flags, Moments, Numbers, Sums
from graph.tracing.projection.expanding import Cells, Days
from graph.tracing.projection.facts import NEVER, ORIGIN_S
from graph.tracing.projection.grouping import Grouping
from graph.tracing.projection.shapes import Terms
from graph.tracing.projection.sharing import workers
from graph.tracing.projection.views import View


@dataclass(frozen=True, slots=True)
class Tuning:
    """When which way is taken; every setting gives the same rows.

    Args:
        few: up to so many intervals of a group are gone through for each visit.
        sweep_share: above this share of all visits a frontier's cells are not looked up.
        threads: how many share a hop.
        alone: so few visits are expanded by one thread.
        chunk: about so many visits are given to a thread at once.
    """

    few: int = 24
    sweep_share: float = 0.02
    threads: int = workers()
    alone: int = 400
    chunk: int = 1 << 17


TUNING = Tuning()


@dataclass(frozen=True, slots=True)
class Frontier:
    """People whose moment improved, by number: infectious `[since, until)`, `NEVER` for open."""

    person: Numbers
    since: Sums
    until: Moments

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Partial:
    """Whom a hop exposes, each person once, by number: the contact that is recorded of each.

    `venue` is -1 for a meeting; `seconds` is the length of all contacts, right for people whom
    no earlier hop had reached; `doubt` is 0 certain, 1 probable, 2 possible.
    """

    person: Numbers
    exposed: Moments
    seconds: Sums
    via: Numbers
    venue: Moments
    ended: Moments
    doubt: Flags

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the columns, in their terms."""

    columns: Columns
    view: View
    grouping: Grouping
    terms: Terms
    cells: Cells
    days: Days
    latent: int
    tuning: Tuning


def ask(columns: Columns, rule: TracingRule, as_of: datetime, tuning: Tuning = TUNING) -> Question:
    """Return a rule and a moment as what the kernels take."""
    as_of_s = max(-1, min(floor(as_of.timestamp()) - ORIGIN_S, NEVER - 1))
    view = columns.view(as_of_s, rule.exits)
    grouping = columns.grouping(rule.roll_up_zones)
    base = columns.base
    return Question(
        columns=columns,
        view=view,
        grouping=grouping,
        terms=Terms(
            least=int(rule.least.total_seconds()),
            as_of=view.as_of,
            few=tuning.few,
            counts=columns.counting(rule.categories),
            counted_as=columns.venues.top if rule.roll_up_zones else np.empty(0, np.uint32),
            venue_rank=columns.venue_rank,
        ),
        cells=Cells(base.cell_row, base.cell_venue, grouping.cell_group, base.row_cell),
        days=Days(base.starts, base.ends, base.day_cell, base.day_row, view.mode),
        latent=int(rule.latent.total_seconds()),
        tuning=tuning,
    )
