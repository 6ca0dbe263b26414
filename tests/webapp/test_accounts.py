"""Accounts of a venue or a unit: what they are bound to, by the command line and in the demo."""

from pathlib import Path

import pytest

from graph.accounts import bind_account, find_accounts, get_account
from graph.batches import Stamp
from graph.database import Graph
from graph.errors import NotFound
from graph.server import Connection
from graph.units import merge_units
from graph.venues import merge_venues
from tests.tables import LATER, table
from tests.webapp.truyvet import Truyvet, refused
from webapp.demo import merge_demo_accounts
from webapp.passwords import verify_password
from webapp.policy import OF_A_UNIT, OF_A_VENUE, ROLES
from webapp.settings import Settings

STAMP = Stamp("test", "test", LATER)
ASKED = """
    role            | options                         | answer
    gate_staff      |                                 | venue: is needed
    venue_manager   | --unit 27343                    | venue: is needed
    gate_staff      | --venue nowhere                 | no such venue
    commune_intake  |                                 | unit: is needed
    district_health |                                 | unit: is needed
    investigator    | --venue market                  | venue: is not for this role
    commune_intake  | --unit 27343 --venue market     | venue: is not for this role
    gate_staff      | --venue market                  |
    venue_manager   | --venue market --unit 27343     |
    commune_intake  | --unit 27343                    |
    district_health | --unit 775                      |
    city_cdc        |                                 |
"""


@pytest.fixture
def city(graph: Graph) -> Graph:
    """A market with its ward and district."""
    units = [
        {"unit_code": "79", "name": "Thành phố", "level": "city"},
        {"unit_code": "775", "name": "Quận 6", "level": "district", "parent_code": "79"},
        {"unit_code": "27343", "name": "Phường 13", "level": "ward", "parent_code": "775"},
    ]
    merge_units(graph, units, STAMP)
    market = {"venue_id": "market", "name": "Chợ Bình Tây", "category": "market"}
    merge_venues(graph, [{**market, "unit_code": "27343"}], STAMP)
    return graph


def test_an_account_of_a_venue_or_a_unit_is_bound_to_it_or_refused(
    connection: Connection, city: Graph, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text(connection.password)
    truyvet = Truyvet(
        {
            "NEO4J_URI": connection.uri,
            "NEO4J_PASSWORD_FILE": str(password),
            "TRUYVET_HOME": str(tmp_path / "instance"),
        }
    )
    rows = table(ASKED)

    for number, row in enumerate(rows):
        options = ["--role", row["role"], *row["options"].split()]
        ran = truyvet("account", "add", f"a{number}", *options, "--dry-run")
        if row["answer"]:
            refused(ran, row["answer"])
        else:
            assert ran.exit_code == 0, ran.output
    assert find_accounts(city) == []
    truyvet("account", "add", "lan", "--role", "gate_staff", "--venue", "market", "--generate")

    [listed] = truyvet.json("account", "list")
    assert (listed["role"], listed["venue_id"], listed["unit_code"]) == (
        "gate_staff",
        "market",
        None,
    )


def test_the_demos_accounts_are_bound_to_one_market_its_ward_and_its_district(
    city: Graph, tmp_path: Path
) -> None:
    settings = Settings(TRUYVET_HOME=tmp_path)

    passwords = merge_demo_accounts(city, settings)
    again = merge_demo_accounts(city, settings)

    accounts = {one.name: one for one in find_accounts(city)}
    assert again == passwords
    assert accounts.keys() == set(ROLES)
    assert {one.venue_id for name, one in accounts.items() if name in OF_A_VENUE} == {"market"}
    assert {name: accounts[name].unit_code for name in OF_A_UNIT} == {
        "commune_intake": "27343",
        "district_health": "775",
        "district_intake": "775",
    }
    others = set(ROLES) - OF_A_VENUE - OF_A_UNIT
    assert {(accounts[name].venue_id, accounts[name].unit_code) for name in others} == {
        (None, None)
    }


def test_a_demo_of_an_older_version_gets_the_roles_and_bonds_that_it_lacks(
    city: Graph, tmp_path: Path
) -> None:
    settings = Settings(TRUYVET_HOME=tmp_path)
    passwords = merge_demo_accounts(city, settings)
    kept = tmp_path / "secrets" / "demo-accounts.json"
    kept.write_text('{"investigator": "' + passwords["investigator"] + '"}')
    bind_account(city, "gate_staff")

    again = merge_demo_accounts(city, settings)

    assert again["investigator"] == passwords["investigator"]
    assert again.keys() == set(ROLES)
    assert get_account(city, "gate_staff").venue_id == "market"
    assert verify_password(get_account(city, "gate_staff").password_hash, again["gate_staff"])


def test_binding_an_account_ends_its_sessions(city: Graph, tmp_path: Path) -> None:
    merge_demo_accounts(city, Settings(TRUYVET_HOME=tmp_path))
    before = get_account(city, "gate_staff").session_version

    bind_account(city, "Gate_Staff", venue_id="other")

    account = get_account(city, "gate_staff")
    assert (account.venue_id, account.session_version) == ("other", before + 1)
    with pytest.raises(NotFound):
        bind_account(city, "nobody", unit_code="79")
