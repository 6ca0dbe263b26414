"""What identifies people: phones, cards, personal codes; only sealed, found by keyed digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graph.database import Graph, Step
from graph.errors import NotFound
from graph.periods import whole_seconds

PHONE = "phone"
PERSONAL_CODE = "personal_code"
COLUMNS = ("person_id", "scheme", "blind_index", "sealed", "source")


@dataclass(frozen=True, slots=True)
class Linked:
    """A person whom an identifier is linked with; `verified_at` is None while only said so."""

    person_id: str
    full_name: str | None
    name_key: str | None
    birth_year: int | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier of a person; what it says is sealed for its scheme and blind index."""

    scheme: str
    blind_index: str
    sealed: str = field(repr=False)
    source: str
    recorded_at: datetime
    verified_at: datetime | None


def merge_identifiers_step(
    rows: Sequence[Mapping[str, str]], recorded_at: datetime | None = None
) -> Step:
    """Return the step of a transaction that links people with what identifies them.

    The people exist, by a step before it. One identifier may be linked with many people; a link
    or an identifier that exists stays as it is.

    Args:
        rows: person_id, scheme, blind_index, sealed, source; other keys are left out. What is
            sealed is sealed for the field `scheme` of the owner `blind_index`, because a family
            shares it.
        recorded_at: when they became known, None for now.
    """
    moment = whole_seconds(recorded_at or datetime.now(UTC))
    # In one order, so that two transactions never wait for each other's locks.
    ready = sorted(
        ({column: row[column] for column in COLUMNS} for row in rows),
        key=lambda row: (row["person_id"], row["scheme"], row["blind_index"]),
    )
    return "identifiers/merge_identifiers", {"rows": ready, "recorded_at": moment}


def merge_identifiers(
    graph: Graph, rows: Sequence[Mapping[str, str]], recorded_at: datetime | None = None
) -> None:
    """Link people who exist with what identifies them; what is known already stays as it is."""
    graph.write_together(merge_identifiers_step(rows, recorded_at))


def record_verification(
    graph: Graph, person_id: str, scheme: str, blind_index: str, at: datetime
) -> datetime:
    """Record that a person has shown to hold an identifier; return since when that is known.

    Raises:
        NotFound: the person is not linked with it.
    """
    rows = graph.write(
        "identifiers/record_verification",
        person_id=person_id,
        scheme=scheme,
        blind_index=blind_index,
        verified_at=whole_seconds(at),
    )
    if not rows:
        raise NotFound("identifier")
    verified_at: datetime = rows[0]["verified_at"]
    return verified_at


def find_persons_of(graph: Graph, scheme: str, blind_index: str) -> list[Linked]:
    """Return whom an identifier is linked with, by person_id; being linked proves nothing."""
    rows = graph.read("identifiers/find_persons_of", scheme=scheme, blind_index=blind_index)
    return [Linked(**row) for row in rows]


def find_verified_persons(graph: Graph, scheme: str, blind_index: str) -> list[Linked]:
    """Return who has shown to hold an identifier, by person_id; a family shares a phone."""
    linked = find_persons_of(graph, scheme, blind_index)
    return [person for person in linked if person.verified_at is not None]


def find_identifiers_of(graph: Graph, person_id: str) -> list[Identifier]:
    """Return what identifies a person, by scheme, the earliest known first."""
    rows = graph.read("identifiers/find_identifiers_of", person_id=person_id)
    return [Identifier(**row) for row in rows]
