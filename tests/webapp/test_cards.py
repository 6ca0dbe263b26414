"""What cards of others tell: national codes, chip cards, insurance cards, bare numbers; pure."""

import unicodedata
from datetime import date

import pytest

from webapp.card_fields import NO_SUCH_DAY, NO_SUCH_YEAR, read_birth, read_name, read_sex
from webapp.cards import Card, masked, read_card
from webapp.identities import NO_PROVINCE, OTHER_SEX, OTHER_YEAR

YEAR = 2026
CCCD, CMND, BHYT = ("cccd", "079185012345"), ("cmnd", "023456789"), ("bhyt", "GD4797915003454")
BHXH, QID, PHONE = ("bhxh", "7915003454"), ("qid", "QID4711"), ("phone", "+84912345678")
BORN = date(1985, 5, 17)
ADDRESS = "1 Lê Lợi, Bến Nghé, Quận 1, TP. Hồ Chí Minh"
CHIP = f"079185012345|023456789|Nguyễn Thị Hoà|17051985|Nữ|{ADDRESS}|25122021"


def hexed(text: str) -> str:
    """Return a text as insurance cards write it."""
    return text.encode().hex()


INSURANCE = "|".join(
    (
        *(BHYT[1], hexed("Nguyễn Thị Hoà"), "17/05/1985", "2", hexed(ADDRESS), "79 - 024"),
        *("01/01/2021", "31/12/2021", "20/12/2020", "79797915003454", "-", "4", "01/01/2020"),
        *("15a5cf0de4ae44c1-7102", "$"),
    )
)


def read(text: str, **options: object) -> Card | None:
    """Read a card in 2026."""
    return read_card(text, YEAR, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        pytest.param(
            CHIP,
            Card("cccd", "Nguyễn Thị Hoà", 1985, BORN, "female", ADDRESS, (CCCD, CMND)),
            id="chip card, which ties a CMND to a CCCD",
        ),
        pytest.param(
            CHIP.replace(CMND[1], "") + "||Nguyễn Văn Ba|Lê Thị Bốn|",
            Card("cccd", "Nguyễn Thị Hoà", 1985, BORN, "female", ADDRESS, (CCCD,)),
            id="card of 2024, 11 fields",
        ),
        pytest.param(
            CHIP.replace(f"{CMND[1]}|", ""),
            Card("cccd", "Nguyễn Thị Hoà", 1985, BORN, "female", ADDRESS, (CCCD,)),
            id="chip card without the field of the CMND",
        ),
        pytest.param(
            "079185012345||Nguyễn Thị Hoà||",
            Card("cccd", "Nguyễn Thị Hoà", 1985, None, "female", None, (CCCD,)),
            id="chip card with empty fields: the number tells year and sex",
        ),
        pytest.param(
            "079185012345||Nguyễn Thị Hoà|00001985|Nữ||25122021",
            Card("cccd", "Nguyễn Thị Hoà", 1985, None, "female", None, (CCCD,)),
            id="chip card of somebody who knows the year alone",
        ),
        pytest.param(
            "079185012345|NGUYEN THI HOA|1985-05-17|0|QID4711|2<GD4797915003454<0912345678<c2ln",
            Card(
                *("national", "NGUYEN THI HOA", 1985, BORN, "female", None),
                identifiers=(CCCD, QID, BHYT, BHXH, PHONE),
            ),
            id="national code with details",
        ),
        pytest.param(
            "******012345|NGUYEN THI HOA|1985-**-**|0|QID4711|0<GD4797*******<0912******",
            Card(
                *("national", "NGUYEN THI HOA", 1985, None, None, None),
                identifiers=(QID,),
                is_masked=True,
            ),
            id="national code as it is shown first, masked",
        ),
        pytest.param(
            "079185012345|NGUYEN THI HOA|1985-05-17|1|QID4711|QIDofother<2<7915003454<0912345678",
            Card(
                *("national", "NGUYEN THI HOA", 1985, BORN, "female", None),
                identifiers=(CCCD, QID, BHXH),
                declared_for_other=True,
                declarer=(("qid", "QIDofother"), PHONE),
            ),
            id="national code made by another: that one's phone is nobody else's",
        ),
        pytest.param(
            "|NGUYEN THI HOA|1985|0",
            Card("national", "NGUYEN THI HOA", 1985),
            id="national code with hardly anything",
        ),
        pytest.param(
            "B1234567|JOHN O'NEILL|1985/5/17|0||1<<",
            Card(
                *("national", "JOHN O'NEILL", 1985, BORN, "male", None),
                identifiers=(("passport", "B1234567"),),
            ),
            id="national code of a passport",
        ),
        pytest.param(
            INSURANCE,
            Card("bhyt", "Nguyễn Thị Hoà", 1985, BORN, "female", ADDRESS, (BHYT, BHXH)),
            id="insurance card",
        ),
        pytest.param(
            f"7915003454|{hexed('Nguyễn Thị Hoà').upper()}|1985|1|-|79024|",
            Card("bhyt", "Nguyễn Thị Hoà", 1985, None, "male", None, (BHXH,)),
            id="insurance card of ten digits, year alone, no address",
        ),
        pytest.param("079185012345", Card("number", None, 1985, None, "female", None, (CCCD,))),
        pytest.param("023 456 789", Card("number", identifiers=(CMND,))),
        pytest.param("b1234567", Card("number", identifiers=(("passport", "B1234567"),))),
        pytest.param("GD 4 79 7915003454", Card("number", identifiers=(BHYT, BHXH))),
        pytest.param(
            "０７９１８５０１２３４５", Card("number", None, 1985, None, "female", None, (CCCD,))
        ),
    ],
)
def test_C13_a_card_is_read_with_all_that_it_tells(text, card):
    assert read(text) == card


@pytest.mark.parametrize("text", [CHIP, INSURANCE], ids=["chip", "insurance"])
@pytest.mark.parametrize(
    "scanned",
    ["\ufeff{}", "  {}\r\n", "{}|more|fields||", "{}$", "\t{}\t"],
    ids=["with a byte order mark", "with a new line", "with more", "with an end", "with tabs"],
)
def test_C13_what_a_scanner_adds_changes_nothing(text, scanned):
    assert read(scanned.format(text)) == read(text)


def test_C13_spaces_and_decomposed_letters_in_fields_change_nothing():
    spread = unicodedata.normalize("NFD", CHIP.replace("|", " | ").replace(" Thị ", "  Thị\u00a0"))

    assert read(spread) == read(CHIP)


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        pytest.param(CHIP, (), id="all agrees"),
        pytest.param(CHIP.replace("|Nữ|", "|Nam|"), (OTHER_SEX,), id="sex"),
        pytest.param(CHIP.replace("1985|", "1986|"), (OTHER_YEAR,), id="year of birth"),
        pytest.param(CHIP.replace("0791", "0031"), (NO_PROVINCE,), id="province"),
        pytest.param(CHIP.replace("17051985", "31021985"), (NO_SUCH_DAY,), id="31 February"),
        pytest.param(CHIP.replace("17051985", "17051785"), (NO_SUCH_YEAR,), id="too old"),
        pytest.param(CHIP.replace("17051985", "17052027"), (NO_SUCH_YEAR,), id="not born"),
        pytest.param(
            "003185012345|NGUYEN VAN A|1986-02-30|0|Q4711|1",
            (NO_SUCH_DAY, NO_PROVINCE, OTHER_SEX, OTHER_YEAR),
            id="everything",
        ),
        pytest.param("003185012345", (NO_PROVINCE,), id="a number alone"),
    ],
)
def test_C7_contradictions_in_a_card_warn_and_leave_it_readable(text, warnings):
    card = read(text)

    assert card.warnings == warnings
    assert card.identifiers


def test_a_number_that_cannot_be_fills_in_nothing():
    assert read("003185012345").birth_year is None


def test_an_operator_tells_another_order_of_the_insurance_card():
    order = ("-", "full_name", "number", "address", "birth")
    text = f"x|{hexed('Lê Văn A')}|{BHYT[1]}|{hexed('Cần Giờ')}|01/02/1990"

    assert read(text) is None
    assert read(text, bhyt_order=order) == Card(
        "bhyt", "Lê Văn A", 1990, date(1990, 2, 1), None, "Cần Giờ", (BHYT, BHXH)
    )


def test_a_card_for_a_screen_has_the_name_and_the_end_of_each_number():
    shown = masked(
        read("079185012345|NGUYEN THI HOA|1985-05-17|1|QID4711|QIDofother<2<<0912345678")
    )

    assert shown.full_name == "NGUYEN THI HOA"
    assert shown.identifiers == (("cccd", "•••••••••345"), ("qid", "••••711"))
    assert shown.declarer == (("qid", "•••••••her"), ("phone", "09•••••678"))
    assert shown.is_masked


def test_R209_a_card_in_a_log_shows_nobody():
    assert repr(read(CHIP)) == (
        "Card(kind='cccd', declared_for_other=False, is_masked=False, warnings=())"
    )


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("1985-05-17", 1985, BORN),
        ("1985/5/17", 1985, BORN),
        ("17/05/1985", 1985, BORN),
        ("17051985", 1985, BORN),
        ("29/02/1984", 1984, date(1984, 2, 29)),
        ("1985", 1985, None),
        ("05/1985", 1985, None),
        ("1985-**-**", 1985, None),
        ("xx/xx/1985", 1985, None),
        ("00/00/1985", 1985, None),
        ("1985-05-00", 1985, None),
        ("****-**-**", None, None),
        ("", None, None),
        ("17 May 1985", None, None),
        ("１７/05/1985", None, None),
    ],
)
def test_a_birth_is_read_as_far_as_it_is_told(text, year, day):
    assert read_birth(text, YEAR) == (year, day, ())


def test_a_birth_is_within_the_last_120_years():
    assert read_birth("1906", YEAR).year == 1906
    assert read_birth("1905", YEAR).warnings == (NO_SUCH_YEAR,)
    assert read_birth("2026", YEAR).year == 2026


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        *(("Nam", "male"), ("NỮ", "female"), ("nu", "female"), ("1", "male"), ("2", "female")),
        *(("0", None), ("", None), ("Nam Nữ", None)),
    ],
)
def test_a_sex_is_a_word_or_the_number_of_a_code(word, sex):
    assert read_sex(word) == sex


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Nguyễn  Thị Hoà ", "Nguyễn Thị Hoà"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Y-Blô Ê Ban", "Y-Blô Ê Ban"),
        ("Nguyễn Thị Hoà 2", None),
        ("<b>A</b>", None),
        ("-A", None),
        ("", None),
        ("A" * 101, None),
    ],
)
def test_a_name_on_a_card_is_letters(text, name):
    assert read_name(text) == name
