"""Random changes compared: all are told, and each by facts that explain it (J16)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graph.database import Graph
from graph.periods import Period
from graph.tracing import Trace, trace
from graph.tracing.causes import Cause
from graph.tracing.comparing import Change, compare
from tests import oracle
from tests.facts import World
from tests.graph.differences import in_words
from tests.stored import store_worlds, tracing_rule
from tests.worlds import LATEST, WRITING_TIMES, Outbreak, as_known, random_outbreaks

RANDOM = 24


@dataclass(frozen=True)
class Pair:
    """A random outbreak asked at two moments."""

    before: Outbreak
    after: Outbreak


def pairs() -> Iterator[Pair]:
    """Yield outbreaks with two moments; sources follow the cases where it starts from them."""
    for number, drawn in enumerate(random_outbreaks(RANDOM, first_seed=900)):
        first = WRITING_TIMES[6 + number * 7 % 34]
        yield Pair(asked_at(drawn, first), asked_at(drawn, LATEST))


def asked_at(drawn: Outbreak, as_of: datetime) -> Outbreak:
    """Return an outbreak asked at another moment."""
    if not drawn.case_ids:
        return replace(drawn, as_of=as_of)
    sources = oracle.sources_of(drawn.world, list(drawn.case_ids), drawn.rule, as_of)
    return replace(drawn, as_of=as_of, sources=sources)


def asked_of_store(graph: Graph, outbreak: Outbreak) -> Trace:
    """Return the product's answer to an outbreak."""
    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    rule = tracing_rule(outbreak.rule)
    return trace(graph, sources, rule, outbreak.hops, outbreak.as_of)


def test_J16_random_changes_are_all_told_and_each_by_what_explains_it(graph: Graph) -> None:
    every = list(pairs())
    store_worlds(graph, [pair.before.world for pair in every])

    wrong: list[tuple[int, str, str]] = []
    seen = 0
    for pair in every:
        earlier, later = (asked_of_store(graph, one) for one in (pair.before, pair.after))
        found = compare(graph, earlier, later)
        told_of = {change.person_id: change.kind for change in found.changes}
        if told_of != expected_changes(pair):
            wrong.append((pair.before.seed, "", "not the changes that the oracle sees"))
        for change in found.changes:
            seen += 1
            wrong += [(pair.before.seed, change.person_id, c) for c in complaints(pair, change)]

    assert seen > RANDOM
    assert not wrong, f"{len(wrong)} of {seen}: {wrong[:10]}"


def expected_changes(pair: Pair) -> dict[str, str]:
    """Return how the oracle's two answers differ."""
    before, after = (
        {row.person_id: row for row in one.answer()} for one in (pair.before, pair.after)
    )
    rows: dict[str, str] = {}
    for person_id in {*before, *after, *pair.before.sources, *pair.after.sources}:
        one, other = (
            standing(side, answer, person_id)
            for side, answer in ((pair.before, before), (pair.after, after))
        )
        if one == other:
            continue
        if one is None or other is None:
            rows[person_id] = "added" if one is None else "withdrawn"
        else:
            rows[person_id] = "reclassed" if one[:2] != other[:2] else "moved"
    return rows


def standing(side: Outbreak, answer: dict[str, oracle.Row], person_id: str) -> Any:
    """Return class, whether a case, and the moment of somebody; None for nobody."""
    if person_id in side.sources:
        return 0, None, None
    row = answer.get(person_id)
    return row and (row.hop, row.is_case, row.exposed_at)


def complaints(pair: Pair, change: Change) -> Iterator[str]:
    """Yield what is wrong with the causes of a change, as the oracle sees it.

    Had the facts that they name been on the other side as they were on this one, the person
    would have been reached there as here: they explain it. Each of them changed in between.
    """
    between = (pair.before.as_of, pair.after.as_of)
    for cause in change.causes:
        if cause.kind == "unexplained":
            yield "is not explained"
        if cause.known_at is not None and not between[0] < cause.known_at <= between[1]:
            yield f"{cause.kind} lies outside of the two moments"
    before, after = change.before, change.after
    if 0 in (change.class_before, change.class_after):
        return
    if before and after and (before.hop, before.exposed_at) == (after.hop, after.exposed_at):
        return
    is_made = before is None or (
        after is not None and (after.hop, after.exposed_at) < (before.hop, before.exposed_at)
    )
    had, lacks = (pair.after, pair.before) if is_made else (pair.before, pair.after)
    row = after if is_made else before
    assert row is not None
    given = with_facts(had, lacks, change.causes)
    answer = {one.person_id: one for one in given.answer()}.get(change.person_id)
    if answer is None or (answer.hop, answer.exposed_at) > (row.hop, row.exposed_at):
        yield f"{change.kind} is not explained by {'; '.join(map(in_words, change.causes))}"


def with_facts(had: Outbreak, lacks: Outbreak, causes: Sequence[Cause]) -> Outbreak:
    """Return what `lacks` asks, the facts that causes name standing as they do in `had`."""
    facts = {cause.fact_id for cause in causes if cause.fact_id is not None}
    cases = {cause.case_id for cause in causes if cause.case_id is not None}
    whose = {cause.person_id for cause in causes if cause.case_id or cause.kind == "sources"}
    stood, stands = (as_known(side.world, side.as_of) for side in (had, lacks))
    named = {
        mark(fact)
        for number, fact in enumerate(lacks.world.isolations)
        if f"{fact.person_id}-isolation{number}" in facts
    }

    def mixed(kind: str, key: Callable[[Any], Any], chosen: Any) -> tuple[Any, ...]:
        kept = [fact for fact in getattr(stands, kind) if key(fact) not in chosen]
        return (*kept, *(fact for fact in getattr(stood, kind) if key(fact) in chosen))

    world = World(
        visits=mixed("visits", lambda fact: fact.visit_id, facts),
        meetings=mixed("meetings", lambda fact: fact.contact_id, facts),
        isolations=mixed("isolations", mark, named),
        cases=mixed("cases", lambda fact: fact.case_id, cases),
        venues=lacks.world.venues,
    )
    sources = {key: period for key, period in lacks.sources.items() if key not in whose}
    sources |= {key: period for key, period in had.sources.items() if key in whose}
    return replace(lacks, world=world, sources=sources, as_of=LATEST)


def mark(isolation: Any) -> tuple[str, datetime, datetime]:
    """Return what tells an isolation from others, whether it is known yet or not."""
    return isolation.person_id, isolation.started_at, isolation.recorded_at
