"""Alerts reach the offices of their venue's unit, once; each office acknowledges and closes."""

from datetime import UTC, datetime

import pytest

from graph.alerts import raise_alerts
from graph.batches import Stamp
from graph.database import Graph
from graph.units import merge_units
from graph.venues import merge_venues
from tests.tables import table

NOON = datetime(2026, 11, 27, 5, tzinfo=UTC)
STAMP = Stamp("test", "test", NOON)
pytestmark = pytest.mark.server

UNITS = """
    unit_code | level    | parent_code
    79        | city     |
    775       | district | 79
    27343     | ward     | 775
    27344     | ward     | 79
    99001     | ward     |
    99002     |          | 775
"""
VENUES = """
    venue_id | unit_code | part_of
    market   | 27343     |
    hall     |           | market
    stall    |           | hall
    reformed | 27344     |
    cut-off  | 99001     |
    bare     | 99002     |
    quarter  | 775       |
    airport  | 79        |
    nowhere  |           |
"""
SENT = """
    venue    | offices
    market   | commune 27343, district_health 775
    hall     | commune 27343, district_health 775
    stall    | commune 27343, district_health 775
    bare     | commune 99002, district_health 775
    reformed | city_cdc 79, commune 27344
    cut-off  | city_cdc 79, commune 99001
    quarter  | city_cdc 79, district_health 775
    airport  | city_cdc 79
    nowhere  | city_cdc 79
    unheard  | city_cdc 79
"""


def given(text: str) -> list[dict[str, str | None]]:
    """Rows of a table; what is empty is None."""
    return [{key: value or None for key, value in row.items()} for row in table(text)]


@pytest.fixture(scope="module")
def places(store: Graph) -> Graph:
    """A store with units and venues, once for a file: alerts come under ids of their own."""
    from tests.emptying import empty

    empty(store)
    merge_units(store, given(UNITS), STAMP)
    merge_venues(store, [{"category": "market", **row} for row in given(VENUES)], STAMP)
    return store


def alert(alert_id: str, venue_id: str = "market", **changed: object) -> dict[str, object]:
    """An alert about somebody new, as the intake gives it."""
    row = {"alert_id": alert_id, "reason": "declaration", "person_id": f"of {alert_id}"}
    return {**row, "venue_id": venue_id, "raised_at": NOON, **changed}


def sent(graph: Graph, alert_id: str) -> str:
    """Which offices an alert was sent to."""
    query = (
        "MATCH (:Alert {alert_id: $alert_id})-[sent:SENT_TO]->(unit:Unit) "
        "RETURN sent.office + ' ' + unit.unit_code AS office ORDER BY office"
    )
    rows = graph.replacing("tests/sent", query).read("tests/sent", alert_id=alert_id)
    return ", ".join(row["office"] for row in rows)


def test_an_alert_goes_to_the_commune_and_the_district_and_to_the_city_where_one_is_missing(
    places: Graph,
) -> None:
    rows = table(SENT)

    raised = raise_alerts(places, [alert(f"to {row['venue']}", row["venue"]) for row in rows])

    assert raised == sorted(f"to {row['venue']}" for row in rows)
    assert [(row["venue"], sent(places, f"to {row['venue']}")) for row in rows] == [
        (row["venue"], row["offices"]) for row in rows
    ]
    assert raise_alerts(places, [alert("to market", "nowhere")]) == []
    assert sent(places, "to market") == "commune 27343, district_health 775"
