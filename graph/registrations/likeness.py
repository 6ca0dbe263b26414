"""Which units of a list may be the same as one another, or as one that is known; pure (R104).

Candidates share a tax number, a phone, a name in the same ward, or a house. Each comes with what
agrees and what differs, and with a verdict, `likely` or `possible`: an officer decides. Units are
compared only where they share one of those, so that 5,000 rows beside 50,000 take seconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.registrations.spelling import (
    SPELLINGS,
    Address,
    Name,
    read_address,
    read_name,
    slips,
)

LIKELY, POSSIBLE = "likely", "possible"
# A house, a phone or a name that more units of one ward share than these tells nothing.
MOST_IN_BLOCK = 400
# From so many places on, units of one name are a chain, and the name alone tells nothing.
CHAIN = 3
# What there is one of in a ward under one name: these are never chains.
ONCE_IN_A_WARD = frozenset(
    {"mamnon", "tieuhoc", "thcs", "thpt", "ite", "ubnd", "mttq", "congan", "danguy", "hoiphunu"}
)
_SAME, _NEAR, _PART, _HALF = 0.96, 0.78, 0.55, 0.4
# Names of the same letters under other marks: near, and not the same.
_UNMARKED = 0.92
# What a word that many units share weighs, beside the weight of a word of their own.
_SHARED_WORD = 1.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the finder compares it; empty where something is not known.

    Args:
        key: the caller's own, any text.
        unit_code: of the ward or commune.
        phone: or its blind index, which is equal for equal phones.
    """

    key: str
    name: str
    address: str = ""
    unit_code: str = ""
    tax_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two units that may be one.

    Args:
        key: of the later unit, or of the one that comes in.
        other: of the earlier unit, or of the one that is known.
        agrees, differs: which of tax_number, phone, name, address, house, street, ward, number,
            branch, kind and form, in this order.
        score: from 0 to 1, for the order alone.
    """

    key: str
    other: str
    verdict: str
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    score: float


Called = tuple[str, frozenset[str], frozenset[str]]


@dataclass(slots=True)
class _Traits:
    """A unit, read once."""

    unit: Unit
    name: Name
    compact: str
    address: Address
    street: str
    tax: str

    @property
    def called(self) -> "Called":
        """All of the name that tells it from others."""
        return self.compact, self.name.kinds, self.name.numbers

    @property
    def place(self) -> tuple[str, str, str]:
        return self.unit.unit_code, self.street, self.address.house


def find_candidates(incoming: Iterable[Unit], known: Iterable[Unit] = ()) -> list[Candidate]:
    """Return which incoming units may be the same as earlier ones of them, or as known ones.

    By the incoming unit, in the order given; the most alike first. A pair is named once.
    """
    rows = [_traits(unit) for unit in incoming]
    stored = [_traits(unit) for unit in known]
    judge = _Judge(rows, stored)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    found: list[tuple[int, Candidate]] = []
    for number, row in enumerate(rows):
        keys = list(_blocks(row, judge))
        alike = (judge.compare(row, rows[other]) for other in _sharing(index, keys))
        found += [(number, candidate) for candidate in alike if candidate]
        for key in keys:
            index[key].append(number)
    for other_row in stored:
        pairs = (
            (at, judge.compare(rows[at], other_row))
            for at in _sharing(index, _blocks(other_row, judge))
        )
        found += [(at, candidate) for at, candidate in pairs if candidate]
    found.sort(key=lambda pair: (pair[0], -pair[1].score, pair[1].other))
    return [candidate for _, candidate in found]


def _traits(unit: Unit) -> _Traits:
    name, address = read_name(unit.name), read_address(unit.address)
    return _Traits(unit, name, name.compact, address, address.compact, unit.tax_number)


def _sharing(index: dict[tuple[str, ...], list[int]], keys: Iterable[tuple[str, ...]]) -> set[int]:
    """Return the units that share a block that is not too large to tell something."""
    shared: set[int] = set()
    for key in keys:
        block = index.get(key)
        if block and len(block) <= MOST_IN_BLOCK:
            shared.update(block)
    return shared


def _blocks(traits: _Traits, judge: "_Judge") -> Iterator[tuple[str, ...]]:
    """Give what a unit is looked up by; units that are one share at least one of these."""
    unit, compact = traits.unit, traits.compact
    if traits.tax:
        yield "tax", traits.tax
    if unit.phone:
        yield "phone", unit.phone
    if compact:
        yield from (("near", unit.unit_code, near) for near in _shortened(compact))
        # Names that differ by more are the same only on one street.
        street = traits.street[:3]
        for word in judge.rarest(traits.name.words):
            yield "word", unit.unit_code, street, word
    if traits.address.house and traits.street:
        # One slip in the street leaves its beginning or its end as it was.
        yield "house", unit.unit_code, traits.address.house, traits.street[:3]
        yield "house", unit.unit_code, traits.address.house, traits.street[-3:]


def _shortened(word: str) -> set[str]:
    """Return a word, and it without each of its letters: words one slip apart share one."""
    return (
        {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
        if len(word) > 3
        else {word}
    )


class _Judge:
    """Compares two units, knowing how common each word and each name is among all of them."""

    def __init__(self, rows: Sequence[_Traits], stored: Sequence[_Traits]) -> None:
        every = [*rows, *stored]
        self._count = len(every) + 1
        self._seen = Counter(word for one in every for word in set(one.name.words))
        # A rare word tells more.
        self._weights = {
            word: math.log(self._count / (seen + 0.5)) + 0.5 for word, seen in self._seen.items()
        }
        places: dict[Called, set[tuple[str, str, str]]] = defaultdict(set)
        for one in every:
            if not one.name.kinds & ONCE_IN_A_WARD:
                places[one.called].add(one.place)
        self._chains = {called for called, where in places.items() if len(where) >= CHAIN}

    def rarest(self, words: Sequence[str]) -> list[str]:
        """Return the three words that the fewest units have."""
        return sorted(set(words), key=lambda word: (self._seen[word], word))[:3]

    def _slipped(self, word: str, other: str) -> float:
        """Return how surely two words are one with a slip: a word that nobody else has is one."""
        if min(len(word), len(other)) < 3:
            return 0.6
        rare, common = sorted((self._seen[word], self._seen[other]))
        if rare <= 1 and common >= 3:
            return 0.97
        return 0.9 if min(len(word), len(other)) > 3 else 0.7

    def compare(self, one: _Traits, other: _Traits) -> Candidate | None:
        """Return two units as a candidate, None if nothing speaks for their being one."""
        same_tax = bool(one.tax) and one.tax == other.tax
        same_phone = bool(one.unit.phone) and one.unit.phone == other.unit.phone
        same_ward = one.unit.unit_code == other.unit.unit_code
        same_street = same_ward and _same_street(one, other)
        house, other_house = one.address.house, other.address.house
        same_house = same_street and house == other_house and house != ""
        if not (same_tax or same_phone or same_street) and not _nearly(one.compact, other.compact):
            return None
        likeness = self._names(one, other)
        if likeness < _PART and not same_tax and not same_phone:
            return None
        conflicts = _conflicts(one, other)
        verdict = self._verdict(
            one,
            other,
            likeness,
            conflicts,
            same_tax=same_tax,
            same_phone=same_phone,
            same_ward=same_ward,
            same_street=same_street,
            same_house=same_house,
            moved=bool(house and other_house) and house != other_house,
        )
        if verdict is None:
            return None
        agrees = [
            *(["tax_number"] if same_tax else []),
            *(["phone"] if same_phone else []),
            *(["name"] if likeness >= _NEAR else []),
            *(["address"] if same_house else ["street"] if same_street else []),
            *(["ward"] if same_ward and not same_street else []),
        ]
        differs = [
            *(["tax_number"] if "tax_number" in conflicts else []),
            *(["phone"] if one.unit.phone and other.unit.phone and not same_phone else []),
            *(["name"] if likeness < _NEAR else []),
            *(["house"] if same_street and not same_house else []),
            *(["street"] if same_ward and not same_street else []),
            *(["ward"] if not same_ward else []),
            *(sort for sort in ("number", "branch", "kind", "form") if sort in conflicts),
        ]
        score = 0.4 * likeness + 0.25 * same_tax + 0.2 * same_phone + 0.15 * same_house
        return Candidate(
            one.unit.key, other.unit.key, verdict, tuple(agrees), tuple(differs), round(score, 4)
        )

    def _verdict(  # noqa: PLR0913, PLR0911, C901 - the table of what speaks for and against
        self,
        one: _Traits,
        other: _Traits,
        likeness: float,
        conflicts: frozenset[str],
        *,
        same_tax: bool,
        same_phone: bool,
        same_ward: bool,
        same_street: bool,
        same_house: bool,
        moved: bool,
    ) -> str | None:
        """Return likely, possible or None, by what agrees and what is against it."""
        is_chain = one.called in self._chains or other.called in self._chains
        proofs = same_tax + same_phone + same_house
        if conflicts:
            if conflicts == {"tax_number"} and proofs >= 2 and likeness >= _SAME:
                return LIKELY
            hard = conflicts & {"number", "branch", "kind", "tax_number"}
            if hard and proofs < 2:
                return (
                    POSSIBLE if same_house and likeness >= _SAME and len(conflicts) == 1 else None
                )
            return POSSIBLE if proofs and likeness >= _NEAR else None
        if likeness >= _NEAR:
            if proofs >= 2 or same_house or (same_phone and same_street):
                return LIKELY
            if same_tax or same_phone:
                # The shops of a chain have one tax number, and often one telephone.
                return POSSIBLE if is_chain and moved else LIKELY
            if same_street and likeness >= _SAME and not is_chain:
                return LIKELY
            if same_ward and (likeness >= _SAME or same_street) and not is_chain:
                return POSSIBLE
            return None
        if proofs >= 2:
            return LIKELY if likeness >= _HALF else POSSIBLE
        if proofs and likeness >= _PART:
            return POSSIBLE
        return None

    def _names(self, one: _Traits, other: _Traits) -> float:
        """Return how alike two names are, from 0 to 1."""
        if one.compact == other.compact:
            return 0.0 if not one.compact else _UNMARKED if _marks_apart(one, other) else 1.0
        weigh = self._weights.__getitem__
        mine, theirs = set(one.name.words), set(other.name.words)
        both = mine & theirs
        left, right = mine - both, theirs - both
        shared = total = sum(map(weigh, both))
        # A slip in a shared word made it look like one of the unit's own.
        covered = _cover(left, other.name) + _cover(right, one.name)
        if covered:
            # A name of nothing but shared words has those as its own.
            left -= one.name.shared
            right -= other.name.shared
        shared += _SHARED_WORD * 0.9 * covered
        total += _SHARED_WORD * covered
        for word in sorted(left, key=lambda word: (-len(word), word)):
            match = min((each for each in right if _alike(word, each)), default=None)
            weight = weigh(word)
            if match is None:
                total += weight
            else:
                right.discard(match)
                # A slip makes a word rare: the commoner of the two tells what it is worth.
                weight = min(weight, weigh(match))
                shared += weight * self._slipped(word, match)
                total += weight
        total += sum(map(weigh, right))
        by_words = shared / total if total else 0.0
        return max(by_words, _compacts(one.compact, other.compact))


def _marks_apart(one: _Traits, other: _Traits) -> bool:
    """Say whether two names of the same letters bear different marks, and both bear some."""
    mine, theirs = one.name.marked, other.name.marked
    return any(theirs.get(word, marked) != marked for word, marked in mine.items())


def _cover(words: set[str], other: Name) -> int:
    """Take out the words that are a shared word of the other name with a slip; say how many.

    `qua an` where the other is a `quan an`; `m non` for `mam non`.
    """
    shared = other.shared
    found = {word for word in words if _is_of(word, shared)}
    words -= found
    return len(found)


@lru_cache(maxsize=1 << 18)
def _is_of(word: str, codes: frozenset[str]) -> bool:
    """Say whether a word is one of those that spell some shared words, perhaps with a slip."""
    for code in codes:
        for each in SPELLINGS.get(code, ()):
            if word == each or (len(word) == 1 and each[0] == word) or _alike(word, each):
                return True
    return False


def _conflicts(one: _Traits, other: _Traits) -> frozenset[str]:
    """Return what says that two units are two, whatever else agrees."""
    mine, theirs = one.name, other.name
    found = set()
    if one.tax and other.tax and one.tax != other.tax:
        found.add("tax_number")
    if mine.numbers != theirs.numbers:
        found.add("number")
    if mine.is_branch != theirs.is_branch:
        found.add("branch")
    if (
        mine.kinds
        and theirs.kinds
        and not (mine.kinds <= theirs.kinds or theirs.kinds <= mine.kinds)
    ):
        found.add("kind")
    if _apart(mine.forms - {"congti"}, theirs.forms - {"congti"}) or _apart(
        mine.lines, theirs.lines
    ):
        found.add("form")
    return frozenset(found)


def _apart(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(mine) and bool(theirs) and not mine & theirs


def _nearly(one: str, other: str) -> bool:
    return one == other or slips(one, other, 1) is not None


def _same_street(one: _Traits, other: _Traits) -> bool:
    mine, theirs = one.address.street, other.address.street
    return mine == theirs != () or (bool(mine) and bool(theirs) and _streets_alike(mine, theirs))


@lru_cache(maxsize=1 << 18)
def _streets_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two streets may be one: a slip or two, or only the first letters, as CMT8."""
    mine, theirs = "".join(one), "".join(other)
    if mine in (theirs, _initials(other)) or theirs == _initials(one):
        return True
    return slips(mine, theirs, 2 if len(mine) > 9 else 1) is not None


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word if word.isdigit() else word[0] for word in words)


@lru_cache(maxsize=1 << 15)
def _alike(word: str, other: str) -> bool:
    """Say whether two words may be one with a slip of the keyboard."""
    shortest, longest = sorted((len(word), len(other)))
    if longest < 3 or shortest < 2 or (shortest == 2 and longest > 3):
        return False
    if _untelex(word) == _untelex(other):
        return True
    return slips(word, other, 1) is not None


def _compacts(one: str, other: str) -> float:
    """Return how alike two names are that are written as one word each."""
    longest = max(len(one), len(other))
    if longest < 5:
        return 0.0
    found = slips(one, other, 2 if longest > 9 else 1)
    return 0.0 if found is None else 1 - found / longest


def _untelex(word: str) -> str:
    """Return a word whose keys were typed and never composed, as `nguyeenx`, as it was meant."""
    for twice, once in (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("w", "")):
        word = word.replace(twice, once)
    return word[:-1] if len(word) > 2 and word[-1] in "sfrxj" else word
