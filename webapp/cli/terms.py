"""By which rule set and as of when a question is asked: options that several commands share."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from graph.errors import Refused
from graph.periods import local_day
from graph.rules import EXITS, RULES, TracingRule, get_rule, rule_in_force
from importers.parse import Fault, instant
from webapp.cli.commands import option
from webapp.language import N_

RULE_NAMES = "|".join(rule.name for rule in RULES)
Function = TypeVar("Function", bound=Callable[..., Any])
OPTIONS = (
    option(
        "--rule",
        metavar=f"[{RULE_NAMES}]",
        help=N_("the rule set, else the one in force at --as-of"),
    ),
    option(
        "--least-minutes", type=int, metavar="N", help=N_("the shortest shared stay that counts")
    ),
    option(
        "--latent-hours",
        type=float,
        metavar="N",
        help=N_("how long after exposure a contact infects"),
    ),
    option("--exits", type=click.Choice(EXITS), help=N_("what ends a visit without a known exit")),
    option(
        "--zones",
        type=click.Choice(["together", "apart"]),
        help=N_("whether zones of one venue count as one place"),
    ),
    option("--as-of", metavar="TIME", help=N_("read only what was known at that time, else now")),
)


def with_terms(command: Function) -> Function:
    """Give a command the options of rule sets and moments, in their usual order."""
    for one in reversed(OPTIONS):
        command = one(command)
    return command


def asked_as_of(asked: Mapping[str, Any]) -> datetime:
    """Return as of when, else now.

    Raises:
        Refused: it is no moment, or to come.
    """
    as_of = datetime.now(UTC) if asked["as_of"] is None else asked_moment("as-of", asked["as_of"])
    if as_of > datetime.now(UTC):
        raise Refused("as-of", "is in the future")
    return as_of


def asked_rule(asked: Mapping[str, Any], as_of: datetime) -> TracingRule:
    """Return the rule set asked for, else the one in force at `as_of`, varied as asked.

    Raises:
        NotFound: there is no such rule set.
        Refused: a term is out of bounds.
    """
    rule = get_rule(asked["rule"]) if asked["rule"] else rule_in_force(local_day(as_of))
    return rule.varied(
        least=_length("least-minutes", minutes=asked["least_minutes"]),
        latent=_length("latent-hours", hours=asked["latent_hours"]),
        exits=asked["exits"],
        roll_up_zones=None if asked["zones"] is None else asked["zones"] == "together",
    )


def asked_moment(option_name: str, text: str) -> datetime:
    """Return the instant that was typed.

    Raises:
        Refused: it is none.
    """
    try:
        return instant(text)
    except Fault as fault:
        raise Refused(option_name, str(fault)) from None


def _length(option_name: str, **length: float | None) -> timedelta | None:
    try:
        given = {unit: number for unit, number in length.items() if number is not None}
        return timedelta(**given) if given else None
    except (OverflowError, ValueError):
        raise Refused(option_name, N_("is out of bounds")) from None
