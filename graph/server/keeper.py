"""The keeper: one thread that starts Neo4j, watches it, starts it again when it dies, stops it.

All of that happens in one thread that lives as long as the server does, because Linux tells a
child that its parent has ended when the *thread* that started it ends.
"""

import logging
import os
import shutil
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from graph.server import java, ports
from graph.server.archive import archive_flags
from graph.server.faults import ServerFault, ending_sentence, is_port_taken
from graph.server.instance import Instance, Running
from graph.server.jars import read_lock
from graph.server.processes import process

log = logging.getLogger(__name__)

STOP_SECONDS = 30
# More restarts than this are a fault that somebody has to look at: they are logged as one.
RESTARTS = 5
RESTARTS_WITHIN_SECONDS = 600
# A full disk may be freed at any time, so it is never given up; but not tried all the time either.
LONGEST_PAUSE_SECONDS = 30


class Keeper:
    """Owns the server of one instance, from its start to its stop."""

    def __init__(
        self,
        instance: Instance,
        jars: Path,
        options: java.ServerOptions,
        handle: int,
        tell: Callable[[str], None],
    ) -> None:
        """Begin nothing yet. `handle` is the instance's lock."""
        self.instance = instance
        self.jars = jars
        self.options = options
        self.handle = handle
        self.tell = tell
        self.flags = archive_flags(jars)
        self.pid = os.getpid()
        self.port = 0
        self.fault: Exception | None = None
        self.child: subprocess.Popen[bytes] | None = None
        self.read_until = 0
        self.settled = threading.Event()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._keep, name="neo4j-keeper", daemon=True)

    def start(self) -> None:
        """Start the server and wait until it is ready.

        Raises:
            ServerFault: it cannot be started; nothing of it runs then.
        """
        self.thread.start()
        self.settled.wait()
        if self.fault is not None:
            self.thread.join()
            raise self.fault

    def stop(self) -> None:
        """Stop the server and wait until it is gone. In a forked process this does nothing."""
        if os.getpid() != self.pid or self.thread.ident is None:
            return
        self.stopping.set()
        self.thread.join()

    def _keep(self) -> None:
        """Start, watch, restart; end the server when asked to stop, or when it cannot start."""
        try:
            self._start_first()
        except Exception as fault:  # noqa: BLE001 - handed to the thread that waits for it
            self.fault = fault
            self._end_child()
            return
        finally:
            self.settled.set()
        try:
            self._watch()
        except Exception:
            log.exception("the embedded server is no longer watched")
        finally:
            self.instance.withdraw()
            self._end_child()

    def _start_first(self) -> None:
        """Start the server for the first time, on another port if somebody takes the one chosen."""
        for _ in range(3):
            self.port = ports.pick(self.options.port, self.instance.remembered_port())
            if self._start_once():
                self.instance.remember_port(self.port)
                return
        raise ServerFault(
            f"Other programs keep taking the ports of {ports.LOOPBACK}: start again, or choose one "
            "with TRUYVET_NEO4J_PORT."
        )

    def _start_once(self) -> bool:
        """Start the server on its port and wait until it is ready; False if the port is taken.

        Raises:
            ServerFault: it ended for another reason, or was not ready in time.
        """
        began = time.monotonic()
        self.tell("Neo4j is starting ...")
        java.write_settings(self.instance, self.port, self.options)
        self._set_password()
        clear(self.instance.neo4j / "tmp")
        command = java.server_command(self.instance, self.jars, self.options, self.flags)
        self.read_until = 0
        self.child = java.spawn(self.instance, command, handles=(self.handle,))
        if not self._wait_ready(began + self.options.start_seconds):
            return False
        self._announce()
        seconds = time.monotonic() - began
        self.tell(
            f"Neo4j {read_lock().version} is ready on 127.0.0.1:{self.port} ({seconds:.1f} s)"
        )
        return True

    def _set_password(self) -> None:
        """Give a store that was never ready its password; it is never on a command line."""
        if self.instance.has_store:
            return
        # The mark @ has the tool read its argument from a file.
        arguments = ("dbms", "set-initial-password", f"@{self.instance.password_file}")
        done = java.admin(self.instance, self.jars, self.handle, arguments, self.flags)
        if done.returncode != 0:
            self.instance.write(self.instance.output, done.stdout + done.stderr)
            raise ServerFault(self._ending(done.stdout + done.stderr))

    def _wait_ready(self, deadline: float) -> bool:
        """Wait until the server is ready; False if its port is taken."""
        assert self.child is not None
        while not self.stopping.wait(0.05):
            ended = self.child.poll() is not None
            if ended:
                output = java.printed(self.instance)
                if is_port_taken(output):
                    return False
                raise ServerFault(self._ending(output))
            if java.is_ready(self.instance):
                return True
            if time.monotonic() > deadline:
                raise ServerFault(
                    f"Neo4j was not ready within {self.options.start_seconds:.0f} s: what it does "
                    f"stands at the end of {self.instance.output}."
                )
        raise ServerFault("Neo4j was stopped before it was ready: start again.")

    def _ending(self, output: str) -> str:
        """Return why Neo4j ended, for an operator."""
        return ending_sentence(output, self.instance.home, self.instance.output)

    def _announce(self) -> None:
        """Tell other processes of the instance that the server is ready, and where."""
        assert self.child is not None
        owner, child = process(self.pid), process(self.child.pid)
        if owner is None or child is None:
            return  # it has just died: the watch starts it again
        self.instance.mark_initialised()
        moment = datetime.now(UTC).replace(microsecond=0)
        version = read_lock().version
        self.instance.announce(Running(owner, child, self.port, version, moment))

    def _watch(self) -> None:
        """Start the server again each time it dies or says that it must be, until asked to stop."""
        deaths: deque[float] = deque()
        while not self.stopping.wait(0.1):
            if self.child is not None and self.child.poll() is None:
                if self._must_restart():
                    log.error("Neo4j met a fault of its disk: see %s", self.instance.output)
                    # After a sync that failed, nothing that it would still write is to be trusted.
                    self.child.kill()
                    self.child.wait()
                continue
            self.instance.withdraw()
            now = time.monotonic()
            deaths.append(now)
            while deaths[0] < now - RESTARTS_WITHIN_SECONDS:
                deaths.popleft()
            if len(deaths) > RESTARTS:
                log.error("Neo4j keeps ending: see %s", self.instance.output)
            log.warning("Neo4j ended unasked; starting it again on port %d", self.port)
            self._restart(pause=min(len(deaths) - 1, LONGEST_PAUSE_SECONDS))

    def _must_restart(self) -> bool:
        """Say whether Neo4j has said, since last looked at, that its store takes nothing more."""
        try:
            said, self.read_until = java.printed_since(self.instance, self.read_until)
        except OSError:
            return False
        return any(sign in said for sign in java.STUCK)

    def _restart(self, pause: float) -> None:
        """Start the server again on its port, after a pause; a failure counts as one more death."""
        if self.stopping.wait(pause):
            return
        try:
            if not self._start_once():
                log.warning("port %d is taken by another program", self.port)
        except (ServerFault, OSError) as fault:
            if not self.stopping.is_set():
                log.warning("Neo4j did not start again: %s", fault)
            self._end_child()

    def _end_child(self) -> None:
        """Stop Neo4j if it runs: ask, wait, then insist."""
        if self.child is None or self.child.poll() is not None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("Neo4j did not stop within %d s and was killed", STOP_SECONDS)
            self.child.kill()
            self.child.wait()


def clear(folder: Path) -> None:
    """Remove what a killed server has left in its folder for passing files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
