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


class Diary:
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
        work = resident.work
        if work is None or _is_off(work, day):
            return list(self._errands(resident, day, (6 * 60, 18 * 60)))
        shift = self._shift(resident, work)
        evening = (17 * 60 + 30, 20 * 60)
        return [*self._work(resident, work, day, *shift), *self._errands(resident, day, evening)]

    def _shift(self, resident: Resident, place: Place) -> tuple[int, int]:
        """Return from when until when somebody works, in minutes from midnight."""
        start, end = (22 * 60, 30 * 60) if resident.is_night_worker else (8 * 60, 17 * 60)
        if place.category in {"market", "wholesale_market"}:
            start, end = 5 * 60, 12 * 60
        return start + self.random.randint(-15, 5), end + self.random.randint(-5, 25)

    def _work(
        self, resident: Resident, place: Place, day: date, start: int, end: int
    ) -> Iterator[Stay]:
        """Give what is scanned of a working day: the work, and the bus there and back."""
        random = self.random
        if random.random() < _SCANNED_AT_WORK:
            yield self._stay(resident, place, day, start, end)
        if resident.bus and random.random() < _SCANNED_AT_WORK:
            yield from self._rides(resident, day, start, end)

    def _rides(self, resident: Resident, day: date, start: int, end: int) -> Iterator[Stay]:
        """Give the way there and back; a bus leaves every 40 minutes, each time another one."""
        vehicles = self.vehicles[resident.bus or ""]
        for latest in (start - 45, end + 40):
            slot = latest // 40
            length = self.random.randint(18, 36)
            vehicle = vehicles[slot % len(vehicles)]
            begin = slot * 40 + self.random.randint(0, 8)
            yield self._stay(resident, vehicle, day, begin, begin + length)

    def _errands(self, resident: Resident, day: date, hours: tuple[int, int]) -> Iterator[Stay]:
        """Give the errands of a day, begun within some hours, given in minutes from midnight."""
        random = self.random
        chance = 0.42 if day.weekday() >= _SATURDAY else 0.3
        while random.random() < chance:
            category = random.choices(list(_ERRANDS), [often for often, *_ in _ERRANDS.values()])[0]
            rooms = self._rooms_for(resident, category)
            _, least, most = _ERRANDS[category]
            # The market is best early: the earlier of two draws.
            begin = random.randint(*hours)
            if category == "market":
                begin = min(begin, random.randint(*hours))
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


def _is_off(place: Place, day: date) -> bool:
    """Whether nobody works there on a day: on Sundays, in offices and the like on Saturdays too."""
    weekend = (_SATURDAY, _SUNDAY) if place.category in _WEEKEND_OFF else (_SUNDAY,)
    return day.weekday() in weekend


def make_stays(
    random: Random, places: Places, people: Sequence[Resident], first: date, days: int
) -> list[Stay]:
    """Return every stay of every day, by arrival, with some weeks in hospital among them."""
    diary = Diary(random, places)
    stays = [
        stay
        for number in range(days)
        for resident in people
        for stay in diary.day(resident, first + timedelta(days=number))
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
