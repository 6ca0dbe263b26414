"""Tracing a city: 20 index cases by both engines and by a DuckDB join, 1,000 cases at once.

Visits of 21 days (10 M unless told otherwise) are made up, put into an empty store by `db fill` and
loaded into the projection. Each index case, infectious for four days, is traced by the rule 2021-12
(15 minutes): by Cypher over one and two hops, by the projection over one to four, by DuckDB over
one to three. A trace is timed until its first hundred people are there with their evidence paths.
Before anything is timed the engines' answers are held to each other and to pairs compared one by
one; a difference stops the benchmark. Past 20 M visits nothing is stored: the projection gets the
generator's columns, and what needs a store is not measured.
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from graph.cases import find_confirmed_cases
from graph.database import Graph
from graph.periods import Period, local_midnight
from graph.tracing.common_venues import find_common_venues
from graph.tracing.projection import Projection
from graph.tracing.projection.columns import Columns
from tests.bench.asking import (
    LEAST_S,
    RULE,
    Answers,
    Ask,
    Case,
    WrongAnswer,
    ask_columns,
    ask_stored,
    compare,
    compare_engines,
    plain_answers,
    timed,
    times_of,
)
from tests.bench.benchmark import Measured, Options, instance_folder, median_of
from tests.bench.city_columns import EPOCH, city_of, made_cases, person_id
from tests.bench.duckdb_join import Joined
from tests.bench.made_city import FIRST_DAY, City, parameters_of
from tests.bench.projected_city import columns_of, resident_bytes
from tests.bench.stored_city import STORED_CASES, fill_city, stored_graph

VISITS, MOST_STORED, HUNDRED_MILLION = 10_000_000, 20_000_000, 100_000_000
CASES, WARM_UPS, COMPARED = 20, 2, 3
FIRST_INFECTIOUS_DAY, INFECTIOUS_DAYS = 12, 4
#: How many cases each hop is timed with, where an engine is too slow for all of them.
CYPHER = {1: CASES, 2: CASES}
PROJECTION = {1: CASES, 2: CASES, 3: CASES, 4: CASES}
#: Over four hops each of a hundred million visits would be read several times for each case.
COLUMNS = {1: CASES, 2: CASES, 3: CASES}
JOIN = {1: CASES, 2: CASES, 3: 5}
TOGETHER_HOPS, TOGETHER_RUNS = 3, 5
COMMON_CASES, COMMON_RUNS = 50, 5
PARAMETERS = {
    "cases": CASES,
    "warm_ups": WARM_UPS,
    "rule": RULE.name,
    "infectious_days": INFECTIOUS_DAYS,
    "all_cases": STORED_CASES,
    "all_cases_hops": TOGETHER_HOPS,
    "common_cases": COMMON_CASES,
    "duckdb_3_cases": JOIN[3],
    "compared_cases": COMPARED,
}


def measure(options: Options) -> Measured:
    """Fill, load, compare, time."""
    city = city_of(options.visits or VISITS)
    cases = index_cases(city, (1 + WARM_UPS) * CASES)
    options.tell("Comparing pairs one by one, for the answers to hold the engines to ...")
    plain = plain_answers(city, cases[:CASES], COMPARED)
    is_stored = city.visits <= MOST_STORED
    measured = measure_stored if is_stored else measure_columns
    figures = measured(city, cases, plain, options)
    if is_stored:
        figures |= measure_join(city, cases, plain, options)
        figures |= ratios(figures)
    figures["compared"] = sum(map(len, plain.values()))
    return Measured({**parameters_of(city), **PARAMETERS}, figures)


def measure_stored(
    city: City, cases: Sequence[Case], plain: Answers, options: Options
) -> dict[str, Any]:
    """Return the figures of a city in its store: fill, load, map, both engines."""
    with instance_folder(options) as home:
        figures: dict[str, Any] = dict(fill_city(city, home, options))
        with stored_graph(city, home, options) as graph:
            figures |= load(graph, home / "bench-projection", options)
            with mapped(graph, home / "bench-projection", city, options) as (projection, found):
                figures |= found
                by_cypher = partial(ask_stored, graph, None)
                by_projection = partial(ask_stored, graph, projection)
                options.tell("Comparing the engines' answers ...")
                compare(by_projection, cases, plain)
                compared = [cases[place] for place in sorted({place for place, _hops in plain})]
                compare_engines(by_cypher, by_projection, compared, hops=(1, 2))
                figures |= timed("projection", by_projection, cases, PROJECTION, options.tell)
                figures |= together(by_projection, city, options)
                figures |= common_sources(graph, options)
                figures |= timed("cypher", by_cypher, cases, CYPHER, options.tell)
            figures["server"] = graph.version()
    return figures


def measure_columns(
    city: City, cases: Sequence[Case], plain: Answers, options: Options
) -> dict[str, Any]:
    """Return the figures of a city that no store holds."""
    options.tell("Assembling the generator's columns ...")
    began = time.perf_counter()
    columns = columns_of(city)
    figures = {"assemble_s": round(time.perf_counter() - began, 1), **memory_of(columns, city)}
    by_columns = partial(ask_columns, columns)
    options.tell("Comparing the answers ...")
    compare(by_columns, cases, plain)
    figures |= timed("projection", by_columns, cases, COLUMNS, options.tell)
    figures |= together(by_columns, city, options)
    if city.visits == HUNDRED_MILLION:
        figures["hundred_million_3_ms"] = figures["projection_3_ms"]
    return figures


def measure_join(
    city: City, cases: Sequence[Case], plain: Answers, options: Options
) -> dict[str, Any]:
    """Return the figures of DuckDB, which joins the same edges in memory."""
    options.tell("Loading DuckDB ...")
    with Joined(city) as joined:
        for (number, hops), answer in plain.items():
            if joined.trace(cases[number].numbers, LEAST_S, hops) != answer:
                raise WrongAnswer(f"DuckDB differs over {hops} hops")

        def ask(case: Case, hops: int) -> int:
            return len(joined.trace(case.numbers, LEAST_S, hops))

        return times_of("duckdb", ask, cases, JOIN, options.tell)


def index_cases(city: City, number: int) -> list[Case]:
    """Return the index cases, the same of each run, all infectious on the same days."""
    people = Random(city.seed + 1).sample(range(city.people), number)
    start = local_midnight(FIRST_DAY + timedelta(days=FIRST_INFECTIOUS_DAY))
    period = Period(start, start + timedelta(days=INFECTIOUS_DAYS))
    return [Case(person, period) for person in people]


def load(graph: Graph, folder: Path, options: Options) -> dict[str, Any]:
    """Load the projection from the store and write its files; return how long loading took."""
    shutil.rmtree(folder, ignore_errors=True)
    options.tell("Loading the projection from the store ...")
    began = time.perf_counter()
    Projection.open(graph, None)
    seconds = time.perf_counter() - began
    Projection.open(graph, folder)
    return {"load_s": round(seconds, 1)}


@contextmanager
def mapped(
    graph: Graph, folder: Path, city: City, options: Options
) -> Iterator[tuple[Projection, dict[str, Any]]]:
    """Yield the projection mapped from its files, and how long that took and how much it holds."""
    options.tell("Mapping the projection from its files ...")
    began = time.perf_counter()
    projection = Projection.open(graph, folder)
    seconds = time.perf_counter() - began
    snapshot = projection.current()
    if snapshot is None:
        raise WrongAnswer("the projection is not ready")
    yield projection, {"map_s": round(seconds, 2), **memory_of(snapshot.columns, city)}


def memory_of(columns: Columns, city: City) -> dict[str, Any]:
    """Return how much memory columns take, and the whole process with them."""
    return {
        "bytes_per_visit": round(columns.bytes / city.visits, 1),
        "columns_mb": round(columns.bytes / 1_000_000),
        "resident_mb": round(resident_bytes() / 1_000_000),
    }


def together(ask: Ask, city: City, options: Options) -> dict[str, Any]:
    """Return what tracing a thousand cases at once takes."""
    sources = {
        person_id(case.person): Period(
            local_midnight(EPOCH + timedelta(days=case.onset - RULE.days_before)), None
        )
        for case in made_cases(city, STORED_CASES)
    }
    ask(sources, TOGETHER_HOPS)
    ms, people = [], 0
    for _run in range(TOGETHER_RUNS):
        began = time.perf_counter()
        people = len(ask(sources, TOGETHER_HOPS))
        ms.append(1000 * (time.perf_counter() - began))
    options.tell(f"{len(sources)} cases at once: median {median_of(ms)} ms.")
    return {"all_cases_ms": median_of(ms), "all_cases_people": people}


def common_sources(graph: Graph, options: Options) -> dict[str, Any]:
    """Return what finding the common venues of fifty cases takes."""
    as_of = datetime.now(UTC).replace(microsecond=0)
    case_ids = [case.case_id for case in find_confirmed_cases(graph, as_of)[:COMMON_CASES]]
    ms = []
    for run in range(1 + COMMON_RUNS):
        began = time.perf_counter()
        find_common_venues(graph, case_ids, RULE, as_of)
        # The first run warms the server up.
        ms += [1000 * (time.perf_counter() - began)] if run else []
    options.tell(f"Common venues of {COMMON_CASES} cases: median {median_of(ms)} ms.")
    return {"common_sources_ms": median_of(ms)}


def ratios(figures: dict[str, Any]) -> dict[str, float]:
    """Return how many times as long as the projection the others take."""
    return {
        f"{engine}_times_{hops}": round(
            figures[f"{engine}_{hops}_ms"] / figures[f"projection_{hops}_ms"], 1
        )
        for engine, numbers in (("cypher", CYPHER), ("duckdb", JOIN))
        for hops in numbers
    }
