"""The command line of truyvet: one module an area, each command a few steps around the graph."""

import os
import signal
from configparser import ConfigParser
from importlib import metadata
from types import FrameType
from typing import Any, NoReturn

import click

from webapp.cli.commands import Group, Option
from webapp.language import N_, language_of, speak
from webapp.settings import CHECKOUT

COMMANDS = {
    "demo": "webapp.cli.instance:demo",
    "serve": "webapp.cli.instance:serve",
    "db": "webapp.cli.database:db",
    "import": "webapp.cli.imports:import_",
    "case": "webapp.cli.cases:case",
    "trace": "webapp.cli.traces:trace",
    "sources": "webapp.cli.sources:sources",
    "paths": "webapp.cli.paths:paths",
    "clusters": "webapp.cli.sources:clusters",
    "traces": "webapp.cli.saved_traces:traces",
    "triage": "webapp.cli.triage:triage",
    "account": "webapp.cli.accounts:account",
    "quality": "webapp.cli.quality:quality",
    "doctor": "webapp.cli.instance:doctor",
    "config": "webapp.cli.instance:config",
    "bench": "webapp.cli.instance:bench",
}


class Truyvet(Group):
    """The command itself, which speaks the language of its environment."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line in the language that the environment asks for."""
        speak(language_of(os.environ))
        return super().main(*args, **extra)


cli = Truyvet(
    name="truyvet",
    later=COMMANDS,
    help=N_("Contact tracing on a graph: who was exposed to whom, where and when."),
    epilog=N_(
        "Everything that can be set is an environment variable: see truyvet config. "
        "The language of this command follows TRUYVET_LANGUAGE, else the locale."
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        click.echo(f"truyvet {_version()}")
        ctx.exit()


def _version() -> str:
    """Return the version of the installed package, or of the checkout that is run in place."""
    try:
        return metadata.version("truyvet")
    except metadata.PackageNotFoundError:
        setup = ConfigParser()
        setup.read(CHECKOUT / "setup.cfg", encoding="utf-8")
        return setup.get("metadata", "version", fallback="?")


cli.params.append(
    Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_version,
        help=N_("Show the version and exit."),
    )
)


def main() -> None:
    """Run the command `truyvet`; SIGTERM unwinds it, so that a server it started stops."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    cli.main(prog_name="truyvet")


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    # What is stopping already is not to be interrupted by a second signal.
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)
