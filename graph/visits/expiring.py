"""Visits whose time is over leave the store for good."""

from __future__ import annotations

from datetime import date

from graph.changes import change_step
from graph.database import Graph

AT_ONCE = 5_000


def expire_visits(graph: Graph, before: date) -> int:
    """Delete the visits of all local days before one; return how many edges that were.

    A visit past midnight keeps its edges of later days, and with them its whole period. It goes
    in bounded transactions, each of which the ledger knows: when it breaks off, call it again.
    """
    deleted = 0
    for row in graph.read("visits/find_days_before", before=before):
        while gone := _delete_some(graph, row["day"]):
            deleted += gone
        graph.write_together(
            ("visits/delete_venue_days", {"day": row["day"]}),
            change_step("days", days=[row["day"]]),
        )
    return deleted


def _delete_some(graph: Graph, day: date) -> int:
    rows, _ = graph.write_together(
        ("visits/delete_visits_on", {"day": day, "limit": AT_ONCE}),
        change_step("days", people=lambda found: [row["person_id"] for row in found[0]]),
    )
    return sum(row["visits"] for row in rows)
