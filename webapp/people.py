"""One person: who it is, its cases, where it was, whom it met, when it was isolated."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from graph.cases import find_cases_of
from graph.isolations import find_isolations_of
from graph.meetings import find_meetings_of
from graph.people import find_names, get_person
from graph.visits import find_visits_of
from webapp import current

blueprint = Blueprint("people", __name__)
MOST_VISITS = 500


@blueprint.get("/people/<id:person_id>")
def show(person_id: str) -> ResponseReturnValue:
    """Show a person and all that is known of it now, the newest first."""
    graph, now = current.graph(), current.now()
    meetings = find_meetings_of(graph, person_id, now)
    return render_template(
        "people/show.html",
        person=get_person(graph, person_id),
        cases=find_cases_of(graph, person_id, now),
        visits=find_visits_of(graph, person_id, now, MOST_VISITS),
        meetings=meetings,
        names=find_names(graph, [end for one in meetings for end in (one.person_a, one.person_b)]),
        isolations=find_isolations_of(graph, person_id, now),
        most_visits=MOST_VISITS,
    )
