"""What the desk of an office is asked: which registrations it lists, and what is done to them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SearchField, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length

from graph.limits import NAME_LENGTH, hidden_fault, identifier_fault
from graph.registrations import Actor, DeskFilter, Evidence, find_rounds
from graph.registrations.desks import SHOWS, TODO
from graph.registrations.workflow import STATES, find_turns
from webapp import current
from webapp.fields import DayField
from webapp.forms import GetForm, PostForm
from webapp.language import _
from webapp.registration_forms import CommuneField, LineField, kinds, named_kinds
from webapp.words import EXCLUSION_BASES, REGISTRATION_GROUPS, REGISTRATION_STATES, choices

#: Several states under one word.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "intake": ("draft", "submitted", "needs_correction"),
    "out": ("excluded", "duplicate", "rejected"),
    "stopped": ("suspended", "closed"),
}
REASON_LENGTH = 500
PASS_ON = "pass_on"  # noqa: S105 - a step, no password


def states() -> list[tuple[str, Any]]:
    """Return what the filter of states offers."""
    each = [(code, word) for code, (_style, _shape, word) in REGISTRATION_STATES.items()]
    return [("", _("every state")), *REGISTRATION_GROUPS.items(), *each]


def rounds() -> list[tuple[str, Any]]:
    """Return what the filter of rounds offers."""
    found = find_rounds(current.graph())
    return [("", _("every round")), *((one.round_id, one.name) for one in found)]


class DeskForm(GetForm):
    """Which registrations a desk lists; all of it stands in the address, nothing personal."""

    show = HiddenField(default=TODO)
    text = SearchField(_l("Name, address or tax number"), [Length(max=NAME_LENGTH)], default="")
    state = SelectField(_l("State"), choices=states, default="")
    category = SelectField(
        _l("Kind"), choices=lambda: [("", _("every kind")), *named_kinds()], default=""
    )
    round_id = SelectField(_l("Intake round"), choices=rounds, default="")
    unit = HiddenField(default="")

    def validate_show(self, field: Any) -> None:
        """Take what a desk has for lists."""
        if field.data not in SHOWS:
            raise ValidationError(_("Choose one of the list."))

    def validate_unit(self, field: Any) -> None:
        """Take what can be a unit's code."""
        if field.data and identifier_fault(field.data):
            raise ValidationError(_("Choose one of the list."))

    def asked(self) -> DeskFilter:
        """Return the filter that the fields stand for."""
        state = self.state.data or ""
        return DeskFilter(
            show=self.show.data,
            states=GROUPS.get(state, (state,) if state else ()),
            category=self.category.data or None,
            round_id=self.round_id.data or None,
            text=self.text.data or "",
        )


class FunnelForm(GetForm):
    """Whose registrations are counted, and how they are put together."""

    by = SelectField(
        _l("One row for each"),
        choices=lambda: [
            ("unit", _("ward, commune or town")),
            ("kind", _("kind of unit")),
            ("both", _("ward and kind")),
        ],
        default="unit",
    )
    category = SelectField(
        _l("Kind"), choices=lambda: [("", _("every kind")), *named_kinds()], default=""
    )
    round_id = SelectField(_l("Intake round"), choices=rounds, default="")


class MoveForm(PostForm):
    """Where registrations are to go, and what is to be told of it; which ones stand beside it.

    `key` is the sender's: pressed twice it is done once. `next` is the page to come back to.
    """

    key = HiddenField()
    to = HiddenField()
    next = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=REASON_LENGTH)])
    letter = LineField(_l("Letter that it rests on"))
    basis = SelectField(
        _l("Why it is excluded"), choices=choices(EXCLUSION_BASES), default="own_code"
    )
    issuer = LineField(_l("Office that gave the code"))
    issued_code = LineField(_l("Code or number"))
    issued_on = DayField(_l("Given on"))
    same_as = SelectField(_l("Repeats the unit"), choices=[], default="")
    unit_code = CommuneField(_l("Ward, commune or town"))
    category = SelectField(
        _l("Kind of unit"), choices=lambda: [("", _("as it is")), *kinds()[1:]], default=""
    )

    def shown(self) -> list[str]:
        """Return the names of the fields that this step asks for."""
        to = self.to.data
        if to == PASS_ON:
            return ["unit_code", "category", "reason"]
        if to == "excluded":
            return ["basis", "issuer", "issued_code", "issued_on", "letter", "reason"]
        if to == "duplicate":
            return ["same_as", "reason"]
        return ["reason", "letter"]

    def keep_shown(self) -> None:
        """Leave out what this step does not ask for."""
        shown = {*self.shown(), "key", "to", "next", "csrf_token"}
        for name in [name for name in self._fields if name not in shown]:
            del self[name]

    def validate_reason(self, field: Any) -> None:
        """Ask for a reason, except where a unit is only passed on."""
        text = " ".join((field.data or "").split())
        if not text and self.to.data != PASS_ON:
            raise ValidationError(_("Write the reason: the unit and the next office read it."))
        if hidden_fault(text):
            raise ValidationError(_("This holds characters that cannot be seen."))

    def validate_unit_code(self, field: Any) -> None:
        """Ask for a commune."""
        if not field.data:
            raise ValidationError(_("Choose a ward, commune or town."))

    def evidence(self) -> Evidence:
        """Return what the step rests on."""
        names = ("letter", "basis", "issuer", "issued_code", "issued_on", "same_as")
        return Evidence(**{name: self[name].data or None for name in names if name in self})


def is_asked_for(to_state: str) -> bool:
    """Say whether a move is told something before it is made."""
    return to_state == PASS_ON or (to_state in STATES and STATES[to_state].needs_reason)


def is_taken_in(actor: Actor) -> bool:
    """Say whether an office takes units in, and so passes them on."""
    return any(turn.state == "submitted" for turn in find_turns(actor.role))
