"""Numbers of documents: their shapes, what they tell, what contradicts them; pure."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.identities import (
    NO_PROVINCE,
    NOT_BORN,
    OTHER_SEX,
    OTHER_YEAR,
    PROVINCES,
    WRONG_SHAPE,
    find_contradictions,
    identity_fault,
    kind_of,
    mask_number,
    read_identity,
    read_insurance,
    told_by,
)

YEAR = 2026
KINDS = ("cccd", "cmnd", "passport", "bhyt", "bhxh")
A_CCCD, A_CMND, A_BHYT = "079185012345", "023456789", "GD4797915003454"


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        pytest.param("cccd", A_CCCD, None, id="CCCD of 12 digits"),
        pytest.param("cccd", "001099000001", None, id="CCCD with leading zeros"),
        pytest.param("cccd", "079326000001", None, id="born this year"),
        pytest.param("cccd", "101099000001", None, id="born abroad"),
        pytest.param("cccd", "79185012345", WRONG_SHAPE["cccd"], id="CCCD that lost its zero"),
        pytest.param("cccd", A_CMND, WRONG_SHAPE["cccd"], id="CMND given as CCCD"),
        pytest.param("cccd", "0791850123456", WRONG_SHAPE["cccd"], id="CCCD of 13 digits"),
        pytest.param("cccd", "07918501234O", WRONG_SHAPE["cccd"], id="a letter in a CCCD"),
        pytest.param("cccd", "07918501234²", WRONG_SHAPE["cccd"], id="a superscript in a CCCD"),
        pytest.param("cccd", "07918501234٣", WRONG_SHAPE["cccd"], id="Arabic, not yet made plain"),
        pytest.param("cccd", "003185012345", NO_PROVINCE, id="no such province"),
        pytest.param("cccd", "000185012345", NO_PROVINCE, id="province 000"),
        pytest.param("cccd", "079327000001", NOT_BORN, id="born next year"),
        pytest.param("cccd", "079485000001", NOT_BORN, id="born in 2185"),
        pytest.param("cccd", "079985000001", NOT_BORN, id="born in 2385"),
        pytest.param("cmnd", A_CMND, None, id="CMND of 9 digits with a leading zero"),
        pytest.param("cmnd", "23456789", WRONG_SHAPE["cmnd"], id="CMND that lost its zero"),
        pytest.param("cmnd", A_CCCD, WRONG_SHAPE["cmnd"], id="CCCD given as CMND"),
        pytest.param("passport", "B1234567", None, id="Vietnamese passport"),
        pytest.param("passport", "123456789", None, id="foreign passport of digits"),
        pytest.param("passport", "PASSPORT", WRONG_SHAPE["passport"], id="passport of letters"),
        pytest.param("passport", "B123", WRONG_SHAPE["passport"], id="passport too short"),
        pytest.param("bhyt", A_BHYT, None, id="BHYT of 15"),
        pytest.param("bhyt", "7915003454", WRONG_SHAPE["bhyt"], id="BHYT without its letters"),
        pytest.param("bhxh", "7915003454", None, id="BHXH"),
        pytest.param("bhxh", "791500345", WRONG_SHAPE["bhxh"], id="BHXH too short"),
        *(pytest.param(kind, "", WRONG_SHAPE[kind], id=f"no {kind}") for kind in KINDS),
    ],
)
def test_C7_a_number_is_judged_by_the_rules_of_its_kind(kind, number, fault):
    assert identity_fault(kind, number, YEAR) == fault


def test_C7_there_are_63_provinces_and_ours_is_one():
    assert len(PROVINCES) == 63
    assert {"001", "079", "096"} <= PROVINCES


@pytest.mark.parametrize(
    ("digit", "year", "sex"),
    [
        ("0", 1985, "male"),
        ("1", 1985, "female"),
        ("2", 2085, "male"),
        ("3", 2085, "female"),
        ("4", 2185, "male"),
    ],
)
def test_a_number_tells_century_and_sex_by_one_digit(digit, year, sex):
    assert told_by(f"079{digit}85012345") == (year, sex)


@pytest.mark.parametrize(
    ("birth_year", "sex", "told"),
    [
        pytest.param(1985, "female", [], id="all agrees"),
        pytest.param(None, None, [], id="nothing else is known"),
        pytest.param(1985, "other", [], id="a sex that no number tells"),
        pytest.param(1985, "male", [OTHER_SEX], id="sex"),
        pytest.param(1986, "female", [OTHER_YEAR], id="year"),
        pytest.param(2085, "male", [OTHER_SEX, OTHER_YEAR], id="both"),
    ],
)
def test_what_contradicts_a_number_warns(birth_year, sex, told):
    assert list(find_contradictions(A_CCCD, birth_year, sex, YEAR)) == told


def test_a_number_that_cannot_be_warns_and_a_cmnd_never_does():
    assert list(find_contradictions("003485012345", 2185, "male", YEAR)) == [NO_PROVINCE]
    assert list(find_contradictions(A_CMND, 1985, "male", YEAR)) == []


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("cccd", " 079 185 012 345 ", A_CCCD),
        ("cccd", "079.185.012-345", A_CCCD),
        pytest.param("cccd", "０７９１８５０１２３４５", A_CCCD, id="full-width"),
        pytest.param("cccd", "٠٧٩١٨٥٠١٢٣٤٥", A_CCCD, id="Arabic-Indic"),
        ("cmnd", "023 456 789", A_CMND),
        ("passport", "b 1234567", "B1234567"),
        ("bhyt", "gd 4 79 79 150 03454", A_BHYT),
    ],
)
def test_C5_a_typed_number_is_stored_plain_with_its_zeros(kind, typed, number):
    assert read_identity(kind, typed) == number


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("07918501234²", id="superscript"),
        pytest.param("0791850\u202e12345", id="direction overridden"),
        pytest.param("079185\x00012345", id="NUL"),
        pytest.param("079185\ud800012345", id="half a character"),
        pytest.param("0" * 100_000, id="too long"),
        pytest.param("<b>079185012345", id="markup"),
    ],
)
def test_C5_a_typed_number_of_other_characters_is_refused_without_repeating_it(kind, typed):
    with pytest.raises(ValueError) as refused:
        read_identity(kind, typed)

    assert str(refused.value) == WRONG_SHAPE[kind]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        (A_BHYT, (("bhyt", A_BHYT), ("bhxh", "7915003454"))),
        ("gd4 79 7915003454", (("bhyt", A_BHYT), ("bhxh", "7915003454"))),
        ("7915003454", (("bhxh", "7915003454"),)),
    ],
)
def test_a_health_insurance_number_stands_for_the_bhxh_number_in_it(typed, numbers):
    assert read_insurance(typed) == numbers


@pytest.mark.parametrize("typed", ["", "79150034", "GD479791500345", "G14797915003454", "thẻ BHYT"])
def test_what_is_no_health_insurance_number_is_refused(typed):
    with pytest.raises(ValueError, match="two letters and 13 digits"):
        read_insurance(typed)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (A_CCCD, "cccd"),
        (A_CMND, "cmnd"),
        ("B1234567", "passport"),
        (A_BHYT, "bhyt"),
        pytest.param("0912345678", None, id="a phone or a BHXH number"),
        pytest.param("ABCDE12345WXYZ", None, id="a short code of a gate"),
        ("", None),
    ],
)
def test_a_bare_number_is_of_the_kind_that_leaves_no_doubt(number, kind):
    assert kind_of(number) == kind


@pytest.mark.parametrize(
    ("number", "shown"),
    [(A_CCCD, "•••••••••345"), (A_CMND, "••••••789"), ("1234", "••••"), ("", "")],
)
def test_a_number_on_a_screen_keeps_its_last_three_characters(number, shown):
    assert mask_number(number) == shown


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.one_of(st.text(max_size=50), st.text("0123456789٣² ABx-")))
@example("cccd", "\ud800")
def test_C5_whatever_is_typed_is_stored_plain_or_refused(kind, typed):
    try:
        number = read_identity(kind, typed)
    except ValueError:
        return

    assert number.isascii()
    assert number.isalnum()
    assert identity_fault(kind, number) is None
    assert read_identity(kind, number) == number
