"""The order of work: the strongest exposure first, its parts beside it, in a total order."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from graph.batches import Stamp
from graph.categories import CATEGORIES
from graph.database import Graph
from graph.errors import Refused
from graph.people import merge_persons
from graph.periods import Period
from graph.rules import get_rule
from graph.tracing import Contact, ListedPeople, TracedPerson, trace, triage
from graph.tracing.triage import Setting, Ward, as_json, find_wards, find_worklist, rank
from graph.units import merge_successors, merge_units, unit_tree
from graph.venues import merge_venues
from graph.visits import merge_visits
from graph.weighting import WEIGHTINGS, weighting_in_force
from tests.tables import LATER, at, on, records, table

WEIGHTS = WEIGHTINGS[0]
RULE = get_rule("2021-07")
SETTINGS = {
    "office": Setting("office", False),
    "market": Setting("market", False),
    "bus": Setting("public_transport", False),
    "hall": Setting("office", True),
}
STAMP = Stamp("test", "test", at("D3 00:00"))
REFORM = date(2025, 7, 1)


def traced(
    person_id: str,
    minutes: int = 60,
    venue_id: str | None = "office",
    exposed_at: str = "08:00",
    certainty: str = "certain",
    hop: int = 1,
) -> TracedPerson:
    """A person of a trace; whoever is asked about one thing leaves the rest alike."""
    start = at(exposed_at)
    last = Contact("S", person_id, venue_id, start, start + timedelta(hours=1), 60, certainty)
    return TracedPerson(person_id, hop, start, start, minutes, certainty, False, "S", (last,) * hop)


def order(*people: TracedPerson, day: str = "D1") -> list[str]:
    ranked = rank(people, SETTINGS, {}, WEIGHTS, on(day))
    return [task.person.person_id for task in ranked]


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        pytest.param({"minutes": 61}, {"minutes": 60}, id="minutes"),
        pytest.param({"venue_id": None}, {"venue_id": "bus"}, id="a meeting before a closed place"),
        pytest.param({"venue_id": "bus"}, {"venue_id": "office"}, id="a closed place"),
        pytest.param({"venue_id": "office"}, {"venue_id": "market"}, id="a place in the open"),
        pytest.param({"venue_id": "office"}, {"venue_id": "hall"}, id="a zone that is known"),
        pytest.param({"exposed_at": "D2 08:00"}, {"exposed_at": "D1 23:00"}, id="recency"),
        pytest.param({"certainty": "certain"}, {"certainty": "probable"}, id="certainty"),
        pytest.param({"certainty": "probable"}, {"certainty": "possible"}, id="some certainty"),
    ],
)
def test_each_part_by_itself_puts_the_stronger_first(stronger, weaker):
    # The ids alone would put them the other way round.
    assert order(traced("b", **stronger), traced("a", **weaker), day="D3") == ["b", "a"]


def test_the_score_is_the_product_of_the_parts_that_are_shown():
    ranked = rank(
        [traced("a", 90, "market", certainty="possible")], SETTINGS, {}, WEIGHTS, on("D6")
    )

    (task,) = ranked
    assert (task.strength.minutes, task.strength.setting) == (90, 0.5)
    assert (task.strength.days, task.strength.recency, task.strength.certainty) == (5, 0.5, 0.5)
    assert task.strength.score == 90 * 0.5 * 0.5 * 0.5
    assert as_json(task)["score"] == 11.25


@pytest.mark.parametrize(
    ("days", "factor"),
    [
        pytest.param(-1, 1.0, id="still to come"),
        pytest.param(0, 1.0, id="today"),
        pytest.param(5, 0.5, id="one half-life"),
        pytest.param(10, 0.25, id="two half-lives"),
        pytest.param(21, 0.5 ** (21 / 5), id="the longest quarantine"),
        pytest.param(2000, 0.5 ** (21 / 5), id="years ago"),
    ],
)
def test_recency_halves_and_then_stays(days, factor):
    assert WEIGHTS.recency(days) == pytest.approx(factor)


def test_ties_go_to_the_nearer_class_then_the_earlier_moment_then_the_lower_id():
    people = [
        traced("d", hop=2),
        traced("c", exposed_at="09:00"),
        traced("b"),
        traced("a", exposed_at="09:00"),
    ]

    assert {tuple(order(*some)) for some in permutations(people)} == {("b", "a", "c", "d")}


def test_a_venue_that_is_not_known_weighs_like_an_unknown_kind():
    (task,) = rank([traced("a", venue_id="nowhere")], SETTINGS, {}, WEIGHTS, on("D1"))

    assert task.category == "unknown"
    assert task.strength.setting == WEIGHTS.setting("unknown")


def test_every_kind_of_venue_has_a_factor_and_every_factor_a_source():
    for weighting in WEIGHTINGS:
        assert weighting.settings.keys() == CATEGORIES.keys()
        assert all(0 < factor <= 2 for factor in weighting.settings.values())
        assert "(inferred)" in weighting.source
    assert weighting_in_force(on("D1") - timedelta(days=5000)) is WEIGHTINGS[0]


@pytest.fixture
def outbreak(graph: Graph) -> Graph:
    """S in a market and an office; A and B of one ward, C of another, D of none."""
    merge_units(graph, [{"unit_code": code, "name": f"Ward {code}"} for code in ("1", "2")], STAMP)
    wards = {"A": "1", "B": "1", "C": "2"}
    merge_persons(
        graph, [{"person_id": key, "unit_code": code} for key, code in wards.items()], STAMP
    )
    kinds = {"market": "market", "office": "office"}
    merge_venues(graph, [{"venue_id": k, "category": v} for k, v in kinds.items()], STAMP)
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | S         | market   | 08:00      | 10:00
        2        | A         | market   | 08:00      | 10:00
        3        | B         | market   | 09:00      | 10:00
        4        | S         | office   | 13:00      | 15:00
        5        | C         | office   | 13:30      | 15:00
        6        | D         | office   | 14:50      | 15:00
        7        | C         | bus      | 16:00      | 17:00
        8        | E         | bus      | 16:00      | 17:00
    """)
    merge_visits(graph, visits, STAMP)
    return graph


def found(graph: Graph, hop: int = 1):
    traced_ = trace(graph, {"S": Period(at("00:00"), None)}, RULE, hops=2, as_of=LATER)
    return find_worklist(graph, traced_, hop)


def test_a_work_list_holds_one_class_ranked_with_kind_and_ward(outbreak: Graph) -> None:
    shown = [
        {
            "person_id": task.person.person_id,
            "minutes": str(task.strength.minutes),
            "category": task.category,
            "ward": task.ward.unit_code if task.ward else "",
        }
        for task in found(outbreak).tasks
    ]

    assert shown == table("""
        person_id | minutes | category | ward
        C         | 90      | office   | 2
        A         | 120     | market   | 1
        B         | 60      | market   | 1
        D         | 10      | office   |
    """)
    assert [task.person.person_id for task in found(outbreak, hop=2).tasks] == ["E"]


def test_a_work_list_is_split_by_ward_and_whoever_has_none_comes_last(outbreak: Graph) -> None:
    worklist = found(outbreak)

    one, two = Ward("1", "Ward 1"), Ward("2", "Ward 2")
    assert list(worklist.wards().items()) == [(one, 2), (two, 1), (None, 1)]
    assert [task.person.person_id for task in worklist.of_ward("1")] == ["A", "B"]
    assert [task.person.person_id for task in worklist.of_ward(None)] == ["D"]
    assert worklist.of_ward("3") == []


def test_a_work_list_asks_twice_however_long_it_is(outbreak: Graph, asked: list[str]) -> None:
    found(outbreak)

    assert asked[-2:] == ["venues/find_settings", "people/find_homes"]
    assert asked.count("people/find_homes") == 1


@pytest.mark.parametrize(
    ("day", "wards"),
    [
        pytest.param(
            REFORM - timedelta(days=1),
            {"A": Ward("1", "Old 1"), "B": Ward("2", "Old 2"), "C": Ward("3", "Old 3")},
            id="before",
        ),
        pytest.param(
            REFORM,
            {"A": Ward("4", "New 4"), "B": Ward("1", "New 1"), "C": Ward("3", "Old 3")},
            id="from its first day on",
        ),
    ],
)
def test_people_are_listed_in_the_ward_that_theirs_is_on_the_day_of_the_list(
    graph: Graph, day: date, wards: dict[str, Ward]
) -> None:
    """After a reform 1 is what 2 was, 4 is what 1 was; 3 ended, and nothing took its place."""
    old = [{"unit_code": code, "name": f"Old {code}", "valid_until": REFORM} for code in "123"]
    new = [{"unit_code": code, "name": f"New {code}", "valid_from": REFORM} for code in "14"]
    merge_units(graph, [*old, *new], STAMP)
    became = {"1": "4", "2": "1"}
    steps = [{"unit_code": one, "successor_code": other} for one, other in became.items()]
    whole = {"effective_on": REFORM, "is_part": False, "is_main": True}
    merge_successors(graph, [{**step, **whole} for step in steps], STAMP)
    homes = dict(zip("ABC", "123", strict=True))
    people = [{"person_id": person, "unit_code": code} for person, code in homes.items()]
    merge_persons(graph, people, STAMP)

    assert find_wards(graph, homes, unit_tree(graph), day) == wards


def test_a_class_that_no_team_could_work_through_is_refused(
    outbreak: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage, "MOST_PEOPLE", 3)

    with pytest.raises(Refused, match="class: has more than 3 people"):
        found(outbreak)


def test_a_list_of_a_class_that_the_trace_did_not_reach_is_not_complete(outbreak: Graph) -> None:
    sources = {"S": Period(at("00:00"), None)}
    stopped = trace(outbreak, sources, RULE, hops=2, as_of=LATER, engine="cypher", budget=9)

    assert stopped.complete_hops == 1
    assert find_worklist(outbreak, stopped, 1).is_complete
    assert not find_worklist(outbreak, stopped, 2).is_complete


def test_people_of_no_venue_and_nobody_at_all_are_ranked_too() -> None:
    assert order(traced("a", venue_id=None)) == ["a"]
    assert order() == []
    assert list(ListedPeople([]).select(hop=1)) == []
