"""Two traces compared: who was added, withdrawn or reclassed, and by which fact (R126)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from graph.database import Graph
from graph.errors import Refused
from graph.isolations import retract_isolations
from graph.meetings import merge_meetings
from graph.tracing import comparing, find_sources, trace
from graph.tracing.comparing import compare
from graph.tracing.saved import Asked, get_trace, save_trace
from graph.venues import merge_venues
from graph.visits import merge_visits, record_exit, retract_visits
from tests.graph.differences import (
    AFTER,
    BEFORE,
    FIRST,
    LATER,
    RULE,
    compared,
    in_words,
    isolate,
    report,
    store_known,
    told,
    traced,
    visit,
)
from tests.tables import at, records, table


@pytest.fixture
def known(graph: Graph) -> Graph:
    """The small outbreak, as known on the fourth day."""
    store_known(graph)
    return graph


def release(graph: Graph) -> None:
    """Withdraw the isolation of A that was known first."""
    retract_isolations(graph, ["i"], LATER.recorded_at)


def meet(graph: Graph) -> None:
    """Record a meeting of S and X."""
    row = {"contact_id": "m", "person_a": "S", "person_b": "X"}
    merge_meetings(graph, [{**row, "started_at": at("20:00"), "ended_at": at("20:05")}], LATER)


def turn_and_withdraw(graph: Graph) -> None:
    """Report A as a case first, and discard it later."""
    report(graph, "case-A", "A", classification="discarded")


@dataclass(frozen=True)
class Law:
    """What happens between the two traces, and what their comparison says."""

    happens: Callable[[Graph], Any]
    expected: str
    before: Callable[[Graph], Any] = lambda graph: None
    hops: int = 2


LAWS = {
    "nothing happens": Law(lambda graph: None, ""),
    "an F1 turns positive": Law(
        lambda graph: report(graph, "case-A", "A", onset_on=at("D3 08:00").date()),
        """
        change    | person_id | class | causes
        added     | B         | - F1  | case_confirmed A classification onset_on
        reclassed | A         | F1 F0 | case_confirmed A classification onset_on
        """,
        hops=1,
    ),
    "the result of an F1 is withdrawn": Law(
        turn_and_withdraw,
        """
        change    | person_id | class | causes
        withdrawn | B         | F1 -  | case_discarded A classification onset_on
        reclassed | A         | F0 F1 | case_discarded A classification onset_on
        """,
        before=lambda graph: report(graph, "case-A", "A", FIRST, onset_on=at("D3 08:00").date()),
        hops=1,
    ),
    "the onset is corrected": Law(
        lambda graph: report(graph, "case-S", "S", onset_on=at("D5 08:00").date()),
        """
        change    | person_id | class | causes
        withdrawn | A         | F1 -  | case_changed S onset_on
        withdrawn | D         | F1 -  | case_changed S onset_on
        withdrawn | B         | F2 -  | case_changed S onset_on through A
        withdrawn | E         | F2 -  | case_changed S onset_on through D
        """,
    ),
    "the index case is discarded": Law(
        lambda graph: report(graph, "case-S", "S", classification="discarded"),
        """
        change    | person_id | class | causes
        withdrawn | S         | F0 -  | case_discarded S classification onset_on
        withdrawn | A         | F1 -  | case_discarded S classification onset_on
        withdrawn | D         | F1 -  | case_discarded S classification onset_on
        withdrawn | B         | F2 -  | case_discarded S classification onset_on through A
        withdrawn | E         | F2 -  | case_discarded S classification onset_on through D
        """,
    ),
    "a visit is recorded": Law(
        lambda graph: visit(graph, "x1 | X | café | 08:10 | 09:00"),
        """
        change | person_id | class | causes
        added  | X         | - F1  | visit_recorded X
        """,
    ),
    "a visit upstream is recorded": Law(
        lambda graph: visit(graph, "x1 | X | café | 08:10 | 09:00\nx2 | X | zoo | 15:00 | 16:00"),
        """
        change | person_id | class | causes
        added  | X         | - F1  | visit_recorded X
        added  | Y         | - F2  | visit_recorded X through X; visit_recorded X
        """,
        before=lambda graph: merge_visits(
            graph,
            records("""
                visit_id | person_id | venue_id | arrived_at | left_at
                y2       | Y         | zoo      | 15:30      | 16:00
            """),
            FIRST,
        ),
    ),
    "a visit is withdrawn": Law(
        lambda graph: retract_visits(graph, ["a1"], LATER.recorded_at),
        """
        change    | person_id | class | causes
        withdrawn | A         | F1 -  | visit_withdrawn A
        withdrawn | B         | F2 -  | visit_withdrawn A through A
        """,
    ),
    "a visit upstream of a class is withdrawn": Law(
        lambda graph: retract_visits(graph, ["s-b"], LATER.recorded_at),
        """
        change    | person_id | class | causes
        reclassed | B         | F1 F2 | visit_withdrawn B
        """,
        before=lambda graph: merge_visits(
            graph,
            records("""
                visit_id | person_id | venue_id | arrived_at | left_at
                s-b      | B         | café     | 08:30      | 08:45
            """),
            FIRST,
        ),
    ),
    "an exit is learnt": Law(
        lambda graph: record_exit(graph, "d1", at("08:40:20"), LATER.recorded_at),
        """
        change    | person_id | class | causes
        withdrawn | D         | F1 -  | exit_learnt D
        withdrawn | E         | F2 -  | exit_learnt D through D
        """,
    ),
    "a difference that does not matter is not named": Law(
        lambda graph: (
            retract_visits(graph, ["s1"], LATER.recorded_at),
            record_exit(graph, "d1", at("09:30"), LATER.recorded_at),
        ),
        """
        change    | person_id | class | causes
        withdrawn | A         | F1 -  | visit_withdrawn S
        withdrawn | D         | F1 -  | visit_withdrawn S
        withdrawn | B         | F2 -  | visit_withdrawn S through A
        withdrawn | E         | F2 -  | visit_withdrawn S through D
        """,
    ),
    "a tie upstream that another contact wins now is not named": Law(
        lambda graph: visit(graph, "a5 | A | bar | 08:30 | 09:00\nx6 | X | zoo | 15:30 | 16:00"),
        """
        change | person_id | class | causes
        added  | X         | - F2  | visit_recorded X
        """,
        before=lambda graph: visit(
            graph, "s5 | S | bar | 08:00 | 09:00\na6 | A | zoo | 15:00 | 16:00", FIRST
        ),
    ),
    "a stay in another zone does not stand in for one withdrawn": Law(
        lambda graph: retract_visits(graph, ["a1"], LATER.recorded_at),
        """
        change    | person_id | class | causes
        withdrawn | A         | F1 -  | visit_withdrawn A
        withdrawn | B         | F2 -  | visit_withdrawn A through A
        """,
        before=lambda graph: (
            merge_venues(graph, [{"venue_id": "terrace", "part_of": "café"}], FIRST),
            visit(graph, "a7 | A | terrace | 08:30 | 09:00", FIRST),
        ),
    ),
    "a meeting is named": Law(
        meet,
        """
        change | person_id | class | causes
        added  | X         | - F1  | meeting_recorded S
        """,
    ),
    "a contact was isolated": Law(
        lambda graph: isolate(graph, LATER),
        """
        change    | person_id | class | causes
        withdrawn | B         | F2 -  | isolation_recorded A
        """,
    ),
    "an isolation is withdrawn": Law(
        release,
        """
        change | person_id | class | causes
        added  | B         | - F2  | isolation_withdrawn A
        """,
        before=lambda graph: isolate(graph, FIRST),
    ),
    "a moment moves": Law(
        lambda graph: visit(graph, "a0 | A | café | 08:05 | 08:20"),
        """
        change | person_id | class | causes
        moved  | A         | F1 F1 | visit_recorded A
        """,
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_each_difference_is_told_with_the_fact_that_caused_it(known: Graph, name: str) -> None:
    law = LAWS[name]
    law.before(known)
    law.happens(known)

    found = compared(known, law.hops)

    assert [told(change) for change in found.changes] == table(law.expected)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"hops": 1}, {"B": "hops", "E": "hops"}, id="fewer hops"),
        pytest.param(
            {"rule": RULE.varied(least=timedelta(minutes=25))},
            {"A": "rule", "B": "rule through A; rule", "D": "rule", "E": "rule through D; rule"},
            id="more minutes",
        ),
        pytest.param(
            {"rule": RULE.varied(exits="recorded")},
            {"D": "rule", "E": "rule through D"},
            id="only known exits",
        ),
        pytest.param(
            {"sources": {}},
            {
                "S": "sources S",
                "A": "sources S",
                "D": "sources S",
                "B": "sources S through A",
                "E": "sources S through D",
            },
            id="nobody to start from",
        ),
        pytest.param({"budget": 3}, {"B": "stopped", "E": "stopped"}, id="a budget"),
    ],
)
def test_what_was_asked_otherwise_is_a_cause_too(
    known: Graph, asked: dict[str, Any], expected: dict[str, str]
) -> None:
    usual = {"sources": find_sources(known, ["case-S"], RULE, AFTER), "rule": RULE, "hops": 2}

    earlier = trace(known, **usual, as_of=AFTER)
    later = trace(known, **{**usual, **asked}, as_of=AFTER)

    changes = compare(known, earlier, later).changes
    assert {c.person_id: "; ".join(map(in_words, c.causes)) for c in changes} == expected


def test_who_was_reached_through_somebody_erased_is_told_so(known: Graph) -> None:
    stored = save_trace(known, traced(known, BEFORE), Asked("all_cases"))
    known.apply("MATCH (p:Person {person_id: 'A'}) DETACH DELETE p")

    found = compare(known, get_trace(known, stored).trace, traced(known, AFTER))

    assert [told(change) for change in found.changes] == table("""
        change    | person_id | class | causes
        withdrawn | B         | F2 -  | erased
    """)


def test_too_many_people_are_not_compared(known: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST_PEOPLE", 2)

    with pytest.raises(Refused, match="found more than 2 people"):
        compared(known)


def test_the_questions_asked_do_not_grow_with_the_people(known: Graph, asked: list[str]) -> None:
    earlier, later = traced(known, BEFORE), traced(known, AFTER)
    retract_visits(known, ["s1"], LATER.recorded_at)
    without = traced(known, AFTER)
    asked.clear()

    changes = compare(known, earlier, without).changes

    assert len(changes) == 4
    assert sorted(asked) == sorted(
        [
            "batches/find_batches_by_id",
            "tracing/find_isolation_facts",
            "tracing/find_report_facts",
            "tracing/find_visit_facts",
        ]
    )
    assert compare(known, earlier, later).changes == ()
