"""Counts over the whole store."""

from dataclasses import dataclass

from graph.database import Graph


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much the store holds; a visit past midnight counts once for each day."""

    persons: int
    venues: int
    units: int
    cases: int
    meetings: int
    isolations: int
    batches: int
    accounts: int
    visit_days: int


def count_store(graph: Graph) -> StoreCounts:
    """Return how much the store holds."""
    return StoreCounts(**graph.read("reports/count_store")[0])
