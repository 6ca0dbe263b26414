"""System calls of a process, watched and made to fail by strace (ACCEPTANCE section 2, rule 4)."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.server.processes import wait_until

ATTACH_S = 30.0
#: Thread, moment and call, as `-f -ttt` prints them; calls that others interrupt have two lines.
_LINE = re.compile(
    r"^(?P<thread>\d+) +(?P<at>\d+\.\d+) (?:<\.\.\. )?(?P<call>\w+)"
    r"(?P<rest>.*?)(?: <(?P<took>\d+\.\d+)>)?$"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One line of a trace: seconds of the epoch when it was printed, and of its return."""

    at: float
    name: str
    rest: str
    returned_at: float

    @property
    def is_injected(self) -> bool:
        """Whether strace made it fail."""
        return "(INJECTED)" in self.rest


def require_strace() -> None:
    """Skip a test where strace cannot watch other processes."""
    if shutil.which("strace") is None:
        pytest.skip("not run: strace is not installed")
    done = subprocess.run(
        ["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not run: this user may not trace processes")


@contextmanager
def traced(pid: int, calls: Sequence[str], output: Path, *options: str) -> Iterator[None]:
    """Trace all threads of a process for the length of the block."""
    command = ["strace", "-f", "-qq", "-ttt", "-T", "-e", f"trace={','.join(calls)}"]
    with subprocess.Popen(
        [*command, *options, "-o", str(output), "-p", str(pid)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as program:
        try:
            is_on = wait_until(lambda: is_traced(pid) or program.poll() is not None, ATTACH_S)
            assert is_on, "strace has not attached"
            assert program.poll() is None, program.stderr and program.stderr.read()
            yield
        finally:
            # It lets go of the process, which goes on.
            program.send_signal(signal.SIGTERM)
            program.wait(ATTACH_S)


def is_traced(pid: int) -> bool:
    """Say whether every thread of a process has a tracer."""
    try:
        return all(
            "TracerPid:\t0\n" not in (thread / "status").read_text(encoding="ascii")
            for thread in Path(f"/proc/{pid}/task").iterdir()
        )
    except OSError:
        return False


def read_calls(output: Path) -> list[Call]:
    """Return the calls of a trace, by when they were printed."""
    found = []
    for line in output.read_text(encoding="utf-8", errors="replace").splitlines():
        if (match := _LINE.match(line)) is None:
            continue
        at, took = float(match["at"]), float(match["took"] or 0.0)
        is_resumed = "resumed>" in match["rest"]
        # A resumed call is printed when it returns, any other when it is made.
        found.append(Call(at, match["call"], match["rest"], at if is_resumed else at + took))
    return found
