"""Alerts from the gates: each office sees its own, acknowledges them and closes them (R66, R227).

The list is live: its rows are asked for again while somebody looks. Of the person an alert is
about an office sees the contact data and nothing else (R35); each look at a phone is logged.
"""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from graph.alerts import (
    CITY_CDC,
    COMMUNE,
    DISTRICT_HEALTH,
    OUTCOMES,
    OVERDUE_AFTER,
    Alert,
    Desk,
    acknowledge_alert,
    close_alert,
    find_alerts,
    get_alert,
)
from graph.identifiers import PHONE, find_identifiers_of
from graph.periods import local_day
from webapp import current
from webapp.errors import page as fault_page
from webapp.units import ended_on

blueprint = Blueprint("alerts", __name__)
logger = logging.getLogger("truyvet.alerts")

#: For which office a role acts.
OFFICES: Mapping[str, str] = MappingProxyType(
    {
        "commune_intake": COMMUNE,
        "district_health": DISTRICT_HEALTH,
        "city_cdc": CITY_CDC,
    }
)


@blueprint.get("/alerts", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show the alerts of the officer's desk, the overdue on top."""
    return render_template("alerts/list.html", **_shown())


@blueprint.get("/alerts/rows")
def rows() -> ResponseReturnValue:
    """Show the same rows alone, for the list that follows them."""
    return render_template("alerts/_rows.html", **_shown())


@blueprint.get("/alerts/<id:alert_id>")
def show(alert_id: str) -> ResponseReturnValue:
    """Show one alert: whom it is about, where, and what each office has done."""
    return _page(_alert(alert_id))


@blueprint.post("/alerts/<id:alert_id>/phone")
def reveal(alert_id: str) -> ResponseReturnValue:
    """Show the phone of the person that an alert is about; that somebody looked is logged."""
    alert = _alert(alert_id)
    phones = []
    if alert.person_id is not None:
        logger.info("alert %s: the phone was shown to %s", alert_id, current.officer().account_id)
        phones = [
            current.vault().open(one.sealed, one.scheme, one.blind_index)
            for one in find_identifiers_of(current.graph(), alert.person_id)
            if one.scheme == PHONE
        ]
    return _page(alert, phones)


@blueprint.post("/alerts/<id:alert_id>/acknowledgement")
def acknowledge(alert_id: str) -> ResponseReturnValue:
    """Record that the officer's office has seen an alert."""
    account = current.officer()
    acknowledge_alert(current.graph(), _desk(), alert_id, account.account_id, current.now())
    return redirect(_back(alert_id), 303)


@blueprint.post("/alerts/<id:alert_id>/closure")
def close(alert_id: str) -> ResponseReturnValue:
    """Record that the officer's office has done with an alert, and what came of it."""
    account, outcome = current.officer(), request.form.get("outcome", "")
    alert = _alert(alert_id)
    if outcome not in OUTCOMES:
        return _page(alert, fault="outcome"), 422
    own = alert.own(_desk())
    if own is None or own.acknowledged_at is None:
        return fault_page(422)
    close_alert(current.graph(), _desk(), alert_id, account.account_id, outcome, current.now())
    return redirect(_back(alert_id), 303)


def _desk() -> Desk:
    account = current.officer()
    return Desk(OFFICES[account.role], account.unit_code, local_day(account.bound_at))


def _alert(alert_id: str) -> Alert:
    return get_alert(current.graph(), _desk(), alert_id, current.now())


def _shown() -> dict[str, object]:
    desk = _desk()
    return {
        "desk": desk,
        "alerts": find_alerts(current.graph(), desk, current.now()),
        "ended_on": ended_on(desk.unit_code, desk.bound_on) if desk.unit_code else None,
        "minutes": int(OVERDUE_AFTER.total_seconds()) // 60,
    }


def _page(alert: Alert, phones: list[str] | None = None, fault: str | None = None) -> str:
    return render_template(
        "alerts/show.html", desk=_desk(), alert=alert, phones=phones, fault=fault
    )


def _back(alert_id: str) -> str:
    """Return where the button was pressed: in the list, or on the page of the alert."""
    if request.form.get("from") == "show":
        return url_for("alerts.show", alert_id=alert_id)
    return url_for("alerts.list")
