"""Alerts: a suspicion raised at a gate, sent to offices that each acknowledge and close it.

An alert goes to the commune of its venue and to the district health centre above it. Where
one of them is missing, as districts are since July 2025, the city CDC stands in; where one
stays silent too long, the city CDC sees it as overdue. So no alert is lost (R66, R227).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.batches import Rows
from graph.database import Graph, Row, Step
from graph.errors import NotFound, Refused
from graph.periods import local_day, local_midnight, whole_seconds
from graph.units import unit_tree

COMMUNE, DISTRICT_HEALTH, CITY_CDC = "commune", "district_health", "city_cdc"
OFFICES = (COMMUNE, DISTRICT_HEALTH, CITY_CDC)
REASONS = ("declaration", "isolation", "by_hand")
OUTCOMES = ("advised", "sampled", "isolated", "unreachable", "unfounded")
# The unit whose CDC stands in for offices that are missing: Ho Chi Minh City (R168).
CITY = "79"
# How long an office may take to acknowledge an alert. Source: R66 (inferred).
OVERDUE_AFTER = timedelta(minutes=15)
# As long as visits are kept (R190).
SHOWN_FOR = timedelta(days=28)
MOST_SHOWN = 200
_OPTIONAL = ("visit_id", "raised_by", "note")


@dataclass(frozen=True, slots=True)
class Desk:
    """An office of one unit; `unit_code` is None for a city CDC that sees every unit.

    Args:
        bound_on: the local day on which it was bound to the unit, because a reform may give a
            code to another one; today where it is not known.
    """

    office: str
    unit_code: str | None
    bound_on: date | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """An office that an alert was sent to, and what it has done; by account ids."""

    office: str
    unit_code: str
    unit_name: str | None
    sent_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None

    def is_overdue(self, as_of: datetime) -> bool:
        """Say whether it has let an alert lie for too long."""
        return self.acknowledged_at is None and self.sent_at + OVERDUE_AFTER <= as_of


@dataclass(frozen=True, slots=True)
class Alert:
    """A suspicion as one desk sees it.

    Args:
        rank: 0 overdue, 1 to be acknowledged, 2 acknowledged, 3 closed by this desk; for the
            city CDC what another office lets lie is overdue too.
        reason: one of REASONS.
        person_id: whom it is about; None once that person is erased.
        receivers: every office that has it, by office.
    """

    rank: int
    alert_id: str
    reason: str
    raised_at: datetime
    visit_id: str | None
    person_id: str | None
    full_name: str | None
    birth_year: int | None
    has_phone: bool
    venue_id: str | None
    venue_name: str | None
    receivers: tuple[Receiver, ...]

    def own(self, desk: Desk) -> Receiver | None:
        """Return what a desk itself has done; None where it only sees it as overdue."""
        return next((one for one in self.receivers if one.office == desk.office), None)


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
        return {"rows": ordered, "sent_at": sent, "day": local_day(sent), "city": CITY}

    return "alerts/merge_alerts", parameters


def raise_alerts(graph: Graph, rows: Rows, sent_at: datetime | None = None) -> list[str]:
    """Raise alerts outside any other transaction; return the ids of those that are new."""
    [raised] = graph.write_together(raise_alerts_step(rows, sent_at))
    return [row["alert_id"] for row in raised]


def find_alerts(
    graph: Graph, desk: Desk, as_of: datetime, *, limit: int = MOST_SHOWN
) -> list[Alert]:
    """Return what a desk was sent in the last 28 days, what is to be done first.

    Overdue ones stand on top, the oldest first; closed ones at the end, the newest first.
    """
    return _find(graph, desk, as_of, None, limit)


def get_alert(graph: Graph, desk: Desk, alert_id: str, as_of: datetime) -> Alert:
    """Return one alert as a desk sees it.

    Raises:
        NotFound: there is none that this desk may see.
    """
    found = _find(graph, desk, as_of, alert_id, 1)
    if not found:
        raise NotFound("alert")
    return found[0]


def acknowledge_alert(
    graph: Graph, desk: Desk, alert_id: str, account_id: str, at: datetime
) -> None:
    """Record that a desk has seen an alert; a second time changes nothing.

    The city CDC acknowledges what others let lie too, and has it as its own from then on.

    Raises:
        NotFound: there is none that this desk may see.
    """
    at = whole_seconds(at)
    alert = get_alert(graph, desk, alert_id, at)
    own = {"alert_id": alert_id, "office": desk.office, "unit_code": _unit_of(desk, alert)}
    escalate = {"alert_id": alert_id, "city": CITY, "before": at - OVERDUE_AFTER, "sent_at": at}
    graph.write_together(
        ("alerts/escalate_alert", lambda _found: escalate if desk.office == CITY_CDC else None),
        (
            "alerts/acknowledge_alert",
            {**own, "acknowledged_by": account_id, "acknowledged_at": at},
        ),
    )


def close_alert(
    graph: Graph, desk: Desk, alert_id: str, account_id: str, outcome: str, at: datetime
) -> None:
    """Record that a desk has done with an alert, and what came of it; the first time counts.

    Raises:
        NotFound: there is none that this desk may see.
        Refused: the outcome is none of OUTCOMES, or the desk has not acknowledged it.
    """
    if outcome not in OUTCOMES:
        raise Refused("outcome", "is not one of the outcomes")
    at = whole_seconds(at)
    alert = get_alert(graph, desk, alert_id, at)
    rows = graph.write(
        "alerts/close_alert",
        alert_id=alert_id,
        office=desk.office,
        unit_code=_unit_of(desk, alert),
        closed_at=at,
        closed_by=account_id,
        outcome=outcome,
    )
    if not rows or not rows[0]["is_acknowledged"]:
        raise Refused("alert", "is closed only after it was acknowledged")


def _find(
    graph: Graph, desk: Desk, as_of: datetime, alert_id: str | None, limit: int
) -> list[Alert]:
    asked = {
        "alert_id": alert_id,
        "spans": _spans(graph, desk, as_of),
        "since": as_of - SHOWN_FOR,
        "overdue_before": as_of - OVERDUE_AFTER,
        "limit": limit,
    }
    if desk.office == CITY_CDC:
        rows = graph.read("alerts/find_alerts_of_city", **asked)
    elif desk.unit_code is None:
        return []
    else:
        rows = graph.read("alerts/find_alerts", office=desk.office, **asked)
    return [_alert(row) for row in rows]


def _alert(row: Row) -> Alert:
    receivers = tuple(Receiver(**one) for one in row.pop("offices"))
    return Alert(**row, receivers=receivers)


def _spans(graph: Graph, desk: Desk, as_of: datetime) -> list[Row] | None:
    """Return whose alerts a desk sees, by the tree of units as it stands; None for everybody's.

    So every alert is one office's of a kind on every day: after a reform the successor's, and
    an office whose unit ended without one keeps what it was sent.
    """
    if desk.unit_code is None:
        return None
    today = local_day(as_of)
    found = unit_tree(graph).spans(
        desk.unit_code, desk.bound_on or today, today, deep=desk.office == CITY_CDC
    )
    return [
        {
            "unit_code": span.unit_code,
            "sent_from": None if span.start is None else local_midnight(span.start),
            "sent_until": None if span.end is None else local_midnight(span.end),
        }
        for span in found
    ]


def _unit_of(desk: Desk, alert: Alert) -> str | None:
    # The CDC of a city acts for the whole of it, whichever of its units an alert was sent to;
    # another office for the unit that it was then.
    own = alert.own(desk)
    return None if desk.office == CITY_CDC or own is None else own.unit_code


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: row.get(key) for key in _OPTIONAL},
        **{key: row[key] for key in ("alert_id", "reason", "person_id", "venue_id")},
        "raised_at": whole_seconds(row["raised_at"]),
    }
