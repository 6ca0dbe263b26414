"""What a check-in may say, as one contract for the form, the API, the gate and paper (R67 to R85).

Who came is checked here, whichever way it was told; a fault names its field and says what to
write. Reasons are texts of the catalogue and never repeat what was sent.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from graph.errors import Refused
from graph.limits import hidden_fault
from graph.names import fold, tidy
from graph.periods import LOCAL_ZONE
from webapp.consent import consent_of
from webapp.identities import read_identity, read_insurance
from webapp.language import N_
from webapp.phones import read_phone
from webapp.questions import QUESTIONS, risk_of

FORM_VERSION = "1"
NAME_LENGTH = 100
LINE_LENGTH = 200
OLDEST_PERSON = 120
#: The forms that can be filled in (R64), and which are on by default.
KINDS = ("place", "population", "movement", "entry", "isolation")
KINDS_OPEN = frozenset({"place", "population", "movement"})
#: Why somebody declares for another (R58).
REASONS = ("no_phone", "child", "elderly", "disabled")
ID_KINDS = ("cccd", "cmnd", "passport")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_PLATE = re.compile(r"[0-9A-Z.\- ]{1,20}")

YEAR_WANTED = N_("Write the year with four digits, as 1980.")


def fault(reason: str) -> PydanticCustomError:
    """Return what a validator raises: a reason of the catalogue."""
    return PydanticCustomError("reason", reason)


def _line(text: str) -> str:
    """Return a line of text as it is stored: NFC, single spaces, nothing that nobody sees."""
    tidied = tidy(text)
    if hidden_fault(tidied):
        raise fault(N_("This holds characters that cannot be seen. Type it anew."))
    return unicodedata.normalize("NFC", tidied)


def _name(text: str) -> str:
    if not any(map(str.isalpha, text)):
        raise fault(N_("Write the name in letters."))
    return text


def _phone(text: str) -> str:
    try:
        return read_phone(text)
    except ValueError as wrong:
        raise fault(str(wrong)) from None


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise fault(N_("Write the e-mail address as name@example.vn."))
    return text


def _bhyt(text: str) -> str:
    try:
        return read_insurance(text)[0][1]
    except ValueError as wrong:
        raise fault(str(wrong)) from None


def _consent(text_hash: str) -> str:
    if consent_of(text_hash) is None:
        raise fault(N_("Read the statement and tick that you agree."))
    return text_hash


Line = Annotated[str, Field(max_length=LINE_LENGTH), AfterValidator(_line)]
Name = Annotated[
    str, Field(min_length=1, max_length=NAME_LENGTH), AfterValidator(_line), AfterValidator(_name)
]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]


class Contract(BaseModel):
    """What all parts share: nothing unknown is taken, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class PersonGiven(Contract):
    """Who came (R67 to R76)."""

    full_name: Name
    birth: Annotated[str, Field(max_length=10)]
    sex: Literal["male", "female", "other"]
    nationality: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "VN"
    phone: Phone | None = None
    email: Annotated[Line, AfterValidator(_email)] | None = None
    id_kind: Literal["cccd", "cmnd", "passport"] | None = None
    id_number: Annotated[str, Field(max_length=20)] | None = None
    bhyt: Annotated[str, Field(max_length=20), AfterValidator(_bhyt)] | None = None
    unit_code: Annotated[str, Field(pattern="^[0-9]{2,8}$")] | None = None
    # As it was typed; a unit_code if one is recognised in it, else a part of the address.
    unit: Line | None = None
    street: Line | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        year, _born_on = _read_birth(self.birth)
        this_year = datetime.now(LOCAL_ZONE).year
        if not this_year - OLDEST_PERSON <= year <= this_year:
            raise _of_field("birth", YEAR_WANTED)
        if (self.id_kind is None) != (self.id_number is None):
            raise _of_field("id_number", N_("Choose the kind of paper and write its number."))
        try:
            self.identifiers  # noqa: B018 - reading them finds what is wrong with them
        except ValueError as wrong:
            raise _of_field("id_number", str(wrong)) from None
        return self

    @cached_property
    def identifiers(self) -> tuple[tuple[str, str], ...]:
        """Schemes with numbers as they are stored: phone, insurance, the paper's own."""
        found: list[tuple[str, str]] = []
        if self.phone:
            found.append(("phone", self.phone))
        if self.bhyt:
            found += read_insurance(self.bhyt)
        if self.id_kind and self.id_number:
            found.append((self.id_kind, read_identity(self.id_kind, self.id_number)))
        return tuple(found)

    @property
    def birth_year(self) -> int:
        """The year of birth, which is always known."""
        return _read_birth(self.birth)[0]

    @cached_property
    def name_key(self) -> str:
        """The key under which all spellings of the name meet."""
        return fold(self.full_name)


class DeclarationGiven(Contract):
    """What somebody declares: yes or no to each question, and that it is true."""

    answers: Mapping[str, bool]
    consent: Annotated[str, Field(max_length=64), AfterValidator(_consent)]
    kind: Literal["place", "population", "movement", "entry", "isolation"] = "place"
    travelled_to: Line | None = None
    vehicle: Line | None = None
    plate: Annotated[str, Field(max_length=20)] | None = None
    seat: Annotated[str, Field(max_length=10)] | None = None
    from_unit: Line | None = None
    to_unit: Line | None = None
    moved_on: Annotated[str, Field(max_length=10)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        for question in QUESTIONS:
            if question.code not in self.answers:
                raise _of_field(question.code, N_("Answer yes or no."))
        if len(self.answers) > len(QUESTIONS):
            raise _of_field("answers", N_("This question is not asked."))
        if self.answers["travelled"] and not self.travelled_to:
            raise _of_field("travelled_to", N_("Write where you have been."))
        if self.kind not in KINDS_OPEN:
            raise _of_field("kind", N_("This form is not open."))
        if self.kind == "movement":
            self._check_movement()
        return self

    def _check_movement(self) -> None:
        for name in ("vehicle", "from_unit", "to_unit", "moved_on"):
            if not getattr(self, name):
                raise _of_field(name, N_("This is needed for a journey."))
        if _read_day(self.moved_on or "") is None:
            raise _of_field("moved_on", N_("Write the day as 24/06/2021."))
        if self.plate and not _PLATE.fullmatch(self.plate.upper()):
            raise _of_field("plate", N_("Write the plate in letters and digits, as 51A-123.45."))

    @property
    def risk(self) -> str:
        """What the answers mean at the gate: go, wait or stop."""
        return risk_of(self.answers)


class OnBehalfGiven(Contract):
    """Who declares for another, and why (R58, R84)."""

    declarer_name: Name
    declarer_phone: Phone | None = None
    reason: Literal["no_phone", "child", "elderly", "disabled"]


def faults_of(wrong: ValidationError) -> dict[str, str]:
    """Return the reason of each field that is at fault, as texts of the catalogue, in order."""
    found: dict[str, str] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        context = error.get("ctx") or {}
        place = [str(part) for part in error["loc"] if not isinstance(part, int)]
        field = str(context.get("field") or (place[-1] if place else "body"))
        found.setdefault(field, _reason(error["type"], error["msg"], context))
    return found


def first_fault_of(wrong: ValidationError) -> Refused:
    """Return the first fault, as what a caller without a form is told."""
    field, reason = next(iter(faults_of(wrong).items()))
    return Refused(field, reason)


#: What pydantic finds by itself, in words.
_REASONS: Mapping[str, str] = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This is needed."),
    "string_too_long": N_("This is too long. Shorten it."),
    "extra_forbidden": N_("This is not asked for here."),
    "literal_error": N_("Choose one of those on the form."),
    "string_pattern_mismatch": N_("This is not one of the codes in use."),
    "bool_type": N_("Answer yes or no."),
    "string_type": N_("This must be text."),
    "string_unicode": N_("This holds characters that cannot be read."),
}
_OTHERWISE = N_("This cannot be taken as it is.")


def _reason(kind: str, told: str, context: Mapping[str, Any]) -> str:
    if kind == "reason":
        return str(context.get("reason") or told)
    return _REASONS.get(kind, _OTHERWISE)


def _of_field(field: str, reason: str) -> PydanticCustomError:
    """Return a fault of one field that shows when the whole is looked at."""
    return PydanticCustomError("reason", reason, {"field": field, "reason": reason})


def _read_birth(text: str) -> tuple[int, date | None]:
    if re.fullmatch(r"[0-9]{4}", text):
        return int(text), None
    born_on = _read_day(text)
    if born_on is None or born_on > datetime.now(LOCAL_ZONE).date():
        raise _of_field("birth", YEAR_WANTED)
    return born_on.year, born_on


def _read_day(text: str) -> date | None:
    if not text.isascii():
        # Digits of other scripts would be read, and stored as they are.
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=LOCAL_ZONE).date()
        except ValueError:
            continue
    return None
