"""A card with a code for somebody without a phone: it holds nothing that could be read (R203)."""

import secrets
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from graph.batches import Stamp
from graph.errors import Refused
from graph.identifiers import PERSONAL_CODE, merge_identifiers
from graph.people import merge_persons
from graph.periods import LOCAL_ZONE
from webapp import current
from webapp.arrivals import sealed_identifier
from webapp.codes import new_personal_id
from webapp.declarations import NAME_LENGTH, OLDEST_PERSON, YEAR_WANTED
from webapp.doors import reader
from webapp.fields import CountField, NameField
from webapp.forms import PostForm
from webapp.gate.parts import blueprint, door_in_address, page
from webapp.gate.scans import SOURCE
from webapp.gate.visitors import Visitor, find_visitor
from webapp.language import _
from webapp.qr import draw


class CardForm(PostForm):
    """Whose card it is to be."""

    gate = HiddenField()
    full_name = NameField(
        _l("Full name"), [InputRequired(_l("Write the full name.")), Length(max=NAME_LENGTH)]
    )
    birth_year = CountField(_l("Year of birth"), [InputRequired(_l("Write the year of birth."))])
    number = StringField(_l("Number of a card"), [Length(max=2000)])

    def validate_birth_year(self, field: Any) -> None:
        """Refuse a year in which nobody was born who is alive."""
        this_year = current.now().astimezone(LOCAL_ZONE).year
        NumberRange(this_year - OLDEST_PERSON, this_year, _(YEAR_WANTED))(self, field)


@blueprint.get("/gate/card")
def card() -> ResponseReturnValue:
    """Ask whose card it is to be."""
    return _page(CardForm(formdata=None))


@blueprint.post("/gate/card")
def create_card() -> ResponseReturnValue:
    """Show a new card to be printed; each has a code of its own."""
    form = CardForm()
    if not form.validate():
        return _page(form), 422
    try:
        person_id = _store(form)
    except Refused:
        form.number.errors = [_("This is no number of an identity or insurance card.")]
        return _page(form), 422
    random_id = new_personal_id()
    code = sealed_identifier(PERSONAL_CODE, random_id)
    merge_identifiers(
        current.graph(), [{**code, "person_id": person_id, "source": SOURCE}], current.now()
    )
    return page("gate/card_shown.html", door_in_address(), drawn=_drawn(random_id))


def _store(form: CardForm) -> str:
    """Store whose card it is, and return the person's id.

    Somebody who shows no other card is a new person: from now on this card tells who it is.

    Raises:
        Refused: the number is none.
    """
    number = (form.number.data or "").strip()
    row = {"full_name": form.full_name.data, "birth_year": form.birth_year.data}
    if not number:
        visitor = Visitor(f"g{secrets.token_hex(16)}", None)
    else:
        found = find_visitor(
            number,
            **row,
            venue_id=str(current.officer().venue_id),
            at=current.now(),
            is_confirmed=True,
        )
        assert isinstance(found, Visitor)
        visitor = found
    stamp = Stamp(SOURCE, "check-in", current.now())
    merge_persons(current.graph(), [{"person_id": visitor.person_id, **row}], stamp)
    identifiers = [
        {**one, "person_id": visitor.person_id, "source": SOURCE} for one in visitor.identifiers
    ]
    if identifiers:
        merge_identifiers(current.graph(), identifiers, current.now())
    return visitor.person_id


def _drawn(random_id: str) -> Markup:
    """Return the code as part of the page: under an address of its own it could be asked for."""
    text = f"{current.settings().address}/p/{reader().personal_code(random_id)}"
    _declaration, _, drawing = draw(text).decode().partition("?>")
    # Our own drawing, of letters and digits alone.
    return Markup(drawing)  # noqa: S704


def _page(form: CardForm) -> str:
    form.gate.data = request.values.get("gate", "")
    return page("gate/card.html", door_in_address(), form=form)
