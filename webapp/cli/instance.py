"""The commands about a whole instance: demo, serve, config, doctor, bench."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from graph.accounts import find_accounts
from graph.database import Graph
from graph.server import Connection
from webapp.cli.commands import (
    REFUSED,
    Command,
    answer,
    argument,
    json_option,
    option,
    stop,
    tell,
)
from webapp.language import N_, _
from webapp.logs import start_logging
from webapp.settings import (
    CHECKOUT,
    Settings,
    find_settings,
    read_settings,
    scheduler_address,
    unknown_variables,
)
from webapp.store import bring_up_to_date, connect

SOURCES = {"default": N_("default"), "environment": N_("from the environment")}
MARKS = {"ok": "✓", "hint": "•", "fault": "✗"}

port_option = option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help=N_("the port of the web app, instead of TRUYVET_PORT"),
)


@click.command(
    "demo",
    cls=Command,
    help=N_("Start an instance of its own with sample data, an account a role, and the web app."),
)
@port_option
def demo(port: int | None) -> None:
    """Serve the demo until Ctrl-C; a second start finds everything in place."""
    from webapp.demo import run_demo

    settings = _with_port(read_settings(), port)
    if not os.environ.get("TRUYVET_HOME"):
        settings = settings.model_copy(update={"home": CHECKOUT / "instance" / "demo"})
    if settings.neo4j_uri is not None:
        # Made-up people do not belong into a store that somebody works with.
        tell(_("NEO4J_URI is left aside: the demo runs a server of its own."))
        settings = settings.model_copy(update={"neo4j_uri": None})
    run_demo(settings, tell)


@click.command("serve", cls=Command, help=N_("Serve the web app, and the store if it is not up."))
@option("--host", metavar="ADDRESS", help=N_("where to listen, instead of TRUYVET_HOST"))
@port_option
@option(
    "--cluster",
    metavar="ADDRESS",
    help=N_("the scheduler of a Dask cluster that shares deep traces, instead of TRUYVET_CLUSTER"),
)
def serve(host: str | None, port: int | None, cluster: str | None) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from webapp.serving import check_cluster, check_port
    from webapp.serving import serve as serve_app

    settings = _with_port(read_settings(), port)
    if host:
        settings = settings.model_copy(update={"host": host})
    settings = _with_cluster(settings, cluster)
    start_logging(settings)
    check_port(settings)
    check_cluster(settings)
    if settings.cluster is not None and not settings.cluster.startswith("tls://"):
        tell(_("The cluster is reached without TLS: its network must be a trusted one."))
    with connect(settings, tell) as connection:
        _prepare(connection, settings)
        serve_app(connection, settings, lambda: tell(_ready(settings)))


@click.command("config", cls=Command, help=N_("Print every variable: value, source, meaning."))
@json_option
def config(as_json: bool) -> None:
    """Print what can be set, and what is set; secrets show only that they are."""
    found = list(find_settings(read_settings()))
    if as_json:
        answer([asdict(setting) for setting in found])
        return
    for setting in found:
        value = _("(not set)") if setting.value is None else setting.value
        click.echo(f"{setting.name}={value}  [{_(SOURCES[setting.source])}]")
        click.echo(f"    {setting.meaning}")
    for name in unknown_variables():
        tell(_("%(name)s is set, and means nothing here.", name=name))


@click.command(
    "doctor", cls=Command, help=N_("Check this machine and instance, and say what to do.")
)
@json_option
def doctor(as_json: bool) -> None:
    """Print one line a check; a fault ends with status 1."""
    from webapp.doctor import Mark, examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            click.echo(f"{MARKS[finding.mark]} {finding.check}: {finding.told}")
    if as_json:
        answer([asdict(finding) for finding in findings])
    if any(finding.mark is Mark.FAULT for finding in findings):
        raise click.exceptions.Exit(REFUSED)


@click.command("bench", cls=Command, help=N_("Run a benchmark of tests/bench; see its figures."))
@argument("name", required=False)
@option("--visits", type=click.IntRange(1_000), metavar="N", help=N_("how many visits to make up"))
@option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("a scratch instance to keep and use again, else one that is removed"),
)
@option(
    "--kills",
    type=click.IntRange(0),
    metavar="N",
    help=N_(
        "how many times to kill the app while people check in, and a quarter as often its store"
    ),
)
@json_option
def bench(
    name: str | None, visits: int | None, home: Path | None, kills: int | None, as_json: bool
) -> None:
    """Run one benchmark; without a name, list them."""
    if not (CHECKOUT / "tests" / "bench").is_dir():
        stop(_("Benchmarks are run from a checkout of truyvet: there is no tests/bench here."))
    sys.path.insert(0, str(CHECKOUT))
    from tests.bench.benchmark import Options, find_benchmarks, run

    known = find_benchmarks()
    if name is None:
        for each, meaning in known.items():
            click.echo(f"{each}: {meaning}")
        return
    if name not in known:
        raise click.UsageError(
            _("There is no such benchmark; there are: %(names)s.", names=", ".join(known))
        )
    report = run(name, Options(tell, visits, home, kills))
    if as_json:
        answer(asdict(report))
        return
    for figure, value in report.figures.items():
        click.echo(f"{figure}: {value}")


def _with_port(settings: Settings, port: int | None) -> Settings:
    return settings if port is None else settings.model_copy(update={"port": port})


def _with_cluster(settings: Settings, address: str | None) -> Settings:
    if address is None:
        return settings
    try:
        return settings.model_copy(update={"cluster": scheduler_address(address)})
    except ValueError as fault:
        raise click.UsageError(f"--cluster {_(str(fault))}") from None


def _prepare(connection: Connection, settings: Settings) -> None:
    """Bring the schema up to date and say if nobody can sign in yet."""
    with Graph.connect(connection) as graph:
        bring_up_to_date(graph, settings, tell)
        if not find_accounts(graph):
            tell(_("Nobody can sign in yet: run truyvet account add NAME --role ROLE."))


def _ready(settings: Settings) -> str:
    return _("truyvet is ready: %(address)s", address=settings.address)
