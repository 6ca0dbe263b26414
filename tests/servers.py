"""Programs that own a server, for tests that share, stop and kill them.

`python -m tests.servers HOME` has the server of an instance run until it is asked to stop.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.server import ServerFault, ServerOptions, java, running, stop_on_sigterm
from graph.server.instance import Instance
from graph.server.processes import Process

CHECKOUT = Path(__file__).parent.parent
# As little memory as a server with a handful of people needs.
SMALL = ServerOptions(heap="512m", pagecache="64m")


def be_quick() -> None:
    """Have Java compile once and plainly from now on.

    A server of tests lives for minutes: compiling everything a second time, better, takes a third
    of all its processor time and pays back later than that.
    """
    java.FLAGS = (*java.FLAGS, "-XX:TieredStopAtLevel=1")


@contextmanager
def owner(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a program that owns, or shares, the server of an instance; end it after the block."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.servers", str(home)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        # As a shell does it: Ctrl-C reaches a whole process group.
        process_group=0,
    )
    try:
        yield program
    finally:
        program.terminate()
        program.communicate(timeout=60)


def address(program: "subprocess.Popen[str]") -> str:
    """Wait until an owner has its server, and return where it answers, or why it does not."""
    assert program.stdout is not None
    return program.stdout.readline().strip()


def java_of(home: Path) -> Process:
    """Return the Java process that an instance has announced."""
    found = Instance(home).running()
    assert found is not None
    return found.java


def main(home: str) -> None:
    """Own or share a server until SIGTERM or Ctrl-C."""
    stop_on_sigterm()
    be_quick()
    try:
        with running(Path(home), options=SMALL) as connection:
            print(connection.uri, flush=True)  # noqa: T201
            signal.pause()
    except ServerFault as fault:
        print(fault, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
