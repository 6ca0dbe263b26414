"""Planted defects: engines that are wrong in one known way, which the tests must see.

A defect of a query is a changed copy of its text, one of the search a changed step. Each
insists on finding what it changes, so that it cannot silently plant nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from graph.database import Graph, query_text
from graph.tracing import cypher
from graph.tracing.levels import Exposure, Levels

QUERIES = ("tracing/expand_exposures", "tracing/expand_exposures_over_zones")


def in_queries(changes: Mapping[str, str]) -> Callable[[Graph], Graph]:
    """Return what gives a graph whose exposure queries read otherwise."""

    def plant(graph: Graph) -> Graph:
        for name in QUERIES:
            text = query_text(name)
            for right, wrong in changes.items():
                assert right in text, f"{name} does not hold what the defect changes"
                text = text.replace(right, wrong)
            graph = graph.replacing(name, text)
        return graph

    return plant


class VisitedSet(Levels):
    """Never looks again at somebody whom it has found."""

    def add(self, exposures: Iterable[Exposure]) -> Mapping[str, Exposure]:
        """Record those alone who are new."""
        return super().add([e for e in exposures if e.person_id not in self.earliest_s])


class NewestMinutes(Levels):
    """Counts minutes at the newest level that improved a person, not at its class."""

    def add(self, exposures: Iterable[Exposure]) -> Mapping[str, Exposure]:
        """Record a level, and its minutes at the class as well."""
        improved = super().add(exposures)
        for person_id, exposure in improved.items():
            level = self.recorded[self.first_hop[person_id] - 1]
            level[person_id] = replace(level[person_id], seconds=exposure.seconds)
        return improved


MIDNIGHT = "day_starts_at <= started_at < day_ends_at AND"
IN_QUERIES: dict[str, Mapping[str, str]] = {
    "no midnight rule": {MIDNIGHT: ""},
    "a stay cut at midnight": {MIDNIGHT: "day_starts_at <= b.arrived_at < day_ends_at AND"},
    "forgotten until": {
        "WHEN infectious_until < a_left THEN infectious_until": "WHEN false THEN 0"
    },
    "more than the least, not the least": {
        "started_at + $least <= ended_at AND": "started_at + $least < ended_at AND"
    },
    "retracted facts count": {"b.retracted_at > $as_of": "true"},
}
IN_STEPS: dict[str, type[Levels]] = {
    "visited-set search": VisitedSet,
    "minutes from the wrong level": NewestMinutes,
}
DEFECTS = [*IN_QUERIES, *IN_STEPS]


@contextmanager
def planted(name: str, graph: Graph) -> Iterator[Graph]:
    """Give a graph by which the engine is wrong, for the length of a block."""
    if name in IN_QUERIES:
        yield in_queries(IN_QUERIES[name])(graph)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cypher, "Levels", IN_STEPS[name])
        yield graph
