"""Starting: how soon the demo is up when everything is there already, and what it holds idle.

`truyvet demo` is started twice in one folder. The second start is timed until a page answers;
then, after a pause, the resident memory of all its processes is added up.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from graph.server.ports import pick
from tests.bench.benchmark import Measured, Options, instance_folder

PAGES = 5
IDLE_SECONDS = 10
LONGEST_SECONDS = 300
MEGABYTE = 1_000_000


class NotUp(RuntimeError):
    """The demo ended or did not answer in time."""


def measure(options: Options) -> Measured:
    """Start the demo twice, time the second, weigh it."""
    port = pick(None, None)
    with instance_folder(options) as home:
        options.tell("First start, which loads the samples ...")
        first_s, _memory = start_once(home, port)
        options.tell("Second start ...")
        ready_s, memory = start_once(home, port)
    figures = {
        "ready_s": round(ready_s, 2),
        "first_ready_s": round(first_s, 2),
        "idle_mb": round(sum(memory.values()) / MEGABYTE),
        **{f"idle_{name}_mb": round(size / MEGABYTE) for name, size in memory.items()},
    }
    return Measured({"idle_seconds": IDLE_SECONDS, "pages": PAGES}, figures)


def start_once(home: Path, port: int) -> tuple[float, dict[str, int]]:
    """Start the demo, wait for a page, ask for a few, weigh it, stop it."""
    environment = {**os.environ, "TRUYVET_HOME": str(home)}
    command = [sys.executable, "-m", "webapp.cli", "demo", "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as demo:
        try:
            wait_for_page(port, demo)
            seconds = time.perf_counter() - began
            for _ in range(PAGES):
                answers(port)
            time.sleep(IDLE_SECONDS)
            memory = memory_of(demo.pid)
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)
    return seconds, memory


def wait_for_page(port: int, demo: "subprocess.Popen[bytes]") -> None:
    """Wait until the sign-in page answers.

    Raises:
        NotUp: it never does.
    """
    deadline = time.monotonic() + LONGEST_SECONDS
    while not answers(port):
        if demo.poll() is not None or time.monotonic() > deadline:
            raise NotUp("the demo did not come up")
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Say whether the sign-in page answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as page:
            return bool(page.status == 200)
    except (URLError, OSError):
        return False


def memory_of(pid: int) -> dict[str, int]:
    """Return the resident memory of a process and all below it: of Java and of Python."""
    sizes = {"server": 0, "webapp": 0}
    for each in family(pid):
        status = Path(f"/proc/{each}/status").read_text(encoding="ascii")
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        kind = "server" if fields["Name"] == "java" else "webapp"
        sizes[kind] += int(fields["VmRSS"].split()[0]) * 1024
    return sizes


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    below = [int(child) for file in children for child in file.read_text("ascii").split()]
    return [pid, *(each for child in below for each in family(child))]
