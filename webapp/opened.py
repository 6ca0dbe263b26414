"""Declarations as whoever made them reads them: the sealed answers opened, in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from graph.declarations import Declaration, find_declarations_of
from webapp import current
from webapp.questions import QUESTIONS, Question
from webapp.sealing import Unsealable
from webapp.units import unit_words


@dataclass(frozen=True, slots=True)
class Opened:
    """A declaration with what was told in it; nothing is told where it cannot be opened.

    Args:
        affirmed: the questions that were answered with yes, in the order of the form.
        told: everything else, by the word for it.
    """

    declaration: Declaration
    is_open: bool
    affirmed: Sequence[Question]
    told: Sequence[tuple[LazyString, str]]


#: What is shown besides the answers, by its name in the contract, in this order.
SHOWN: Mapping[str, LazyString] = {
    "travelled_to": _l("Where to?"),
    "vehicle": _l("Vehicle, as bus or motorbike"),
    "plate": _l("Number plate"),
    "seat": _l("Seat"),
    "from_unit": _l("From: ward, district, province"),
    "to_unit": _l("To: ward, district, province"),
    "moved_on": _l("Day of the journey"),
    "birth": _l("Year or date of birth"),
    "nationality": _l("Nationality"),
    "email": _l("E-mail"),
    "street": _l("Address: house, street, hamlet"),
    "unit_code": _l("Ward or commune"),
    "declarer_name": _l("Declared by"),
    "declarer_phone": _l("Their phone number"),
}


def find_opened(person_id: str, limit: int) -> list[Opened]:
    """Return a person's declarations opened, the newest first."""
    return [_opened(one) for one in find_declarations_of(current.graph(), person_id, limit)]


def _opened(declaration: Declaration) -> Opened:
    try:
        text = current.vault().open(declaration.sealed, "declaration", declaration.declaration_id)
    except Unsealable:
        return Opened(declaration, False, (), ())
    said: dict[str, Any] = json.loads(text)
    answers = said.get("answers", {})
    others = {**said, **said.get("person", {}), **said.get("on_behalf", {})}
    told = [
        (word, _shown(name, str(others[name]), declaration.made_at))
        for name, word in SHOWN.items()
        if others.get(name)
    ]
    affirmed = [question for question in QUESTIONS if answers.get(question.code) is True]
    return Opened(declaration, True, affirmed, told)


def _shown(name: str, value: str, made_at: datetime) -> str:
    """Return a value as a page shows it: a country by its name, a unit as it was called then."""
    locale = get_locale()
    if name == "nationality" and locale is not None:
        return str(locale.territories.get(value, value))
    if name == "unit_code":
        return unit_words(value, None, made_at)
    return value
