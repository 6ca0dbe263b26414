"""The tables beside the visits: people, venues with their units and zones, buckets, batches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars

from graph.batches import Stamp
from graph.categories import UNKNOWN
from graph.filling import Place
from importers.filling.checking import CheckedVisits
from importers.filling.laying import Laid, at_venues, naive, venue_days
from importers.filling.tables import Table

_VENUE = polars.Schema(
    [
        (":ID(Venue)", polars.UInt32()),
        ("category", polars.String()),
        ("venue_id", polars.String()),
        ("name", polars.String()),
        ("latitude", polars.Float64()),
        ("longitude", polars.Float64()),
        ("source", polars.String()),
        ("batch_id", polars.String()),
        ("recorded_at", polars.Datetime("us")),
    ]
)
_BATCH = (
    *("batch_id", "source", "file_name", "sha256", "recorded_at", "started_at", "finished_at"),
    *("read", "accepted", "duplicate", "refused"),
)
Tables = dict[str, list[Path]]


def tables_beside(
    checked: CheckedVisits,
    laid: Laid,
    places: Sequence[Place],
    batches: Iterable[Mapping[str, Any]],
    stamp: Stamp,
    folder: Path,
) -> tuple[Tables, Tables]:
    """Write everything but the visits; return the files of each label and of each type.

    Args:
        places: the venues that the store knew before.
        batches: with the properties of the label; others are left out.
    """
    numbers = checked.venues.of(
        polars.Series([place.venue_id for place in places], dtype=polars.String)
    )
    bare = laid.venues.filter(~laid.venues.is_in(numbers.cast(polars.Int64).implode()))
    units = sorted({place.unit_code for place in places if place.unit_code is not None})
    nodes = {
        "Person": _people(laid.people, checked.people.texts, stamp),
        "Venue": polars.concat(
            [_venues(places, numbers), _bare_venues(bare, checked.venues.texts, stamp)]
        ),
        "VenueDay": venue_days(laid.buckets, checked),
        "Unit": polars.DataFrame({"unit_code": units}).with_row_index(":ID(Unit)"),
        "Batch": polars.DataFrame(
            [{key: naive(batch[key]) for key in _BATCH} for batch in batches]
        ).with_row_index(":ID(Batch)"),
    }
    edges = {
        "AT": at_venues(laid.buckets),
        "IN": _inside(places, numbers, units),
        "PART_OF": _parts(places, numbers),
    }
    return _written(nodes, folder), _written(edges, folder)


def _people(numbers: polars.Series, texts: polars.Series, stamp: Stamp) -> polars.DataFrame:
    return polars.DataFrame(
        {
            ":ID(Person)": numbers,
            "person_id": texts.gather(numbers),
            **_provenance(stamp, len(numbers)),
        }
    )


def _venues(places: Sequence[Place], numbers: polars.Series) -> polars.DataFrame:
    rows = [
        {":ID(Venue)": number, **{key: naive(value) for key, value in asdict(place).items()}}
        for number, place in zip(numbers, places, strict=True)
    ]
    return polars.DataFrame(rows, schema=_VENUE)


def _bare_venues(numbers: polars.Series, texts: polars.Series, stamp: Stamp) -> polars.DataFrame:
    return polars.DataFrame(
        {
            ":ID(Venue)": numbers,
            "category": [UNKNOWN] * len(numbers),
            "venue_id": texts.gather(numbers),
            **dict.fromkeys(("name", "latitude", "longitude"), [None] * len(numbers)),
            **_provenance(stamp, len(numbers)),
        },
        schema=_VENUE,
    )


def _inside(
    places: Sequence[Place], numbers: polars.Series, units: Sequence[str]
) -> polars.DataFrame:
    number_of = {code: number for number, code in enumerate(units)}
    found = [
        (number, number_of[place.unit_code], naive(place.unit_told_at))
        for place, number in zip(places, numbers, strict=True)
        if place.unit_code is not None
    ]
    return _joined(found, "Venue", "Unit", recorded_at=polars.Datetime("us"))


def _parts(places: Sequence[Place], numbers: polars.Series) -> polars.DataFrame:
    number_of = dict(zip((place.venue_id for place in places), numbers, strict=True))
    found = [
        (number_of[place.venue_id], number_of[place.part_of])
        for place in places
        if place.part_of is not None
    ]
    return _joined(found, "Venue", "Venue")


def _joined(
    found: Sequence[tuple[Any, ...]], start: str, end: str, **properties: Any
) -> polars.DataFrame:
    ends = {f":START_ID({start})": polars.UInt32, f":END_ID({end})": polars.UInt32}
    schema = {**ends, **properties}
    return polars.DataFrame(found, schema=schema, orient="row")


def _provenance(stamp: Stamp, size: int) -> dict[str, Any]:
    known = {
        "source": stamp.source,
        "batch_id": stamp.batch_id,
        "recorded_at": naive(stamp.recorded_at),
    }
    return {key: [value] * size for key, value in known.items()}


def _written(frames: Mapping[str, polars.DataFrame], folder: Path) -> Tables:
    """Write the frames that have rows, and return their files by name."""
    found = {}
    for name, frame in frames.items():
        if len(frame):
            table = Table(folder, name)
            table.write(frame)
            found[name] = table.files
    return found
