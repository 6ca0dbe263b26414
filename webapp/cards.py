"""Cards of others: what a code that was not made here tells of its holder.

Sources: REQUIREMENTS R163-R167. Read are the national personal code of 2021 (Decision
1405/QĐ-BTTTT), the CCCD card with a chip, the health insurance card (BHYT) and bare numbers. What
is read is shown before it is stored and never printed again. The readers are tolerant of spaces,
missing and additional fields, and take nothing that a person could not see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from graph.limits import hidden_fault
from graph.names import tidy
from webapp import identities
from webapp.card_fields import (
    BHYT_ORDER,
    decoded,
    read_address,
    read_birth,
    read_name,
    read_sex,
)
from webapp.identities import (
    identity_fault,
    insurance_of,
    is_shaped,
    kind_of,
    mask_number,
    tidy_number,
)
from webapp.language import N_
from webapp.phones import mask_phone, read_phone

LONGEST = 2000
CANNOT_READ = N_("This card cannot be read here. Type the name and the number instead.")

Numbers = tuple[tuple[str, str], ...]

_MASKED = re.compile(r"[*•●#]|[xX]{3}")
_QID = re.compile(r"[0-9A-Za-z_-]{4,64}")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card tells; what it does not tell is None. It can be wrong: a person confirms it.

    `kind` is national, cccd, bhyt, or number for one that was typed. `identifiers` are schemes
    with numbers; where one person declared for another (`declared_for_other`) the identifiers
    are the other's, and `declarer` has those of who declared. `is_masked` tells that a number was
    not whole and is left out. `warnings` are sentences of the catalogue.
    """

    kind: str
    full_name: str | None = field(default=None, repr=False)
    birth_year: int | None = field(default=None, repr=False)
    birth_on: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    identifiers: Numbers = field(default=(), repr=False)
    declared_for_other: bool = False
    declarer: Numbers = field(default=(), repr=False)
    is_masked: bool = False
    warnings: tuple[str, ...] = ()


class _Details(NamedTuple):
    """The last field of a national code."""

    sex: str | None = None
    insurance: Numbers = ()
    phone: Numbers = ()
    declarer: Numbers = ()
    is_masked: bool = False


def read_card(
    text: str, year: int | None = None, bhyt_order: Sequence[str] = BHYT_ORDER
) -> Card | None:
    """Return what was scanned from a card or typed as a number; None where it is no such thing.

    Args:
        text: as the camera, the scanner or the keyboard gave it; at most 2,000 characters.
        year: this one, unless told otherwise.
        bhyt_order: which fields of a BHYT card are read, in order; others are named "-".
    """
    if len(text) > LONGEST:
        return None
    shown = tidy(text.strip("\ufeff \t\r\n"))
    if not shown or hidden_fault(shown):
        return None
    year = year or identities.this_year()
    fields = [part.strip() for part in shown.split("|")]
    if len(fields) == 1:
        card = _read_number(shown)
    else:
        card = (
            _read_chip_card(fields, year)
            or _read_national(fields, year)
            or _read_insurance_card(fields, year, bhyt_order)
        )
    return _judged(card, year) if card else None


def masked(card: Card) -> Card:
    """Return a card for a screen: the name stays, of each number only the end."""
    return replace(
        card,
        identifiers=tuple((scheme, _mask(scheme, text)) for scheme, text in card.identifiers),
        declarer=tuple((scheme, _mask(scheme, text)) for scheme, text in card.declarer),
        is_masked=True,
    )


def _read_number(text: str) -> Card | None:
    number = tidy_number(text)
    kind = kind_of(number)
    if kind is None:
        return None
    return Card("number", identifiers=_insurance(number) or ((kind, number),))


def _read_chip_card(fields: list[str], year: int) -> Card | None:
    """Read `CCCD|CMND or empty|name|birth|sex|address|issued`; cards of 2024 go on after it."""
    cccd = tidy_number(fields[0])
    # Some readers leave out the field of the CMND where it is empty.
    cmnd, rest = ("", fields[1:]) if read_name(fields[1]) else (fields[1], fields[2:])
    if not is_shaped("cccd", cccd) or len(rest) < 3:
        return None
    name, birth, sex = read_name(rest[0]), read_birth(rest[1], year), read_sex(rest[2])
    # A digit in the place of the sex is the kind of a national code.
    if name is None or rest[2].isdecimal() or (rest[2] and sex is None):
        return None
    old = (("cmnd", tidy_number(cmnd)),) if is_shaped("cmnd", tidy_number(cmnd)) else ()
    return Card(
        kind="cccd",
        full_name=name,
        birth_year=birth.year,
        birth_on=birth.on,
        sex=sex,
        address=read_address(rest[3]) if len(rest) > 3 else None,
        identifiers=(("cccd", cccd), *old),
        warnings=birth.warnings,
    )


def _read_national(fields: list[str], year: int) -> Card | None:
    """Read `number|NAME|yyyy-MM-dd|0 or 1|QID|details`; number and date may be masked."""
    if len(fields) < 4 or fields[3] not in ("0", "1"):
        return None
    name, document = read_name(fields[1]), _document(fields[0])
    if name is None or document is None:
        return None
    birth, is_for_other = read_birth(fields[2], year), fields[3] == "1"
    details = _read_details("|".join(fields[5:]))
    numbers = document + (_qid(fields[4]) if len(fields) > 4 else ()) + details.insurance
    return Card(
        kind="national",
        full_name=name,
        birth_year=birth.year,
        birth_on=birth.on,
        sex=details.sex,
        identifiers=numbers if is_for_other else numbers + details.phone,
        declared_for_other=is_for_other,
        # The phone is the one that made the code, so it is the declarer's.
        declarer=details.declarer + details.phone if is_for_other else (),
        is_masked=_is_masked(fields[0]) or details.is_masked,
        warnings=birth.warnings,
    )


def _read_details(text: str) -> _Details:
    """Read the details of a national code: `declarer's QID<sex<BHYT<phone<signature`.

    Codes of people who declared themselves begin with the sex: 0 (not told), 1 or 2.
    """
    parts = [part.strip() for part in re.split(r"[<|]", text)]
    at = next((place for place, part in enumerate(parts[:2]) if part in ("0", "1", "2")), None)
    if at is None:
        return _Details()
    bhyt, phone, *_signature = [*parts[at + 1 :], "", ""]
    return _Details(
        sex=read_sex(parts[at]),
        insurance=_insurance(bhyt),
        phone=_phone(phone),
        declarer=_qid(parts[0]) if at else (),
        is_masked=_is_masked(bhyt) or _is_masked(phone),
    )


def _read_insurance_card(fields: list[str], year: int, order: Sequence[str]) -> Card | None:
    """Read a BHYT card, whose name and address are hexadecimal UTF-8."""
    found = dict(zip(order, fields, strict=False))
    numbers = _insurance(found.get("number", ""))
    name = read_name(decoded(found.get("full_name", "")))
    if not numbers or name is None:
        return None
    birth = read_birth(found.get("birth", ""), year)
    return Card(
        kind="bhyt",
        full_name=name,
        birth_year=birth.year,
        birth_on=birth.on,
        sex=read_sex(found.get("sex", "")),
        address=read_address(decoded(found.get("address", ""))),
        identifiers=numbers,
        warnings=birth.warnings,
    )


def _judged(card: Card, year: int) -> Card:
    """Return a card with what its CCCD number contradicts; what only that tells is filled in."""
    cccd = dict(card.identifiers).get("cccd")
    if cccd is None:
        return card
    faults = tuple(identities.find_contradictions(cccd, card.birth_year, card.sex, year))
    judged = replace(card, warnings=card.warnings + faults)
    if identity_fault("cccd", cccd, year):
        return judged
    told = identities.told_by(cccd)
    return replace(judged, birth_year=card.birth_year or told.birth_year, sex=card.sex or told.sex)


def _document(text: str) -> Numbers | None:
    """Return the number of a document, () where it is masked or missing, None for nonsense."""
    number = tidy_number(text)
    if not number or _is_masked(text):
        return ()
    kinds = (kind for kind in ("cccd", "cmnd", "passport") if is_shaped(kind, number))
    return next((((kind, number),) for kind in kinds), None)


def _insurance(text: str) -> Numbers:
    number = tidy_number(text)
    if is_shaped("bhyt", number):
        return insurance_of(number)
    return (("bhxh", number),) if is_shaped("bhxh", number) else ()


def _phone(text: str) -> Numbers:
    try:
        return (("phone", read_phone(text)),)
    except ValueError:
        return ()


def _qid(text: str) -> Numbers:
    return (("qid", text),) if _QID.fullmatch(text) else ()


def _is_masked(text: str) -> bool:
    return _MASKED.search(text) is not None


def _mask(scheme: str, text: str) -> str:
    return mask_phone(text) if scheme == "phone" else mask_number(text)
