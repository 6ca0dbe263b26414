"""What became known when in the made city: files of each day, interviews, reports of cases."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

from graph.periods import LOCAL_ZONE, local_day, local_midnight
from importers.cases import CASES
from importers.isolations import ISOLATIONS
from importers.meetings import MEETINGS
from importers.persons import PERSONS
from importers.samples.city.days import Stay, cut_off, make_stays
from importers.samples.city.outbreak import QUARANTINE, Illness, Outbreak, june, make_outbreak
from importers.samples.city.people import Resident, make_people
from importers.samples.city.places import QUARANTINE_PLACE, Places, make_places
from importers.samples.parts import Part
from importers.venues import VENUES
from importers.visits import VISITS

SEED = 20_210_624
PEOPLE = 3_000
FIRST_DAY = date(2021, 6, 3)
DAYS = 21
LAST_PART = "city/cases-final.csv"
_UNTIL = FIRST_DAY + timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class City:
    """The made city: its venues, people and stays, and what is known of its outbreak."""

    places: Places
    people: tuple[Resident, ...]
    stays: tuple[Stay, ...]
    outbreak: Outbreak

    def parts(self) -> list[Part]:
        """Return the files in which all of this became known, the earliest first."""
        start = local_midnight(FIRST_DAY)
        parts = [
            Part(VENUES, "city/venues.csv", start, [place.row() for place in self.places.every]),
            Part(PERSONS, "city/persons.csv", start, [one.row() for one in self.people]),
            *_visits_by_day(self.stays),
            *_interviews(self.people, self.outbreak),
            *_isolations(self.outbreak, self.places),
            *_reports(self.outbreak),
        ]
        return sorted(parts, key=lambda part: part.recorded_at)


def make_city(seed: int = SEED, count: int = PEOPLE) -> City:
    """Return the city of a seed: the same seed gives the same city, to the last second."""
    random = Random(seed)  # noqa: S311 - made people need no secrets
    places = make_places(random)
    people = make_people(random, places, count)
    stays = make_stays(random, places, people, FIRST_DAY, DAYS)
    outbreak = make_outbreak(people, stays)
    return City(places, people, tuple(cut_off(stays, outbreak.away())), outbreak)


def _visits_by_day(stays: Sequence[Stay]) -> Iterator[Part]:
    """Give one file a day, made half an hour past midnight.

    Who is still there then has no exit yet: the file of the day of the exit holds the row
    again, with it.
    """
    told: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for number, stay in enumerate(stays, 1):
        visit_id = f"HCM-V-{number:06}"
        on_arrival, on_exit = _next_file(stay.arrived_at), _next_file(stay.left_at)
        left_at = None if stay.is_forgotten else stay.left_at
        told[on_arrival].append(_visit(visit_id, stay, left_at if on_exit == on_arrival else None))
        if left_at and on_exit > on_arrival:
            told[on_exit].append(_visit(visit_id, stay, left_at))
    for known_at, rows in sorted(told.items()):
        day = local_day(known_at) - timedelta(days=1)
        yield Part(VISITS, f"city/visits-{day}.csv", known_at, rows)


def _next_file(moment: datetime) -> datetime:
    """Return when the first file is made that tells of a moment."""
    half_past = local_midnight(local_day(moment)) + timedelta(minutes=30)
    return half_past if moment <= half_past else half_past + timedelta(days=1)


def _visit(visit_id: str, stay: Stay, left_at: datetime | None) -> dict[str, Any]:
    return {
        "visit_id": visit_id,
        "person_id": stay.person_id,
        "venue_id": stay.place.venue_id,
        "arrived_at": _told(stay.arrived_at),
        "left_at": "" if left_at is None else _told(left_at),
    }


def _interviews(people: Sequence[Resident], outbreak: Outbreak) -> Iterator[Part]:
    """Give who lives with each case, and who with a workmate of the first, as interviews tell."""
    homes: dict[int, list[Resident]] = {}
    for one in people:
        homes.setdefault(one.household, []).append(one)
    first = outbreak.illnesses[0]
    asked: set[str] = set()
    for illness in outbreak.illnesses:
        told_at = max(illness.decided_at, illness.isolated_at) + timedelta(hours=2)
        rows = [
            _meeting(illness.person, other, illness.ill_from, illness.isolated_at, "household")
            for other in homes[illness.person.household]
            # Whom an earlier case has named as living together is not named twice.
            if other is not illness.person and other.person_id not in asked
        ]
        asked.add(illness.person.person_id)
        if rows and not illness.is_discarded:
            yield Part(MEETINGS, f"city/interview-{illness.case_id}.csv", told_at, rows)
    ill_at = {illness.person.household for illness in outbreak.illnesses}
    workmates = [
        one for one in people if one.work is first.person.work and one.household not in ill_at
    ]
    rows = [
        _meeting(one, other, june(11, "18:00"), june(14, "06:00"), "household of a workmate")
        for household in sorted({mate.household for mate in workmates})
        for one, other in combinations(homes[household], 2)
    ]
    yield Part(MEETINGS, "city/interview-workshop.csv", june(14, "21:00"), rows)


def _meeting(
    one: Resident, other: Resident, start: datetime, end: datetime, kind: str
) -> dict[str, Any]:
    return {
        "contact_id": f"HCM-M-{one.person_id[-5:]}-{other.person_id[-5:]}",
        "person_a": one.person_id,
        "person_b": other.person_id,
        "started_at": _told(start),
        "ended_at": _told(end),
        "kind": kind,
    }


def _isolations(outbreak: Outbreak, places: Places) -> Iterator[Part]:
    """Give one list of isolated people for each day on which somebody is isolated."""
    hospital = next(place for place in places.every if place.category == "hospital")
    ill = [(one.person, one.isolated_at, hospital.venue_id) for one in outbreak.illnesses]
    dormitory = places.named(QUARANTINE_PLACE)
    near = [(person, start, dormitory.venue_id) for person, start in outbreak.quarantined]
    days = sorted({local_day(start) for _, start, _ in [*ill, *near]})
    for day in days:
        rows = [
            {
                "isolation_id": f"HCM-I-{person.person_id[-5:]}",
                "person_id": person.person_id,
                "venue_id": venue_id,
                "started_at": _told(start),
                "ended_at": _told(start + QUARANTINE),
            }
            for person, start, venue_id in [*ill, *near]
            if local_day(start) == day
        ]
        known_at = local_midnight(day) + timedelta(hours=23)
        yield Part(ISOLATIONS, f"city/isolations-{day}.csv", known_at, rows)


def _reports(outbreak: Outbreak) -> Iterator[Part]:
    """Give each case as suspected on the evening of its sample, and then as decided."""
    for illness in outbreak.illnesses:
        sampled_at = local_midnight(illness.sampled_on) + timedelta(hours=18)
        name = f"city/case-{illness.case_id}"
        yield Part(CASES, f"{name}-suspected.csv", sampled_at, [_case(illness, sampled_at)])
        known_at = max(illness.decided_at, illness.isolated_at) + timedelta(minutes=20)
        yield Part(CASES, f"{name}-decided.csv", known_at, [_case(illness, known_at)])
    # The closing list of the three weeks says again what is known of all.
    known_at = local_midnight(_UNTIL) + timedelta(days=10)
    rows = [_case(illness, known_at) for illness in outbreak.illnesses]
    yield Part(CASES, LAST_PART, known_at, rows)


def _case(illness: Illness, known_at: datetime) -> dict[str, Any]:
    is_decided = illness.decided_at <= known_at
    decision = "discarded" if illness.is_discarded else "confirmed"
    is_confirmed = is_decided and not illness.is_discarded
    is_isolated = illness.isolated_at <= known_at
    return {
        "case_id": illness.case_id,
        "person_id": illness.person.person_id,
        "classification": decision if is_decided else "suspected",
        "onset_on": "" if illness.onset_on is None else illness.onset_on.isoformat(),
        "sampled_on": illness.sampled_on.isoformat(),
        "confirmed_at": _told(illness.decided_at) if is_confirmed else "",
        "isolated_at": _told(illness.isolated_at) if is_isolated else "",
    }


def _told(moment: datetime) -> str:
    """Return a moment as the city's files write it: local, with its offset."""
    return moment.astimezone(LOCAL_ZONE).isoformat()
