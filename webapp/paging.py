"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import abort, request

Item = TypeVar("Item")
ROWS = 100
# No list has more pages, and the store counts no further than 19 digits.
MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Part of a list: its rows, which page it is (from 1), of how many rows in all."""

    rows: Sequence[Item]
    number: int
    total: int
    size: int = ROWS

    @property
    def first(self) -> int:
        """The position of the first row shown, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The position of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_number() -> int:
    """Return the page that the address asks for; what is not a page number is 404."""
    text = request.args.get("page", "1")
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    if not is_number or int(text) < 1:
        abort(404)
    return int(text)


def page_of(items: Sequence[Item], number: int, size: int = ROWS) -> Page[Item]:
    """Return one page of a list that is wholly here; past its end is 404."""
    start = (number - 1) * size
    if number > 1 and start >= len(items):
        abort(404)
    return Page(items[start : start + size], number, len(items), size)
