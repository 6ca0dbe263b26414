"""Phone numbers, however they are written, have one form; what is none is refused; pure."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.language import speak
from webapp.phones import RENUMBERED, is_mobile, mask_phone, read_phone

MOBILE = "+84912345678"
DIGITS_WANTED = "Write the phone number in digits, as 0912 345 678."
NO_SUCH = "There is no such phone number: check its digits. A foreign one begins with +."
SERVICE = "This is the number of a service. Write one that a person answers."
# Decision 798/QĐ-BTTTT of 2018, a line a provider, written out to judge the table of the code.
PLAN_OF_2018 = re.findall(
    r"\S+",
    """
    0162=032 0163=033 0164=034 0165=035 0166=036 0167=037 0168=038 0169=039
    0120=070 0121=079 0122=077 0126=076 0128=078
    0123=083 0124=084 0125=085 0127=081 0129=082
    0186=056 0188=058
    0199=059
""",
)


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "+84912345678",
        "84912345678",
        "0084912345678",
        "+84 (0) 912-345-678",
        "+840912345678",
        "0912.345.678",
        "  0912 345\u00a0678 ",
        "0912–345–678",
        "912345678",
        pytest.param("０９１２３４５６７８", id="full-width"),
        pytest.param("＋８４ ９１２ ３４５ ６７８", id="full-width with a plus"),
        pytest.param("٠٩١٢٣٤٥٦٧٨", id="Arabic-Indic"),
        pytest.param("\u202a0912\u200b345678\u202c", id="copied out of contacts"),
    ],
)
def test_C6_a_number_has_one_form_however_it_is_written(written):
    assert read_phone(written) == MOBILE


@pytest.mark.parametrize("pair", PLAN_OF_2018)
@pytest.mark.parametrize("front", ["0", "+84", "84", "+840", ""])
def test_C6_a_mobile_of_eleven_digits_is_the_one_that_came_of_it(pair, front):
    old, new = (prefix.removeprefix("0") for prefix in pair.split("="))

    assert read_phone(f"{front}{old}1234567") == f"+84{new}1234567"


def test_no_other_prefix_is_made_anew():
    assert len(RENUMBERED) == len(PLAN_OF_2018)


@pytest.mark.parametrize(
    ("written", "number", "mobile"),
    [
        pytest.param("0838299999", "+84838299999", True, id="a mobile of ten digits"),
        pytest.param("028 3829 9999", "+842838299999", False, id="landline"),
        pytest.param("+84 28 3829 9999", "+842838299999", False, id="landline with the code"),
        pytest.param("0299 3822 999", "+842993822999", False, id="landline of a province"),
        pytest.param("84 123 4567", "+84841234567", True, id="084 without its zero"),
        pytest.param("+66 81 234 5678", "+66812345678", True, id="foreign"),
        pytest.param("0066812345678", "+66812345678", True, id="foreign behind 00"),
        pytest.param("+49 30 901820", "+4930901820", False, id="foreign landline"),
        pytest.param("+1 415 555 2671", "+14155552671", True, id="no telling which it is"),
    ],
)
def test_C6_landlines_and_foreign_numbers_are_kept_and_told_apart(written, number, mobile):
    assert read_phone(written) == number
    assert is_mobile(number) is mobile


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param("", DIGITS_WANTED, id="empty"),
        pytest.param("không có", DIGITS_WANTED, id="words"),
        pytest.param("0912345678 / 0987654321", DIGITS_WANTED, id="two numbers"),
        pytest.param("091234567²", DIGITS_WANTED, id="superscript"),
        pytest.param("09123456⑦8", DIGITS_WANTED, id="circled"),
        pytest.param("\u202e0912345678", DIGITS_WANTED, id="direction overridden"),
        pytest.param("0912\x00345678", DIGITS_WANTED, id="NUL"),
        pytest.param("0912345678" * 5, DIGITS_WANTED, id="too long"),
        pytest.param("113", DIGITS_WANTED, id="emergency"),
        pytest.param("0912+345678", DIGITS_WANTED, id="a plus inside"),
        pytest.param("09123456789", NO_SUCH, id="a digit too many"),
        pytest.param("091234567", NO_SUCH, id="a digit too few"),
        pytest.param("+841234567", NO_SUCH, id="too short behind the code"),
        pytest.param("01111234567", NO_SUCH, id="a prefix that never was"),
        pytest.param("4155552671", NO_SUCH, id="foreign without its country"),
        pytest.param("+999123456789", NO_SUCH, id="no country"),
        pytest.param("1900 1234", SERVICE, id="hotline"),
        pytest.param("1800 1090", SERVICE, id="free hotline"),
    ],
)
def test_C6_what_is_no_number_of_a_person_is_refused_with_what_to_do(written, told):
    with pytest.raises(ValueError) as refused:
        read_phone(written)

    assert str(refused.value) == told


def test_a_refusal_speaks_the_language_that_is_asked_for():
    speak("vi")

    with pytest.raises(ValueError, match="Ghi số điện thoại bằng chữ số"):
        read_phone("không có")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (MOBILE, "09•••••678"),
        ("+842838299999", "02••••••999"),
        ("+66812345678", "+66••••••678"),
        ("+14155552671", "+1•••••••671"),
        ("+2904123", "•••••123"),
        ("", ""),
    ],
)
def test_a_number_on_a_screen_keeps_its_last_three_digits(number, shown):
    assert mask_phone(number) == shown


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text("+0123456789٣８². -()", max_size=20)))
@example("\ud800")
@example("9" * 100_000)
def test_C5_whatever_is_typed_comes_out_as_plain_digits_or_is_refused(text):
    try:
        number = read_phone(text)
    except ValueError:
        return

    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdecimal()
    assert read_phone(number) == number
    assert mask_phone(number).count("•") >= 3
