"""The office that an officer acts for on registrations, and its area today."""

from graph.periods import local_day
from graph.registrations import Actor, Area, find_area
from webapp import current


def actor() -> Actor:
    """Return who acts: the officer, for the unit that the account is bound to."""
    account = current.officer()
    bound_on = local_day(account.bound_at)
    return Actor(account.role, account.unit_code, account.account_id, bound_on=bound_on)


def area(within: str | None = None) -> Area:
    """Return the office's area today; only what lies inside a unit too, where one is given."""
    return find_area(current.graph(), actor(), local_day(current.now()), within)
