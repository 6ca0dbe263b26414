"""The instance folder: where its parts lie, who holds it, what is remembered.

server.lock              held (flock) by the owner and by the Java process it started
server.json              who runs the server, and where it answers; written when it is ready
server.port              the port picked on first start
secrets/neo4j-password   made on first start, readable by its user alone
neo4j/                   what Neo4j calls its home: conf, data, logs
"""

import contextlib
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graph.server.faults import ServerFault, explained
from graph.server.processes import Process, process


@dataclass(frozen=True)
class Running:
    """Who runs the server of an instance, and where it answers."""

    owner: Process
    java: Process
    port: int
    version: str
    started_at: datetime


@dataclass(frozen=True)
class Instance:
    """One instance folder."""

    home: Path

    @property
    def neo4j(self) -> Path:
        """The folder that Neo4j calls its home."""
        return self.home / "neo4j"

    @property
    def output(self) -> Path:
        """What Neo4j printed since it was last started."""
        return self.neo4j / "logs" / "neo4j.out"

    @property
    def password_file(self) -> Path:
        """The password of the store."""
        return self.home / "secrets" / "neo4j-password"

    @property
    def initialised(self) -> Path:
        """A mark inside the store's folder, so that it goes when somebody removes the store."""
        return self.neo4j / "data" / "initialised"

    @property
    def has_store(self) -> bool:
        """Whether Neo4j has been ready here once, so that its password is set for good."""
        return self.initialised.exists()

    def prepare(self) -> None:
        """Make the folders that are missing, for this user alone."""
        parts = ("", "secrets", "neo4j", "neo4j/conf", "neo4j/data", "neo4j/logs", "neo4j/tmp")
        with explained(self.home):
            for part in parts:
                (self.home / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(self, path: Path, text: str) -> None:
        """Write a small file whole or not at all, for this user alone."""
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with explained(path.parent):
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)

    def mark_initialised(self) -> None:
        """Remember that the store has been ready once."""
        if not self.has_store:
            self.write(self.initialised, "")

    def password(self) -> str:
        """Return the store's password, made on first use.

        Raises:
            ServerFault: others can read the file, or it is lost while the store needs it.
        """
        path = self.password_file
        if not path.exists():
            if self.has_store:
                raise ServerFault(
                    f"The store in {self.home} has a password, but {path} is missing: "
                    "put the file back from a copy."
                )
            self.write(path, secrets.token_hex(24))
        with explained(path):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise ServerFault(
                    f"{path} can be read by others (mode {mode:04o}): find out who did, "
                    f"then run: chmod 600 {path}"
                )
            return path.read_text(encoding="utf-8").strip()

    def remembered_port(self) -> int | None:
        """Return the port of the last start; None before the first."""
        try:
            return int((self.home / "server.port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def remember_port(self, port: int) -> None:
        """Remember the port, so that the address stays the same."""
        if self.remembered_port() != port:
            self.write(self.home / "server.port", f"{port}\n")

    def announce(self, running: Running) -> None:
        """Tell other processes of this instance where the server answers."""
        self.write(self.home / "server.json", json.dumps(as_json(running), indent=1) + "\n")

    def withdraw(self) -> None:
        """Tell nobody any more where the server answers."""
        with contextlib.suppress(OSError):
            (self.home / "server.json").unlink()

    def running(self) -> Running | None:
        """Return what was last announced; None if nothing was, or it cannot be read."""
        try:
            return from_json(json.loads((self.home / "server.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def holder(self) -> Process | None:
        """Return who took the lock last; it may be gone while its Java process still stops."""
        try:
            pid, started = (self.home / "server.lock").read_text(encoding="ascii").split()
            return Process(int(pid), int(started))
        except (OSError, ValueError):
            return None

    def take_lock(self) -> int | None:
        """Take the instance for this process; None while another has it.

        Returns a file descriptor. The lock ends when every process that inherited it has closed
        it, so an instance whose owner was killed stays taken until its Java process is gone too.
        """
        with explained(self.home):
            handle = os.open(self.home / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        owner = process(os.getpid())
        if owner is not None:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{owner.pid} {owner.started}\n".encode("ascii"), 0)
        return handle

    def is_held(self) -> bool:
        """Say whether some process has the instance, an ending Java process included."""
        if not (self.home / "server.lock").exists():
            return False
        handle = os.open(self.home / "server.lock", os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False


@contextmanager
def held(handle: int) -> Iterator[int]:
    """Close a lock at the end of the block."""
    try:
        yield handle
    finally:
        os.close(handle)


def as_json(running: Running) -> dict[str, Any]:
    """Return what is announced, as it stands in server.json."""
    return {
        "pid": running.owner.pid,
        "pid_started": running.owner.started,
        "java_pid": running.java.pid,
        "java_pid_started": running.java.started,
        "port": running.port,
        "version": running.version,
        "started_at": running.started_at.isoformat(),
    }


def from_json(stored: dict[str, Any]) -> Running:
    """Return what server.json says."""
    return Running(
        owner=Process(stored["pid"], stored["pid_started"]),
        java=Process(stored["java_pid"], stored["java_pid_started"]),
        port=stored["port"],
        version=stored["version"],
        started_at=datetime.fromisoformat(stored["started_at"]),
    )
