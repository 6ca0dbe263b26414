"""What a cell means: one function a kind of cell, each of which refuses without repeating it.

A cell is text from CSV and TSV; from XLSX and Parquet also a number, a date or a moment.
Every function takes one that is not empty (`is_empty`) and raises `Fault` if it cannot be
what its column says. Nothing is guessed: a time without an offset, a day that two countries
read differently, an identifier whose digits a spreadsheet rounded are refused.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from graph.limits import NAME_LENGTH, hidden_fault, identifier_fault

Parse = Callable[[Any], Any]

# Whole numbers above it are not exact in a spreadsheet, so digits of an id would be lost.
_EXACT_IN_A_SHEET = 2**53
_SPACES = " \u00a0"
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,][0-9]+)?"
    r" ?(Z|[+-](?:0[0-9]|1[0-4])(?::?[0-9]{2})?)"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class Fault(ValueError):
    """Why a cell cannot be what its column says; never the cell itself."""


def is_empty(cell: Any) -> bool:
    """Return whether a cell holds nothing, or nothing but spaces."""
    return cell is None or (type(cell) is str and not cell.strip(_SPACES))


def optional(parse: Parse) -> Parse:
    """Return a parser that takes an empty cell as not known, None."""

    def parse_if_given(cell: Any) -> Any:
        return None if is_empty(cell) else parse(cell)

    return parse_if_given


def identifier(cell: Any) -> str:
    """Return an opaque id: 1 to 64 visible characters, NFC, without outer spaces.

    A number of a spreadsheet is taken if it is whole and all its digits are there.
    """
    if type(cell) is not str:
        return _whole_number_as_text(cell)
    if identifier_fault(cell) is None and cell.isascii():
        if "E" in cell or "e" in cell:
            _refuse_rounded(cell)
        return cell
    text = unicodedata.normalize("NFC", cell.strip(_SPACES))
    if fault := identifier_fault(text):
        raise Fault(fault)
    _refuse_rounded(text)
    return text


def code(cell: Any) -> str:
    """Return a code whose zeros count, as of a unit; a number may have lost them."""
    if type(cell) is not str:
        raise Fault("a number, which may have lost its first zeros: format the column as text")
    return identifier(cell)


def text(cell: Any) -> str:
    """Return a name or another short text: NFC, single spaces, up to 200 characters."""
    if type(cell) is not str:
        cell = _whole_number_as_text(cell)
    if len(cell) > 4 * NAME_LENGTH:
        raise Fault(f"is longer than {NAME_LENGTH} characters")
    if fault := hidden_fault(cell):
        raise Fault(fault)
    plain = " ".join(unicodedata.normalize("NFC", cell).split())
    if not plain:
        raise Fault("is empty")
    if len(plain) > NAME_LENGTH:
        raise Fault(f"is longer than {NAME_LENGTH} characters")
    return plain


def instant(cell: Any) -> datetime:
    """Return a moment, in UTC and cut off to the second, from ISO 8601 with an offset.

    A moment without an offset is refused, and so is every moment of a spreadsheet, which
    has no offsets.
    """
    if type(cell) is str:
        moment = _read_instant(cell.strip(_SPACES))
    elif isinstance(cell, datetime) and cell.utcoffset() is not None:
        moment = cell
    else:
        raise Fault("not a time with an offset")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Fault(f"not between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment.astimezone(UTC).replace(microsecond=0)


def day(cell: Any) -> date:
    """Return a date from ISO 8601, 2021-06-24, or from a date cell of a spreadsheet."""
    if isinstance(cell, datetime):
        if cell.utcoffset() is not None or cell.time() != time():
            raise Fault("a moment where a date is wanted")
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _read_day(cell)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Fault(f"not between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return found


def integer(least: int, most: int) -> Parse:
    """Return a parser of whole numbers from `least` to `most`, both included."""

    def parse(cell: Any) -> int:
        written = cell if type(cell) is str else _whole_number_as_text(cell)
        if not _WHOLE.fullmatch(written.strip(_SPACES)):
            raise Fault("not a whole number")
        if not least <= int(written) <= most:
            raise Fault(f"not between {least} and {most}")
        return int(written)

    return parse


def decimal(least: float, most: float) -> Parse:
    """Return a parser of decimal numbers with a point, from `least` to `most`, both included."""

    def parse(cell: Any) -> float:
        if type(cell) is str:
            if not _DECIMAL.fullmatch(cell.strip(_SPACES)):
                raise Fault("not a number with a decimal point")
        elif type(cell) not in (int, float):
            raise Fault("not a number with a decimal point")
        number = float(cell)
        # Asked this way round, because neither bound compares with not-a-number.
        if not least <= number <= most:
            raise Fault(f"not between {least} and {most}")
        return number

    return parse


def codes(words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes that words of a choice stand for, in order."""
    return tuple(sorted(set(words.values())))


def choice(words: Mapping[str, str]) -> Parse:
    """Return a parser of words that stand for codes; case, marks and spaces do not matter.

    Args:
        words: the code of each word; a code is a word for itself.
    """
    by_word = {folded(word): found for word, found in words.items()}
    by_word |= {folded(found): found for found in words.values()}
    known = codes(words)
    # A long list would bury the reason; `truyvet import sources` names them all.
    told = ", ".join(known) if len(known) <= 6 else f"{len(known)} known codes"

    def parse(cell: Any) -> str:
        found = by_word.get(folded(cell)) if type(cell) is str else None
        if found is None:
            raise Fault(f"not one of {told}")
        return found

    return parse


def flag(cell: Any) -> bool:
    """Return whether a cell says yes, in English or Vietnamese, or as a spreadsheet's truth."""
    return cell if type(cell) is bool else _TRUTH(cell) == "yes"


def folded(words: str) -> str:
    """Return words as they are compared: no marks, case or underscores, đ as d, single spaces."""
    spread = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(plain.replace("_", " ").split())


def _read_instant(words: str) -> datetime:
    found = _INSTANT.fullmatch(words)
    if found is None:
        raise Fault("not a time with an offset")
    on, clock, seconds, offset = found.groups()
    try:
        return datetime.fromisoformat(f"{on}T{clock}{seconds or ''}{offset}")
    except ValueError:
        raise Fault("not a time with an offset") from None


def _read_day(cell: Any) -> date:
    if type(cell) is not str or not _DAY.fullmatch(cell.strip(_SPACES)):
        raise Fault("not a date as year-month-day, 2021-06-24")
    try:
        return date.fromisoformat(cell.strip(_SPACES))
    except ValueError:
        raise Fault("not a day of the calendar") from None


def _whole_number_as_text(cell: Any) -> str:
    if type(cell) not in (int, float):
        raise Fault("not text")
    # Asked this way round, because not-a-number is below nothing.
    if not abs(cell) < _EXACT_IN_A_SHEET:
        raise Fault("a number whose last digits are lost: format the column as text")
    if cell != int(cell):
        raise Fault("not a whole number")
    return str(int(cell))


def _refuse_rounded(words: str) -> None:
    if _ROUNDED.fullmatch(words):
        raise Fault("a number whose last digits are lost: format the column as text")


_TRUTH = choice({"có": "yes", "true": "yes", "không": "no", "false": "no"})
