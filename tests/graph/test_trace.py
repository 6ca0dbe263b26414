"""Tracing by hand: what the tables of DESIGN section 3 say, the engine answers (J9)."""

import pytest

from graph.database import Graph
from graph.errors import Refused
from graph.periods import Period
from graph.tracing import ListedPeople, trace
from importers.importer import run
from importers.visits import VISITS
from tests.hand_tables import HANDS, RULE, S
from tests.renaming import inverse, renamed_rows, with_prefix
from tests.stored import ask, store_worlds, tracing_rule
from tests.tables import LATER, at, shown, table, texts


def test_a_person_reached_sooner_over_more_hops_keeps_class_and_minutes(graph: Graph) -> None:
    """The worked example of DESIGN section 3: S is infectious from 08:00."""
    visits = texts("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | S         | café     | 08:00      | 09:00
        2        | A         | café     | 08:50      | 09:00
        3        | B         | café     | 08:30      | 08:50
        4        | B         | bus      | 09:00      | 09:30
        5        | A         | bus      | 09:00      | 09:30
        6        | C         | bus      | 09:10      | 09:24
        7        | S         | market   | 10:00      | 11:00
        8        | A         | market   | 10:30      | 11:30
        9        | D         | market   | 10:45      | 11:30
    """)
    run(VISITS, visits, graph, recorded_at=at("D2 00:00"))
    sources = {"S": Period(at("08:00"), None)}

    found = trace(graph, sources, tracing_rule(RULE), hops=2, as_of=LATER)

    assert [shown(person) for person in found.people] == table("""
        person_id | hop | exposed_at | earliest_at | minutes
        B         | 1   | 08:45      | 08:45       | 20
        A         | 1   | 10:45      | 09:15       | 30
        D         | 1   | 11:00      | 11:00       | 15
    """)


def test_J9_the_engine_gives_the_written_tables(graph: Graph) -> None:
    """All tables lie in one store, under ids of their own."""
    apart = {
        name: with_prefix(hand.outbreak(), f"{number:02}-")
        for number, (name, hand) in enumerate(HANDS.items())
    }
    store_worlds(graph, [variant.outbreak.world for variant in apart.values()])

    found = {
        name: HANDS[name].found(
            renamed_rows(ask(graph, variant.outbreak), inverse(variant.renaming))
        )
        for name, variant in apart.items()
    }

    assert found == {name: hand.wanted() for name, hand in HANDS.items()}


def test_nobody_to_trace_from_finds_nobody(graph: Graph) -> None:
    assert trace(graph, {}, tracing_rule(RULE), hops=2, as_of=LATER).people == ListedPeople([])


def test_a_source_that_no_visit_names_exposes_nobody(graph: Graph) -> None:
    sources = {"S": Period(*S["S"])}

    assert trace(graph, sources, tracing_rule(RULE), hops=6, as_of=LATER).people == ListedPeople([])


@pytest.mark.parametrize("hops", [0, -1, 7, 99])
def test_hops_outside_one_to_six_are_refused(graph: Graph, hops: int) -> None:
    with pytest.raises(Refused, match="hops"):
        trace(graph, {"S": Period(*S["S"])}, tracing_rule(RULE), hops=hops, as_of=LATER)
