"""What is asked of a unit that wants a venue code: R103, of officers and of the unit itself alike.

Whom to call is sealed before it is stored; its phone is found again by a blind index.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from graph.categories import CATEGORIES, UNKNOWN
from graph.limits import NAME_LENGTH, hidden_fault
from graph.names import sort_key, tidy
from graph.periods import local_day
from graph.registrations import Registration, find_rounds, round_for
from graph.units import LEVELS, Unit, find_units
from webapp import current
from webapp.digits import plain_digits
from webapp.fields import CountField, NameField
from webapp.forms import PostForm
from webapp.language import _
from webapp.phones import read_phone
from webapp.sealing import Unsealable

PHONE_SCHEME = "phone"
CONTACT_FIELD = "registration contact"
NOTE_LENGTH = 500
MOST_GATES = 200
_KEY = re.compile(r"[0-9a-f]{32}")
_EMAIL = re.compile(
    r"[^@\s<>\"',;:()\[\]\\]+@[^@\s<>\"',;:()\[\]\\.]+(?:\.[^@\s<>\"',;:()\[\]\\.]+)+"
)
_TAX_NUMBER = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?")
_WARD = LEVELS[-1]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call at a unit; what was not given is empty."""

    representative: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of units, after a choice of none."""
    return [("", str(_("choose a kind"))), *named_kinds()]


def named_kinds() -> Iterator[tuple[str, str]]:
    """Yield every kind of unit by its word, in Vietnamese order."""
    is_vi = str(get_locale()) == "vi"
    named = [
        (kind.code, kind.vi if is_vi else kind.en)
        for kind in CATEGORIES.values()
        if kind.code != UNKNOWN
    ]
    yield from sorted(named, key=lambda one: sort_key(one[1]))


class LineField(StringField):
    """A line of text, spaces tidied, that may hold digits alone; empty is None."""

    data: str | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text composed, with single spaces."""
        if valuelist:
            self.data = tidy(valuelist[0]) or None

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is too long, or holds characters that nobody can see."""
        if len(self.data or "") > NAME_LENGTH:
            raise ValidationError(_("Write at most 200 characters."))
        if hidden_fault(self.data or ""):
            raise ValidationError(_("This holds characters that cannot be seen."))


class CommuneField(SelectField):
    """A ward, commune or town by its code, under its district, in Vietnamese order."""

    def __init__(self, label: Any = None, validators: Any = (), **options: Any) -> None:
        super().__init__(label, validators, choices=communes, **options)


class UnitForm(PostForm):
    """A unit as it registers; `key` is what its sender made, under which it is stored once."""

    key = HiddenField()
    name = LineField(_l("Name of the unit"), [InputRequired(_l("Write the name of the unit."))])
    category = SelectField(_l("Kind of unit"), choices=kinds)
    unit_code = CommuneField(_l("Ward, commune or town"))
    address = LineField(_l("Address"), [InputRequired(_l("Write house number and street."))])
    gate_count = CountField(_l("Number of entrances and exits"))
    representative = NameField(
        _l("Person to contact"), [InputRequired(_l("Write whom the office can call."))]
    )
    title = LineField(_l("Position"))
    phone = TelField(_l("Phone number"), [InputRequired(_l("Write a phone number."))])
    email = EmailField(_l("E-mail"), [Optional(), Length(max=NAME_LENGTH)])
    tax_number = LineField(_l("Tax number"))
    holds_code_of = LineField(_l("Has a QR code already, given by"))
    is_on_ncovi = BooleanField(_l("The unit is using NCOVI"))
    note = TextAreaField(_l("Note"), [Length(max=NOTE_LENGTH)])

    def validate_key(self, field: Field) -> None:
        """Refuse what our page did not make."""
        if not _KEY.fullmatch(field.data or ""):
            raise ValidationError(_("Load this page again, then send it once more."))

    def validate_category(self, field: Field) -> None:
        """Ask for a kind."""
        if field.data == "":
            raise ValidationError(_("Choose a kind of unit."))

    def validate_unit_code(self, field: Field) -> None:
        """Ask for a commune."""
        if field.data == "":
            raise ValidationError(_("Choose a ward, commune or town."))

    def validate_gate_count(self, field: Field) -> None:
        """Refuse what no unit has."""
        if field.data is not None and not 1 <= field.data <= MOST_GATES:
            raise ValidationError(_("Write a number from 1 to 200."))

    def validate_phone(self, field: Field) -> None:
        """Refuse what is no phone number."""
        try:
            read_phone(field.data or "")
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address."""
        if field.data and not _EMAIL.fullmatch(field.data.strip()):
            raise ValidationError(_("Write the e-mail address as name@example.vn."))

    def validate_tax_number(self, field: Field) -> None:
        """Refuse what is no tax number."""
        if field.data and not _TAX_NUMBER.fullmatch(plain_digits(field.data).replace(" ", "")):
            raise ValidationError(_("A tax number has 10 digits, or 13 for a branch."))

    def validate_note(self, field: Field) -> None:
        """Refuse what nobody can see."""
        if hidden_fault(" ".join((field.data or "").split())):
            raise ValidationError(_("This holds characters that cannot be seen."))

    def told(self, registration_id: str) -> dict[str, Any]:
        """Return what the form tells, whom to call sealed for this registration."""
        phone = read_phone(self.phone.data or "")
        contact = {
            "representative": self.representative.data or "",
            "title": self.title.data or "",
            "phone": phone,
            "email": (self.email.data or "").strip(),
        }
        tax_number = plain_digits(self.tax_number.data or "").replace(" ", "").replace("-", "")
        row = {
            "name": self.name.data,
            "category": self.category.data,
            "unit_code": self.unit_code.data,
            "address": self.address.data,
            "gate_count": self.gate_count.data,
            "tax_number": tax_number or None,
            "holds_code_of": self.holds_code_of.data,
            "is_on_ncovi": self.is_on_ncovi.data,
            "note": tidy(self.note.data or "") or None,
        }
        vault = current.vault()
        everything = json.dumps({**row, **contact}, sort_keys=True)
        return {
            **row,
            "digest": vault.blind_index("registration", everything),
            "contact_sealed": seal_contact(contact, registration_id),
            "phone_index": vault.blind_index(PHONE_SCHEME, phone),
            "has_email": bool(contact["email"]),
        }


def new_form(**known: Any) -> UnitForm:
    """Return an empty form under a new key."""
    return UnitForm(formdata=None, data={"key": uuid4().hex, **known})


def form_of(registration: Registration) -> UnitForm:
    """Return a form that holds what is stored of a unit, under a new key."""
    contact = open_contact(registration)
    return new_form(
        **{
            name: getattr(registration, name)
            for name in ("name", "category", "unit_code", "address", "gate_count")
        },
        **{
            name: getattr(registration, name)
            for name in ("tax_number", "holds_code_of", "is_on_ncovi", "note")
        },
        representative=contact.representative,
        title=contact.title,
        phone=contact.phone,
        email=contact.email,
    )


def changed_by(form: UnitForm, registration: Registration) -> list[str]:
    """Return the names of the fields that tell something else than what is stored."""
    before = form_of(registration)
    after = form.told(registration.registration_id)
    changed = [
        name
        for name in ("name", "category", "address", "gate_count", "tax_number", "holds_code_of")
        if (after[name] or None) != (getattr(registration, name) or None)
    ]
    changed += [name for name in ("note",) if (after[name] or None) != registration.note]
    changed += [name for name in ("is_on_ncovi",) if after[name] != registration.is_on_ncovi]
    names = ("representative", "title", "email")
    changed += [name for name in names if (form[name].data or "") != (before[name].data or "")]
    if after["phone_index"] != registration.phone_index:
        changed.append("phone")
    return changed


def seal_contact(contact: Mapping[str, str], registration_id: str) -> str:
    """Return whom to call, sealed for one registration."""
    told = {name: value for name, value in contact.items() if value}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return current.vault().seal(text, CONTACT_FIELD, registration_id)


def open_contact(registration: Registration) -> Contact:
    """Return whom to call at a unit; nobody where it was sealed by a key that is not here."""
    if registration.contact_sealed is None:
        return Contact()
    try:
        text = current.vault().open(
            registration.contact_sealed, CONTACT_FIELD, registration.registration_id
        )
    except Unsealable:
        return Contact()
    return Contact(**json.loads(text))


def round_now() -> str | None:
    """Return the intake round of what is received now, None where none has begun."""
    found = round_for(find_rounds(current.graph()), local_day(current.now()))
    return found.round_id if found else None


def communes() -> dict[str, list[tuple[str, str]]]:
    """Return the wards, communes and towns of today by their districts, for a form to offer."""
    return {
        "": [("", str(_("choose a ward or commune")))],
        **grouped(find_units(current.graph(), _today())),
    }


def grouped(units: list[Unit]) -> dict[str, list[tuple[str, str]]]:
    """Return the units of the lowest level by the names of those above, in Vietnamese order."""
    names = {unit.unit_code: unit.name or unit.unit_code for unit in units}
    found: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        if unit.level == _WARD:
            above = names.get(unit.parent_code or "", "")
            found.setdefault(above, []).append((unit.unit_code, names[unit.unit_code]))
    return {
        above: sorted(found[above], key=lambda one: sort_key(one[1]))
        for above in sorted(found, key=sort_key)
    }


def _today() -> Any:
    return local_day(current.now())
