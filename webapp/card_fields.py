"""What stands in one field of a card: a name, an address, a date of birth, a sex; pure."""

import re
from datetime import date
from typing import NamedTuple

from graph.limits import NAME_LENGTH, hidden_fault
from graph.names import fold, tidy
from webapp.language import N_

#: The fields of a BHYT card in their order, unless TRUYVET_BHYT_FIELDS tells another one.
BHYT_ORDER = ("number", "full_name", "birth", "sex", "address")
# R67 and R68.
LONGEST_NAME = 100
OLDEST_PERSON = 120
NO_SUCH_DAY = N_("The date of birth is no day of the calendar: check it.")
NO_SUCH_YEAR = N_("The year of birth cannot be right: write it.")

# No digit and no sign of a markup or query language stands in a name on a card.
_NAME = re.compile(r"[^\W\d_][^\d_<>{}\[\]()|\\/@#$%^&*+=~\"`;:!?]*")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_SEXES = {
    "male": frozenset({"nam", "male", "m", "1"}),
    "female": frozenset({"nu", "female", "f", "2"}),
}
# What stands for a digit that is not shown.
_HIDDEN_DIGITS = str.maketrans("•●xX#", "*****")
_DAY = r"(?P<day>[0-9*]{1,2})"
_MONTH = r"(?P<month>[0-9*]{1,2})"
_YEAR = r"(?P<year>[0-9]{4})"
_DATES = (
    re.compile(rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}"),
    re.compile(rf"{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}"),
    re.compile(rf"(?P<day>[0-9*]{{2}})(?P<month>[0-9*]{{2}}){_YEAR}"),
    re.compile(rf"(?:{_MONTH}[-/.])?{_YEAR}"),
)


class Birth(NamedTuple):
    """When somebody was born, as far as a card tells; `warnings` are of the catalogue."""

    year: int | None = None
    on: date | None = None
    warnings: tuple[str, ...] = ()


def read_name(text: str) -> str | None:
    """Return a name as it is stored, None where it cannot be a person's."""
    name = tidy(text)
    if len(name) > LONGEST_NAME or hidden_fault(name) or not _NAME.fullmatch(name):
        return None
    return name


def read_address(text: str) -> str | None:
    """Return an address as one line, None where there is none that can be stored."""
    address = tidy(text)
    is_one = 1 < len(address) <= NAME_LENGTH and not hidden_fault(address)
    return address if is_one else None


def read_birth(text: str, this_year: int) -> Birth:
    """Return year and day of a birth, in any of the forms of cards.

    Day and month may be masked or 00, as for somebody who knows the year alone.
    """
    written = text.translate(_HIDDEN_DIGITS)
    found = next(filter(None, (form.fullmatch(written) for form in _DATES)), None)
    if found is None:
        return Birth()
    told = found.groupdict()
    year, month, day = int(told["year"]), told.get("month") or "*", told.get("day") or "*"
    if not this_year - OLDEST_PERSON <= year <= this_year:
        return Birth(warnings=(NO_SUCH_YEAR,))
    if "*" in month + day or not (int(month) and int(day)):
        return Birth(year)
    try:
        return Birth(year, date(year, int(month), int(day)))
    except ValueError:
        return Birth(year, warnings=(NO_SUCH_DAY,))


def read_sex(text: str) -> str | None:
    """Return male or female for a word, or for the 1 and 2 of a code; None for all else."""
    word = fold(text)
    return next((sex for sex, words in _SEXES.items() if word in words), None)


def decoded(text: str) -> str:
    """Return what hexadecimal UTF-8 spells, "" where it spells nothing; anything else as it is."""
    if not _HEX.fullmatch(text):
        return text
    try:
        return bytes.fromhex(text).decode("utf-8")
    except UnicodeDecodeError:
        return ""
