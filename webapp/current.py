"""What a view may ask of the request it answers: the graph, the settings, who, when."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from graph.accounts import Account
from graph.database import Graph

if TYPE_CHECKING:
    from graph.intake import Intake
    from graph.tracing import Ready
    from webapp.sealing import Vault
    from webapp.sending import Post
    from webapp.settings import Settings


def graph() -> Graph:
    """Return the store that this app was made for."""
    return cast(Graph, current_app.extensions["graph"])


def projection() -> "Ready | None":
    """Return the columns for deep traces; None where they are off."""
    return cast("Ready | None", current_app.extensions["projection"])


def intake() -> "Intake":
    """Return the only way in for check-ins and check-outs."""
    return cast("Intake", current_app.extensions["intake"])


def vault() -> "Vault":
    """Return what seals and opens personal values."""
    return cast("Vault", current_app.extensions["vault"])


def post() -> "Post":
    """Return what sends messages to citizens."""
    return cast("Post", current_app.extensions["post"])


def settings() -> "Settings":
    """Return what the operator has set."""
    return cast("Settings", current_app.extensions["settings"])


def account() -> Account | None:
    """Return the officer's account, or None for the public."""
    return cast("Account | None", g.get("account"))


def officer() -> Account:
    """Return the officer's account, on pages that the policy opens to nobody else."""
    return cast(Account, g.account)


def now() -> datetime:
    """Return this second, aware UTC; one request sees one moment."""
    if "now" not in g:
        g.now = datetime.now(UTC).replace(microsecond=0)
    return cast(datetime, g.now)
