"""What is hard to believe about a check-in (R199): it is flagged, and stored all the same; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from graph.categories import VenueCategory
from graph.periods import LOCAL_ZONE, instant_of

EARTH_KM = 6371.0
# Faster than any way through a city (inferred), over more than the error of a phone's place.
FASTEST_KM_PER_HOUR = 120.0
NEAREST_KM = 3.0
# One person does not enter so many places so soon (inferred).
MOST_OF_A_PERSON = 10
SOON = timedelta(minutes=10)

#: `late` and `clock` are told by whoever received the scan, `crowd` by the intake itself.
FLAGS = ("travel", "hours", "burst", "crowd", "late", "clock")


def find_flags(
    at: datetime,
    category: VenueCategory,
    place: tuple[float | None, float | None],
    stays: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Return why a check-in is hard to believe, in the order of FLAGS; empty if it is not.

    Args:
        at: when the person came, aware UTC.
        place: latitude and longitude of the venue, degrees; None where not known.
        stays: what is known of the person around that time, as `intake/find_citizens` gives it.
    """
    found = []
    if any(_is_too_far(at, place, stay) for stay in stays):
        found.append("travel")
    if not category.is_usual(at.astimezone(LOCAL_ZONE).time()):
        found.append("hours")
    near = [stay for stay in stays if abs(instant_of(stay["arrived_at_s"]) - at) <= SOON]
    if len(near) >= MOST_OF_A_PERSON:
        found.append("burst")
    return found


def _is_too_far(
    at: datetime, place: tuple[float | None, float | None], stay: Mapping[str, Any]
) -> bool:
    """Say whether nobody gets from a stay to a place, or from there to the stay, in time."""
    if None in (*place, stay["latitude"], stay["longitude"]):
        return False
    km = distance_km((place[0], place[1]), (stay["latitude"], stay["longitude"]))  # type: ignore[arg-type]
    if km <= NEAREST_KM:
        return False
    arrived = instant_of(stay["arrived_at_s"])
    # How long a stay lasted is often not known: the arrivals alone are sure.
    between = abs(at - arrived)
    return km > FASTEST_KM_PER_HOUR * between.total_seconds() / 3600


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two places, latitude and longitude in degrees, on a sphere."""
    (lat_1, lon_1), (lat_2, lon_2) = (
        (radians(latitude), radians(longitude)) for latitude, longitude in (one, other)
    )
    half = sin((lat_2 - lat_1) / 2) ** 2
    half += cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
