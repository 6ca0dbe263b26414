"""The order of work: the people of a trace by the strength of their exposure, with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.categories import UNKNOWN
from graph.database import Graph, Row
from graph.errors import Refused
from graph.periods import local_day
from graph.tracing.answer import Trace, TracedPerson
from graph.units import UnitTree, unit_tree
from graph.weighting import Weighting, weighting_in_force

# No team works through a longer list, and one list is held in memory as a whole.
MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What kind of place a venue is; `is_divided` where it has zones."""

    category: str
    is_divided: bool


@dataclass(frozen=True, slots=True)
class Ward:
    """The unit that somebody lives in, as it is called on the day of the list."""

    unit_code: str
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong an exposure is: minutes, each part a factor beside them (R130).

    `setting`, `recency` and `certainty` are those of the last contact of the evidence path,
    the certainty that of the whole path; `days` are the local days since the exposure.
    """

    minutes: int
    setting: float
    days: int
    recency: float
    certainty: float

    @property
    def score(self) -> float:
        """Return minutes x setting x recency x certainty."""
        return self.minutes * self.setting * self.recency * self.certainty


@dataclass(frozen=True, slots=True)
class Task:
    """One person of a work list: the row of the trace, how strong, where, and of which ward.

    `category` is None for a meeting, `ward` None where nobody knows the person's unit.
    """

    person: TracedPerson
    strength: Strength
    category: str | None
    is_zone_unknown: bool
    ward: Ward | None

    @property
    def venue_id(self) -> str | None:
        """Return where the last contact was, None for a meeting."""
        return self.person.path[-1].venue_id


@dataclass(frozen=True, slots=True)
class Worklist:
    """The people of one class of a trace, the strongest exposure first.

    `hop` is the class; `is_complete` tells whether the trace got as far as that class.
    """

    hop: int
    weighting: Weighting
    tasks: Sequence[Task]
    is_complete: bool

    def wards(self) -> Mapping[Ward | None, int]:
        """Return how many people live in each ward, the most first, then by code; None last."""
        counts: dict[Ward | None, int] = {}
        for task in self.tasks:
            counts[task.ward] = counts.get(task.ward, 0) + 1

        def place(entry: tuple[Ward | None, int]) -> tuple[bool, int, str]:
            ward, people = entry
            return ward is None, -people, ward.unit_code if ward else ""

        return dict(sorted(counts.items(), key=place))

    def of_ward(self, unit_code: str | None) -> list[Task]:
        """Return the tasks of one ward, in the same order; None for those of no known one."""
        return [
            task for task in self.tasks if (task.ward.unit_code if task.ward else None) == unit_code
        ]


def rank(
    people: Iterable[TracedPerson],
    settings: Mapping[str, Setting],
    wards: Mapping[str, Ward],
    weighting: Weighting,
    on: date,
) -> list[Task]:
    """Return people by the strength of their exposure, as of a local day; pure.

    Ties go to the nearer class, then to the earlier exposure, then to the lower person_id.

    Args:
        settings: of venues by their ids; one that is missing is of unknown kind.
        wards: of people by their ids.
    """
    tasks = [_task(person, settings, wards, weighting, on) for person in people]
    return sorted(
        tasks,
        key=lambda task: (
            -task.strength.score,
            task.person.hop,
            task.person.exposed_at,
            task.person.person_id,
        ),
    )


def find_worklist(graph: Graph, trace: Trace, hop: int = 1) -> Worklist:
    """Return the people of one class of a trace, the strongest exposure first.

    The weighting is the one in force on the day as of which the trace was made.

    Raises:
        Refused: the class holds more people than a work list.
    """
    on = local_day(trace.as_of)
    weighting = weighting_in_force(on)
    chosen = trace.people.select(hop=hop)
    if len(chosen) > MOST_PEOPLE:
        raise Refused("class", f"has more than {MOST_PEOPLE} people")
    people = list(chosen)
    venues = {person.path[-1].venue_id for person in people} - {None}
    tree = unit_tree(graph)
    settings = find_settings(graph, (venue_id for venue_id in venues if venue_id is not None))
    wards = find_wards(graph, [person.person_id for person in people], tree, on)
    tasks = rank(people, settings, wards, weighting, on)
    return Worklist(hop, weighting, tasks, is_complete=hop <= trace.complete_hops)


def find_settings(graph: Graph, venue_ids: Iterable[str]) -> dict[str, Setting]:
    """Return what kinds of places venues are, by their ids."""
    wanted = sorted(set(venue_ids))
    rows = graph.read("venues/find_settings", venue_ids=wanted) if wanted else []
    return {row["venue_id"]: Setting(row["category"], row["is_divided"]) for row in rows}


def find_wards(
    graph: Graph, person_ids: Iterable[str], tree: UnitTree, on: date
) -> dict[str, Ward]:
    """Return the units that people live in by their ids; whose is not known is left out.

    A unit is that of a local day: the team that has to act is the one of the main heir of what
    was told, and of what ended without one the unit as it was. Of several units the one with the
    lowest code.
    """
    wanted = sorted(set(person_ids))
    rows = graph.read("people/find_homes", person_ids=wanted) if wanted else []
    wards: dict[str, Ward] = {}
    for row in rows:
        ward = _ward_on(tree, row, on)
        for person_id in row["person_ids"]:
            wards.setdefault(person_id, ward)
    return wards


def _ward_on(tree: UnitTree, row: Row, on: date) -> Ward:
    told_on = on if row["told_at"] is None else local_day(row["told_at"])
    unit = tree.heir(row["unit_code"], told_on, on) or tree.meant(row["unit_code"], told_on)
    return (
        Ward(row["unit_code"], row["unit_name"])
        if unit is None
        else Ward(unit.unit_code, unit.name)
    )


def _task(
    person: TracedPerson,
    settings: Mapping[str, Setting],
    wards: Mapping[str, Ward],
    weighting: Weighting,
    on: date,
) -> Task:
    venue_id = person.path[-1].venue_id
    place = None if venue_id is None else settings.get(venue_id, Setting(UNKNOWN, False))
    category = place.category if place else None
    is_zone_unknown = place is not None and place.is_divided
    days = max(0, (on - local_day(person.exposed_at)).days)
    strength = Strength(
        minutes=person.minutes,
        setting=weighting.setting(category) * (weighting.unknown_zone if is_zone_unknown else 1),
        days=days,
        recency=weighting.recency(days),
        certainty=weighting.certainties[person.certainty],
    )
    return Task(person, strength, category, is_zone_unknown, wards.get(person.person_id))


def as_json(task: Task) -> dict[str, Any]:
    """Return a task as plain data for JSON and files; instants in ISO 8601, UTC."""
    return {
        "person_id": task.person.person_id,
        "class": f"F{task.person.hop}",
        "score": round(task.strength.score, 3),
        "minutes": task.strength.minutes,
        "setting_factor": round(task.strength.setting, 4),
        "days": task.strength.days,
        "recency_factor": round(task.strength.recency, 4),
        "certainty_factor": round(task.strength.certainty, 4),
        "certainty": task.person.certainty,
        "venue_id": task.venue_id,
        "category": task.category,
        "is_zone_unknown": task.is_zone_unknown,
        "exposed_at": task.person.exposed_at.isoformat(),
        "via": task.person.via,
        "is_case": task.person.is_case,
        "unit_code": task.ward.unit_code if task.ward else None,
        "unit_name": task.ward.unit_name if task.ward else None,
    }
