"""One-time codes: however many try or ask at once, no limit of R63 gives way (E5, E6)."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from graph.one_time_codes import MOST_TRIES, Issued, issue_code, take_code
from tests.graph.contents import rows_of
from tests.graph.threads import at_once
from tests.tables import at, clock

NINE = at("09:00")
GUESSERS = 100


def minutes(number):
    return timedelta(minutes=number)


@pytest.fixture
def sent(graph):
    """A code was sent to a number at nine."""
    assert issue_code(graph, "number", "right", NINE).is_allowed
    return graph


def test_E5_a_hundred_who_guess_at_once_have_five_tries_in_all(sent):
    """And then even the right code is none any more."""
    guesses = [partial(take_code, sent, "number", f"wrong {n}", NINE) for n in range(GUESSERS)]

    assert at_once(guesses) == [False] * GUESSERS
    (code,) = rows_of(sent, "MATCH (c:OneTimeCode {blind_index: 'number'}) RETURN c.tries AS tries")
    assert code["tries"] == MOST_TRIES
    assert take_code(sent, "number", "right", NINE) is False


def test_E5_the_right_code_sent_by_many_at_once_is_used_once(sent):
    taken = at_once([partial(take_code, sent, "number", "right", NINE)] * 20)

    assert Counter(taken) == {True: 1, False: 19}
    assert take_code(sent, "number", "right", NINE) is False


@pytest.mark.parametrize(
    ("digest", "number", "after", "is_right"),
    [
        pytest.param("right", "number", "09:09:59", True, id="in time"),
        pytest.param("right", "number", "09:10", False, id="after ten minutes"),
        pytest.param("other", "number", "09:00", False, id="another code"),
        pytest.param("right", "another", "09:00", False, id="the code of another number"),
    ],
)
def test_a_code_is_right_for_its_number_and_for_ten_minutes(sent, digest, number, after, is_right):
    assert take_code(sent, number, digest, at(after)) is is_right


@pytest.mark.parametrize(("wrong", "is_right"), [(0, True), (4, True), (5, False)])
def test_a_code_has_five_tries(sent, wrong, is_right):
    for _ in range(wrong):
        assert not take_code(sent, "number", "wrong", NINE)

    assert take_code(sent, "number", "right", NINE) is is_right


def test_a_new_code_ends_the_one_before_and_has_tries_of_its_own(sent):
    for _ in range(MOST_TRIES):
        take_code(sent, "number", "wrong", NINE)

    issue_code(sent, "number", "newer", NINE + minutes(1))

    assert not take_code(sent, "number", "right", NINE + minutes(1))
    assert take_code(sent, "number", "newer", NINE + minutes(1))


def test_E6_asked_for_by_many_at_once_three_codes_are_sent_and_the_last_one_is_right(graph):
    issued = at_once([partial(issue_code, graph, "number", str(n), NINE) for n in range(30)])

    assert [one.is_allowed for one in issued].count(True) == 3
    right = [n for n in range(30) if issued[n].is_allowed]
    taken = [take_code(graph, "number", str(n), NINE) for n in right]
    assert taken.count(True) == 1


@pytest.mark.parametrize(
    ("sends", "asked", "again"),
    [
        pytest.param("09:00 09:01", "09:02", None, id="a third within ten minutes"),
        pytest.param("09:00 09:01 09:02", "09:09:59", "09:10", id="a fourth"),
        pytest.param("09:00 09:01 09:02", "09:10", None, id="a fourth after ten minutes"),
        pytest.param(
            "00:00 01:00 02:00 03:00 04:00 05:00 06:00 07:00 08:00", "23:59:59", None,
            id="a tenth within a day",
        ),
        pytest.param(
            "00:00 01:00 02:00 03:00 04:00 05:00 06:00 07:00 08:00 09:00", "23:59:59", "D2 00:00",
            id="an eleventh",
        ),
        pytest.param(
            "00:00 01:00 02:00 03:00 04:00 05:00 06:00 07:00 08:00 09:00", "D2 00:00", None,
            id="an eleventh after a day",
        ),
    ],
)  # fmt: skip
def test_E6_a_number_gets_three_codes_in_ten_minutes_and_ten_a_day(graph, sends, asked, again):
    for moment in sends.split():
        assert issue_code(graph, "number", "code", at(moment)).is_allowed

    issued = issue_code(graph, "number", "code", at(asked))

    assert (issued.is_allowed, issued.again_at and clock(issued.again_at)) == (not again, again)


def test_a_code_that_may_not_be_sent_leaves_the_one_before_as_it_is(graph):
    for digest in ("first", "second", "third"):
        issue_code(graph, "number", digest, NINE)

    assert issue_code(graph, "number", "fourth", NINE) == Issued(False, NINE + minutes(10))
    assert not take_code(graph, "number", "fourth", NINE)
    assert take_code(graph, "number", "third", NINE)


def test_nothing_is_kept_of_a_number_a_day_after_its_last_code(graph):
    issue_code(graph, "number", "code", NINE)
    issue_code(graph, "other", "code", NINE + minutes(60 * 24 - 1))
    kept = "MATCH (c:OneTimeCode) WHERE c.forget_at IS NOT NULL RETURN c.blind_index AS number "
    kept += "ORDER BY number"
    assert [row["number"] for row in rows_of(graph, kept)] == ["number", "other"]

    issue_code(graph, "other", "code", NINE + minutes(60 * 24))

    assert [row["number"] for row in rows_of(graph, kept)] == ["other"]


def test_numbers_that_are_forgotten_while_codes_are_sent_to_them_stay_usable(graph):
    """Deleting and sending meet on one number: neither fails, and the newer code is right."""
    for day in range(1, 6):
        later = NINE + day * timedelta(days=1)

        issued = at_once([partial(issue_code, graph, f"{n}", f"{day}", later) for n in range(12)])

        assert all(one.is_allowed for one in issued)
        assert all(take_code(graph, f"{n}", f"{day}", later) for n in range(12))
