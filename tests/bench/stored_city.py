"""A made-up city in a store of its own: filled once, kept where a home was asked for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from graph.database import Graph
from graph.server import ServerOptions
from importers.files import read_rows
from importers.filling import Files, Wanted, fill
from tests.bench.benchmark import Options
from tests.bench.city_columns import ORIGIN_S, known_from_s, made_cases, write_cases, write_columns
from tests.bench.made_city import City
from webapp.settings import Settings
from webapp.store import open_graph

STORED_CASES = 1_000
LARGE = 5_000_000


class NotStored(RuntimeError):
    """Rows of the city were not taken."""


def fill_city(city: City, home: Path, options: Options) -> dict[str, float | int | None]:
    """Fill the store with the city, unless an earlier run left it here; return the figures of it.

    Raises:
        NotStored: not every row was accepted.
    """
    mark = home / "bench-city"
    if mark.exists() and mark.read_text(encoding="utf-8") == repr(city):
        options.tell("The city is stored already: its fill is not measured again.")
        return {"fill_s": None, "fill_rows_per_s": None}
    visits, cases = home / "visits.parquet", home / "cases.csv"
    options.tell(f"Making up {city.visits:,} visits ...")
    write_columns(city, visits)
    write_cases(made_cases(city, STORED_CASES), cases)
    began = time.perf_counter()
    reports = fill(
        home,
        Files((visits, read_rows(visits)), cases=(cases, read_rows(cases))),
        Wanted(known_at(city), server_options(city), options.tell, lambda _file: unseen),
    )
    seconds = time.perf_counter() - began
    if any(report.read != report.accepted for report in reports):
        raise NotStored("rows of the made-up city were not accepted")
    visits.unlink()
    mark.write_text(repr(city), encoding="utf-8")
    return {"fill_s": round(seconds, 1), "fill_rows_per_s": round(city.visits / seconds)}


@contextmanager
def stored_graph(city: City, home: Path, options: Options) -> Iterator[Graph]:
    """Yield the graph of a city's store."""
    server = server_options(city)
    settings = Settings(
        TRUYVET_HOME=home,
        NEO4J_URI=None,
        TRUYVET_NEO4J_HEAP=server.heap,
        TRUYVET_NEO4J_PAGECACHE=server.pagecache,
    )
    with open_graph(settings, options.tell) as graph:
        yield graph


def server_options(city: City) -> ServerOptions:
    """Return the memory that the server of a city gets: at 10 M visits the store fits into it."""
    is_large = city.visits > LARGE
    return ServerOptions(heap="2g" if is_large else "1g", pagecache="4g" if is_large else "1g")


def known_at(city: City) -> datetime:
    """Return when the city's visits became known."""
    return datetime.fromtimestamp(known_from_s(city) + ORIGIN_S, UTC)


def unseen(_done: int, _total: int | None) -> None:
    """Show no progress: the benchmark tells of its steps."""
