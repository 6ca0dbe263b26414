"""Which column of a file is which of an importer; nothing is written before that is clear."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from importers.parse import folded


class HeaderFault(ValueError):
    """Columns that are missing, doubled or unknown; the text names all of them."""


def match_header(
    columns: Mapping[str, Any], header: Sequence[str], ignore_extra: bool = False
) -> dict[str, str]:
    """Return the header's name of each column that the file has.

    Names and aliases are compared without case, marks, underscores and doubled spaces.

    Args:
        columns: what each column is (`importer.Column`), by name.
        header: as written in the file.
        ignore_extra: leave out columns that are not known.

    Raises:
        HeaderFault: a column that is needed is missing, one is there twice, or one is not known.
    """
    known = {
        folded(word): key for key, column in columns.items() for word in (key, *column.aliases)
    }
    found: dict[str, list[str]] = {}
    unknown = []
    for heading in header:
        key = known.get(folded(heading))
        if key is None:
            unknown.append(heading)
        else:
            found.setdefault(key, []).append(heading)
    missing = [key for key, column in columns.items() if column.required and key not in found]
    doubled = [key for key, headings in found.items() if len(headings) > 1]
    faults = [
        _told("missing", missing),
        _told("there twice", doubled),
        "" if ignore_extra else _told("not known", unknown),
    ]
    if any(faults):
        raise HeaderFault("; ".join(filter(None, faults)))
    return {key: headings[0] for key, headings in found.items()}


def _told(fault: str, names: Iterable[str]) -> str:
    """Return a fault with the columns that have it; a long or nameless one is made readable."""
    shown = [_shown(name) for name in names]
    if not shown:
        return ""
    return f"{'column' if len(shown) == 1 else 'columns'} {fault}: {', '.join(shown)}"


def _shown(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else "?" for letter in str(name)[:60])
    return plain or "(a column without a name)"
