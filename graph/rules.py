"""Tracing rules: dated, named data with their sources; pure.

A trace names the rule it ran by. The rule in force on the day of the trace applies
unless somebody picks another, or varies one, and then its name says what was varied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from graph.categories import CATEGORIES
from graph.errors import NotFound, Refused

Exits = Literal["recorded", "estimated", "latest"]
EXITS: tuple[Exits, ...] = get_args(Exits)
LONGEST_LEAST = timedelta(hours=24)
LONGEST_LATENT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TracingRule:
    """What counts as an exposure, from when to when a case infects, and what follows for contacts.

    Args:
        name: of the rule set; a varied one carries what was varied, `2021-07 least=15min`.
        in_force_from: the first local day on which it applies by itself.
        days_before: infectious from 00:00 local time, so many days before the anchor date:
            onset, else the first positive sample, else the day of confirmation, else of report.
        least: the shortest shared stay that counts, above zero.
        latent: how long after its exposure a contact begins to infect.
        exits: what ends a visit without a known exit: `recorded` leaves the visit out,
            `estimated` takes its category's typical stay, `latest` the latest possible moment.
        roll_up_zones: whether people in two zones of one venue share it.
        categories: codes of the venue categories that count.
        hops: how far a trace follows by itself.
        quarantine_days, monitoring_days: what a first contact is asked for, in whole days.
        backward_days: how many days before the anchor date, and that day itself, a case can
            have been infected: the incubation period (R119).
        source: where the figures come from; what no source states is marked (inferred).
    """

    name: str
    in_force_from: date
    days_before: int
    least: timedelta
    quarantine_days: int
    monitoring_days: int
    source: str
    latent: timedelta = timedelta(0)
    exits: Exits = "latest"
    roll_up_zones: bool = False
    categories: frozenset[str] = frozenset(CATEGORIES)
    hops: int = 2
    backward_days: int = 14

    def varied(
        self,
        *,
        least: timedelta | None = None,
        latent: timedelta | None = None,
        exits: str | None = None,
        roll_up_zones: bool | None = None,
    ) -> TracingRule:
        """Return this rule with some of its terms changed, and its name telling which.

        Raises:
            Refused: a term is out of bounds; `field` is its name.
        """
        changed: dict[str, object] = {}
        if least is not None and least != self.least:
            changed["least"] = _between("least", least, timedelta(seconds=1), LONGEST_LEAST)
        if latent is not None and latent != self.latent:
            changed["latent"] = _between("latent", latent, timedelta(0), LONGEST_LATENT)
        if exits is not None and exits != self.exits:
            if exits not in EXITS:
                raise Refused("exits", f"is none of {', '.join(EXITS)}")
            changed["exits"] = exits
        if roll_up_zones is not None and roll_up_zones != self.roll_up_zones:
            changed["roll_up_zones"] = roll_up_zones
        told = "".join(f" {field}={_shown(value)}" for field, value in changed.items())
        return replace(self, name=self.name + told, **changed)  # type: ignore[arg-type]


def _between(field: str, value: timedelta, least: timedelta, most: timedelta) -> timedelta:
    if not least <= value <= most:
        raise Refused(field, f"is outside {_shown(least)} to {_shown(most)}")
    if value % timedelta(seconds=1):
        raise Refused(field, "is not in whole seconds")
    return value


def _shown(value: object) -> str:
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 60}min" if seconds % 60 == 0 else f"{seconds}s"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# In the order in which they came into force. Source: REQUIREMENTS R115-R119.
RULES: tuple[TracingRule, ...] = (
    TracingRule(
        name="2020-12",
        in_force_from=date(2020, 12, 3),
        days_before=3,
        least=timedelta(minutes=1),
        quarantine_days=14,
        monitoring_days=0,
        source="QĐ 5053/QĐ-BYT, 3 Dec 2020: from 3 days before onset until isolation, within "
        "2 m; on visits any overlap of a minute in one zone (inferred); 14 days of quarantine "
        "(inferred)",
    ),
    TracingRule(
        name="2021-07",
        in_force_from=date(2021, 7, 14),
        days_before=3,
        least=timedelta(minutes=1),
        quarantine_days=14,
        monitoring_days=14,
        source="CV 5599/BYT-MT, 14 July 2021, and QĐ 3638/QĐ-BYT, 30 July 2021: window and "
        "distance as before; 14 days of quarantine and 14 of monitoring",
    ),
    TracingRule(
        name="2021-12",
        in_force_from=date(2021, 12, 29),
        days_before=2,
        least=timedelta(minutes=15),
        quarantine_days=7,
        monitoring_days=7,
        source="MoH notice of 29 Dec 2021 and CV 10696/BYT-MT, 16 Dec 2021: from 2 days before "
        "onset, or before the positive sample without symptoms; the same closed space for 15 "
        "minutes or more; 7 days of quarantine and 7 of monitoring for the vaccinated or recovered",
    ),
    TracingRule(
        name="2022-04",
        in_force_from=date(2022, 4, 15),
        days_before=2,
        least=timedelta(minutes=15),
        quarantine_days=0,
        monitoring_days=0,
        source="CV 1909/BYT-DP, 15 Apr 2022: contact as in December 2021, within 1 m; no "
        "quarantine of contacts; the infectious window as in December 2021 (inferred)",
    ),
)
_BY_NAME: Mapping[str, TracingRule] = {rule.name: rule for rule in RULES}


def get_rule(name: str) -> TracingRule:
    """Return the rule set of a name.

    Raises:
        NotFound: there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound("rule") from None


def rule_in_force(on: date) -> TracingRule:
    """Return the rule set in force on a local day; before the first one, the first."""
    in_force = [rule for rule in RULES if rule.in_force_from <= on]
    return in_force[-1] if in_force else RULES[0]
