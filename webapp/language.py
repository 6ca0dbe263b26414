"""The words of pages and of the command line, Vietnamese and English.

Texts in the code are English and are the keys of one catalogue,
`webapp/translations/<language>/LC_MESSAGES/messages.po`. A page speaks the language of its
request, the command line that of its environment; click's own words ("Usage", "Options") are
looked up in the same catalogue, because click asks `gettext` for them.
"""

import gettext
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LANGUAGES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "messages"


def N_(message: str) -> str:  # noqa: N802 - the name by which gettext finds such texts
    """Mark a text for the catalogue; whoever shows it asks `_` for the translation."""
    return message


def _(message: str, **values: Any) -> str:
    """Return a text in the language of the request, or of the command line outside one.

    `values` are filled in where the text says `%(name)s`; without any the text stays as it is.
    """
    translated = _of_request(message) if _in_request() else gettext.gettext(message)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """Return the form of a text that a number asks for; `%(num)s` is the number."""
    values.setdefault("num", number)
    if _in_request():
        from flask_babel import get_translations

        return str(get_translations().ungettext(singular, plural, number)) % values
    return gettext.ngettext(singular, plural, number) % values


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that an environment asks for, `vi` or `en`.

    TRUYVET_LANGUAGE decides; else the first of LC_ALL, LC_MESSAGES and LANG that is set; else
    English.
    """
    asked = environment.get("TRUYVET_LANGUAGE", "").strip().lower()
    if asked in LANGUAGES:
        return asked
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "vi" if locale.lower().startswith("vi") else "en"


def speak(language: str) -> None:
    """Make the command line, click's own words included, speak a language from now on."""
    if language not in LANGUAGES:
        raise ValueError("language: not one of those in the catalogue")
    compile_catalogues()
    gettext.bindtextdomain(DOMAIN, str(TRANSLATIONS))
    gettext.textdomain(DOMAIN)
    # gettext reads the wish from here at every look-up, and LANGUAGE comes before LC_ALL.
    os.environ["LANGUAGE"] = language


def stale_catalogues() -> list[Path]:
    """Return the catalogues whose compiled form is missing or older than their text."""
    return [text for text in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")) if _is_stale(text)]


def compile_catalogues() -> None:
    """Compile the catalogues whose text is newer, so that pages and commands can be read.

    In a folder that cannot be written the older form, or else English, is shown.
    """
    for text in stale_catalogues():
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with text.open("rb") as file:
            catalogue = read_po(file, domain=DOMAIN)
        # Written aside and renamed: another process may be reading or compiling it now.
        aside = text.with_suffix(f".{os.getpid()}.mo")
        try:
            with aside.open("wb") as file:
                write_mo(file, catalogue)
            aside.replace(text.with_suffix(".mo"))
        except OSError:
            return


def _is_stale(text: Path) -> bool:
    compiled = text.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime


def _in_request() -> bool:
    flask = sys.modules.get("flask")
    return flask is not None and bool(flask.has_request_context())


def _of_request(message: str) -> str:
    from flask_babel import gettext as of_request

    return str(of_request(message))
