"""The one-hour clock of a case: from its confirmation to the list of its contacts (R125); pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from graph.cases import Case

# Source: the city's goal of July 2021, R125; the alarm (inferred).
GOAL = timedelta(minutes=60)
ALARM = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long ago a case was confirmed; aware UTC, whole seconds.

    `state` is `running`, from 45 minutes on `alarm`, and from 60 on `over`.
    """

    confirmed_at: datetime
    elapsed: timedelta
    state: Literal["running", "alarm", "over"]

    @property
    def minutes(self) -> int:
        """Return the whole minutes since the confirmation."""
        return int(self.elapsed.total_seconds()) // 60

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes until the hour is over, none once it is."""
        return max(0, int((GOAL - self.elapsed).total_seconds()) // 60)


def read_clock(case: Case, as_of: datetime) -> Clock | None:
    """Return the clock of a case at a moment, None where it was not confirmed by then."""
    if case.classification != "confirmed" or case.confirmed_at is None:
        return None
    elapsed = as_of - case.confirmed_at
    if elapsed < timedelta(0):
        return None
    state: Literal["running", "alarm", "over"] = "running"
    if elapsed >= ALARM:
        state = "over" if elapsed >= GOAL else "alarm"
    return Clock(case.confirmed_at, elapsed, state)
