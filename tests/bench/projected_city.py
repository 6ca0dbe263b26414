"""A made-up city in the projection: out of its store, or straight from the generator's columns."""

import numpy as np

from graph.categories import UNKNOWN
from graph.tracing.projection.columns import Columns
from graph.tracing.projection.facts import Isolations, Meetings, Reports, Venues, nothing
from tests.bench.city_columns import person_id, segments_of, venue_id
from tests.bench.made_city import City


def columns_of(city: City) -> Columns:
    """Return a city's columns as a store that holds nothing but its visits would give them."""
    venues = Venues(
        [venue_id(number) for number in range(city.venues)],
        [UNKNOWN] * city.venues,
        np.arange(city.venues, dtype=np.uint32),
    )
    people = [person_id(number) for number in range(city.people)]
    facts = [nothing(kind) for kind in (Meetings, Isolations, Reports)]
    return Columns.assemble(people, venues, list(segments_of(city)), *facts)


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
        return int(file.read().split()[1]) * 4096
