"""The people of the made city: names drawn from common ones, households, work."""

from dataclasses import dataclass
from random import Random

from importers.samples.city.places import QUARANTINE_PLACE, Place, Places

# The commonest family names with their rough weights; names of nobody in particular.
_FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Phan": 5, "Vũ": 4, "Võ": 4,
    "Đặng": 2, "Bùi": 2, "Đỗ": 2, "Hồ": 2, "Ngô": 1, "Dương": 1, "Lý": 1,
}  # fmt: skip
_MIDDLE = {
    "male": ("Văn", "Hữu", "Minh", "Quốc", "Đức", "Thành", "Công", "Anh"),
    "female": ("Thị", "Ngọc", "Thanh", "Kim", "Thuỳ", "Mỹ", "Hồng", "Bảo"),
}
_GIVEN = {
    "male": (
        "An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hoàng", "Hùng", "Huy", "Khánh",
        "Khoa", "Lâm", "Long", "Nam", "Nghĩa", "Phong", "Phúc", "Quân", "Sơn", "Tài", "Tâm",
        "Thắng", "Tín", "Toàn", "Trí", "Trung", "Tuấn", "Việt", "Vinh",
    ),
    "female": (
        "Ánh", "Châu", "Chi", "Diễm", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hiền", "Hoa",
        "Hương", "Lan", "Liên", "Linh", "Loan", "Mai", "My", "Nga", "Ngân", "Nhung", "Oanh",
        "Phượng", "Quyên", "Thảo", "Thu", "Trang", "Trinh", "Tuyết", "Vân",
    ),
}  # fmt: skip
# How many people live together, by how often; the mean is 3.5.
_HOUSEHOLD_SIZES = {1: 8, 2: 18, 3: 25, 4: 26, 5: 14, 6: 9}
# Which venues employ whom: day work unless a night shift is named.
_EMPLOYERS = {
    "industrial_park": 26, "export_zone": 26, "hightech_park": 18, "plant": 24,
    "enterprise": 14, "hospital": 14, "school": 10, "office": 15, "company": 13,
    "production": 12, "market": 4, "wholesale_market": 14, "supermarket": 8, "mall": 10,
    "essential_shop": 2, "state_body": 7, "party_body": 6, "mass_org": 5,
    "health_facility": 5, "bus_station": 5, "pier": 5, "station": 6,
}  # fmt: skip
_NIGHT_WORK = frozenset({"industrial_park", "export_zone", "plant", "hospital"})
_WORKING_AGE = range(1957, 2003)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives in the city; `work` is the room they work in, `bus` how they get there."""

    person_id: str
    full_name: str
    birth_year: int
    sex: str
    ward: str
    household: int
    work: Place | None = None
    is_night_worker: bool = False
    bus: str | None = None

    def row(self) -> dict[str, str]:
        """Return the person as a row of the importer `persons`."""
        return {
            "person_id": self.person_id,
            "full_name": self.full_name,
            "birth_year": str(self.birth_year),
            "sex": self.sex,
            "unit_code": self.ward,
        }


def make_people(random: Random, places: Places, count: int) -> tuple[Resident, ...]:
    """Return the residents, household by household; work is given out until none is left."""
    jobs = _jobs(random, places)
    lines = [place.venue_id for place in places.every if place.category == "public_transport"]
    lines = [line for line in lines if any(place.part_of == line for place in places.every)]
    people: list[Resident] = []
    household = 0
    while len(people) < count:
        household += 1
        ward = random.choice(places.wards)
        size = random.choices(list(_HOUSEHOLD_SIZES), list(_HOUSEHOLD_SIZES.values()))[0]
        family = random.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
        for _ in range(min(size, count - len(people))):
            people.append(_resident(random, len(people) + 1, household, ward, family, jobs, lines))
    return tuple(people)


def _resident(
    random: Random,
    number: int,
    household: int,
    ward: str,
    family: str,
    jobs: dict[str, list[Place]],
    lines: list[str],
) -> Resident:
    sex = random.choice(("male", "female"))
    # One in three bears another family's name, as wives and mothers do.
    if random.random() < 1 / 3:
        family = random.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
    born = random.randint(1938, 2015)
    work = _find_work(random, ward, jobs) if born in _WORKING_AGE else None
    kind = "" if work is None else work.category
    return Resident(
        person_id=f"HCM-P-{number:05}",
        full_name=f"{family} {random.choice(_MIDDLE[sex])} {random.choice(_GIVEN[sex])}",
        birth_year=born,
        sex=sex,
        ward=ward,
        household=household,
        work=work,
        is_night_worker=kind in _NIGHT_WORK and random.random() < 0.15,
        bus=random.choice(lines) if work and work.ward != ward and random.random() < 0.3 else None,
    )


def _jobs(random: Random, places: Places) -> dict[str, list[Place]]:
    """Return the jobs of each ward in a random order, one entry a job."""
    jobs: dict[str, list[Place]] = {ward: [] for ward in places.wards}
    for category, heads in _EMPLOYERS.items():
        for room in places.rooms(category):
            if room.name == QUARANTINE_PLACE:
                continue
            jobs[room.ward] += [room] * heads
    for rooms in jobs.values():
        random.shuffle(rooms)
    return jobs


def _find_work(random: Random, ward: str, jobs: dict[str, list[Place]]) -> Place | None:
    """Return a job near home or, as often, wherever most are left."""
    if random.random() < 0.15:
        return None
    fullest = max(jobs, key=lambda one: (len(jobs[one]), one))
    near = jobs[ward] if jobs[ward] and random.random() < 0.5 else jobs[fullest]
    return near.pop() if near else None
