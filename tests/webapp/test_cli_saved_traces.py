"""`truyvet traces` and `import undo`: saved, listed, compared, run again, deleted, undone."""

import pytest

from importers.catalogue import IMPORTERS
from importers.importer import run
from tests.tables import at, texts
from tests.webapp.truyvet import Truyvet, refused

VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:30      | 09:00
"""
MORE = """
    visit_id | person_id | venue_id | arrived_at | left_at
    3        | B         | café     | 08:10      | 08:50
"""
CASES = """
    case_id | person_id | classification | onset_on
    case-S  | S         | confirmed      | D2
"""
ASKED = ("trace", "case-S", "--rule", "2021-07", "--as-of", "2021-08-01T00:00Z")


@pytest.fixture
def truyvet(connection, graph, tmp_path):
    """The command line on a store whose second import came after the first."""
    for name, rows, day in (("visits", VISITS, 10), ("cases", CASES, 10), ("visits", MORE, 40)):
        run(IMPORTERS[name], texts(rows), graph, recorded_at=at(f"D{day} 08:00"))
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


def later_import(truyvet):
    """Return the second import of visits, the one of a single row."""
    batches = truyvet.json("import", "list")
    [found] = [one for one in batches if (one["source"], one["read"]) == ("visits", 1)]
    return found


def test_a_trace_is_saved_listed_and_shown_as_it_was(truyvet):
    ran = truyvet(*ASKED, "--save", "first list")

    saved = truyvet.json("traces", "list")
    shown = truyvet.json("traces", "show", saved[0]["trace_id"])
    now = truyvet.json(*ASKED)

    assert f"Saved as trace {saved[0]['trace_id']}." in ran.stderr
    assert [(one["name"], one["people"]) for one in saved] == [("first list", 1)]
    assert shown["people"] == now["people"]
    assert {shown[key] == now[key] for key in ("rule", "as_of", "engine", "sources")} == {True}
    assert "first list" in truyvet("traces", "list").stdout
    assert "F1: 1" in truyvet("traces", "show", saved[0]["trace_id"]).stdout


def test_a_list_of_a_case_leaves_out_the_traces_of_others(truyvet):
    truyvet(*ASKED, "--save")

    assert len(truyvet.json("traces", "list", "--case", "case-S")) == 1
    assert truyvet.json("traces", "list", "--case", "case-T") == []
    assert "No trace is saved yet" in truyvet("traces", "list", "--case", "case-T").stdout


def test_a_saved_trace_compared_with_now_tells_what_was_imported_since(truyvet):
    truyvet(*ASKED, "--save")
    [saved] = truyvet.json("traces", "list")

    ran = truyvet("traces", "compare", saved["trace_id"])
    found = truyvet.json("traces", "compare", saved["trace_id"])

    assert "added: 1, withdrawn: 0, class changed: 0, moment changed: 0" in ran.stdout
    assert "The visit of B to café at 01/07/2021 08:10 became known" in ran.stdout
    assert found["counts"]["added"] == 1
    [cause] = found["changes"][0]["causes"]
    assert (cause["kind"], cause["fact_id"]) == ("visit_recorded", "3")


def test_two_saved_traces_are_compared_and_an_undone_import_is_named(truyvet):
    truyvet(*ASKED[:-1], "2021-09-01T00:00Z", "--save", "with B")
    batch = later_import(truyvet)
    truyvet("import", "undo", batch["batch_id"])
    truyvet("trace", "case-S", "--rule", "2021-07", "--save", "without B")
    ids = {one["name"]: one["trace_id"] for one in truyvet.json("traces", "list")}

    ran = truyvet("traces", "compare", ids["with B"], ids["without B"])

    assert "withdrawn: 1" in ran.stdout
    assert f"Its import, {batch['batch_id']}, was undone." in ran.stdout


def test_a_replay_answers_what_was_saved_and_can_be_saved_itself(truyvet):
    truyvet(*ASKED, "--save")
    [saved] = truyvet.json("traces", "list")

    then = truyvet.json("traces", "replay", saved["trace_id"])
    now = truyvet.json(
        "traces", "replay", saved["trace_id"], "--as-of", "2021-09-01T00:00Z", "--save", "later"
    )

    assert [person["person_id"] for person in then["people"]] == ["A"]
    assert [person["person_id"] for person in now["people"]] == ["B", "A"]
    assert len(truyvet.json("traces", "list")) == 2


def test_a_deleted_trace_is_gone(truyvet):
    truyvet(*ASKED, "--save")
    [saved] = truyvet.json("traces", "list")

    assert truyvet("traces", "delete", saved["trace_id"]).exit_code == 0

    assert truyvet.json("traces", "list") == []
    refused(truyvet("traces", "delete", saved["trace_id"]), "no such trace")


def test_an_undo_is_foreseen_done_once_and_listed(truyvet):
    batch_id = later_import(truyvet)["batch_id"]

    foreseen = truyvet.json("import", "undo", batch_id, "--dry-run")
    done = truyvet.json("import", "undo", batch_id)
    again = truyvet("import", "undo", batch_id)

    assert (
        foreseen
        == done
        == {
            "batch_id": batch_id,
            "visits": 1,
            "meetings": 0,
            "isolations": 0,
            "stay": 1,
        }
    )
    assert "0 visits, 0 meetings and 0 isolations withdrawn" in again.stdout
    assert later_import(truyvet)["undone_at"] is not None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["traces", "show", "none"], "no such trace", id="an unknown trace"),
        pytest.param(["traces", "compare", "none"], "no such trace", id="compared with nothing"),
        pytest.param(["traces", "replay", "none"], "no such trace", id="run again"),
        pytest.param(["import", "undo", "none"], "no such batch", id="an unknown batch"),
        pytest.param([*ASKED, "--save", "x" * 201], "save: is longer", id="a long name"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(truyvet, arguments, sentence):
    refused(truyvet(*arguments), sentence)


def test_saved_traces_speak_vietnamese(truyvet):
    truyvet(*ASKED, "--save")
    [saved] = truyvet.json("traces", "list")

    ran = truyvet("traces", "compare", saved["trace_id"], language="vi")

    assert "thêm mới: 1" in ran.stdout
    assert "được ghi nhận lúc" in ran.stdout
