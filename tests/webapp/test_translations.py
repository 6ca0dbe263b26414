"""The catalogue is whole: every text has Vietnamese words with the same blanks to fill in."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.webapp.outbreak import CASE, SOURCE, VENUE
from webapp.language import TRANSLATIONS
from webapp.policy import ROLES

CHECKOUT = Path(__file__).resolve().parents[2]
CATALOGUE = TRANSLATIONS / "vi" / "LC_MESSAGES" / "messages.po"
MARKERS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
}
BLANK = re.compile(r"%\((\w+)\)[sdf.\d]*|%%")
#: The same word in both languages.
SAME = {"truyvet"}


def extracted() -> Iterator[tuple[str, ...]]:
    """Yield every marked text of code and pages: one form, or two where a number decides."""
    for folder, pattern, method in (
        ("webapp", "**.py", "python"),
        ("templates", "**.html", "jinja2"),
    ):
        found = extract_from_dir(
            str(CHECKOUT / folder),
            method_map=[(pattern, method)],
            options_map={},
            keywords=MARKERS,
        )
        for _file, _line, message, _comments, _context in found:
            forms = message if isinstance(message, tuple) else (message,)
            if forms[0]:
                yield forms


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The Vietnamese catalogue as it lies in the checkout."""
    return read_po(BytesIO(CATALOGUE.read_bytes()))


def test_every_text_has_vietnamese_words(catalogue: Catalog) -> None:
    missing = []
    for forms in set(extracted()):
        entry = catalogue.get(forms[0])
        words = entry.string if entry else ""
        if entry is None or not (words if isinstance(words, str) else words[0]) or entry.fuzzy:
            missing.append(forms[0])

    assert not sorted(missing), "see babel.cfg, and translate these"


def test_the_catalogue_holds_nothing_that_is_no_longer_said(catalogue: Catalog) -> None:
    said = {forms[0] for forms in extracted()}

    assert not {key(entry.id) for entry in catalogue if entry.id} - said
    assert not catalogue.obsolete


def test_words_have_the_same_blanks_as_the_text(catalogue: Catalog) -> None:
    wrong = []
    for entry in catalogue:
        if not entry.id:
            continue
        forms = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        wanted = set(BLANK.findall(forms[-1]))
        if any(set(BLANK.findall(text)) != wanted for text in words):
            wrong.append(forms[0])

    assert not wrong


def key(text: str | tuple[str, ...]) -> str:
    """Return the text by which an entry is looked up."""
    return text if isinstance(text, str) else text[0]


PAGES = {
    "investigator": (
        "/cases",
        "/cases/new",
        f"/cases/{CASE}",
        f"/cases/{CASE}/reports/new",
        f"/cases/{CASE}/trace?hops=2",
        f"/cases/{CASE}/sources",
        f"/sources?case={CASE}&case=case-2",
        "/clusters",
        f"/paths?a={SOURCE}&b=A",
        f"/cases/{CASE}/trace?hops=99",
        f"/people/{SOURCE}",
        "/people/nobody",
        "/venues",
        f"/venues/{VENUE}",
        f"/venues/{VENUE}/days/2021-07-01",
    ),
    "data_team": ("/batches", "/cases"),
    "administrator": ("/accounts",),
}
#: English that would stand out on a Vietnamese page.
ENGLISH = re.compile(r"\b(the|and|of|with|this|venue|case|person|people|visits?|sign|rule)\b", re.I)


@pytest.mark.parametrize("role", PAGES)
def test_pages_speak_the_language_that_is_chosen(
    sign_in: Callable[[str], FlaskClient], role: str
) -> None:
    visitor = sign_in(role)
    for address in PAGES[role]:
        vietnamese = visitor.get(address).text
        visitor.set_cookie("language", "en")
        english = visitor.get(address).text
        visitor.delete_cookie("language")

        assert '<html lang="vi"' in vietnamese
        assert '<html lang="en"' in english
        assert heading(vietnamese) != heading(english), address
        assert not ENGLISH.findall(heading(vietnamese)), address


def heading(page: str) -> str:
    """Return the title and the first heading of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    titled = re.search(r"<title>(.*?)</title>", page, re.S)
    assert found, page
    assert titled
    return f"{titled.group(1)} {found.group(1)}".replace(CASE, "")


def test_switching_the_language_keeps_the_page_and_lasts(client: FlaskClient) -> None:
    from tests.webapp.conftest import send

    answer = send(client, "/language/en", page="/sign-in", next="/sign-in")

    assert answer.headers["Location"] == "/sign-in"
    assert "Sign in" in client.get("/sign-in").text
    assert send(client, "/language/xx", page="/sign-in").status_code == 404


def test_every_role_has_a_name_in_both_languages() -> None:
    assert all(name.vi and name.en for name in ROLES.values())
