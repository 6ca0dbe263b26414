"""Clusters: cases that hang together, and the venues they share; proposed, never asserted."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from graph.errors import Refused
from graph.tracing.clusters import find_clusters
from graph.venues import find_names
from webapp import current
from webapp.asking import TermsForm, fault_of
from webapp.fields import DayField, not_later_than_now
from webapp.language import _
from webapp.paging import page_number, page_of

blueprint = Blueprint("clusters", __name__)
ROWS = 20


class ClustersForm(TermsForm):
    """Cases from which day on, by which rule, as known when."""

    since = DayField(_l("Cases since"), [not_later_than_now])


@blueprint.get("/clusters", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show proposed clusters of confirmed cases, the largest first, with what links them."""
    form = ClustersForm(request.args)
    found = None
    if form.validate():
        try:
            found = find_clusters(
                current.graph(),
                form.chosen_rule(),
                form.moment(),
                form.since.data,
                current.settings().trace_budget,
            )
        except Refused:
            fault_of(form, "since", _("There are too many cases. Choose a later day."))
    if found is None:
        form.propose_rule()
        return render_template("clusters/list.html", form=form, found=None), 422
    page = page_of(found.clusters, page_number(), ROWS)
    venues = [venue.venue_id for cluster in page.rows for venue in cluster.venues]
    return render_template(
        "clusters/list.html",
        form=form,
        found=found,
        page=page,
        venue_names=find_names(current.graph(), venues),
    )
