"""What all benchmarks share: how one is found and run, and the shape of what it tells."""

import os
import platform
import subprocess
import tempfile
from ast import get_docstring, parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any

FOLDER = Path(__file__).parent
SHARED = frozenset(
    {
        *("__init__", "benchmark", "made_city", "city_columns", "stored_city", "made_units"),
        *("plain_trace", "plain_columns", "duckdb_join", "projected_city", "asking", "plots"),
    }
)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How a benchmark shall run; None leaves a choice to it.

    Args:
        tell: takes a line of progress.
        visits: how many visits to make up.
        home: an instance folder to keep and use again; None for one that is removed.
        kills: how many times to kill the app, and a quarter as often its store.
    """

    tell: Tell
    visits: int | None = None
    home: Path | None = None
    kills: int | None = None


@dataclass(frozen=True)
class Measured:
    """What a benchmark found: with these parameters, these figures; unit in each name."""

    parameters: Mapping[str, Any]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """A benchmark's figures with all that they depend on."""

    name: str
    started_at: datetime
    commit: str
    machine: Mapping[str, Any]
    parameters: Mapping[str, Any]
    figures: Mapping[str, Any]


def find_benchmarks() -> dict[str, str]:
    """Return the benchmarks there are, by name, each with what it measures."""
    modules = sorted(file for file in FOLDER.glob("*.py") if file.stem not in SHARED)
    return {file.stem.replace("_", "-"): _first_line(file) for file in modules}


def run(name: str, options: Options) -> Report:
    """Run one benchmark and return its report."""
    started_at = datetime.now(UTC).replace(microsecond=0)
    module = import_module(f"tests.bench.{name.replace('-', '_')}")
    measured: Measured = module.measure(options)
    return Report(name, started_at, _commit(), _machine(), measured.parameters, measured.figures)


@contextmanager
def instance_folder(options: Options) -> Iterator[Path]:
    """Yield the folder of a scratch instance; it is removed unless it was asked for."""
    if options.home is not None:
        options.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield options.home
        return
    with tempfile.TemporaryDirectory(prefix="truyvet-bench-") as folder:
        yield Path(folder)


def median_of(values: Sequence[float], digits: int = 2) -> float:
    """Return the median, rounded."""
    return round(median(values), digits)


def p95_of(values: Sequence[float], digits: int = 2) -> float:
    """Return the 95th percentile, rounded; of few values it lies near the greatest."""
    return round(quantiles(values, n=20, method="inclusive")[-1], digits)


def _first_line(file: Path) -> str:
    text = get_docstring(parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def _machine() -> dict[str, Any]:
    """Return what of the machine the figures depend on; nothing that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    """Return the commit that is checked out, marked if the files differ from it."""
    command = ["git", "-C", str(FOLDER), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
