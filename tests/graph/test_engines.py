"""Every engine gives the oracle's answer on random outbreaks, row by row, in order (J1)."""

from collections.abc import Callable, Sequence

import pytest

from graph.database import Graph
from graph.tracing import ListedPeople, find_sources
from graph.tracing.projection import Projection
from tests import projected
from tests.defects import DEFECTS, planted
from tests.emptying import empty
from tests.oracle import Row, sources_of
from tests.peoples import told_alike
from tests.stored import ask, store_worlds, traced, tracing_rule
from tests.worlds import Outbreak, random_outbreaks, told

OUTBREAKS = 320
#: A planted defect is looked for in these, one after the other, until it shows.
FOR_A_DEFECT = 80

Answer = Callable[[Outbreak], list[Row]]


def differing(outbreaks: Sequence[Outbreak], answer: Answer) -> list[Outbreak]:
    """Return the outbreaks that are answered otherwise than by the oracle, smallest first."""
    wrong = [outbreak for outbreak in outbreaks if answer(outbreak) != outbreak.answer()]
    return sorted(wrong, key=size)


def size(outbreak: Outbreak) -> int:
    """Return how many facts an outbreak holds."""
    return sum(map(len, vars(outbreak.world).values()))


def difference(outbreak: Outbreak, answer: Answer) -> str:
    """Return an outbreak and where its two answers part, to be read; all ids are made up."""
    expected, found = outbreak.answer(), answer(outbreak)
    parts = [f"  the oracle alone: {row}" for row in expected if row not in found]
    parts += [f"  the engine alone: {row}" for row in found if row not in expected]
    return "\n".join([told(outbreak), *(parts or ["  the order differs"])])


@pytest.fixture(scope="module")
def outbreaks(store: Graph) -> list[Outbreak]:
    """The outbreaks that all tests here ask about, stored once: their ids do not meet."""
    empty(store)
    made = list(random_outbreaks(OUTBREAKS))
    store_worlds(store, [outbreak.world for outbreak in made])
    return made


def test_J1_the_cypher_engine_answers_as_the_oracle_does(
    store: Graph, outbreaks: list[Outbreak]
) -> None:
    def answer(outbreak: Outbreak) -> list[Row]:
        return ask(store, outbreak)

    wrong = differing(outbreaks, answer)

    assert not wrong, f"{len(wrong)} of {len(outbreaks)}\n{difference(wrong[0], answer)}"
    by_case = [outbreak for outbreak in outbreaks if outbreak.case_ids]
    assert not [outbreak.seed for outbreak in by_case if sources_differ(store, outbreak)]


def sources_differ(graph: Graph, outbreak: Outbreak) -> bool:
    """Tell whether the sources found for cases are others than the oracle's."""
    # A case without a report by then is refused; the oracle leaves it out.
    known = sorted({r.case_id for r in outbreak.world.cases if r.recorded_at <= outbreak.as_of})
    found = find_sources(graph, known, tracing_rule(outbreak.rule), outbreak.as_of)
    expected = sources_of(outbreak.world, known, outbreak.rule, outbreak.as_of)
    return {key: (period.start, period.end) for key, period in found.items()} != expected


def test_J1_every_planted_defect_is_seen(store: Graph, outbreaks: list[Outbreak]) -> None:
    expected = [(outbreak, outbreak.answer()) for outbreak in outbreaks[:FOR_A_DEFECT]]

    seen = {name: defect_shows(name, store, expected) for name in DEFECTS}

    assert seen == dict.fromkeys(DEFECTS, True)


def defect_shows(name: str, graph: Graph, expected: Sequence[tuple[Outbreak, list[Row]]]) -> bool:
    """Tell whether some outbreak tells an engine with a defect from the oracle."""
    with planted(name, graph) as defective:
        return any(ask(defective, outbreak) != rows for outbreak, rows in expected)


def test_J1_the_projection_answers_as_the_oracle_does(
    store: Graph, outbreaks: list[Outbreak]
) -> None:
    snapshot = Projection(store, None).current()
    assert snapshot is not None

    def answer(outbreak: Outbreak) -> list[Row]:
        return projected.answer(outbreak, lambda _world: snapshot.columns)

    wrong = differing(outbreaks, answer)

    assert not wrong, f"{len(wrong)} of {len(outbreaks)}\n{difference(wrong[0], answer)}"


def test_counts_and_choices_are_those_of_the_rows(store: Graph, outbreaks: list[Outbreak]) -> None:
    for outbreak in outbreaks[:FOR_A_DEFECT]:
        people = traced(store, outbreak).people
        told_alike(people, ListedPeople(list(people)))
