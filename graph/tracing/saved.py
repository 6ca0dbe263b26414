"""Traces that are kept: what was asked, by which rule, as of when, and whom it found.

A saved trace stands in the graph as a node with an edge to everybody in it, so erasing a
person takes them out of it. Its paths name people by their number in the trace alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Literal
from uuid import uuid4

from graph.database import Graph, Row
from graph.errors import NotFound, Refused
from graph.periods import Period, whole_seconds
from graph.tracing.answer import BudgetStop, Contact, ListedPeople, Trace, TracedPerson
from graph.tracing.terms import as_terms, rule_of

Start = Literal["cases", "all_cases", "by_hand"]
MOST_PEOPLE = 50_000
MOST_AT_ONCE = 5_000
# Somebody on a path who was erased since: no id is empty.
ERASED = ""
# What was begun so long ago and is not whole broke off.
ABANDONED_AFTER = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a trace was asked about, so that its sources can be found anew.

    `case_ids` are given where it starts from cases; by hand, the sources are those of the trace.
    """

    starts_from: Start
    case_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedHeading:
    """One saved trace in a list; `people` counts whom it found, `saved_by` names the account."""

    trace_id: str
    name: str | None
    asked: Asked
    rule_name: str
    as_of: datetime
    hops: int
    complete_hops: int
    engine: str
    saved_at: datetime
    saved_by: str | None
    people: int


@dataclass(frozen=True, slots=True)
class SavedTrace:
    """A saved trace: its heading, and the trace as it was answered, but for who was erased."""

    heading: SavedHeading
    trace: Trace


def save_trace(
    graph: Graph,
    trace: Trace,
    asked: Asked,
    *,
    account_id: str | None = None,
    name: str | None = None,
    trace_id: str | None = None,
) -> str:
    """Keep a trace, whole or not at all, and return its id.

    Args:
        account_id: who saves it, None on the command line.
        trace_id: an id of the caller's own; saved under it already, nothing changes.

    Raises:
        Refused: it found more people than a saved trace holds.
        NotFound: it starts from somebody whom the store does not know.
    """
    if len(trace.people) > MOST_PEOPLE:
        raise Refused("trace", f"found more than {MOST_PEOPLE} people, too many to be saved")
    _delete_abandoned(graph)
    key = trace_id or uuid4().hex
    heading = {**_heading(trace, asked), "name": name, "saved_by": account_id}
    now = whole_seconds(datetime.now(UTC))
    if graph.write("traces/start_trace", trace_id=key, begun_at=now, **heading)[0]["is_saved"]:
        return key
    numbers = {person_id: number for number, person_id in enumerate(sorted(trace.sources))}
    sources = [_source_row(number, key, trace) for key, number in numbers.items()]
    [known] = graph.write("traces/merge_sources", trace_id=key, rows=sources)
    if known["sources"] < len(sources):
        delete_trace(graph, key)
        raise NotFound("person")
    for number, person in enumerate(trace.people, len(numbers)):
        numbers[person.person_id] = number
    rows = (_found_row(person, numbers) for person in trace.people)
    while part := list(islice(rows, MOST_AT_ONCE)):
        part.sort(key=lambda row: str(row["person_id"]))
        graph.write("traces/merge_found", trace_id=key, rows=part)
    graph.write("traces/finish_trace", trace_id=key, saved_at=whole_seconds(datetime.now(UTC)))
    return key


def find_traces(graph: Graph, case_id: str | None = None) -> list[SavedHeading]:
    """Return the saved traces, of a case or all, the one saved last first.

    Those of a case are what started from it, alone, among others, or as one of all cases.
    """
    if case_id is None:
        rows = graph.read("traces/find_traces")
    else:
        rows = graph.read("traces/find_traces_of", case_id=case_id)
    return [_saved_heading(row) for row in rows]


def get_trace(graph: Graph, trace_id: str) -> SavedTrace:
    """Return a saved trace; where somebody on a path was erased, their id there is `ERASED`.

    Raises:
        NotFound: there is no such trace, or it is not whole.
    """
    rows = graph.read("traces/get_trace", trace_id=trace_id)
    if not rows:
        raise NotFound("trace")
    [row] = rows
    sources = graph.read("traces/find_sources", trace_id=trace_id)
    [columns] = graph.read("traces/find_found", trace_id=trace_id)
    trace = Trace(
        rule=rule_of(row["terms"]),
        as_of=row["as_of"],
        engine=row["engine"],
        ms=row["ms"],
        hops=row["hops"],
        complete_hops=row["complete_hops"],
        sources={
            one["person_id"]: Period(one["infectious_from"], one["infectious_until"])
            for one in sources
        },
        people=ListedPeople(_people(columns, {one["number"]: one["person_id"] for one in sources})),
        stopped=_stop(row),
        seen=row["seen"],
    )
    return SavedTrace(_saved_heading(row), trace)


def delete_trace(graph: Graph, trace_id: str) -> None:
    """Delete a saved trace; the people in it stay as they are.

    Raises:
        NotFound: there is no such trace.
    """
    if not graph.write("traces/hide_trace", trace_id=trace_id):
        raise NotFound("trace")
    while graph.write("traces/delete_found", trace_id=trace_id, limit=MOST_AT_ONCE)[0]["deleted"]:
        pass
    graph.write("traces/delete_trace", trace_id=trace_id)


def _delete_abandoned(graph: Graph) -> None:
    before = whole_seconds(datetime.now(UTC)) - ABANDONED_AFTER
    for row in graph.read("traces/find_abandoned", before=before):
        delete_trace(graph, row["trace_id"])


def _heading(trace: Trace, asked: Asked) -> dict[str, Any]:
    stopped = trace.stopped
    return {
        "starts_from": asked.starts_from,
        "case_ids": sorted(set(asked.case_ids)),
        "rule": trace.rule.name,
        "terms": as_terms(trace.rule),
        "as_of": trace.as_of,
        "hops": trace.hops,
        "complete_hops": trace.complete_hops,
        "stopped_hop": stopped and stopped.hop,
        "estimated_visits": stopped and stopped.estimated_visits,
        "budget": stopped and stopped.budget,
        "engine": trace.engine,
        "ms": trace.ms,
        "seen": trace.seen,
    }


def _source_row(number: int, person_id: str, trace: Trace) -> dict[str, Any]:
    period = trace.sources[person_id]
    return {
        "number": number,
        "person_id": person_id,
        "infectious_from": period.start,
        "infectious_until": period.end,
    }


def _found_row(person: TracedPerson, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "number": numbers[person.person_id],
        "hop": person.hop,
        "exposed_at_s": _epoch(person.exposed_at),
        "earliest_at_s": _epoch(person.earliest_at),
        "minutes": person.minutes,
        "certainty": person.certainty,
        "is_case": person.is_case,
        "path_from": [numbers[contact.from_person] for contact in person.path],
        "path_venue_ids": [contact.venue_id or "" for contact in person.path],
        "path_started_s": [_epoch(contact.started_at) for contact in person.path],
        "path_ended_s": [_epoch(contact.ended_at) for contact in person.path],
        "path_certainties": [contact.certainty for contact in person.path],
    }


def _saved_heading(row: Row) -> SavedHeading:
    return SavedHeading(
        trace_id=row["trace_id"],
        name=row["name"],
        asked=Asked(row["starts_from"], tuple(row["case_ids"])),
        rule_name=row["rule"],
        as_of=row["as_of"],
        hops=row["hops"],
        complete_hops=row["complete_hops"],
        engine=row["engine"],
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        people=row["people"],
    )


def _stop(row: Row) -> BudgetStop | None:
    if row["stopped_hop"] is None:
        return None
    return BudgetStop(row["stopped_hop"], row["estimated_visits"], row["budget"])


def _people(columns: Row, sources: Mapping[int, str]) -> Iterator[TracedPerson]:
    names = {**sources, **dict(zip(columns["number"], columns["person_id"], strict=True))}
    rows = zip(*columns.values(), strict=True)
    for one in (dict(zip(columns, row, strict=True)) for row in rows):
        path = tuple(_path(one, names))
        yield TracedPerson(
            person_id=one["person_id"],
            hop=one["hop"],
            exposed_at=_instant(one["exposed_at_s"]),
            earliest_at=_instant(one["earliest_at_s"]),
            minutes=one["minutes"],
            certainty=one["certainty"],
            is_case=one["is_case"],
            via=path[-1].from_person,
            path=path,
        )


def _path(one: Row, names: Mapping[int, str]) -> Iterator[Contact]:
    giving = [names.get(number, ERASED) for number in one["path_from"]]
    taking = [*giving[1:], one["person_id"]]
    for place, (from_person, to_person) in enumerate(zip(giving, taking, strict=True)):
        started_s, ended_s = one["path_started_s"][place], one["path_ended_s"][place]
        yield Contact(
            from_person=from_person,
            to_person=to_person,
            venue_id=one["path_venue_ids"][place] or None,
            started_at=_instant(started_s),
            ended_at=_instant(ended_s),
            minutes=(ended_s - started_s) // 60,
            certainty=one["path_certainties"][place],
        )


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())


def _instant(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
