"""Form fields that yield what the graph takes: ids, days, aware moments, rules."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import url_for
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import Choice
from wtforms.widgets import TextInput

from graph.errors import NotFound
from graph.limits import NAME_LENGTH, hidden_fault, identifier_fault
from graph.periods import LOCAL_ZONE
from graph.rules import RULES, TracingRule, get_rule
from webapp import current
from webapp.formats import day, local, local_second
from webapp.language import _

DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d")
MOMENT_FORMS = (
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
)
EARLIEST_YEAR = 1900


class TypedField(Field):
    """A line of text that stands for a value; what was typed stays when it stands for none."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing typed is None."""
        if not valuelist:
            return
        self.typed = valuelist[0].strip()
        self.data = None
        if self.typed:
            self.data = self.read(self.typed)

    def read(self, text: str) -> Any:
        """Return the value that a text stands for, or raise ValueError."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text that stands for a value."""
        raise NotImplementedError


class DayField(TypedField):
    """A local day, typed as 24/06/2021; yields a date."""

    def read(self, text: str) -> date:
        """Return the day; the day comes before the month."""
        return _first_that_fits(text, DAY_FORMS, _("Write the day as 24/06/2021.")).date()

    def write(self, value: date) -> str:
        """Return the day as it is typed."""
        return day(value)


class MomentField(TypedField):
    """A moment on Vietnamese clocks, typed as 24/06/2021 08:05; yields aware UTC."""

    def read(self, text: str) -> datetime:
        """Return the moment, aware UTC."""
        fault = _("Write day and time as 24/06/2021 08:05.")
        return _first_that_fits(text, MOMENT_FORMS, fault).astimezone(UTC)

    def write(self, value: datetime) -> str:
        """Return the moment as it is typed."""
        return local_second(value) if value.second else local(value)


class CountField(TypedField):
    """A count, typed in digits; yields an int."""

    def read(self, text: str) -> int:
        """Return the number; a longer one than nine digits counts nothing that we know."""
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(_("Write a whole number in digits."))
        return int(text)

    def write(self, value: int) -> str:
        """Return the number as it is typed."""
        return str(value)


class RuleField(SelectField):
    """A rule set by its name; yields the TracingRule."""

    data: TracingRule | None

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, coerce=_as_given, **options)

    def iter_choices(self) -> Iterator[Choice]:
        """Offer every rule set, the chosen one marked."""
        for rule in RULES:
            yield Choice(rule.name, rule.name, rule == self.data, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the rule set of the name sent; an unknown one is an error of this field."""
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = get_rule(valuelist[0])
        except NotFound:
            self.data = None
            raise ValueError(_("There is no such rule set. Choose one of the list.")) from None

    def pre_validate(self, _form: Any) -> None:
        """Nothing more to judge: the name was looked up."""


class IdField(StringField):
    """An opaque id; yields text that the graph takes as one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the id in NFC, as the importers do, without the spaces that copying brings along."""
        if valuelist:
            self.data = unicodedata.normalize("NFC", valuelist[0].strip())

    def pre_validate(self, _form: Any) -> None:
        """Refuse what cannot be an id."""
        if self.data and identifier_fault(self.data):
            raise ValidationError(
                _("An id has 1 to 64 visible characters and no space at its ends.")
            )


class UnitField(StringField):
    """An administrative unit as people call it; yields what was typed, which picking completes.

    Units are offered while somebody types, where there is script; without, what was typed is
    recognised as it is.
    """

    def __call__(self, **attributes: Any) -> Any:
        """Return the field, which says where units are asked for."""
        asked = {"data-feature": "unit-picker", "data-source": url_for("units.list")}
        return super().__call__(**{"autocomplete": "off", "maxlength": 120, **asked, **attributes})


class NameField(StringField):
    """A person's name as one line of text, spaces tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the name with single spaces."""
        if valuelist:
            self.data = re.sub(r"\s+", " ", valuelist[0]).strip()

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is too long, without a letter, or holds characters that nobody can see."""
        text = self.data or ""
        if len(text) > NAME_LENGTH:
            raise ValidationError(_("A name has at most 200 characters."))
        if hidden_fault(text):
            raise ValidationError(_("The name holds characters that cannot be seen."))
        if self.raw_data and self.raw_data[0] and not any(map(str.isalpha, text)):
            raise ValidationError(_("Write the name in letters."))


def not_later_than_now(_form: Any, field: Any) -> None:
    """Refuse a moment or a day that has not come."""
    value = field.data
    if value is None:
        return
    now = current.now()
    latest = now if isinstance(value, datetime) else now.astimezone(LOCAL_ZONE).date()
    if value > latest:
        raise ValidationError(_("This lies in the future. Write a time that has passed."))


def _first_that_fits(text: str, forms: Sequence[str], fault: str) -> datetime:
    for form in forms:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=LOCAL_ZONE)
        except ValueError:
            continue
        if found.year >= EARLIEST_YEAR:
            return found
    raise ValueError(fault)


def _as_given(value: Any) -> Any:
    return value
