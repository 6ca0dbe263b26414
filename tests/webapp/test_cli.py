"""The command line: statuses, help in two languages, settings, cases, accounts, the store."""

import json
import re
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir

from graph.accounts import get_account
from graph.cases import get_case
from tests.tables import LATER
from tests.webapp.truyvet import Truyvet, refused
from webapp import reasons
from webapp.cli import cli, click_words
from webapp.language import speak
from webapp.passwords import verify_password
from webapp.settings import CHECKOUT, Settings


@pytest.fixture
def truyvet(connection, graph, tmp_path):
    """The command line on the empty store of this run."""
    password = tmp_path / "password"
    password.write_text(connection.password)
    return Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )


@pytest.fixture
def alone(tmp_path):
    """The command line without any store."""
    return Truyvet({"NEO4J_URI": "", "TRUYVET_HOME": str(tmp_path / "instance")})


def every_command(command=cli, path=()):
    """Return the path of each command and group, `()` for the whole."""
    paths = [path]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            paths += every_command(command.get_command(context, name), (*path, name))
    return paths


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_explains_itself_in_both_languages(alone, path):
    english, vietnamese = (alone(*path, "--help", language=language) for language in ("en", "vi"))

    assert english.exit_code == vietnamese.exit_code == 0
    assert "Usage: truyvet" in english.stdout
    assert "Show this message and exit" in english.stdout
    assert "Cách dùng: truyvet" in vietnamese.stdout
    # What differs line by line is translated; names of commands and options stay.
    left = set(words_of(english.stdout)) & set(words_of(vietnamese.stdout))
    assert not left


def words_of(help_text):
    """Return the lines of a help that are sentences or headings, without names of options."""
    lines = (line.strip() for line in help_text.splitlines())
    parts = (line.split("  ")[-1].strip() for line in lines if line)
    return [
        part
        for part in parts
        if " " in part and not part.startswith(("-", "[")) and "," not in part
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["no-such-command"], id="an unknown command"),
        pytest.param(["trace", "--no-such-option"], id="an unknown option"),
        pytest.param(["trace"], id="a trace of nobody"),
        pytest.param(["trace", "C1", "--all-cases"], id="a trace of two kinds of sources"),
        pytest.param(["trace", "--person", "P1"], id="a person without a time"),
        pytest.param(["trace", "C1", "--until", "2021-07-01T00:00Z"], id="an end without a person"),
        pytest.param(["trace", "C1", "--hops", "two"], id="hops that are no number"),
        pytest.param(["trace", "C1", "--engine", "magic"], id="an unknown engine"),
        pytest.param(["trace", "C1", "--exits", "never"], id="unknown exits"),
        pytest.param(["import", "visits"], id="an import of no file"),
        pytest.param(["import", "visits", "/no/such/file.csv"], id="a file that is not there"),
        pytest.param(["import", "moods", "file.csv"], id="an unknown source"),
        pytest.param(["case", "add", "C1"], id="a case of nobody"),
        pytest.param(["account", "add", "linh"], id="an account without a role"),
        pytest.param(["account", "add", "linh", "--role", "king"], id="an unknown role"),
        pytest.param(["bench", "no-such-benchmark"], id="an unknown benchmark"),
        pytest.param(["demo", "--port", "0"], id="a port that is none"),
    ],
)
def test_a_command_called_wrongly_ends_with_status_2(alone, arguments):
    refused(alone(*arguments), "Error: ", status=2)


def test_a_setting_that_cannot_be_meant_ends_with_status_2(alone):
    alone.environment["TRUYVET_PORT"] = "eighty"

    refused(alone("config"), "TRUYVET_PORT must be a whole number.", status=2)


def test_click_itself_speaks_vietnamese(alone):
    refused(alone("trace", "--no-such-option", language="vi"), "Lỗi: ", status=2)


def test_config_prints_every_variable_with_its_meaning_and_no_secret(alone):
    alone.environment["NEO4J_PASSWORD"] = "hunter2hunter2"

    shown = alone("config")
    listed = {setting["name"]: setting for setting in alone.json("config")}

    assert set(listed) == {meta.alias for meta in Settings.model_fields.values()}
    assert listed["TRUYVET_PORT"].keys() == {"name", "value", "source", "meaning"}
    assert listed["NEO4J_PASSWORD"]["source"] == "environment"
    assert "TRUYVET_PORT=8080" in shown.stdout
    assert "hunter2" not in shown.output


def test_a_server_that_is_away_is_one_sentence(alone):
    alone.environment |= {"NEO4J_URI": "bolt://127.0.0.1:1", "NEO4J_PASSWORD": "hunter2hunter2"}

    refused(alone("account", "list"), "Neo4j does not answer")


def test_a_wrong_password_of_the_store_is_one_sentence(truyvet, tmp_path):
    (tmp_path / "password").write_text("hunter2hunter2")

    ran = truyvet("account", "list")

    refused(ran, "Neo4j refuses the user name or password")
    assert "hunter2" not in ran.output


def test_commands_about_the_embedded_server_leave_a_server_of_ones_own_alone(truyvet):
    for command in ("start", "stop", "check"):
        refused(truyvet("db", command), "a server of your own")


def test_the_state_of_the_store_counts_what_it_holds(truyvet):
    state = truyvet.json("db", "status")

    assert state["state"] == "running"
    assert state["pending_migrations"] == []
    assert state["counts"]["persons"] == 0


def test_the_state_of_a_store_that_does_not_run_is_told_without_starting_it(alone):
    assert alone.json("db", "status")["state"] == "stopped"


def test_a_migrated_store_has_nothing_to_migrate(truyvet):
    ran = truyvet("db", "migrate")

    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "newest version" in ran.stderr


def test_a_case_is_added_and_reported_anew(truyvet, graph):
    truyvet("case", "add", "C1", "--person", "P1", "--onset-on", "2021-07-03")
    told = truyvet.json("case", "report", "C1", "--isolated-at", "2021-07-05T08:00+07:00")

    case = get_case(graph, "C1", LATER.replace(year=2100))
    assert (case.number, case.classification) == (2, "confirmed")
    assert case.onset_on.isoformat() == "2021-07-03"
    assert told["isolated_at"] == "2021-07-05T01:00:00Z"


def test_a_statement_is_cleared_by_an_empty_one(truyvet):
    truyvet("case", "add", "C1", "--person", "P1", "--onset-on", "2021-07-03")

    assert truyvet.json("case", "report", "C1", "--onset-on", "")["onset_on"] is None


def test_a_case_states_nothing_that_has_not_come(truyvet):
    later = ["--person", "P1", "--onset-on", "2099-01-01"]

    refused(truyvet("case", "add", "C9", *later), "onset-on: is in the future")
    truyvet("case", "add", "C9", "--person", "P1")
    isolated = truyvet("case", "report", "C9", "--isolated-at", "2099-01-01T08:00+07:00")
    refused(isolated, "isolated-at: is in the future")


def test_a_dry_run_adds_no_case(truyvet, graph):
    ran = truyvet("case", "add", "C1", "--person", "P1", "--dry-run")

    assert ran.exit_code == 0
    refused(truyvet("case", "report", "C1"), "no such case")


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [
        ("--onset-on", "03/07/2021", "onset-on: not a date"),
        ("--confirmed-at", "2021-07-03T08:00", "confirmed-at: not a time with an offset"),
        ("--person", "P\x07", "person: "),
        ("--person", "P" * 10_000, "person: "),
    ],
)
def test_a_statement_that_is_none_is_refused_by_its_option(truyvet, option, text, reason):
    arguments = {"--person": "P1", option: text}
    ran = truyvet("case", "add", "C1", *[part for pair in arguments.items() for part in pair])

    refused(ran, reason)
    assert text not in ran.stderr


def test_a_case_that_exists_is_not_added_again(truyvet):
    truyvet("case", "add", "C1", "--person", "P1")

    refused(truyvet("case", "add", "C1", "--person", "P2"), "case")


def test_an_account_signs_in_with_the_password_read_from_stdin(truyvet, graph):
    ran = truyvet(
        "account",
        "add",
        "linh",
        "--role",
        "investigator",
        "--password-stdin",
        typed="a long enough secret\n",
    )

    assert ran.exit_code == 0, ran.output
    assert verify_password(get_account(graph, "linh").password_hash, "a long enough secret")
    assert "a long enough secret" not in ran.output


def test_a_password_is_asked_for_twice_at_a_terminal(truyvet, graph):
    typed = "a long enough secret\na long enough secret\n"
    ran = truyvet("account", "add", "linh", "--role", "investigator", typed=typed)

    assert ran.exit_code == 0, ran.output
    assert "a long enough secret" not in ran.output
    assert get_account(graph, "linh").role == "investigator"


def test_a_made_password_is_printed_once_and_nothing_else(truyvet, graph):
    ran = truyvet("account", "add", "linh", "--role", "data_team", "--generate")

    assert verify_password(get_account(graph, "linh").password_hash, ran.stdout.strip())


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        pytest.param("linh", "short\n", "at least 15 characters", id="a short password"),
        pytest.param("linh", "", "password", id="no password"),
        pytest.param("l" * 10_000, "a long enough secret\n", "name: ", id="an endless name"),
        pytest.param("li\tnh", "a long enough secret\n", "name: ", id="a control character"),
    ],
)
def test_an_account_that_cannot_be_is_refused(truyvet, name, typed, reason):
    ran = truyvet("account", "add", name, "--role", "data_team", "--password-stdin", typed=typed)

    refused(ran, reason)
    assert truyvet.json("account", "list") == []


def test_a_disabled_account_is_listed_as_such(truyvet):
    truyvet("account", "add", "linh", "--role", "data_team", "--generate")

    again = truyvet("account", "add", "Linh", "--role", "data_team", "--generate")
    truyvet("account", "disable", "linh")
    [listed] = truyvet.json("account", "list")

    refused(again, "taken")
    assert listed.keys() == {"name", "role", "unit_code", "venue_id", "disabled_at"}
    assert listed["disabled_at"] is not None
    refused(truyvet("account", "disable", "nobody"), "no such account")


def test_the_doctor_finds_this_machine_fit(truyvet):
    findings = truyvet.json("doctor")

    assert {finding["mark"] for finding in findings} <= {"ok", "hint"}
    assert {"python", "disk", "loopback", "store", "schema", "accounts"} <= {
        finding["check"] for finding in findings
    }


def test_benchmarks_are_listed_with_what_they_measure(alone):
    listed = alone("bench")

    assert "trace-cypher: Exposure by Cypher" in listed.stdout


def test_an_answer_as_json_keeps_the_letters_of_vietnamese(truyvet):
    truyvet("case", "add", "ca-Đỗ", "--person", "Nguyễn")

    shown = truyvet("case", "report", "ca-Đỗ", "--json").stdout

    assert "ca-Đỗ" in shown
    assert json.loads(shown)["person_id"] == "Nguyễn"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("x" * 10_000, id="10,000 characters"),
        pytest.param("\udcff", id="a byte that is no text"),
        pytest.param("a\u202eb", id="a character that turns the line round"),
        pytest.param(" ", id="a space"),
    ],
)
@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (["trace"], [], "case"),
        (["trace", "--from", "2021-07-01T00:00Z", "--person"], [], "person"),
        (["case", "report"], [], "case"),
        (["case", "add"], ["--person", "P1"], "case"),
        (["case", "add", "C1", "--person"], [], "person"),
        (["account", "disable"], [], "name"),
        (["account", "add"], ["--role", "data_team", "--generate"], "name"),
        (["account", "add", "linh", "--role", "data_team", "--unit"], ["--generate"], "unit"),
    ],
)
def test_what_cannot_be_an_id_is_refused_by_every_command(truyvet, before, typed, after, field):
    refused(truyvet(*before, typed, *after), f"{field}: ")


def test_the_words_that_are_translated_for_click_are_those_that_it_says():
    said = set()
    for _file, _line, message, *_rest in extract_from_dir(Path(click.__file__).parent):
        said.add(message)

    counted = {message for message in said if isinstance(message, tuple)}
    assert set(click_words.WORDS) <= said
    assert set(click_words.counted_words(1)) <= {one for one, _many in counted}


def test_the_reasons_that_are_translated_are_those_that_the_rooms_give():
    rooms = [path for room in ("graph", "importers") for path in CHECKOUT.glob(f"{room}/**/*.py")]
    given = re.sub(r"\{[\w.]+\}|\d+", "#", "\n".join(path.read_text() for path in rooms))

    for reason in (*reasons.KINDS, *reasons.REASONS):
        assert re.sub(r"\d+", "#", reason) in given


@pytest.mark.parametrize(
    ("said", "vietnamese"),
    [
        ("before arrived_at", "trước arrived_at"),
        ("more than 90 days after arrived_at", "sau arrived_at quá 90 ngày"),
        ("not between the years 1900 and 2100", "năm không nằm trong khoảng 1900 đến 2100"),
        ("not one of 27 known codes", "không thuộc 27 mã đã biết"),
        ("not one of confirmed, probable", "không thuộc: confirmed, probable"),
        (
            "a b.csv is empty: not even a header stands in it",
            "a b.csv trống: không có cả dòng tiêu đề",
        ),
        ("a b.csv: column not known: colour", "a b.csv: cột không biết: colour"),
        (
            "a.csv: columns missing: a, b; column not known: c",
            "a.csv: thiếu các cột: a, b; cột không biết: c",
        ),
        (
            "a.xlsx has several sheets (A, B): say which one with --sheet",
            "a.xlsx có nhiều trang tính (A, B): hãy chọn một trang bằng --sheet",
        ),
    ],
)
def test_a_reason_keeps_its_names_and_numbers_in_vietnamese(
    monkeypatch: pytest.MonkeyPatch, said: str, vietnamese: str
) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    speak("vi")

    assert reasons.told(said) == vietnamese


def test_a_refusal_is_told_in_vietnamese_too(truyvet, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()

    refused(truyvet("trace", "nobody", language="vi"), "Lỗi: Không có ca bệnh này.")
    refused(truyvet("import", "visits", empty, language="vi"), "empty.csv trống: ")
