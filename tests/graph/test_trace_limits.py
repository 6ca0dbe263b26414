"""A trace never hangs, never falls short in silence, and says in JSON what it found."""

from datetime import UTC, date, datetime, timedelta

import pytest

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period
from graph.rules import get_rule
from graph.tracing import BudgetStop, as_json, find_all_sources, find_sources, trace, warm_up
from graph.venues import merge_venues
from graph.visits import merge_visits

pytestmark = pytest.mark.server

DAY = datetime(2021, 6, 10, 1, tzinfo=UTC)
KNOWN = datetime(2021, 6, 20, tzinfo=UTC)
STAMP = Stamp("visits", "batch-1", KNOWN)
A_DAY = timedelta(days=1)
RULE = get_rule("2021-12").varied(exits="recorded")
SOURCES = {"S": Period(DAY, None)}


def chain(graph: Graph, length: int) -> None:
    """S meets P1 at venue 1, P1 meets P2 at venue 2 an hour later, and so on."""
    people = ["S", *(f"P{n}" for n in range(1, length + 1))]
    rows = [
        {
            "visit_id": f"{n}-{person_id}",
            "person_id": person_id,
            "venue_id": f"venue-{n}",
            "arrived_at": DAY + timedelta(hours=n),
            "left_at": DAY + timedelta(hours=n, minutes=30),
        }
        for n in range(length)
        for person_id in people[n : n + 2]
    ]
    merge_visits(graph, rows, STAMP)


def test_a_trace_past_its_budget_is_complete_for_the_hops_before_and_says_so(graph: Graph):
    chain(graph, 4)

    found = trace(graph, SOURCES, RULE, hops=4, as_of=KNOWN, budget=3)

    assert found.stopped == BudgetStop(hop=2, estimated_visits=4, budget=3)
    assert (found.complete_hops, [person.person_id for person in found.people]) == (1, ["P1"])
    assert as_json(found)["incomplete"] == {
        "complete_hops": 1,
        "hop": 2,
        "estimated_visits": 4,
        "budget": 3,
    }


def test_the_budget_counts_every_zone_where_zones_are_one_place(graph: Graph):
    merge_venues(graph, [{"venue_id": zone, "part_of": "mall"} for zone in "ab"], STAMP)
    rows = [
        {
            "visit_id": f"{person_id}-{zone}",
            "person_id": person_id,
            "venue_id": zone,
            "arrived_at": DAY,
            "left_at": DAY + timedelta(hours=1),
        }
        for person_id, zone in ("Sa", "Pa", "Qb", "Rb", "Tb")
    ]
    merge_visits(graph, rows, STAMP)

    apart, together = (
        trace(graph, SOURCES, RULE.varied(roll_up_zones=rolled), 1, KNOWN, budget=4)
        for rolled in (False, True)
    )

    assert [person.person_id for person in apart.people] == ["P"]
    assert together.stopped == BudgetStop(hop=1, estimated_visits=5, budget=4)


def test_a_trace_within_its_budget_is_complete(graph: Graph):
    chain(graph, 4)

    found = trace(graph, SOURCES, RULE, hops=4, as_of=KNOWN, budget=4)

    assert (found.stopped, found.complete_hops, len(found.people)) == (None, 4, 4)
    assert "incomplete" not in as_json(found)


def test_a_trace_asks_one_statement_and_one_estimate_a_hop(graph: Graph, asked: list[str]):
    chain(graph, 4)
    asked.clear()

    trace(graph, SOURCES, RULE, hops=3, as_of=KNOWN)

    assert asked.count("tracing/expand_exposures") == 3
    assert asked.count("tracing/estimate_exposures") == 3
    assert len(asked) == 3 + 3 + 2 + 1


def test_a_trace_ends_where_nobody_new_is_reached(graph: Graph, asked: list[str]):
    chain(graph, 1)
    asked.clear()

    found = trace(graph, SOURCES, RULE, hops=6, as_of=KNOWN)

    assert found.complete_hops == 6
    assert asked.count("tracing/expand_exposures") == 2


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        pytest.param("hops", {"hops": 0}, id="no hop"),
        pytest.param("hops", {"hops": 99}, id="99 hops"),
        pytest.param("engine", {"engine": "guess"}, id="an unknown engine"),
        pytest.param("as_of", {"as_of": datetime(2999, 1, 1, tzinfo=UTC)}, id="the future"),
    ],
)
def test_a_question_out_of_bounds_is_refused_by_its_field(graph: Graph, field: str, changed: dict):
    with pytest.raises(Refused) as refusal:
        trace(graph, **{"sources": SOURCES, "rule": RULE, "hops": 1, "as_of": KNOWN, **changed})

    assert refusal.value.field == field


def test_the_json_of_a_trace_has_the_keys_of_the_design(graph: Graph):
    chain(graph, 2)

    answer = as_json(trace(graph, SOURCES, RULE, hops=2, as_of=KNOWN))

    assert answer.pop("ms") > 0
    assert answer == {
        "rule": "2021-12 exits=recorded",
        "as_of": "2021-06-20T00:00:00+00:00",
        "engine": "cypher",
        "sources": [
            {
                "person_id": "S",
                "infectious_from": "2021-06-10T01:00:00+00:00",
                "infectious_until": None,
            }
        ],
        "people": [
            {
                "person_id": "P1",
                "class": "F1",
                "exposed_at": "2021-06-10T01:15:00+00:00",
                "earliest_at": "2021-06-10T01:15:00+00:00",
                "minutes": 30,
                "certainty": "certain",
                "is_case": False,
                "via": "S",
                "path": [step("S", "P1", "venue-0", "01:00", "01:30")],
            },
            {
                "person_id": "P2",
                "class": "F2",
                "exposed_at": "2021-06-10T02:15:00+00:00",
                "earliest_at": "2021-06-10T02:15:00+00:00",
                "minutes": 30,
                "certainty": "certain",
                "is_case": False,
                "via": "P1",
                "path": [
                    step("S", "P1", "venue-0", "01:00", "01:30"),
                    step("P1", "P2", "venue-1", "02:00", "02:30"),
                ],
            },
        ],
    }


def step(from_person: str, to_person: str, venue_id: str, start: str, end: str) -> dict:
    return {
        "from": from_person,
        "to": to_person,
        "venue_id": venue_id,
        "started_at": f"2021-06-10T{start}:00+00:00",
        "ended_at": f"2021-06-10T{end}:00+00:00",
        "minutes": 30,
    }


def test_sources_are_the_people_of_the_cases_asked_for_or_of_all_confirmed_ones(graph: Graph):
    cases = [
        {"case_id": "C1", "person_id": "A", "classification": "confirmed"},
        {"case_id": "C2", "person_id": "B", "classification": "suspected"},
        {"case_id": "C3", "person_id": "A", "classification": "confirmed"},
    ]
    days = (date(2021, 6, 10), date(2021, 6, 11), date(2021, 6, 14))
    merge_cases(graph, [{**c, "onset_on": d} for c, d in zip(cases, days, strict=True)], STAMP)
    infectious = {
        "A": Period(datetime(2021, 6, 7, 17, tzinfo=UTC), None),
        "B": Period(datetime(2021, 6, 8, 17, tzinfo=UTC), None),
    }

    assert find_sources(graph, ["C1", "C2"], RULE, KNOWN) == infectious
    assert find_sources(graph, ["C3"], RULE, KNOWN)["A"].start == infectious["A"].start + 4 * A_DAY
    assert find_all_sources(graph, RULE, KNOWN) == {"A": infectious["A"]}
    with pytest.raises(NotFound, match="case"):
        find_sources(graph, ["C1"], RULE, KNOWN - timedelta(seconds=1))


def test_after_warming_up_the_store_has_met_every_question_of_a_trace(
    graph: Graph, asked: list[str]
):
    warm_up(graph)
    met = set(asked)
    chain(graph, 3)
    asked.clear()

    for rule in (RULE, RULE.varied(roll_up_zones=True)):
        trace(graph, SOURCES, rule, hops=3, as_of=KNOWN)

    assert set(asked) <= met
