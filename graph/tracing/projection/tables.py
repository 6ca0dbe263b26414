"""What a projection keeps beside the visits: the names behind the numbers, and the small facts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.categories import UNKNOWN
from graph.tracing.projection.compiling import Moments, Numbers
from graph.tracing.projection.facts import (
    LATEST,
    NEVER,
    ORIGIN_S,
    CannotHold,
    Isolations,
    Meetings,
    Reports,
    Venues,
    nothing,
)
from graph.tracing.projection.files import Arrays, as_texts, from_texts

Facts = TypeVar("Facts", Meetings, Isolations, Reports)
_NO_WHOLE = -1


class Numbering:
    """Ids and their numbers, from 0 in the order in which they came; none is ever taken back."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids = list(ids)
        # An erased id is empty, and may be so more than once.
        self._number_of = {one: number for number, one in enumerate(self._ids) if one}
        self._adding = Lock()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> list[str]:
        """The ids by number, as they stand now."""
        return self._ids[:]

    def find(self, ids: Iterable[str]) -> Numbers:
        """Return the numbers of those ids that have one."""
        known = (self._number_of.get(one) for one in ids)
        return np.array([number for number in known if number is not None], np.uint32)

    def numbers(self, ids: Sequence[str]) -> Numbers:
        """Return the numbers of ids, new ones for those that have none yet."""
        try:
            return self._known(ids)
        except KeyError:
            with self._adding:
                for one in ids:
                    if one not in self._number_of:
                        self._ids.append(one)
                        self._number_of[one] = len(self._ids) - 1
            return self._known(ids)

    def forget(self, ids: Iterable[str]) -> None:
        """Leave of some ids nothing but the numbers, which stand for nobody from now on."""
        with self._adding:
            for one in ids:
                number = self._number_of.pop(one, None)
                if number is not None:
                    self._ids[number] = ""

    def _known(self, ids: Sequence[str]) -> Numbers:
        return np.fromiter(map(self._number_of.__getitem__, ids), np.uint32, len(ids))


@dataclass(slots=True)
class Names:
    """Who and what the numbers stand for; `lineage` names this way of numbering, at random."""

    people: Numbering = field(default_factory=Numbering)
    venues: Numbering = field(default_factory=Numbering)
    cases: Numbering = field(default_factory=Numbering)
    lineage: str = field(default_factory=lambda: secrets.token_hex(8))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the names as arrays for a file."""
        return {name: from_texts(getattr(self, name).ids) for name in ("people", "venues", "cases")}

    @staticmethod
    def from_arrays(arrays: Arrays, lineage: str) -> Names:
        """Return names from the arrays of a file.

        Raises:
            Unsound, KeyError: they are no such arrays.
        """
        people, venues, cases = (
            Numbering(as_texts(arrays[name])) for name in ("people", "venues", "cases")
        )
        return Names(people, venues, cases, lineage)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything but visits, by numbers; of venues the category and the venue right around it.

    `categories` are by venue number, `wholes` too, -1 where a venue is no zone.
    """

    categories: list[str]
    wholes: NDArray[np.int64]
    meetings: Meetings
    isolations: Isolations
    reports: Reports

    @staticmethod
    def empty() -> Tables:
        """Return tables without facts."""
        parts = (nothing(kind) for kind in (Meetings, Isolations, Reports))
        return Tables([], np.empty(0, np.int64), *parts)  # type: ignore[arg-type]

    def venues(self, numbering: Numbering) -> Venues:
        """Return the venues as columns want them, each with the topmost one that it is part of."""
        size = len(numbering)
        top = np.arange(size)
        top[: len(self.wholes)] = np.where(
            self.wholes == _NO_WHOLE, top[: len(self.wholes)], self.wholes
        )
        # Each round goes twice as far up; a circle, which no venue should be in, ends too.
        for _ in range(max(size, 1).bit_length()):
            higher = top[top]
            if np.array_equal(higher, top):
                break
            top = higher
        categories = [*self.categories, *[UNKNOWN] * (size - len(self.categories))]
        return Venues(numbering.ids, categories, top.astype(np.uint32))

    def with_venues(self, numbering: Numbering, told: Mapping[str, Sequence[str]]) -> Tables:
        """Return these tables with what is told of some venues: lists of ids, kinds and wholes."""
        venues = numbering.numbers(told["venue_id"])
        inside = np.array([whole != "" for whole in told["whole_id"]], bool)
        around = numbering.numbers([whole for whole in told["whole_id"] if whole])
        size = len(numbering)
        categories = [*self.categories, *[UNKNOWN] * (size - len(self.categories))]
        for number, category in zip(venues.tolist(), told["category"], strict=True):
            categories[number] = category
        wholes = np.full(size, _NO_WHOLE)
        wholes[: len(self.wholes)] = self.wholes
        wholes[venues] = _NO_WHOLE
        wholes[venues[inside]] = around
        return replace(self, categories=categories, wholes=wholes)

    def without(self, people: Numbers) -> Tables:
        """Return these tables without the facts of some people."""
        return replace(
            self,
            meetings=_without(self.meetings, people, "a", "b"),
            isolations=_without(self.isolations, people, "person"),
            reports=_without(self.reports, people, "person"),
        )

    def plus(self, other: Tables) -> Tables:
        """Return these tables with the meetings, isolations and reports of others."""
        return replace(
            self,
            meetings=_joined(self.meetings, other.meetings),
            isolations=_joined(self.isolations, other.isolations),
            reports=_joined(self.reports, other.reports),
        )

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the tables as arrays for a file."""
        arrays: dict[str, NDArray[Any]] = {
            "categories": from_texts(self.categories),
            "wholes": self.wholes,
        }
        for name in ("meetings", "isolations", "reports"):
            table = getattr(self, name)
            for column in fields(table):
                arrays[f"{name}.{column.name}"] = getattr(table, column.name)
        return arrays

    @staticmethod
    def from_arrays(arrays: Arrays) -> Tables:
        """Return tables from the arrays of a file.

        Raises:
            Unsound, KeyError: they are no such arrays.
        """
        kinds = {"meetings": Meetings, "isolations": Isolations, "reports": Reports}
        tables = {
            name: kind(*(arrays[f"{name}.{column.name}"] for column in fields(kind)))
            for name, kind in kinds.items()
        }
        return Tables(as_texts(arrays["categories"]), arrays["wholes"], **tables)


def moments(seconds: Sequence[int] | NDArray[np.int64], unknown: int | None = None) -> Moments:
    """Return seconds of the epoch as the columns hold moments; `unknown` stands for null.

    Raises:
        CannotHold: a moment lies before 2000 or after 2067.
    """
    since = np.asarray(seconds, np.int64) - ORIGIN_S
    outside = (since < 0) | (since > LATEST)
    if unknown is not None:
        outside &= since != unknown - ORIGIN_S
        since = np.where(since == unknown - ORIGIN_S, NEVER, since)
    if outside.any():
        raise CannotHold("a moment before 2000 or after 2067")
    return since.astype(np.int32)


def _without(table: Facts, people: Numbers, *ends: str) -> Facts:
    gone = np.logical_or.reduce([np.isin(getattr(table, end), people) for end in ends])
    if not gone.any():
        return table
    return type(table)(*(getattr(table, column.name)[~gone] for column in fields(table)))


def _joined(table: Facts, more: Facts) -> Facts:
    parts = (
        np.concatenate([getattr(table, column.name), getattr(more, column.name)])
        for column in fields(table)
    )
    return type(table)(*parts)
