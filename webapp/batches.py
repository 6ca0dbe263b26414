"""Import batches: what came in by which file, and what became of its rows."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from graph.batches import find_batches
from webapp import current
from webapp.paging import page_number, page_of

blueprint = Blueprint("batches", __name__)


@blueprint.get("/batches", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show every batch, the newest first."""
    page = page_of(find_batches(current.graph()), page_number())
    return render_template("batches/list.html", page=page)
