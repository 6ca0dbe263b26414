"""Settings: what each variable may hold, and that a refusal names it and not its value."""

import stat

import pytest

from graph.tracing import BUDGET
from webapp import keys
from webapp.card_fields import BHYT_ORDER
from webapp.passwords import hash_password, make_password, password_fault, verify_password
from webapp.settings import (
    Settings,
    SettingsFault,
    find_settings,
    read_settings,
    unknown_variables,
)

STRONG_KEY = "w8Zr2mQx7Lk4Tn9Vb3Hs6Yd1Pf5Gc0Ja"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """No variable of the machine that runs the tests is read."""
    for meta in Settings.model_fields.values():
        monkeypatch.delenv(meta.alias, raising=False)


def test_an_empty_environment_gives_the_defaults():
    settings = read_settings()

    assert (settings.host, settings.port, settings.neo4j_uri) == ("127.0.0.1", 8080, None)
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.trace_budget == BUDGET


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch):
    monkeypatch.setenv("NEO4J_URI", "")

    assert read_settings().neo4j_uri is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("TRUYVET_PORT", "eighty", "must be a whole number"),
        ("TRUYVET_PORT", "0", "must be at least 1"),
        ("TRUYVET_PORT", "70000", "must be at most 65535"),
        ("TRUYVET_LANGUAGE", "fr", "must be 'vi' or 'en'"),
        ("TRUYVET_NEO4J_HEAP", "1 gigabyte", "must be a size"),
        ("TRUYVET_TRACE_BUDGET", "0", "must be at least 1"),
        ("TRUYVET_PUBLIC_URL", "truyvet.example", "must be an address"),
        ("NEO4J_URI", "http://127.0.0.1:7474", "must start with bolt:// or neo4j://"),
        ("NEO4J_URI", "bolt://", "names no server"),
        ("NEO4J_URI", "bolt://neo4j:hunter2hunter2@db:7687", "must not hold a name or password"),
        ("TRUYVET_CLUSTER", "http://127.0.0.1:8786", "must be an address such as tcp://"),
        ("TRUYVET_CLUSTER", "tcp://127.0.0.1", "must be an address such as tcp://"),
        ("TRUYVET_CLUSTER", "tcp://127.0.0.1:many", "must be an address such as tcp://"),
        ("TRUYVET_CLUSTER", "tls://me:hunter2hunter2@dask:8786", "must be an address such as"),
        ("FLASK_DEBUG", "1", "must be off"),
        ("FLASK_DEBUG", "maybe", "must be 0 or 1"),
        ("TRUYVET_BHYT_FIELDS", "number,full_name,blood", "must be some of number"),
        ("TRUYVET_BHYT_FIELDS", "number,full_name,sex,sex", "must be some of number"),
        ("TRUYVET_BHYT_FIELDS", "-,full_name,birth", "must name the fields number"),
        ("TRUYVET_SECRET_KEY", "short", "too short"),
        ("TRUYVET_SECRET_KEY", "a" * 64, "too simple"),
        ("TRUYVET_SECRET_KEY", "change-me-" + STRONG_KEY, "looks like a sample"),
        ("TRUYVET_HOME", __file__, "is a file"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsFault) as refused:
        read_settings()

    assert str(refused.value).startswith(f"{name} ")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUYVET_SECRET_KEY", "sample-" + STRONG_KEY),
        ("NEO4J_URI", "ftp://neo4j:hunter2hunter2@db"),
        ("NEO4J_URI", "bolt://neo4j:hunter2hunter2@db"),
    ],
)
def test_a_refusal_never_holds_what_the_variable_holds(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsFault) as refused:
        read_settings()

    assert STRONG_KEY not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"])
def test_every_scheme_of_the_bolt_protocol_is_taken(monkeypatch, scheme):
    monkeypatch.setenv("NEO4J_URI", f"{scheme}://db.example:7687")

    assert read_settings().neo4j_uri == f"{scheme}://db.example:7687"


def test_two_sources_of_one_password_contradict_each_other(monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2hunter2")
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", "/run/secrets/neo4j")

    with pytest.raises(SettingsFault, match="NEO4J_PASSWORD or NEO4J_PASSWORD_FILE"):
        read_settings()


def test_the_fields_of_an_insurance_card_are_read_in_the_order_that_is_told(monkeypatch):
    assert read_settings().bhyt_order == BHYT_ORDER

    monkeypatch.setenv("TRUYVET_BHYT_FIELDS", "-, full_name ,number")

    assert read_settings().bhyt_order == ("-", "full_name", "number")


def test_cookies_are_secure_where_visitors_come_by_https(monkeypatch):
    monkeypatch.setenv("TRUYVET_PUBLIC_URL", "https://truyvet.example/")

    settings = read_settings()

    assert settings.is_secure
    assert settings.address == "https://truyvet.example"


def test_the_table_of_settings_never_shows_a_secret(monkeypatch):
    monkeypatch.setenv("TRUYVET_SECRET_KEY", STRONG_KEY)
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2hunter2")

    shown = {setting.name: setting for setting in find_settings(read_settings())}

    assert shown["TRUYVET_SECRET_KEY"].value == shown["NEO4J_PASSWORD"].value == "********"
    assert shown["NEO4J_PASSWORD"].source == "environment"
    assert "hunter2" not in repr(read_settings())
    assert all(setting.meaning for setting in shown.values())


def test_a_misspelt_variable_is_told(monkeypatch):
    monkeypatch.setenv("TRUYVET_PROT", "8081")

    assert "TRUYVET_PROT" in unknown_variables()


def test_the_secret_key_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    settings = Settings(TRUYVET_HOME=tmp_path / "instance")

    first, second = keys.secret_key(settings), keys.secret_key(settings)

    kept = settings.secrets_folder / "secret-key"
    assert first == second
    assert len(first) >= 48
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert [file.name for file in settings.secrets_folder.iterdir()] == ["secret-key"]


def test_a_key_of_the_environment_is_not_written_down(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUYVET_SECRET_KEY", STRONG_KEY)
    settings = Settings(TRUYVET_HOME=tmp_path)

    assert keys.secret_key(settings) == STRONG_KEY
    assert not settings.secrets_folder.exists()


def test_a_password_is_hashed_with_salt_and_known_again():
    first, second = hash_password("a long enough secret"), hash_password("a long enough secret")

    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(first, "a long enough secret")
    assert not verify_password(first, "another long secret")
    assert not verify_password(None, "a long enough secret")
    assert not verify_password("no hash at all", "a long enough secret")


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        pytest.param("short", False, id="too short"),
        pytest.param("a" * 20, False, id="one letter again and again"),
        pytest.param("tab\tin a long password", False, id="a control character"),
        pytest.param("x1y2z3" * 60, False, id="longer than a form takes"),
        pytest.param("correct horse battery staple", True, id="a long phrase"),
        pytest.param(make_password(), True, id="one that was made here"),
    ],
)
def test_only_a_password_that_is_hard_to_guess_is_taken(password, is_taken):
    assert (password_fault(password) is None) is is_taken
