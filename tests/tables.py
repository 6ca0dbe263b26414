"""Tables as text: the rows of a test are its manual.

A table is lines of cells between `|`, the first line naming the columns. Times are local
(Asia/Ho_Chi_Minh) on a fixed first day: `08:00`, `08:00:30`, `D2 08:00` on the second day,
`D0 08:00` the day before the first. Dates are `D1`, `D2`. `records` gives what they mean,
`texts` what a file would hold, `table` the bare cells, `shown` an answer as such cells.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

LOCAL = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
FIRST_DAY = date(2021, 7, 1)
CLOCK = re.compile(r"(?:D(-?\d+) )?(\d\d):(\d\d)(?::(\d\d))?$")
COUNTS = frozenset({"hop", "minutes", "number", "version", "seconds", "days_before"})

#: Long after every moment of a table: all that it states is known by then.
LATER = datetime(2021, 12, 31, tzinfo=UTC)


def on(text: str) -> date:
    """Return the date of `D1`, `D2`...: the first day, the second."""
    return FIRST_DAY + timedelta(days=int(text.removeprefix("D")) - 1)


def at(text: str) -> datetime:
    """Return the UTC instant of a local time such as `08:00` or `D2 23:30:15`."""
    match = CLOCK.match(text.strip())
    if match is None:
        raise ValueError(f"not a time of a table: {text!r}")
    number, hour, minute, second = match.groups()
    day = on(number or "1")
    midnight = datetime(day.year, day.month, day.day, tzinfo=LOCAL)
    # The hours are added, so that 24:00 is the end of a day.
    length = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
    return (midnight + length).astimezone(UTC)


def clock(moment: datetime) -> str:
    """Return an instant as a table writes it; the inverse of `at`."""
    local = moment.astimezone(LOCAL)
    day = (local.date() - FIRST_DAY).days + 1
    shown_time = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return shown_time if day == 1 else f"D{day} {shown_time}"


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table, each cell as its text."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def records(text: str) -> list[dict[str, Any]]:
    """Return the rows of a table, each cell as what its column means; empty is None."""
    return [{name: meaning(name, cell) for name, cell in row.items()} for row in table(text)]


def meaning(column: str, cell: str) -> Any:
    """Return a cell as its column's name says: an instant, a date, a count or text."""
    if not cell:
        return None
    if column.endswith(("_at", "_by", "_from", "_until")):
        return at(cell)
    if column.endswith("_on"):
        return on(cell)
    return int(cell) if column in COUNTS else cell


def texts(text: str) -> list[dict[str, str]]:
    """Return the rows of a table as a file would hold them: ISO 8601 with +07:00."""
    return [{name: text_of(value) for name, value in row.items()} for row in records(text)]


def text_of(value: Any) -> str:
    """Return one value as a cell of a file."""
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).isoformat()
    return "" if value is None else str(value)


def shown(
    person: Any, columns: str = "person_id hop exposed_at earliest_at minutes"
) -> dict[str, str]:
    """Return a person of a trace as the cells of a table."""
    values = {name: getattr(person, name) for name in columns.split()}
    return {
        name: clock(value) if isinstance(value, datetime) else str(value)
        for name, value in values.items()
    }
