"""Venues: the places people enter, their zones, and the codes printed for them."""

import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from graph.batches import Merged, Refusal, Rows, Stamp, new_rows, sift, without
from graph.categories import CATEGORIES
from graph.changes import change_step
from graph.database import Graph, Row
from graph.errors import NotFound, Refused
from graph.periods import whole_seconds

# Without letters and digits that are mistaken for each other; 10 of them carry 50 bits.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
# Visits that the page of a venue counts before it tells no more than the bounds of a day.
MOST_COUNTED = 150_000
GATE_KINDS = ("entrance", "exit", "both")
_GATE_COLUMNS = ("code", "kind", "name", "epoch", "old_until")
_OPTIONAL = ("name", "category", "unit_code", "part_of", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that people enter, or a zone of one (`part_of`); what is not known is None.

    Args:
        listed_at: when its unit was told, whose code is to be read as of then.
    """

    venue_id: str
    name: str | None
    category: str
    unit_code: str | None
    unit_name: str | None
    part_of: str | None
    part_of_name: str | None
    latitude: float | None
    longitude: float | None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VenueDayCount:
    """How many visits and how many people a venue had on a local day.

    Where `people` is None nobody counted: `visits` is then the most that it can have had.
    """

    day: date
    visits: int
    people: int | None


@dataclass(frozen=True, slots=True)
class VenueHourCount:
    """How many visits of a venue began in an hour of a local day, 0 to 23; how many touch it."""

    hour: int
    arrivals: int
    present: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A door of a venue that has a printed code.

    Args:
        code: the id inside the printed code.
        kind: entrance, exit, or both.
        name: as people call it, None for the only one.
        epoch: how often its code was replaced; a poster carries the epoch of its printing.
        old_until: until then posters of the epoch before still open; aware UTC, None for no longer.
    """

    code: str
    kind: str
    name: str | None
    epoch: int
    old_until: datetime | None
    venue: Venue


def merge_venues(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store venues, or what is newly known of them: what a row leaves empty stays as it is.

    A unit or a whole that is not known yet begins as a bare one. A venue cannot be part
    of itself, at any remove.
    """
    sifted = sift(rows, "venue_id", _OPTIONAL)
    refused = _unknown_categories(sifted.rows)
    refused += _circles(graph, without(sifted.rows, refused))
    good = without(sifted.rows, refused)
    wholes = sorted({row["part_of"] for row in good if row["part_of"] is not None})
    _, same, _ = graph.write_together(
        ("venues/merge_bare_venues", {"venue_ids": wholes, **stamp.parameters()}),
        ("venues/merge_venues", {"rows": good, **stamp.parameters()}),
        change_step("venues", venues=lambda found: _venues(new_rows(good, found[1]))),
    )
    return sifted.merged(len(same), refused)


def get_venue(graph: Graph, venue_id: str) -> Venue:
    """Return one venue.

    Raises:
        NotFound: none has this id.
    """
    rows = graph.read("venues/get_venue", venue_id=venue_id)
    if not rows:
        raise NotFound("venue")
    return Venue(**rows[0])


def find_zones(graph: Graph, venue_id: str) -> list[Venue]:
    """Return the zones right inside a venue, by name."""
    return [Venue(**row) for row in graph.read("venues/find_zones", venue_id=venue_id)]


def is_zone_of(graph: Graph, venue_id: str, whole_id: str) -> bool:
    """Say whether a venue is a zone of another, at any remove."""
    wholes = _stored_wholes(graph, [venue_id])
    return whole_id in wholes.values()


def find_names(graph: Graph, venue_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of venues by their ids; those without a known name are left out.

    A zone has that of its venue behind its own: `Dry goods, Binh Tay Market`.
    """
    wanted = sorted(set(venue_ids))
    rows = graph.read("venues/find_names", venue_ids=wanted) if wanted else []
    return {row["venue_id"]: row["name"] for row in rows}


def find_divided(graph: Graph) -> frozenset[str]:
    """Return the ids of the venues that have zones."""
    return frozenset(row["venue_id"] for row in graph.read("venues/find_divided"))


def find_venues(graph: Graph, text: str, limit: int, offset: int) -> list[Venue]:
    """Return the venues whose name or id holds a text, whatever its case; all for an empty one."""
    wanted = unicodedata.normalize("NFC", text).strip()
    rows = graph.read("venues/find_venues", text=wanted, limit=limit, offset=offset)
    return [Venue(**row) for row in rows]


def find_days(
    graph: Graph, venue_id: str, as_of: datetime, limit: int, before: date = date.max
) -> list[VenueDayCount]:
    """Return how busy a venue was on the last local days before one, the newest first.

    Counted as known at a moment, as long as that reads no more than `MOST_COUNTED` visits,
    the newest days first; an older day of a busier venue then tells at most how many visits
    it has, and `people` None.
    """
    days = graph.read("venues/find_days", venue_id=venue_id, before=before, limit=limit)
    read, counted = 0, []
    for row in days:
        read += row["edges"]
        if read > MOST_COUNTED:
            break
        counted.append(row["day"])
    exact = {one.day: one for one in count_visits_by_day(graph, venue_id, counted, as_of)}
    rough = [VenueDayCount(row["day"], row["edges"], None) for row in days[len(counted) :]]
    return [exact[day] for day in counted if day in exact] + rough


def count_visits_by_day(
    graph: Graph, venue_id: str, days: Sequence[date], as_of: datetime
) -> list[VenueDayCount]:
    """Return how busy a venue was on some local days, as known then, the newest first.

    A day without visits is left out.
    """
    rows = graph.read(
        "venues/count_visits_by_day", venue_id=venue_id, days=sorted(set(days)), as_of=as_of
    )
    return [VenueDayCount(**row) for row in rows]


def count_visits_by_hour(
    graph: Graph, venue_id: str, day: date, as_of: datetime
) -> list[VenueHourCount]:
    """Return how busy a venue was in each hour of a local day, as known then, by hour.

    An hour in which nobody was there is left out.
    """
    rows = graph.read("venues/count_visits_by_hour", venue_id=venue_id, day=day, as_of=as_of)
    return [VenueHourCount(**row) for row in rows]


def merge_gate(graph: Graph, venue_id: str, kind: str = "entrance", name: str | None = None) -> str:
    """Return the code of a venue's gate of a kind and name, made when it is first asked for.

    Raises:
        NotFound: no venue has this id.
        Refused: there is no such kind of gate.
    """
    if kind not in GATE_KINDS:
        raise Refused("kind", "is none of entrance, exit, both")
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    rows = graph.write(
        "venues/merge_gate", venue_id=venue_id, kind=kind, name=name or "", code=code
    )
    if not rows:
        raise NotFound("venue")
    return str(rows[0]["code"])


def get_gate(graph: Graph, code: str) -> Gate:
    """Return the gate of the id inside a printed code.

    Raises:
        NotFound: no gate has this code.
    """
    rows = graph.read("venues/get_gate", code=code.upper())
    if not rows:
        raise NotFound("gate")
    return _gate(graph, rows[0])


def find_gates(graph: Graph, venue_id: str) -> list[Gate]:
    """Return the gates of a venue, by kind, then by name."""
    return [_gate(graph, row) for row in graph.read("venues/find_gates", venue_id=venue_id)]


def rotate_gate(graph: Graph, code: str, epoch: int, old_until: datetime) -> int:
    """Replace what is printed for a gate, and return the epoch of its posters from now on.

    The gate and its venue stay the same ones (R109). Posters printed before open until
    `old_until`; those before them no longer. Rotating the same epoch again changes nothing.

    Raises:
        NotFound: no gate has this code.
    """
    rows = graph.write(
        "venues/rotate_gate", code=code, epoch=epoch, old_until=whole_seconds(old_until)
    )
    if not rows:
        raise NotFound("gate")
    return int(rows[0]["epoch"])


def _gate(graph: Graph, row: Row) -> Gate:
    venue = get_venue(graph, row["venue_id"])
    return Gate(**{key: row[key] for key in _GATE_COLUMNS}, venue=venue)


def _venues(rows: Iterable[Row]) -> list[str]:
    """Return the venues of some rows, with those that they are parts of."""
    return [row[key] for row in rows for key in ("venue_id", "part_of") if row[key] is not None]


def _unknown_categories(rows: Rows) -> list[Refusal]:
    return [
        Refusal(row["index"], "category", "is not a known kind of venue")
        for row in rows
        if row["category"] is not None and row["category"] not in CATEGORIES
    ]


def _circles(graph: Graph, rows: Rows) -> list[Refusal]:
    """Return the rows by which a venue would come to be part of itself."""
    stated = {row["venue_id"]: row["part_of"] for row in rows if row["part_of"] is not None}
    whole_of = {**_stored_wholes(graph, stated.values()), **stated}
    return [
        Refusal(row["index"], "part_of", "makes the venue a part of itself")
        for row in rows
        if row["part_of"] is not None and _is_circle(row["venue_id"], whole_of)
    ]


def _stored_wholes(graph: Graph, venue_ids: Iterable[str]) -> dict[str, str]:
    """Return what each of some venues is stored as a part of, and so on to the top.

    It asks once for each floor between them and the top, which are few, and not once a venue.
    """
    whole_of: dict[str, str] = {}
    known: set[str] = set()
    asked = set(venue_ids)
    while asked:
        known |= asked
        for row in graph.read("venues/find_wholes", venue_ids=sorted(asked)):
            whole_of[row["venue_id"]] = row["whole_id"]
        asked = {whole_of[part] for part in asked if part in whole_of} - known
    return whole_of


def _is_circle(venue_id: str, whole_of: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    at = whole_of.get(venue_id)
    while at is not None and at != venue_id and at not in seen:
        seen.add(at)
        at = whole_of.get(at)
    return at == venue_id
