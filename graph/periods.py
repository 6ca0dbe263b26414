"""Periods of time and local days: pure, half-open, UTC inside and Ho Chi Minh City outside."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time from `start` until `end`, end excluded; aware UTC, None for "not yet"."""

    start: datetime
    end: datetime | None


def whole_seconds(instant: datetime) -> datetime:
    """Return an instant in UTC, cut off to the second.

    Raises:
        ValueError: the instant has no offset.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant without an offset")
    return instant.astimezone(UTC).replace(microsecond=0)


def epoch_seconds(instant: datetime) -> int:
    """Return the whole seconds of the epoch at an instant: they travel to and from the store."""
    return int(instant.timestamp())


def instant_of(seconds: int) -> datetime:
    """Return the instant, aware UTC, of whole seconds of the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def local_day(instant: datetime) -> date:
    """Return the day that the clocks of Ho Chi Minh City show at an instant."""
    return instant.astimezone(LOCAL_ZONE).date()


def local_midnight(day: date) -> datetime:
    """Return the instant, in UTC, at which a local day begins."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def day_bounds(day: date) -> Period:
    """Return the local day as a period in UTC: `[00:00, next 00:00)` in Ho Chi Minh City."""
    return Period(local_midnight(day), local_midnight(day + _ONE_DAY))


def local_days(period: Period) -> list[date]:
    """Return the local days that a period touches, in order.

    Days are those of Asia/Ho_Chi_Minh; the end is excluded, so a visit until
    midnight stays on one day. A period without length touches one day.

    Raises:
        ValueError: the period has no end.
    """
    if period.end is None:
        raise ValueError("a period without an end touches no last day")
    first = local_day(period.start)
    last = max(first, local_day(period.end - timedelta(microseconds=1)))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
