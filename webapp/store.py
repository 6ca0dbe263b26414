"""The way from settings to an open graph: a server of one's own, or the one truyvet runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from graph.database import Graph
from graph.migrations import migrate, pending
from graph.server import Connection, ServerOptions, running
from webapp.faults import Explained
from webapp.language import _
from webapp.settings import Settings, SettingsFault

if TYPE_CHECKING:
    from graph.tracing.projection import Projection

Tell = Callable[[str], None]


class SchemaBehind(Explained):
    """A server of one's own lacks migrations, which nobody but its owner applies."""


@contextmanager
def open_graph(settings: Settings, tell: Tell) -> Iterator[Graph]:
    """Yield the graph of an instance, with its newest schema.

    The embedded server is shared if it runs, else started for as long as the block takes. On a
    server of one's own migrations are not applied unasked.

    Raises:
        ServerFault: the embedded server cannot start.
        StoreAway: the server does not answer.
        SchemaBehind: a server of one's own waits for `truyvet db migrate`.
    """
    with connect(settings, tell) as connection, Graph.connect(connection) as graph:
        bring_up_to_date(graph, settings, tell)
        yield graph


def open_projection(settings: Settings, graph: Graph, tell: Tell) -> Projection | None:
    """Return the projection of a graph, None where it is off; it reads nothing until it is asked.

    Args:
        tell: told how far it has come where it must be loaded from the store.
    """
    if settings.projection == "off":
        return None
    # It brings the compiler of its kernels along, which most commands do without.
    from graph.tracing.projection import Projection

    def told(done: int, days: int) -> None:
        tell(_("Reading visits: %(done)d of %(days)d days", done=done, days=days))

    return Projection(graph, settings.projection_folder, told)


@contextmanager
def connect(settings: Settings, tell: Tell) -> Iterator[Connection]:
    """Yield where the server of an instance is and how to sign in to it."""
    if settings.neo4j_uri is not None:
        with nullcontext(_own_server(settings, settings.neo4j_uri)) as connection:
            yield connection
        return
    options = ServerOptions(
        heap=settings.neo4j_heap, pagecache=settings.neo4j_pagecache, port=settings.neo4j_port
    )
    with running(settings.home, options=options, tell=tell) as connection:
        yield connection


def bring_up_to_date(graph: Graph, settings: Settings, tell: Tell) -> None:
    """Apply what the schema lacks to the embedded server; ask for it on one's own."""
    if settings.neo4j_uri is None:
        for name in migrate(graph):
            tell(_("Applied migration %(name)s.", name=name))
    elif waiting := pending(graph):
        raise SchemaBehind(
            _(
                "The schema of this server lacks %(number)d migrations: "
                "run truyvet db migrate first.",
                number=len(waiting),
            )
        )


def _own_server(settings: Settings, uri: str) -> Connection:
    password = settings.neo4j_password.get_secret_value() if settings.neo4j_password else ""
    if settings.neo4j_password_file is not None:
        try:
            password = settings.neo4j_password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsFault(_("NEO4J_PASSWORD_FILE names no file that can be read.")) from None
    return Connection(uri, settings.neo4j_user, password, settings.neo4j_database)
