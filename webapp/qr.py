"""Venue QR codes as SVG: what a phone's camera opens at the door."""

import io

import qrcode
from flask import Blueprint, Response
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

from graph.venues import get_venue, merge_gate
from webapp import current

blueprint = Blueprint("qr", __name__)
QUIET_ZONE = 4


@blueprint.get("/venues/<id:venue_id>/qr.svg")
def show(venue_id: str) -> Response:
    """Draw the code of a venue; the first time one is asked for it is made, for good."""
    get_venue(current.graph(), venue_id)
    code = merge_gate(current.graph(), venue_id)
    return Response(draw(check_in_address(code)), mimetype="image/svg+xml")


def check_in_address(code: str) -> str:
    """Return the address inside a code: built from the settings, never from the request."""
    return f"{current.settings().address}/c/{code}"


def draw(text: str) -> bytes:
    """Return an SVG of a text: a quarter of it may be torn off, four modules stay white around."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(drawn)
    return drawn.getvalue()
