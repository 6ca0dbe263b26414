"""Warnings of a trace: where it is too large, or too unsure, to mean much (R222, R223)."""

from dataclasses import replace
from typing import Any

import pytest

from graph import weighting
from graph.batches import Stamp
from graph.database import Graph
from graph.people import merge_persons
from graph.periods import Period
from graph.rules import TracingRule, get_rule
from graph.tracing import trace
from graph.tracing.warnings import KINDS, VENUES_TOLD, as_json, find_warnings
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.tables import LATER, at, records

RULE = get_rule("2021-07")
STAMP = Stamp("test", "test", at("D3 00:00"))
S = {"S": Period(at("00:00"), None)}


def warned(graph: Graph, rule: TracingRule = RULE, hops: int = 1) -> dict[str, Any]:
    found = trace(graph, S, rule, hops=hops, as_of=LATER)
    warnings = find_warnings(graph, found)
    assert [one.kind for one in warnings] == [k for k in KINDS if k in {w.kind for w in warnings}]
    return {warning.kind: warning for warning in warnings}


@pytest.fixture
def city(graph: Graph) -> Graph:
    """A hundred people who have been nowhere, so that nothing covers the city by itself."""
    merge_persons(graph, [{"person_id": f"p{n}", "sex": "male"} for n in range(100)], STAMP)
    return graph


def crowd(graph: Graph, size: int, venue_id: str = "square", open_ones: int = 0) -> None:
    """S and so many others at one place; some of them have not checked out."""
    row = {"venue_id": venue_id, "arrived_at": at("08:00"), "left_at": at("09:00")}
    people = ["S", *(f"{venue_id}-{n:03d}" for n in range(size))]
    visits = [{**row, "visit_id": f"{venue_id}-{p}", "person_id": p} for p in people]
    for visit in visits[1 : 1 + open_ones]:
        visit["left_at"] = None
    merge_visits(graph, visits, STAMP)


@pytest.fixture
def cap_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five people a venue are many."""
    small = tuple(replace(one, fan_out_cap=5) for one in weighting.WEIGHTINGS)
    monkeypatch.setattr(weighting, "WEIGHTINGS", small)


@pytest.mark.usefixtures("cap_of_five")
@pytest.mark.parametrize(("people", "warns"), [(5, False), (6, True)])
def test_a_site_over_the_cap_warns_and_one_at_the_cap_does_not(
    city: Graph, people: int, warns: bool
) -> None:
    crowd(city, people)
    crowd(city, 2, "shop")

    warnings = warned(city)

    assert ("large_venues" in warnings) is warns
    if warns:
        assert dict(warnings["large_venues"].venues) == {"square": 6}
        assert (warnings["large_venues"].people, warnings["large_venues"].of) == (6, 8)
        assert warnings["large_venues"].limit == 5


@pytest.mark.usefixtures("cap_of_five")
def test_the_largest_venues_are_named_and_the_others_counted(city: Graph) -> None:
    for number in range(VENUES_TOLD + 2):
        crowd(city, 6 + number % 2, f"v{number:02d}")

    warning = warned(city)["large_venues"]

    assert warning.venues_in_all == VENUES_TOLD + 2
    assert list(warning.venues)[:2] == ["v01", "v03"]
    assert len(warning.venues) == VENUES_TOLD
    assert len(as_json(warning)["venues"]) == VENUES_TOLD


@pytest.mark.parametrize(
    ("reached", "warns"),
    [
        # Of 101 people and those reached, S among them.
        pytest.param(33, False, id="a quarter or less"),
        pytest.param(34, True, id="more than a quarter"),
    ],
)
def test_a_trace_past_a_quarter_of_the_people_known_warns(
    city: Graph, reached: int, warns: bool
) -> None:
    crowd(city, reached)

    assert ("most_of_city" in warned(city)) is warns


def test_an_open_visit_gives_a_possible_contact_and_is_counted_as_a_guess(city: Graph) -> None:
    crowd(city, 4, open_ones=1)
    merge_visits(
        city,
        records("""
            visit_id | person_id | venue_id | arrived_at | left_at
            1        | S         | office   | 13:00      | 14:00
            2        | X         | office   | 06:00      |
        """),
        STAMP,
    )
    found = trace(city, S, RULE, hops=1, as_of=LATER)

    warning = warned(city)["guessed_exits"]

    assert found.people.find("X").certainty == "possible"
    assert found.people.find("square-000").certainty == "probable"
    assert dict(warning.by_certainty) == {"probable": 1, "possible": 1}
    assert (warning.people, warning.of) == (2, 5)
    assert as_json(warning)["share"] == 0.4


def test_known_exits_alone_rest_on_no_guess(city: Graph) -> None:
    crowd(city, 4, open_ones=1)

    assert "guessed_exits" not in warned(city, RULE.varied(exits="recorded"))


HALLS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | hall B   | 08:00      | 10:00
    2        | A         | hall A   | 08:00      | 10:00
    3        | B         | hall B   | 08:00      | 10:00
    4        | S         | market   | 11:00      | 12:00
    5        | C         | market   | 11:00      | 12:00
"""


@pytest.fixture
def halls(city: Graph) -> Graph:
    """A market of two halls: S in hall B, then somewhere in the market."""
    zones = [{"venue_id": f"hall {name}", "part_of": "market"} for name in "AB"]
    merge_venues(city, zones, STAMP)
    merge_visits(city, records(HALLS), STAMP)
    return city


def test_visitors_of_one_hall_are_no_f1_of_a_case_in_the_other(halls: Graph) -> None:
    apart = trace(halls, S, RULE, hops=1, as_of=LATER)
    together = trace(halls, S, RULE.varied(roll_up_zones=True), hops=1, as_of=LATER)

    assert [person.person_id for person in apart.people] == ["B", "C"]
    assert [person.person_id for person in together.people] == ["A", "B", "C"]


def test_a_stay_somewhere_in_a_venue_with_zones_is_told_to_be_weaker(halls: Graph) -> None:
    apart = warned(halls)["unknown_zones"]
    together = warned(halls, RULE.varied(roll_up_zones=True))["unknown_zones"]

    assert (apart.people, dict(apart.venues)) == (1, {"market": 1})
    assert together.people == 3


def test_a_trace_that_reaches_nobody_warns_of_nothing(city: Graph) -> None:
    assert warned(city) == {}


def test_warnings_ask_a_fixed_number_of_questions(city: Graph, asked: list[str]) -> None:
    crowd(city, 40)
    found = trace(city, S, RULE, hops=1, as_of=LATER)
    asked.clear()

    find_warnings(city, found)

    assert asked == ["reports/count_store", "venues/find_divided"]
