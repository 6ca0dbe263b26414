"""The check-in as a form: what is asked of whom, and how what was typed becomes the contract.

Fields only hold and show what was typed; webapp/declarations.py alone judges it, and what it finds
wrong goes back to the fields. So nothing typed is lost, and form and API never differ.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel import Locale
from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
)

from graph.names import sort_key
from webapp.arrivals import CheckInGiven
from webapp.declarations import faults_of
from webapp.digits import plain_digits
from webapp.fields import UnitField
from webapp.forms import PostForm
from webapp.language import N_, _
from webapp.questions import QUESTIONS, questions_of
from webapp.words import DECLARED_FOR, ID_KINDS, ON_BEHALF_REASONS, SEXES, choices

PERSON = (
    *("full_name", "birth", "sex", "nationality", "phone", "email"),
    *("id_kind", "id_number", "bhyt", "unit", "street"),
)
ON_BEHALF = ("declarer_name", "declarer_phone", "reason")
MOVEMENT = ("vehicle", "plate", "seat", "from_unit", "to_unit", "moved_on")
#: What nobody has to tell: folded away.
OPTIONAL = ("nationality", "id_kind", "id_number", "bhyt", "email", "street", "unit")
HOME = "VN"
YES_OR_NO = choices({"no": _l("No"), "yes": _l("Yes")})

ANSWER_IT = N_("Answer yes or no.")
PHONE_NEEDED = N_("Write a phone number; without one, let the staff declare.")
DECLARER_NEEDED = N_("Write the phone number of whoever declares.")
SENT_OTHERWISE = N_("This was sent before with other details. Load the page again.")
LOAD_AGAIN = N_("Load this page again, then send it once more.")


class NationalityField(SelectField):
    """A country by its two letters, by name in the language of the page, Vietnam first."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, choices=_countries, validate_choice=False, **options)


class OneOf(RadioField):
    """One choice of a few, none made beforehand."""

    def __init__(self, label: Any, words: Iterable[Any], **options: Any) -> None:
        super().__init__(label, choices=list(words), validate_choice=False, **options)


class TapForm(PostForm):
    """One tap of somebody whom this browser checked in before.

    `visit_id` is the key under which it is stored once; `filled` says which form it is; `receipt`
    is that of the scan for which a declaration was missing, if it is told for one.
    """

    FILLED = "tap"
    STEPS: tuple[str, ...] = ()

    visit_id = HiddenField()
    filled = HiddenField()
    receipt = HiddenField()

    @property
    def is_movement(self) -> bool:
        """Whether this is the form of a journey."""
        return False

    def read(self, code: str, **told: Any) -> CheckInGiven | None:
        """Return what is told; None where fields are at fault, which then say so.

        Args:
            code: what was scanned.
            told: what else the page knows, as the direction.
        """
        if not self.validate():
            return None
        try:
            given = CheckInGiven.model_validate(
                {"visit_id": self.visit_id.data, "code": code, **self.parts(), **told}
            )
        except ValidationError as wrong:
            self.mark(faults_of(wrong))
            self.mark(self.missing())
            return None
        missing = self.missing()
        self.mark(missing)
        return None if missing else given

    def parts(self) -> dict[str, Any]:
        """Return person, declaration and declarer, as far as this form asks for them."""
        return {}

    def missing(self) -> Mapping[str, str]:
        """Return what is needed here and left empty, by field, beside what the contract says."""
        return {}

    def mark(self, faults: Mapping[str, str]) -> None:
        """Have each field that is at fault say why; what belongs to none is said above."""
        for name, reason in faults.items():
            if name == "visit_id" or name not in self:
                self.visit_id.errors = [_(LOAD_AGAIN)]
            elif not self[name].errors:
                self[name].errors = [_(reason)]

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        """Return what was typed into some fields; what was left empty is left out."""
        typed = {name: (self[name].data or "").strip() for name in names if name in self}
        return {name: text for name, text in typed.items() if text}


class _WhoFields:
    """Who comes: R67 to R76, and whoever declares for them: R58, R84."""

    declared_for = OneOf(_l("Declare for"), choices(DECLARED_FOR), default="self")
    declarer_name = StringField(_l("Your own full name"))
    declarer_phone = TelField(_l("Your own phone number"))
    reason = SelectField(
        _l("Why you declare for them"),
        choices=choices({"": _l("choose one"), **ON_BEHALF_REASONS}),
        validate_choice=False,
    )
    full_name = StringField(_l("Full name"))
    birth = StringField(_l("Year or date of birth"))
    sex = OneOf(_l("Sex"), choices(SEXES))
    phone = TelField(_l("Phone number"))
    nationality = NationalityField(_l("Nationality"), default=HOME)
    id_kind = SelectField(
        _l("Identity paper"),
        choices=choices({"": _l("not given"), **ID_KINDS}),
        validate_choice=False,
    )
    id_number = StringField(_l("Its number"))
    bhyt = StringField(_l("Health insurance number (BHYT)"))
    email = EmailField(_l("E-mail"))
    street = StringField(_l("Address: house, street, hamlet"))
    unit = UnitField(_l("Ward or commune"))


class _MovementFields:
    """A journey: R77, R78."""

    kind = HiddenField()
    vehicle = StringField(_l("Vehicle, as bus or motorbike"))
    plate = StringField(_l("Number plate"))
    seat = StringField(_l("Seat"))
    from_unit = StringField(_l("From: ward, district, province"))
    to_unit = StringField(_l("To: ward, district, province"))
    moved_on = StringField(_l("Day of the journey"))


class _HealthFields:
    """How they are: R79 to R83; `no_signs` answers no to all that is not answered."""

    no_signs = BooleanField(_l("None of these"))


for _question in QUESTIONS:
    setattr(_HealthFields, _question.code, OneOf(_question, YES_OR_NO))
# Fields stand in the order in which they are made; the page puts the cursor into the first fault.
_HealthFields.travelled_to = StringField(_l("Where to?"))  # type: ignore[attr-defined]


class _StatementFields:
    """That it is true (R85): sends the hash of the text that the page shows, if ticked."""

    consent = BooleanField(_l("I declare this and agree"), default=False)


class DeclareForm(_MovementFields, _HealthFields, _StatementFields, TapForm):
    """The health declaration of somebody known, whose last one is too old or has changed."""

    FILLED = "declaration"
    STEPS: tuple[str, ...] = ("health", "statement")

    def parts(self) -> dict[str, Any]:
        """Return the declaration."""
        return {"declaration": self._declaration()}

    def missing(self) -> Mapping[str, str]:
        """Return the questions without an answer."""
        return {
            question.code: ANSWER_IT
            for question in QUESTIONS
            if question.code not in self._answers()
        }

    def questions(self, kind: str) -> list[Field]:
        """Return the fields of the questions of a kind, in the order of the form."""
        return [self[question.code] for question in questions_of(kind)]

    @property
    def is_movement(self) -> bool:
        """Whether this is the form of a journey."""
        return self.kind.data == "movement"

    def _answers(self) -> dict[str, bool]:
        otherwise = "no" if self.no_signs.data else None
        told = {question.code: self[question.code].data or otherwise for question in QUESTIONS}
        return {code: word == "yes" for code, word in told.items() if word in ("yes", "no")}

    def _declaration(self) -> dict[str, Any]:
        answers = self._answers()
        told: dict[str, Any] = {"answers": answers}
        if consent := request.form.get("consent"):
            told["consent"] = consent
        if answers.get("travelled"):
            told |= self.texts(["travelled_to"])
        if self.is_movement:
            told |= {"kind": "movement", **self.texts(MOVEMENT)}
        return told


class NewcomerForm(_WhoFields, DeclareForm):
    """Somebody checks in for the first time on this phone, or declares for another."""

    FILLED = "newcomer"
    STEPS: tuple[str, ...] = ("who", "health", "statement")

    @property
    def is_on_behalf(self) -> bool:
        """Whether somebody declares for another."""
        return self.declared_for.data == "other"

    def parts(self) -> dict[str, Any]:
        """Return the person, the declaration, and whoever declares for the person."""
        person = self.texts(PERSON)
        if "birth" in person:
            # The digits of another keyboard.
            person["birth"] = plain_digits(person["birth"])
        if "id_number" not in person:
            # A kind that was chosen and then thought better of.
            person.pop("id_kind", None)
        told = {"person": person, "declaration": self._declaration()}
        return {**told, "on_behalf": self.texts(ON_BEHALF)} if self.is_on_behalf else told

    def optional_faults(self) -> list[str]:
        """Return what is wrong among what nobody has to tell, so that it is not folded away."""
        return [str(self[name].errors[0]) for name in OPTIONAL if self[name].errors]

    def missing(self) -> Mapping[str, str]:
        """Return also the phone number by which somebody can be reached (R73)."""
        wanted = (
            ("declarer_phone", DECLARER_NEEDED) if self.is_on_behalf else ("phone", PHONE_NEEDED)
        )
        lacking = {} if self.texts(wanted[:1]) else {wanted[0]: wanted[1]}
        return {**lacking, **super().missing()}


FORMS: Mapping[str, type[TapForm]] = {
    form.FILLED: form for form in (TapForm, DeclareForm, NewcomerForm)
}

#: Two letters that stand for no country: unions, tests, places at sea.
_NO_COUNTRY = frozenset(re.findall("[A-Z]+", "EU EZ UN XA XB ZZ QO AC CP DG EA IC TA"))


def _countries() -> list[SelectChoice]:
    return choices(_countries_in(str(get_locale() or "vi")))


@cache
def _countries_in(language: str) -> Mapping[str, str]:
    names = Locale.parse(language).territories
    found = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    others = [code for code in found if code not in (HOME, *_NO_COUNTRY)]
    ordered = sorted(others, key=lambda code: sort_key(found[code]))
    return {code: found[code] for code in (HOME, *ordered)}
