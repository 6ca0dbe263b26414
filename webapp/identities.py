"""Numbers of documents: what each kind looks like, what a number tells, and what contradicts it.

Sources: REQUIREMENTS R71, R72, R155, R165, R167. A personal identity number (CCCD) is the province
or country where the birth was registered (3 digits), century and sex (1), birth year (2) and six
random digits; it has no check digit (Decree 137/2015/NĐ-CP, article 13; codes: Circular
07/2016/TT-BCA). Numbers are text: their zeros stay.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from graph.periods import LOCAL_ZONE
from webapp.digits import plain_digits
from webapp.language import N_, _

LONGEST = 40
# The 63 provinces of 2004 to 2025. Those that were merged since keep their codes in numbers.
_PLACES = """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033
    034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066
    067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096
"""
PROVINCES = frozenset(re.findall(r"[0-9]{3}", _PLACES))
# From here on the first three digits are the country of somebody born abroad.
FIRST_COUNTRY = "100"

_SEPARATORS = re.compile(r"[\s.\-]+")
_SHAPES = {
    "cccd": re.compile(r"[0-9]{12}"),
    "cmnd": re.compile(r"[0-9]{9}"),
    "passport": re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}"),
    "bhyt": re.compile(r"[A-Z]{2}[0-9]{13}"),
    "bhxh": re.compile(r"[0-9]{10}"),
}
# What a bare number is taken for: ten digits could be a phone's or a BHXH number's, so neither.
_BARE = {
    "cccd": _SHAPES["cccd"],
    "cmnd": _SHAPES["cmnd"],
    "bhyt": _SHAPES["bhyt"],
    "passport": re.compile(r"[A-Z]{1,2}[0-9]{6,8}"),
}
WRONG_SHAPE = {
    "cccd": N_("A CCCD number has 12 digits: write all of them, zeros too."),
    "cmnd": N_("A CMND number has 9 digits: write all of them, zeros too."),
    "passport": N_("A passport number has 5 to 15 letters and digits, without marks."),
    "bhyt": N_("A BHYT number has two letters and 13 digits, or only its last ten digits."),
    "bhxh": N_("A BHXH number has 10 digits: write all of them, zeros too."),
}
NO_PROVINCE = N_("No province has the first three digits of the number: check them.")
NOT_BORN = N_("By its number this person is not born yet: check the digits.")
OTHER_SEX = N_("The number tells another sex: check both.")
OTHER_YEAR = N_("The number tells another year of birth: check both.")


class Told(NamedTuple):
    """What a personal identity number tells of its holder."""

    birth_year: int
    sex: str


def this_year() -> int:
    """Return the year on the clocks of Vietnam."""
    return datetime.now(UTC).astimezone(LOCAL_ZONE).year


def tidy_number(text: str) -> str:
    """Return a number as it is stored: capitals and plain digits, without spaces and dashes."""
    return _SEPARATORS.sub("", plain_digits(text)).upper()


def read_identity(kind: str, text: str) -> str:
    """Return the number of a document as it is stored.

    Args:
        kind: cccd, cmnd, passport, bhyt or bhxh.
        text: as it was typed, with spaces, dashes or digits of another script.

    Raises:
        ValueError: it cannot be such a number; the text says what to do, in the language of the
            request, and never holds the number.
    """
    number = tidy_number(text) if len(text) <= LONGEST else ""
    if fault := identity_fault(kind, number):
        raise ValueError(_(fault))
    return number


def read_insurance(text: str) -> tuple[tuple[str, str], ...]:
    """Return the schemes and numbers of what was typed as a health insurance number.

    One of 15 characters is BHYT, and its last ten digits are the holder's BHXH number, which is
    what is left when a card is renewed; ten digits are BHXH alone.

    Raises:
        ValueError: it is neither; the text says what to write.
    """
    number = tidy_number(text) if len(text) <= LONGEST else ""
    if _SHAPES["bhxh"].fullmatch(number):
        return (("bhxh", number),)
    if fault := identity_fault("bhyt", number):
        raise ValueError(_(fault))
    return insurance_of(number)


def insurance_of(bhyt: str) -> tuple[tuple[str, str], ...]:
    """Return the two schemes that a BHYT number of 15 characters stands for."""
    return (("bhyt", bhyt), ("bhxh", bhyt[-10:]))


def kind_of(number: str) -> str | None:
    """Return what a bare number is, by its shape; None where that leaves doubt."""
    return next((kind for kind, shape in _BARE.items() if shape.fullmatch(number)), None)


def is_shaped(kind: str, number: str) -> bool:
    """Return whether a number has the length and the characters of its kind."""
    return _SHAPES[kind].fullmatch(number) is not None


def identity_fault(kind: str, number: str, year: int | None = None) -> str | None:
    """Return why a number cannot be one of its kind, as a sentence of the catalogue, else None.

    Args:
        kind: cccd, cmnd, passport, bhyt or bhxh.
        number: as it is stored.
        year: this one, unless told otherwise.
    """
    if not is_shaped(kind, number):
        return WRONG_SHAPE[kind]
    if kind != "cccd":
        return None
    if not _has_place(number):
        return NO_PROVINCE
    if told_by(number).birth_year > (year or this_year()):
        return NOT_BORN
    return None


def told_by(cccd: str) -> Told:
    """Return what twelve digits tell: 0 and 1 are born in 19.., 2 and 3 in 20.., even is male."""
    century, sex = divmod(int(cccd[3]), 2)
    return Told(1900 + 100 * century + int(cccd[4:6]), "female" if sex else "male")


def find_contradictions(
    cccd: str, birth_year: int | None, sex: str | None, year: int | None = None
) -> Iterator[str]:
    """Yield what a personal identity number says otherwise than its card, as sentences.

    A number that no shape fits is not judged: it may come from anywhere.
    """
    if not is_shaped("cccd", cccd):
        return
    if fault := identity_fault("cccd", cccd, year):
        yield fault
    told = told_by(cccd)
    if sex in ("male", "female") and sex != told.sex:
        yield OTHER_SEX
    if birth_year is not None and birth_year != told.birth_year:
        yield OTHER_YEAR


def mask_number(number: str) -> str:
    """Return a number for a screen: only its last three characters, of five or more."""
    kept = number[-3:] if len(number) > 4 else ""
    return "•" * (len(number) - len(kept)) + kept


def _has_place(cccd: str) -> bool:
    place = cccd[:3]
    return place in PROVINCES or place >= FIRST_COUNTRY
