"""Common sources and clusters: the score by hand, the planted source first (R129, R221)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from math import log10
from random import Random
from typing import Any

import numpy as np
import pytest

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.isolations import merge_isolations
from graph.rules import RULES
from graph.tracing.backward import find_possible_sources
from graph.tracing.clusters import find_clusters
from graph.tracing.common_venues import CommonVenues, find_common_venues
from graph.tracing.unlikelihood import chances, line, scores
from graph.tracing.windows import get_cases, source_window
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.tables import LATER, at, clock, on, records

RULE = RULES[0]
STAMP = Stamp("test", "test", at("D40 00:00"))


def stored(graph: Graph, visits: str, cases: str) -> None:
    """Store the visits and cases of two tables."""
    merge_visits(graph, records(visits), STAMP)
    merge_cases(graph, records(cases), STAMP)


def shown(common: CommonVenues) -> list[tuple[Any, ...]]:
    return [(one.venue_id, one.seen, round(one.expected, 6)) for one in common.venues]


# --- the window ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "start", "end"),
    [
        pytest.param({"onset_on": on("D20")}, "D6 00:00", "D21 00:00", id="onset"),
        pytest.param({"sampled_on": on("D20")}, "D6 00:00", "D21 00:00", id="sample"),
        pytest.param({"confirmed_at": at("D20 01:00")}, "D6 00:00", "D21 00:00", id="confirmed"),
        pytest.param({}, "D26 00:00", "D41 00:00", id="the report alone"),
        pytest.param(
            {"onset_on": on("D20"), "sampled_on": on("D25")}, "D6 00:00", "D21 00:00", id="both"
        ),
    ],
)
def test_R119_a_source_window_is_the_days_before_the_anchor_and_that_day(
    graph: Graph, stated: dict[str, Any], start: str, end: str
) -> None:
    merge_cases(
        graph, [{"case_id": "c", "person_id": "p", "classification": "confirmed", **stated}], STAMP
    )

    [case] = get_cases(graph, ["c"], LATER)
    window = source_window(case, RULE)

    assert window.end is not None
    assert (clock(window.start), clock(window.end)) == (start, end)


# --- the score ----------------------------------------------------------------------------------


def by_hand(chances_of: Sequence[float], seen: int) -> float:
    """Sum the probabilities of every way in which at least `seen` of the events come."""
    total = 0.0
    for ways in product((0, 1), repeat=len(chances_of)):
        if sum(ways) >= seen:
            way = 1.0
            for comes, chance in zip(ways, chances_of, strict=True):
                way *= chance if comes else 1 - chance
            total += way
    return -log10(total)


def test_the_score_is_the_exact_tail_of_the_poisson_binomial() -> None:
    rng = Random(7)
    met = np.array([[rng.random() ** 3 for _ in range(9)] for _ in range(40)])
    seen = np.array([rng.randint(1, 9) for _ in range(40)])

    found = scores(met, seen)

    expected = [by_hand(row, count) for row, count in zip(met, seen, strict=True)]
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("chance", "cases", "score"),
    [
        pytest.param(0.5, 2, 2 * log10(2), id="two coins"),
        pytest.param(1e-6, 50, 300.0, id="as small as a float can be"),
        pytest.param(1e-9, 60, 540.0, id="smaller than a float can be"),
        pytest.param(1.0, 3, 0.0, id="certain"),
        pytest.param(0.0, 3, float("inf"), id="impossible"),
    ],
)
def test_all_of_the_cases_at_once_score_by_the_power_of_the_chance(
    chance: float, cases: int, score: float
) -> None:
    found = scores(np.full((1, cases), chance), np.array([cases]))

    assert found[0] == pytest.approx(score)


def test_a_case_meets_a_venue_by_each_of_its_visits_of_that_day() -> None:
    shares = np.array([[0.5, 0.25, 0.0], [1.0, 0.0, 0.0]])
    visits = np.array([[1, 0, 4], [1, 2, 0], [0, 0, 9]])

    met = chances(shares, visits)

    assert met == pytest.approx(
        np.array([[0.5, 1 - 0.5 * 0.75**2, 0.0], [1.0, 1.0, 0.0]]), abs=1e-9
    )


def test_more_compared_venues_raise_the_line() -> None:
    assert line(1, 0.05) == pytest.approx(log10(20))
    assert line(45_000, 0.05) == pytest.approx(log10(900_000))


# --- common venues ------------------------------------------------------------------------------

# Two cases; on day 1 the café has 2 of 4 visits, the market 1 of 4; on day 2 the market all 2.
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | A         | café     | 08:00      | 09:00
    2        | B         | café     | 10:00      | 11:00
    3        | A         | market   | 12:00      | 13:00
    4        | X         | bus      | 12:00      | 13:00
    5        | B         | market   | D2 12:00   | D2 13:00
    6        | X         | market   | D2 12:00   | D2 13:00
"""
CASES = """
    case_id | person_id | classification | onset_on
    a       | A         | confirmed      | D5
    b       | B         | confirmed      | D6
"""


def test_expected_and_score_follow_from_the_shares_of_each_day(graph: Graph) -> None:
    """A: two visits of day 1. B: one of day 1, one of day 2."""
    stored(graph, VISITS, CASES)

    common = find_common_venues(graph, ["a", "b"], RULE, LATER)

    a_cafe, b_cafe = 1 - 0.5**2, 0.5
    a_market, b_market = 1 - 0.75**2, 1.0
    assert shown(common) == [
        ("café", 2, a_cafe + b_cafe),
        ("market", 2, round(a_market + b_market, 6)),
    ]
    assert [one.score for one in common.venues] == pytest.approx(
        [-log10(a_cafe * b_cafe), -log10(a_market * b_market)]
    )
    assert [one.traffic for one in common.venues] == [2, 3]
    assert common.compared == 3
    assert not any(one.is_unlikely for one in common.venues)
    assert [visit.visit_id for visit in common.venues[1].visits["b"]] == ["5"]


def test_zones_count_together_under_a_rule_that_says_so(graph: Graph) -> None:
    merge_venues(graph, [{"venue_id": zone, "part_of": "mall"} for zone in ("x", "y")], STAMP)
    stored(
        graph,
        """
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | A         | x        | 08:00      | 09:00
        2        | B         | y        | 10:00      | 11:00
        3        | X         | bus      | 12:00      | 13:00
        """,
        CASES,
    )

    apart = find_common_venues(graph, ["a", "b"], RULE, LATER)
    together = find_common_venues(graph, ["a", "b"], RULE.varied(roll_up_zones=True), LATER)

    assert shown(apart) == []
    assert shown(together) == [("mall", 2, round(4 / 3, 6))]


def test_a_visit_outside_the_window_or_not_known_yet_is_not_seen(graph: Graph) -> None:
    stored(graph, VISITS, CASES.replace("D6", "D30"))

    assert shown(find_common_venues(graph, ["a", "b"], RULE, LATER)) == []


def test_two_cases_of_one_person_are_no_two_visitors(graph: Graph) -> None:
    stored(graph, VISITS, CASES.replace("| B ", "| A "))

    assert shown(find_common_venues(graph, ["a", "b"], RULE, LATER)) == []


def test_traffic_is_counted_anew_after_a_change(graph: Graph) -> None:
    stored(graph, VISITS, CASES)
    before = find_common_venues(graph, ["a", "b"], RULE, LATER)
    more = [
        {
            "visit_id": f"more-{n}",
            "person_id": "Y",
            "venue_id": "bus",
            "arrived_at": at("15:00"),
            "left_at": at("15:10"),
        }
        for n in range(4)
    ]

    merge_visits(graph, more, STAMP)
    after = find_common_venues(graph, ["a", "b"], RULE, LATER)

    assert shown(after)[0] == ("café", 2, 1 - 0.75**2 + 0.25)
    assert after.venues[0].score > before.venues[0].score


def test_the_city_is_not_counted_again_while_it_has_hardly_changed(
    graph: Graph, asked: list[str]
) -> None:
    case_ids = city(graph, seed=3)
    row = {"person_id": "Z", "venue_id": "market", "left_at": None}
    counts = []
    for number in range(3):
        asked.clear()
        find_common_venues(graph, case_ids, RULE, LATER)
        counts.append(asked.count("tracing/count_city_traffic"))
        # One visit of a known day, then one of a day that was not counted yet.
        day = at(f"D{3 if number == 0 else 11} 08:00")
        merge_visits(graph, [{**row, "visit_id": f"z{number}", "arrived_at": day}], STAMP)
        if number == 1:
            new = {**row, "person_id": "p0", "visit_id": "new", "arrived_at": at("D11 09:00")}
            merge_visits(graph, [new], STAMP)

    assert counts == [1, 0, 1]


def city(graph: Graph, seed: int) -> list[str]:
    """Store a city of 150 people with a busy market, and 12 cases of whom 8 were at a café."""
    rng = Random(seed)
    venues = ["market", "café", *(f"shop-{n}" for n in range(30))]
    weights = [120, 3, *(rng.randint(2, 12) for _ in range(30))]
    visits = []
    for person in range(150):
        for day in range(10):
            for venue_id in rng.choices(venues, weights, k=rng.randint(0, 3)):
                start = at(f"D{day + 1} 08:00") + timedelta(minutes=rng.randrange(600))
                visits.append((f"p{person}", venue_id, start))
    cases = [f"p{person}" for person in range(12)]
    visits += [(person, "café", at(f"D{rng.randint(2, 9)} 19:00")) for person in cases[:8]]
    rows = [
        {
            "visit_id": str(number),
            "person_id": person_id,
            "venue_id": venue_id,
            "arrived_at": start,
            "left_at": start + timedelta(minutes=30),
        }
        for number, (person_id, venue_id, start) in enumerate(visits)
    ]
    merge_visits(graph, rows, STAMP)
    reports = [
        {
            "case_id": f"case-{one}",
            "person_id": one,
            "classification": "confirmed",
            "onset_on": on("D12"),
        }
        for one in cases
    ]
    merge_cases(graph, reports, STAMP)
    return [f"case-{one}" for one in cases]


def test_R221_the_planted_source_ranks_above_a_busier_innocent_market(graph: Graph) -> None:
    case_ids = city(graph, seed=3)

    common = find_common_venues(graph, case_ids, RULE, LATER)

    ranked = {one.venue_id: place for place, one in enumerate(common.venues)}
    market = common.venues[ranked["market"]]
    assert ranked["café"] == 0
    assert common.venues[0].is_unlikely
    assert market.seen >= common.venues[0].seen
    assert market.traffic > 10 * common.venues[0].traffic
    assert not market.is_unlikely


def test_common_venues_ask_as_often_for_many_cases_as_for_two(
    graph: Graph, asked: list[str]
) -> None:
    case_ids = city(graph, seed=3)
    counts = []
    for some in (case_ids[:2], case_ids):
        asked.clear()
        find_common_venues(graph, some, RULE, LATER)
        counts.append(len(asked))

    assert counts[1] <= counts[0] <= 7


# --- sources of a case --------------------------------------------------------------------------

# P is infectious from D2; Q shares an hour with P on D2, two with R, and B is P's contact.
BESIDE = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | P         | café     | D2 08:00   | D2 10:00
    2        | Q         | café     | D2 09:00   | D2 11:00
    3        | R         | ward     | D3 08:00   | D3 12:00
    4        | Q         | ward     | D3 10:00   | D3 12:00
    5        | B         | café     | D2 08:00   | D2 09:00
    6        | B         | bus      | D4 08:00   | D4 12:00
    7        | Q         | bus      | D4 08:00   | D4 12:00
    8        | Q         | gym      | 08:00      | 09:00
    9        | P         | gym      | 08:00      | 09:00
"""
THREE = """
    case_id | person_id | classification | onset_on
    p       | P         | confirmed      | D5
    q       | Q         | confirmed      | D9
    r       | R         | confirmed      | D6
"""


def test_sources_are_ranked_by_the_time_together_while_infectious(graph: Graph) -> None:
    stored(graph, BESIDE, THREE)

    [one] = find_possible_sources(graph, ["q"], RULE, LATER).cases

    assert [(s.person_id, s.hop, s.minutes, clock(s.exposed_at)) for s in one.sources] == [
        ("R", 0, 120, "D3 10:01"),
        ("P", 0, 60, "D2 09:01"),
    ]
    assert [visit.visit_id for visit in one.visits] == ["8", "2", "4", "7"]


def test_contacts_of_cases_come_after_cases_and_from_their_own_exposure_on(graph: Graph) -> None:
    stored(graph, BESIDE, THREE)
    isolation = {"isolation_id": "i", "person_id": "B", "venue_id": "home"}
    merge_isolations(graph, [{**isolation, "started_at": at("D4 10:00")}], STAMP)

    [one] = find_possible_sources(graph, ["q"], RULE, LATER, is_with_contacts=True).cases

    assert [(s.person_id, s.hop, s.minutes) for s in one.sources] == [
        ("R", 0, 120),
        ("P", 0, 60),
        ("B", 1, 120),
    ]
    assert clock(one.sources[2].infectious.start) == "D2 08:01"


def test_a_stay_past_the_end_of_the_window_counts_up_to_it(graph: Graph) -> None:
    night = """
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | P         | ward     | D9 22:00   | D10 06:00
        2        | Q         | ward     | D9 21:00   | D10 07:00
        3        | P         | café     | D10 08:00  | D10 09:00
        4        | Q         | café     | D10 08:00  | D10 09:00
    """
    stored(graph, night, THREE.replace("D5", "D11"))

    [one] = find_possible_sources(graph, ["q"], RULE, LATER).cases

    assert [(source.person_id, source.minutes) for source in one.sources] == [("P", 120)]


def test_whom_the_case_alone_can_have_infected_did_not_infect_it(graph: Graph) -> None:
    more = """
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | Q         | pool     | D7 08:00   | D7 10:00
        2        | X         | pool     | D7 08:00   | D7 10:00
        3        | Q         | pool     | D8 08:00   | D8 10:00
        4        | X         | pool     | D8 08:00   | D8 10:00
    """
    stored(graph, more, THREE)

    [one] = find_possible_sources(graph, ["q"], RULE, LATER, is_with_contacts=True).cases

    assert not one.sources


def test_a_case_that_is_not_confirmed_infects_nobody_but_can_be_asked_about(graph: Graph) -> None:
    stored(graph, BESIDE, THREE.replace("r       | R         | confirmed", "r | R | suspected"))

    of_q, of_r = find_possible_sources(graph, ["q", "r"], RULE, LATER).cases

    assert [source.person_id for source in of_q.sources] == ["P"]
    assert of_r.case.case_id == "r"


def test_as_of_an_earlier_moment_only_what_was_known_then_counts(graph: Graph) -> None:
    merge_cases(graph, records(THREE), Stamp("test", "test", at("D10 00:00")))
    merge_visits(graph, records(BESIDE), STAMP)

    [one] = find_possible_sources(graph, ["q"], RULE, at("D20 00:00")).cases

    assert not one.visits
    assert not one.sources
    with pytest.raises(NotFound):
        find_possible_sources(graph, ["q"], RULE, at("D9 00:00"))


def test_too_much_to_read_is_refused(graph: Graph) -> None:
    stored(graph, BESIDE, THREE)

    with pytest.raises(Refused, match="budget"):
        find_possible_sources(graph, ["q"], RULE, LATER, budget=1)


# --- clusters -----------------------------------------------------------------------------------


def test_cases_that_can_have_infected_each_other_hang_together(graph: Graph) -> None:
    alone = "\n    z       | Z         | confirmed      | D6\n"
    stored(graph, BESIDE, THREE.rstrip() + alone)

    found = find_clusters(graph, RULE, LATER)

    [cluster] = found.clusters
    assert cluster.case_ids == ("p", "q", "r")
    assert (cluster.first_on, cluster.last_on) == (on("D5"), on("D9"))
    assert {(one.from_case, one.to_case) for one in cluster.links} >= {("p", "q"), ("r", "q")}
    assert {venue.venue_id for venue in cluster.venues} >= {"café", "ward"}
    assert (found.cases, found.alone) == (4, 1)


def test_an_unlikely_venue_links_cases_that_never_met(graph: Graph) -> None:
    city(graph, seed=3)

    found = find_clusters(graph, RULE, LATER)

    largest = found.clusters[0]
    assert {f"case-p{n}" for n in range(8)} <= set(largest.case_ids)
    [cafe] = [venue for venue in largest.venues if venue.venue_id == "café"]
    assert cafe.score is not None
    assert cafe.score >= found.line
    assert all(venue.score is None for venue in largest.venues if venue.venue_id == "market")


def test_cases_before_a_day_are_left_out_and_none_makes_no_cluster(graph: Graph) -> None:
    stored(graph, BESIDE, THREE)

    assert find_clusters(graph, RULE, LATER, since=on("D7")).clusters == []
    assert find_clusters(graph, RULE, LATER, since=on("D10")).cases == 0
