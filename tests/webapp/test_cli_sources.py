"""`truyvet paths`, `sources` and `clusters`: answers as JSON and as tables, and what is refused."""

import pytest

from importers.catalogue import IMPORTERS
from importers.importer import run
from tests.emptying import empty
from tests.tables import texts
from tests.webapp.truyvet import Truyvet, refused

# S infects B at the café, B infects C on the bus; S and C share one minute at the kiosk.
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 11:00
    2        | B         | café     | 08:00      | 11:00
    3        | B         | ward     | 12:00      | 15:00
    4        | C         | ward     | 12:00      | 15:00
    5        | S         | kiosk    | 18:00      | 18:01
    6        | C         | kiosk    | 18:00      | 18:01
"""
CASES = """
    case_id | person_id | classification | onset_on
    case-S  | S         | confirmed      | D2
    case-C  | C         | confirmed      | D5
"""


@pytest.fixture(scope="module")
def city(store):
    """A store with one long way and one short one, once for all tests here: they only read."""
    empty(store)
    run(IMPORTERS["visits"], texts(VISITS), store)
    run(IMPORTERS["cases"], texts(CASES), store)
    yield store
    empty(store)


@pytest.fixture
def truyvet(connection, city, tmp_path):
    """The command line on that store."""
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


def people(path):
    """Return who is in a path of an answer."""
    return [path["path"][0]["from"], *(step["to"] for step in path["path"])]


@pytest.mark.parametrize(
    ("by", "first"),
    [
        pytest.param("fewest", ["S", "C"], id="the short way has fewer contacts"),
        pytest.param("earliest", ["S", "B", "C"], id="the long way arrives earlier"),
        pytest.param("strongest", ["S", "B", "C"], id="three hours outweigh a minute"),
    ],
)
def test_R219_both_ways_are_shown_in_the_order_asked_for(truyvet, by, first):
    answer = truyvet.json("paths", "S", "C", "--rule", "2021-07", "--by", by)

    assert people(answer["paths"][0]) == first
    assert sorted(people(path) for path in answer["paths"]) == [["S", "B", "C"], ["S", "C"]]


def test_R219_weighing_tells_the_weighting_and_keeps_the_minutes(truyvet):
    asked = ("paths", "case-S", "case-C", "--rule", "2021-07", "--by", "strongest", "--weigh")
    answer = truyvet.json(*asked)

    assert answer["weighting"]
    assert people(answer["paths"][0]) == ["S", "B", "C"]
    assert [path["weakest_minutes"] for path in answer["paths"]] == [180, 1]
    assert answer["paths"][0]["strength"] != 180


def test_a_path_is_printed_step_by_step_with_its_evidence(truyvet):
    ran = truyvet("paths", "S", "C", "--rule", "2021-07", "--by", "strongest")

    lines = [line.split() for line in ran.stdout.splitlines()]
    assert "2 contacts, arrives 01/07/2021 12:01, weakest contact 180 min" in ran.stdout
    assert next(line for line in lines if line[:2] == ["S", "B"])[2] == "café"


def test_somebody_without_a_case_starts_from_the_time_given(truyvet):
    refused(truyvet("paths", "B", "C"), "from: ", "has no case")

    answer = truyvet.json("paths", "B", "C", "--from", "2021-07-01T00:00+07:00")

    assert people(answer["paths"][0]) == ["B", "C"]


def test_paths_past_the_budget_say_so_and_end_with_status_1(truyvet):
    truyvet.environment["TRUYVET_TRACE_BUDGET"] = "1"

    ran = truyvet("paths", "S", "C", "--rule", "2021-07")

    assert ran.exit_code == 1
    assert "Complete only for paths of 0 contacts" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["paths", "S", "nobody"], "There is no such person.", id="nobody"),
        pytest.param(["paths", "S", "S"], "to: ", id="one person at both ends"),
        pytest.param(["paths", "S", "C", "--hops", "7"], "hops: ", id="seven contacts"),
        pytest.param(["paths", "S", "C", "--k", "0"], "most: ", id="no path"),
        pytest.param(["paths", "S", "C", "--rule", "1999"], "no such rule", id="an unknown rule"),
        pytest.param(["paths", "S", "C", "--from", "now"], "from: ", id="a time in words"),
        pytest.param(["paths", "S", "C", "--as-of", "2100-01-01T00:00Z"], "future", id="to come"),
        pytest.param(["sources", "none"], "There is no such case.", id="an unknown case"),
        pytest.param(["sources", "case-S", "none"], "There is no such case.", id="one unknown"),
        pytest.param(["sources", "case-S", "--exits", "x"], "exits", id="exits"),
        pytest.param(["clusters", "--since", "soon"], "since: ", id="a day in words"),
        pytest.param(["clusters", "--as-of", "2100-01-01T00:00Z"], "future", id="later clusters"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(truyvet, arguments, sentence):
    refused(truyvet(*arguments), sentence, status=2 if "--exits" in arguments else 1)


def test_sources_of_a_case_come_with_window_visits_and_contacts(truyvet):
    answer = truyvet.json("sources", "case-C", "--rule", "2021-07")

    [case] = answer["cases"]
    assert "common_venues" not in answer
    assert case["window_from"] == "2021-06-20T17:00:00+00:00"
    assert case["window_until"] == "2021-07-05T17:00:00+00:00"
    assert [visit["venue_id"] for visit in case["visits"]] == ["ward", "kiosk"]
    assert [(one["person_id"], one["class"], one["minutes"]) for one in case["sources"]] == [
        ("S", "case", 1)
    ]


def test_contacts_of_cases_count_as_sources_when_asked_for(truyvet):
    answer = truyvet.json("sources", "case-C", "--rule", "2021-07", "--contacts")

    [case] = answer["cases"]
    assert [(one["person_id"], one["class"], one["minutes"]) for one in case["sources"]] == [
        ("S", "case", 1),
        ("B", "F1", 180),
    ]


def test_several_cases_show_the_venues_that_they_share(truyvet):
    ran = truyvet("sources", "case-S", "case-C", "--rule", "2021-07")
    answer = truyvet.json("sources", "case-S", "case-C", "--rule", "2021-07")

    [venue] = answer["common_venues"]["venues"]
    assert (venue["venue_id"], venue["seen"]) == ("kiosk", 2)
    assert answer["common_venues"]["compared"] == 3
    assert "A venue is proposed, not proven." in ran.stdout
    assert "kiosk" in ran.stdout


def test_clusters_are_proposed_with_what_links_them(truyvet):
    ran = truyvet("clusters", "--rule", "2021-07")
    answer = truyvet.json("clusters", "--rule", "2021-07")

    [cluster] = answer["proposed"]
    assert cluster["case_ids"] == ["case-C", "case-S"]
    assert {(link["kind"], link["from_case"]) for link in cluster["links"]} >= {
        ("source", "case-S")
    }
    assert "a person confirms a cluster" in ran.stdout


def test_no_cluster_is_said_in_words(truyvet):
    ran = truyvet("clusters", "--since", "2022-01-01")

    assert "No cluster is proposed." in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["paths", "S", "C"], ["tiếp xúc", "Quy tắc"], id="paths"),
        pytest.param(["sources", "case-S", "case-C"], ["Địa điểm"], id="sources"),
        pytest.param(["clusters"], ["xác nhận"], id="clusters"),
    ],
)
def test_answers_speak_vietnamese(truyvet, arguments, words):
    ran = truyvet(*arguments, "--rule", "2021-07", language="vi")

    for word in words:
        assert word in ran.stdout
