"""Every merging function with some rows that it takes, and rows of any kind to be sifted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from graph.batches import Merged, Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.isolations import merge_isolations
from graph.meetings import merge_meetings
from graph.people import merge_persons
from graph.units import merge_aliases, merge_successors, merge_units
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.tables import at, on, records

FIRST = Stamp("interview", "batch-1", at("D3 08:00"))
AGAIN = Stamp("registry", "batch-2", at("D4 08:00"))
BEYOND = "is not within 90 days after the arrival"

Merge = Callable[[Graph, Sequence[Mapping[str, Any]], Stamp], Merged]


@dataclass(frozen=True)
class Area:
    """A merging function, some rows that it takes, and rows of any kind to be sifted."""

    merge: Merge
    rows: list[dict[str, Any]]
    mixed: st.SearchStrategy[dict[str, Any]]


def mixed(key: str, wanted: Mapping[str, Any], optional: Mapping[str, Any]) -> Any:
    """Rows of few ids, so that they meet; what is optional may be None or absent."""
    return st.fixed_dictionaries(
        {key: st.sampled_from("abcd"), **{k: st.sampled_from(v) for k, v in wanted.items()}},
        optional={k: st.sampled_from([None, *v]) for k, v in optional.items()},
    )


STEP = {"effective_on": on("D2"), "is_part": False, "is_main": True}
TIMES = [at("08:00"), at("09:00"), at("D2 09:00")]
AREAS = {
    "persons": Area(
        merge_persons,
        [
            {"person_id": "p1"},
            {"person_id": "p2", "full_name": "An", "birth_year": 1990, "sex": "female"},
            {"person_id": "p3", "unit_code": "79"},
        ],
        mixed(
            "person_id",
            {},
            {"full_name": ["An", "Ba"], "birth_year": [1990], "sex": ["male"], "unit_code": "12"},
        ),
    ),
    "venues": Area(
        merge_venues,
        [
            {"venue_id": "mall", "name": "Mall", "category": "mall", "unit_code": "79"},
            {"venue_id": "hall", "part_of": "mall", "latitude": 10.5, "longitude": 106.5},
            {"venue_id": "stall", "part_of": "yard"},
        ],
        mixed(
            "venue_id",
            {},
            {"name": ["Hall"], "category": ["mall", "none"], "part_of": "abcd", "unit_code": "12"},
        ),
    ),
    "units": Area(
        merge_units,
        [
            {"unit_code": "79", "name": "City", "level": "city"},
            {"unit_code": "760", "name": "D1", "level": "district", "parent_code": "79"},
            {"unit_code": "9", "name": "W", "level": "ward", "parent_code": "x"},
            {"unit_code": "8", "name": "V", "level": "ward", "valid_from": on("D1")},
        ],
        mixed(
            "unit_code",
            {"name": ["City", "Town"], "level": ["city"]},
            {"parent_code": "wxyz", "valid_from": [on("D1")], "valid_until": [on("D2")]},
        ),
    ),
    "unit_successors": Area(
        merge_successors,
        [
            {"unit_code": "1", **STEP, "successor_code": "2"},
            {"unit_code": "1", **STEP, "successor_code": "3", "is_part": True},
            {"unit_code": "1", **STEP, "successor_code": "1", "effective_on": on("D1")},
        ],
        mixed(
            "unit_code",
            {
                "successor_code": "xy",
                "effective_on": [on("D1"), on("D2")],
                "is_part": [True, False],
                "is_main": [True],
            },
            {},
        ),
    ),
    "unit_aliases": Area(
        merge_aliases,
        [
            {"unit_code": "1", "name": "Old"},
            {"unit_code": "1", "name": "Older", "valid_until": on("D2")},
        ],
        mixed("unit_code", {"name": ["Old", "Older"]}, {"valid_from": [on("D1"), on("D2")]}),
    ),
    "visits": Area(
        merge_visits,
        records("""
            visit_id | person_id | venue_id | arrived_at | left_at
            v1       | A         | café     | 08:00      | 09:00
            v2       | A         | ward     | 20:00      | D3 06:00
            v3       | B         | café     | 08:30      |
        """),
        mixed(
            "visit_id",
            {"person_id": "PQ", "venue_id": "VW", "arrived_at": TIMES},
            {"left_at": [*TIMES, at("D99 08:00")], "left_by": [at("D2 10:00")]},
        ),
    ),
    "meetings": Area(
        merge_meetings,
        records("""
            contact_id | person_a | person_b | started_at | ended_at | kind
            m1         | A        | B        | 08:00      | 09:00    | household
            m2         | B        | A        | 08:00      | 09:00    |
            m3         | A        | C        | 23:00      | D2 01:00 |
        """),
        mixed(
            "contact_id",
            {"person_a": "PQ", "person_b": "PQ", "started_at": TIMES, "ended_at": TIMES},
            {"kind": ["work"]},
        ),
    ),
    "isolations": Area(
        merge_isolations,
        records("""
            isolation_id | person_id | venue_id | started_at | ended_at
            i1           | A         | camp     | 08:00      | D9 08:00
            i2           | B         | camp     | 08:00      |
        """),
        mixed(
            "isolation_id",
            {"person_id": "PQ", "venue_id": "VW", "started_at": TIMES},
            {"ended_at": TIMES},
        ),
    ),
    "cases": Area(
        merge_cases,
        records("""
            case_id | person_id | classification | onset_on | confirmed_at
            c1      | A         | confirmed      | D1       | D3 08:00
            c2      | B         | suspected      |          |
        """),
        mixed(
            "case_id",
            {"person_id": "PQ", "classification": ["suspected", "confirmed", "perhaps"]},
            {"onset_on": [on("D1"), on("D2")], "isolated_at": TIMES},
        ),
    ),
}
