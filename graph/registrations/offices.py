"""Who acts on registrations, and in which administrative area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from graph.database import Graph
from graph.periods import local_midnight
from graph.registrations.workflow import CITY, SYSTEM, UNIT
from graph.units import Span, UnitTree, unit_tree


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a registration: an officer for an office, the unit itself, or the program.

    Args:
        role: one of the workflow's ROLES.
        unit_code: of the office; None for a city's office of every unit, and for who has none.
        account_id: of the officer; None for the unit and the program.
        own: of the unit itself and the program: the units of the registrations that they act on.
        bound_on: the local day on which the office was bound to its unit, because a reform may
            give a code to another unit; None means today.
    """

    role: str
    unit_code: str | None = None
    account_id: str | None = None
    own: Sequence[str] = ()
    bound_on: date | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """What is an office's business: a record that names a unit, told within some stretch of time.

    Args:
        codes: the units that lie in it today.
        spans: by unit_code, when a record must have been told: `from`, and `until` excluded.
    """

    codes: frozenset[str] = frozenset()
    spans: Mapping[str, Sequence[Mapping[str, datetime | None]]] = field(default_factory=dict)

    def __contains__(self, unit_code: object) -> bool:
        """Say whether a unit lies in it today."""
        return unit_code in self.codes


def find_area(graph: Graph, actor: Actor, on: date, within: str | None = None) -> Area:
    """Return an actor's area on a local day: the office's unit and all inside it.

    The one place that says what is inside a unit. After a reform the main heir of a unit sees
    what was told of it; an office whose unit ended without one keeps what was told until then.
    An office below the city that is bound to no unit has no area.

    Args:
        within: only what lies inside this unit of that day too.
    """
    if actor.role in (UNIT, SYSTEM):
        return _area(frozenset(actor.own), [Span(code, None, None) for code in set(actor.own)])
    if actor.unit_code is None and actor.role != CITY:
        return Area()
    tree = unit_tree(graph)
    codes, spans = _inside(tree, actor.unit_code, actor.bound_on or on, on)
    if within is None:
        return _area(codes, spans)
    narrower, narrow = _inside(tree, within, on, on)
    return _area(codes & narrower, [cut for one in spans for cut in _cut(one, narrow)])


def _inside(
    tree: UnitTree, unit_code: str | None, of: date, on: date
) -> tuple[frozenset[str], list[Span]]:
    if unit_code is None:
        return frozenset(unit.unit_code for unit in tree.on(on)), [
            Span(code, None, None) for code in {unit.unit_code for unit in tree.terms()}
        ]
    heir = tree.heir(unit_code, of, on)
    if heir is not None:
        codes = frozenset(unit.unit_code for unit in tree.subtree(heir.unit_code, on))
        return codes, tree.spans(unit_code, of, on, deep=True)
    meant = tree.meant(unit_code, of)
    if meant is None or meant.valid_until is None:
        return frozenset(), []
    last = meant.valid_until - timedelta(days=1)
    kept = tree.spans(unit_code, last, last, deep=True)
    until = [Span(one.unit_code, None, meant.valid_until) for one in kept]
    return frozenset(), [cut for one in kept for cut in _cut(one, until)]


def _cut(span: Span, others: Iterable[Span]) -> list[Span]:
    """Return what a span has in common with others of its unit."""
    found = []
    for other in others:
        if other.unit_code != span.unit_code:
            continue
        starts = [day for day in (span.start, other.start) if day is not None]
        ends = [day for day in (span.end, other.end) if day is not None]
        start, end = max(starts, default=None), min(ends, default=None)
        if start is None or end is None or start < end:
            found.append(Span(span.unit_code, start, end))
    return found


def _area(codes: frozenset[str], spans: Iterable[Span]) -> Area:
    told: dict[str, list[Mapping[str, datetime | None]]] = {}
    for span in spans:
        told.setdefault(span.unit_code, []).append(
            {
                "from": None if span.start is None else local_midnight(span.start),
                "until": None if span.end is None else local_midnight(span.end),
            }
        )
    return Area(codes, told)
