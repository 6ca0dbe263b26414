"""Pass two: the good visits as the tables that the import tool lays.

What `graph.visits` works out for a batch of rows is worked out here for whole columns: estimates
of exits that are not known, the local days of a visit, the buckets of venues and days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars

from graph.batches import Stamp
from graph.categories import CATEGORIES, UNKNOWN
from graph.periods import Period, day_bounds, local_days
from importers.filling.checking import CheckedVisits
from importers.filling.tables import Table

DAY_S, LOCAL_S = 86_400, 7 * 3600
#: Since then the clocks of Ho Chi Minh City have been seven hours ahead, with no change.
SETTLED_S = int(datetime(1976, 1, 1, tzinfo=UTC).timestamp())
EPOCH = date(1970, 1, 1)
#: A bucket's number: its venue's, then its day since 1970, moved above zero.
DAYS, DAY_ZERO = 200_000, 50_000
_ENDS = ("expected_s", "by_s", "first_day", "last_day")


@dataclass(frozen=True, slots=True)
class Laid:
    """The table of the visits, and whom and which buckets it joins, each number once, sorted."""

    visited: Table
    people: polars.Series
    buckets: polars.Series

    @property
    def venues(self) -> polars.Series:
        """The numbers of the venues that somebody visited, sorted."""
        return (self.buckets // DAYS).unique().sort()


def lay_visits(
    checked: CheckedVisits, category_of: Mapping[str, str], stamp: Stamp, folder: Path
) -> Laid:
    """Write the table VISITED.

    Args:
        category_of: of the venues that are no bare ones, by venue_id.
    """
    visited = Table(folder, "VISITED")
    people, buckets = polars.Series([], dtype=polars.UInt32), polars.Series([], dtype=polars.Int64)
    stays = _stays(checked, category_of)
    for part in checked.parts:
        edges = _edges(_ended(polars.read_parquet(part), checked, stays, category_of))
        visited.write(_stamped(edges, stamp))
        people = polars.concat([people, edges["person"].unique()]).unique()
        buckets = polars.concat([buckets, edges["bucket"].unique()]).unique()
        part.unlink()
    return Laid(visited, people.sort(), buckets.sort())


def venue_days(buckets: polars.Series, checked: CheckedVisits) -> polars.DataFrame:
    """Return the nodes of buckets, with the bounds of their local days."""
    days = (buckets % DAYS - DAY_ZERO).to_list()
    bounds = {day: day_bounds(EPOCH + timedelta(days=day)) for day in set(days)}
    return polars.DataFrame(
        {
            ":ID(VenueDay)": buckets,
            "starts_at": [naive(bounds[day].start) for day in days],
            "ends_at": [naive(bounds[day].end) for day in days],
            "day": [EPOCH + timedelta(days=day) for day in days],
            "venue_id": checked.venues.texts.gather(buckets // DAYS),
        }
    )


def at_venues(buckets: polars.Series) -> polars.DataFrame:
    """Return the edges from buckets to their venues."""
    return polars.DataFrame({":START_ID(VenueDay)": buckets, ":END_ID(Venue)": buckets // DAYS})


def naive(value: Any) -> Any:
    """Return a moment as the tables have it: UTC, and the letter Z when it is written."""
    is_moment = isinstance(value, datetime)
    return value.astimezone(UTC).replace(tzinfo=None) if is_moment else value


def _stays(checked: CheckedVisits, category_of: Mapping[str, str]) -> polars.DataFrame:
    """Return how long people stay in each venue: venue, typical_s, longest_s, is_overnight."""
    kinds = [CATEGORIES[category_of.get(key, UNKNOWN)] for key in checked.venues.texts]
    return polars.DataFrame(
        {
            "venue": range(len(kinds)),
            "typical_s": [int(kind.typical_stay.total_seconds()) for kind in kinds],
            "longest_s": [int(kind.longest_stay.total_seconds()) for kind in kinds],
            "is_overnight": [kind.is_overnight for kind in kinds],
        },
        schema_overrides={"venue": polars.UInt32},
    )


def _ended(
    rows: polars.DataFrame,
    checked: CheckedVisits,
    stays: polars.DataFrame,
    category_of: Mapping[str, str],
) -> polars.DataFrame:
    """Return visits with the estimates of exits not known at first and their local days."""
    kept = rows.join(checked.dropped, on="place", how="anti").join(
        checked.exits, on="place", how="left"
    )
    is_old = polars.col("arrived_s") < SETTLED_S
    recent = _with_ends(kept.filter(~is_old).join(stays, on="venue", how="left"))
    old = kept.filter(is_old)
    if not len(old):
        return recent
    return polars.concat([recent, _with_old_ends(old, checked, category_of).select(recent.columns)])


def _with_ends(rows: polars.DataFrame) -> polars.DataFrame:
    arrived = polars.col("arrived_s")
    first_day = (arrived + LOCAL_S) // DAY_S
    midnight = (first_day + 1) * DAY_S - LOCAL_S
    by = arrived + polars.col("longest_s")
    by = polars.when("is_overnight").then(by).otherwise(polars.min_horizontal(by, midnight))
    is_open = polars.col("left_s").is_null()
    return (
        rows.with_columns(by_s=polars.when(is_open).then(by))
        .with_columns(
            expected_s=polars.when(is_open).then(
                polars.min_horizontal(arrived + polars.col("typical_s"), "by_s")
            ),
            first_day=first_day,
            # The later of the days laid at first and those up to an exit told later.
            last_day=polars.max_horizontal(
                first_day,
                *((polars.col(end) - 1 + LOCAL_S) // DAY_S for end in ("left_s", "by_s", "exit_s")),
            ),
        )
        .drop("typical_s", "longest_s", "is_overnight")
    )


def _with_old_ends(
    rows: polars.DataFrame, checked: CheckedVisits, category_of: Mapping[str, str]
) -> polars.DataFrame:
    """Do the same one by one for visits of a time when clocks were changed by decree."""
    venues = checked.venues.texts
    ends: list[tuple[int | None, int | None, int, int]] = []
    for row in rows.iter_rows(named=True):
        arrived = datetime.fromtimestamp(row["arrived_s"], UTC)
        expected = by = None
        if row["left_s"] is None:
            category = CATEGORIES[category_of.get(venues[row["venue"]], UNKNOWN)]
            expected, by = category.estimate_exit(arrived)
        told = [
            datetime.fromtimestamp(row[key], UTC)
            for key in ("left_s", "exit_s")
            if row[key] is not None
        ]
        days = [
            day
            for end in (*told, by)
            if end is not None
            for day in local_days(Period(arrived, end))
        ]
        number = [(day - EPOCH).days for day in (min(days), max(days))]
        ends.append((_epoch(expected), _epoch(by), number[0], number[1]))
    schema = dict.fromkeys(_ENDS, polars.Int64)
    return rows.hstack(polars.DataFrame(ends, schema=schema, orient="row"))


def _edges(visits: polars.DataFrame) -> polars.DataFrame:
    """Return one row for each local day of each visit, with the number of its bucket."""
    days = polars.int_ranges("first_day", polars.col("last_day") + 1)
    many = polars.col("last_day") > polars.col("first_day")
    single = visits.filter(~many).with_columns(day=polars.col("first_day"))
    several = visits.filter(many).with_columns(day=days).explode("day")
    return polars.concat([single, several]).with_columns(
        bucket=polars.col("venue").cast(polars.Int64) * DAYS + polars.col("day") + DAY_ZERO
    )


def _stamped(edges: polars.DataFrame, stamp: Stamp) -> polars.DataFrame:
    """Return the edges as the store has them, what tracing reads first: see `tables`."""
    recorded = polars.lit(stamp.recorded_at.replace(tzinfo=None), polars.Datetime("us"))
    known = polars.coalesce("left_s", "exit_s")
    return edges.select(
        polars.col("person").alias(":START_ID(Person)"),
        polars.col("bucket").alias(":END_ID(VenueDay)"),
        arrived_at=_moment(polars.col("arrived_s")),
        # A record has room for one moment and one number: this costs no record of its own.
        version=polars.lit(1),
        left_at=_moment(known),
        left_recorded_at=polars.when(known.is_not_null()).then(recorded),
        recorded_at=recorded,
        left_by=_moment(polars.col("by_s")),
        expected_left_at=_moment(polars.col("expected_s")),
        visit_id=polars.col("visit_id"),
        day=polars.col("day").cast(polars.Int32).cast(polars.Date),
        source=polars.lit(stamp.source),
        batch_id=polars.lit(stamp.batch_id),
    )


def _moment(seconds: polars.Expr) -> polars.Expr:
    return (seconds * 1_000_000).cast(polars.Datetime("us"))


def _epoch(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
