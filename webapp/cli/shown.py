"""How answers look on a terminal: local times, aligned tables, the words of a trace."""

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from unicodedata import combining, east_asian_width

import click

from graph.periods import LOCAL_ZONE
from webapp.language import N_

CERTAINTIES = {
    "certain": N_("certain"),
    "probable": N_("probable"),
    "possible": N_("possible"),
}


def moment(instant: datetime | None) -> str:
    """Return an instant as local time, 24/06/2021 08:30; nothing for None."""
    return "" if instant is None else f"{instant.astimezone(LOCAL_ZONE):%d/%m/%Y %H:%M}"


def day(on: date | None) -> str:
    """Return a date as 24/06/2021; nothing for None."""
    return "" if on is None else f"{on:%d/%m/%Y}"


def number(value: int) -> str:
    """Return a number as 1,234 in English, 1.234 in Vietnamese."""
    # The language that is spoken stands here: see webapp.language.speak.
    mark = "." if os.environ.get("LANGUAGE") == "vi" else ","
    return f"{value:,}".replace(",", mark)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, numbers to the right, everything else to the left."""
    cells = [[_cell(value) for value in row] for row in rows]
    numbers = [
        bool(cells) and all(row[at].lstrip("-").isdigit() or not row[at] for row in cells)
        for at in range(len(headings))
    ]
    widths = [
        max(width(row[at]) for row in [list(headings), *cells]) for at in range(len(headings))
    ]
    for row in [list(headings), *cells]:
        padded = [
            _padded(text, wide, right)
            for text, wide, right in zip(row, widths, numbers, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


def _padded(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(text))
    return space + text if right else text + space
