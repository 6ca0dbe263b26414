"""C13: codes of others that are hostile are refused whole, or read as plain words; pure."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.limits import hidden_fault
from tests.webapp.test_cards import CHIP, INSURANCE, hexed
from webapp.cards import LONGEST, masked, read_card
from webapp.codes import CodeReader, new_personal_id
from webapp.identities import is_shaped
from webapp.phones import read_phone

NATIONAL = "079185012345|NGUYEN THI HOA|1985-05-17|0|QID4711|2<GD4797915003454<0912345678<c2ln"
CARDS = [
    pytest.param(CHIP, id="chip"),
    pytest.param(NATIONAL, id="national"),
    pytest.param(INSURANCE, id="insurance"),
]
NAMES = ("Nguyễn Thị Hoà", "NGUYEN THI HOA", hexed("Nguyễn Thị Hoà"))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("\x00", id="NUL"),
        pytest.param("\u202e", id="direction overridden"),
        pytest.param("\u2066", id="direction isolated"),
        pytest.param("\u200d", id="joiner"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("\x1b[31m", id="escape sequence"),
        pytest.param("\ue000", id="private use"),
    ],
)
def test_C13_what_a_person_cannot_see_is_not_read(card, hostile):
    middle = len(card) // 2

    assert read_card(card[:middle] + hostile + card[middle:]) is None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<img src=x onerror=alert(1)>", id="markup"),
        pytest.param("{{7*7}}", id="template"),
        pytest.param("}) DETACH DELETE n //", id="Cypher"),
        pytest.param('=HYPERLINK("http://x")', id="formula"),
        pytest.param("A\u0301" + "\u0323" * 1000, id="a thousand marks"),
        pytest.param("A" * 101, id="too long"),
        pytest.param("123456", id="digits"),
        pytest.param("", id="no name"),
    ],
)
@pytest.mark.parametrize("card", CARDS)
def test_C13_a_name_that_is_none_refuses_the_card(card, name):
    for given_name in NAMES:
        written = name.encode().hex() if given_name == NAMES[2] else name
        card = card.replace(given_name, written)

    assert read_card(card) is None


def test_C13_hexadecimal_that_hides_something_is_refused():
    for hidden in ("Lê\x00A", "Lê\u202eA", "<svg>"):
        assert read_card(INSURANCE.replace(NAMES[2], hexed(hidden))) is None
    for spoilt in ("c3", "ffff", "eda080", "4e61g"):
        assert read_card(INSURANCE.replace(NAMES[2], spoilt)) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A" * 100_000, id="100,000 letters"),
        pytest.param("|" * 100_000, id="100,000 fields"),
        pytest.param(CHIP + "|more" * 400, id="a card that goes on"),
        pytest.param("|" * LONGEST, id="as many fields as fit"),
        pytest.param("<" * LONGEST, id="as many details as fit"),
        pytest.param(NATIONAL + "<" * (LONGEST - len(NATIONAL)), id="details without end"),
        pytest.param("[" * LONGEST, id="deeply nested"),
        pytest.param("0" * LONGEST, id="a number without end"),
        pytest.param("1-" * (LONGEST // 2), id="separators without end"),
        pytest.param("A'" * (LONGEST // 2) + "1", id="a name that ends badly"),
        pytest.param("079185012345||" + "ab" * 900 + "|", id="hexadecimal without end"),
        pytest.param(bytes(range(256)).decode("latin-1") * 7, id="binary"),
        pytest.param("\ufdfa" * LONGEST, id="a character that grows when it is normalised"),
    ],
)
def test_C13_size_and_depth_cost_nothing(text):
    """Refused, or read as the card that they begin with; the bound only catches a regression."""
    began = time.perf_counter()

    card = read_card(text)

    assert card is None or text.startswith(NATIONAL)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("card", CARDS)
def test_C13_every_beginning_of_a_card_is_read_or_refused(card):
    """A cut code tells no other number than the whole one; a QID has no shape to tell by."""
    whole = dict(read_card(card).identifiers)

    for end in range(card.index("|") + 1, len(card)):
        found = read_card(card[:end])
        for scheme, number in found.identifiers if found else ():
            assert whole[scheme].startswith(number)
            assert scheme == "qid" or number == whole[scheme]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://truyvet.example/c/1ABCDE1234500KGM4X1Y9TEXKC", id="our address"),
        pytest.param("WIFI:S:cafe;T:WPA;P:secret;;", id="a network"),
        pytest.param("00020101021238570010A00000072701270006970436", id="a payment"),
        pytest.param("BEGIN:VCARD\nN:Hoà\nTEL:0912345678\nEND:VCARD", id="a business card"),
        pytest.param("8934563138073", id="goods"),
        pytest.param("0912345678", id="a phone"),
        pytest.param('{"cccd": "079185012345"}', id="JSON"),
        pytest.param("https://example.com/|NGUYEN VAN A|1985|0", id="an address for a number"),
        pytest.param("a|b|c|d|e|f", id="fields of something else"),
        pytest.param("", id="nothing"),
    ],
)
def test_C13_what_is_no_card_is_refused(text):
    assert read_card(text) is None


def test_G1_our_own_codes_are_no_cards_and_cards_are_no_codes_of_ours():
    reader, now = CodeReader(bytes(32)), datetime(2026, 11, 27, tzinfo=UTC)
    ours = [
        reader.venue_code("ABCDE12345", 0),
        reader.short_code("ABCDE12345", 0),
        reader.display_code("ABCDE12345", now),
        reader.personal_code(new_personal_id()),
    ]

    assert [read_card(code) for code in ours] == [None] * 4
    assert [reader.read(card.values[0], now) for card in CARDS] == [None] * 3
    assert reader.read("079185012345", now) is None


PIECES = st.sampled_from(
    (
        *("079185012345", "023456789", "******345", "Nguyễn Thị Hoà", "17051985", "1985-**-**"),
        *("0", "1", "Nữ", "GD4797915003454", "2<GD4797915003454<0912345678", "4e"),
        *("\u202e", "<b>", ""),
    )
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")),
        st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=9).map("|".join),
    )
)
@example("\ud800|" * 8)
@example("079185012345|x|2|3|4|5")
def test_C13_whatever_is_scanned_is_plain_or_refused_and_never_breaks(text):
    card = read_card(text)

    if card is None:
        return
    for words in (card.full_name, card.address):
        assert words is None or (hidden_fault(words) is None and words == " ".join(words.split()))
    for scheme, number in card.identifiers:
        assert scheme == "qid" or (
            read_phone(number) == number if scheme == "phone" else is_shaped(scheme, number)
        )
    assert all(number not in repr(card) for _scheme, number in card.identifiers)
    assert masked(card).full_name == card.full_name
