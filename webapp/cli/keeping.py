"""The option --save of commands that trace: the answer is kept and can be compared later."""

from graph.database import Graph
from graph.errors import Refused
from graph.limits import NAME_LENGTH, hidden_fault
from graph.tracing import Trace
from graph.tracing.saved import Asked, save_trace
from webapp.cli.commands import option, tell
from webapp.language import N_, _

save_option = option(
    "--save",
    "name",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    help=N_("keep the answer, under a name if you like; write it last"),
)


def keep(graph: Graph, found: Trace, asked: Asked, name: str | None) -> None:
    """Save a trace where that was asked for (`name` not None), and say on stderr under which id.

    Raises:
        Refused: the name is too long or holds what cannot be seen, or too many were found.
    """
    if name is None:
        return
    if len(name) > NAME_LENGTH:
        raise Refused("save", f"is longer than {NAME_LENGTH} characters")
    if fault := hidden_fault(name):
        raise Refused("save", fault)
    trace_id = save_trace(graph, found, asked, name=name.strip() or None)
    tell(_("Saved as trace %(trace)s.", trace=trace_id))
