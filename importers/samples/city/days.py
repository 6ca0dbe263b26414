"""Where the people of the made city go, day by day: to work, by bus, shopping, to hospital."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from graph.periods import local_midnight
from importers.samples.city.people import Resident
from importers.samples.city.places import Place, Places

_SUNDAY, _SATURDAY = 6, 5
_WEEKEND_OFF = frozenset(
    {"office", "company", "school", "state_body", "party_body", "mass_org", "hightech_park"}
)
# How often a stay of each kind is scanned at all, and how often the way out is forgotten.
_SCANNED_AT_WORK = 0.72
_FORGOTTEN = {"market": 0.22, "essential_shop": 0.28, "public_transport": 0.18, "supermarket": 0.2}
_FORGOTTEN_ELSEWHERE = 0.09
# Where errands lead, by how often, and for how many minutes.
_ERRANDS = {
    "market": (42, 15, 50),
    "essential_shop": (30, 4, 18),
    "supermarket": (14, 20, 60),
    "health_facility": (2, 20, 70),
    "state_body": (3, 15, 50),
    "mall": (2, 30, 100),
    "wholesale_market": (2, 30, 80),
    "hospital": (2, 40, 150),
    "entertainment": (1, 40, 100),
    "apartments": (1, 20, 90),
    "waiting_hall": (1, 10, 30),
    "pier": (1, 10, 40),
    "station": (1, 15, 50),
    "bus_station": (1, 15, 45),
}
_NEAR_HOME = frozenset({"market", "essential_shop", "supermarket", "health_facility", "state_body"})


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit before it has an id; aware UTC; `is_forgotten` if nobody scanned the way out."""

    person_id: str
    place: Place
    arrived_at: datetime
    left_at: datetime
    is_forgotten: bool


class Week:
    """Makes the stays of people; one order of draws, so that a seed gives one city."""

    def __init__(self, random: Random, places: Places) -> None:
        self.random = random
        self.places = places
        self.rooms = {
            (category, ward): places.rooms(category, ward=ward)
            for category in _ERRANDS
            for ward in (None, *places.wards)
        }
        self.vehicles: dict[str, list[Place]] = defaultdict(list)
        for place in places.rooms("public_transport"):
            self.vehicles[place.part_of or ""].append(place)

    def day(self, resident: Resident, day: date) -> list[Stay]:
        """Return where a person wants to be on a day; stays may overlap."""
        at_work = self._work(resident, day)
        return [*at_work, *self._errands(resident, day, at_work)]

    def _work(self, resident: Resident, day: date) -> list[Stay]:
        place, random = resident.work, self.random
        if place is None or day.weekday() == _SUNDAY:
            return []
        if day.weekday() == _SATURDAY and place.category in _WEEKEND_OFF:
            return []
        start, end = (22 * 60, 30 * 60) if resident.is_night_worker else (8 * 60, 17 * 60)
        if place.category in {"market", "wholesale_market"}:
            start, end = 5 * 60, 12 * 60
        start, end = start + random.randint(-15, 5), end + random.randint(-5, 25)
        stays = []
        if random.random() < _SCANNED_AT_WORK:
            stays.append(self._stay(resident, place, day, start, end))
        if resident.bus and random.random() < _SCANNED_AT_WORK:
            stays += self._rides(resident, day, start, end)
        return stays

    def _rides(self, resident: Resident, day: date, start: int, end: int) -> Iterator[Stay]:
        """Give the way there and back; a bus leaves every 40 minutes, each time another one."""
        vehicles = self.vehicles[resident.bus or ""]
        for latest in (start - 45, end + 40):
            slot = latest // 40
            length = self.random.randint(18, 36)
            vehicle = vehicles[slot % len(vehicles)]
            begin = slot * 40 + self.random.randint(0, 8)
            yield self._stay(resident, vehicle, day, begin, begin + length)

    def _errands(self, resident: Resident, day: date, at_work: Sequence[Stay]) -> Iterator[Stay]:
        random = self.random
        chance = 0.42 if day.weekday() >= _SATURDAY else 0.3
        while random.random() < chance:
            category = random.choices(list(_ERRANDS), [often for often, *_ in _ERRANDS.values()])[0]
            rooms = self._rooms_for(resident, category)
            _, least, most = _ERRANDS[category]
            early, late = (17 * 60 + 30, 20 * 60) if at_work else (6 * 60, 18 * 60)
            # Mornings are for the market: the earlier of two draws.
            begin = random.randint(early, late)
            if category == "market" and not at_work:
                begin = min(begin, random.randint(early, late))
            end = begin + random.randint(least, most)
            yield self._stay(resident, random.choice(rooms), day, begin, end)

    def _rooms_for(self, resident: Resident, category: str) -> list[Place]:
        if category in _NEAR_HOME and self.random.random() < 0.88:
            return self.rooms[category, resident.ward]
        return self.rooms[category, None]

    def _stay(self, resident: Resident, place: Place, day: date, begin: int, end: int) -> Stay:
        midnight = local_midnight(day)
        forgotten = _FORGOTTEN.get(place.category, _FORGOTTEN_ELSEWHERE)
        seconds = self.random.randint(0, 59)
        return Stay(
            person_id=resident.person_id,
            place=place,
            arrived_at=midnight + timedelta(minutes=begin, seconds=seconds),
            left_at=midnight + timedelta(minutes=end, seconds=seconds),
            is_forgotten=self.random.random() < forgotten,
        )


def make_stays(
    random: Random, places: Places, people: Sequence[Resident], first: date, days: int
) -> list[Stay]:
    """Return every stay of every day, by arrival, with some weeks in hospital among them."""
    week = Week(random, places)
    stays = [
        stay
        for number in range(days)
        for resident in people
        for stay in week.day(resident, first + timedelta(days=number))
    ]
    return _one_at_a_time(_with_patients(random, places, people, stays, first))


def _one_at_a_time(stays: list[Stay]) -> list[Stay]:
    """Return the stays by arrival, without those that begin before the person's last one ended."""
    free_from: dict[str, datetime] = {}
    kept = []
    for stay in sorted(stays, key=lambda one: (one.arrived_at, one.person_id)):
        if stay.arrived_at >= free_from.get(stay.person_id, stay.arrived_at):
            free_from[stay.person_id] = stay.left_at
            kept.append(stay)
    return kept


def _with_patients(
    random: Random, places: Places, people: Sequence[Resident], stays: list[Stay], first: date
) -> list[Stay]:
    """Return the stays with 30 people in hospital beds for days, during which they go nowhere."""
    wards = [room for room in places.rooms("hospital") if room.name in {"Khoa Nội", "Khoa Ngoại"}]
    beds: dict[str, Stay] = {}
    for resident in random.sample(list(people), 30):
        start = local_midnight(first + timedelta(days=random.randint(0, 12), hours=0))
        arrived = start + timedelta(hours=random.randint(8, 16))
        left = arrived + timedelta(days=random.randint(2, 7), hours=random.randint(-2, 3))
        beds[resident.person_id] = Stay(
            resident.person_id, random.choice(wards), arrived, left, is_forgotten=False
        )
    outside = [stay for stay in stays if _is_free(stay, beds.get(stay.person_id))]
    return [*outside, *beds.values()]


def _is_free(stay: Stay, bed: Stay | None) -> bool:
    return bed is None or stay.left_at <= bed.arrived_at or stay.arrived_at >= bed.left_at


def cut_off(stays: Sequence[Stay], away: dict[str, list[tuple[datetime, datetime]]]) -> list[Stay]:
    """Return the stays without those of people while they are isolated, which end at its start."""
    kept = []
    for stay in stays:
        left_at = stay.left_at
        for start, end in away.get(stay.person_id, ()):
            if start <= stay.arrived_at < end:
                left_at = stay.arrived_at
            elif stay.arrived_at < start < left_at:
                left_at = start
        if left_at > stay.arrived_at:
            kept.append(stay if left_at == stay.left_at else replace(stay, left_at=left_at))
    return kept
