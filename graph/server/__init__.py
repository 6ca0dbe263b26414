"""The embedded Neo4j: fetch its jars, start it, share it, stop it.

    with running(home) as connection:
        graph = Graph.connect(connection)

One process owns the server of an instance folder; others that ask for it meanwhile share it. The
owner stops it at the end of its block. A killed owner takes the server with it, a killed server is
started again by its owner, and the next start recovers from either without help.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Literal

from graph.server import java, ports
from graph.server.archive import archive_flags
from graph.server.faults import ServerFault
from graph.server.instance import Instance, held
from graph.server.jars import fetch_jars
from graph.server.java import ServerOptions
from graph.server.keeper import STOP_SECONDS, Keeper
from graph.server.processes import wait_until

__all__ = [
    "Connection",
    "ServerFault",
    "ServerOptions",
    "ServerStatus",
    "admin",
    "fetch_jars",
    "running",
    "status",
    "stop",
    "stop_on_sigterm",
]

DEFAULTS = ServerOptions()


def ignore(_sentence: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Connection:
    """Where a Neo4j answers, and as whom to speak to it."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"


@dataclass(frozen=True)
class ServerStatus:
    """What an instance's server is doing.

    Attributes:
        state: running; starting or stopping under a living owner ("starting"); stopped; or stale,
            left by a killed owner, from which the next start recovers.
        pid: the owner's process id.
        memory: bytes that the Java process holds.
    """

    state: Literal["stopped", "starting", "running", "stale"]
    pid: int | None = None
    port: int | None = None
    version: str | None = None
    memory: int | None = None


@contextmanager
def running(
    home: Path, *, options: ServerOptions = DEFAULTS, tell: Callable[[str], None] = ignore
) -> Iterator[Connection]:
    """Have the server of an instance run for the length of the block, one's own or a shared one.

    Whoever owns it should call `stop_on_sigterm` first, so that SIGTERM ends the block properly.

    Raises:
        ServerFault: it cannot run; the sentence says why and what to do.
    """
    if sys.platform != "linux":
        raise ServerFault(
            "The embedded Neo4j runs on Linux only: set NEO4J_URI to one of your own."
        )
    instance = Instance(home.absolute())
    shared = find_shared(instance)
    if shared is None:
        jars = fetch_jars(tell)
        instance.prepare()
        handle = take(instance, options.start_seconds, tell)
        if isinstance(handle, int):
            with held(handle), owned(instance, jars, options, handle, tell) as connection:
                yield connection
            return
        shared = handle
    yield shared


@contextmanager
def owned(
    instance: Instance,
    jars: Path,
    options: ServerOptions,
    handle: int,
    tell: Callable[[str], None],
) -> Iterator[Connection]:
    """Start the server under a lock that this process holds, and stop it after the block."""
    instance.withdraw()
    password = instance.password()
    keeper = Keeper(instance, jars, options, handle, tell)
    try:
        keeper.start()
        yield Connection(f"bolt://{ports.LOOPBACK}:{keeper.port}", "neo4j", password)
    finally:
        keeper.stop()


def find_shared(instance: Instance) -> Connection | None:
    """Return the server that another process has running; None if none answers."""
    found = instance.running()
    if found is None or not found.owner.is_alive() or not ports.answers(found.port):
        return None
    return Connection(f"bolt://{ports.LOOPBACK}:{found.port}", "neo4j", instance.password())


def take(instance: Instance, seconds: float, tell: Callable[[str], None]) -> int | Connection:
    """Return the instance's lock, or the server of the process that has it, whichever comes first.

    Raises:
        ServerFault: another process has it and no server answers in time.
    """
    began = time.monotonic()
    is_told = False
    while (handle := instance.take_lock()) is None:
        if (shared := find_shared(instance)) is not None:
            return shared
        waited = time.monotonic() - began
        if waited > seconds:
            raise ServerFault(held_sentence(instance))
        if waited > STOP_SECONDS:
            end_orphan(instance)
        if waited > 1 and not is_told:
            tell("Waiting for the process that has this instance ...")
            is_told = True
        time.sleep(0.1)
    return handle


def end_orphan(instance: Instance) -> None:
    """Kill a Java process that outlived its owner and does not stop by itself."""
    found = instance.running()
    if found is not None and not found.owner.is_alive():
        found.java.signal(signal.SIGKILL)


def held_sentence(instance: Instance) -> str:
    """Return who has the instance and what to do about it."""
    holder = instance.holder()
    if holder is not None and holder.is_alive():
        return (
            f"{instance.home} is in use by process {holder.pid} ({holder.command()}) and no server "
            "answers there: wait until it is ready, or stop that process."
        )
    found = instance.running()
    pid = found.java.pid if found is not None and found.java.is_alive() else None
    named = f" (kill {pid})" if pid is not None else ""
    return (
        f"{instance.home} is in use by a Java process whose owner has ended: wait until it has "
        f"stopped, or end it{named}."
    )


def status(home: Path) -> ServerStatus:
    """Return what the server of an instance is doing."""
    instance = Instance(home.absolute())
    found = instance.running()
    if not instance.is_held():
        return ServerStatus("stopped" if found is None else "stale")
    holder = instance.holder()
    if holder is None or not holder.is_alive():
        return ServerStatus("stale")
    if found is None or found.owner != holder or not ports.answers(found.port):
        return ServerStatus("starting", pid=holder.pid)
    return ServerStatus(
        "running",
        pid=holder.pid,
        port=found.port,
        version=found.version,
        memory=found.java.resident_bytes(),
    )


def stop(home: Path, timeout: float = STOP_SECONDS + 5) -> bool:
    """Ask the owner of an instance to stop, and wait until it has; False if nothing ran.

    Raises:
        ServerFault: it still runs after `timeout` seconds.
    """
    instance = Instance(home.absolute())
    if not instance.is_held():
        instance.withdraw()
        return False
    holder, found = instance.holder(), instance.running()
    is_asked = holder is not None and holder.signal(signal.SIGTERM)
    if not is_asked and found is not None:
        found.java.signal(signal.SIGTERM)
    if not wait_until(lambda: not instance.is_held(), timeout):
        raise ServerFault(held_sentence(instance))
    return True


def admin(
    home: Path, *arguments: str, tell: Callable[[str], None] = ignore
) -> "subprocess.CompletedProcess[str]":
    """Run Neo4j's offline tool on a stopped instance: `admin(home, "database", "check", "neo4j")`.

    Raises:
        ServerFault: the instance is in use, or the jars cannot be had.
    """
    instance = Instance(home.absolute())
    jars = fetch_jars(tell)
    instance.prepare()
    handle = take_alone(instance)
    with held(handle):
        java.write_settings(instance, instance.remembered_port() or ports.CANDIDATES[0], DEFAULTS)
        return java.admin(instance, jars, handle, arguments, archive_flags(jars))


def take_alone(instance: Instance) -> int:
    """Return the lock of an instance that nobody uses."""
    taken: list[int] = []

    def is_taken() -> bool:
        handle = instance.take_lock()
        if handle is not None:
            taken.append(handle)
        return handle is not None

    # Somebody who only looks holds the lock for a moment too.
    if not wait_until(is_taken, 1):
        raise ServerFault(f"Stop the server first. {held_sentence(instance)}")
    return taken[0]


def stop_on_sigterm() -> None:
    """Have SIGTERM and a closed terminal end this program as if it had finished, status 0.

    Call it in the main thread of a program that owns a server. A second signal changes nothing:
    the server is stopping already.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end_program)


def end_program(_number: int, _frame: FrameType | None) -> None:
    """End the program from where it stands, so that its blocks are left in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)
