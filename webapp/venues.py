"""Venues: the list, one venue with its zones, QR code and counts, and who was there on a day."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SearchField
from wtforms.validators import Length

from graph.limits import ID_LENGTH, NAME_LENGTH
from graph.people import find_names as find_person_names
from graph.periods import day_bounds
from graph.venues import (
    VenueDayCount,
    count_visits_by_day,
    count_visits_by_hour,
    find_days,
    find_venues,
    find_zones,
    get_venue,
)
from graph.visits import Visit, find_visits_at
from webapp import current, policy
from webapp.forms import GetForm
from webapp.paging import page_number

blueprint = Blueprint("venues", __name__)
ROWS = 50
VISIT_ROWS = 100
DAY_ROWS = 31
# Digits of an instant in seconds of the epoch, for some centuries to come.
MOST_DIGITS = 11
# A smaller number might tell who it was (R34); those who work on cases see it.
SMALLEST_COUNT = 5


class SearchForm(GetForm):
    """Part of a venue's name or its id."""

    text = SearchField(_l("Name or id"), [Length(max=NAME_LENGTH)], default="")


@blueprint.get("/venues", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show the venues whose name or id holds what is searched for."""
    form = SearchForm(request.args)
    if not form.validate():
        return render_template("venues/list.html", form=form, venues=[], number=1), 422
    number = page_number()
    # One more than shown tells whether there is a next page.
    found = find_venues(current.graph(), form.text.data.strip(), ROWS + 1, (number - 1) * ROWS)
    if number > 1 and not found:
        abort(404)
    return render_template(
        "venues/list.html",
        form=form,
        venues=found[:ROWS],
        number=number,
        has_more=len(found) > ROWS,
    )


@blueprint.get("/venues/<id:venue_id>")
def show(venue_id: str) -> ResponseReturnValue:
    """Show a venue: its unit, zones and code, and how many were there on its last days."""
    graph = current.graph()
    venue = get_venue(graph, venue_id)
    before = _day_of(request.args.get("before") or date.max.isoformat())
    # One more than shown tells whether there are older days.
    days = find_days(graph, venue_id, current.now(), DAY_ROWS + 1, before)
    return render_template(
        "venues/show.html",
        venue=venue,
        zones=find_zones(graph, venue_id),
        days=days[:DAY_ROWS],
        has_more=len(days) > DAY_ROWS,
        least_count=1 if policy.sees_persons(current.account()) else SMALLEST_COUNT,
    )


@blueprint.get("/venues/<id:venue_id>/days/<day>")
def day(venue_id: str, day: str) -> ResponseReturnValue:
    """Show a venue's local day: how many were there in each hour, then who, by arrival."""
    asked = _day_of(day)
    graph, now = current.graph(), current.now()
    venue = get_venue(graph, venue_id)
    # Pages follow each other by the key of their last row: none is counted through.
    visits = find_visits_at(graph, venue_id, asked, now, VISIT_ROWS + 1, _after())
    shown = visits[:VISIT_ROWS]
    counted = count_visits_by_day(graph, venue_id, [asked], now)
    return render_template(
        "venues/day.html",
        venue=venue,
        day=asked,
        starts_at=day_bounds(asked).start,
        count=counted[0] if counted else VenueDayCount(asked, 0, 0),
        hours=count_visits_by_hour(graph, venue_id, asked, now),
        visits=shown,
        following=shown[-1] if len(visits) > VISIT_ROWS else None,
        key_of=_key_of,
        names=find_person_names(graph, [visit.person_id for visit in shown]),
    )


def _day_of(text: str) -> date:
    """Return the local day that a part of an address stands for; what is none is 404."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _key_of(visit: Visit) -> dict[str, object]:
    """Return what an address says to begin behind a row."""
    return {"after": int(visit.arrived_at.timestamp()), "visit": visit.visit_id}


def _after() -> tuple[datetime, str] | None:
    """Return behind which row the address asks to begin, or None; what is no row is 404."""
    after, visit_id = request.args.get("after"), request.args.get("visit", "")
    if after is None:
        return None
    is_number = after.isascii() and after.isdigit() and len(after) <= MOST_DIGITS
    if not is_number or len(visit_id) > ID_LENGTH:
        abort(404)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(after)), visit_id
