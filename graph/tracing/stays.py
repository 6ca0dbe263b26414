"""Stays: where people were within certain bounds, day by day, as the rule counts their visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from graph.database import Graph
from graph.rules import TracingRule


@dataclass(frozen=True, slots=True)
class Within:
    """Somebody, and within which seconds of the epoch, `[from_s, until_s)`; None for open."""

    person_id: str
    from_s: int | None = None
    until_s: int | None = None

    def row(self) -> Mapping[str, object]:
        """Return it as the queries take it."""
        return {"person_id": self.person_id, "from_s": self.from_s, "until_s": self.until_s}

    def holds(self, started_s: int, ended_s: int) -> bool:
        """Tell whether something lasts within the bounds."""
        is_late = self.until_s is not None and started_s >= self.until_s
        return not is_late and ended_s > (self.from_s or 0)


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit of a person on one local day; a place of `find_window_visits`.

    Moments are seconds of the epoch, `day_s` the midnight at which the local day begins;
    `expected_s` is the end by the expected exit, `left_s` where the exit is known.
    """

    person_id: str
    visit_id: str
    venue_id: str
    day_s: int
    arrived_s: int
    left_s: int
    expected_s: int
    is_known: bool
    source: str


def find_stays(
    graph: Graph,
    people: Iterable[Within],
    rule: TracingRule,
    as_of: datetime,
    places: Collection[tuple[str, int]] | None = None,
) -> list[Stay]:
    """Return where people were within certain bounds, a row a visit and local day it touches.

    Args:
        places: venues and days, as in a Stay, of which alone stays are wanted; None for all.
    """
    rows = [one.row() for one in people]
    if not rows:
        return []
    name = "find_window_visits_over_zones" if rule.roll_up_zones else "find_window_visits"
    [columns] = graph.read(
        f"tracing/{name}",
        people=rows,
        exits=rule.exits,
        categories=sorted(rule.categories),
        as_of=as_of,
    )
    every = zip(*(columns[field.name] for field in fields(Stay)), strict=True)
    if places is None:
        return [Stay(*one) for one in every]
    # Of thousands of people most stays are elsewhere: only those wanted become rows.
    return [Stay(*one) for one in every if (one[2], one[3]) in places]


def seconds_of(length: timedelta) -> int:
    """Return a length in whole seconds."""
    return int(length.total_seconds())


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(seconds: int) -> datetime:
    """Return a second of the epoch as aware UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def epoch(moment: datetime) -> int:
    """Return an instant as a second of the epoch."""
    return int(moment.timestamp())
