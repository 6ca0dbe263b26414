"""The MERS-CoV outbreak in Korea, 2015, as files of the plain importers.

`mers_korea_2015/SOURCE.md` says where the data come from and what is assumed to make
visits and meetings of them; each assumption stands beside its function here. Times are
Korea's, UTC+9; the days of the platform stay those of Ho Chi Minh City, two hours behind.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from importlib.resources import files
from typing import Any

from importers.cases import CASES
from importers.importer import Importer
from importers.meetings import MEETINGS
from importers.persons import PERSONS
from importers.samples.parts import Part
from importers.venues import VENUES
from importers.visits import VISITS

KOREA = timezone(timedelta(hours=9))
LAST_PART = "mers/cases-final.csv"
ABROAD = "Middle East"
# A case is ill, here, from three days before its onset until the day of its diagnosis.
_BEFORE_ONSET = timedelta(days=3)
_ONE_DAY = timedelta(days=1)

#: The line list's hospitals: venue_id, category and the venue that each is a part of.
HOSPITALS: Mapping[str, tuple[str, str, str]] = {
    "Samsung Medical Center, Seoul": ("MERS-L-01", "hospital", ""),
    "Samsung Medical Center, Emergency room,Seoul": ("MERS-L-02", "hospital", "MERS-L-01"),
    "Pyeongtaek St. Mary, Hospital, Pyeongtaek, Gyeonggi": ("MERS-L-03", "hospital", ""),
    "Dae Cheong Hospital, Daejeon": ("MERS-L-04", "hospital", ""),
    "Konyang University Hospital, Daejeon": ("MERS-L-05", "hospital", ""),
    "Hallym University Medical Center": ("MERS-L-06", "hospital", ""),
    "Pyeongtaek goodmorning hospital": ("MERS-L-07", "hospital", ""),
    "Hallym University Dongtan Sacred Heart Hospital, Hwaseong, Gyeonggi": (
        "MERS-L-08",
        "hospital",
        "",
    ),
    "Seoul Clinic, Asan, Chungcheongnam": ("MERS-L-09", "health_facility", ""),
    "365 Yeollin Clinic, Seoul": ("MERS-L-10", "health_facility", ""),
    "Pyeongtaek fraternity hospital": ("MERS-L-11", "hospital", ""),
    "Konkuk University hospital": ("MERS-L-12", "hospital", ""),
    "Gangdong Kyuang Hee University Hospital": ("MERS-L-13", "hospital", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the line list, its dates read; what it leaves empty is None."""

    id: str
    age: int
    sex: str
    place_infect: str
    loc_hosp: str
    onset_on: date | None
    reported_on: date
    exposed_from: date | None
    exposed_to: date | None
    diagnosed_on: date

    @property
    def known_at(self) -> datetime:
        """When the case became known: the morning after it was reported and diagnosed."""
        return _morning(max(self.reported_on, self.diagnosed_on) + _ONE_DAY)

    @property
    def exposure(self) -> tuple[datetime, datetime] | None:
        """The presumed exposure in whole days; None if unknown, or abroad, thus in no hospital."""
        if self.exposed_from is None or self.exposed_to is None or self.place_infect == ABROAD:
            return None
        return _midnight(self.exposed_from), _midnight(self.exposed_to + _ONE_DAY)

    @property
    def illness(self) -> tuple[datetime, datetime]:
        """From three days before onset, or before diagnosis, until the end of diagnosis's day."""
        start = _midnight(self.onset_on or self.diagnosed_on) - _BEFORE_ONSET
        return start, _midnight(self.diagnosed_on + _ONE_DAY)


@dataclass(frozen=True, slots=True)
class Pair:
    """A known infector and infectee."""

    infector: Line
    infectee: Line
    exposure: str

    @property
    def period(self) -> tuple[datetime, datetime]:
        """When they are assumed to have met: the infectee's exposure during the infector's illness.

        Where the exposure is unknown, all of the illness; where it lies outside the illness,
        the exposure, because that is what the line list says.
        """
        start, end = self.infectee.exposure or self.infector.illness
        ill_from, ill_until = self.infector.illness
        shared = max(start, ill_from), min(end, ill_until)
        return shared if shared[0] < shared[1] else (start, end)

    @property
    def is_during_illness(self) -> bool:
        """Whether the infector is assumed to have been in the infectee's hospital then."""
        ill_from, ill_until = self.infector.illness
        start, end = self.period
        return self.infectee.exposure is not None and ill_from <= start and end <= ill_until


def read_lines() -> list[Line]:
    """Return the line list."""
    return [
        Line(
            id=row["id"],
            age=int(row["age"]),
            sex=row["sex"],
            place_infect=row["place_infect"],
            loc_hosp=row["loc_hosp"],
            onset_on=_day(row["dt_onset"]),
            reported_on=date.fromisoformat(row["dt_report"]),
            exposed_from=_day(row["dt_start_exp"]),
            exposed_to=_day(row["dt_end_exp"]),
            diagnosed_on=date.fromisoformat(row["dt_diag"]),
        )
        for row in _table("linelist.csv")
    ]


def read_pairs(lines: Iterable[Line]) -> list[Pair]:
    """Return the known pairs."""
    by_id = {line.id: line for line in lines}
    return [
        Pair(by_id[row["from"]], by_id[row["to"]], " ".join(row["exposure"].split()))
        for row in _table("contacts.csv")
    ]


def make_parts() -> list[Part]:
    """Return the files in which the outbreak became known, the earliest first."""
    lines = read_lines()
    pairs = read_pairs(lines)
    start = _midnight(date(2015, 5, 1))
    known: dict[tuple[datetime, str], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        known[line.known_at, "visits"] += exposure_visits(line)
        known[line.known_at, "cases"].append(case_row(line))
    for line in lines:
        known[line.known_at, "visits"] += infector_visits(line, pairs)
    for pair in pairs:
        told_at = max(pair.infector.known_at, pair.infectee.known_at)
        known[told_at, "meetings"].append(meeting_row(pair))
    importers: dict[str, Importer] = {"visits": VISITS, "cases": CASES, "meetings": MEETINGS}
    parts = [
        Part(importers[name], f"mers/{name}-{told_at:%Y-%m-%d}.csv", told_at, rows)
        for (told_at, name), rows in sorted(known.items())
        if rows
    ]
    last = max(part.recorded_at for part in parts) + _ONE_DAY
    return [
        Part(VENUES, "mers/venues.csv", start, venue_rows()),
        Part(PERSONS, "mers/persons.csv", start, [person_row(line) for line in lines]),
        *parts,
        Part(CASES, LAST_PART, last, [case_row(line) for line in lines]),
    ]


def venue_rows() -> list[dict[str, Any]]:
    """Return the hospitals; they lie abroad, so in no unit."""
    return [
        {"venue_id": venue_id, "name": name, "category": category, "part_of": part_of}
        for name, (venue_id, category, part_of) in HOSPITALS.items()
    ]


def person_row(line: Line) -> dict[str, Any]:
    """Return a person; the year of birth follows from the age in 2015, give or take one."""
    return {"person_id": line.id, "birth_year": str(2015 - line.age), "sex": line.sex}


def case_row(line: Line) -> dict[str, Any]:
    """Return a case, confirmed at noon of its diagnosis and isolated from the midnight after."""
    noon = datetime.combine(line.diagnosed_on, time(12), KOREA)
    return {
        "case_id": line.id,
        "person_id": line.id,
        "classification": "confirmed",
        "onset_on": "" if line.onset_on is None else line.onset_on.isoformat(),
        "confirmed_at": noon.isoformat(),
        "isolated_at": _midnight(line.diagnosed_on + _ONE_DAY).isoformat(),
    }


def exposure_visits(line: Line) -> list[dict[str, Any]]:
    """Return the stay in which a case was presumably infected, at its hospital; none if unknown."""
    if line.exposure is None:
        return []
    return [_visit(f"{line.id}-exposed", line, line.loc_hosp, line.exposure)]


def infector_visits(line: Line, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Return where an infector was while ill: with those it infected, in their hospitals.

    One stay a stretch: periods of its pairs at one hospital that touch are one. A single
    pair puts nobody into a hospital, because some line lists name where the infectee lay later.
    """
    periods: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for pair in pairs:
        if pair.infector is line and pair.is_during_illness:
            periods[pair.infectee.loc_hosp].append(pair.period)
    own = line.exposure
    return [
        _visit(f"{line.id}-ill-{HOSPITALS[hospital][0][-2:]}-{number}", line, hospital, stretch)
        for hospital, found in sorted(periods.items())
        if len(found) > 1
        for number, stretch in enumerate(_joined(found), 1)
        # Already told by its own exposure, if that covers it.
        if not (own and hospital == line.loc_hosp and own[0] <= stretch[0] < stretch[1] <= own[1])
    ]


def meeting_row(pair: Pair) -> dict[str, Any]:
    """Return a known pair as a meeting."""
    start, end = pair.period
    return {
        "contact_id": f"{pair.infector.id}-{pair.infectee.id}",
        "person_a": pair.infector.id,
        "person_b": pair.infectee.id,
        "started_at": start.isoformat(),
        "ended_at": end.isoformat(),
        "kind": pair.exposure,
    }


def _joined(periods: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    stretches: list[tuple[datetime, datetime]] = []
    for start, end in sorted(periods):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(end, stretches[-1][1])
        else:
            stretches.append((start, end))
    return stretches


def _visit(
    visit_id: str, line: Line, hospital: str, period: tuple[datetime, datetime]
) -> dict[str, Any]:
    return {
        "visit_id": visit_id,
        "person_id": line.id,
        "venue_id": HOSPITALS[hospital][0],
        "arrived_at": period[0].isoformat(),
        "left_at": period[1].isoformat(),
    }


def _table(name: str) -> list[dict[str, str]]:
    text = files("importers.samples").joinpath("mers_korea_2015", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), KOREA)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), KOREA)
