"""`truyvet triage` and `truyvet quality`: as a table, as JSON, as a file, and what is refused."""

import csv
import stat

import pytest

from importers.catalogue import IMPORTERS
from importers.importer import run
from tests.tables import texts
from tests.webapp.truyvet import Truyvet, refused

VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:00      | 08:30
    3        | B         | café     | 08:00      | 09:00
    4        | B         | bus      | 10:00      | 11:00
    5        | C         | bus      | 10:00      |
"""
CASES = """
    case_id | person_id | classification | onset_on | confirmed_at
    case-S  | S         | confirmed      | D2       | D3 08:00
    case-X  | X         | confirmed      |          | D3 08:00
"""
PERSONS = """
    person_id | full_name | unit_code
    A         | =A        | 1
"""
ASKED = ("triage", "case-S", "--rule", "2021-07")


@pytest.fixture
def truyvet(connection, graph, tmp_path):
    """The command line on a store with a small outbreak."""
    run(IMPORTERS["visits"], texts(VISITS), graph)
    run(IMPORTERS["cases"], texts(CASES), graph)
    run(IMPORTERS["persons"], texts(PERSONS), graph)
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


def test_a_list_is_printed_with_the_parts_of_each_score(truyvet):
    ran = truyvet(*ASKED)

    lines = [line.split() for line in ran.stdout.splitlines()]
    assert lines[-2][:3] == ["1", "B", "3.3"]
    assert lines[-1][:4] == ["2", "A", "1", "1.6"]
    assert "30 × 1 × 0.054 × 1" in ran.stdout
    assert "the hour is over" in ran.stdout


def test_the_answer_as_json_names_rule_weights_clock_and_warnings(truyvet):
    answer = truyvet.json(*ASKED, "--class", 2)

    assert (answer["class"], answer["rule"], answer["weights"]) == ("F2", "2021-07", "2020-12")
    assert answer["clock"]["state"] == "over"
    assert [warning["kind"] for warning in answer["warnings"]] == ["most_of_city", "guessed_exits"]
    (person,) = answer["people"]
    assert (person["person_id"], person["certainty"], person["minutes"]) == ("C", "probable", 60)


def test_a_ward_takes_its_people_alone(truyvet):
    people = truyvet.json(*ASKED, "--ward", "1")["people"]

    assert [(person["person_id"], person["unit_code"]) for person in people] == [("A", "1")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_new_and_its_owners_alone(truyvet, tmp_path, kind):
    file = tmp_path / f"list.{kind}"

    ran = truyvet(*ASKED, "--to", file)
    again = truyvet(*ASKED, "--to", file)

    assert ran.exit_code == 0
    assert not ran.stdout
    assert "2 people written" in ran.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    refused(again, str(file))
    if kind == "csv":
        with file.open(encoding="utf-8-sig", newline="") as opened:
            written = list(csv.DictReader(opened))
        assert [(row["rank"], row["person_id"]) for row in written] == [("1", "B"), ("2", "A")]


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        pytest.param(["no-such-case"], "There is no such case.", 1, id="an unknown case"),
        pytest.param(["case-S", "--rule", "1999"], "There is no such rule.", 1, id="a rule"),
        pytest.param(["case-S", "--as-of", "yesterday"], "as-of: ", 1, id="an as-of in words"),
        pytest.param(["case-S", "--class", "0"], "--class", 2, id="no class"),
        pytest.param(["case-S", "--to", "list.pdf"], "--to", 2, id="a kind of file"),
    ],
)
def test_what_cannot_be_ranked_is_refused_in_one_sentence(truyvet, arguments, sentence, status):
    refused(truyvet("triage", *arguments), sentence, status=status)


def test_a_trace_tells_its_warnings_on_stderr_and_as_json(truyvet):
    asked = ("trace", "case-S", "--rule", "2021-07", "--hops", 2)

    ran, answer = truyvet(*asked), truyvet.json(*asked)

    assert "rest on a check-out that is assumed" in ran.stderr
    assert "assumed" not in ran.stdout
    assert answer["warnings"] == [
        {"kind": "most_of_city", "people": 3, "of": 5, "share": 0.6, "limit": 0.25},
        {
            "kind": "guessed_exits",
            "people": 1,
            "of": 3,
            "share": 0.3333,
            "probable": 1,
            "possible": 0,
        },
    ]


def test_quality_counts_every_check_or_lists_one(truyvet):
    counted = truyvet("quality")
    rows = truyvet.json("quality", "missing_dates")["checks"]

    counts = dict(line.split()[:2] for line in counted.stdout.splitlines()[1:])
    assert counts["cases_without_contacts"] == "1"
    assert counts["visits_at_once"] == "0"
    assert rows == [
        {
            "check": "missing_dates",
            "found": 1,
            "is_more": False,
            "rows": [
                {
                    "case_id": "case-X",
                    "person_id": "X",
                    "classification": "confirmed",
                    "missing": ["anchor"],
                }
            ],
        }
    ]
    assert "neither onset nor sample date" in truyvet("quality", "missing_dates").stdout
    assert "ngày" in truyvet("quality", "missing_dates", language="vi").stdout
    refused(truyvet("quality", "everything"), "There is no such check.")
