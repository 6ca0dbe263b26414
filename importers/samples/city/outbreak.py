"""Who falls ill in the made city, by whom, when it is known, and who is isolated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from graph.periods import LOCAL_ZONE, local_midnight
from importers.samples.city.days import Stay
from importers.samples.city.people import Resident

Found = TypeVar("Found")
QUARANTINE = timedelta(days=14)
_FIFTEEN_MINUTES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Illness:
    """One case of the made outbreak; `confirmed_at` None for one that was discarded."""

    case_id: str
    person: Resident
    onset_on: date | None
    sampled_on: date
    decided_at: datetime
    isolated_at: datetime
    is_discarded: bool = False

    @property
    def ill_from(self) -> datetime:
        """When people around begin to count: three days before onset, else before the sample."""
        return local_midnight((self.onset_on or self.sampled_on) - timedelta(days=3))


@dataclass(frozen=True, slots=True)
class Outbreak:
    """The cases, in the order of their onset, and whom their households send into quarantine."""

    illnesses: tuple[Illness, ...]
    quarantined: tuple[tuple[Resident, datetime], ...]

    def away(self) -> dict[str, list[tuple[datetime, datetime]]]:
        """Return when each person who is isolated or quarantined goes nowhere."""
        starts = [
            *((illness.person, illness.isolated_at) for illness in self.illnesses),
            *self.quarantined,
        ]
        return {person.person_id: [(start, start + QUARANTINE)] for person, start in starts}


def june(day: int, clock: str = "00:00") -> datetime:
    """Return a local time of June 2021 as an aware UTC instant."""
    return datetime.combine(date(2021, 6, day), time.fromisoformat(clock), LOCAL_ZONE).astimezone(
        UTC
    )


def make_outbreak(people: Sequence[Resident], stays: Sequence[Stay]) -> Outbreak:
    """Return six cases: four in a chain, one without a known source, one discarded.

    The chain: a seamstress; somebody at home with her; a workmate of her shift; somebody
    whom the workmate stood beside at a market or shop. The others: a nurse without
    symptoms, and a suspicion that a test takes back.
    """
    first = _first(
        one
        for one in people
        if _works(one, "Nhà máy May Hồng Hạc")
        and one.work
        and one.ward == one.work.ward
        and len(_household(people, one)) > 1
    )
    at_home = _first(one for one in _household(people, first) if one is not first)
    mate, beside = _first(_chains(people, stays, first))
    nurse = _first(one for one in people if _works(one, "Khoa Cấp cứu"))
    doubtful = _first(one for one in people if _works(one, "Quầy một cửa"))
    cases = (
        Illness("HCM-BN-01", first, date(2021, 6, 10), date(2021, 6, 12),
                june(13, "15:30"), june(13, "20:00")),
        Illness("HCM-BN-02", at_home, date(2021, 6, 13), date(2021, 6, 14),
                june(15, "16:10"), june(14, "09:00")),
        Illness("HCM-BN-03", mate, date(2021, 6, 14), date(2021, 6, 15),
                june(16, "17:45"), june(14, "22:00")),
        Illness("HCM-BN-04", beside, date(2021, 6, 17), date(2021, 6, 18),
                june(19, "15:20"), june(19, "18:00")),
        Illness("HCM-BN-05", nurse, None, date(2021, 6, 20),
                june(21, "16:40"), june(21, "18:30")),
        Illness("HCM-BN-06", doubtful, date(2021, 6, 18), date(2021, 6, 19),
                june(21, "16:45"), june(19, "14:00"), is_discarded=True),
    )  # fmt: skip
    return Outbreak(cases, _quarantined(people, cases))


def _first(found: Iterator[Found]) -> Found:
    """Return the first of those that fit.

    Raises:
        ValueError: nobody fits, so that this seed's city cannot have the outbreak.
    """
    one = next(found, None)
    if one is None:
        raise ValueError("the city of this seed has nobody who fits: take another seed")
    return one


def _works(person: Resident, room: str) -> bool:
    """Whether somebody works in a room by day."""
    return bool(person.work and person.work.name == room and not person.is_night_worker)


def _household(people: Sequence[Resident], person: Resident) -> list[Resident]:
    return [one for one in people if one.household == person.household]


def _quarantined(
    people: Sequence[Resident], cases: Sequence[Illness]
) -> tuple[tuple[Resident, datetime], ...]:
    """Return who goes into quarantine, each once, and when.

    Who lives with the first or the third case goes two hours after the case is isolated, and
    the first case's workmates on the evening after she is confirmed.
    """
    first, third = cases[0], cases[2]
    ill = {illness.person.person_id for illness in cases}
    found: list[tuple[Resident, datetime]] = []
    for one in people:
        if one.person_id in ill:
            continue
        if one.household == first.person.household:
            found.append((one, first.isolated_at + timedelta(hours=2)))
        elif one.work is first.person.work:
            found.append((one, june(14, "22:00")))
        elif one.household == third.person.household:
            found.append((one, third.isolated_at + timedelta(hours=2)))
    return tuple(found)


def _chains(
    people: Sequence[Resident], stays: Sequence[Stay], first: Resident
) -> Iterator[tuple[Resident, Resident]]:
    """Give a workmate and whom the workmate stood beside, the longest with the first case first.

    Who comes by bus is left out: a bus would link them with half the city.
    """
    week = _by_person(_between(stays, 8, 12))
    shift = [one for one in people if one.work is first.work and one.household != first.household]
    shift.sort(key=lambda one: (_shared(week, first, one), one.person_id), reverse=True)
    for mate in shift:
        beside = None if mate.bus else _met_shopping(people, stays, mate)
        if beside:
            yield mate, beside


def _met_shopping(
    people: Sequence[Resident], stays: Sequence[Stay], mate: Resident
) -> Resident | None:
    """Return who stood longest beside somebody at a market or shop, a stranger in all else.

    None if nobody did, for 15 minutes or more.
    """
    by_id = {one.person_id: one for one in people}
    met: dict[str, timedelta] = {}

    def shopping(stay: Stay) -> bool:
        return stay.place.category in {"market", "essential_shop", "supermarket"}

    trips = _between(stays, 11, 14, shopping)
    own = [stay for stay in trips if stay.person_id == mate.person_id]
    for stay in trips:
        other = by_id[stay.person_id]
        length = sum((_overlap(stay, mine) for mine in own), timedelta())
        if length and other.household != mate.household and other.work is not mate.work:
            met[stay.person_id] = met.get(stay.person_id, timedelta()) + length
    return by_id[max(met, key=lambda key: (met[key], key))] if met else None


def _shared(week: Mapping[str, Sequence[Stay]], one: Resident, other: Resident) -> timedelta:
    """Return how long two people stood in the same rooms."""
    of_one, of_other = week.get(one.person_id, ()), week.get(other.person_id, ())
    return sum((_overlap(a, b) for a in of_one for b in of_other), timedelta())


def _by_person(stays: Sequence[Stay]) -> dict[str, list[Stay]]:
    found: dict[str, list[Stay]] = {}
    for stay in stays:
        found.setdefault(stay.person_id, []).append(stay)
    return found


def _between(
    stays: Sequence[Stay], first: int, last: int, wanted: Callable[[Stay], bool] = lambda _: True
) -> list[Stay]:
    start, end = june(first), june(last)
    return [stay for stay in stays if start <= stay.arrived_at < end and wanted(stay)]


def _overlap(a: Stay, b: Stay) -> timedelta:
    if a.place is not b.place:
        return timedelta()
    shared = min(a.left_at, b.left_at) - max(a.arrived_at, b.arrived_at)
    return shared if shared >= _FIFTEEN_MINUTES else timedelta()
