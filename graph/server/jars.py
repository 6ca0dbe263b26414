"""The jars of Neo4j: exactly those of graph/neo4j.lock.toml, byte for byte.

They lie in the user's cache, shared by all instances. Every start reads them whole and compares
their sha256 with the lock; what is missing or damaged is fetched again.
"""

import fcntl
import hashlib
import os
import shutil
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.server.faults import ServerFault, disk_sentence, explained

LOCK_FILE = Path(__file__).parent.parent / "neo4j.lock.toml"
THREADS = 8
TIMEOUT_S = 30
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Jar:
    """One pinned file.

    Attributes:
        group, artifact, version, classifier: its Maven name; most have no classifier.
        sha256: what its bytes must hash to, in hexadecimal digits.
        size: its length in bytes.
    """

    group: str
    artifact: str
    version: str
    sha256: str
    size: int
    classifier: str = ""

    @property
    def file_name(self) -> str:
        """Its name in the cache; no two jars of the lock share one."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"


@dataclass(frozen=True)
class Lock:
    """Which Neo4j, and the jars that it consists of, in the order of the class path."""

    version: str
    jars: tuple[Jar, ...]


def read_lock(path: Path = LOCK_FILE) -> Lock:
    """Return the pinned version and its jars."""
    with path.open("rb") as file:
        stored = tomllib.load(file)
    return Lock(stored["version"], tuple(Jar(**jar) for jar in stored["jars"]))


def cache_folder(lock: Lock) -> Path:
    """Return where this user keeps the jars of one version."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "truyvet" / f"neo4j-{lock.version}"


def is_sound(path: Path, jar: Jar) -> bool:
    """Say whether a file is a jar of the lock, byte for byte."""
    try:
        if path.stat().st_size != jar.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def unsound_jars(folder: Path, jars: Sequence[Jar]) -> list[Jar]:
    """Return the jars that are missing from a folder or differ from the lock, in its order."""
    with ThreadPoolExecutor(2) as threads:
        sound = threads.map(lambda jar: is_sound(folder / jar.file_name, jar), jars)
        return [jar for jar, good in zip(jars, sound, strict=True) if not good]


def fetch_jars(tell: Callable[[str], None]) -> Path:
    """Return the folder of the jars, all of them checked, fetching what is not there yet.

    Raises:
        ServerFault: they cannot be had; the sentence says why and what to do.
    """
    lock = read_lock()
    folder = cache_folder(lock)
    if not unsound_jars(folder, lock.jars):
        return folder
    with explained(folder), alone(folder, tell):
        # Whoever had the cache before may have fetched them.
        missing = unsound_jars(folder, lock.jars)
        check_room(folder, missing)
        fetch(missing, folder, Progress(lock, missing, tell))
    return folder


@contextmanager
def alone(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Let one process at a time fetch into a folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "fetch.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Waiting for another process that fetches Neo4j ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def check_room(folder: Path, missing: Sequence[Jar]) -> None:
    """Refuse to begin what the disk cannot hold."""
    # A jar lies twice on the disk for the moment in which it is checked.
    needed = sum(jar.size for jar in missing) + THREADS * max(
        (jar.size for jar in missing), default=0
    )
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ServerFault(
            f"The disk that holds {folder} is full: Neo4j needs {needed // MEGABYTE} MB there and "
            f"{free // MEGABYTE} MB are free. Free some space, or set XDG_CACHE_HOME."
        )


class Progress:
    """Says how far the fetching is, at most once in two seconds."""

    def __init__(self, lock: Lock, missing: Sequence[Jar], tell: Callable[[str], None]) -> None:
        """Begin with what is there already."""
        self.lock = lock
        self.tell = tell
        self.count = len(lock.jars) - len(missing)
        self.size = sum(jar.size for jar in lock.jars) - sum(jar.size for jar in missing)
        self.total = sum(jar.size for jar in lock.jars)
        self.told_at = 0.0
        self.guard = threading.Lock()

    def add(self, jar: Jar) -> None:
        """Count one jar more."""
        with self.guard:
            self.count += 1
            self.size += jar.size
            now = time.monotonic()
            if now - self.told_at < 2 and self.count < len(self.lock.jars):
                return
            self.told_at = now
            self.tell(
                f"Fetching Neo4j {self.lock.version}: {self.count} of {len(self.lock.jars)} jars, "
                f"{self.size // MEGABYTE} of {self.total // MEGABYTE} MB"
            )


def fetch(missing: Sequence[Jar], folder: Path, progress: Progress) -> None:
    """Fetch jars, several at a time; the first fault ends it, what is there stays."""
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    threads = ThreadPoolExecutor(THREADS)
    try:
        waiting = [threads.submit(fetch_one, jar, folder, partial) for jar in missing]
        for jar, done in zip(missing, waiting, strict=True):
            done.result()
            progress.add(jar)
    finally:
        threads.shutdown(cancel_futures=True)
        shutil.rmtree(partial, ignore_errors=True)


def fetch_one(jar: Jar, folder: Path, partial: Path) -> None:
    """Fetch one jar, check it, put it into its place; try twice.

    Raises:
        ServerFault: it did not come, or what came is not what the lock says.
    """
    fault: Exception | None = None
    for attempt, with_maven in enumerate((True, False)):
        try:
            found = download(jar, partial / f"{attempt}", with_maven=with_maven)
            if is_sound(found, jar):
                place(found, folder / jar.file_name, partial)
                return
            fault = None
        except (OSError, RuntimeError) as error:
            # What the network does wrong has no number of its own here.
            if isinstance(error, OSError) and error.errno is not None:
                raise ServerFault(disk_sentence(error, folder)) from error
            fault = error
    if fault is None:
        raise ServerFault(
            f"{jar.file_name} came twice with other bytes than graph/neo4j.lock.toml says: "
            "nothing was installed. Look for a proxy or mirror that changes files."
        )
    raise ServerFault(
        f"{jar.file_name} could not be fetched ({type(fault).__name__}): check the network, then "
        "start again; what has come so far is kept."
    ) from fault


def download(jar: Jar, store: Path, *, with_maven: bool) -> Path:
    """Return where jgo has put a jar; the user's own Maven folder is asked first if wanted.

    Raises:
        OSError: the disk or the network failed.
        RuntimeError: no repository has it.
    """
    # Needed on the first start only, and slow to import.
    from jgo.constants import default_maven_repo
    from jgo.maven import MavenContext

    context = MavenContext(
        repo_cache=store,
        local_repos=[default_maven_repo()] if with_maven else [],
        timeout=TIMEOUT_S,
    )
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(jar.classifier).resolve()


def place(found: Path, target: Path, partial: Path) -> None:
    """Put a checked file into its place, whole or not at all."""
    if not found.is_relative_to(partial):
        # It belongs to the user's Maven folder: take a copy.
        partial.mkdir(exist_ok=True)
        found = Path(shutil.copyfile(found, partial / target.name))
    found.replace(target)
