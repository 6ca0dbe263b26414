"""Accounts: who may sign in, in which role; made and disabled at the command line."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from graph.accounts import find_accounts
from webapp import current
from webapp.paging import page_number, page_of

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show every account with its role and unit."""
    page = page_of(find_accounts(current.graph()), page_number())
    return render_template("accounts/list.html", page=page)
