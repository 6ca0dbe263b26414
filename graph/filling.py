"""What a first fill asks of a store: whether it is empty, and the places that it already has."""

from dataclasses import asdict, dataclass
from datetime import datetime

from graph.database import Graph
from graph.reports import count_store


@dataclass(frozen=True, slots=True)
class Place:
    """A venue with all that is known of it and where that came from; what is not known is None."""

    venue_id: str
    name: str | None
    part_of: str | None
    category: str
    unit_code: str | None
    latitude: float | None
    longitude: float | None
    source: str
    batch_id: str
    recorded_at: datetime
    unit_told_at: datetime | None


def is_empty(graph: Graph) -> bool:
    """Say whether a store holds nothing but its schema: no fact, no batch, no account."""
    return not any(asdict(count_store(graph)).values())


def find_places(graph: Graph) -> list[Place]:
    """Return every venue with its provenance, by venue_id."""
    return [Place(**row) for row in graph.read("filling/find_places")]
