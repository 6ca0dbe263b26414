"""`truyvet db`: the server that truyvet runs, and the schema of the store."""

import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from graph import server
from graph.database import Graph
from graph.migrations import migrate as apply_migrations
from graph.migrations import pending
from graph.reports import count_store
from webapp.cli.commands import (
    Group,
    answer,
    dry_run_option,
    json_option,
    option,
    stop,
    tell,
)
from webapp.language import N_, _
from webapp.logs import start_logging
from webapp.settings import CHECKOUT, Settings, read_settings
from webapp.store import bring_up_to_date, connect, open_graph

MEGABYTE = 1_000_000
STATES = {
    "stopped": N_("stopped"),
    "starting": N_("starting or stopping"),
    "running": N_("running"),
    "stale": N_("left by a killed process; the next start recovers it"),
}

db = Group(
    "db",
    help=N_("Start, stop and look at the store."),
    later={"fill": "webapp.cli.filling:fill"},
)


@db.command("start", help=N_("Run the server until Ctrl-C; later commands share it."))
@option("--background", is_flag=True, help=N_("return as soon as it is ready"))
def start(background: bool) -> None:
    """Start the embedded server of this instance, unless it runs."""
    settings = embedded(read_settings())
    found = server.status(settings.home)
    if found.state == "running":
        tell(_("The server runs already, kept by process %(pid)d.", pid=found.pid))
        return
    if background:
        _start_detached(settings)
        return
    start_logging(settings)
    server.stop_on_sigterm()
    with connect(settings, tell) as connection:
        with Graph.connect(connection) as graph:
            bring_up_to_date(graph, settings, tell)
        tell(_("Ready: %(address)s. Stop it with Ctrl-C.", address=connection.uri))
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            tell(_("Stopping ..."))


@db.command("stop", help=N_("Stop the server of this instance, whoever started it."))
def stop_() -> None:
    """Stop the embedded server and wait until it is gone."""
    settings = embedded(read_settings())
    stopped = server.stop(settings.home)
    tell(_("Stopped.") if stopped else _("The server does not run."))


@db.command("status", help=N_("Say whether the server runs, and what the store holds."))
@json_option
def status(as_json: bool) -> None:
    """Print the state; a server that does not run is not started for it."""
    settings = read_settings()
    found = _state(settings)
    if settings.neo4j_uri is not None or found["state"] == "running":
        with connect(settings, tell) as connection, Graph.connect(connection) as graph:
            found["version"] = graph.version()
            found["pending_migrations"] = pending(graph)
            found["counts"] = asdict(count_store(graph))
    found["projection"] = _projection(settings)
    if as_json:
        answer(found)
        return
    click.echo(_("Store: %(where)s", where=found["where"]))
    told = STATES[found["state"]]
    click.echo(_("State: %(state)s", state=_(told)))
    for name in ("version", "pid", "port", "memory_mb"):
        if found.get(name) is not None:
            click.echo(f"{name}: {found[name]}")
    for kind, number in found.get("counts", {}).items():
        click.echo(f"{kind}: {number}")
    if found["projection"] is not None:
        told = N_("Projection files: %(rows)d visits of %(days)d days, up to commit %(number)d")
        click.echo(_(told, **found["projection"]))
    if found.get("pending_migrations"):
        tell(_("The schema is behind: run truyvet db migrate."))


@db.command("migrate", help=N_("Bring the schema of the store to the newest version."))
@dry_run_option
def migrate(dry_run: bool) -> None:
    """Apply the migrations that the store has not seen, in order."""
    settings = read_settings()
    with connect(settings, tell) as connection, Graph.connect(connection) as graph:
        names = pending(graph) if dry_run else apply_migrations(graph)
    for name in names:
        click.echo(name)
    if dry_run:
        tell(_("Nothing was written: this was a dry run."))
    elif not names:
        tell(_("The schema is at its newest version."))


@db.command("check", help=N_("Check the stopped store for damage, record by record."))
def check() -> None:
    """Run Neo4j's own consistency check on the files of the store."""
    settings = embedded(read_settings())
    if server.status(settings.home).state == "running":
        stop(_("The server runs: stop it first, with truyvet db stop."))
    if not (settings.home / "neo4j" / "data" / "databases").exists():
        stop(_("There is no store in %(home)s yet.", home=settings.home))
    done = server.admin(settings.home, "database", "check", "neo4j", tell=tell)
    click.echo((done.stdout or done.stderr).strip())
    if done.returncode != 0:
        stop(_("The store is damaged: restore a backup, and keep this folder for a look."))
    tell(_("The store is sound."))


def embedded(settings: Settings) -> Settings:
    """Return the settings of an instance whose server truyvet runs; others end the command."""
    if settings.neo4j_uri is not None:
        stop(_("NEO4J_URI names a server of your own, which truyvet does not start or stop."))
    return settings


def _state(settings: Settings) -> dict[str, Any]:
    if settings.neo4j_uri is not None:
        return {"where": settings.neo4j_uri, "state": "running"}
    found = server.status(settings.home)
    memory = None if found.memory is None else round(found.memory / MEGABYTE)
    return {
        "where": str(settings.home),
        "state": found.state,
        "pid": found.pid,
        "port": found.port,
        "memory_mb": memory,
    }


def _projection(settings: Settings) -> dict[str, int] | None:
    """Return what the files of the projection hold, None where there are none to be used."""
    if not settings.projection_folder.is_dir():
        return None
    # It brings numerical libraries along, which other commands do without.
    from graph.tracing.projection.files import Unsound
    from graph.tracing.projection.segments import Folder

    try:
        index = Folder(settings.projection_folder).index()
    except Unsound:
        return None
    return {"rows": index.rows, "days": len(index.days), "number": index.mark.number}


def _start_detached(settings: Settings) -> None:
    """Start `truyvet db start` in a session of its own and wait until it is ready."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    output = settings.home / "db-start.log"
    child = _spawn(output)
    while server.status(settings.home).state != "running":
        ended, _status = os.waitpid(child, os.WNOHANG)
        if ended:
            told = output.read_text(encoding="utf-8").strip().splitlines() or [str(output)]
            stop(told[-1].partition(": ")[2] or told[-1])
        time.sleep(0.1)
    with open_graph(settings, tell):
        found = server.status(settings.home)
    tell(_("The server runs, kept by process %(pid)d.", pid=found.pid))


def _spawn(output: Path) -> int:
    """Start `truyvet db start` as a process that outlives this one; return its id."""
    command = [sys.executable, "-m", "webapp.cli", "db", "start"]
    files = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    )
    # This very program, wherever the command was called from.
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return os.posix_spawn(command[0], command, environment, file_actions=files, setsid=True)
