"""The command line of truyvet: one module an area, each command a few steps around the graph."""

import os
import signal
from types import FrameType
from typing import Any, NoReturn

import click

from webapp.cli.commands import Group, Option
from webapp.language import N_, language_of, speak

COMMANDS = {
    "demo": "webapp.cli.instance:demo",
    "serve": "webapp.cli.instance:serve",
    "db": "webapp.cli.database:db",
    "import": "webapp.cli.imports:import_",
    "case": "webapp.cli.cases:case",
    "trace": "webapp.cli.traces:trace",
    "account": "webapp.cli.accounts:account",
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
click.version_option(
    package_name="truyvet",
    message="%(prog)s %(version)s",
    cls=Option,
    help=N_("Show the version and exit."),
)(cli)


def main() -> None:
    """Run the command `truyvet`; SIGTERM unwinds it, so that a server it started stops."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    cli.main(prog_name="truyvet")


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    # What is stopping already is not to be interrupted by a second signal.
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)
