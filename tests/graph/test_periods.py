"""Local days and periods, edge by edge; the clocks are those of Ho Chi Minh City."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.periods import (
    Period,
    day_bounds,
    local_day,
    local_days,
    local_midnight,
    whole_seconds,
)
from tests.tables import at, on

SECOND = timedelta(seconds=1)
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param("08:00", "09:00", "D1", id="inside one day"),
        pytest.param("00:00", "24:00", "D1", id="a whole day, its end excluded"),
        pytest.param("23:00", "24:00", "D1", id="until midnight"),
        pytest.param("23:00", "D2 00:00:01", "D1 D2", id="a second past midnight"),
        pytest.param("D2 00:00", "D2 01:00", "D2", id="from midnight on"),
        pytest.param("22:00", "D4 06:00", "D1 D2 D3 D4", id="several nights"),
        pytest.param("08:00", "08:00", "D1", id="no length"),
        pytest.param("D2 00:00", "D2 00:00", "D2", id="no length at midnight"),
        pytest.param("06:59:59", "07:00:01", "D1", id="past midnight in UTC alone"),
    ],
)
def test_a_period_touches_the_local_days_between_its_start_and_its_excluded_end(start, end, days):
    assert local_days(Period(at(start), at(end))) == [on(day) for day in days.split()]


def test_a_period_without_an_end_touches_no_last_day():
    with pytest.raises(ValueError, match="without an end"):
        local_days(Period(at("08:00"), None))


@given(start=MOMENTS, length=st.timedeltas(timedelta(0), timedelta(days=90)))
def test_each_local_day_of_a_period_overlaps_it_and_the_days_beside_it_do_not(start, length):
    end = start + length

    days = local_days(Period(start, end))

    assert days == sorted(set(days))
    for day in days:
        bounds = day_bounds(day)
        assert bounds.start < end or start == end
        assert bounds.end > start
    assert day_bounds(days[0]).start <= start
    assert day_bounds(days[-1]).end >= end


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC), date(2021, 6, 30)),
        (datetime(2021, 6, 30, 17, tzinfo=UTC), date(2021, 7, 1)),
        (datetime(2021, 7, 1, tzinfo=timezone(timedelta(hours=7))), date(2021, 7, 1)),
        (datetime(2021, 6, 30, 12, tzinfo=ZoneInfo("America/Lima")), date(2021, 7, 1)),
    ],
)
def test_the_local_day_is_the_one_on_the_clocks_of_ho_chi_minh_city(instant, day):
    assert local_day(instant) == day


@given(moment=MOMENTS)
def test_every_moment_lies_in_the_bounds_of_its_local_day(moment):
    bounds = day_bounds(local_day(moment))

    assert bounds.start <= moment < bounds.end
    assert bounds.end - bounds.start == timedelta(days=1)
    assert bounds.start.utcoffset() == timedelta(0)


def test_a_day_begins_where_the_one_before_it_ends():
    assert day_bounds(on("D1")).end == day_bounds(on("D2")).start == local_midnight(on("D2"))
    assert local_midnight(on("D1")) == datetime(2021, 6, 30, 17, tzinfo=UTC)


def test_what_is_finer_than_a_second_is_cut_off_and_not_rounded():
    moment = datetime(2021, 7, 1, 8, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=7)))

    assert whole_seconds(moment) == at("08:00")
    assert whole_seconds(moment).tzinfo is UTC


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="without an offset") as refused:
        whole_seconds(datetime(2021, 7, 1, 8))  # noqa: DTZ001

    assert "2021" not in str(refused.value)
