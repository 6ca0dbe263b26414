"""One question put to every engine: how it is asked, held to the others, and timed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from graph.database import Graph
from graph.periods import Period
from graph.rules import get_rule
from graph.tracing import trace
from graph.tracing.answer import People
from graph.tracing.projection import Projection
from graph.tracing.projection.columns import Columns
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.spreading import spread
from tests.bench.benchmark import Tell, median_of, p95_of
from tests.bench.city_columns import ORIGIN_S, person_id
from tests.bench.made_city import City
from tests.bench.plain_columns import Found, PlainColumns

RULE = get_rule("2021-12").varied(exits="recorded")
LEAST_S = int(RULE.least.total_seconds())
#: A trace is timed until so many people are there with their evidence paths: a page's worth.
SHOWN = 100
#: Every trace is followed to its last hop, whatever it reads.
NO_END = 10**12
Sources = Mapping[str, Period]
Ask = Callable[[Sources, int], People]
#: Whom a case, by its place, exposes within some hops.
Answers = Mapping[tuple[int, int], Found]


class WrongAnswer(AssertionError):
    """Two answers to one question differ, so their times mean nothing."""


@dataclass(frozen=True)
class Case:
    """An index case: the person's number, and from when until when it is infectious."""

    person: int
    period: Period

    @property
    def sources(self) -> Sources:
        """The case as the engines take it."""
        return {person_id(self.person): self.period}

    @property
    def numbers(self) -> dict[int, tuple[int, int | None]]:
        """The case as plain comparisons take it."""
        end = self.period.end
        return {self.person: (_seconds(self.period.start), None if end is None else _seconds(end))}


@dataclass
class Times:
    """What tracing each case took, in ms, and how many people it found."""

    ms: list[float] = field(default_factory=list)
    people: list[int] = field(default_factory=list)


def ask_stored(graph: Graph, projection: Projection | None, sources: Sources, hops: int) -> People:
    """Trace as of now by the projection, or without one by Cypher."""
    as_of = datetime.now(UTC).replace(microsecond=0)
    if projection is None:
        return trace(graph, sources, RULE, hops, as_of, engine="cypher", budget=NO_END).people
    return trace(
        graph, sources, RULE, hops, as_of, engine="projection", projection=projection
    ).people


def ask_columns(columns: Columns, sources: Sources, hops: int) -> People:
    """Trace over columns that no store stands behind."""
    as_of = datetime.now(UTC).replace(microsecond=0)
    return ColumnPeople(spread(columns, sources, RULE, hops, as_of))


def plain_answers(
    city: City, cases: Sequence[Case], wanted: int, hops: Sequence[int] = (1, 2)
) -> Answers:
    """Return what comparing pair by pair finds for the first cases that expose anybody.

    Args:
        wanted: how many cases.
    """
    plain = PlainColumns(city)
    answers: dict[tuple[int, int], Found] = {}
    for place, case in enumerate(cases):
        if len(answers) < wanted * len(hops) and plain.trace(case.numbers, LEAST_S, 1):
            for hop in hops:
                answers[place, hop] = plain.trace(case.numbers, LEAST_S, hop)
    return answers


def compare(ask: Ask, cases: Sequence[Case], answers: Answers) -> None:
    """Hold an engine to answers known to be right.

    Raises:
        WrongAnswer: one differs.
    """
    for (place, hops), answer in answers.items():
        if found(ask(cases[place].sources, hops)) != answer:
            raise WrongAnswer(f"a trace over {hops} hops differs from brute force")


def compare_engines(one: Ask, other: Ask, cases: Sequence[Case], hops: Sequence[int]) -> None:
    """Hold two engines to each other: the same rows with the same paths, in the same order.

    Raises:
        WrongAnswer: they differ.
    """
    for case in cases:
        for hop in hops:
            if list(one(case.sources, hop)) != list(other(case.sources, hop)):
                raise WrongAnswer(f"the engines differ over {hop} hops")


def found(people: People) -> Found:
    """Return people as plain comparisons tell of them."""
    return {
        int(one.person_id.rpartition("-")[2]): (
            one.hop,
            _seconds(one.exposed_at),
            _seconds(one.earliest_at),
            one.minutes,
        )
        for one in people
    }


def timed(
    engine: str, ask: Ask, cases: Sequence[Case], numbers: Mapping[int, int], tell: Tell
) -> dict[str, Any]:
    """Time an engine until a page of people is there with their evidence paths; see `times_of`."""

    def ask_and_show(case: Case, hops: int) -> int:
        people = ask(case.sources, hops)
        for person in islice(people, SHOWN):
            _ = person.path
        return len(people)

    return times_of(engine, ask_and_show, cases, numbers, tell)


def times_of(
    engine: str,
    ask: Callable[[Case, int], int],
    cases: Sequence[Case],
    numbers: Mapping[int, int],
    tell: Tell,
) -> dict[str, Any]:
    """Time an engine; return `<engine>_<hops>_ms`, its p95 and how many people were found.

    Args:
        ask: traces a case over some hops and returns how many people it found.
        cases: those to warm up with after those that are timed.
        numbers: how many cases are timed over each number of hops; it warms up with twice as many.
    """
    figures: dict[str, Any] = {}
    for hops, number in sorted(numbers.items()):
        for case in cases[len(cases) - 2 * number :]:
            ask(case, hops)
        times = Times()
        for case in cases[:number]:
            began = time.perf_counter()
            people = ask(case, hops)
            times.ms.append(1000 * (time.perf_counter() - began))
            times.people.append(people)
        figures[f"{engine}_{hops}_ms"] = median_of(times.ms, 3)
        figures[f"{engine}_{hops}_p95_ms"] = p95_of(times.ms, 3)
        figures[f"{engine}_{hops}_people"] = median_of(times.people, 0)
        tell(f"{engine}, {hops} hops: median {median_of(times.ms, 3)} ms.")
    return figures


def _seconds(moment: datetime) -> int:
    """Return a moment in seconds since 2000, as the columns count."""
    return int(moment.timestamp()) - ORIGIN_S
