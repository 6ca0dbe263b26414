"""What the public is told (R11): why there is this, what is stored, how long, who reads it."""

from flask import Blueprint, render_template

from webapp.arrivals import KEPT_DAYS

blueprint = Blueprint("about", __name__)


@blueprint.get("/p/<code>")
def show_personal(code: str) -> str:
    """Tell whoever scans a personal code with a phone what it is; it opens nothing (R203)."""
    # Whichever code it is, the answer is the same.
    del code
    return render_template("about/personal.html")


@blueprint.get("/about")
def show() -> str:
    """Say it all on one page; the store is not asked."""
    return render_template("about/show.html", days=KEPT_DAYS)
