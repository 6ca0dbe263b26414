"""Exposure by Cypher at city scale: one and two hops from 20 index cases, and the import.

One million visits of 60,000 people in 21 days are imported from a CSV file by the importer
`visits` with all its checks. Then each index case, infectious for a week, is traced over one and
over two hops by the rule 2021-12 (15 minutes), sixty others having warmed the server. Some of the
answers are compared with a trace in plain Python over the same file; a difference stops the
benchmark, and so no figure stands for a wrong answer.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from graph.database import Graph
from graph.periods import Period
from graph.rules import get_rule
from graph.tracing import Trace, trace
from importers.files import read_rows
from importers.importer import run
from importers.visits import VISITS
from tests.bench.benchmark import Measured, Options, instance_folder, median_of, p95_of
from tests.bench.made_city import City, local_midnight, parameters_of, visits_of, write_city
from tests.bench.plain_trace import Found, PlainCity
from webapp.settings import Settings
from webapp.store import open_graph

CASES, WARM_UP, COMPARED = 20, 60, 3
FIRST_INFECTIOUS_DAY, INFECTIOUS_DAYS = 7, 7
RULE = get_rule("2021-12").varied(exits="recorded")
Sources = Mapping[str, Period]


class WrongAnswer(AssertionError):
    """A trace differs from brute force, so its time means nothing."""


def measure(options: Options) -> Measured:
    """Import the city, trace the index cases, compare some, return the figures."""
    city = City() if options.visits is None else scaled(City(), options.visits)
    with instance_folder(options) as home, timed_graph(home, options) as (graph, ready_s):
        imported = import_city(graph, city, home, options)
        cases = index_cases(city, WARM_UP + CASES)
        for hops_to_come in (2, 1):
            for source in cases[:WARM_UP]:
                ask(graph, source, hops_to_come)
        hops = {hop: times_of(graph, cases[WARM_UP:], hop, options) for hop in (1, 2)}
        compare(graph, city, cases[WARM_UP : WARM_UP + COMPARED], options)
        version = graph.version()
    figures = {
        "hop1_ms": median_of(hops[1].ms),
        "hop1_p95_ms": p95_of(hops[1].ms),
        "hop2_ms": median_of(hops[2].ms),
        "hop2_p95_ms": p95_of(hops[2].ms),
        "hop1_people": median_of(hops[1].people, 0),
        "hop2_people": median_of(hops[2].people, 0),
        **imported,
        "server_ready_s": ready_s,
        "compared": 2 * COMPARED,
    }
    return Measured({**parameters_of(city), **PARAMETERS, "server": version}, figures)


def scaled(city: City, visits: int) -> City:
    """Return a city with another number of visits and as many people and venues for them."""
    share = visits / city.visits
    people, venues = max(100, int(city.people * share)), max(20, int(city.venues * share))
    return replace(city, visits=visits, people=people, venues=venues)


@contextmanager
def timed_graph(home: Path, options: Options) -> Iterator[tuple[Graph, float]]:
    """Yield the graph of a scratch instance, and how long its server took to be ready."""
    settings = Settings(TRUYVET_HOME=home, NEO4J_URI=None)
    began = time.perf_counter()
    with open_graph(settings, options.tell) as graph:
        yield graph, round(time.perf_counter() - began, 2)


def import_city(
    graph: Graph, city: City, home: Path, options: Options
) -> dict[str, float | int | None]:
    """Import the city's visits unless an earlier run left them here; return the figures of it.

    Raises:
        WrongAnswer: not every row was accepted.
    """
    mark = home / "bench-city"
    if mark.exists() and mark.read_text(encoding="utf-8") == repr(city):
        options.tell("The city is imported already: its import is not measured again.")
        return {"import_rows_per_s": None, "import_rows": city.visits}
    file = home / "visits.csv"
    options.tell(f"Making up {city.visits:,} visits ...")
    write_city(city, file)
    began = time.perf_counter()
    report = run(VISITS, read_rows(file), graph, on_progress=every(100_000, options))
    seconds = time.perf_counter() - began
    if report.accepted != city.visits:
        raise WrongAnswer(f"{city.visits - report.accepted} rows were not accepted")
    mark.write_text(repr(city), encoding="utf-8")
    return {
        "import_rows_per_s": round(report.read / seconds),
        "import_rows": report.read,
        "import_s": round(seconds, 1),
    }


def every(rows: int, options: Options) -> Callable[[int, int | None], None]:
    """Return a progress that tells of each so many rows."""

    def tell(done: int, total: int | None) -> None:
        if done % rows == 0 or done == total:
            options.tell(f"Imported {done:,} rows.")

    return tell


def index_cases(city: City, number: int) -> list[Sources]:
    """Return the index cases, the same of each run, each infectious for a week."""
    random = Random(city.seed + 1)
    people = random.sample(range(city.people), number)
    last = city.days - FIRST_INFECTIOUS_DAY - 1
    starts = [local_midnight(random.randint(FIRST_INFECTIOUS_DAY, last)) for _ in people]
    week = timedelta(days=INFECTIOUS_DAYS)
    return [
        {f"person-{person:05d}": Period(start, start + week)}
        for person, start in zip(people, starts, strict=True)
    ]


@dataclass(frozen=True)
class Times:
    """What tracing each case took, in ms as a caller waits for it, and how many it found."""

    ms: list[float]
    people: list[int]


def times_of(graph: Graph, cases: Sequence[Sources], hops: int, options: Options) -> Times:
    """Trace each case once."""
    times = Times([], [])
    for source in cases:
        began = time.perf_counter()
        found = ask(graph, source, hops)
        times.ms.append(1000 * (time.perf_counter() - began))
        times.people.append(len(found.people))
    options.tell(f"{hops} hops: median {median_of(times.ms)} ms, p95 {p95_of(times.ms)} ms.")
    return times


def ask(graph: Graph, source: Sources, hops: int) -> Trace:
    """Trace one case as of now."""
    as_of = datetime.now(UTC).replace(microsecond=0)
    return trace(graph, source, RULE, hops, as_of, engine="cypher")


def compare(graph: Graph, city: City, cases: Sequence[Sources], options: Options) -> None:
    """Hold some answers, over one and two hops, to plain Python over the same visits.

    Raises:
        WrongAnswer: one differs.
    """
    options.tell("Comparing some answers with brute force ...")
    plain = PlainCity(visits_of(city))
    for source in cases:
        given = {person: (period.start, period.end) for person, period in source.items()}
        for hops in (1, 2):
            answered = [
                Found(one.person_id, one.hop, one.exposed_at, one.earliest_at, one.minutes)
                for one in ask(graph, source, hops).people
            ]
            if answered != plain.trace(given, RULE.least, hops):
                raise WrongAnswer(f"a trace over {hops} hops differs from brute force")
            options.tell(f"{hops} hops: {len(answered)} people, all alike.")


PARAMETERS = {
    "cases": CASES,
    "warm_up": WARM_UP,
    "rule": RULE.name,
    "infectious_days": INFECTIOUS_DAYS,
    "compared_cases": COMPARED,
}
