"""The projection's folder: a file a local day, so that a new process maps instead of loading.

`index` names the store, the change that the files stand at, and every other file with its mark;
it is written last, so a folder is whole or stands as it did. A day that did not change keeps its
file. Nothing here is believed: what is cut short, changed, missing, mixed or of another format
is found when it is read, and the caller loads again.

The names of people lie in these files as in the store itself: the folder is for its owner alone,
0700 and its files 0600, goes with the store when that goes, and is no backup of anything.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from graph.changes import Mark
from graph.tracing.projection.facts import Segment
from graph.tracing.projection.files import (
    ArrayFile,
    Draft,
    Unsound,
    drafted,
    map_arrays,
    write_arrays,
)
from graph.tracing.projection.tables import Names, Tables

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEGMENT_ARRAYS = (
    "venue",
    "first",
    "person",
    "arrived",
    "left",
    "recorded",
    "late",
    "late_expected",
    "late_left_by",
    "late_left_recorded",
    "late_retracted",
)
# A writer that replaces files while they are read leaves a moment between two indexes.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the folder: its name, its mark, and the mark of its arrays alone."""

    name: str
    mark: int
    content: int


@dataclass(frozen=True, slots=True)
class Index:
    """What a folder holds: `rows` visits, an edge a day, and everything else, up to `mark`.

    `lineage` is common to files that number people and venues alike.
    """

    mark: Mark
    rows: int
    lineage: str
    names: Listed
    tables: Listed
    days: Mapping[int, Listed]


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything that a projection is made of, as read from a folder; `days` are since 1970."""

    index: Index
    names: Names
    tables: Tables
    segments: Mapping[int, Segment]


class Folder:
    """The files of one instance's projection; several processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Stored | None:
        """Return what the folder holds, None if it holds nothing; every byte is checked.

        Raises:
            Unsound: it cannot be believed.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            if not (self.path / "index").exists():
                return None
            try:
                return self._read(self.index())
            except Unsound:
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def index(self) -> Index:
        """Return what the folder says it holds.

        Raises:
            Unsound: there is no index, or not a whole one.
        """
        about = map_arrays(self.path / "index").about
        try:
            return Index(
                mark=Mark(**about["mark"]),
                rows=int(about["rows"]),
                lineage=about["lineage"],
                names=Listed(**about["names"]),
                tables=Listed(**about["tables"]),
                days={int(day): Listed(**listed) for day, listed in about["days"].items()},
            )
        except (KeyError, TypeError, ValueError):
            raise Unsound("an index of another format") from None

    def write(self, mark: Mark, names: Names, tables: Tables, segments: Iterable[Segment]) -> bool:
        """Write what changed, the index last; return False if another process writes just now.

        Args:
            mark: the change that everything stands at.
            segments: of every day; taken one after the other.

        Raises:
            OSError: the folder cannot be written.
            ValueError: a name cannot be written.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        with self._alone() as alone:
            if not alone:
                return False
            known = self._known(names.lineage)
            days, rows = {}, 0
            for segment in segments:
                rows += len(segment.person)
                days[segment.day] = self._keep_or_write(mark, segment, known.get(segment.day))
            named = self._write("names", mark, {}, drafted(names.as_arrays()))
            tabled = self._write("tables", mark, {}, drafted(tables.as_arrays()))
            self._write_index(Index(mark, rows, names.lineage, named, tabled, days))
            return True

    def clear(self) -> None:
        """Throw the files away."""
        if not self.path.is_dir():
            return
        with self._alone():
            self._remove(Path.exists)

    def _read(self, index: Index) -> Stored:
        wanted = [index.names, index.tables, *index.days.values()]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(self._map, wanted))
        try:
            names = Names.from_arrays(found[0].arrays, index.lineage)
            tables = Tables.from_arrays(found[1].arrays)
            segments = {
                day: _segment(day, file) for day, file in zip(index.days, found[2:], strict=True)
            }
        except (KeyError, TypeError, ValueError):
            raise Unsound("files of another format") from None
        return Stored(index, names, tables, segments)

    def _map(self, listed: Listed) -> ArrayFile:
        file = map_arrays(self.path / listed.name)
        if file.mark != listed.mark:
            raise Unsound("a file is not the one that the index names")
        return file

    def _known(self, lineage: str) -> Mapping[int, Listed]:
        """Return the files of days that number people and venues as this lineage does."""
        try:
            index = self.index()
        except Unsound:
            return {}
        return index.days if index.lineage == lineage else {}

    def _keep_or_write(self, mark: Mark, segment: Segment, known: Listed | None) -> Listed:
        draft = drafted({name: getattr(segment, name) for name in SEGMENT_ARRAYS})
        is_same = known is not None and known.content == draft.content
        if known is not None and is_same and (self.path / known.name).exists():
            return known
        day, starts, ends = segment.day, segment.starts, segment.ends
        about = {"day": int(day), "starts": int(starts), "ends": int(ends)}
        return self._write(f"day-{_shown(day)}", mark, about, draft)

    def _write(self, stem: str, mark: Mark, about: Mapping[str, Any], draft: Draft) -> Listed:
        name = f"{stem}-{secrets.token_hex(4)}"
        whole = {**about, "store_id": mark.store_id, "number": mark.number, "token": mark.token}
        return Listed(name, write_arrays(self.path / name, whole, draft), draft.content)

    def _write_index(self, index: Index) -> None:
        about = {
            "mark": _plain(index.mark),
            "rows": index.rows,
            "lineage": index.lineage,
            "names": _plain(index.names),
            "tables": _plain(index.tables),
            "days": {str(day): _plain(listed) for day, listed in sorted(index.days.items())},
        }
        write_arrays(self.path / "index", about, drafted({}))
        stays = {"index", "lock", index.names.name, index.tables.name}
        stays |= {listed.name for listed in index.days.values()}
        self._remove(lambda path: path.name not in stays)

    def _remove(self, is_wanted: Callable[[Path], bool]) -> None:
        for path in self.path.iterdir():
            if path.name != "lock" and is_wanted(path):
                path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Yield whether this process is the only one that writes here."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(handle)


def _segment(day: int, file: ArrayFile) -> Segment:
    if file.about["day"] != day:
        raise ValueError("the file of another day")
    arrays = {name: file.arrays[name] for name in SEGMENT_ARRAYS}
    return Segment(day, file.about["starts"], file.about["ends"], **arrays)


def _plain(value: Mark | Listed) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _shown(day: int) -> str:
    return (_EPOCH + timedelta(days=int(day))).strftime("%Y%m%d")
