"""Phone numbers: however they are written, one form (E.164), or one sentence on what to do.

Sources: REQUIREMENTS R73, R152; the plan of 2018 for mobiles with 11 digits (Decision
798/QĐ-BTTTT of the Ministry of Information and Communications) and of 2017 for area codes.
"""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from webapp.digits import plain_digits
from webapp.language import _

COUNTRY = "84"
LONGEST = 40
# What became of the prefixes of mobiles that had 11 digits until 2018, without their zeros:
# Viettel's; MobiFone's; VinaPhone's; Vietnamobile's and Gmobile's.
_PLAN_OF_2018 = """
    162:32 163:33 164:34 165:35 166:36 167:37 168:38 169:39
    120:70 121:79 122:77 126:76 128:78
    123:83 124:84 125:85 127:81 129:82
    186:56 188:58 199:59
"""
RENUMBERED: dict[str, str] = dict(re.findall(r"(\d+):(\d+)", _PLAN_OF_2018))
_OLD_MOBILE = re.compile(r"(1[0-9]{2})([0-9]{7})")
_MOBILE = re.compile(r"\+84[35789][0-9]{8}")
_COMMON_MOBILE = re.compile(r"(?:\+84|0)((?:3[2-9]|5[25689]|7[06-9]|8[1-689]|9[0-46-9])[0-9]{7})")
_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015\u2212\u00b7]+")
_NUMBER = re.compile(r"(\+|00)?([0-9]{5,16})")
_PERSONAL = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
    }
)


def read_phone(text: str) -> str:
    """Return a phone number as E.164, as +84912345678.

    Takes Vietnamese numbers with 0, 84, +84 or 0084 in front, mobiles without their zero, old
    mobiles of 11 digits, landlines, and foreign numbers that begin with + or 00.

    Raises:
        ValueError: it is none; the text says what to write, in the language of the request, and
            never holds the number.
    """
    written = _SEPARATORS.sub("", plain_digits(text)) if len(text) <= LONGEST else ""
    if common := _COMMON_MOBILE.fullmatch(written):
        # As nearly everybody writes it; the library would find the same in ten times the time.
        return f"+{COUNTRY}{common[1]}"
    found = _NUMBER.fullmatch(written)
    if found is None:
        raise ValueError(_("Write the phone number in digits, as 0912 345 678."))
    prefix, digits = found.groups()
    number = _parsed(_with_country(digits, is_whole=prefix is not None))
    if number is None:
        raise ValueError(
            _("There is no such phone number: check its digits. A foreign one begins with +.")
        )
    if phonenumbers.number_type(number) not in _PERSONAL:
        raise ValueError(_("This is the number of a service. Write one that a person answers."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_mobile(e164: str) -> bool:
    """Return whether a number in E.164 can be a mobile's, which gets messages."""
    if e164.startswith(f"+{COUNTRY}"):
        return _MOBILE.fullmatch(e164) is not None
    number = _parsed(e164.removeprefix("+"))
    return number is not None and phonenumbers.number_type(number) in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def mask_phone(e164: str) -> str:
    """Return a number for a screen, as 09•••••678; one from abroad as +66••••••678."""
    shown, hidden = f"0{e164[3:4]}", e164[4:]
    if not e164.startswith(f"+{COUNTRY}"):
        number = _parsed(e164.removeprefix("+"))
        shown = f"+{number.country_code}" if number else ""
        hidden = e164.removeprefix(shown) if shown else e164
    kept = hidden[-3:] if len(hidden) > 5 else ""
    return f"{shown}{'•' * (len(hidden) - len(kept))}{kept}"


def _with_country(digits: str, is_whole: bool) -> str:
    """Return a number with its country's code in front, Vietnam's where it tells none.

    Args:
        digits: what was written, without + or 00.
        is_whole: whether one of these was written, so that the country's code follows.
    """
    if is_whole and not digits.startswith(COUNTRY):
        return digits
    # 84 is a code only before a whole number: 84 123 4567 is 084 123 4567 without its zero.
    if is_whole or len(digits) > 10:
        digits = digits.removeprefix(COUNTRY)
    national = digits.removeprefix("0")
    if old := _OLD_MOBILE.fullmatch(national):
        prefix, rest = old.groups()
        national = RENUMBERED.get(prefix, prefix) + rest
    return COUNTRY + national


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    """Return a number with its country's code in front, None where no such number can exist."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
