"""Running a saved trace again: as of the same moment, of an earlier one, or of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from graph.cases import find_cases_by_id, find_confirmed_cases
from graph.database import Graph
from graph.periods import Period, whole_seconds
from graph.rules import TracingRule
from graph.tracing import trace
from graph.tracing.answer import Trace
from graph.tracing.saved import Asked, SavedTrace, get_trace
from graph.tracing.sources import find_all_sources, find_sources

# How a trace is run: `trace` itself, or with an engine, a budget or a projection bound to it.
Run = Callable[[Graph, Mapping[str, Period], TracingRule, int, datetime], Trace]


@dataclass(frozen=True, slots=True)
class Replay:
    """A saved trace run again, and what that asked about: contacts turned positive are in it."""

    trace: Trace
    asked: Asked


def replay(graph: Graph, trace_id: str, as_of: datetime | None = None, run: Run = trace) -> Replay:
    """Run a saved trace again by its rule and hops, with what was known at a moment.

    As of its own moment (`as_of` None) it answers what it answered then. Its sources are
    found anew: a case that was discarded since is none, and contacts who were no cases then
    and stand as confirmed now are sources too, and theirs after them (R126).

    Raises:
        NotFound: there is no such trace.
        Refused: the moment is in the future.
    """
    saved = get_trace(graph, trace_id)
    moment = whole_seconds(as_of or saved.trace.as_of)
    asked, sources = _sources(graph, saved, moment)
    found = run(graph, sources, saved.trace.rule, saved.trace.hops, moment)
    if moment <= saved.trace.as_of or asked.starts_from == "all_cases":
        return Replay(found, asked)
    turned = _turned_positive(graph, saved, moment)
    while joining := {one: turned[one] for one in _reached(found, turned)}:
        case_ids = tuple(case_id for ids in joining.values() for case_id in ids)
        sources = {**sources, **find_sources(graph, case_ids, found.rule, moment)}
        if asked.starts_from == "cases":
            asked = replace(asked, case_ids=(*asked.case_ids, *case_ids))
        found = run(graph, sources, saved.trace.rule, saved.trace.hops, moment)
    return Replay(found, asked)


def _sources(
    graph: Graph, saved: SavedTrace, moment: datetime
) -> tuple[Asked, Mapping[str, Period]]:
    """Return what of a saved trace's question still stands at a moment, with its sources."""
    asked, rule = saved.heading.asked, saved.trace.rule
    if asked.starts_from == "by_hand":
        return asked, saved.trace.sources
    if asked.starts_from == "all_cases":
        return asked, find_all_sources(graph, rule, moment)
    then = find_cases_by_id(graph, asked.case_ids, saved.trace.as_of)
    discarded_then = {case.case_id for case in then if case.classification == "discarded"}
    standing = tuple(
        case.case_id
        for case in find_cases_by_id(graph, asked.case_ids, moment)
        if case.classification != "discarded" or case.case_id in discarded_then
    )
    return replace(asked, case_ids=standing), find_sources(graph, standing, rule, moment)


def _turned_positive(
    graph: Graph, saved: SavedTrace, moment: datetime
) -> Mapping[str, tuple[str, ...]]:
    """Return the confirmed cases of everybody who was none when the trace was saved."""
    before = {case.person_id for case in find_confirmed_cases(graph, saved.trace.as_of)}
    turned: dict[str, tuple[str, ...]] = {}
    for case in find_confirmed_cases(graph, moment):
        if case.person_id not in before:
            turned[case.person_id] = (*turned.get(case.person_id, ()), case.case_id)
    return turned


def _reached(found: Trace, turned: Mapping[str, object]) -> list[str]:
    if not turned:
        return []
    return [person.person_id for person in found.people if person.person_id in turned]
