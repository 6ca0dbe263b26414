"""The demo: an instance with sample data and one account a role, served on this machine."""

import json
import logging
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from graph.accounts import add_account, bind_account, change_password, get_account
from graph.database import Graph
from graph.errors import NotFound
from graph.periods import local_day
from graph.units import unit_tree
from graph.venues import Venue, find_venues, get_gate, merge_gate
from importers.samples import load_samples
from webapp import keys
from webapp.demo_registrations import store_demo_registrations
from webapp.doors import open_reader
from webapp.language import _
from webapp.logs import start_logging
from webapp.passwords import hash_password, make_password, verify_password
from webapp.policy import OF_A_VENUE, ROLES
from webapp.serving import check_port, serve
from webapp.settings import Settings
from webapp.store import Tell, bring_up_to_date, connect

PASSWORDS = "demo-accounts.json"
# The person who infected more than half of all others: see importers/samples/mers_korea_2015.
WELL_KNOWN_CASE = "SK_14"
MARKET = "chợ"
# A day on which the sample's wards and districts exist.
UNITS_ON = date(2021, 6, 30)
COMMAND = "truyvet"


def _make_passwords() -> str:
    return json.dumps({role: make_password() for role in ROLES})


def run_demo(settings: Settings, tell: Tell) -> None:
    """Serve the demo until it is stopped; what an earlier start made is used again."""
    start_logging(settings)
    # A line for each of the samples' files would hide what a newcomer is told.
    logging.getLogger("importers").setLevel(logging.WARNING)
    check_port(settings)
    with connect(settings, tell) as connection:
        with Graph.connect(connection) as graph:
            bring_up_to_date(graph, settings, tell)
            load_samples(graph, tell)
            passwords = merge_demo_accounts(graph, settings)
            bound = {role: each.get("unit_code", "") for role, each in _bound_to(graph).items()}
            store_demo_registrations(
                graph, settings, bound["commune_intake"], bound["district_intake"]
            )
            to_try = things_to_try(graph, settings)
        serve(connection, settings, lambda: _welcome(settings, passwords, to_try))
    tell(_("Stopped."))


def merge_demo_accounts(graph: Graph, settings: Settings) -> Mapping[str, str]:
    """Return the password of each role's account, named like the role.

    Those of a venue or a unit belong to one market, its ward and its district. Passwords are
    random and kept in the instance folder for its owner alone, so that every start can print
    them; an account whose password was changed since gets it back.
    """
    kept: dict[str, str] = json.loads(keys.keep(settings, PASSWORDS, _make_passwords))
    passwords = {**{role: make_password() for role in ROLES if role not in kept}, **kept}
    if passwords != kept:
        keys.replace(settings, PASSWORDS, json.dumps(passwords))
    bound = _bound_to(graph)
    for name, password in passwords.items():
        try:
            known = get_account(graph, name)
        except NotFound:
            hashed = hash_password(password)
            add_account(graph, name=name, role=name, password_hash=hashed, **bound.get(name, {}))
        else:
            wanted = {"unit_code": None, "venue_id": None, **bound.get(name, {})}
            if wanted != {"unit_code": known.unit_code, "venue_id": known.venue_id}:
                bind_account(graph, name, **wanted)
            if not verify_password(known.password_hash, password):
                change_password(graph, name, hash_password(password))
    return passwords


def _bound_to(graph: Graph) -> Mapping[str, dict[str, str]]:
    """Return what the demo's accounts are bound to, by their roles: a market and its offices."""
    market = _market(graph)
    units, listed = unit_tree(graph), market.unit_code or ""
    # The ward as it stands today for the one that the sample knows; the district, as it was.
    heir = units.heir(listed, UNITS_ON, local_day(datetime.now(UTC)))
    ward = heir.unit_code if heir else listed
    district = next((unit.parent_code for unit in units.chain(listed, UNITS_ON)), None) or ""
    return {
        **{role: {"venue_id": market.venue_id} for role in OF_A_VENUE},
        "commune_intake": {"unit_code": ward},
        "district_health": {"unit_code": district},
        "district_intake": {"unit_code": district},
    }


def _market(graph: Graph) -> Venue:
    """Return the market that the demo is about."""
    found = find_venues(graph, MARKET, limit=20, offset=0)
    return next(venue for venue in found if venue.part_of is None and venue.unit_code)


def things_to_try(graph: Graph, settings: Settings) -> list[str]:
    """Return what a newcomer may do first, each with the address of its page, or the command."""
    address = settings.address
    market = _market(graph)
    gate = get_gate(graph, merge_gate(graph, market.venue_id))
    code = open_reader(settings).venue_code(gate.code, gate.epoch)
    return [
        _(
            "Sign in as investigator and see whom case %(case)s of the MERS outbreak in Korea "
            "exposed: %(page)s",
            case=WELL_KNOWN_CASE,
            page=f"{address}/cases/{WELL_KNOWN_CASE}/trace",
        ),
        _(
            "Check in like a citizen at %(venue)s: %(page)s",
            venue=market.name,
            page=f"{address}/c/{code}",
        ),
        _(
            "Sign in as gate_staff and scan a card, or type a name, at the gate of %(venue)s: "
            "%(page)s",
            venue=market.name,
            page=f"{address}/gate",
        ),
        _(
            "Ask the store at another terminal: %(command)s",
            command=f"TRUYVET_HOME={settings.home} {_command()} trace {WELL_KNOWN_CASE} "
            "--rule 2021-07",
        ),
    ]


def _command() -> str:
    """Return how this command is called at a terminal: by its path where PATH has none."""
    return COMMAND if shutil.which(COMMAND) else str(Path(sys.executable).with_name(COMMAND))


def _welcome(settings: Settings, passwords: Mapping[str, str], to_try: Sequence[str]) -> None:
    """Print where the demo is, who can sign in, and what to try."""
    wide = max(map(len, passwords))
    lines = [
        _("truyvet is ready: %(address)s", address=settings.address),
        "",
        _("Accounts, one a role, each with its password:"),
        *(f"  {name:<{wide}}  {password}" for name, password in passwords.items()),
        "",
        _("Try:"),
        *(f"  {number}. {each}" for number, each in enumerate(to_try, 1)),
        *_where_codes_are(settings),
        "",
        _("Stop it with Ctrl-C."),
    ]
    click.echo("\n".join(lines))


def _where_codes_are(settings: Settings) -> list[str]:
    """Return where one-time codes are found that nothing sends to phones."""
    if settings.reaches_phones:
        return []
    told = _(
        "Citizens see their own records at %(page)s; their one-time codes lie in %(folder)s.",
        page=f"{settings.address}/me",
        folder=settings.outbox_folder,
    )
    return ["", told]
