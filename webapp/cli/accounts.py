"""`truyvet account`: who may sign in, in which role."""

import sys
from typing import Any

import click

from graph.accounts import Account, add_account, disable_account, find_accounts, get_account
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.limits import identifier_fault
from graph.venues import get_venue
from webapp.cli.commands import (
    IDENTIFIER,
    Group,
    answer,
    argument,
    dry_run_option,
    json_option,
    option,
    tell,
)
from webapp.cli.shown import table
from webapp.language import N_, _
from webapp.passwords import hash_password, make_password, password_fault
from webapp.policy import OF_A_UNIT, OF_A_VENUE, ROLES
from webapp.settings import read_settings
from webapp.store import open_graph

account = Group("account", help=N_("Let people sign in, list them, shut them out."))


@account.command(
    "add",
    help=N_("Add an account. Its password is asked for, unless it comes from stdin or is made."),
)
@argument("name", metavar="NAME")
@option("--role", type=click.Choice(list(ROLES)), required=True, help=N_("what it may do"))
@option(
    "--unit",
    "unit_code",
    metavar="CODE",
    type=IDENTIFIER,
    help=N_("the administrative unit it belongs to"),
)
@option(
    "--venue",
    "venue_id",
    metavar="ID",
    type=IDENTIFIER,
    help=N_("the venue that it works at, and sees alone"),
)
@option("--password-stdin", is_flag=True, help=N_("read the password from stdin"))
@option("--generate", is_flag=True, help=N_("make a random password and print it once"))
@dry_run_option
def add(name: str, dry_run: bool, password_stdin: bool, generate: bool, **stated: Any) -> None:
    """Add an account that does not exist yet."""
    if password_stdin and generate:
        raise click.UsageError(_("--password-stdin and --generate exclude each other."))
    _refuse_unbound(**stated)
    with open_graph(read_settings(), tell) as graph:
        _refuse_existing(graph, name)
        if stated["venue_id"] is not None:
            get_venue(graph, stated["venue_id"])
        if dry_run:
            tell(_("Nothing was written: this was a dry run."))
            return
        password = _password(password_stdin, generate)
        add_account(graph, name=name, password_hash=hash_password(password), **stated)
    tell(_("Added the account."))
    if generate:
        click.echo(password)


@account.command("list", help=N_("List the accounts; passwords are not kept, only hashes."))
@json_option
def list_(as_json: bool) -> None:
    """Print every account with its role, unit, venue and whether it is disabled."""
    with open_graph(read_settings(), tell) as graph:
        accounts = find_accounts(graph)
    if as_json:
        answer([_as_json(one) for one in accounts])
        return
    rows = [[one.name, one.role, one.unit_code, one.venue_id, one.disabled_at] for one in accounts]
    table([_("Name"), _("Role"), _("Unit"), _("Venue"), _("Disabled at")], rows)


@account.command("disable", help=N_("Shut an account out; its open sessions end at once."))
@argument("name", metavar="NAME", type=IDENTIFIER)
@dry_run_option
def disable(name: str, dry_run: bool) -> None:
    """Disable an account; what it did stays on record."""
    with open_graph(read_settings(), tell) as graph:
        get_account(graph, name)
        if dry_run:
            tell(_("Nothing was written: this was a dry run."))
            return
        disable_account(graph, name)
    tell(_("Disabled the account."))


def _refuse_unbound(role: str, unit_code: str | None, venue_id: str | None) -> None:
    """Refuse a role without the venue or the unit that it is bound to, or with another's."""
    if role in OF_A_VENUE and venue_id is None:
        raise Refused("venue", N_("is needed for this role: name the venue with --venue"))
    if role not in OF_A_VENUE and venue_id is not None:
        raise Refused("venue", N_("is not for this role"))
    if role in OF_A_UNIT and unit_code is None:
        raise Refused("unit", N_("is needed for this role: name the unit with --unit"))


def _refuse_existing(graph: Graph, name: str) -> None:
    """Refuse a name that is taken, before anybody has to think of a password."""
    if fault := identifier_fault(name):
        raise Refused("name", fault)
    try:
        get_account(graph, name)
    except NotFound:
        return
    raise Refused("name", N_("is taken by another account"))


def _password(from_stdin: bool, generate: bool) -> str:
    if generate:
        return make_password()
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(
            _("Password"), hide_input=True, confirmation_prompt=_("Repeat it"), err=True
        )
    if fault := password_fault(password):
        raise Refused("password", fault)
    return password


def _as_json(one: Account) -> dict[str, object]:
    """Return an account without its password hash."""
    shown = ("name", "role", "unit_code", "venue_id", "disabled_at")
    return {key: getattr(one, key) for key in shown}
