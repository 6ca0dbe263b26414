"""What the cells of one row must be to each other; each check is pure and made for two columns.

A check takes the parsed row and returns the column at fault and why, or None.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

Reason = tuple[str, str]
Check = Callable[[Mapping[str, Any]], Reason | None]


def not_before(later: str, earlier: str, longest: timedelta | None = None) -> Check:
    """Return a check that one moment of a row is not before another, nor too long after it."""

    def check(row: Mapping[str, Any]) -> Reason | None:
        end, start = row[later], row[earlier]
        if end is None or start is None:
            return None
        if end < start:
            return later, f"before {earlier}"
        if longest is not None and end - start > longest:
            return later, f"more than {longest.days} days after {earlier}"
        return None

    return check


def after(later: str, earlier: str) -> Check:
    """Return a check that one moment of a row comes after another, where both are known."""

    def check(row: Mapping[str, Any]) -> Reason | None:
        end, start = row[later], row[earlier]
        if end is None or start is None or end > start:
            return None
        return later, f"not after {earlier}"

    return check


def different(second: str, first: str) -> Check:
    """Return a check that two columns of a row do not name the same thing."""

    def check(row: Mapping[str, Any]) -> Reason | None:
        return (second, f"the same as {first}") if row[second] == row[first] else None

    return check
