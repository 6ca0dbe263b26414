"""The vendored units of Ho Chi Minh City: R168, R169 and R171, and that nothing is lost between."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.hcmc import hcmc

BEFORE, EARLY, AFTER = date(2021, 1, 1), date(2025, 1, 1), date(2025, 7, 1)
YESTERDAY = timedelta(days=1)
#: Every day on which something changes, and the days around it.
DAYS = [BEFORE, EARLY - YESTERDAY, EARLY, AFTER - YESTERDAY, AFTER, AFTER + YESTERDAY]
PROVINCES_ADDED = 66


def kind(unit):
    """The word or words of a unit's kind, as its name begins."""
    two = ("Thành phố", "Thị trấn", "Đặc khu")
    return next((words for words in two if unit.name.startswith(words)), unit.name.split()[0])


def level_of(day, level):
    return [unit for unit in hcmc().on(day) if unit.level == level]


@pytest.mark.parametrize(
    ("day", "wards", "districts"),
    [
        pytest.param(
            BEFORE,
            {"Phường": 249, "Thị trấn": 5, "Xã": 58},
            {"Thành phố": 1, "Quận": 16, "Huyện": 5},
            id="2021: R168",
        ),
        pytest.param(
            EARLY,
            {"Phường": 210, "Thị trấn": 5, "Xã": 58},
            {"Thành phố": 1, "Quận": 16, "Huyện": 5},
            id="early 2025: R171",
        ),
        pytest.param(
            AFTER, {"Phường": 113, "Xã": 54, "Đặc khu": 1}, {}, id="from 1 July 2025: R171"
        ),
    ],
)
def test_each_state_has_the_units_that_the_law_counts(day, wards, districts):
    assert Counter(map(kind, level_of(day, "ward"))) == wards
    assert Counter(map(kind, level_of(day, "district"))) == districts
    assert [unit.name for unit in level_of(day, "city")] == ["Thành phố Hồ Chí Minh"]


def test_can_gio_and_thu_duc_are_those_of_2021():
    """R169."""
    inside = [unit for unit in hcmc().subtree("787", BEFORE) if unit.level == "ward"]

    assert [unit.unit_code for unit in inside] == [str(code) for code in range(27664, 27683, 3)]
    assert {kind(unit) for unit in inside} == {"Thị trấn", "Xã"}
    assert hcmc().term("27664", BEFORE).name == "Thị trấn Cần Thạnh"
    assert len(hcmc().subtree("769", BEFORE)) == 1 + 34


@pytest.mark.parametrize("day", DAYS)
def test_every_unit_has_a_chain_up_to_the_city_on_every_day(day):
    """R173: no orphan."""
    chains = [hcmc().chain(unit.unit_code, day) for unit in hcmc().on(day)]

    assert {chain[-1].unit_code for chain in chains} == {"79"}
    levels = {tuple(unit.level for unit in chain) for chain in chains}
    districts = {("ward", "district", "city"), ("district", "city")}
    assert levels == {("city",)} | (districts if day < AFTER else {("ward", "city")})


@pytest.mark.parametrize("day", [EARLY - YESTERDAY, AFTER - YESTERDAY])
def test_every_ward_before_a_reform_stands_as_something_after_it(day):
    for ward in level_of(day, "ward"):
        became = hcmc().unit_on(ward.unit_code, day, day + YESTERDAY)

        assert became, ward
        assert {unit.level for unit in became} == {"ward"}


def test_every_unit_on_old_ground_has_predecessors_and_those_of_the_added_provinces_none():
    new = level_of(AFTER, "ward")
    without = [unit for unit in new if not hcmc().predecessors(unit)]

    assert len(without) == PROVINCES_ADDED
    assert "Phường Vũng Tàu" in {unit.name for unit in without}
    assert "Đặc khu Côn Đảo" in {unit.name for unit in without}


def test_a_ward_went_somewhere_whole_or_to_several_in_parts_and_to_one_of_them_mainly():
    for ward in [*level_of(EARLY - YESTERDAY, "ward"), *level_of(AFTER - YESTERDAY, "ward")]:
        steps = [
            step
            for step in hcmc().successions
            if step.unit_code == ward.unit_code and step.effective_on == ward.valid_until
        ]
        if steps:
            assert sum(step.is_main for step in steps) == 1, ward
            assert {step.is_part for step in steps} == {len(steps) > 1}, ward


def test_every_successor_begins_when_its_predecessor_ends():
    tree = hcmc()
    for step in tree.successions:
        days = [term.valid_until for term in tree.terms() if term.unit_code == step.unit_code]

        assert step.effective_on in days
        assert tree.term(step.successor_code, step.effective_on) is not None


def test_no_unit_stands_in_two_terms_at_once():
    terms = list(hcmc().terms())
    for one, next_one in pairwise(terms):
        if one.unit_code == next_one.unit_code:
            assert one.valid_until is not None
            assert one.valid_until <= next_one.valid_from


def test_a_code_can_mean_another_ward_after_a_reform_than_what_its_ward_became():
    """The statistics office gives codes again: so a code counts with its day alone."""
    became = hcmc().heir("26737", BEFORE, AFTER)

    assert hcmc().term("26737", BEFORE).name == "Phường Đa Kao"
    assert hcmc().term("26737", AFTER).name == "Phường Tân Định"
    assert (became.unit_code, became.name) == ("26740", "Phường Sài Gòn")
