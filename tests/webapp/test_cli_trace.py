"""`truyvet trace`: the answer as JSON and as a table, and what it refuses."""

import pytest

from importers.catalogue import IMPORTERS
from importers.importer import run
from tests.tables import texts
from tests.webapp.truyvet import Truyvet, refused

# The worked example of DESIGN section 3, and S as a case with onset three days later: by the rule
# 2021-07 S is infectious from 00:00 of the first day.
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:50      | 09:00
    3        | B         | café     | 08:30      | 08:50
    4        | B         | bus      | 09:00      | 09:30
    5        | A         | bus      | 09:00      | 09:30
    6        | C         | bus      | 09:10      | 09:24
    7        | S         | market   | 10:00      | 11:00
    8        | A         | market   | 10:30      | 11:30
    9        | D         | market   | 10:45      | 11:30
"""
CASES = """
    case_id | person_id | classification | onset_on
    case-S  | S         | confirmed      | D4
    case-A  | A         | confirmed      | D9
"""
ASKED = ("trace", "case-S", "--rule", "2021-07", "--least-minutes", 15)


@pytest.fixture
def truyvet(connection, graph, tmp_path):
    """The command line on a store with the worked example."""
    run(IMPORTERS["visits"], texts(VISITS), graph)
    run(IMPORTERS["cases"], texts(CASES), graph)
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


def test_the_answer_as_json_has_exactly_the_shape_of_the_design(truyvet):
    answer = truyvet.json(*ASKED, "--hops", 2)

    assert answer.keys() == {
        "rule",
        "as_of",
        "engine",
        "ms",
        "sources",
        "people",
        "warnings",
    }
    assert answer["rule"] == "2021-07 least=15min"
    assert answer["engine"] == "cypher"
    assert [person["person_id"] for person in answer["people"]] == ["B", "A", "D"]
    assert answer["people"][1] == {
        "person_id": "A",
        "class": "F1",
        "exposed_at": "2021-07-01T03:45:00+00:00",
        "earliest_at": "2021-07-01T02:15:00+00:00",
        "minutes": 30,
        "certainty": "certain",
        "is_case": True,
        "via": "S",
        "path": [
            {
                "from": "S",
                "to": "A",
                "venue_id": "market",
                "started_at": "2021-07-01T03:30:00+00:00",
                "ended_at": "2021-07-01T04:00:00+00:00",
                "minutes": 30,
            }
        ],
    }


def test_a_table_shows_the_classes_and_then_the_people_in_local_time(truyvet):
    ran = truyvet(*ASKED)

    lines = [line.split() for line in ran.stdout.splitlines()]
    assert "F1: 3 (1 of them is a case)" in ran.stdout
    assert ["F1", "B", "01/07/2021", "08:45", "20", "certain", "S", "café"] in lines
    assert ["F1", "A", "01/07/2021", "10:45", "30", "certain", "S", "market", "case"] in lines


def test_a_person_given_by_hand_infects_from_the_time_given(truyvet):
    asked = ("trace", "--person", "S", "--least-minutes", 15, "--hops", 1)

    late = truyvet.json(*asked, "--from", "2021-07-01T10:00+07:00")
    ended = truyvet.json(
        *asked, "--from", "2021-07-01T08:00+07:00", "--until", "2021-07-01T10:00+07:00"
    )

    assert [person["person_id"] for person in late["people"]] == ["A", "D"]
    assert [person["person_id"] for person in ended["people"]] == ["B"]


def test_all_confirmed_cases_are_sources_at_once(truyvet):
    answer = truyvet.json("trace", "--all-cases", "--rule", "2021-07")

    assert [source["person_id"] for source in answer["sources"]] == ["A", "S"]


def test_a_trace_past_its_budget_answers_what_is_complete_and_ends_with_status_1(truyvet):
    truyvet.environment["TRUYVET_TRACE_BUDGET"] = "8"
    asked = (*ASKED, "--hops", 3, "--engine", "cypher")

    ran = truyvet(*asked)
    answer = truyvet.json(*asked, status=1)

    assert ran.exit_code == 1
    assert "The answer is complete up to hop" in ran.stderr
    assert "TRUYVET_TRACE_BUDGET" in ran.stderr
    assert answer["incomplete"]["budget"] == 8
    assert answer["incomplete"]["complete_hops"] < 3


def test_past_the_budget_of_cypher_the_projection_answers_whole_and_says_so(truyvet):
    truyvet.environment["TRUYVET_TRACE_BUDGET"] = "8"

    answer = truyvet.json(*ASKED, "--hops", 3)
    whole = truyvet.json(*ASKED, "--hops", 3, "--engine", "projection")

    assert answer["engine"] == whole["engine"] == "projection"
    assert answer["people"] == whole["people"]
    assert answer["seen"] > 0
    assert "incomplete" not in answer


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["no-such-case"], "There is no such case.", id="an unknown case"),
        pytest.param(["case-S", "no-such-case"], "There is no such case.", id="one unknown case"),
        pytest.param(["case-S", "--rule", "1999"], "There is no such rule.", id="an unknown rule"),
        pytest.param(["case-S", "--hops", "0"], "hops: ", id="no hop"),
        pytest.param(["case-S", "--hops", "99"], "hops: ", id="99 hops"),
        pytest.param(["case-S", "--least-minutes", "0"], "least", id="no least minutes"),
        pytest.param(["case-S", "--least-minutes", "99999999999"], "least", id="an age"),
        pytest.param(["case-S", "--latent-hours", "-1"], "latent", id="a negative latent time"),
        pytest.param(["case-S", "--latent-hours", "nan"], "latent", id="no number"),
        pytest.param(["case-S", "--as-of", "2100-01-01T00:00Z"], "future", id="a future as-of"),
        pytest.param(["case-S", "--as-of", "2021-07-09T08:00"], "offset", id="a naive as-of"),
        pytest.param(["case-S", "--as-of", "yesterday"], "as-of: ", id="an as-of in words"),
        pytest.param(
            ["--person", "nobody", "--from", "2021-07-01T08:00Z"],
            "There is no such person.",
            id="an unknown person",
        ),
        pytest.param(
            ["--person", "S", "--from", "2021-07-02T08:00Z", "--until", "2021-07-01T08:00Z"],
            "until: ",
            id="an end before the beginning",
        ),
    ],
)
def test_what_cannot_be_traced_is_refused_in_one_sentence(truyvet, arguments, sentence):
    refused(truyvet("trace", *arguments), sentence)


def test_a_case_is_unknown_before_it_was_recorded(truyvet):
    refused(truyvet(*ASKED, "--as-of", "2021-07-09T08:00Z"), "no such case")


def test_a_trace_speaks_vietnamese(truyvet):
    ran = truyvet(*ASKED, language="vi")

    assert "Quy tắc" in ran.stdout
    assert "chắc chắn" in ran.stdout
    refused(truyvet("trace", "no-such-case", language="vi"), "Lỗi: ", "Không có")
