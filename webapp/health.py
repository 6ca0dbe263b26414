"""Whether this process answers, for whatever watches over it; says nothing about anybody."""

from flask import Blueprint, Response

from webapp import current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """Say that the web app is up."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz", endpoint="ready")
def show_ready() -> Response:
    """Say whether check-ins are taken, and if not, why: away, stalled or full."""
    state = current.intake().state()
    status = 200 if state == "ready" else 503
    return Response(f"{state}\n", status, mimetype="text/plain")
