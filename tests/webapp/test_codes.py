"""Codes of our own: read whole, from here and in time, or not at all; pure."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from graph.venues import CODE_LETTERS
from webapp.codes import (
    MOST_EPOCHS,
    WINDOW,
    CodeReader,
    DisplayCode,
    PersonalCode,
    ShortCode,
    VenueCode,
    new_personal_id,
)
from webapp.qr import draw

KEY = bytes(range(32))
OLD_KEY = bytes(range(32, 64))
READER = CodeReader(KEY)
NOW = datetime(2026, 11, 27, 3, 2, tzinfo=UTC)
GATE, OTHER_GATE = "ABCDE12345", "ZYXWV98765"
HOST = "https://truyvet.example"
PERSON = "0123456789ABCDEFGHJKMNPQRS"
VENUE_CODE = READER.venue_code(GATE, 7)
DISPLAY_CODE = READER.display_code(GATE, NOW)
PERSONAL_CODE = READER.personal_code(PERSON)
SHORT_CODE = READER.short_code(GATE, 7)
WINDOW_NOW = int(NOW.timestamp()) // 300
CODES = [
    pytest.param(VENUE_CODE, "c", VenueCode(GATE, 7), id="venue"),
    pytest.param(DISPLAY_CODE, "c", DisplayCode(GATE, WINDOW_NOW), id="display"),
    pytest.param(PERSONAL_CODE, "p", PersonalCode(PERSON), id="personal"),
]


def is_proven(text: str) -> bool:
    """Return whether a text opens anything: a piece of 14 letters looks like a short code."""
    found = READER.read(text, NOW)
    return found is not None and not (
        isinstance(found, ShortCode) and not any(map(found.fits, range(32)))
    )


@pytest.mark.parametrize(("code", "place", "meant"), CODES)
@pytest.mark.parametrize(
    "written",
    [
        "{code}",
        "  {code}\r\n",
        f"{HOST}/{{place}}/{{code}}",
        f"{HOST}/{{place}}/{{code}}/",
        f"{HOST}/{{place}}/{{code}}?from=poster#top",
        "/{place}/{code}",
        "http://10.0.0.2:8080/city/{place}/{code}",
    ],
)
def test_a_code_is_read_out_of_an_address_or_alone(code, place, meant, written):
    assert READER.read(written.format(code=code, place=place), NOW) == meant


@pytest.mark.parametrize(("code", "place", "meant"), CODES)
def test_a_scanner_may_swap_the_case_of_all_letters(code, place, meant):
    assert READER.read(f"HTTPS://TRUYVET.EXAMPLE/{place.upper()}/{code.lower()}", NOW) == meant


@pytest.mark.parametrize(("code", "place", "_meant"), CODES)
def test_G1_no_changed_character_is_read(code, place, _meant):
    changed = {
        f"{code[:at]}{letter}{code[at + 1 :]}"
        for at in range(len(code))
        for letter in map(chr, range(33, 127))
        if letter != code[at]
    }

    assert len(changed) == len(code) * 93
    assert [one for one in changed if is_proven(f"{HOST}/{place}/{one}")] == []


@pytest.mark.parametrize(("code", "_place", "_meant"), CODES)
def test_G1_no_flipped_bit_is_read(code, _place, _meant):
    flipped = (
        f"{code[:at]}{chr(ord(code[at]) ^ 1 << bit)}{code[at + 1 :]}"
        for at in range(len(code))
        for bit in range(8)
    )

    assert [one for one in flipped if is_proven(one)] == []


@pytest.mark.parametrize(("code", "place", "_meant"), CODES)
def test_G1_no_cut_or_lengthened_code_is_read(code, place, _meant):
    cut = [code[:end] for end in range(len(code))] + [code[start:] for start in range(1, len(code))]

    for one in (*cut, f"{code}0", f"0{code}", code + code):
        assert not is_proven(f"{HOST}/{place}/{one}")


@pytest.mark.parametrize("version", [*"04567899ABCXYZ", "", "1.", "٣"])
def test_G1_no_other_version_is_read(version):
    assert READER.read(version + VENUE_CODE[1:], NOW) is None


@pytest.mark.parametrize(("code", "place", "_meant"), CODES)
def test_G1_a_code_opens_only_its_own_kind_of_address(code, place, _meant):
    other = "p" if place == "c" else "c"

    assert READER.read(f"{HOST}/{other}/{code}", NOW) is None
    assert READER.read(f"{HOST}/r/{code}", NOW) is None


def test_G1_nothing_in_a_code_is_about_a_person():
    """A personal code is its version, what was drawn by lot, and a MAC; two are unrelated."""
    ids = {new_personal_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(len(one) == 26 and set(one) <= set(CODE_LETTERS) for one in ids)
    assert f"3{PERSON}{PERSONAL_CODE[-13:]}" == PERSONAL_CODE
    assert f"1{GATE}07{VENUE_CODE[-13:]}" == VENUE_CODE


def test_G3_the_mac_of_one_gate_does_not_open_another():
    forged = VENUE_CODE.replace(GATE, OTHER_GATE)
    typed = READER.read(f"{OTHER_GATE}{SHORT_CODE[-4:]}", NOW)

    assert READER.read(forged, NOW) is None
    assert typed == ShortCode(OTHER_GATE, SHORT_CODE[-4:], ())
    assert not any(typed.fits(epoch) for epoch in range(32))


def test_G3_the_mac_of_one_epoch_does_not_serve_another():
    for epoch in (0, 6, 8, MOST_EPOCHS - 1):
        numbered = READER.venue_code(GATE, epoch)
        assert READER.read(numbered[:13] + VENUE_CODE[13:], NOW) is None


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda body: hashlib.sha256(body).digest(), id="no key"),
        pytest.param(lambda body: hashlib.sha256(KEY + body).digest(), id="no HMAC"),
        pytest.param(lambda body: hmac.new(b"", body, "sha256").digest(), id="an empty key"),
        pytest.param(lambda body: hmac.new(KEY, body, "sha1").digest(), id="SHA-1"),
        pytest.param(lambda body: hmac.new(KEY, body, "sha512").digest(), id="SHA-512"),
        pytest.param(lambda body: hmac.new(KEY, body[1:], "sha256").digest(), id="no version"),
        pytest.param(lambda body: hmac.new(KEY, b"2" + body[1:], "sha256").digest(), id="another"),
        pytest.param(lambda _body: bytes(32), id="zeros"),
    ],
)
def test_G3_no_other_algorithm_makes_a_code(forge):
    body = VENUE_CODE[:-13]

    assert body + encoded(hmac.new(KEY, body.encode(), "sha256").digest()) == VENUE_CODE
    assert READER.read(body + encoded(forge(body.encode())), NOW) is None


def encoded(digest: bytes) -> str:
    """Return the first 65 bits of a digest as 13 letters; slow and plain, to judge the code."""
    bits = "".join(f"{byte:08b}" for byte in digest)[:65]
    return "".join(CODE_LETTERS[int(bits[at : at + 5], 2)] for at in range(0, 65, 5))


def test_G3_after_a_change_of_keys_old_codes_are_read_as_long_as_the_old_key_stays():
    old = CodeReader(OLD_KEY)
    both, new = CodeReader(KEY, OLD_KEY), CodeReader(KEY)
    printed, typed = old.venue_code(GATE, 7), old.short_code(GATE, 7)

    assert both.read(printed, NOW) == VenueCode(GATE, 7)
    assert both.read(typed, NOW).fits(7)
    assert both.venue_code(GATE, 7) == VENUE_CODE
    assert new.read(printed, NOW) is None
    assert not new.read(typed, NOW).fits(7)


def test_a_short_key_is_no_key():
    with pytest.raises(ValueError, match="too short"):
        CodeReader(KEY, b"short")


def test_G4_a_display_shows_a_code_that_lasts_its_window_and_the_ones_beside_it():
    start = datetime.fromtimestamp(WINDOW_NOW * 300, UTC)
    moments = {
        "two windows early": start - WINDOW - timedelta(seconds=1),
        "the window before": start - WINDOW,
        "its start": start,
        "its end": start + WINDOW - timedelta(seconds=1),
        "the end of the next": start + 2 * WINDOW - timedelta(seconds=1),
        "two windows late": start + 2 * WINDOW,
        "a year late": start + timedelta(days=365),
    }

    read = [name for name, moment in moments.items() if READER.read(DISPLAY_CODE, moment)]

    assert read == ["the window before", "its start", "its end", "the end of the next"]
    assert READER.display_code(GATE, start) == DISPLAY_CODE
    assert READER.display_code(GATE, start + WINDOW) != DISPLAY_CODE


@pytest.mark.parametrize(
    "typed",
    [
        SHORT_CODE,
        SHORT_CODE.lower(),
        SHORT_CODE.replace("-", ""),
        SHORT_CODE.replace("-", " "),
        SHORT_CODE.replace("-", " – "),
        f"  {SHORT_CODE}\n",
        SHORT_CODE.replace("1", "I").replace("0", "O"),
        SHORT_CODE.replace("1", "l").replace("0", "o"),
        "".join(chr(ord(letter) + 0xFEE0) for letter in SHORT_CODE),
        f"{HOST}/c/{SHORT_CODE}",
    ],
)
def test_a_short_code_is_read_as_people_type_it(typed):
    found = READER.read(typed, NOW)

    assert found == ShortCode(GATE, SHORT_CODE[-4:], ())
    assert found.fits(7)
    assert not any(found.fits(epoch) for epoch in (-1, 6, 8, MOST_EPOCHS, 10**9))


def test_a_short_code_is_the_poster_in_groups_of_five_and_begins_its_mac():
    assert re.fullmatch("[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}", SHORT_CODE)
    assert SHORT_CODE.replace("-", "") == GATE + VENUE_CODE[13:17]


def test_no_changed_character_of_a_short_code_fits():
    plain = SHORT_CODE.replace("-", "")
    changed = [
        f"{plain[:at]}{letter}{plain[at + 1 :]}"
        for at in range(len(plain))
        for letter in CODE_LETTERS
        if letter != plain[at]
    ]

    assert [one for one in changed if READER.read(one, NOW).fits(7)] == []


def test_a_key_is_not_in_what_a_code_prints():
    assert repr(READER.read(SHORT_CODE, NOW)) == f"ShortCode(gate_id='{GATE}')"


@pytest.mark.parametrize(
    "make",
    [
        lambda: READER.venue_code("short", 1),
        lambda: READER.venue_code("abcde12345", 1),
        lambda: READER.venue_code(GATE, MOST_EPOCHS),
        lambda: READER.venue_code(GATE, -1),
        lambda: READER.display_code(f"{GATE}0", NOW),
        lambda: READER.personal_code("0912345678"),
    ],
)
def test_what_a_code_cannot_hold_is_refused_without_repeating_it(make):
    with pytest.raises(ValueError, match=r"^not an? (id|number) that a code can hold$"):
        make()


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(f"{CODE_LETTERS}-/cp:?", max_size=60),
        st.text(max_size=30).map(lambda text: f"{HOST}/c/{text}"),
    )
)
@example("\ud800" * 14)
@example("١" * 14)
@example("/c/" * 150)
@example("1" * 100_000)
@example(VENUE_CODE.replace("1", "\x00"))
def test_whatever_is_scanned_is_read_or_not_and_never_breaks(text):
    found = READER.read(text, NOW)

    assert found is None or isinstance(found, ShortCode)


# An A6 poster is 105 mm wide; a phone at arm's length sees it in some 300 pixels.
@pytest.mark.parametrize(
    "worsened",
    [
        pytest.param(lambda image: image, id="as printed"),
        pytest.param(lambda image: image.resize((148, 148)), id="small"),
        pytest.param(lambda image: image.point(lambda light: 90 + light // 4), id="grey on grey"),
        pytest.param(
            lambda image: image.resize((300, 300)).filter(ImageFilter.GaussianBlur(1.2)),
            id="A6, out of focus",
        ),
        pytest.param(lambda image: image.rotate(8, fillcolor=255), id="held askew"),
    ],
)
@pytest.mark.parametrize(("code", "place", "meant"), CODES)
def test_G1_what_is_drawn_is_decoded_small_and_grey(code, place, meant, worsened):
    address = f"{HOST}/{place}/{code}"

    found = zxingcpp.read_barcodes(worsened(pictured(draw(address))))

    assert [one.text for one in found] == [address]
    assert READER.read(found[0].text, NOW) == meant


def pictured(svg: bytes, scale: int = 8) -> Image.Image:
    """Return the picture of a code as our SVG draws it: a white ground and a path of squares."""
    width = int(re.search(rb'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (width * scale, width * scale), 255)
    pen = ImageDraw.Draw(image)
    path = re.search(rb' d="([^"]+)"', svg)[1].decode()
    for x, y, right in re.findall(r"M(\d+),(\d+)H(\d+)V\d+H\d+z", path):
        box = (int(x) * scale, int(y) * scale, int(right) * scale - 1, (int(y) + 1) * scale - 1)
        pen.rectangle(box, fill=0)
    return image
