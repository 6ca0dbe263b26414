"""Saved traces: kept whole, read back as they were, run again, deleted; erasure reaches them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from graph.batches import Stamp
from graph.cases import find_confirmed_cases, merge_cases
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.periods import Period
from graph.rules import RULES
from graph.tracing import Trace, as_json, find_sources, saved, trace
from graph.tracing.replaying import replay
from graph.tracing.saved import ERASED, Asked, delete_trace, find_traces, get_trace, save_trace
from graph.tracing.terms import as_terms, rule_of
from graph.visits import merge_visits, retract_visits
from tests.graph.contents import contents, rows_of
from tests.stored import store_worlds, tracing_rule
from tests.tables import LATER, at, records
from tests.worlds import Outbreak, random_outbreaks

RULE = RULES[1]
CASE_S = Asked("cases", ("case-S",))
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:30      | 09:00
    3        | A         | bus      | 10:00      | 10:30
    4        | B         | bus      | 10:10      | 10:30
    5        | B         | school   | 12:00      | 13:00
    6        | C         | school   | 12:30      |
"""
CASES = """
    case_id | person_id | classification | onset_on
    case-S  | S         | confirmed      | D2
"""


@pytest.fixture
def chain(graph: Graph) -> Graph:
    """S met A, A met B, B met C; all of it known on the second day."""
    stamp = Stamp("test", "test", at("D2 08:00"))
    merge_visits(graph, records(VISITS), stamp)
    merge_cases(graph, records(CASES), stamp)
    return graph


def traced(graph: Graph, as_of: datetime, hops: int = 3) -> Trace:
    """Return the trace of case S."""
    return trace(graph, find_sources(graph, ["case-S"], RULE, as_of), RULE, hops, as_of)


def same(one: Trace, other: Trace) -> bool:
    """Tell whether two traces say the same; how long they took does not count."""
    told, heard = ({**as_json(each), "ms": 0} for each in (one, other))
    return told == heard


def test_a_saved_trace_is_read_back_as_it_was(chain: Graph) -> None:
    found = traced(chain, LATER)

    trace_id = save_trace(chain, found, CASE_S, name="Tuesday")
    read = get_trace(chain, trace_id)

    assert [person.person_id for person in read.trace.people] == ["A", "B", "C"]
    assert list(read.trace.people) == list(found.people)
    assert replace(read.trace, people=found.people) == found
    assert (read.heading.name, read.heading.asked, read.heading.people) == ("Tuesday", CASE_S, 3)


def test_R220_every_random_trace_is_read_back_and_run_again_as_it_was(graph: Graph) -> None:
    outbreaks = [one for one in random_outbreaks(12, first_seed=500) if seen(one)]
    store_worlds(graph, [outbreak.world for outbreak in outbreaks])

    wrong = []
    for outbreak in outbreaks:
        found = trace(graph, *asked_of(outbreak))
        trace_id = save_trace(graph, found, Asked("by_hand"))
        if list(get_trace(graph, trace_id).trace.people) != list(found.people):
            wrong.append((outbreak.seed, "read back"))
        if not same(replay(graph, trace_id).trace, found):
            wrong.append((outbreak.seed, "run again"))

    assert not wrong


def seen(outbreak: Outbreak) -> bool:
    """Tell whether some fact names each of the sources."""
    world = outbreak.world
    named = {fact.person_id for fact in (*world.visits, *world.isolations, *world.cases)}
    return outbreak.sources.keys() <= named


def asked_of(
    outbreak: Outbreak,
) -> tuple[dict[str, Period], object, int, datetime]:
    """Return what an outbreak asks, as arguments of a trace."""
    sources = {person_id: Period(*period) for person_id, period in outbreak.sources.items()}
    return sources, tracing_rule(outbreak.rule), outbreak.hops, outbreak.as_of


@pytest.mark.parametrize("rule", [*RULES, RULES[0].varied(least=timedelta(seconds=90))])
def test_a_rule_is_told_by_its_terms(rule: object) -> None:
    assert rule_of(as_terms(rule)) == rule


def test_a_trace_is_saved_once_under_an_id_of_the_callers_own(chain: Graph) -> None:
    found = traced(chain, LATER)

    assert save_trace(chain, found, CASE_S, trace_id="mine") == "mine"
    before = contents(chain)
    assert save_trace(chain, found, CASE_S, trace_id="mine") == "mine"

    assert contents(chain) == before


def test_a_trace_is_not_seen_before_it_is_whole_and_what_broke_off_is_cleared(
    chain: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_AT_ONCE", 1)
    breaking = chain.replacing("traces/finish_trace", "RETURN 1 / 0 AS broken")

    with pytest.raises(Exception, match="finish_trace"):
        save_trace(breaking, traced(chain, LATER), CASE_S, trace_id="half")

    assert find_traces(chain) == []
    with pytest.raises(NotFound):
        get_trace(chain, "half")
    monkeypatch.setattr(saved, "ABANDONED_AFTER", timedelta(hours=-1))
    save_trace(chain, traced(chain, LATER), CASE_S, trace_id="whole")
    assert held(chain) == {"Trace": 1, "STARTED_FROM": 1, "FOUND": 3}


def test_a_deleted_trace_leaves_the_people_and_nothing_else(
    chain: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_AT_ONCE", 2)
    before = contents(chain)
    trace_id = save_trace(chain, traced(chain, LATER), CASE_S)

    delete_trace(chain, trace_id)

    assert contents(chain) == before
    with pytest.raises(NotFound):
        delete_trace(chain, trace_id)


def held(graph: Graph) -> dict[str, int]:
    """Return how many nodes and edges saved traces take."""
    query = """
        MATCH (n:Trace) RETURN 'Trace' AS kind, count(n) AS number
        UNION ALL
        MATCH (:Trace)-[r]->() RETURN type(r) AS kind, count(r) AS number
    """
    return {row["kind"]: row["number"] for row in rows_of(graph, query)}


def test_erasing_somebody_takes_them_out_of_saved_traces_and_of_the_paths_of_others(
    chain: Graph,
) -> None:
    trace_id = save_trace(chain, traced(chain, LATER), CASE_S)

    chain.apply("MATCH (p:Person {person_id: 'A'}) DETACH DELETE p")

    people = get_trace(chain, trace_id).trace.people
    assert [(person.person_id, person.via) for person in people] == [("B", ERASED), ("C", "B")]
    everything = "MATCH (t:Trace)-[r]->() RETURN properties(t) AS of_node, properties(r) AS of_edge"
    assert "'A'" not in repr(rows_of(chain, everything))


@pytest.mark.parametrize(
    ("case_id", "expected"),
    [
        pytest.param("case-S", ["of all", "of S"], id="its own and those of all cases"),
        pytest.param("case-T", ["of all"], id="those of all cases"),
        pytest.param(None, ["by hand", "of all", "of S"], id="every one"),
    ],
)
def test_the_traces_of_a_case_are_those_that_started_from_it(
    chain: Graph, case_id: str | None, expected: list[str]
) -> None:
    found = traced(chain, LATER)
    for name, asked in (
        ("of S", CASE_S),
        ("of all", Asked("all_cases")),
        ("by hand", Asked("by_hand")),
    ):
        save_trace(chain, found, asked, name=name)

    assert {one.name for one in find_traces(chain, case_id)} == set(expected)


def test_too_many_people_are_refused_with_a_sentence(
    chain: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_PEOPLE", 2)

    with pytest.raises(Refused, match="found more than 2 people"):
        save_trace(chain, traced(chain, LATER), CASE_S)

    assert find_traces(chain) == []


def test_a_trace_from_somebody_whom_the_store_does_not_know_is_not_saved(chain: Graph) -> None:
    found = trace(chain, {"nobody": Period(at("08:00"), None)}, RULE, 1, LATER)

    with pytest.raises(NotFound):
        save_trace(chain, found, Asked("by_hand"))

    assert held(chain) == {}


# --- run again ------------------------------------------------------------------------------

POSITIVE = """
    case_id | person_id | classification | onset_on | confirmed_at
    case-A  | A         | confirmed      | D3       | D5 08:00
"""


def test_R220_a_contact_turns_positive_and_its_contacts_are_reached_until_the_result_goes(
    chain: Graph,
) -> None:
    """One hop from S: A. A turns positive on D5: B is F1 of A; withdrawn on D7, B goes again."""
    stored = save_trace(chain, traced(chain, at("D4 08:00"), hops=1), CASE_S)
    merge_cases(chain, records(POSITIVE), Stamp("test", "test", at("D5 08:00")))
    withdrawn = [{**row, "classification": "discarded"} for row in records(POSITIVE)]
    merge_cases(chain, withdrawn, Stamp("test", "test", at("D7 08:00")))

    def classes(moment: str) -> list[tuple[str, int]]:
        found = replay(chain, stored, at(moment)).trace
        sources = [(person_id, 0) for person_id in sorted(found.sources)]
        return sources + [(person.person_id, person.hop) for person in found.people]

    assert classes("D4 08:00") == [("S", 0), ("A", 1)]
    assert classes("D6 08:00") == [("A", 0), ("S", 0), ("B", 1)]
    assert classes("D8 08:00") == [("S", 0), ("A", 1)]


def test_R220_the_replay_of_an_earlier_day_is_the_list_that_was_stored_then(
    chain: Graph,
) -> None:
    stored = save_trace(chain, traced(chain, at("D4 08:00")), CASE_S)
    then = get_trace(chain, stored).trace
    merge_cases(chain, records(POSITIVE), Stamp("test", "test", at("D5 08:00")))
    retract_visits(chain, ["3"], at("D6 08:00"))

    replayed = replay(chain, stored).trace

    assert same(replayed, then)
    assert not same(replay(chain, stored, LATER).trace, then)


def test_a_replay_that_is_saved_is_run_again_as_it_was(chain: Graph) -> None:
    """What turned positive in between belongs to its question."""
    stored = save_trace(chain, traced(chain, at("D4 08:00"), hops=1), CASE_S)
    merge_cases(chain, records(POSITIVE), Stamp("test", "test", at("D5 08:00")))
    later = replay(chain, stored, at("D6 08:00"))

    again = replay(chain, save_trace(chain, later.trace, later.asked))

    assert set(later.asked.case_ids) == {"case-S", "case-A"}
    assert same(again.trace, later.trace)


def test_a_discarded_index_case_exposes_nobody(chain: Graph) -> None:
    stored = save_trace(chain, traced(chain, at("D4 08:00")), CASE_S)
    discarded = [{**row, "classification": "discarded"} for row in records(CASES)]
    merge_cases(chain, discarded, Stamp("test", "test", at("D5 08:00")))

    found = replay(chain, stored, at("D6 08:00")).trace

    assert (dict(found.sources), list(found.people)) == ({}, [])


def test_all_cases_run_again_are_all_cases_of_then(chain: Graph) -> None:
    merge_cases(chain, records(POSITIVE), Stamp("test", "test", at("D5 08:00")))
    found = trace(chain, {}, RULE, 1, at("D4 08:00"))
    stored = save_trace(chain, found, Asked("all_cases"))

    later = replay(chain, stored, at("D6 08:00")).trace

    assert later.sources.keys() == {c.person_id for c in find_confirmed_cases(chain, LATER)}
