"""The kinds of venues (REQUIREMENTS R4), and how long people stay in them; data, pure."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib.resources import files
from types import MappingProxyType

from graph.periods import day_bounds, local_day


@dataclass(frozen=True, slots=True)
class VenueCategory:
    """One kind of venue.

    Args:
        code: stable, in English; vi, en: the names that pages show.
        typical_stay: taken for a visit whose exit is not known (R56; figures inferred).
        longest_stay: no such visit lasts longer.
        is_overnight: whether people stay past midnight; elsewhere a visit ends with the day.
        usual_from, usual_until: the local minutes of the day, end excluded, in which people come
            (inferred); a check-in outside of them is flagged (R199).
    """

    code: str
    vi: str
    en: str
    typical_stay: timedelta
    longest_stay: timedelta
    is_overnight: bool
    usual_from: int
    usual_until: int

    def is_usual(self, clock: time) -> bool:
        """Say whether people come in at a time of the local day."""
        return self.usual_from <= clock.hour * 60 + clock.minute < self.usual_until

    def estimate_exit(self, arrived_at: datetime) -> tuple[datetime, datetime]:
        """Return when somebody who arrived then is expected to leave, and leaves at the latest."""
        left_by = arrived_at + self.longest_stay
        if not self.is_overnight:
            midnight = day_bounds(local_day(arrived_at)).end
            left_by = min(left_by, midnight) if midnight else left_by
        return min(arrived_at + self.typical_stay, left_by), left_by


def _minutes(clock: str) -> int:
    """Return how many minutes after midnight 08:30 is; 24:00 is the end of the day."""
    hours, _colon, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _load() -> Mapping[str, VenueCategory]:
    text = files("graph").joinpath("venue_categories.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["code"]: VenueCategory(
                code=row["code"],
                vi=row["vi"],
                en=row["en"],
                typical_stay=timedelta(minutes=int(row["typical_minutes"])),
                longest_stay=timedelta(minutes=int(row["longest_minutes"])),
                is_overnight=row["is_overnight"] == "yes",
                usual_from=_minutes(row["usual_from"]),
                usual_until=_minutes(row["usual_until"]),
            )
            for row in csv.DictReader(text.splitlines())
        }
    )


CATEGORIES = _load()
UNKNOWN = "unknown"
