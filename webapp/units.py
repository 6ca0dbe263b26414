"""Administrative units on pages: how they are written, found while somebody types, and recognised.

A page shows the unit of the date of what it shows, and behind it what that has become (R172).
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from graph.errors import StoreAway
from graph.periods import local_day
from graph.units import Candidate, Unit, UnitTree, find, recognise, unit_tree
from graph.units.finding import LONGEST
from webapp import current
from webapp.language import _
from webapp.throttle import limiter

blueprint = Blueprint("units", __name__)

# A picker asks at most some times a second, and many people share the address of a network.
ASKED = "600 per minute"
SHOWN = 10
# What is typed is no personal value; who types it again need not ask again.
KEPT = "public, max-age=300"


@blueprint.get("/units", endpoint="list")
@limiter.limit(ASKED)
def list_all() -> ResponseReturnValue:
    """Show the units of today that what is typed so far may mean, the likeliest first."""
    typed = request.args.get("q", "")[: LONGEST + 1]
    response: Response = jsonify(units=_found(tree(), typed, today(), _("formerly %(unit)s")))
    response.headers["Cache-Control"] = KEPT
    return response


@lru_cache(maxsize=2048)
def _found(units: UnitTree, typed: str, on: date, formerly: str) -> list[dict[str, str]]:
    return [
        {
            "code": each.unit.unit_code,
            "name": full_name(each),
            "was": formerly % {"unit": _with_around(each.was, each.was_around)} if each.was else "",
        }
        for each in find(units, typed, on, SHOWN)
    ]


def full_name(found: Candidate) -> str:
    """Return the name by which a unit is picked, with all that it lies in."""
    return ", ".join(unit.name for unit in (found.unit, *found.around) if unit.name)


def unit_words(unit_code: str | None, name: str | None, at: datetime | date | None = None) -> str:
    """Return a unit as it was called at a time, with what it has become since.

    `Phường 15, Quận Tân Bình (nay: Phường Tân Sơn hoặc Phường Tân Bình)`: several where it was
    divided, because nobody has said yet in which part it lies.

    Args:
        name: what is written for a unit of which nothing is known.
        at: a moment or a local day; today if it is not known.
    """
    if unit_code is None:
        return ""
    return _words(tree(), unit_code, name, _day_of(at), today(), _("now: %(units)s"), _("or"))


@lru_cache(maxsize=4096)
def _words(
    units: UnitTree, code: str, name: str | None, of: date, on: date, now: str, either: str
) -> str:
    meant = units.meant(code, of)
    if meant is None or meant.name is None:
        return name or code
    began = meant.valid_from or date.min
    shown = _with_around(meant, units.chain(code, max(began, of) if meant.holds(of) else began)[1:])
    if meant.holds(on):
        return shown
    become = f" {either} ".join(each.name for each in units.unit_on(code, of, on) if each.name)
    return f"{shown} ({now % {'units': become}})" if become else shown


def ended_on(unit_code: str, of: date | None) -> date | None:
    """Return the day on which a unit ended with no heir; None if it, or an heir, stands today.

    Args:
        of: the local day on which the code was told; None means today.
    """
    of = of or today()
    meant = tree().meant(unit_code, of)
    if meant is None or tree().heir(unit_code, of, today()) is not None:
        return None
    return meant.valid_until


def recognised(typed: str) -> str | None:
    """Return the code of the one unit of today that was typed; None where nobody can be sure."""
    try:
        found = recognise(tree(), typed, today())
    except StoreAway:
        # What was typed is kept as it is.
        return None
    return None if found is None else found.unit_code


def tree() -> UnitTree:
    """Return every unit."""
    return unit_tree(current.graph())


def today() -> date:
    """Return the local day of the request."""
    return local_day(current.now())


def _with_around(unit: Unit, around: Sequence[Unit]) -> str:
    """Return a unit with its district behind it, as people tell wards of a number apart."""
    names = [unit.name, *(each.name for each in around if each.level == "district")]
    return ", ".join(name for name in names if name)


def _day_of(at: datetime | date | None) -> date:
    if at is None:
        return today()
    return local_day(at) if isinstance(at, datetime) else at


def init_app(app: Flask) -> None:
    """Have templates write units."""
    app.add_template_global(unit_words)
