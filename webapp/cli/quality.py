"""`truyvet quality`: what is stored that cannot be right, or proves too little."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from graph.database import Row
from graph.errors import Refused
from graph.quality import CHECKS, Faults, count_faults, find_faults, get_check
from importers.parse import Fault, instant
from webapp.checks import CHECK_WORDS, GAPS, MISSING
from webapp.cli.commands import Command, answer, argument, json_option, option, tell
from webapp.cli.shown import number, table
from webapp.language import N_, _
from webapp.settings import read_settings
from webapp.store import open_graph

MOST_ROWS = 1000


@click.command(
    "quality", cls=Command, help=N_("Count what is stored that cannot be right, or list it.")
)
@argument("check", metavar="[CHECK]", required=False)
@option("--as-of", metavar="TIME", help=N_("read only what was known at that time, else now"))
@option(
    "--limit",
    type=click.IntRange(1, MOST_ROWS),
    default=100,
    metavar="N",
    help=N_("how many rows of the check to list"),
)
@json_option
def quality(check: str | None, as_of: str | None, limit: int, as_json: bool) -> None:
    """Count what every check finds, or list the rows of one."""
    wanted = get_check(check) if check else None
    moment = _moment(as_of)
    with open_graph(read_settings(), tell) as graph:
        if wanted is None:
            counted = count_faults(graph, CHECKS.values(), moment)
        else:
            counted = [find_faults(graph, wanted, moment, limit)]
    if as_json:
        answer({"as_of": moment, "checks": [_answer(one, wanted is not None) for one in counted]})
    elif wanted is None:
        names = [_("Check"), _("Found"), _("What it means")]
        table(names, ([one.check.name, _count(one), _title(one)] for one in counted))
    else:
        _show(counted[0])


def _moment(text: str | None) -> datetime:
    try:
        return datetime.now(UTC).replace(microsecond=0) if text is None else instant(text)
    except Fault as fault:
        raise Refused("as-of", str(fault)) from None


def _answer(found: Faults, with_rows: bool) -> dict[str, Any]:
    counts = {"check": found.check.name, "found": found.total, "is_more": found.is_more}
    return {**counts, "rows": found.rows} if with_rows else counts


def _title(found: Faults) -> str:
    return _(CHECK_WORDS[found.check.name].title)


def _count(found: Faults) -> str:
    return number(found.total) + ("+" if found.is_more else "")


def _show(found: Faults) -> None:
    """Print a check: what it means, how much it found, then the rows under their columns."""
    words = CHECK_WORDS[found.check.name]
    click.echo(f"{_(words.title)}: {_count(found)}\n{_(words.meaning)}\n")
    if found.rows:
        columns = sorted(found.rows[0], key=lambda name: (not name.endswith("case_id"), name))
        table(columns, _lines(found.rows, columns))


def _lines(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[list[object]]:
    for row in rows:
        yield [_cell(row[column]) for column in columns]


def _cell(value: Any) -> object:
    if isinstance(value, list):
        return ", ".join(_(MISSING[one]) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return round(value)
    return _(GAPS[value]) if isinstance(value, str) and value in GAPS else value
