"""A case's infectious period and milestones on one line of days: pure, positions in per cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from graph.periods import LOCAL_ZONE, Period, local_day, local_midnight

ONE_DAY = timedelta(days=1)
MILESTONES: Sequence[tuple[str, Any]] = (
    ("onset_on", _l("Onset date")),
    ("sampled_on", _l("Sample date")),
    ("confirmed_at", _l("Confirmed")),
    ("isolated_at", _l("Isolation")),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A milestone: its word, its moment or day, and where it lies, 0 to 100 from the left."""

    word: Any
    at: date | datetime
    place: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing: its first and last local day, the period's bar, the milestones by time."""

    first: date
    last: date
    bar_from: float
    bar_until: float
    is_open: bool
    points: tuple[Point, ...]


def draw(case: Any, period: Period, as_of: datetime) -> Timeline:
    """Return where everything lies, with a day of air at both ends.

    A period without an end runs to `as_of` and is marked open. A milestone that is a day
    lies at its noon.
    """
    told: Mapping[str, date | datetime] = {
        field: value for field, _word in MILESTONES if (value := getattr(case, field)) is not None
    }
    until = period.end or max(as_of, period.start)
    moments = [period.start, until, *map(_moment, told.values())]
    start = local_midnight(local_day(min(moments)) - ONE_DAY)
    end = local_midnight(local_day(max(moments)) + 2 * ONE_DAY)

    def place(moment: datetime) -> float:
        return round(100 * ((moment - start) / (end - start)), 2)

    points = [
        Point(word, told[field], place(_moment(told[field])))
        for field, word in MILESTONES
        if field in told
    ]
    return Timeline(
        first=local_day(start),
        last=local_day(end - timedelta(seconds=1)),
        bar_from=place(period.start),
        bar_until=max(place(until), place(period.start) + 0.5),
        is_open=period.end is None,
        points=tuple(sorted(points, key=lambda point: point.place)),
    )


def _moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, datetime.min.time(), LOCAL_ZONE) + ONE_DAY / 2
