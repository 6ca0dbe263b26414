"""What the views of a gate share: the blueprint, and at which door the officer stands."""

from typing import Any

from flask import Blueprint, render_template, request

from graph.errors import NotFound
from graph.venues import Gate
from webapp import current, policy
from webapp.doors import Door, door_of
from webapp.qr import gates_of

blueprint = Blueprint("gate", __name__)
# R34: a smaller number might tell who it was.
SMALLEST_COUNT = 5
#: Where nobody chose one, the gate that most people pass.
FIRST_OF = ("both", "entrance", "exit")


def venue_id() -> str:
    """Return the id of the officer's venue.

    Raises:
        NotFound: the account is bound to none.
    """
    bound = current.officer().venue_id
    if bound is None:
        raise NotFound("venue")
    return bound


def find_own_gates() -> list[Gate]:
    """Return the gates of the officer's venue, the one that most people pass first."""
    return sorted(gates_of(venue_id()), key=lambda gate: FIRST_OF.index(gate.kind))


def own_door(gate_id: str) -> Door:
    """Return the door of a gate of the officer's venue or its zones.

    Raises:
        NotFound: there is no such gate there.
    """
    door = door_of(gate_id)
    if not policy.sees_venue(current.officer(), door.gate.venue.venue_id):
        raise NotFound("gate")
    return door


def door_in_address() -> Door:
    """Return the door that the address or the form names, else the first of the venue."""
    chosen = request.values.get("gate", "")
    return own_door(chosen or find_own_gates()[0].code)


def page(template: str, door: Door, **told: Any) -> str:
    """Return a page of the gate's frame."""
    return render_template(template, door=door, **told)
