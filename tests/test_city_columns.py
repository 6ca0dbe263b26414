"""The made-up city of the benchmarks: exactly as many visits as asked for, the same every time."""

from dataclasses import replace

import numpy as np
import polars
import pytest

from graph.categories import CATEGORIES, UNKNOWN
from graph.tracing.projection.facts import NEVER
from tests.bench.city_columns import (
    city_of,
    days_of,
    frames_of,
    made_cases,
    midnight_s,
    person_id,
    rows_of,
    segments_of,
    write_columns,
)

CITY = city_of(20_000)


@pytest.mark.parametrize("visits", [1, 20, 1_999, 20_000])
def test_no_visit_is_lost_whatever_their_number(visits):
    city = city_of(visits)
    days = list(days_of(city))

    assert sum(len(day.person) for day in days) == visits
    assert [day.first for day in days] == [-(-visits * n // city.days) for n in range(city.days)]


def test_the_same_seed_makes_the_same_city_and_another_one_another():
    first, again, other = (
        polars.concat(frames_of(city)) for city in (CITY, CITY, replace(CITY, seed=2))
    )

    assert first.equals(again)
    assert not first.equals(other)


def test_a_city_keeps_its_shares():
    frame = polars.concat(frames_of(CITY))
    known = frame.drop_nulls("left_at")
    minutes = (known["left_at"] - known["arrived_at"]).dt.total_minutes()

    assert frame["person_id"].n_unique() <= CITY.people
    assert frame["venue_id"].n_unique() <= CITY.venues
    assert frame["left_at"].null_count() / len(frame) == pytest.approx(0.02, abs=0.005)
    assert minutes.min() >= 15
    assert minutes.max() <= 11 * 60


def test_every_edge_is_in_the_bucket_of_a_day_that_its_stay_touches():
    edges = 0
    for day, rows in rows_of(CITY):
        left = np.where(rows.left == NEVER, rows.left_by, rows.left)
        assert (rows.day == day).all()
        assert (rows.arrived < midnight_s(day + 1)).all()
        assert (left > midnight_s(day)).all()
        edges += len(rows.day)

    frame = polars.concat(frames_of(CITY)).with_columns(
        polars.col("arrived_at", "left_at").dt.convert_time_zone("Asia/Ho_Chi_Minh")
    )
    next_day = polars.col("arrived_at").dt.truncate("1d") + polars.duration(days=1)
    past_midnight = frame.filter(polars.col("left_at") > next_day)
    assert edges == CITY.visits + len(past_midnight)


def test_an_exit_not_known_is_estimated_as_the_store_does():
    kind = CATEGORIES[UNKNOWN]
    for day, rows in rows_of(CITY):
        is_open = rows.left == NEVER
        latest = np.minimum(rows.arrived + kind.longest_stay.total_seconds(), midnight_s(day + 1))
        typical = np.minimum(rows.arrived + kind.typical_stay.total_seconds(), latest)
        assert (rows.left_by[is_open] == latest[is_open]).all()
        assert (rows.expected[is_open] == typical[is_open]).all()
        assert (rows.left_recorded[is_open] == NEVER).all()
        assert (rows.left_by[~is_open] == NEVER).all()


def test_segments_hold_every_edge():
    edges = sum(len(rows.day) for _day, rows in rows_of(CITY))

    assert sum(len(segment.person) for segment in segments_of(CITY)) == edges


def test_both_files_tell_of_the_same_visits(tmp_path):
    city = city_of(500)
    for ending in ("csv", "parquet"):
        write_columns(city, tmp_path / f"visits.{ending}")

    told = polars.read_csv(tmp_path / "visits.csv").with_columns(
        polars.col("arrived_at", "left_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us")
    )
    assert told.equals(polars.read_parquet(tmp_path / "visits.parquet"))


def test_cases_are_of_different_people_of_the_city():
    cases = made_cases(CITY, 100)

    assert len({case.person for case in cases}) == len(cases) == 100
    assert max(person_id(case.person) for case in cases) < person_id(CITY.people)
