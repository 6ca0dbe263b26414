"""Alerts: a suspicion raised at a gate, sent to offices that each acknowledge and close it.

An alert goes to the commune of its venue and to the district health centre above it. Where
one of them is missing, as districts are since July 2025, the city CDC stands in; where one
stays silent too long, the city CDC sees it as overdue. So no alert is lost (R66, R227).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.batches import Rows
from graph.database import Graph, Row, Step
from graph.periods import whole_seconds

COMMUNE, DISTRICT_HEALTH, CITY_CDC = "commune", "district_health", "city_cdc"
OFFICES = (COMMUNE, DISTRICT_HEALTH, CITY_CDC)
REASONS = ("declaration", "isolation", "by_hand")
OUTCOMES = ("advised", "sampled", "isolated", "unreachable", "unfounded")
# The unit whose CDC stands in for offices that are missing: Ho Chi Minh City (R168).
CITY = "79"
# How long an office may take to acknowledge an alert. Source: R66 (inferred).
OVERDUE_AFTER = timedelta(minutes=15)
_OPTIONAL = ("visit_id", "raised_by", "note")


def raise_alerts_step(
    rows: Rows | Callable[[Sequence[list[Row]]], Rows], sent_at: datetime | None = None
) -> Step:
    """Return the step of a transaction that raises alerts; it gives the ids of those that are new.

    Raised twice, under one `alert_id`, is raised once. A person or a venue that is not known
    yet begins as a bare one, a venue's offices are those of the moment of the first raising.

    Args:
        rows: alert_id, reason (of REASONS), person_id, venue_id, raised_at, and if known
            visit_id, raised_by (an account_id) and note (sealed); or a function that makes
            them of the rows of the steps before.
        sent_at: when the offices get them; now if left out.
    """
    sent = whole_seconds(sent_at or datetime.now(UTC))

    def parameters(found: Sequence[list[Row]]) -> dict[str, object] | None:
        given = rows(found) if callable(rows) else rows
        alerts = {str(row["alert_id"]): _whole(row) for row in given}
        if not alerts:
            return None
        ordered = [alerts[key] for key in sorted(alerts)]
        return {"rows": ordered, "sent_at": sent, "city": CITY}

    return "alerts/merge_alerts", parameters


def raise_alerts(graph: Graph, rows: Rows, sent_at: datetime | None = None) -> list[str]:
    """Raise alerts outside any other transaction; return the ids of those that are new."""
    [raised] = graph.write_together(raise_alerts_step(rows, sent_at))
    return [row["alert_id"] for row in raised]


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: row.get(key) for key in _OPTIONAL},
        **{key: row[key] for key in ("alert_id", "reason", "person_id", "venue_id")},
        "raised_at": whole_seconds(row["raised_at"]),
    }
