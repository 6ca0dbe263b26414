"""How long an open visit is taken to last, by its venue's category."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.categories import CATEGORIES, UNKNOWN
from graph.periods import day_bounds, local_day
from tests.tables import at, clock

# REQUIREMENTS R4 names 26 kinds; "unknown" is for venues of which only an id is known.
KINDS = 26


def test_every_kind_of_the_requirements_is_there_and_unknown_besides():
    assert len(CATEGORIES) == KINDS + 1
    assert UNKNOWN in CATEGORIES
    assert [category.code for category in CATEGORIES.values()] == list(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=CATEGORIES)
def test_a_typical_stay_is_no_longer_than_the_longest_and_both_have_names(category):
    assert timedelta(0) < category.typical_stay <= category.longest_stay <= timedelta(days=1)
    assert category.vi
    assert category.en


@pytest.mark.parametrize(
    ("code", "arrived", "expected", "latest"),
    [
        pytest.param("market", "08:00", "08:45", "12:00", id="typical and longest"),
        pytest.param("market", "21:00", "21:45", "24:00", id="a market closes with the day"),
        pytest.param("market", "23:30", "24:00", "24:00", id="not even a typical stay is left"),
        pytest.param("market", "00:00", "00:45", "04:00", id="from midnight on"),
        pytest.param("market", "23:59:59", "24:00", "24:00", id="a second before midnight"),
        pytest.param("hospital", "08:00", "10:00", "D2 08:00", id="a hospital has nights"),
        pytest.param("hospital", "23:30", "D2 01:30", "D2 23:30", id="even typically"),
        pytest.param("apartments", "20:00", "22:00", "D2 20:00", id="people sleep at home"),
        pytest.param("unknown", "08:00", "10:00", "24:00", id="unknown ends with the day"),
        pytest.param("public_transport", "08:00", "08:45", "11:00", id="a bus"),
    ],
)
def test_an_open_visit_ends_as_its_category_says(code, arrived, expected, latest):
    estimate = CATEGORIES[code].estimate_exit(at(arrived))

    assert estimate == (at(expected), at(latest))


@given(
    code=st.sampled_from(sorted(CATEGORIES)),
    seconds=st.integers(0, 2 * 86_400),
)
def test_nobody_is_expected_to_leave_before_arriving_or_after_the_latest_moment(code, seconds):
    category = CATEGORIES[code]
    arrived = at("00:00") + timedelta(seconds=seconds)

    expected, left_by = category.estimate_exit(arrived)

    assert arrived < expected <= left_by <= arrived + category.longest_stay, clock(arrived)
    if not category.is_overnight:
        assert left_by <= day_bounds(local_day(arrived)).end
