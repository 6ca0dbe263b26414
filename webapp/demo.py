"""The demo: an instance with sample data and one account a role, served on this machine."""

import json
import logging
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from graph.accounts import add_account, change_password, get_account
from graph.database import Graph
from graph.errors import NotFound
from graph.venues import find_venues, merge_gate
from importers.samples import load_samples
from webapp import keys
from webapp.language import _
from webapp.logs import start_logging
from webapp.passwords import hash_password, make_password, verify_password
from webapp.policy import ROLES
from webapp.serving import check_port, serve
from webapp.settings import Settings
from webapp.store import Tell, bring_up_to_date, connect

PASSWORDS = "demo-accounts.json"
# The person who infected more than half of all others: see importers/samples/mers_korea_2015.
WELL_KNOWN_CASE = "SK_14"
MARKET = "chợ"
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
            to_try = _things_to_try(graph, settings)
        serve(connection, settings, lambda: _welcome(settings, passwords, to_try))
    tell(_("Stopped."))


def merge_demo_accounts(graph: Graph, settings: Settings) -> Mapping[str, str]:
    """Return the password of each role's account, named like the role.

    Passwords are random and kept in the instance folder for its owner alone, so that every
    start can print them; an account whose password was changed since gets it back.
    """
    passwords: dict[str, str] = json.loads(keys.keep(settings, PASSWORDS, _make_passwords))
    for name, password in passwords.items():
        try:
            known = get_account(graph, name)
        except NotFound:
            add_account(graph, name=name, role=name, password_hash=hash_password(password))
        else:
            if not verify_password(known.password_hash, password):
                change_password(graph, name, hash_password(password))
    return passwords


def _things_to_try(graph: Graph, settings: Settings) -> list[str]:
    """Return what a newcomer may do first, each with the address of its page, or the command."""
    address = settings.address
    [market, *_others] = find_venues(graph, MARKET, limit=1, offset=0)
    code = merge_gate(graph, market.venue_id)
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
        "",
        _("Stop it with Ctrl-C."),
    ]
    click.echo("\n".join(lines))
