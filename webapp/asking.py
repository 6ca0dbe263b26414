"""How a question of tracing is asked on a page: about whom, by which rule set, as of when."""

import re
from datetime import datetime
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.widgets import TextArea

from graph.limits import identifier_fault
from graph.periods import local_day
from graph.rules import TracingRule, rule_in_force
from webapp import current
from webapp.fields import MomentField, RuleField, TypedField, not_later_than_now
from webapp.forms import GetForm
from webapp.language import _
from webapp.policy import may
from webapp.words import AS_RULE, EXITS, ZONES, choices

MOST_IDS = 200


class IdsField(TypedField):
    """Ids, one a line or between commas, or one a parameter of the address; yields a list."""

    widget = TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing typed is None, and an id given twice stands once."""
        super().process_formdata(["\n".join(valuelist)] if valuelist else valuelist)

    def read(self, text: str) -> list[str]:
        """Return the ids in the order in which they were typed."""
        ids = [part.strip() for part in re.split(r"[\n,;]", text)]
        found = list(dict.fromkeys(one for one in ids if one))
        if any(identifier_fault(one) for one in found):
            raise ValueError(_("An id has 1 to 64 visible characters and no space at its ends."))
        if len(found) > MOST_IDS:
            raise ValueError(_("Name at most %(count)d of them.", count=MOST_IDS))
        return found

    def write(self, value: list[str]) -> str:
        """Return the ids as they are typed."""
        return "\n".join(value)


class TermsForm(GetForm):
    """By which rule set and as of when; the terms of the rule set can be changed."""

    rule = RuleField(_l("Rule set"))
    as_of = MomentField(_l("As of"), [not_later_than_now])
    exits = SelectField(_l("Unknown check-outs"), choices=choices({**AS_RULE, **EXITS}), default="")
    zones = SelectField(_l("Zones"), choices=choices({**AS_RULE, **ZONES}), default="")

    def moment(self) -> datetime:
        """Return as of when: left empty it is now."""
        chosen: datetime | None = self.as_of.data
        return chosen or current.now()

    def chosen_rule(self) -> TracingRule:
        """Return the rule set picked, else the one in force then, with the terms changed here."""
        picked: TracingRule = self.rule.data or rule_in_force(local_day(self.moment()))
        self.rule.data = picked
        together = {"apart": False, "together": True}.get(self.zones.data)
        return picked.varied(exits=self.exits.data or None, roll_up_zones=together)

    def propose_rule(self) -> None:
        """Offer the rule set in force now where none was picked, as a page without answer does."""
        self.rule.data = self.rule.data or rule_in_force(local_day(current.now()))


def refuse_unseen(endpoint: str, argument: str, ids: list[str]) -> None:
    """Answer 404 if this officer may not open one of the objects that an address names."""
    if not all(may(current.account(), endpoint, {argument: one}) for one in ids):
        abort(404)


def fault_of(form: GetForm, field: str, sentence: str) -> None:
    """Say at a field why the question cannot be answered."""
    found: Any = form[field]
    found.errors = [*found.errors, sentence]
