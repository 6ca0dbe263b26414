"""How values are written on pages: Vietnamese time, day before month, 24 hours."""

from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.routing import BaseConverter, ValidationError

from graph.categories import CATEGORIES, UNKNOWN
from graph.limits import identifier_fault
from graph.periods import LOCAL_ZONE
from graph.venues import Venue
from webapp.language import _
from webapp.units import unit_words

#: What a browser or proxy would read in an address instead of passing it on.
_ESCAPES = {"~": "~7E", "/": "~2F", "\\": "~5C"}
_DOTS = {".": "~2E", "..": "~2E~2E"}


class IdConverter(BaseConverter):
    """An id as one part of an address, slashes and dots included; what cannot be an id is 404."""

    def to_python(self, value: str) -> str:
        """Return the id that a part of an address stands for."""
        for character, written in (*_ESCAPES.items(), (".", "~2E")):
            if character != "~":
                value = value.replace(written, character)
        text = value.replace("~7E", "~")
        if identifier_fault(text):
            raise ValidationError
        return text

    def to_url(self, value: Any) -> str:
        """Return the part of an address for an id."""
        text = str(value)
        escaped = _DOTS.get(text) or "".join(_ESCAPES.get(one, one) for one in text)
        return super().to_url(escaped)


def local(instant: datetime) -> str:
    """Return an instant as 24/06/2021 08:05, Vietnamese time."""
    return instant.astimezone(LOCAL_ZONE).strftime("%d/%m/%Y %H:%M")


def local_second(instant: datetime) -> str:
    """Return an instant as 24/06/2021 08:05:30, as a field takes it."""
    return instant.astimezone(LOCAL_ZONE).strftime("%d/%m/%Y %H:%M:%S")


def day(value: date) -> str:
    """Return a day as 24/06/2021."""
    return value.strftime("%d/%m/%Y")


def clock(instant: datetime) -> str:
    """Return the time of day as 08:05, Vietnamese time."""
    return instant.astimezone(LOCAL_ZONE).strftime("%H:%M")


def moment(value: datetime | date | None) -> Markup:
    """Return an instant or a day as a time element; a dash where nothing is known."""
    if value is None:
        return unknown()
    if isinstance(value, datetime):
        machine, text = value.astimezone(LOCAL_ZONE).isoformat(timespec="seconds"), local(value)
    else:
        machine, text = value.isoformat(), day(value)
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


def span(start: datetime, end: datetime | None) -> Markup:
    """Return a stay: the day once where it is one day, as 24/06/2021 08:05–09:00."""
    if end is None:
        return Markup("{} –").format(moment(start))
    first, last = (one.astimezone(LOCAL_ZONE) for one in (start, end))
    shown = clock(end) if first.date() == last.date() else local(end)
    closing = Markup('<time datetime="{}">{}</time>').format(
        last.isoformat(timespec="seconds"), shown
    )
    return Markup("{}–{}").format(moment(start), closing)


def unknown() -> Markup:
    """Return the dash that stands for what is not known, with its word for screen readers."""
    dash = Markup('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>')
    return dash.format(_("not known"))


def number(value: float) -> str:
    """Return a number as 1.234 and 12,5 in Vietnamese, 1,234 and 12.5 in English."""
    return str(format_decimal(value, locale=get_locale() or "vi"))


def category(code: str | None) -> str:
    """Return the word for a kind of venue in the language of the page."""
    kind = CATEGORIES.get(code or UNKNOWN, CATEGORIES[UNKNOWN])
    return kind.vi if str(get_locale()) == "vi" else kind.en


def place_of(venue: Venue) -> str:
    """Return where a venue is, as a visitor knows it: its whole, and its unit or its kind."""
    unit = unit_words(venue.unit_code, venue.unit_name, venue.listed_at)
    unit = unit or category(venue.category)
    return f"{venue.part_of_name}. {unit}" if venue.part_of_name else unit


def given_name(full_name: str | None) -> str:
    """Return the given name alone, the last word in Vietnamese: enough to know oneself by."""
    return (full_name or "").split(" ")[-1]


def init_app(app: Flask) -> None:
    """Give templates these filters, and routes the converter `id`."""
    app.url_map.converters["id"] = IdConverter
    for write in (local, local_second, day, clock, moment, number, category, given_name, place_of):
        app.add_template_filter(write)
    app.add_template_global(span)
    app.add_template_global(unknown)
