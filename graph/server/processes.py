"""Processes by id and start time: an id alone may since have been given to somebody else."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process of this machine.

    Attributes:
        pid: its id.
        started: clock ticks since boot when it started, which no reused id repeats.
    """

    pid: int
    started: int

    def is_alive(self) -> bool:
        """Say whether this very process still runs; one that waits to be buried does not."""
        return started(self.pid) == self.started

    def signal(self, number: signal.Signals) -> bool:
        """Send a signal to this very process; say whether there was one to send it to."""
        try:
            handle = os.pidfd_open(self.pid)
        except OSError:
            return False
        try:
            # Looked at after the handle is open: from here on nobody else can be hit.
            if not self.is_alive():
                return False
            signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)
        return True

    def command(self) -> str:
        """Return what it was started as, for an operator who looks for it; empty if it is gone."""
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return ""
        return b" ".join(words).decode(errors="replace").strip()[:120]

    def resident_bytes(self) -> int | None:
        """Return the memory it holds; None if it is gone."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")


def started(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot; None if it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is a name in brackets and may hold anything, brackets too.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def process(pid: int) -> Process | None:
    """Return the process that has an id now; None if there is none."""
    moment = started(pid)
    return None if moment is None else Process(pid, moment)


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait until something holds; say whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True
