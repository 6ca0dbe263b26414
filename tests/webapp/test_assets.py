"""Static files: what others made is what it claims to be, and a frame gets what it needs, once."""

import gzip
import hashlib
import re
import tomllib
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from webapp import TEMPLATES
from webapp.assets import EVERY, STATIC, STYLE_SHEETS, assets, sheets_of, squeezed, style_sheet

VENDOR = STATIC / "vendor"
CATALOGUE = STATIC.parent / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
#: What they call a thing, the sheets of another frame may look at in their own way.
OF_ONE_FRAME = {"citizen", "frame", "gate"}
FONTS = ("fonts", "fonts-phone")
FACE = re.compile(r"@font-face \{(.*?)\}", re.DOTALL)
CLASSES = re.compile(r'class="([^"]*)"')
EXPRESSION, TAG, QUOTED = (re.compile(one) for one in (r"\{\{.*?\}\}", r"\{%.*?%\}", r"'([^']*)'"))
DIGEST = re.compile(r'\?v=[0-9a-f]+"')
LINK = re.compile(r'url\("\.\./([^"?]+)\?v=([0-9a-f]+)"\)')
LITERAL_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")
LITERAL_SIZE = re.compile(r"(?<![\w.-])\d*\.?\d+(?:px|rem|em|pt)\b")
#: Sizes that mean "hidden", follow the type, or are of paper.
ALLOWED_SIZES = {"1px", "0.2em", "15mm", "60rem", "45rem", "15rem", "11rem"}


def test_every_vendored_file_is_listed_with_its_sum_licence_and_version() -> None:
    listed = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    files = {name: sha256 for part in listed.values() for name, sha256 in part["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }

    assert found == files
    for part in listed.values():
        assert part["version"]
        assert part["licence"]
        assert (VENDOR / part["licence_file"]).is_file()


def test_every_style_sheet_is_of_a_frame_and_every_frame_finds_its_sheets() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(STYLE_SHEETS)
    assert all(frames and frames <= EVERY for frames in STYLE_SHEETS.values())


@pytest.mark.parametrize("frame", sorted(EVERY))
def test_a_frame_has_one_sheet_with_all_of_its_own_in_cascade_order(frame: str) -> None:
    text = assets()[style_sheet(frame)].body.decode()
    assert DIGEST.sub('"', text) == "".join(squeezed(css(name)) for name in sheets_of(frame))
    assert sheets_of(frame)[0] == "tokens"
    assert sheets_of(frame)[-1] == "print"


@pytest.mark.parametrize("frame", sorted(EVERY))
def test_what_a_sheet_asks_for_is_there_under_its_digest(frame: str) -> None:
    text = assets()[style_sheet(frame)].body.decode()

    links = LINK.findall(text)
    assert len(links) == text.count("url(")
    assert all(assets()[path].digest == digest for path, digest in links)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/* Why. */\na { b: c;  d: e; }\n", "a{b: c;d: e;}"),
        ("a , b > c :hover\n{ d: calc(1px + 2px) }", "a,b > c :hover{d: calc(1px + 2px)}"),
        ('a { b: "{ ; /* not  a comment */"; }', 'a{b: "{ ; /* not  a comment */";}'),
        ('/* a "quote */ a { b: "c" } /* another" */', 'a{b: "c"}'),
    ],
)  # fmt: skip
def test_a_sheet_is_sent_without_what_only_we_read(written: str, sent: str) -> None:
    assert squeezed(written) == sent


def css(name: str) -> str:
    """Return the text of a style sheet."""
    return (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")


def pages_of(frame: str) -> set[Path]:
    """Return the templates of a frame: its own, what extends it, what those include."""
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    first = f'{{% set frame = "{frame}" %}}'
    found = {path for path, text in texts.items() if first in text}
    names = {path: path.relative_to(TEMPLATES).as_posix() for path in texts}
    while True:
        more = {
            path
            for path, text in texts.items()
            if any(f'{{% extends "{names[one]}"' in text for one in found)
            or any(f'{{% include "{names[path]}"' in texts[one] for one in found)
        }
        if more <= found:
            return found
        found |= more


def homes_of(word: str) -> set[str]:
    """Return the sheets that say how a class looks wherever it stands."""
    rule = re.compile(rf"^\.{word}(?![\w-])", re.MULTILINE)
    return {name for name in STYLE_SHEETS if rule.search(css(name))}


def named_in(sheets: Iterable[str]) -> set[str]:
    """Return all classes of some sheets, as parts of others too."""
    return set(re.findall(r"\.([a-z][\w-]*)", " ".join(css(name) for name in sheets)))


@pytest.mark.parametrize("frame", sorted(EVERY))
def test_a_frame_has_the_looks_of_every_class_that_its_pages_name(frame: str) -> None:
    texts = [page.read_text(encoding="utf-8") for page in pages_of(frame)]
    named = " ".join(CLASSES.findall(" ".join(texts)))
    # Of what a template works out, the words in quotes; of its tags, nothing.
    named = EXPRESSION.sub(lambda one: " ".join(QUOTED.findall(one[0])), TAG.sub(" ", named))

    for word in set(re.findall(r"[\w-]+", named)) & named_in(STYLE_SHEETS):
        homes = homes_of(word)
        if homes <= OF_ONE_FRAME and word in named_in(sheets_of(frame)):
            continue
        assert not homes or homes & set(sheets_of(frame)), word


def ranges_of(name: str) -> list[tuple[str, set[int]]]:
    """Return the typefaces of a sheet: weight and file, and the letters each is asked for."""
    faces = []
    for face in FACE.findall(css(name)):
        weight = re.search(r"font-weight: (\d+);", face)[1]  # type: ignore[index]
        spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
        letters = {c for a, b in spans for c in range(int(a, 16), int(b or a, 16) + 1)}
        faces.append((weight, letters))
    return faces


@pytest.mark.parametrize("name", FONTS)
def test_no_letter_makes_a_browser_fetch_two_files_of_a_weight(name: str) -> None:
    pairs = combinations(ranges_of(name), 2)

    assert not [a & b for (of_a, a), (of_b, b) in pairs if of_a == of_b and a & b]


def test_the_small_typeface_has_every_letter_of_a_vietnamese_page() -> None:
    small = ranges_of("fonts-phone")[0][1]
    with CATALOGUE.open("rb") as file:
        words = "".join(str(message.string) for message in read_po(file))
    # A list to choose from is measured as a whole, so all its letters are drawn.
    words += "".join("".join(Locale(code).territories.values()) for code in ("vi", "en"))

    assert {letter for letter in words if letter.isalpha()} <= {chr(code) for code in small}


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", ["frames/citizen.css", "icon.svg", "css/tokens.css"])
def test_a_static_file_is_the_same_however_it_travels_and_is_asked_for_once(
    client: FlaskClient, path: str, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    address = f"/static/{path}?v={assets()[path].digest}"

    answer = client.get(address, headers=headers)
    again = client.get(address, headers={**headers, "If-None-Match": answer.headers["ETag"]})

    is_small = answer.headers.get("Content-Encoding") == "gzip"
    assert is_small == (encoding == "gzip" and len(assets()[path].body) >= 500)
    body = gzip.decompress(answer.data) if is_small else answer.data
    assert body == assets()[path].body
    assert again.status_code == 304
    for one in (answer, again):
        assert "Accept-Encoding" in one.vary
        assert "max-age=31536000" in one.headers["Cache-Control"]


def test_the_two_ways_of_a_file_have_two_tags(client: FlaskClient) -> None:
    ways = [{"Accept-Encoding": "gzip"}, {}]

    tags = {client.get("/static/frames/citizen.css", headers=way).headers["ETag"] for way in ways}

    assert len(tags) == 2


@pytest.mark.parametrize("query", ["", "?v=of-an-older-release"])
def test_an_address_that_may_come_to_mean_another_file_is_asked_again(
    client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/static/css/tokens.css{query}")

    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["nowhere.css", "css", "../assets.py", "%2e%2e/assets.py", "css/../../assets.py", ""]
)
def test_nothing_but_static_files_is_static(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_only_the_tokens_hold_colours_and_sizes() -> None:
    for name in STYLE_SHEETS:
        if name in ("tokens", *FONTS):
            continue
        text = css(name)
        assert not LITERAL_COLOUR.findall(text), name
        assert not set(LITERAL_SIZE.findall(text)) - ALLOWED_SIZES, name


def test_no_file_of_ours_names_another_host() -> None:
    """What others made may: the content policy and the tests in browsers hold that it asks none."""
    for path in STATIC.rglob("*"):
        if path.suffix in (".css", ".js", ".svg") and VENDOR not in path.parents:
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http:" not in text, path.name
            assert "https:" not in text, path.name
