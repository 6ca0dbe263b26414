"""How far something long has got, on stderr: one living line on a terminal, else few lines."""

import sys
import time
from typing import Self

import click

from webapp.cli.shown import number
from webapp.language import _

# A log that nobody watches gets a line so many seconds; a terminal is redrawn more often.
QUIET_SECONDS, TERMINAL_SECONDS = 10.0, 0.2
BAR = 24


class Progress:
    """The progress of one file; leaving the block ends its line."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._shown_at = time.monotonic()
        self._is_terminal = sys.stderr.isatty()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exit: object) -> None:
        if self._is_open:
            click.echo(err=True)

    def show(self, done: int, total: int | None) -> None:
        """Show that so many rows are done, unless the last showing was a moment ago."""
        now = time.monotonic()
        pause = TERMINAL_SECONDS if self._is_terminal else QUIET_SECONDS
        if now - self._shown_at < pause and done != total:
            return
        self._shown_at = now
        line = self._line(done, total, done / max(now - self._started, 0.001))
        if self._is_terminal:
            click.echo(f"\r{line}\x1b[K", err=True, nl=False)
            self._is_open = True
        else:
            click.echo(line, err=True)

    def _line(self, done: int, total: int | None, rate: float) -> str:
        counted = _("%(done)s rows, %(rate)s a second", done=number(done), rate=number(round(rate)))
        if not total:
            return f"{self._title}: {counted}"
        full = BAR * done // total
        bar = f"[{'#' * full}{'.' * (BAR - full)}] " if self._is_terminal else ""
        return f"{self._title}: {bar}{100 * done // total} %, {counted}"
