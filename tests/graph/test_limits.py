"""What can be an id: 1 to 64 visible characters, with no space at either end."""

import pytest

from graph.limits import ID_LENGTH, identifier_fault

ENDS = "starts or ends with a space"
HIDDEN = "holds a control or invisible character"


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "a" * ID_LENGTH,
        "BN1234/2021",
        "café",
        "Nguyễn-01",
        "p 1",
        "-1",
        "_",
        "a" * 63 + "đ",
        "🦠",
        "2021.07:x+y",
    ],
)
def test_visible_text_is_an_id(text):
    assert identifier_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param("a" * (ID_LENGTH + 1), "is longer than 64 characters", id="too long"),
        pytest.param("đ" * (ID_LENGTH + 1), "is longer than 64 characters", id="too long, marked"),
        pytest.param(" ", ENDS, id="only a space"),
        pytest.param(" p1", ENDS, id="a space before"),
        pytest.param("p1 ", ENDS, id="a space behind"),
        pytest.param("p1\n", ENDS, id="a line end behind"),
        pytest.param("p1\u00a0", ENDS, id="a hard space behind"),
        pytest.param("p\n1", HIDDEN, id="a line end inside"),
        pytest.param("p\t1", HIDDEN, id="a tab"),
        pytest.param("p\x001", HIDDEN, id="null"),
        pytest.param("p\x7f1", HIDDEN, id="delete"),
        pytest.param("p\u200b1", HIDDEN, id="zero width"),
        pytest.param("\ufeffp1", HIDDEN, id="byte order mark"),
        pytest.param("p\u202e1", HIDDEN, id="turns the direction"),
        pytest.param("p\u20281", HIDDEN, id="line separator"),
        pytest.param("p\ud8001", HIDDEN, id="half a character"),
        pytest.param("p\ue0001", HIDDEN, id="private use"),
    ],
)
def test_text_that_nobody_can_read_back_is_no_id_and_the_fault_does_not_repeat_it(text, fault):
    assert identifier_fault(text) == fault


@pytest.mark.parametrize("number", range(0x20))
def test_no_control_character_stands_in_an_id(number):
    assert identifier_fault(f"p{chr(number)}1") == HIDDEN
