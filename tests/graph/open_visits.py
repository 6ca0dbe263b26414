"""A visit whose exit may become known later, and what the store shows of it."""

from graph.batches import Stamp
from graph.venues import VenueDayCount, find_days
from graph.visits import find_visits_at
from tests.graph.contents import rows_of
from tests.tables import at, on

STAMP = Stamp("interview", "batch-1", at("D3 08:00"))
LEARNT = Stamp("registry", "batch-2", at("D5 08:00"))
BEFORE_LEARNT = at("D5 07:59:59")
OPEN = {"visit_id": "v1", "person_id": "A", "venue_id": "place", "arrived_at": at("20:00")}
KNOWN = {**OPEN, "left_at": at("21:00")}


def laid(graph, visit_id="v1"):
    """Return the edges of a visit: day, version, source, and when each became known."""
    rows = rows_of(
        graph,
        "MATCH (:Person)-[r:VISITED {visit_id: $visit_id}]->(d:VenueDay) "
        "RETURN r.day AS day, d.day AS bucket, r.version AS version, r.left_at AS left_at, "
        "r.arrived_at AS arrived_at, r.source AS source, r.recorded_at AS recorded_at, "
        "r.left_recorded_at AS left_recorded_at ORDER BY day",
        visit_id=visit_id,
    )
    assert all(row["day"] == row["bucket"] and row["version"] == 1 for row in rows)
    return rows


def days(graph, visit_id="v1"):
    return [row["day"] for row in laid(graph, visit_id)]


def seen_at(graph, as_of, day):
    """Tell who is seen at the place on a day, in both ways in which a page asks."""
    visits = [visit.visit_id for visit in find_visits_at(graph, "place", on(day), as_of, 10)]
    counts = {count.day: count for count in find_days(graph, "place", as_of, 10)}
    people = len(visits)
    assert counts.get(on(day)) == (VenueDayCount(on(day), people, people) if visits else None)
    return visits
