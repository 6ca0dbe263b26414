"""The start page: each role lands on its own desk."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp import current

blueprint = Blueprint("home", __name__)

DESKS: Mapping[str, str] = MappingProxyType(
    {
        "investigator": "cases.list",
        "city_cdc": "cases.list",
        "district_health": "cases.list",
        "data_team": "batches.list",
        "city_ict": "venues.list",
        "administrator": "accounts.list",
        "gate_staff": "gate.show",
        "venue_manager": "gate.show",
        "commune_intake": "alerts.list",
        "district_intake": "registrations.list",
    }
)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Open the desk of the officer's role."""
    return redirect(url_for(DESKS[current.officer().role]))
