"""The one-hour clock: from the confirmation, an alarm at 45 minutes, over at 60."""

from datetime import timedelta

import pytest

from graph.cases import Case
from graph.clock import read_clock
from tests.tables import at

CONFIRMED = at("08:00")


def case(classification: str = "confirmed", confirmed: bool = True) -> Case:
    told = CONFIRMED if confirmed else None
    return Case("c", "p", None, 1, CONFIRMED, classification, None, None, told, None, "test")


@pytest.mark.parametrize(
    ("seconds", "state", "minutes", "left"),
    [
        pytest.param(0, "running", 0, 60, id="confirmed now"),
        pytest.param(45 * 60 - 1, "running", 44, 15, id="a second before the alarm"),
        pytest.param(45 * 60, "alarm", 45, 15, id="45 minutes"),
        pytest.param(60 * 60 - 1, "alarm", 59, 0, id="a second before the hour"),
        pytest.param(60 * 60, "over", 60, 0, id="60 minutes"),
        pytest.param(9 * 86400, "over", 9 * 1440, 0, id="nine days"),
    ],
)
def test_the_clock_turns_at_45_and_at_60_minutes(seconds, state, minutes, left):
    clock = read_clock(case(), CONFIRMED + timedelta(seconds=seconds))

    assert clock is not None
    assert (clock.state, clock.minutes, clock.minutes_left) == (state, minutes, left)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        pytest.param(case("suspected"), 0, id="a suspected case"),
        pytest.param(case(confirmed=False), 0, id="no moment of confirmation"),
        pytest.param(case(), -1, id="as of before the confirmation"),
    ],
)
def test_without_a_confirmation_no_clock_runs(stated, seconds):
    assert read_clock(stated, CONFIRMED + timedelta(seconds=seconds)) is None
