"""The oracle itself, against tables written by hand from DESIGN section 3 (J9)."""

from datetime import timedelta

import pytest

from tests.facts import CaseReport, World
from tests.hand_tables import HANDS, RULE, Hand, facts
from tests.oracle import sources_of
from tests.tables import LATER, at


@pytest.mark.parametrize("name", HANDS)
def test_J9_the_oracle_gives_the_written_table(name):
    hand = HANDS[name]

    assert hand.found(hand.outbreak().answer()) == hand.wanted()


def test_nobody_is_a_contact_of_their_own():
    alone = Hand(
        meetings="person_a | person_b | started_at | ended_at\nS | S | 08:30 | 08:40",
        expected="person_id",
    )

    assert alone.outbreak().answer() == []


def reports(text: str) -> World:
    """Return a world of these case reports alone, recorded late on the ninth day."""
    given = {"classification": "confirmed", "recorded_at": at("D9 23:59")}
    return World(cases=facts(CaseReport, text, **given))


@pytest.mark.parametrize(
    ("cells", "start", "until"),
    [
        pytest.param("D5 | D6 | D7 03:00 |", "D3 00:00", None, id="onset first"),
        pytest.param(" | D6 | D7 03:00 | D8 10:00", "D4 00:00", "D8 10:00", id="then the sample"),
        pytest.param(" | | D7 00:00 |", "D5 00:00", None, id="then confirmation, local day"),
        pytest.param(" | | |", "D7 00:00", None, id="then when it was recorded"),
    ],
)
def test_a_source_is_infectious_from_local_midnight_before_its_anchor(cells, start, until):
    world = reports(f"""
        case_id | person_id | number | onset_on | sampled_on | confirmed_at | isolated_at
        1       | S         | 1      | {cells}
    """)

    assert sources_of(world, ["1"], RULE, LATER) == {"S": (at(start), until and at(until))}


def test_the_newest_report_known_then_is_the_case_then():
    world = reports("""
        case_id | person_id | number | recorded_at | onset_on | isolated_at
        1       | S         | 1      | D6 00:00    | D5       | D6 00:00
        1       | S         | 2      | D7 00:00    | D4       |
        2       | S         | 1      | D7 00:00    | D9       | D9 00:00
        3       | R         | 1      | D8 00:00    | D9       | D9 00:00
    """)
    asked = ["1", "2", "3"]
    second_before = timedelta(seconds=1)

    assert sources_of(world, asked, RULE, at("D6 00:00") - second_before) == {}
    assert sources_of(world, asked, RULE, at("D6 00:00")) == {"S": (at("D3 00:00"), at("D6 00:00"))}
    assert sources_of(world, asked, RULE, at("D7 00:00")) == {"S": (at("D2 00:00"), None)}
    assert sources_of(world, ["2", "3"], RULE, at("D8 00:00")) == {
        "S": (at("D7 00:00"), at("D9 00:00")),
        "R": (at("D7 00:00"), at("D9 00:00")),
    }
