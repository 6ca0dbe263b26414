"""The ledger: which facts each commit changed, numbered in the order of the commits.

Whatever is kept beside the store, columns in memory above all, follows the ledger: who has
seen change n has seen every one before it. A transaction that changes a fact which a trace
reads (visits and exits, meetings, isolations, case reports, kinds and zones of venues, days
that expire) ends with `change_step`; one that changes nothing leaves no change. Names of
people and places are no such facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from graph.database import Graph, Reader, Row, Step

# Who is further behind than what is kept reads the whole store again, which is sooner done.
MOST_CHANGES = 100_000
MOST_IDS = 3_000_000

# Ids, or how they follow from the rows of the steps before, one list a step.
Ids = Iterable[str] | Callable[[Sequence[list[Row]]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """One commit of one store: what has seen it has seen all before it.

    Args:
        store_id: random, made with the ledger; a restored backup has that of its origin.
        number: of the change, 0 before the first.
        token: the change's own, so that two stores that went apart after a backup are told
            apart; empty before the first.
        ids: how many ids all changes up to it have named.
    """

    store_id: str
    number: int
    token: str
    ids: int


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger of a store has come, and how much the store holds then.

    Args:
        store_id, number, token, ids: of the newest change; see `Mark`.
        kept_from: the number of the oldest change that can still be read.
        visit_days, meetings, isolations, reports, people: counts; edges of VISITED, one a day.
    """

    store_id: str
    number: int
    token: str
    ids: int
    kept_from: int
    visit_days: int
    meetings: int
    isolations: int
    reports: int
    people: int

    @property
    def mark(self) -> Mark:
        """The newest change."""
        return Mark(self.store_id, self.number, self.token, self.ids)


@dataclass(frozen=True, slots=True)
class Change:
    """One commit: whose facts it changed, of which venues, which local days it deleted.

    Args:
        ids: how many ids all changes up to this one have named.
        recorded_at: shortly before its commit, aware UTC.
        kind: visits, meetings, isolations, cases, venues or days.
    """

    number: int
    token: str
    ids: int
    recorded_at: datetime
    kind: str
    person_ids: Sequence[str]
    venue_ids: Sequence[str]
    days: Sequence[date]


def change_step(
    kind: str, *, people: Ids = (), venues: Ids = (), days: Iterable[date] = ()
) -> Step:
    """Return the last step of a transaction: the ledger names what its other steps changed.

    Where that follows from their rows, give functions of these; where nothing and nobody is
    left to name, nothing is written.

    Args:
        people: whose facts changed, by person_id.
        venues: whose category or zone changed, or which are new, by venue_id.
        days: local days whose visits were deleted.
    """
    token, store_id, now = uuid4().hex, uuid4().hex, datetime.now(UTC)
    gone = sorted(set(days))

    def parameters(found: Sequence[list[Row]]) -> dict[str, object] | None:
        person_ids = sorted(set(people(found) if callable(people) else people))
        venue_ids = sorted(set(venues(found) if callable(venues) else venues))
        if not (person_ids or venue_ids or gone):
            return None
        return {
            "store_id": store_id,
            "token": token,
            "recorded_at": now,
            "kind": kind,
            "person_ids": person_ids,
            "venue_ids": venue_ids,
            "days": gone,
            "most_changes": MOST_CHANGES,
            "most_ids": MOST_IDS,
        }

    return "changes/record_change", parameters


def head(graph: Graph) -> Head:
    """Return how far the ledger of a store has come; a store that has none gets one.

    The newest change itself may be readable in part only: see `settled_head`.
    """
    rows = graph.read("changes/get_head")
    return Head(**rows[0]) if rows else settled_head(graph)


def settled_head(graph: Graph) -> Head:
    """Return how far the ledger has come, once all that it counts can be read to the end."""
    return graph.read_locked(lock_head)


def lock_head(reader: Reader) -> Head:
    """Return the head of the ledger, and let no commit pass until the transaction ends.

    What is read within `Graph.read_locked` after it stands at just this change.
    """
    return Head(**reader.read("changes/lock_head", store_id=uuid4().hex)[0])


def find_changes(reader: Reader, after: int, limit: int = MOST_CHANGES) -> list[Change]:
    """Return the changes after a number that are still kept, in the order of their commits."""
    rows = reader.read("changes/find_changes", since=after + 1, limit=limit)
    return [Change(**row) for row in rows]
