"""The made-up city of `made_city` as columns: a million visits a second instead of 100,000.

The same behaviour, drawn day by day with NumPy, so that 100 M visits need the memory of one day.
Every day has a seed of its own: a day's visits are the same whichever days are asked for. A
number says who and where; `person_id` and `venue_id` turn numbers into the ids of files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars

from graph.categories import CATEGORIES, UNKNOWN
from graph.tracing.projection.facts import NEVER, ORIGIN_S, Rows, Segment, make_segment
from tests.bench.made_city import CLOSES, COLUMNS, FIRST_DAY, OPENS, City

EPOCH = date(1970, 1, 1)
LOCAL_S = 7 * 3600
DAY_S = 86_400
PEOPLE_A_VISIT, VENUES_A_VISIT, FLATTENED_BY = 0.06, 0.0045, 17.0
#: When the visits became known, unless said otherwise: a day after the last of them.
RECORDED_AFTER_S = DAY_S


@dataclass(frozen=True, slots=True)
class MadeDay:
    """The visits that arrive on one local day, as columns of equal length.

    Args:
        day: local day, in days since 1970-01-01.
        first: the number of the first visit; the others follow.
        person, venue: numbers from 0, uint32.
        arrived, left: seconds since 2000-01-01T00:00Z, int32.
        is_known: whether somebody recorded the exit.
    """

    day: int
    first: int
    person: np.ndarray
    venue: np.ndarray
    arrived: np.ndarray
    left: np.ndarray
    is_known: np.ndarray


@dataclass(frozen=True, slots=True)
class MadeCase:
    """A confirmed case; `onset` is a local day, in days since 1970-01-01."""

    case_id: str
    person: int
    onset: int


def city_of(visits: int) -> City:
    """Return a city of so many visits, with the people and venues that go with them."""
    return City(
        visits=visits,
        people=max(100, round(visits * PEOPLE_A_VISIT)),
        venues=max(20, round(visits * VENUES_A_VISIT)),
        flattened_by=FLATTENED_BY,
    )


def person_id(number: int) -> str:
    """Return a person's id; ids are in the order of the numbers."""
    return f"person-{number:08d}"


def venue_id(number: int) -> str:
    """Return a venue's id; ids are in the order of the numbers."""
    return f"venue-{number:07d}"


def midnight_s(day: int) -> int:
    """Return when a local day begins, in seconds since 2000-01-01T00:00Z."""
    return day * DAY_S - LOCAL_S - ORIGIN_S


def first_day() -> int:
    """Return the city's first local day, in days since 1970-01-01."""
    return (FIRST_DAY - EPOCH).days


def known_from_s(city: City) -> int:
    """Return the moment from which every visit of the city is known."""
    return midnight_s(first_day() + city.days) + RECORDED_AFTER_S


def days_of(city: City) -> Iterator[MadeDay]:
    """Yield the city's visits, a day at a time; all days together have exactly `city.visits`."""
    weights = (np.arange(city.venues) + city.flattened_by) ** -city.exponent
    popularity = np.cumsum(weights) / weights.sum()
    habits = np.random.default_rng([city.seed])
    own = _popular(habits, popularity, city.people * city.own_places)
    own = own.reshape(city.people, city.own_places)
    for number in range(city.days):
        first, last = (-(-city.visits * n // city.days) for n in (number, number + 1))
        random = np.random.default_rng([city.seed, number + 1])
        yield _day_of(random, city, number, first, last - first, own, popularity)


def rows_of(city: City) -> Iterator[tuple[int, Rows]]:
    """Yield, for each local day in order, the edges that the store would lay in its buckets.

    They are stamped as if one import had brought them all at `known_from_s`, and venues were
    of unknown kind; a stay past midnight is on both its days.
    """
    recorded = known_from_s(city)
    past_midnight: Rows | None = None
    for made in days_of(city):
        yield made.day, _joined(_edges(made, recorded), past_midnight)
        beyond = made.is_known & (made.left > midnight_s(made.day + 1))
        past_midnight = _edges(made, recorded, beyond, made.day + 1)
    if past_midnight is not None and len(past_midnight.person):
        yield made.day + 1, past_midnight


def segments_of(city: City) -> Iterator[Segment]:
    """Yield the city's days as segments, without a store; see `rows_of`."""
    for day, rows in rows_of(city):
        yield make_segment(day, midnight_s(day), midnight_s(day + 1), rows)


def frames_of(city: City) -> Iterator[polars.DataFrame]:
    """Yield the city's visits as the importer `visits` takes them, a day at a time."""
    for made in days_of(city):
        numbers = polars.Series(np.arange(made.first, made.first + len(made.person)))
        left = polars.Series(made.left.astype(np.int64) + ORIGIN_S)
        yield polars.DataFrame(
            {
                "visit_id": _padded("visit-", numbers, 9),
                "person_id": _padded("person-", polars.Series(made.person), 8),
                "venue_id": _padded("venue-", polars.Series(made.venue), 7),
                "arrived_at": _instants(polars.Series(made.arrived.astype(np.int64) + ORIGIN_S)),
                "left_at": _instants(left.set(polars.Series(~made.is_known), None)),
            }
        ).select(COLUMNS)


def made_cases(city: City, number: int) -> list[MadeCase]:
    """Return confirmed cases, each of another person, not isolated, by case_id."""
    random = np.random.default_rng([city.seed, 1 << 20])
    people = random.choice(city.people, size=min(number, city.people), replace=False)
    onsets = random.integers(city.days * 3 // 7, city.days * 6 // 7, size=len(people))
    return [
        MadeCase(f"case-{place:05d}", int(person), first_day() + int(onset))
        for place, (person, onset) in enumerate(zip(people, onsets, strict=True))
    ]


def write_cases(cases: Sequence[MadeCase], file: Path) -> None:
    """Write cases as the importer `cases` reads them."""
    frame = polars.DataFrame(
        {
            "case_id": [case.case_id for case in cases],
            "person_id": [person_id(case.person) for case in cases],
            "classification": ["confirmed"] * len(cases),
            "onset_on": [EPOCH + timedelta(days=case.onset) for case in cases],
        }
    )
    frame.write_csv(file)


def write_columns(city: City, file: Path) -> None:
    """Write the city's visits as the importer `visits` reads them: .csv, or .parquet.

    Times are text with the offset of Ho Chi Minh City in CSV and UTC moments in Parquet.
    """
    if file.suffix == ".csv":
        with file.open("wb") as opened:
            for number, frame in enumerate(frames_of(city)):
                written = frame.with_columns(
                    polars.col("arrived_at", "left_at")
                    .dt.convert_time_zone("Asia/Ho_Chi_Minh")
                    .dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
                )
                written.write_csv(opened, include_header=number == 0)
        return
    parts = [file.with_name(f"{file.stem}.{number:02d}.part") for number in range(city.days)]
    for part, frame in zip(parts, frames_of(city), strict=True):
        frame.write_parquet(part, compression="lz4")
    polars.scan_parquet(parts).sink_parquet(file, compression="lz4")
    for part in parts:
        part.unlink()


def _day_of(
    random: np.random.Generator,
    city: City,
    number: int,
    first: int,
    visits: int,
    own: np.ndarray,
    popularity: np.ndarray,
) -> MadeDay:
    day = first_day() + number
    person = random.integers(city.people, size=visits, dtype=np.uint32)
    venue = _popular(random, popularity, visits)
    goes_home = random.random(visits) < city.share_of_own
    habit = random.integers(city.own_places, size=visits)
    venue[goes_home] = own[person[goes_home], habit[goes_home]]
    minute, length = _stays(random, city, visits)
    arrived = midnight_s(day) + 60 * minute + random.integers(60, size=visits)
    is_known = random.random(visits) >= city.share_unknown_exit
    left = arrived + 60 * length
    return MadeDay(
        day, first, person, venue, arrived.astype(np.int32), left.astype(np.int32), is_known
    )


def _stays(random: np.random.Generator, city: City, visits: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at which minute of the day people arrive, and for how many minutes they stay."""
    # Triangular: most stays are short, two hours are rare.
    length = random.triangular(15, 30, 121, visits).astype(np.int64)
    minute = random.integers(OPENS, CLOSES - length, endpoint=True)
    late = np.flatnonzero(random.random(visits) < city.share_past_midnight)
    minute[late] = random.integers(CLOSES, 24 * 60, size=len(late))
    length[late] = 24 * 60 - minute[late] + random.integers(15, 9 * 60, len(late), endpoint=True)
    return minute, length


def _popular(random: np.random.Generator, popularity: np.ndarray, size: int) -> np.ndarray:
    found = np.searchsorted(popularity, random.random(size), side="right")
    # The last sum may lie a rounding below one.
    return np.minimum(found, len(popularity) - 1).astype(np.uint32)


def _edges(
    made: MadeDay, recorded: int, chosen: np.ndarray | slice = slice(None), day: int | None = None
) -> Rows:
    """Return some of a day's visits as edges of a bucket; of unknown exits, with estimates."""
    arrived, is_known = made.arrived[chosen], made.is_known[chosen]
    kind = CATEGORIES[UNKNOWN]
    latest = np.minimum(
        arrived + int(kind.longest_stay.total_seconds()), midnight_s(made.day + 1)
    ).astype(np.int32)
    typical = np.minimum(arrived + int(kind.typical_stay.total_seconds()), latest)

    def where_known(known: np.ndarray | int, unknown: np.ndarray | int) -> np.ndarray:
        return np.where(is_known, known, unknown).astype(np.int32)

    return Rows(
        person=made.person[chosen],
        venue=made.venue[chosen],
        day=np.full(len(arrived), made.day if day is None else day, np.int32),
        arrived=arrived,
        left=where_known(made.left[chosen], NEVER),
        recorded=np.full(len(arrived), recorded, np.int32),
        expected=where_known(NEVER, typical.astype(np.int32)),
        left_by=where_known(NEVER, latest),
        left_recorded=where_known(recorded, NEVER),
        retracted=np.full(len(arrived), NEVER, np.int32),
    )


def _joined(rows: Rows, others: Rows | None) -> Rows:
    if others is None:
        return rows
    names = Rows.__dataclass_fields__
    return Rows(
        **{key: np.concatenate([getattr(rows, key), getattr(others, key)]) for key in names}
    )


def _padded(prefix: str, numbers: polars.Series, width: int) -> polars.Series:
    return prefix + numbers.cast(polars.String).str.zfill(width)


def _instants(seconds: polars.Series) -> polars.Series:
    return (seconds * 1_000_000).cast(polars.Datetime("us", "UTC"))
