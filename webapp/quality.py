"""Data quality: what is stored that cannot be right, or proves too little; counts and rows."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from graph.database import Row
from graph.people import find_names as find_person_names
from graph.quality import CHECKS, count_faults, find_faults, get_check
from graph.reports import count_store
from graph.venues import find_names as find_venue_names
from webapp import current, policy
from webapp.checks import CHECK_WORDS, GAPS, MISSING
from webapp.paging import Page, page_number
from webapp.venues import SMALLEST_COUNT

blueprint = Blueprint("quality", __name__)
ROWS = 100
# A check that reads every visit runs by itself up to so many; past it when it is opened.
MOST_VISITS = 200_000


@blueprint.get("/quality", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show how much each check finds; those that would take long wait until they are opened."""
    visits = count_store(current.graph()).visit_days
    checks = CHECKS.values()
    quick = [check for check in checks if visits <= MOST_VISITS or not check.reads_visits]
    return render_template(
        "quality/list.html",
        checks=list(checks),
        found={one.check.name: one for one in count_faults(current.graph(), quick, current.now())},
        words=CHECK_WORDS,
        least_count=1 if policy.sees_persons(current.account()) else SMALLEST_COUNT,
    )


@blueprint.get("/quality/<name>")
def show(name: str) -> ResponseReturnValue:
    """Show the rows that a check finds."""
    check = get_check(name)
    number = page_number()
    graph = current.graph()
    found = find_faults(graph, check, current.now(), ROWS, (number - 1) * ROWS)
    if number > 1 and not found.rows:
        abort(404)
    page = Page(found.rows, number, found.total, ROWS)
    return render_template(
        "quality/show.html",
        check=check,
        words=CHECK_WORDS[name],
        found=found,
        page=page,
        gaps=GAPS,
        missing=MISSING,
        names=find_person_names(graph, _ids(found.rows, "person_id", "contact_person_id")),
        venue_names=find_venue_names(graph, _ids(found.rows, "venue_id", "former_venue_id")),
    )


def _ids(rows: Sequence[Row], *columns: str) -> list[str]:
    return [row[column] for row in rows for column in columns if row.get(column)]
