"""Names are found under every spelling and sorted as a Vietnamese dictionary does; pure."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.names import fold, sort_key, tidy

# As code page 1258 has it: the letter with its shape composed, then the tone as a mark.
CP1258 = "Nguyê\u0303n Thi\u0323 Hoa\u0300"
NAMES = st.text(st.sampled_from("aăâdđeêghiklmnoôơuưyvxAĂĐÊƠY \u0300\u0301\u0303\u0309\u0323'-."))


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("Nguyễn Thị Hoà", id="composed"),
        pytest.param(unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), id="decomposed"),
        pytest.param(CP1258, id="code page 1258"),
        pytest.param("Nguye\u0303\u0302n Thi\u0323 Hoa\u0300", id="tone before the circumflex"),
        pytest.param("Nguye\u0302\u0303n Thi\u0323 Hoa\u0300", id="circumflex before the tone"),
        pytest.param("Nguyễn Thị Hòa", id="the tone on the o"),
        pytest.param("NGUYEN THI HOA", id="capitals without marks, as on a personal code"),
        pytest.param("  nguyễn\u00a0thị\t hoà ", id="other spaces"),
        pytest.param("Nguiễn Thị Hoà", id="i for y"),
        pytest.param("Ｎｇｕｙễｎ Thị Hoà", id="full-width letters"),
        pytest.param("Nguyễn\u200b Thị \u202eHoà", id="invisible characters"),
    ],
)
def test_C4_every_spelling_of_a_name_has_the_same_key(spelling):
    assert fold(spelling) == "nguien thi hoa"


@pytest.mark.parametrize("letter", ["đ", "\u0110", "\u00d0", "\u0189", "ð", "ɖ", "d", "D"])
def test_C4_whatever_looks_like_d_with_a_stroke_is_one(letter):
    assert fold(f"{letter}ỗ {letter}ạt") == "do dat"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("Lý Thúy Vy", "Lí Thúi Vi"),
        ("H'Hen Niê", "H’Hen Niê"),
        ("Y-Blô", "Y Blô"),
        ("Lê Văn A.", "Lê Văn A"),
    ],
)
def test_variants_of_one_name_meet(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("An", "Anh"), ("Hoa", "Hoan"), ("Lê An", "Lean"), ("李", "王"), ("A", "")]
)
def test_other_names_stay_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", " ", "...", "\u0301\u0323", "\x00\u202e", "\ud800"])
def test_what_has_no_letter_has_an_empty_key(text):
    assert fold(text) == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_a_key_is_its_own_key_and_can_always_be_stored(text):
    key = fold(text)

    assert fold(key) == key
    assert key.encode().decode() == key
    assert key == key.strip()
    assert "  " not in key


@settings(max_examples=200, deadline=None)
@given(NAMES)
def test_all_normal_forms_of_a_name_have_one_key(name):
    assert len({fold(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC")}) == 1


def test_a_stored_name_keeps_its_letters_and_is_composed():
    assert tidy(f"  {CP1258}\n Ðỗ  ") == "Nguyễn Thị Hoà Ðỗ"


def test_C3_a_thousand_marks_are_no_more_than_a_name():
    assert fold("a" + "\u0323\u0301" * 500 + "n") == "an"


@pytest.mark.parametrize(
    "ordered",
    [
        pytest.param("a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y", id="letters"),
        pytest.param("an àn ản ãn án ạn ăn ằn ân ấn", id="tones after letters"),
        pytest.param("Dung Dũng Dương Đào Đông Em", id="đ between d and e"),
        pytest.param("fa ga ja ka va wa xa ya za", id="foreign letters in their place"),
        pytest.param("an An àn", id="small letters first"),
    ],
)
def test_names_sort_as_in_a_vietnamese_dictionary(ordered):
    names = ordered.split(" ")

    assert sorted(set(names), key=sort_key) == names


def test_a_shorter_first_word_comes_first():
    names = ["Lê An", "Lê Ân", "Lê Bình", "Lệ An", "Lệ Bình", "Lên An"]

    # Letters decide first, over the whole name; tones only where they are all the same.
    assert sorted(names, key=sort_key) == [
        "Lê An", "Lệ An", "Lê Ân", "Lê Bình", "Lệ Bình", "Lên An"
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_different_names_never_tie(one, other):
    assert (sort_key(one) == sort_key(other)) == (tidy(one) == tidy(other))
