"""The first fill of an empty store: a new one is built beside it, which then takes its place.

    with filling(home, is_empty) as fill:
        fill.lay(nodes, relationships)      # Neo4j's offline import tool
        with fill.running() as connection:
            ...                             # keys, and what else there is to write

Until the block ends without a fault the instance is as it was, killed at any moment or not; what a
killed fill has left behind is removed by the next one. The instance is locked all the while.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.server import DEFAULTS, Connection, ignore, java, owned, ports, take_alone
from graph.server.archive import archive_flags
from graph.server.faults import ServerFault, explained
from graph.server.instance import Instance, held
from graph.server.jars import fetch_jars
from graph.server.java import ServerOptions

NOT_EMPTY = "The store holds something already: a first fill wants an empty one."
#: What the import tool may take beside its heap; it would take nine tenths of the memory.
OFF_HEAP = "2g"
SCRATCH = "filling"
Tables = Mapping[str, Sequence[Path]]


@dataclass(frozen=True)
class Filling:
    """A store that is being built."""

    instance: Instance
    jars: Path
    options: ServerOptions
    handle: int
    tell: Callable[[str], None]

    @property
    def folder(self) -> Path:
        """A folder for passing files, for this user alone."""
        return self.instance.home / "tables"

    def running(self) -> AbstractContextManager[Connection]:
        """Have the new store's server run for the length of a block."""
        return owned(self.instance, self.jars, self.options, self.handle, self.tell)

    def lay(self, nodes: Tables, relationships: Tables) -> None:
        """Replace what the new store holds by nodes and relationships of CSV files.

        Args:
            nodes: the files of each label, the first with nothing but the header; ids are whole
                numbers, of each label for itself.
            relationships: the files of each type, as those of the nodes.

        Raises:
            ServerFault: the tool refused them; its own words stand in the instance's output.
        """
        files = [
            f"--{kind}={name}={','.join(map(str, paths))}"
            for kind, tables in (("nodes", nodes), ("relationships", relationships))
            for name, paths in tables.items()
        ]
        done = java.admin(
            self.instance,
            self.jars,
            self.handle,
            (
                *("database", "import", "full", "neo4j", "--overwrite-destination"),
                *("--id-type=integer", "--bad-tolerance=0", f"--max-off-heap-memory={OFF_HEAP}"),
                f"--report-file={self.folder / 'import.report'}",
                *files,
            ),
            archive_flags(self.jars),
        )
        if done.returncode != 0:
            raise ServerFault("Neo4j's import tool failed: is the disk full?")


@contextmanager
def filling(
    home: Path,
    is_empty: Callable[[Connection], bool],
    *,
    is_kept: bool = True,
    options: ServerOptions = DEFAULTS,
    tell: Callable[[str], None] = ignore,
) -> Iterator[Filling]:
    """Build a new store, and put it in the place of the empty one when the block ends well.

    Args:
        is_empty: whether the store that is there holds nothing; asked if there is one.
        is_kept: False throws the new store away.

    Raises:
        ServerFault: the server runs, the store is not empty, or the new one cannot be built.
    """
    instance = Instance(home.absolute())
    jars = fetch_jars(tell)
    instance.prepare()
    with held(take_alone(instance)) as handle:
        if instance.has_store:
            with owned(instance, jars, options, handle, tell) as connection:
                if not is_empty(connection):
                    raise ServerFault(NOT_EMPTY)
        scratch = Instance(instance.home / SCRATCH)
        shutil.rmtree(scratch.home, ignore_errors=True)
        try:
            fill = _begin(instance, scratch, jars, options, tell)
            with held(fill.handle):
                yield fill
            if is_kept:
                _take_place(scratch, instance)
        finally:
            shutil.rmtree(scratch.home, ignore_errors=True)


def _begin(
    instance: Instance,
    scratch: Instance,
    jars: Path,
    options: ServerOptions,
    tell: Callable[[str], None],
) -> Filling:
    """Return a new store with the password of the one that it replaces."""
    scratch.prepare()
    scratch.write(scratch.password_file, instance.password())
    fill = Filling(scratch, jars, options, take_alone(scratch), tell)
    with explained(fill.folder):
        fill.folder.mkdir(mode=0o700)
    java.write_settings(scratch, ports.CANDIDATES[0], options)
    return fill


def _take_place(scratch: Instance, instance: Instance) -> None:
    """Put the new store in the place of the empty one.

    Killed between the two steps, the instance has no store, which is as good as an empty one.
    """
    new, old = scratch.neo4j / "data", instance.neo4j / "data"
    with explained(instance.neo4j):
        old.rename(scratch.home / "replaced")
        new.rename(old)
