"""Venue QR codes as SVG: what a phone's camera opens at the door."""

import io

import qrcode
from flask import Blueprint, Response, request
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

from graph.errors import NotFound
from graph.venues import Gate, find_gates, get_venue, merge_gate
from webapp import current
from webapp.doors import printed_code

blueprint = Blueprint("qr", __name__)
QUIET_ZONE = 4


@blueprint.get("/venues/<id:venue_id>/qr.svg")
def show(venue_id: str) -> Response:
    """Draw the code of a venue's gate: the one that the address names, else the first."""
    wanted = request.args.get("gate")
    for gate in gates_of(venue_id):
        if wanted in (None, gate.code):
            return Response(draw(check_in_address(gate)), mimetype="image/svg+xml")
    raise NotFound("gate")


def gates_of(venue_id: str) -> list[Gate]:
    """Return the gates of a venue; the first time they are asked for, one is made for good.

    Raises:
        NotFound: no venue has this id.
    """
    graph = current.graph()
    get_venue(graph, venue_id)
    found = find_gates(graph, venue_id)
    if not found:
        merge_gate(graph, venue_id)
        found = find_gates(graph, venue_id)
    return found


def check_in_address(gate: Gate) -> str:
    """Return the address inside a code: built from the settings, never from the request."""
    return f"{current.settings().address}/c/{printed_code(gate)}"


def draw(text: str) -> bytes:
    """Return an SVG of a text: a quarter of it may be torn off, four modules stay white around."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(drawn)
    return drawn.getvalue()
