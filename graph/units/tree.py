"""The tree of units on any day, and what became of each unit; pure, all of it in memory.

A day is a local one. `of` is the day of a record, which says what its code meant; `on` is the
day on which somebody looks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from graph.units.terms import Alias, Span, Succession, Unit

# A unit inside itself, at any remove, would go round for ever; nobody has so many levels.
MOST_LEVELS = 8


class UnitTree:
    """Every unit in all its terms, with successors and other names."""

    def __init__(
        self,
        terms: Iterable[Unit] = (),
        successions: Iterable[Succession] = (),
        aliases: Iterable[Alias] = (),
    ) -> None:
        terms_of: dict[str, list[Unit]] = defaultdict(list)
        for term in terms:
            terms_of[term.unit_code].append(term)
        for held in terms_of.values():
            held.sort(key=_start)
        self._terms: Mapping[str, Sequence[Unit]] = dict(sorted(terms_of.items()))
        self.successions = tuple(successions)
        self.aliases = tuple(aliases)

    def terms(self) -> Iterator[Unit]:
        """Give every term, by unit_code, the earliest first."""
        for held in self._terms.values():
            yield from held

    def on(self, day: date) -> list[Unit]:
        """Return the units that exist on a day, by unit_code."""
        found = (self.term(code, day) for code in self._terms)
        return [unit for unit in found if unit is not None]

    def term(self, unit_code: str, on: date) -> Unit | None:
        """Return how a unit stands on a day; None if it does not exist then."""
        held = self._terms.get(unit_code, ())
        return next((term for term in reversed(held) if term.holds(on)), None)

    def meant(self, unit_code: str, of: date) -> Unit | None:
        """Return which unit a record of a day means by a code; None for a code never told.

        A record may name a unit that has ended, or one that has not begun: then the term
        before its day, or the first one.
        """
        held = self._terms.get(unit_code, ())
        if not held:
            return None
        return self.term(unit_code, of) or held[self._place(held, of)]

    def successors(self, unit: Unit) -> list[Unit]:
        """Return what became of a unit when its term ended, the main one first."""
        return [each for each, _ in self._after.get((unit.unit_code, unit.valid_until), ())]

    def predecessors(self, unit: Unit) -> list[Unit]:
        """Return what a unit was made of when its term began; first what it is main heir of."""
        return [each for each, _ in self._before.get((unit.unit_code, unit.valid_from), ())]

    def is_divided(self, unit: Unit) -> bool:
        """Say whether only parts of a unit went to each of its successors."""
        return any(part for _, part in self._after.get((unit.unit_code, unit.valid_until), ()))

    def unit_on(self, unit_code: str, of: date, on: date) -> list[Unit]:
        """Return the units in which a record of one day is shown on another, the main one first.

        Several where the unit was divided, or, looking back, was put together; none where it
        ended without a successor, as districts did, or was never told.
        """
        start = self.meant(unit_code, of)
        return [] if start is None else self._carried(start, on)

    def heir(self, unit_code: str, of: date, on: date) -> Unit | None:
        """Return the one unit that stands on a day for what a record of another day names."""
        found = self.unit_on(unit_code, of, on)
        return found[0] if found else None

    def chain(self, unit_code: str, on: date) -> list[Unit]:
        """Return a unit and those around it on a day, up to the city; none if it does not exist."""
        found: list[Unit] = []
        code: str | None = unit_code
        while code is not None and len(found) < MOST_LEVELS:
            unit = self.term(code, on)
            if unit is None:
                break
            found.append(unit)
            code = unit.parent_code
        return found

    def subtree(self, unit_code: str, on: date) -> list[Unit]:
        """Return a unit and all inside it on a day, by unit_code; none if it does not exist."""
        return [
            unit
            for unit in self.on(on)
            if any(each.unit_code == unit_code for each in self.chain(unit.unit_code, on))
        ]

    def spans(self, unit_code: str, of: date, on: date, *, deep: bool = False) -> list[Span]:
        """Return whose records an office of a unit sees on a day, by unit_code.

        Each record is seen by one unit of a level on every day: by the main heir of the unit
        that it names. A unit that ended without an heir keeps its own.

        Args:
            unit_code: the unit that the office was bound to, on the day `of`.
            deep: see all that lies inside the unit too.
        """
        home = self.heir(unit_code, of, on)
        if home is None:
            return [Span(unit_code, None, None)]
        seen = [Span(home.unit_code, None, None)] if home.unit_code not in self._terms else []
        for code, held in self._terms.items():
            mine = [self._belongs(term, home.unit_code, on, deep) for term in held]
            seen += _spans_of(code, held, mine)
        return seen

    def _belongs(self, term: Unit, unit_code: str, on: date, deep: bool) -> bool:
        """Say whether what happened in a term is a unit's business on a day."""
        for _level in range(MOST_LEVELS):
            heirs = self._carried(term, on)
            if heirs:
                chain = self.chain(heirs[0].unit_code, on) if deep else heirs[:1]
                return any(each.unit_code == unit_code for each in chain)
            parent = self._parent(term) if deep else None
            if parent is None:
                return False
            term = parent
        return False

    def _parent(self, term: Unit) -> Unit | None:
        if term.parent_code is None:
            return None
        return self.meant(term.parent_code, term.valid_from or date.min)

    def _carried(self, start: Unit, on: date) -> list[Unit]:
        """Return what stands on a day for a unit, the main one first, each once."""
        found: list[Unit] = []
        met: set[Unit] = set()
        waiting = [start]
        while waiting:
            unit = waiting.pop(0)
            if unit in met:
                continue
            met.add(unit)
            if unit.holds(on):
                found.append(unit)
            elif unit.valid_until is not None and unit.valid_until <= on:
                waiting = self.successors(unit) + waiting
            else:
                waiting = self.predecessors(unit) + waiting
        return found

    @cached_property
    def _steps(self) -> list[tuple[Unit, Unit, Succession]]:
        """Every step from one term to the next, the main ones first, then by code.

        A unit that only went on under its code, renamed or moved, succeeds itself.
        """
        told = {(step.unit_code, step.effective_on) for step in self.successions}
        steps = list(self.successions)
        for code, held in self._terms.items():
            for term in held:
                day = term.valid_until
                goes_on = day is not None and any(each.valid_from == day for each in held)
                if day is not None and goes_on and (code, day) not in told:
                    steps.append(Succession(code, code, day, is_part=False, is_main=True))
        found = []
        for step in steps:
            ended = self._ending(step.unit_code, step.effective_on)
            begun = self.term(step.successor_code, step.effective_on)
            if ended is not None and begun is not None:
                found.append((ended, begun, step))
        return sorted(
            found,
            key=lambda each: (
                *(not each[2].is_main, each[2].is_part),
                *(each[2].successor_code, each[2].unit_code),
            ),
        )

    @cached_property
    def _after(self) -> Mapping[tuple[str, date | None], list[tuple[Unit, bool]]]:
        after: dict[tuple[str, date | None], list[tuple[Unit, bool]]] = defaultdict(list)
        for ended, begun, step in self._steps:
            after[ended.unit_code, ended.valid_until].append((begun, step.is_part))
        return after

    @cached_property
    def _before(self) -> Mapping[tuple[str, date | None], list[tuple[Unit, bool]]]:
        before: dict[tuple[str, date | None], list[tuple[Unit, bool]]] = defaultdict(list)
        for ended, begun, step in self._steps:
            # What a standing unit took in later is no beginning of it.
            if begun.valid_from == step.effective_on:
                before[begun.unit_code, begun.valid_from].append((ended, step.is_part))
        return before

    def _ending(self, unit_code: str, day: date) -> Unit | None:
        """Return the term of a unit that ended on a day."""
        held = self._terms.get(unit_code, ())
        return next((term for term in held if term.valid_until == day), None)

    @staticmethod
    def _place(held: Sequence[Unit], of: date) -> int:
        return max(0, bisect_right([_start(term) for term in held], of) - 1)


def _start(term: Unit) -> date:
    return term.valid_from or date.min


def _spans_of(code: str, held: Sequence[Unit], mine: Sequence[bool]) -> list[Span]:
    """Return the stretches of days on which a code means a term that counts.

    A term reaches, for records, until the next one begins, the first one back to the beginning.
    """
    found: list[Span] = []
    for place, counts in enumerate(mine):
        if not counts:
            continue
        start = held[place].valid_from if place else None
        end = held[place + 1].valid_from if place + 1 < len(held) else None
        if found and found[-1].end == start and start is not None:
            found[-1] = Span(code, found[-1].start, end)
        else:
            found.append(Span(code, start, end))
    return found
