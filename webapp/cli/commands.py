"""What every command of truyvet shares: help in two languages, faults as sentences, exit codes.

0 is done, 1 is refused or found wrong, 2 is called wrongly, 130 is stopped by Ctrl-C. Messages
go to stderr, answers to stdout.
"""

import json
import unicodedata
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

import click

from graph.errors import NotFound, Refused, StoreAway, StoreFault
from graph.limits import identifier_fault
from graph.server import ServerFault
from importers.files import FileFault
from webapp.faults import Explained
from webapp.language import N_, _
from webapp.reasons import told
from webapp.settings import SettingsFault

DONE, REFUSED, MISUSED, STOPPED = 0, 1, 2, 130
#: What a person can do something about: shown as its own sentence, never as a traceback.
EXPECTED = (StoreAway, StoreFault, ServerFault, FileFault, Explained)


class Translated:
    """A text of the catalogue as an attribute: English where it is set, translated where read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, instance: Any, owner: type | None = None) -> str | None:
        text = getattr(instance, self.name, None) if instance is not None else None
        return _(text) if text else text

    def __set__(self, instance: Any, text: str | None) -> None:
        setattr(instance, self.name, text)


class Speaking(click.Command):
    """A command or group whose help is translated when it is shown."""

    help = Translated()
    epilog = Translated()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option --help, which click makes once and keeps."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = _("Show this message and exit.")
        return found


class Command(Speaking):
    """A command of truyvet."""


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    help = Translated()


class Argument(click.Argument):
    """An argument whose help is translated when it is shown."""

    help = Translated()


class Group(Speaking, click.Group):
    """Commands under one name; those of `later` are imported when they are asked for."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, later: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table, not of the alphabet."""
        return [*self.later, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None if there is none of that name."""
        if cmd_name not in self.later:
            return super().get_command(ctx, cmd_name)
        module, _colon, attribute = self.later[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it may well meet becomes one sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt):
            click.echo(_("Stopped."), err=True)
            raise click.exceptions.Exit(STOPPED) from None
        except BrokenPipeError:
            raise
        except Exception as fault:  # noqa: BLE001 - the unexpected is raised again
            raise_as_sentence(fault)


class Identifier(click.ParamType):
    """An id as the importers read it: NFC, without outer spaces; what cannot be one is refused."""

    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the id that was typed.

        Raises:
            Refused: it cannot be one; `field` is the first word of the parameter's name.
        """
        text = unicodedata.normalize("NFC", value.strip(" \u00a0"))
        if fault := identifier_fault(text):
            raise Refused(str(param and param.name).partition("_")[0], fault)
        return text


IDENTIFIER = Identifier()
option = partial(click.option, cls=Option)
argument = partial(click.argument, cls=Argument)
JSON_HELP = N_("answer as JSON")
DRY_RUN_HELP = N_("check everything, write nothing")
json_option = option("--json", "as_json", is_flag=True, help=JSON_HELP)
dry_run_option = option("--dry-run", is_flag=True, help=DRY_RUN_HELP)


class Misuse(click.ClickException):
    """A sentence on stderr for what was called wrongly."""

    exit_code = MISUSED


def raise_as_sentence(fault: Exception) -> NoReturn:
    """Raise an expected fault as the sentence that click prints; anything else as it is."""
    if isinstance(fault, SettingsFault):
        raise Misuse(str(fault))
    if isinstance(fault, NotFound):
        stop(_("There is no such %(kind)s.", kind=_(fault.kind)))
    if isinstance(fault, Refused):
        stop(f"{fault.field}: {told(fault.reason)}")
    if isinstance(fault, OSError):
        place = fault.filename or _("the system")
        stop(f"{place}: {fault.strerror or fault}")
    if isinstance(fault, EXPECTED):
        stop(told(str(fault)))
    raise fault


def stop(sentence: str) -> NoReturn:
    """End the command with a sentence on stderr and status 1."""
    raise click.ClickException(sentence)


def tell(sentence: str) -> None:
    """Say on stderr what is going on; answers alone go to stdout."""
    click.echo(sentence, err=True)


def answer(value: Any) -> None:
    """Print an answer as JSON: instants in UTC as ISO 8601, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_written))


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
