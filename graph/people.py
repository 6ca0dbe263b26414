"""People: who is known, under opaque ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.batches import Merged, Rows, Stamp, sift
from graph.database import Graph
from graph.errors import NotFound


@dataclass(frozen=True, slots=True)
class Person:
    """One human being; what is not known is None.

    Args:
        told_at: when the unit was told, whose code is to be read as of then.
    """

    person_id: str
    full_name: str | None
    birth_year: int | None
    sex: str | None
    unit_code: str | None
    unit_name: str | None
    told_at: datetime | None = None


SEXES = ("male", "female", "other")
_OPTIONAL = ("full_name", "birth_year", "sex", "unit_code")


def merge_persons(graph: Graph, rows: Rows, stamp: Stamp) -> Merged:
    """Store people, or what is newly known of them: what a row leaves empty stays as it is."""
    sifted = sift(rows, "person_id", _OPTIONAL)
    same = graph.write("people/merge_persons", rows=sifted.rows, **stamp.parameters())
    return sifted.merged(len(same))


def merge_bare_persons_step(
    person_ids: Sequence[str], stamp: Stamp
) -> tuple[str, dict[str, object]]:
    """Return the step of a transaction that sees to it that people exist."""
    wanted = sorted(set(person_ids))
    return "people/merge_bare_persons", {"person_ids": wanted, **stamp.parameters()}


def get_person(graph: Graph, person_id: str) -> Person:
    """Return one person.

    Raises:
        NotFound: nobody has this id.
    """
    rows = graph.read("people/get_person", person_id=person_id)
    if not rows:
        raise NotFound("person")
    return Person(**rows[0])


def find_names(graph: Graph, person_ids: Sequence[str]) -> dict[str, str]:
    """Return the full names of people by their ids; who has none known is left out."""
    wanted = sorted(set(person_ids))
    rows = graph.read("people/find_names", person_ids=wanted) if wanted else []
    return {row["person_id"]: row["full_name"] for row in rows}
