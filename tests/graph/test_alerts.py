"""Alerts reach the offices of their venue's unit, once; each office acknowledges and closes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from graph.alerts import (
    CITY_CDC,
    COMMUNE,
    DISTRICT_HEALTH,
    OUTCOMES,
    Desk,
    acknowledge_alert,
    close_alert,
    find_alerts,
    get_alert,
    raise_alerts,
)
from graph.batches import Stamp
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.identifiers import merge_identifiers
from graph.people import merge_persons
from graph.units import merge_successors, merge_units
from graph.venues import merge_venues
from tests.emptying import empty
from tests.tables import table

NOON = datetime(2026, 11, 27, 5, tzinfo=UTC)
STAMP = Stamp("test", "test", NOON)
pytestmark = pytest.mark.server

UNITS = """
    unit_code | level    | parent_code
    79        | city     |
    775       | district | 79
    27343     | ward     | 775
    27344     | ward     | 79
    99001     | ward     |
    99002     |          | 775
"""
WARD, DISTRICT, CITY = Desk(COMMUNE, "27343"), Desk(DISTRICT_HEALTH, "775"), Desk(CITY_CDC, None)
#: Desks that have nothing to do with the market.
OTHERS = [
    Desk(COMMUNE, "27344"),
    Desk(COMMUNE, "775"),
    Desk(DISTRICT_HEALTH, "27343"),
    Desk(DISTRICT_HEALTH, "79"),
    Desk(COMMUNE, None),
    Desk(CITY_CDC, "01"),
]
VENUES = """
    venue_id | unit_code | part_of
    market   | 27343     |
    hall     |           | market
    stall    |           | hall
    reformed | 27344     |
    cut-off  | 99001     |
    bare     | 99002     |
    quarter  | 775       |
    airport  | 79        |
    nowhere  |           |
"""
SENT = """
    venue    | offices
    market   | commune 27343, district_health 775
    hall     | commune 27343, district_health 775
    stall    | commune 27343, district_health 775
    bare     | commune 99002, district_health 775
    reformed | city_cdc 79, commune 27344
    cut-off  | city_cdc 79, commune 99001
    quarter  | city_cdc 79, district_health 775
    airport  | city_cdc 79
    nowhere  | city_cdc 79
    unheard  | city_cdc 79
"""


def given(text: str) -> list[dict[str, str | None]]:
    """Rows of a table; what is empty is None."""
    return [{key: value or None for key, value in row.items()} for row in table(text)]


@pytest.fixture(scope="module")
def places(store: Graph) -> Iterator[Graph]:
    """A store with units and venues, once for a file: alerts come under ids of their own."""
    empty(store)
    merge_units(store, given(UNITS), STAMP)
    merge_venues(store, [{"category": "market", **row} for row in given(VENUES)], STAMP)
    yield store
    empty(store)


@pytest.fixture
def raised(places: Graph) -> Iterator[Graph]:
    """The places with one alert of the market, and no other."""
    raise_alerts(places, [alert("a")], NOON)
    yield places
    forget_alerts(places)


def forget_alerts(graph: Graph) -> None:
    """Leave no alert for the next test."""
    delete = "MATCH (alert:Alert) DETACH DELETE alert"
    graph.replacing("tests/delete", delete).write("tests/delete")


def alert(alert_id: str, venue_id: str = "market", **changed: object) -> dict[str, object]:
    """An alert about somebody new, as the intake gives it."""
    row = {"alert_id": alert_id, "reason": "declaration", "person_id": f"of {alert_id}"}
    return {**row, "venue_id": venue_id, "raised_at": NOON, **changed}


def sent(graph: Graph, alert_id: str) -> str:
    """Which offices an alert was sent to."""
    query = (
        "MATCH (:Alert {alert_id: $alert_id})-[sent:SENT_TO]->(unit:Unit) "
        "RETURN sent.office + ' ' + unit.unit_code AS office ORDER BY office"
    )
    rows = graph.replacing("tests/sent", query).read("tests/sent", alert_id=alert_id)
    return ", ".join(row["office"] for row in rows)


def test_an_alert_goes_to_the_commune_and_the_district_and_to_the_city_where_one_is_missing(
    places: Graph,
) -> None:
    rows = table(SENT)

    raised = raise_alerts(places, [alert(f"to {row['venue']}", row["venue"]) for row in rows])

    assert raised == sorted(f"to {row['venue']}" for row in rows)
    assert [(row["venue"], sent(places, f"to {row['venue']}")) for row in rows] == [
        (row["venue"], row["offices"]) for row in rows
    ]
    assert raise_alerts(places, [alert("to market", "nowhere")]) == []
    assert sent(places, "to market") == "commune 27343, district_health 775"
    forget_alerts(places)


def after(minutes: float) -> datetime:
    """So many minutes after the alert was sent."""
    return NOON + timedelta(minutes=minutes)


def seen(graph: Graph, desk: Desk, minutes: float) -> list[tuple[str, int]]:
    """Which alerts a desk sees, and with which rank."""
    return [(one.alert_id, one.rank) for one in find_alerts(graph, desk, after(minutes))]


def test_both_offices_see_an_alert_at_once_and_the_city_only_when_one_lets_it_lie(
    raised: Graph,
) -> None:
    assert [seen(raised, desk, 14.9) for desk in (WARD, DISTRICT, CITY)] == [
        [("a", 1)],
        [("a", 1)],
        [],
    ]
    assert [seen(raised, desk, 15) for desk in (WARD, DISTRICT, CITY)] == [[("a", 0)]] * 3

    acknowledge_alert(raised, WARD, "a", "officer", after(16))

    assert [seen(raised, desk, 20) for desk in (WARD, DISTRICT, CITY)] == [
        [("a", 2)],
        [("a", 0)],
        [("a", 0)],
    ]
    acknowledge_alert(raised, DISTRICT, "a", "doctor", after(21))
    assert seen(raised, CITY, 22) == []


@pytest.mark.parametrize("desk", OTHERS, ids=str)
def test_no_other_office_sees_an_alert_or_does_anything_to_it(raised: Graph, desk: Desk) -> None:
    assert seen(raised, desk, 60) == []
    with pytest.raises(NotFound):
        get_alert(raised, desk, "a", after(60))
    with pytest.raises(NotFound):
        acknowledge_alert(raised, desk, "a", "x", after(60))
    with pytest.raises(NotFound):
        close_alert(raised, desk, "a", "x", "advised", after(60))
    assert seen(raised, WARD, 60) == [("a", 0)]


def test_each_office_acknowledges_and_closes_on_its_own_and_its_first_times_stand(
    raised: Graph,
) -> None:
    acknowledge_alert(raised, WARD, "a", "officer", after(3))
    acknowledge_alert(raised, WARD, "a", "another", after(9))
    with pytest.raises(Refused, match="acknowledged"):
        close_alert(raised, DISTRICT, "a", "doctor", "sampled", after(10))
    with pytest.raises(Refused, match="outcome"):
        close_alert(raised, WARD, "a", "officer", "", after(10))
    close_alert(raised, WARD, "a", "officer", "advised", after(11))
    close_alert(raised, WARD, "a", "another", "unfounded", after(12))

    ward, district = get_alert(raised, CITY, "a", after(60)).receivers

    assert (ward.acknowledged_at, ward.acknowledged_by) == (after(3), "officer")
    assert (ward.closed_at, ward.closed_by, ward.outcome) == (after(11), "officer", "advised")
    assert (district.acknowledged_at, district.closed_at) == (None, None)
    assert [seen(raised, desk, 14) for desk in (WARD, DISTRICT)] == [[("a", 3)], [("a", 1)]]


def test_the_city_has_an_overdue_alert_as_its_own_once_it_acknowledges_it(raised: Graph) -> None:
    with pytest.raises(NotFound):
        acknowledge_alert(raised, CITY, "a", "cdc", after(14))

    acknowledge_alert(raised, CITY, "a", "cdc", after(15))
    acknowledge_alert(raised, CITY, "a", "cdc", after(16))
    close_alert(raised, CITY, "a", "cdc", OUTCOMES[0], after(17))

    assert sent(raised, "a") == "city_cdc 79, commune 27343, district_health 775"
    assert seen(raised, CITY, 20) == [("a", 3)]
    assert seen(raised, WARD, 20) == [("a", 0)]


def test_a_desk_lists_the_overdue_first_then_the_new_the_open_and_the_newest_closed(
    raised: Graph,
) -> None:
    at = {"b": -30, "c": -20, "d": 1, "e": 2, "f": -90, "g": -80}
    for key, minutes in at.items():
        raise_alerts(raised, [alert(key, raised_at=after(minutes))], after(minutes))
    for key in "efg":
        acknowledge_alert(raised, WARD, key, "officer", after(3))
    for key in "fg":
        close_alert(raised, WARD, key, "officer", "advised", after(4))

    assert seen(raised, WARD, 5) == [
        ("b", 0),
        ("c", 0),
        ("a", 1),
        ("d", 1),
        ("e", 2),
        ("g", 3),
        ("f", 3),
    ]
    assert [one.alert_id for one in find_alerts(raised, WARD, after(5), limit=2)] == ["b", "c"]
    assert seen(raised, WARD, 28 * 24 * 60 + 1) == [("d", 0), ("e", 2)]


def test_an_alert_says_whom_it_is_about_where_and_whether_a_phone_is_known(places: Graph) -> None:
    person = {"person_id": "p", "full_name": "Trần Văn Ẩn", "birth_year": 1991}
    merge_persons(places, [person], STAMP)
    phone = {"scheme": "phone", "blind_index": "0f", "sealed": "1.x", "source": "check-in"}
    merge_identifiers(places, [{"person_id": "p", **phone}], NOON)
    raise_alerts(places, [alert("told", "hall", person_id="p", visit_id="v", raised_by="o")], NOON)

    told = get_alert(places, WARD, "told", after(1))

    assert (told.person_id, told.full_name, told.birth_year) == ("p", "Trần Văn Ẩn", 1991)
    assert (told.reason, told.visit_id, told.has_phone) == ("declaration", "v", True)
    assert (told.venue_id, told.raised_at) == ("hall", NOON)
    assert [one.office for one in told.receivers] == [COMMUNE, DISTRICT_HEALTH]
    assert told.own(WARD) == told.receivers[0]
    assert told.own(CITY) is None


#: A reform at midnight, local time: two wards become one, a third is divided, the district ends.
REFORM = date(2026, 11, 28)
MIDNIGHT = datetime(2026, 11, 27, 17, tzinfo=UTC)
REFORMED = """
    unit_code | level    | parent_code | valid_from | valid_until
    79        | city     |             |            |
    775       | district | 79          |            | 2026-11-28
    1         | ward     | 775         |            | 2026-11-28
    2         | ward     | 775         |            | 2026-11-28
    3         | ward     | 775         |            | 2026-11-28
    1         | ward     | 79          | 2026-11-28 |
    3         | ward     | 79          | 2026-11-28 |
    4         | ward     | 79          | 2026-11-28 |
"""
STEPS = [("1", "1", False, True), ("2", "1", False, True), ("3", "3", True, False)]
STEPS += [("3", "4", True, True)]
EVE, MORNING = MIDNIGHT - timedelta(minutes=5), MIDNIGHT + timedelta(minutes=5)
#: Where an alert of a ward goes, before midnight and after it.
SENT_AROUND = """
    venue | before                          | after
    at 1  | commune 1, district_health 775  | city_cdc 79, commune 1
    at 2  | commune 2, district_health 775  | city_cdc 79, commune 1
    at 3  | commune 3, district_health 775  | city_cdc 79, commune 4
    at d  | city_cdc 79, district_health 775 | city_cdc 79
"""
#: Which desk, bound before the reform or after it, sees what then: - was sent before midnight. At
#: n was listed after the reform, in the unit that has the code 3 since.
SEEN_AFTER = """
    office          | unit | bound  | sees
    commune         | 1    | before | 1+, 1-, 2+, 2-
    commune         | 2    | before | 1+, 1-, 2+, 2-
    commune         | 3    | before | 3+, 3-
    commune         | 3    | after  | n+
    commune         | 4    | after  | 3+, 3-
    district_health | 775  | before | 1-, 2-, 3-, d-
    city_cdc        | 79   | before | 1+, 1-, 2+, 2-, 3+, 3-, d+, d-, n+
    city_cdc        | 78   | before |
"""


@pytest.fixture(scope="module")
def reform(store: Graph) -> Iterator[Graph]:
    """A store across a reform, with an alert of each ward from before midnight and after it."""
    empty(store)
    rows = [
        {
            **row,
            **{
                name: date.fromisoformat(str(row[name])) if row[name] else None
                for name in ("valid_from", "valid_until")
            },
        }
        for row in given(REFORMED)
    ]
    merge_units(store, rows, STAMP)
    names = ("unit_code", "successor_code", "is_part", "is_main")
    steps = [dict(zip(names, step, strict=True), effective_on=REFORM) for step in STEPS]
    merge_successors(store, steps, STAMP)
    units = {"at 1": "1", "at 2": "2", "at 3": "3", "at d": "775"}
    venues = [{"venue_id": venue, "unit_code": code} for venue, code in units.items()]
    merge_venues(store, venues, Stamp("test", "test", NOON - timedelta(days=9)))
    for mark, moment in (("-", EVE), ("+", MORNING)):
        raise_alerts(
            store, [alert(f"{venue} {mark}", venue, raised_at=moment) for venue in units], moment
        )
    merge_venues(store, [{"venue_id": "at n", "unit_code": "3"}], Stamp("test", "test", MORNING))
    raise_alerts(store, [alert("at n +", "at n", raised_at=MORNING)], MORNING)
    yield store
    empty(store)


@pytest.mark.parametrize("row", table(SENT_AROUND), ids=lambda row: row["venue"])
def test_an_alert_is_sent_by_the_tree_of_the_day(reform: Graph, row: dict[str, str]) -> None:
    assert sent(reform, f"{row['venue']} -") == row["before"]
    assert sent(reform, f"{row['venue']} +") == row["after"]


@pytest.mark.parametrize(
    "row", table(SEEN_AFTER), ids=lambda row: f"{row['office']} {row['unit']} {row['bound']}"
)
def test_a_merge_at_midnight_leaves_no_alert_without_a_desk_and_none_with_two(
    reform: Graph, row: dict[str, str]
) -> None:
    """R173. The day after, whatever was not acknowledged is the city's business too."""
    bound_on = REFORM if row["bound"] == "after" else REFORM - timedelta(days=1)
    desk = Desk(row["office"], row["unit"], bound_on)

    found = find_alerts(reform, desk, MORNING + timedelta(hours=1))

    assert ", ".join(sorted(told(one.alert_id) for one in found)) == row["sees"]


def told(alert_id: str) -> str:
    """The id of an alert, as the table has it: `at 1 -` is 1-."""
    return alert_id.removeprefix("at ").replace(" ", "")


def test_whoever_was_bound_to_a_ward_that_is_merged_acknowledges_what_it_was_sent(
    reform: Graph,
) -> None:
    raise_alerts(reform, [alert("on the eve", "at 2", raised_at=EVE)], EVE)
    heir, now = Desk(COMMUNE, "1", REFORM), MORNING + timedelta(minutes=1)

    acknowledge_alert(reform, heir, "on the eve", "officer", now)
    close_alert(reform, heir, "on the eve", "officer", OUTCOMES[0], now)

    own = get_alert(reform, heir, "on the eve", now).own(heir)
    assert own is not None
    assert (own.unit_code, own.closed_by) == ("2", "officer")


def test_before_midnight_each_ward_sees_its_own(reform: Graph) -> None:
    for unit in ("1", "2", "3"):
        found = find_alerts(reform, Desk(COMMUNE, unit), EVE + timedelta(minutes=1))

        eve = [one.alert_id for one in found if one.raised_at == EVE]
        assert [key for key in eve if key.startswith("at ")] == [f"at {unit} -"]
