"""Which rule is in force when, and what may be varied in one."""

from datetime import date, timedelta

import pytest

from graph.categories import CATEGORIES
from graph.errors import NotFound, Refused
from graph.rules import LONGEST_LATENT, LONGEST_LEAST, RULES, get_rule, rule_in_force

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        pytest.param(date(2019, 12, 31), "2020-12", id="before the first, the first"),
        pytest.param(date(2020, 12, 2), "2020-12", id="the day before the first"),
        pytest.param(date(2020, 12, 3), "2020-12", id="the first day of the first"),
        pytest.param(date(2021, 7, 13), "2020-12", id="the last day of the first"),
        pytest.param(date(2021, 7, 14), "2021-07", id="the first day of the second"),
        pytest.param(date(2021, 12, 28), "2021-07", id="the last day of the second"),
        pytest.param(date(2021, 12, 29), "2021-12", id="the first day of the third"),
        pytest.param(date(2022, 4, 14), "2021-12", id="the last day of the third"),
        pytest.param(date(2022, 4, 15), "2022-04", id="the first day of the fourth"),
        pytest.param(date(2026, 11, 22), "2022-04", id="long after"),
    ],
)
def test_a_rule_is_in_force_from_its_day_until_the_next_one_begins(day, name):
    assert rule_in_force(day).name == name


def test_rules_stand_in_the_order_in_which_they_came_into_force():
    days = [rule.in_force_from for rule in RULES]

    assert days == sorted(set(days))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_found_by_its_name_and_keeps_its_bounds(rule):
    assert get_rule(rule.name) is rule
    assert timedelta(0) < rule.least <= LONGEST_LEAST
    assert rule.latent == timedelta(0)
    assert rule.categories == frozenset(CATEGORIES)
    assert 1 <= rule.hops <= 6
    assert rule.source


@pytest.mark.parametrize(
    ("name", "days_before", "least", "quarantine_days", "monitoring_days"),
    [
        ("2020-12", 3, MINUTE, 14, 0),
        ("2021-07", 3, MINUTE, 14, 14),
        ("2021-12", 2, 15 * MINUTE, 7, 7),
        ("2022-04", 2, 15 * MINUTE, 0, 0),
    ],
)
def test_a_rule_has_the_figures_of_its_source(
    name, days_before, least, quarantine_days, monitoring_days
):
    rule = get_rule(name)

    assert (rule.days_before, rule.least) == (days_before, least)
    assert (rule.quarantine_days, rule.monitoring_days) == (quarantine_days, monitoring_days)


def test_there_is_no_rule_of_another_name():
    with pytest.raises(NotFound) as missing:
        get_rule("2021-07 least=5min")

    assert missing.value.kind == "rule"


@pytest.mark.parametrize(
    ("varied", "name"),
    [
        pytest.param({}, "2021-12", id="nothing"),
        pytest.param({"least": 15 * MINUTE}, "2021-12", id="what it is already"),
        pytest.param({"least": 5 * MINUTE}, "2021-12 least=5min", id="minutes"),
        pytest.param({"least": timedelta(seconds=90)}, "2021-12 least=90s", id="seconds"),
        pytest.param({"latent": timedelta(hours=48)}, "2021-12 latent=2880min", id="latent"),
        pytest.param({"exits": "recorded"}, "2021-12 exits=recorded", id="exits"),
        pytest.param({"roll_up_zones": True}, "2021-12 roll_up_zones=yes", id="zones"),
        pytest.param(
            {"least": MINUTE, "exits": "estimated"}, "2021-12 least=1min exits=estimated", id="two"
        ),
    ],
)
def test_the_name_of_a_varied_rule_says_what_was_varied(varied, name):
    rule = get_rule("2021-12").varied(**varied)

    assert rule.name == name
    assert all(getattr(rule, field) == value for field, value in varied.items())
    assert rule.days_before == get_rule("2021-12").days_before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("least", timedelta(0), id="no shared stay at all"),
        pytest.param("least", -MINUTE, id="less than nothing"),
        pytest.param("least", timedelta(milliseconds=999), id="less than a second"),
        pytest.param("least", timedelta(seconds=1.5), id="part of a second"),
        pytest.param("least", LONGEST_LEAST + timedelta(seconds=1), id="more than a day"),
        pytest.param("latent", timedelta(seconds=-1), id="infectious before it was exposed"),
        pytest.param("latent", LONGEST_LATENT + timedelta(seconds=1), id="more than a fortnight"),
        pytest.param("exits", "sometimes", id="no such exits"),
    ],
)
def test_a_rule_is_not_varied_out_of_bounds(field, value):
    with pytest.raises(Refused) as refused:
        get_rule("2021-07").varied(**{field: value})

    assert refused.value.field == field
    assert "sometimes" not in str(refused.value)


@pytest.mark.parametrize(
    "varied",
    [
        {"least": timedelta(seconds=1)},
        {"least": LONGEST_LEAST},
        {"latent": LONGEST_LATENT},
        {"exits": "estimated"},
    ],
)
def test_the_bounds_themselves_are_allowed(varied):
    assert get_rule("2021-07").varied(**varied).name.startswith("2021-07 ")


def test_varying_a_rule_leaves_the_rule_itself_as_it_is():
    rule = get_rule("2021-12")

    rule.varied(least=MINUTE)

    assert rule.least == 15 * MINUTE
    assert rule_in_force(rule.in_force_from) is rule
