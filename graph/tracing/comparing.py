"""Two traces side by side: who was added, withdrawn or reclassed, and the fact that caused it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from graph.batches import Batch, find_batches_by_id
from graph.database import Graph
from graph.errors import Refused
from graph.tracing.answer import Trace, TracedPerson
from graph.tracing.causes import Cause, Side
from graph.tracing.facts import find_facts
from graph.tracing.searching import Search

ChangeKind = Literal["added", "withdrawn", "reclassed", "moved"]
KINDS: tuple[ChangeKind, ...] = ("added", "withdrawn", "reclassed", "moved")
# Rows of both traces are held in memory, about 1 kB each with their paths.
MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody for whom two traces differ, and why.

    `reclassed` has another class, or became or ceased to be a case; `moved` has the same
    class at another moment. A class of 0 is a source; None is nobody of the trace.
    """

    kind: ChangeKind
    person_id: str
    class_before: int | None
    class_after: int | None
    before: TracedPerson | None
    after: TracedPerson | None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two traces.

    Args:
        changes: those added first, then withdrawn, reclassed and moved; the nearest class
            first, then by moment, then by id.
        remeasured: how many others have other minutes, another certainty or another
            earliest moment only.
        unchanged: how many are the same in both.
        batches: those that the causes name, by batch_id.
    """

    earlier: Trace
    later: Trace
    changes: tuple[Change, ...]
    remeasured: int
    unchanged: int
    batches: Mapping[str, Batch]

    def counts(self) -> Mapping[ChangeKind, int]:
        """Return how many changes there are of each kind, none included."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}


def compare(graph: Graph, earlier: Trace, later: Trace) -> Comparison:
    """Return who differs between two traces, each with the facts that caused it.

    What made or broke the evidence path of a person is looked up in the store as it is now,
    by when each fact became known and was withdrawn.

    Raises:
        Refused: one of them found too many people to be compared.
    """
    if max(len(earlier.people), len(later.people)) > MOST_PEOPLE:
        raise Refused("trace", f"found more than {MOST_PEOPLE} people, too many to be compared")
    first, second = (
        Side(trace, {person.person_id: person for person in trace.people})
        for trace in (earlier, later)
    )
    changes = sorted(_changes(first, second), key=_order)
    explained, batches = _explained(graph, changes, first, second)
    both = first.people.keys() & second.people.keys()
    told = {change.person_id for change in changes}
    others = [key for key in both if key not in told]
    remeasured = sum(
        _measures(first.people[key]) != _measures(second.people[key]) for key in others
    )
    return Comparison(earlier, later, explained, remeasured, len(others) - remeasured, batches)


def _changes(first: Side, second: Side) -> Iterable[Change]:
    for person_id in {*_everybody(first), *_everybody(second)}:
        before, after = (side.people.get(person_id) for side in (first, second))
        was, stands = (_class_of(side, person_id) for side in (first, second))
        kind = _kind(was, stands, before, after)
        if kind is not None:
            yield Change(kind, person_id, was, stands, before, after)


def _everybody(side: Side) -> Iterable[str]:
    return (*side.trace.sources, *side.people)


def _class_of(side: Side, person_id: str) -> int | None:
    if person_id in side.trace.sources:
        return 0
    found = side.people.get(person_id)
    return None if found is None else found.hop


def _kind(
    was: int | None,
    stands: int | None,
    before: TracedPerson | None,
    after: TracedPerson | None,
) -> ChangeKind | None:
    if was is None:
        return "added"
    if stands is None:
        return "withdrawn"
    if was != stands:
        return "reclassed"
    if before is None or after is None:
        return None
    if before.is_case != after.is_case:
        return "reclassed"
    return "moved" if before.exposed_at != after.exposed_at else None


def _measures(person: TracedPerson) -> tuple[object, ...]:
    return person.minutes, person.certainty, person.earliest_at


def _order(change: Change) -> tuple[object, ...]:
    row = change.after or change.before
    hop = change.class_before if change.class_after is None else change.class_after
    moment = row.exposed_at.timestamp() if row else 0.0
    return KINDS.index(change.kind), hop, moment, change.person_id


def _explained(
    graph: Graph, changes: Iterable[Change], first: Side, second: Side
) -> tuple[tuple[Change, ...], Mapping[str, Batch]]:
    """Return the changes with their causes: a few questions for all of them at once."""
    changes = list(changes)
    paths = [row.path for change in changes if (row := _telling(change)) is not None]
    contacts = {contact for path in paths for contact in path}
    people = {change.person_id for change in changes} | {one.from_person for one in contacts}
    facts = find_facts(graph, contacts, people)
    made, broken = Search(facts, second, first), Search(facts, first, second)
    explained = []
    for change in changes:
        row = _telling(change)
        if row is None:
            causes = made.of_report(change.person_id)
        else:
            causes = (made if row is change.after else broken).causes(row)
        explained.append(replace(change, causes=causes))
    named = {c.batch_id for change in explained for c in change.causes if c.batch_id}
    batches = {one.batch_id: one for one in find_batches_by_id(graph, sorted(named))}
    return tuple(_with_undone(change, batches) for change in explained), batches


def _telling(change: Change) -> TracedPerson | None:
    """Return the row whose path tells why: that of the trace that reached the person sooner.

    None where somebody became a source or a case, or ceased to be: a report tells.
    """
    before, after = change.before, change.after
    if change.class_before == 0 or change.class_after == 0:
        return None
    if before is None or after is None:
        return before or after
    if before.hop != after.hop:
        return min(before, after, key=lambda row: row.hop)
    if before.exposed_at != after.exposed_at:
        return min(before, after, key=lambda row: row.exposed_at)
    return None


def _with_undone(change: Change, batches: Mapping[str, Batch]) -> Change:
    causes = tuple(replace(c, is_undone=_is_undone(c, batches)) for c in change.causes)
    return replace(change, causes=causes)


def _is_undone(cause: Cause, batches: Mapping[str, Batch]) -> bool:
    batch = batches.get(cause.batch_id or "")
    if batch is None or batch.undo_started_at is None or cause.known_at is None:
        return False
    until = batch.undone_at or cause.known_at
    return cause.kind.endswith("withdrawn") and batch.undo_started_at <= cause.known_at <= until


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data for JSON; instants stay what they are."""
    return {
        "earlier": _asked(comparison.earlier),
        "later": _asked(comparison.later),
        "counts": {
            **comparison.counts(),
            "remeasured": comparison.remeasured,
            "unchanged": comparison.unchanged,
        },
        "changes": [
            {
                "kind": change.kind,
                "person_id": change.person_id,
                "class_before": _class_name(change.class_before),
                "class_after": _class_name(change.class_after),
                "causes": [asdict(cause) for cause in change.causes],
            }
            for change in comparison.changes
        ],
    }


def _asked(trace: Trace) -> dict[str, Any]:
    return {
        "rule": trace.rule.name,
        "as_of": trace.as_of,
        "hops": trace.hops,
        "complete_hops": trace.complete_hops,
        "sources": sorted(trace.sources),
        "people": len(trace.people),
    }


def _class_name(hop: int | None) -> str | None:
    return None if hop is None else f"F{hop}"
