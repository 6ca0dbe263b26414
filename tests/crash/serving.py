"""`truyvet serve` as a program of its own, to be killed, stopped and started again.

See `tests/quick_program.py` for how a planted defect gets into it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from graph.server.ports import pick
from graph.server.processes import Process, process, wait_until
from tests.bench.start import family
from tests.checking_in import Phone, Reply, Unreachable, wait_for_page
from tests.quick_program import COMMAND
from tests.servers import CHECKOUT

START_S = 150.0
SMALL = {"TRUYVET_NEO4J_HEAP": "512m", "TRUYVET_NEO4J_PAGECACHE": "64m"}
QUIET = {"NEO4J_URI": "", "TRUYVET_PROJECTION": "off", "TRUYVET_LANGUAGE": "en"}


class Served:
    """The web app of an instance folder, on a port that stays the same.

    Whoever owns the store of the folder shares it; where nobody does, the app starts it.
    """

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.port = home, pick(None, None)
        self.environment = {**os.environ, **SMALL, **QUIET, "TRUYVET_HOME": str(home)}
        self.environment |= {"TRUYVET_PORT": str(self.port), **environment}
        self.program: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._output.close()

    def start(self) -> None:
        """Start it, and do not wait."""
        self.program = subprocess.Popen(
            [*COMMAND, "serve"],
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._output,
            process_group=0,
        )

    def wait_ready(self, seconds: float = START_S) -> None:
        """Wait until check-ins are taken.

        Raises:
            AssertionError: they are not in time, or the program has ended.
        """
        assert wait_for_page(self.port, "/readyz", seconds), self.printed()

    def printed(self) -> str:
        """Return what it has written on stderr."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether the program that owns the port runs."""
        return self.program is not None and self.program.poll() is None

    def parent(self) -> Process:
        """Return the program that owns the port."""
        assert self.program is not None
        found = process(self.program.pid)
        assert found is not None, self.printed()
        return found

    def worker(self) -> Process | None:
        """Return the process that answers requests; None while there is none."""
        assert self.program is not None
        own = Path(f"/proc/{self.program.pid}/cmdline").read_bytes()
        for pid in family(self.program.pid)[1:]:
            with suppress(OSError):
                if Path(f"/proc/{pid}/cmdline").read_bytes() == own:
                    return process(pid)
        return None

    def kill_worker(self) -> float:
        """Kill the process that answers requests; return when."""
        assert wait_until(lambda: self.worker() is not None, 10)
        victim = self.worker()
        assert victim is not None
        assert victim.signal(signal.SIGKILL)
        moment = time.monotonic()
        assert wait_until(lambda: not victim.is_alive(), 10)
        return moment

    def kill(self) -> float:
        """Kill the program that owns the port, wait until its worker is gone too; return when."""
        assert self.program is not None
        worker = self.worker()
        self.program.kill()
        moment = time.monotonic()
        self.program.wait(10)
        assert worker is None or wait_until(lambda: not worker.is_alive(), 10)
        return moment

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 60.0) -> int | None:
        """Ask it to end, and wait; return its status, None if it had to be killed."""
        if self.program is None:
            return None
        if self.program.poll() is None:
            self.program.send_signal(number)
        try:
            return self.program.wait(seconds)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait(10)
            return None

    def ask(self, path: str) -> Reply:
        """Return the answer of a page."""
        with Phone(self.port, seconds=30) as phone:
            return phone.ask("GET", path)

    def check_in(self, told: Any, cookie: str | None = None) -> Reply:
        """Send one check-in over a connection of its own; 0 where nobody listens."""
        with Phone(self.port) as phone:
            try:
                return phone.check_in(told, cookie)
            except Unreachable:
                return Reply(0, 0.0, time.monotonic())
