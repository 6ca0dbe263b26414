"""A code on the gate's own screen that changes every five minutes, for phones to scan (R109)."""

from flask import Response
from flask.typing import ResponseReturnValue

from webapp import current
from webapp.codes import WINDOW
from webapp.doors import reader
from webapp.gate.parts import blueprint, door_in_address, page
from webapp.qr import draw


@blueprint.get("/gate/code")
def code() -> ResponseReturnValue:
    """Show the code of the gate; the page follows its changes."""
    seconds = int(WINDOW.total_seconds())
    left = seconds - int(current.now().timestamp()) % seconds
    return page("gate/code.html", door_in_address(), seconds_left=left)


@blueprint.get("/gate/code.svg")
def code_image() -> Response:
    """Draw the code that is shown now."""
    shown = reader().display_code(door_in_address().gate.code, current.now())
    address = f"{current.settings().address}/c/{shown}"
    return Response(draw(address), mimetype="image/svg+xml")
