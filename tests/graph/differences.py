"""A small outbreak, what may become known of it later, and how the difference is told."""

from datetime import datetime
from typing import Any

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.isolations import merge_isolations
from graph.rules import RULES
from graph.tracing import Trace, find_all_sources, trace
from graph.tracing.causes import Cause
from graph.tracing.comparing import Change, Comparison, compare
from graph.visits import merge_visits
from tests.tables import at, records

RULE = RULES[1]
BEFORE, AFTER = at("D5 08:00"), at("D9 08:00")
FIRST, LATER = Stamp("test", "first", at("D4 08:00")), Stamp("test", "second", at("D7 08:00"))
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    s1       | S         | café     | 08:00      | 09:00
    a1       | A         | café     | 08:30      | 09:00
    a2       | A         | bus      | 10:00      | 10:30
    b2       | B         | bus      | 10:10      | 10:30
    d1       | D         | café     | 08:40      |
    d2       | D         | market   | 13:00      | 14:00
    e2       | E         | market   | 13:30      | 14:00
"""
CASES = """
    case_id | person_id | classification | onset_on
    case-S  | S         | confirmed      | D2
"""


def store_known(graph: Graph) -> None:
    """S exposed A, A exposed B; D came to the café too, its exit unknown, and then met E."""
    merge_visits(graph, records(VISITS), FIRST)
    merge_cases(graph, records(CASES), FIRST)


def traced(graph: Graph, as_of: datetime, hops: int = 2) -> Trace:
    """Return the trace of everybody who is a confirmed case."""
    return trace(graph, find_all_sources(graph, RULE, as_of), RULE, hops, as_of)


def compared(graph: Graph, hops: int = 2) -> Comparison:
    """Return the trace of the fifth day beside that of the ninth."""
    return compare(graph, traced(graph, BEFORE, hops), traced(graph, AFTER, hops))


def told(change: Change) -> dict[str, str]:
    """Return a change as the cells of a table: its causes by kind, whose and through whom."""
    return {
        "change": change.kind,
        "person_id": change.person_id,
        "class": f"{name_of(change.class_before)} {name_of(change.class_after)}",
        "causes": "; ".join(map(in_words, change.causes)),
    }


def name_of(hop: int | None) -> str:
    """Return a class as a cell: F0 is a source, - is nobody of the trace."""
    return "-" if hop is None else f"F{hop}"


def in_words(cause: Cause) -> str:
    """Return a cause as a cell."""
    words = [cause.kind, cause.person_id or "", *cause.stated]
    if cause.through:
        words.append(f"through {cause.through}")
    if cause.is_undone:
        words.append("by undo")
    return " ".join(filter(None, words))


def report(graph: Graph, case_id: str, person_id: str, stamp: Stamp = LATER, **stated: Any) -> None:
    """State something of a case."""
    row = {"case_id": case_id, "person_id": person_id, "classification": "confirmed", **stated}
    merge_cases(graph, [row], stamp)


def visit(graph: Graph, text: str, stamp: Stamp = LATER) -> None:
    """Record visits, on the seventh day unless told otherwise."""
    cells = "visit_id | person_id | venue_id | arrived_at | left_at\n" + text
    merge_visits(graph, records(cells), stamp)


def isolate(graph: Graph, stamp: Stamp) -> None:
    """Record that A was kept apart before the bus came."""
    row = {"isolation_id": "i", "person_id": "A", "venue_id": "home", "started_at": at("09:30")}
    merge_isolations(graph, [row], stamp)
