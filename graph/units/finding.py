"""Finding a unit by what people type for it; pure, over all units in memory.

A unit is found by its name, by another name of it, and by how it, or what became it, was called
before. Where several fit, all of them are found: `phường 15` alone is a dozen wards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from graph.names import sort_key, tidy
from graph.units.terms import Unit
from graph.units.tree import UnitTree
from graph.units.words import UnitName, Word, read_name, read_words

MOST_FOUND = 20
# Fewer letters begin too many names.
LEAST_LETTERS = 2
# Longer than any name of a ward with all that is around it.
LONGEST = 120
# What a match is worth, the best first.
_WHOLE, _PARTLY, _INSIDE = range(3)
# By which name a unit was found, the best first.
OWN, ALIAS, FORMER = range(3)
# Larger units stand before smaller ones.
ORDER = {"city": 0, "district": 1, "ward": 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be meant.

    Args:
        unit: as it stands on the day that was asked for.
        around: what it lies in, the nearest first.
        was: the unit by whose name it was found, if that is one that has ended.
        was_around: what that one lay in.
        is_whole: its whole name was typed, not only a part of it or of what it lies in.
        by: OWN, ALIAS or FORMER: by which of its names.
        is_spelled: it was typed with the marks that it has.
    """

    unit: Unit
    around: tuple[Unit, ...]
    was: Unit | None
    was_around: tuple[Unit, ...]
    is_whole: bool
    by: int
    is_spelled: bool


class _Match(NamedTuple):
    """How an entry fits what was typed; the best is the least."""

    how: int
    is_unfinished: bool
    is_other_kind: bool
    words_of_others: int
    is_otherwise_marked: bool


class _Place(NamedTuple):
    """Where one word of what was typed stands."""

    is_own: bool = False
    is_near: bool = False
    is_unfinished: bool = False
    is_other_kind: bool = False


@dataclass(frozen=True)
class _Entry:
    """A name under which a unit can be found, with the names of what is around it."""

    unit: Unit
    around: tuple[Unit, ...]
    was: Unit | None
    was_around: tuple[Unit, ...]
    by: int
    name: UnitName
    nearer: tuple[UnitName, ...]
    city: tuple[UnitName, ...]

    @cached_property
    def every_word(self) -> frozenset[str]:
        """Every word that may be typed whole for it."""
        names = (self.name, *self.nearer, *self.city)
        return frozenset(word for name in names for word in (*name.words, *name.glued))


def find(tree: UnitTree, typed: str, on: date, limit: int = MOST_FOUND) -> list[Candidate]:
    """Return the units of a day that what was typed may mean, the likeliest first.

    Every word must fit the unit or what it lies in; the last one may be unfinished. None for
    nothing typed, or for more than a name.
    """
    if len(typed) > LONGEST:
        return []
    words = read_words(typed)
    if not words:
        return []
    spelled = tidy(typed).casefold()
    sure = {word.text for word in words[:-1]}
    ranked = []
    for place, entry in enumerate(_entries(tree, on)):
        if not sure <= entry.every_word:
            continue
        match = _match(entry, words, spelled)
        if match is not None:
            ranked.append(((*match, entry.by, place), entry, match))
    ranked.sort(key=lambda each: each[0])
    found = _each_once([(entry, match) for _, entry, match in ranked])
    return [_candidate(entry, match) for entry, match in found][:limit]


def recognise(tree: UnitTree, typed: str, on: date) -> Unit | None:
    """Return the one unit of a day that what was typed means; None where nobody can be sure.

    A code means its unit. A name means it if it is written in full and no other unit has it, or
    has it with other marks than those that were typed.
    """
    code = typed.strip()
    if code.isascii() and code.isdigit():
        return tree.term(code, on)
    whole = [found for found in find(tree, typed, on) if found.is_whole]
    first = whole[0] if whole else None
    best = [found for found in whole if first and _equals(found, first)]
    return best[0].unit if len({found.unit.unit_code for found in best}) == 1 else None


def _equals(one: Candidate, other: Candidate) -> bool:
    return (one.by, one.is_spelled) == (other.by, other.is_spelled)


def _candidate(entry: _Entry, match: _Match) -> Candidate:
    is_whole = match.how == _WHOLE and not match.is_other_kind
    spelled = not match.is_otherwise_marked
    names = (entry.unit, entry.around, entry.was, entry.was_around)
    return Candidate(*names, is_whole, entry.by, spelled)


def _each_once(ranked: Sequence[tuple[_Entry, _Match]]) -> Iterator[tuple[_Entry, _Match]]:
    """Give each unit by the best of the names that it was found by.

    Where it was found by what it was put together of, each of those is told.
    """
    told: set[tuple[str, tuple[str, ...], str | None]] = set()
    done: set[str] = set()
    for entry, match in ranked:
        code = entry.unit.unit_code
        inside = entry.was_around[0].unit_code if entry.was_around else None
        key = code, entry.name.words, inside
        if code in done or key in told:
            continue
        told.add(key)
        if entry.was is None or match.how == _INSIDE:
            done.add(code)
        yield entry, match


def _match(entry: _Entry, words: Sequence[Word], typed: str) -> _Match | None:
    """Return how an entry fits what was typed; None where a word does not."""
    found = [_where(word, entry) for word in words[:-1]]
    last = _where(words[-1], entry) or _begun(words[-1], entry)
    if last is None or None in found:
        return None
    places = [each for each in (*found, last) if each is not None]
    own = sum(each.is_own for each in places)
    how = _PARTLY if own else _INSIDE
    if _stands_in(entry.name, words):
        how = _WHOLE
    elif _is_of_city(entry, words) or not any(each.is_own or each.is_near for each in places):
        return None
    name = (entry.was or entry.unit).name or ""
    return _Match(
        how,
        last.is_unfinished,
        any(each.is_own and each.is_other_kind for each in places),
        len(words) - own,
        tidy(name).casefold() not in typed,
    )


def _is_of_city(entry: _Entry, words: Sequence[Word]) -> bool:
    """Say whether only the city was named: a ward may happen to have a word of its name too."""
    return all(any(_fits(word, name) for name in entry.city) for word in words)


def _where(word: Word, entry: _Entry) -> _Place | None:
    """Return where a word stands in what an entry is called; a kind that was typed counts first."""
    for of_any_kind in (False, True):
        if _fits(word, entry.name, of_any_kind=of_any_kind):
            return _Place(is_own=True, is_other_kind=of_any_kind)
        if any(_fits(word, name, of_any_kind=of_any_kind) for name in entry.nearer):
            return _Place(is_near=True)
        if any(_fits(word, name) for name in entry.city):
            return _Place()
    return None


def _begun(word: Word, entry: _Entry) -> _Place | None:
    """Return where a word that is not finished may stand."""
    if _begins(word, entry.name):
        return _Place(is_own=True, is_unfinished=True)
    if any(_begins(word, name) for name in entry.nearer):
        return _Place(is_near=True, is_unfinished=True)
    return None


def _stands_in(name: UnitName, words: Sequence[Word]) -> bool:
    """Say whether a whole name was typed, word behind word: An Phú is no Phú An."""
    length = len(name.words)
    for start in range(len(words) - length + 1):
        piece = words[start : start + length]
        if tuple(word.text for word in piece) == name.words:
            return all(_fits(word, name, of_any_kind=True) for word in piece)
    return any(word.text in name.glued for word in words)


def _fits(word: Word, name: UnitName, *, of_any_kind: bool = False) -> bool:
    if word.kind not in (None, name.kind) and (word.is_number or not of_any_kind):
        return False
    return word.text in name.words or word.text in name.glued


def _begins(word: Word, name: UnitName) -> bool:
    if word.is_number or len(word.text) < LEAST_LETTERS:
        return False
    return any(each.startswith(word.text) for each in name.words)


@lru_cache(maxsize=8)
def _entries(tree: UnitTree, on: date) -> tuple[_Entry, ...]:
    """Return every name under which a unit of a day can be found, in the order of a list."""
    # Sorting keeps what a divided unit became in its order: the main part first.
    return tuple(sorted((*_of_today(tree, on), *_of_before(tree, on)), key=_in_a_list))


def _in_a_list(entry: _Entry) -> tuple[object, ...]:
    """Return by what entries are ordered: larger units first, then as people read a list."""
    return (
        entry.by,
        ORDER.get(entry.unit.level or "", len(ORDER)),
        [sort_key(each.name or "") for each in reversed(entry.was_around or entry.around)],
        [_numbered(word) for word in entry.name.words],
        entry.was.unit_code if entry.was else entry.unit.unit_code,
    )


def _of_today(tree: UnitTree, on: date) -> Iterator[_Entry]:
    for unit in tree.on(on):
        if unit.name is None:
            continue
        around = tuple(tree.chain(unit.unit_code, on)[1:])
        nearer, city = _names_of(tree, around, on)
        yield _Entry(unit, around, None, (), OWN, read_name(unit.name), nearer, city)
        for name in _other_names(tree, unit, on):
            yield _Entry(unit, around, None, (), ALIAS, name, nearer, city)


def _of_before(tree: UnitTree, on: date) -> Iterator[_Entry]:
    """Give the names of units that have ended, for what they have become."""
    for was in tree.terms():
        if was.name is None or was.holds(on) or was.valid_until is None or was.valid_until > on:
            continue
        began = was.valid_from or date.min
        was_around = tuple(tree.chain(was.unit_code, began)[1:])
        nearer, city = _names_of(tree, was_around, began)
        names = [read_name(was.name), *_other_names(tree, was, began)]
        for unit in tree.unit_on(was.unit_code, began, on):
            around = tuple(tree.chain(unit.unit_code, on)[1:])
            for name in names:
                yield _Entry(unit, around, was, was_around, FORMER, name, nearer, city)


def _names_of(
    tree: UnitTree, around: Sequence[Unit], on: date
) -> tuple[tuple[UnitName, ...], tuple[UnitName, ...]]:
    """Return the names of what is around a unit: districts, with other names; and the city."""
    nearer: list[UnitName] = []
    city: list[UnitName] = []
    for unit in around:
        names = [read_name(unit.name)] if unit.name else []
        names += _other_names(tree, unit, on)
        (city if unit.level == "city" else nearer).extend(names)
    return tuple(nearer), tuple(city)


def _other_names(tree: UnitTree, unit: Unit, on: date) -> list[UnitName]:
    return [
        read_name(alias.name)
        for alias in tree.aliases
        if alias.unit_code == unit.unit_code
        and (alias.valid_from is None or alias.valid_from <= on)
        and (alias.valid_until is None or on < alias.valid_until)
    ]


def _numbered(word: str) -> tuple[int, str]:
    return (int(word), "") if word.isdigit() else (0, word)
