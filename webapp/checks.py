"""The checks of data in words: what each is called, what it means, what is wrong in a row."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from webapp.language import N_


class CheckWords(NamedTuple):
    """A check as people read it; English, for `_`."""

    title: str
    meaning: str


CHECK_WORDS: Mapping[str, CheckWords] = MappingProxyType(
    {
        "contacts_before_case": CheckWords(
            N_("Contacts ill before their case"),
            N_(
                "A case can have exposed another one, yet that one fell ill first. Either the "
                "infection went the other way, or one of the two onset dates is wrong."
            ),
        ),
        "impossible_gaps": CheckWords(
            N_("Dates that do not fit together"),
            N_(
                "A date of the case lies before one that must come first, so far from it that "
                "they cannot belong to one illness, or after the report that states it."
            ),
        ),
        "missing_dates": CheckWords(
            N_("Missing dates"),
            N_(
                "Without onset and sample date the infectious window is guessed; without the "
                "confirmation the one-hour clock does not run."
            ),
        ),
        "cases_without_contacts": CheckWords(
            N_("Cases without contacts"),
            N_(
                "A confirmed case exposed nobody who is known: its visits and meetings in the "
                "infectious window are missing, or nobody else was there."
            ),
        ),
        "unlisted_cases": CheckWords(
            N_("Cases that were never listed as contacts"),
            N_(
                "No other known case had exposed this one before it was confirmed: its source is "
                "not known."
            ),
        ),
        "visits_at_once": CheckWords(
            N_("In two places at once"),
            N_(
                "Two visits of one person overlap by more than 5 minutes, or the way between "
                "them would have to be travelled faster than 120 km/h. Known check-outs only."
            ),
        ),
        "overlong_visits": CheckWords(
            N_("Visits that are too long"),
            N_("A visit lasted longer than anybody stays at a venue of this kind."),
        ),
        "skewed_visits": CheckWords(
            N_("Visits ahead of their record"),
            N_(
                "An arrival or check-out lies more than 5 minutes after the moment at which it "
                "was recorded: a clock is wrong, or a date was mistyped."
            ),
        ),
        "implausible_check_ins": CheckWords(
            N_("Check-ins that are hard to believe"),
            N_(
                "Stored like all others, because a wrong clock is no lie. None of them leads to a "
                "notice before somebody has looked at it."
            ),
        ),
    }
)
GAPS: Mapping[str, str] = MappingProxyType(
    {
        "confirmed_before_sample": N_("confirmed before the sample"),
        "sampled_long_before_onset": N_("sample more than 14 days before onset"),
        "sampled_long_after_onset": N_("sample more than 30 days after onset"),
        "confirmed_long_after_sample": N_("confirmed more than 14 days after the sample"),
        "isolated_long_before": N_("isolated more than 21 days before onset or sample"),
        "later_than_its_report": N_("a date after the report that states it"),
    }
)
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "anchor": N_("neither onset nor sample date"),
        "confirmed_at": N_("when it was confirmed"),
    }
)
