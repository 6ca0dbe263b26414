"""What the benchmark of tracing holds the engines to, held to plainer things; nothing is timed."""

from datetime import timedelta
from types import SimpleNamespace

import polars
import pytest

from tests.bench import trace as bench
from tests.bench.asking import LEAST_S, WrongAnswer, compare, plain_answers
from tests.bench.benchmark import Options, find_benchmarks
from tests.bench.city_columns import ORIGIN_S, city_of, frames_of
from tests.bench.duckdb_join import Joined
from tests.bench.made_city import MadeVisit
from tests.bench.plain_columns import PlainColumns
from tests.bench.plain_trace import PlainCity

CITY = city_of(3_000)
CASES = bench.index_cases(CITY, 60)


def silent(_line: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def plain():
    """The answers of pairs compared one by one."""
    return plain_answers(CITY, CASES, 8, hops=(1, 2, 3))


def test_comparing_columns_is_comparing_visits(plain):
    visits = [MadeVisit(*row) for row in polars.concat(frames_of(CITY)).iter_rows()]
    city = PlainCity(visits)

    for (place, hops), answer in plain.items():
        sources = {
            person: (period.start, period.end) for person, period in CASES[place].sources.items()
        }
        found = city.trace(sources, timedelta(seconds=LEAST_S), hops)
        assert answer == {
            int(one.person_id.rpartition("-")[2]): (
                one.hop,
                int(one.exposed_at.timestamp()) - ORIGIN_S,
                int(one.earliest_at.timestamp()) - ORIGIN_S,
                one.minutes,
            )
            for one in found
        }
    assert len(plain) == 8 * 3
    assert all(plain.values())


def test_the_join_finds_what_pairs_compared_one_by_one_find(plain):
    with Joined(CITY) as joined:
        for (place, hops), answer in plain.items():
            assert joined.trace(CASES[place].numbers, LEAST_S, hops) == answer


def test_several_sources_join_as_one_question():
    numbers = {key: until for case in CASES[:5] for key, until in case.numbers.items()}

    with Joined(CITY) as joined:
        answer = joined.trace(numbers, LEAST_S, 3)

    assert answer == PlainColumns(CITY).trace(numbers, LEAST_S, 3)


def test_a_wrong_answer_stops_the_benchmark(plain):
    wrong = [
        SimpleNamespace(
            person_id="person-00000000",
            hop=1,
            exposed_at=CASES[0].period.start,
            earliest_at=CASES[0].period.start,
            minutes=1,
        )
    ]

    with pytest.raises(WrongAnswer):
        compare(lambda _sources, _hops: wrong, CASES, plain)


def test_the_benchmark_of_a_city_without_a_store_gives_its_figures(monkeypatch):
    monkeypatch.setattr(bench, "MOST_STORED", 0)

    figures = bench.measure(Options(silent, visits=3_000)).figures

    wanted = {f"projection_{hops}_{what}" for hops in (1, 2, 3) for what in ("ms", "p95_ms")}
    assert wanted | {"all_cases_ms", "bytes_per_visit", "assemble_s"} <= figures.keys()
    assert figures["compared"] > 0


def test_the_benchmark_is_found_and_what_it_is_made_of_is_not():
    assert {"trace", "trace-cypher", "start"} <= find_benchmarks().keys()
    assert not {"asking", "city-columns", "duckdb-join"} & find_benchmarks().keys()
