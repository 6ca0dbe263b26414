"""Venues: the list, one venue with its zones, QR code and counts, and who was there on a day."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SearchField
from wtforms.validators import Length

from graph.limits import NAME_LENGTH
from graph.people import find_names as find_person_names
from graph.venues import count_visits_by_day, find_venues, find_zones, get_venue
from graph.visits import find_visits_at
from webapp import current, policy
from webapp.forms import GetForm
from webapp.paging import page_number

blueprint = Blueprint("venues", __name__)
ROWS = 50
MOST_VISITS = 1000
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
    """Show a venue: its unit, zones and code, and how many were there each day."""
    graph = current.graph()
    return render_template(
        "venues/show.html",
        venue=get_venue(graph, venue_id),
        zones=find_zones(graph, venue_id),
        days=count_visits_by_day(graph, venue_id, current.now()),
        least_count=1 if policy.sees_persons(current.account()) else SMALLEST_COUNT,
    )


@blueprint.get("/venues/<id:venue_id>/days/<day>")
def day(venue_id: str, day: str) -> ResponseReturnValue:
    """Show who was at a venue on a local day, by arrival."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        abort(404)
    venue = get_venue(current.graph(), venue_id)
    visits = find_visits_at(current.graph(), venue_id, asked, current.now(), MOST_VISITS)
    names = find_person_names(current.graph(), [visit.person_id for visit in visits])
    return render_template(
        "venues/day.html",
        venue=venue,
        day=asked,
        visits=visits,
        names=names,
        most_visits=MOST_VISITS,
    )
