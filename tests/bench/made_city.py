"""A made-up city for benchmarks: seeded, so that two runs measure the same visits.

People go out about once a day, to places of their own or to popular ones. How popular a venue
is falls with its rank as in Zipf's law, flattened at the top (Mandelbrot), because no single
venue takes a tenth of a city's visits. Most stay for 15 to 120 minutes within opening hours;
one in a hundred stays past midnight.
"""

import csv
from bisect import bisect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path
from random import Random

LOCAL = timezone(timedelta(hours=7))
FIRST_DAY = date(2021, 7, 1)
COLUMNS = ("visit_id", "person_id", "venue_id", "arrived_at", "left_at")
OPENS, CLOSES = 6 * 60, 22 * 60


@dataclass(frozen=True)
class City:
    """How large the city is and how it behaves; everything else follows from the seed."""

    visits: int = 1_000_000
    people: int = 60_000
    days: int = 21
    venues: int = 4_500
    exponent: float = 1.0
    flattened_by: float = 12.0
    own_places: int = 4
    share_of_own: float = 0.5
    share_past_midnight: float = 0.01
    share_unknown_exit: float = 0.02
    seed: int = 20210701


@dataclass(frozen=True, slots=True)
class MadeVisit:
    """One visit, its times aware; `left_at` is None for an exit that nobody recorded."""

    visit_id: str
    person_id: str
    venue_id: str
    arrived_at: datetime
    left_at: datetime | None


def visits_of(city: City) -> Iterator[MadeVisit]:
    """Yield the city's visits, day by day."""
    random = Random(city.seed)
    weights = [(rank + city.flattened_by) ** -city.exponent for rank in range(city.venues)]
    popularity = list(accumulate(weights))
    own = [
        [_popular(random, popularity) for _ in range(city.own_places)] for _ in range(city.people)
    ]
    for number in range(city.visits):
        day = number * city.days // city.visits
        person = random.randrange(city.people)
        goes_home = random.random() < city.share_of_own
        venue = random.choice(own[person]) if goes_home else _popular(random, popularity)
        arrived_at, left_at = _stay(random, city, day)
        yield MadeVisit(
            f"visit-{number:07d}",
            f"person-{person:05d}",
            f"venue-{venue:04d}",
            arrived_at,
            None if random.random() < city.share_unknown_exit else left_at,
        )


def write_city(city: City, file: Path) -> None:
    """Write the city's visits as the importer `visits` reads them."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for visit in visits_of(city):
            left_at = visit.left_at.isoformat() if visit.left_at else ""
            writer.writerow(
                [
                    visit.visit_id,
                    visit.person_id,
                    visit.venue_id,
                    visit.arrived_at.isoformat(),
                    left_at,
                ]
            )


def local_midnight(day: int) -> datetime:
    """Return when a day of the city begins, the first being day 0."""
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=LOCAL) + timedelta(
        days=day
    )


def parameters_of(city: City) -> dict[str, object]:
    """Return what a report says of the city."""
    return asdict(city)


def _popular(random: Random, popularity: list[float]) -> int:
    return bisect(popularity, random.random() * popularity[-1])


def _stay(random: Random, city: City, day: int) -> tuple[datetime, datetime]:
    midnight = local_midnight(day)
    if random.random() < city.share_past_midnight:
        minute = random.randint(CLOSES, 24 * 60 - 1)
        length = timedelta(minutes=24 * 60 - minute + random.randint(15, 9 * 60))
    else:
        # Triangular: most stays are short, two hours are rare.
        length = timedelta(minutes=int(random.triangular(15, 121, 30)))
        minute = random.randint(OPENS, CLOSES - int(length.total_seconds()) // 60)
    arrived_at = midnight + timedelta(minutes=minute, seconds=random.randrange(60))
    return arrived_at, arrived_at + length
