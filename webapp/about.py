"""What the public is told (R11): why there is this, what is stored, how long, who reads it."""

from flask import Blueprint, render_template

from webapp.arrivals import KEPT_DAYS

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def show() -> str:
    """Say it all on one page; the store is not asked."""
    return render_template("about/show.html", days=KEPT_DAYS)
