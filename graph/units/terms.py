"""What is known of a unit: its terms, its successors, its other names; plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unit:
    """A city, district or ward in one term of it, `[valid_from, valid_until)`.

    None where a bound is not known, or what a bare code has not been told.
    """

    unit_code: str
    name: str | None
    level: str | None
    parent_code: str | None
    valid_from: date | None
    valid_until: date | None

    def holds(self, on: date) -> bool:
        """Say whether the unit stood like this on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of a unit on a day.

    Args:
        is_part: only a part of it went there.
        is_main: it stands for the unit where just one can; one of all that a unit went to.
    """

    unit_code: str
    successor_code: str
    effective_on: date
    is_part: bool
    is_main: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit, used from a day and until a day; None where no bound is known."""

    unit_code: str
    name: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """Records that name a code from a local day on and before another; None for no bound."""

    unit_code: str
    start: date | None
    end: date | None
