"""Loads the samples through the importers, once."""

import csv
import hashlib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graph.batches import find_batches
from graph.database import Graph
from graph.periods import local_midnight
from importers.importer import run
from importers.rows import as_rows
from importers.samples import city, mers
from importers.samples.city import story
from importers.samples.parts import Part
from importers.units import UNIT_ALIASES, UNIT_SUCCESSORS, UNITS

SOURCE = "sample"
UNITS_END = "aliases.csv"
# The day of the newest reform that the files tell of.
UNITS_OF = date(2025, 7, 1)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What loading the samples did; a sample that was there already counts no rows.

    Args:
        loaded: names of the samples that this call loaded or completed.
        present: names of those that were there already.
    """

    loaded: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its name for people, its files, and which of them is the last one."""

    title: str
    make: Callable[[], Sequence[Part]]
    last: str


def unit_parts() -> list[Part]:
    """Return the units of Ho Chi Minh City since 2021, with successors and other names."""
    parts = []
    for importer, name in (
        (UNITS, "units.csv"),
        (UNIT_SUCCESSORS, "successors.csv"),
        (UNIT_ALIASES, UNITS_END),
    ):
        text = files("importers").joinpath("reference", "hcmc", name).read_text(encoding="utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        parts.append(Part(importer, f"hcmc/{name}", local_midnight(UNITS_OF), rows))
    return parts


def city_parts() -> list[Part]:
    """Return the files of the made city."""
    return city.make_city().parts()


SAMPLES = (
    Sample("the wards of Ho Chi Minh City since 2021", unit_parts, f"hcmc/{UNITS_END}"),
    Sample("the MERS-CoV outbreak in Korea, 2015", mers.make_parts, mers.LAST_PART),
    Sample("a made city, three weeks of June 2021", city_parts, story.LAST_PART),
)


def load_samples(
    graph: Graph, tell: Tell = lambda _: None, samples: Sequence[Sample] = SAMPLES
) -> SampleSummary:
    """Load the samples that are not there yet; safe to repeat, and quick then.

    A sample whose last file was imported to its end is there, even if it came from another
    version of the program. One that broke off is completed by the files that are missing.

    Args:
        tell: is given one fixed sentence before each sample that is loaded.
        samples: which ones; all if left out.
    """
    version = _version()
    finished = [batch for batch in find_batches(graph) if batch.finished_at]
    done = {(batch.file_name, batch.sha256) for batch in finished}
    complete = {batch.file_name for batch in finished if batch.source == SOURCE}
    loaded, present = [], []
    counts = {"read": 0, "accepted": 0, "duplicate": 0, "refused": 0}
    for sample in samples:
        if sample.last in complete:
            present.append(sample.title)
            continue
        tell(f"Loading sample data: {sample.title} …")
        found = _load(graph, sample, version, done)
        loaded.append(sample.title)
        counts = {name: counts[name] + found[name] for name in counts}
    return SampleSummary(tuple(loaded), tuple(present), **counts)


def _load(
    graph: Graph, sample: Sample, version: str, done: Container[tuple[str | None, str | None]]
) -> dict[str, int]:
    """Import the files of a sample that are not done, in the order in which they became known."""
    counts = {"read": 0, "accepted": 0, "duplicate": 0, "refused": 0}
    for part in sample.make():
        if (part.name, version) in done:
            continue
        report = run(
            part.importer,
            as_rows(part.rows, part.name, version),
            graph,
            source=SOURCE,
            recorded_at=part.recorded_at,
        )
        counts["read"] += report.read
        counts["accepted"] += report.accepted
        counts["duplicate"] += report.duplicate
        counts["refused"] += len(report.refused)
    return counts


@cache
def _version() -> str:
    """Return the digest of everything that the samples are made from, code included."""
    digest = hashlib.sha256()
    folders = (files("importers.samples"), files("importers").joinpath("reference"))
    made_from = [each for folder in folders for each in _files(folder, "")]
    for path, file in sorted(made_from):
        digest.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            yield from _files(one, f"{path}{one.name}/")
        elif one.name.endswith((".py", ".csv")):
            yield f"{path}{one.name}", one
