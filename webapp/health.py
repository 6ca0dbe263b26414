"""Whether this process answers, for whatever watches over it; says nothing about anybody."""

from flask import Blueprint, Response

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """Say that the web app is up."""
    return Response("ok\n", mimetype="text/plain")
