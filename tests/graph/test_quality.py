"""Checks of data: each finds just what it says, and nothing beside its bounds."""

from typing import Any

import pytest

from graph import quality
from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.errors import NotFound
from graph.meetings import merge_meetings
from graph.quality import CHECKS, count_faults, find_faults, get_check
from graph.venues import merge_venues
from graph.visits import merge_visits, retract_visits
from tests.tables import LATER, at, records, shown, table

# By the rule set in force on that day a case infects from 2 days before onset, by 15 minutes.
STAMP = Stamp("test", "test", at("D30 00:00"))


def found(graph: Graph, name: str, *columns: str) -> list[dict[str, str]]:
    """Return what a check finds as the cells of a table."""
    faults = find_faults(graph, get_check(name), LATER, 100)
    assert faults.total == len(faults.rows)
    return [cells(row, columns) for row in faults.rows]


def cells(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, str]:
    holder = type("Row", (), {name: "" if row[name] is None else row[name] for name in columns})
    return shown(holder, " ".join(columns))


CASES = """
    case_id | person_id | classification | onset_on | sampled_on | confirmed_at | isolated_at
    first   | A         | confirmed      | D5       | D6         | D7 09:00     | D8 00:00
    second  | B         | confirmed      | D8       | D9         | D10 09:00    |
    alone   | C         | confirmed      | D8       | D9         | D10 09:00    |
    guess   | D         | suspected      |          |            |              |
"""
VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | A         | office   | D6 08:00   | D6 12:00
    2        | B         | office   | D6 08:00   | D6 09:00
    3        | C         | home     | D6 08:00   | D6 12:00
"""


@pytest.fixture
def outbreak(graph: Graph) -> Graph:
    """A fell ill first and was with B; C was alone; of D nothing is known."""
    merge_cases(graph, records(CASES), STAMP)
    merge_visits(graph, records(VISITS), STAMP)
    return graph


def test_a_case_that_none_had_exposed_is_found_and_so_is_the_first_of_all(outbreak: Graph) -> None:
    # B's window opens on D6: they were together in both, so A too stands as somebody's contact.
    assert found(outbreak, "unlisted_cases", "case_id") == table("""
        case_id
        alone
    """)


def test_a_contact_that_came_only_after_the_confirmation_lists_nobody(outbreak: Graph) -> None:
    row = {"visit_id": "late", "venue_id": "home", "person_id": "B"}
    merge_visits(
        outbreak, [{**row, "arrived_at": at("D11 08:00"), "left_at": at("D11 12:00")}], STAMP
    )
    together = {**row, "visit_id": "c", "person_id": "C"}
    merge_visits(
        outbreak, [{**together, "arrived_at": at("D11 08:00"), "left_at": at("D11 09:00")}], STAMP
    )

    assert found(outbreak, "unlisted_cases", "case_id") == [{"case_id": "alone"}]


def test_a_meeting_lists_a_case_too(outbreak: Graph) -> None:
    meeting = {"contact_id": "m", "person_a": "C", "person_b": "A", "kind": "household"}
    times = {"started_at": at("D6 13:00"), "ended_at": at("D6 13:01")}
    merge_meetings(outbreak, [{**meeting, **times}], STAMP)

    assert found(outbreak, "unlisted_cases", "case_id") == []
    early = found(outbreak, "contacts_before_case", "case_id", "contact_case_id", "venue_id")
    assert {"case_id": "alone", "contact_case_id": "first", "venue_id": ""} in early


def test_a_contact_ill_before_the_case_is_found_with_where_and_by_how_much(
    outbreak: Graph,
) -> None:
    columns = ("case_id", "contact_case_id", "days", "venue_id", "started_at")
    assert found(outbreak, "contacts_before_case", *columns) == table("""
        case_id | contact_case_id | days | venue_id | started_at
        second  | first           | 3    | office   | D6 08:00
    """)


@pytest.mark.parametrize(
    ("arrived", "left"),
    [
        pytest.param("D5 08:00", "D5 12:00", id="before the infectious window"),
        pytest.param("D6 12:00", "D6 13:00", id="after the other had left"),
        pytest.param("D6 11:46", "D6 13:00", id="for a minute less than counts"),
    ],
)
def test_two_cases_that_did_not_share_a_stay_are_no_pair(
    outbreak: Graph, arrived: str, left: str
) -> None:
    retract_visits(outbreak, ["2"], STAMP.recorded_at)
    row = {"visit_id": "4", "person_id": "B", "venue_id": "office"}
    merge_visits(outbreak, [{**row, "arrived_at": at(arrived), "left_at": at(left)}], STAMP)

    assert found(outbreak, "contacts_before_case", "case_id") == []


def test_a_case_without_contacts_is_one_with_whom_nobody_was(outbreak: Graph) -> None:
    assert found(outbreak, "cases_without_contacts", "case_id", "visits") == table("""
        case_id | visits
        alone   | 1
    """)


@pytest.mark.parametrize(
    ("arrived", "left", "is_alone"),
    [
        pytest.param("D6 11:45", "D6 13:00", False, id="just as long as counts"),
        pytest.param("D6 11:46", "D6 13:00", True, id="a minute less"),
        pytest.param("D5 08:00", "D6 07:00", True, id="before"),
    ],
)
def test_somebody_who_is_no_case_makes_a_contact(
    outbreak: Graph, arrived: str, left: str, is_alone: bool
) -> None:
    row = {"visit_id": "4", "person_id": "X", "venue_id": "home"}
    merge_visits(outbreak, [{**row, "arrived_at": at(arrived), "left_at": at(left)}], STAMP)

    alone = found(outbreak, "cases_without_contacts", "case_id")

    assert (alone == [{"case_id": "alone"}]) is is_alone


def test_whoever_was_there_before_the_infectious_window_is_no_contact(outbreak: Graph) -> None:
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        4        | C         | gym      | D5 22:00   | D6 00:14
        5        | X         | gym      | D5 22:00   | D6 00:14
    """)
    merge_visits(outbreak, visits, STAMP)

    assert found(outbreak, "cases_without_contacts", "case_id") == [{"case_id": "alone"}]


def test_a_case_lacks_what_tracing_needs_of_it(outbreak: Graph) -> None:
    merge_cases(
        outbreak,
        records("""
            case_id | person_id | classification | sampled_on | confirmed_at
            a       | E         | confirmed      | D9         |
            b       | F         | confirmed      |            |
            c       | G         | discarded      |            |
            d       | H         | suspected      | D9         |
        """),
        STAMP,
    )

    assert found(outbreak, "missing_dates", "case_id", "missing") == table("""
        case_id | missing
        a       | ['confirmed_at']
        b       | ['anchor', 'confirmed_at']
        guess   | ['anchor']
    """)


@pytest.mark.parametrize(
    ("onset", "sampled", "confirmed", "isolated", "gap"),
    [
        pytest.param("D9", "D10", "D11 08:00", "D8 08:00", None, id="an ordinary case"),
        pytest.param("D9", "D10", "D9 23:00", "", "confirmed_before_sample", id="result first"),
        pytest.param("D9", "D10", "D10 00:00", "", None, id="the result of the same local day"),
        pytest.param("D24", "D10", "D11 08:00", "", None, id="onset 14 days after the sample"),
        pytest.param(
            "D25", "D10", "D11 08:00", "", "sampled_long_before_onset", id="onset 15 days after"
        ),
        pytest.param("D-20", "D10", "D11 08:00", "", None, id="sample 30 days after onset"),
        pytest.param(
            "D-21", "D10", "D11 08:00", "", "sampled_long_after_onset", id="sample 31 days after"
        ),
        pytest.param("D9", "D10", "D24 08:00", "", None, id="result after 14 days"),
        pytest.param(
            "D9", "D10", "D25 08:00", "", "confirmed_long_after_sample", id="after 15 days"
        ),
        pytest.param("D22", "D23", "D24 08:00", "D1 08:00", None, id="isolated 21 days before"),
        pytest.param(
            "D23", "D24", "D25 08:00", "D1 08:00", "isolated_long_before", id="22 days before"
        ),
        pytest.param("D30", "", "", "", None, id="onset on the day of the report"),
        pytest.param("D31", "", "", "", "later_than_its_report", id="onset after the report"),
        pytest.param("", "", "", "", None, id="nothing is known"),
    ],
)
def test_dates_that_cannot_be_of_one_illness_are_found(
    graph: Graph, onset: str, sampled: str, confirmed: str, isolated: str, gap: str | None
) -> None:
    stated = f"""
        case_id | person_id | classification | onset_on | sampled_on | confirmed_at | isolated_at
        c       | p         | confirmed      | {onset}  | {sampled}  | {confirmed}  | {isolated}
    """
    merge_cases(graph, records(stated), STAMP)

    wanted = [] if gap is None else [{"case_id": "c", "gap": gap}]
    assert found(graph, "impossible_gaps", "case_id", "gap") == wanted


@pytest.fixture
def places(graph: Graph) -> Graph:
    """Two venues 20 km apart, another without coordinates, a market with two halls."""
    rows = [
        {"venue_id": "here", "latitude": 10.70, "longitude": 106.70, "category": "office"},
        {"venue_id": "far", "latitude": 10.88, "longitude": 106.70, "category": "office"},
        {"venue_id": "hall A", "part_of": "market"},
        {"venue_id": "hall B", "part_of": "market"},
    ]
    merge_venues(graph, rows, STAMP)
    return graph


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        pytest.param("here 08:00 09:00", "else 08:55 10:00", None, id="5 minutes are clocks"),
        pytest.param("here 08:00 09:00", "else 08:54 10:00", "True", id="6 minutes are not"),
        pytest.param("here 08:00 12:00", "else 09:00 09:04", None, id="a stay of 4 minutes"),
        pytest.param("here 08:00 09:00", "far 09:04 10:00", "False", id="20 km in 9 minutes"),
        pytest.param("here 08:00 09:00", "far 09:06 10:00", None, id="20 km in 11 minutes"),
        pytest.param("here 08:00 09:00", "else 09:00 10:00", None, id="no coordinates"),
        pytest.param("hall A 08:00 09:00", "hall B 08:30 10:00", None, id="two zones of one"),
        pytest.param("market 08:00 09:00", "hall B 08:30 10:00", None, id="a zone and its venue"),
        pytest.param("here 08:00 09:00", "here 08:30 10:00", None, id="the same venue"),
        pytest.param("here 08:00 -", "else 08:30 10:00", None, id="an exit not known"),
    ],
)
def test_nobody_is_in_two_places_at_once(
    places: Graph, first: str, second: str, wrong: str | None
) -> None:
    rows = []
    for visit_id, stay in (("1", first), ("2", second)):
        venue_id, arrived, left = stay.rsplit(" ", 2)
        rows.append(
            {
                "visit_id": visit_id,
                "person_id": "A",
                "venue_id": venue_id,
                "arrived_at": at(arrived),
                "left_at": None if left == "-" else at(left),
            }
        )
    merge_visits(places, rows, STAMP)

    wanted = (
        [] if wrong is None else [{"former_visit_id": "1", "visit_id": "2", "is_overlap": wrong}]
    )
    assert found(places, "visits_at_once", "former_visit_id", "visit_id", "is_overlap") == wanted


def test_a_visit_longer_than_its_kind_of_venue_allows_is_found_once(places: Graph) -> None:
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | A         | here     | 08:00      | 20:00
        2        | B         | here     | 08:00      | 20:01
        3        | C         | here     | 20:00      | D3 09:00
        4        | D         | here     | 08:00      |
    """)
    merge_visits(places, visits, STAMP)

    assert found(places, "overlong_visits", "visit_id", "minutes") == table("""
        visit_id | minutes
        3        | 2220
        2        | 721
    """)


def test_a_visit_ahead_of_its_record_is_found(graph: Graph) -> None:
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | A         | here     | D29 22:00  | D30 00:05
        2        | B         | here     | D29 22:00  | D30 00:06
        3        | C         | here     | D30 00:05  |
        4        | D         | here     | D30 01:00  |
    """)
    merge_visits(graph, visits, STAMP)

    assert found(graph, "skewed_visits", "visit_id", "minutes") == table("""
        visit_id | minutes
        4        | 60
        2        | 6
    """)


def test_what_was_withdrawn_or_not_known_yet_is_no_fault(graph: Graph) -> None:
    visits = records("""
        visit_id | person_id | venue_id | arrived_at | left_at
        1        | A         | here     | 08:00      | D3 20:00
        2        | A         | else     | 09:00      | D40 10:00
    """)
    merge_visits(graph, visits, STAMP)
    checks = [check for check in CHECKS.values() if check.reads_visits]
    assert [one.total for one in count_faults(graph, checks, LATER)] == [1, 2, 1]

    assert [one.total for one in count_faults(graph, checks, at("D29 00:00"))] == [0, 0, 0]
    retract_visits(graph, ["1", "2"], at("D41 00:00"))
    assert [one.total for one in count_faults(graph, checks, LATER)] == [0, 0, 0]


def test_counts_are_bounded_and_rows_come_a_page_at_a_time(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "MOST_COUNTED", 4)
    rows = [{"case_id": f"c{n}", "person_id": f"p{n}"} for n in range(6)]
    merge_cases(graph, [{**row, "classification": "confirmed"} for row in rows], STAMP)

    for check in (get_check("missing_dates"), get_check("unlisted_cases")):
        page = find_faults(graph, check, LATER, limit=2, offset=1)
        assert (page.total, page.is_more) == (4, True)
        assert [row["case_id"] for row in page.rows] == ["c1", "c2"]


def test_an_empty_store_has_no_faults(graph: Graph) -> None:
    counted = count_faults(graph, CHECKS.values(), LATER)

    assert [(one.check.name, one.total) for one in counted] == [(name, 0) for name in CHECKS]
    with pytest.raises(NotFound):
        get_check("everything")


def test_who_exposed_whom_among_cases_is_read_once_for_all_checks(
    outbreak: Graph, asked: list[str]
) -> None:
    count_faults(outbreak, CHECKS.values(), LATER)

    assert asked.count("quality/find_case_stays") == 1
    assert len(asked) == len(CHECKS) - 1
