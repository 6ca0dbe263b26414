"""Cases: reports are only ever added, numbered, and the newest at a moment is the case then."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from graph.batches import Merged, Stamp
from graph.cases import (
    ALWAYS,
    OTHER_PERSON,
    Case,
    add_case,
    count_cases,
    find_cases,
    find_cases_by_id,
    find_cases_of,
    find_confirmed_cases,
    get_case,
    infectious_period,
    merge_cases,
    record_report,
)
from graph.errors import NotFound, Refused
from graph.people import get_person, merge_persons
from graph.periods import Period
from graph.rules import get_rule
from tests.graph.contents import contents
from tests.graph.threads import at_once
from tests.tables import LATER, at, on

SUSPECTED = {"case_id": "c1", "person_id": "A", "classification": "suspected"}
CONFIRMED = {**SUSPECTED, "classification": "confirmed", "onset_on": on("D1")}
DISCARDED = {**SUSPECTED, "classification": "discarded"}


def stamp(text):
    return Stamp("registry", "batch-1", at(text))


def told(graph):
    """Store a case that is suspected on D3, confirmed on D5 and discarded on D7."""
    for row, moment in ((SUSPECTED, "D3 08:00"), (CONFIRMED, "D5 08:00"), (DISCARDED, "D7 08:00")):
        assert merge_cases(graph, [row], stamp(moment)) == Merged(1, 0)


@pytest.mark.parametrize(
    ("as_of", "classification", "number"),
    [
        pytest.param("D3 07:59:59", None, None, id="before the first report"),
        pytest.param("D3 08:00", "suspected", 1, id="at the first report"),
        pytest.param("D5 07:59:59", "suspected", 1, id="before the second"),
        pytest.param("D5 08:00", "confirmed", 2, id="at the second"),
        pytest.param("D7 08:00", "discarded", 3, id="at the third"),
        pytest.param("D99 08:00", "discarded", 3, id="long after"),
    ],
)
def test_a_case_is_at_each_moment_what_its_newest_report_stated_by_then(
    graph, as_of, classification, number
):
    told(graph)
    moment = at(as_of)

    found = find_cases(graph, moment, 10, 0)

    assert [(case.classification, case.number) for case in found] == (
        [(classification, number)] if number else []
    )
    assert count_cases(graph, moment) == len(found)
    assert find_cases_of(graph, "A", moment) == found
    assert find_cases_by_id(graph, ["c1", "c1", "c9"], moment) == found
    assert find_confirmed_cases(graph, moment) == [
        case for case in found if case.classification == "confirmed"
    ]
    if not found:
        with pytest.raises(NotFound):
            get_case(graph, "c1", moment)
        return
    case = get_case(graph, "c1", moment)
    assert [report.number for report in case.reports] == list(range(number, 0, -1))
    assert case == replace(found[0], reports=case.reports)


def test_a_report_says_when_it_came_in_and_leaves_the_ones_before_as_they_were(graph):
    told(graph)

    reports = get_case(graph, "c1", LATER).reports

    assert [(one.number, one.recorded_at, one.classification, one.onset_on) for one in reports] == [
        (3, at("D7 08:00"), "discarded", None),
        (2, at("D5 08:00"), "confirmed", on("D1")),
        (1, at("D3 08:00"), "suspected", None),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"classification": "confirmed"},
        {"onset_on": on("D1")},
        {"sampled_on": on("D1")},
        {"confirmed_at": at("D2 08:00")},
        {"isolated_at": at("D2 08:00")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_each_new_statement_is_a_report_and_a_repeated_one_is_a_duplicate(graph, changed):
    row = {**SUSPECTED, **changed}
    merge_cases(graph, [SUSPECTED], stamp("D3 08:00"))

    assert merge_cases(graph, [row], stamp("D4 08:00")) == Merged(1, 0)
    assert merge_cases(graph, [row], stamp("D5 08:00")) == Merged(0, 1)
    # What was stated before the newest report is news again.
    assert merge_cases(graph, [SUSPECTED], stamp("D6 08:00")) == Merged(1, 0)
    assert len(get_case(graph, "c1", LATER).reports) == 3


def test_a_case_id_of_another_person_is_refused(graph):
    merge_cases(graph, [SUSPECTED], stamp("D3 08:00"))
    # The ledger counts on: its node is no fact.
    before = [one for one in contents(graph) if not one.startswith("[['Ledger']")]
    other = {**SUSPECTED, "person_id": "B"}

    merged = merge_cases(graph, [other, {**other, "case_id": "c2"}], stamp("D4 08:00"))

    assert [(one.index, one.column, one.reason) for one in merged.refused] == [
        (0, "case_id", OTHER_PERSON)
    ]
    assert merged.accepted == 1
    assert set(before) <= set(contents(graph))
    assert get_case(graph, "c1", LATER).person_id == "A"


def test_reports_that_come_in_at_once_are_all_kept_each_with_a_number_of_its_own(graph):
    days = [on(f"D{n}") for n in range(1, 9)]
    rows = [{**CONFIRMED, "onset_on": day} for day in days]

    outcomes = at_once([partial(merge_cases, graph, [row], stamp("D3 08:00")) for row in rows])

    assert outcomes == [Merged(1, 0)] * len(rows)
    reports = get_case(graph, "c1", LATER).reports
    assert [report.number for report in reports] == list(range(len(rows), 0, -1))
    assert sorted(report.onset_on for report in reports) == days


def test_one_report_that_comes_in_several_times_at_once_is_kept_once(graph):
    outcomes = at_once([partial(merge_cases, graph, [CONFIRMED], stamp("D3 08:00"))] * 6)

    assert sorted(outcomes, key=lambda one: one.accepted) == [Merged(0, 1)] * 5 + [Merged(1, 0)]
    assert len(get_case(graph, "c1", LATER).reports) == 1


def test_a_case_told_of_earlier_by_a_later_file_is_known_from_then_on(graph):
    merge_cases(graph, [CONFIRMED], stamp("D5 08:00"))
    merge_cases(graph, [SUSPECTED], stamp("D3 08:00"))

    between = at("D4 08:00")

    assert [case.number for case in find_cases(graph, between, 10, 0)] == [2]
    assert count_cases(graph, between) == 1


def test_a_case_is_added_once(graph):
    assert add_case(graph, SUSPECTED, stamp("D3 08:00")) is None

    for row in (SUSPECTED, CONFIRMED, {**SUSPECTED, "person_id": "B"}):
        with pytest.raises(Refused, match="case_id: is taken by another case"):
            add_case(graph, row, stamp("D4 08:00"))
    assert len(get_case(graph, "c1", LATER).reports) == 1


def test_a_report_goes_to_the_case_of_its_id_and_its_person(graph):
    add_case(graph, SUSPECTED, stamp("D3 08:00"))
    row = {"classification": "confirmed", "onset_on": on("D1")}

    assert record_report(graph, "c1", row, stamp("D4 08:00")) is True
    assert record_report(graph, "c1", row, stamp("D5 08:00")) is False
    assert record_report(graph, "c1", {**row, "person_id": "B"}, stamp("D5 08:00")) is False
    with pytest.raises(NotFound) as missing:
        record_report(graph, "CANARY", row, stamp("D4 08:00"))
    assert "CANARY" not in str(missing.value)
    assert get_case(graph, "c1", LATER).person_id == "A"


@pytest.mark.parametrize("classification", ["CANARY", "", None, "Confirmed"])
def test_a_classification_is_one_of_four(graph, classification):
    row = {**SUSPECTED, "classification": classification}

    with pytest.raises(Refused) as refused:
        add_case(graph, row, stamp("D3 08:00"))

    assert refused.value.field == "classification"
    assert "CANARY" not in str(refused.value)
    assert contents(graph) == []
    add_case(graph, SUSPECTED, stamp("D3 08:00"))
    with pytest.raises(Refused, match="classification"):
        record_report(graph, "c1", row, stamp("D4 08:00"))


def test_cases_are_listed_the_one_last_reported_on_first_and_page_by_page(graph):
    merge_persons(graph, [{"person_id": "B", "full_name": "Bình"}], stamp("D1 08:00"))
    for case_id, person_id, moment in (
        ("c1", "A", "D3 08:00"),
        ("c3", "B", "D4 08:00"),
        ("c2", "B", "D4 08:00"),
    ):
        row = {**SUSPECTED, "case_id": case_id, "person_id": person_id}
        merge_cases(graph, [row], stamp(moment))
    merge_cases(graph, [CONFIRMED], stamp("D5 08:00"))

    pages = [find_cases(graph, LATER, 2, offset) for offset in (0, 2, 4)]

    assert [[case.case_id for case in page] for page in pages] == [["c1", "c2"], ["c3"], []]
    assert pages[0][1].person_name == "Bình"
    assert [case.case_id for case in find_cases_of(graph, "B", LATER)] == ["c2", "c3"]
    assert count_cases(graph, ALWAYS) == 3


def test_the_person_of_a_case_begins_as_a_bare_one(graph):
    merge_cases(graph, [SUSPECTED], stamp("D3 08:00"))

    assert get_person(graph, "A").full_name is None


CASE = Case(
    case_id="c1",
    person_id="A",
    person_name=None,
    number=1,
    recorded_at=at("D9 23:30"),
    classification="confirmed",
    onset_on=None,
    sampled_on=None,
    confirmed_at=None,
    isolated_at=None,
    source="registry",
)


@pytest.mark.parametrize(
    ("stated", "anchor"),
    [
        pytest.param({"onset_on": on("D4")}, "D4", id="onset"),
        pytest.param({"onset_on": on("D4"), "sampled_on": on("D2")}, "D4", id="onset, not sample"),
        pytest.param({"sampled_on": on("D5")}, "D5", id="without an onset the sample"),
        pytest.param(
            {"sampled_on": on("D5"), "confirmed_at": at("D3 08:00")}, "D5", id="sample, first"
        ),
        pytest.param({"confirmed_at": at("D6 00:00")}, "D6", id="without a sample confirmation"),
        pytest.param({"confirmed_at": at("D6 23:59:59")}, "D6", id="the local day of confirmation"),
        pytest.param({}, "D9", id="without anything the local day of the report"),
    ],
)
@pytest.mark.parametrize(("rule", "days"), [("2021-07", 3), ("2021-12", 2)])
def test_a_case_infects_from_midnight_so_many_days_before_its_anchor_on(stated, anchor, rule, days):
    period = infectious_period(replace(CASE, **stated), get_rule(rule))

    day = int(anchor[1:]) - days
    assert period == Period(at(f"D{day} 00:00"), None)
    assert period.start.tzinfo is UTC


def test_a_case_infects_until_it_is_isolated():
    case = replace(CASE, onset_on=on("D4"), isolated_at=at("D6 10:00"))

    period = infectious_period(case, get_rule("2021-12"))

    assert period == Period(datetime(2021, 7, 1, 17, tzinfo=UTC), at("D6 10:00"))


def test_older_files_imported_again_after_newer_ones_add_nothing(graph):
    older, newer = stamp("D3 08:00"), stamp("D5 08:00")
    merge_cases(graph, [SUSPECTED], older)
    merge_cases(graph, [CONFIRMED], newer)

    assert merge_cases(graph, [SUSPECTED], older) == Merged(0, 1)
    assert merge_cases(graph, [CONFIRMED], newer) == Merged(0, 1)


def test_a_report_that_comes_in_late_stands_for_its_own_time_alone(graph):
    merge_cases(graph, [SUSPECTED], stamp("D3 08:00"))
    merge_cases(graph, [CONFIRMED], stamp("D7 08:00"))

    probable = {**SUSPECTED, "classification": "probable"}
    assert merge_cases(graph, [probable], stamp("D5 08:00")) == Merged(1, 0)

    stood = [get_case(graph, "c1", at(f"{day} 08:00")).classification for day in ("D3", "D5", "D7")]
    assert stood == ["suspected", "probable", "confirmed"]
