"""`truyvet doctor`: each kind of trouble is found, named, and comes with what to do."""

import socket

import pytest

from tests.webapp.truyvet import Truyvet


@pytest.fixture
def home(tmp_path):
    """The folder of an instance that is not there yet."""
    return tmp_path / "instance"


@pytest.fixture
def truyvet(home):
    """The command line of that instance, whose server does not run."""
    return Truyvet({"NEO4J_URI": "", "TRUYVET_HOME": str(home)})


def findings(truyvet, status=0):
    """Return what each check found, as `mark: told`."""
    found = {}
    for finding in truyvet.json("doctor", status=status):
        assert finding.keys() == {"check", "mark", "told"}
        found.setdefault(finding["check"], []).append(f"{finding['mark']}: {finding['told']}")
    return found


def test_a_sound_machine_and_a_fresh_instance_have_no_fault(truyvet, home):
    found = findings(truyvet)

    assert found["loopback"] == ["ok: 127.0.0.1"]
    assert found["store"][0].startswith("hint: the server does not run")
    assert "made at the first start" in found["instance"][0]
    assert f"one-time codes lie in {home}/outbox" in found["messages"][0]
    assert not home.exists()


def test_a_gateway_that_is_set_is_seen(home):
    settings = {"TRUYVET_HOME": str(home), "TRUYVET_SMS_URL": "https://sms.example/send"}

    found = findings(Truyvet({"NEO4J_URI": "", **settings}))

    assert found["messages"] == ["ok: a gateway to phones is set"]


def test_secrets_that_others_can_read_are_a_fault(truyvet, home):
    secret = home / "secrets" / "secret-key"
    secret.parent.mkdir(parents=True)
    secret.write_text("not so secret")
    secret.chmod(0o644)
    home.chmod(0o700)
    secret.parent.chmod(0o700)

    ran = truyvet("doctor")
    [told] = findings(truyvet, status=1)["instance"]

    assert ran.exit_code == 1
    assert told == f"fault: {secret} is open to others: chmod 600 it"
    assert "✗ instance" in ran.stdout
    assert "not so secret" not in ran.output


def test_a_setting_that_cannot_be_meant_is_a_fault(truyvet):
    truyvet.environment["TRUYVET_THREADS"] = "many"

    assert findings(truyvet, status=1)["settings"] == [
        "fault: TRUYVET_THREADS must be a whole number."
    ]


def test_a_misspelt_variable_is_a_hint(truyvet):
    truyvet.environment["TRUYVET_PROT"] = "8081"

    assert any("TRUYVET_PROT" in told for told in findings(truyvet)["settings"])


def test_a_taken_port_is_a_hint_because_truyvet_itself_may_have_it(truyvet):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        truyvet.environment["TRUYVET_PORT"] = str(taken.getsockname()[1])
        [told] = findings(truyvet)["port"]

    assert told.startswith("hint: Port ")
    assert "taken by another program" in told


def test_jars_that_are_missing_are_a_hint_because_the_next_start_fetches_them(truyvet, tmp_path):
    truyvet.environment["XDG_CACHE_HOME"] = str(tmp_path)

    [told] = findings(truyvet)["jars"]

    assert told.startswith("hint: ")
    assert "missing or damaged" in told


def test_a_server_of_ones_own_that_is_away_is_a_fault(truyvet):
    truyvet.environment["NEO4J_URI"] = "bolt://127.0.0.1:1"

    found = findings(truyvet, status=1)

    assert found["store"] == ["fault: Neo4j does not answer"]
    assert "jars" not in found


def test_the_doctor_speaks_vietnamese(truyvet):
    ran = truyvet("doctor", language="vi")

    assert "máy chủ không chạy" in ran.stdout
