"""The intake: what a scan means beside what is stored, and that it is stored once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from graph.batches import Stamp
from graph.changes import find_changes, head
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.intake import Intake, Outcome, Scan
from graph.intake.committing import plan
from graph.intake.deciding import NOT_IN, OTHERWISE, UNKNOWN_PERSON, UNKNOWN_VENUE
from graph.intake.implausible import distance_km
from graph.isolations import merge_isolations
from graph.people import get_person
from graph.units import merge_units
from graph.venues import merge_venues
from graph.visits import find_visits_of, get_visit, merge_visits, record_exit, retract_visits
from tests.tables import LATER, at, clock, table

STAMP = Stamp("test", "test", at("D0 08:00"))
VENUES = [
    {"venue_id": "market", "category": "market", "latitude": 10.75, "longitude": 106.65},
    {"venue_id": "hall a", "category": "market", "part_of": "market"},
    {"venue_id": "hall b", "category": "market", "part_of": "market"},
    {"venue_id": "café", "category": "essential_shop", "latitude": 10.76, "longitude": 106.66},
    {"venue_id": "far", "category": "office", "latitude": 10.95, "longitude": 106.75},
    {"venue_id": "hospital", "category": "hospital"},
]


@pytest.fixture(scope="module")
def planned(store: Graph) -> None:
    """A store that has planned what a commit asks: its first time may take seconds."""
    plan(store)


@pytest.fixture
def intake(graph: Graph, planned: None) -> Intake:
    """An intake over a store with some venues."""
    merge_venues(graph, VENUES, STAMP)
    return Intake(graph, seconds=30)


def scan_of(key: str, who: str, venue: str, clock_time: str, **others: object) -> Scan:
    """Return a scan as the web app makes it; the person is described, so may be new."""
    moment = at(clock_time)
    defaults: dict[str, object] = {
        "visit_id": key,
        "digest": f"{key} {who} {venue} {clock_time}",
        "direction": "in",
        "person_id": who,
        "person": {"full_name": "An", "name_key": "an", "birth_year": 1990, "sex": "female"},
        "venue_id": venue,
        "gate_code": "G",
        "at": moment,
        "received_at": moment,
        "source": "check-in",
    }
    return Scan(**{**defaults, **others})  # type: ignore[arg-type]


def declared(risk: str, clock_time: str, declaration_id: str = "d1") -> dict[str, object]:
    """Return a declaration as the web app hands it in."""
    return {
        "declaration_id": declaration_id,
        "kind": "place",
        "form_version": "1",
        "consent_hash": "0",
        "risk": risk,
        "made_at_s": int(at(clock_time).timestamp()),
        "declared_for": "self",
        "reason": None,
        "sealed": "1.AAAA",
    }


def told(outcome: Outcome) -> str:
    """Return an outcome as a table writes it."""
    return f"{outcome.direction} {outcome.state} {outcome.visit_id}"


SCANS = """
    key | person | venue   | direction | at       | becomes               | law
    1   | A      | market  | in        | 08:00    | in new 1              | it begins a visit
    1   | A      | market  | in        | 08:00    | in known 1            | sent again
    2   | A      | market  | in        | 08:02    | in repeated 1         | R57: too soon
    2   | A      | market  | in        | 08:02    | in known 1            | ... sent again
    3   | A      | market  | in        | 08:03    | in new 3              | a minute more
    4   | A      | market  | out       | 08:30    | out new 3             | the newest ends
    4   | A      | market  | out       | 08:30    | out known 3           | an exit once
    5   | A      | market  | either    | 08:40    | out new 1             | the other ends
    6   | A      | market  | either    | 08:41    | in new 6              | nothing is open
    7   | A      | market  | either    | 08:42    | in repeated 6         | not out so soon
    8   | A      | market  | out       | D3 09:00 | no stay is open       | a day later
    9   | B      | café    | out       | 08:00    | no stay is open       | who never came in
    10  | B      | hall a  | in        | 09:00    | in new 10             | a zone
    11  | B      | market  | out       | 09:20    | out new 10            | its zone ends
    12  | C      | nowhere | in        | 09:00    | is not a stored venue | an unknown venue
"""


def test_what_a_scan_becomes_follows_from_what_is_stored(intake: Intake) -> None:
    for row in table(SCANS):
        scan = scan_of(row["key"], row["person"], row["venue"], row["at"])
        scan = replace(scan, direction=row["direction"])
        try:
            found = told(intake.submit(scan))
        except Refused as refusal:
            found = refusal.reason
        assert found in (row["becomes"], {"no stay is open": NOT_IN}.get(row["becomes"])), row
    assert UNKNOWN_VENUE == "is not a stored venue"


STAYS = """
    first  | open from | then   | at    | left by | law
    café   | 08:00     | market | 08:30 | 08:30   | R56: elsewhere caps an open stay
    market | 08:00     | café   | 11:00 | 11:00   | ... however late, while it could last
    café   | 08:00     | market | 11:00 | 10:00   | past the longest stay nothing is capped
    hall a | 08:00     | hall b | 08:30 | 08:30   | another zone is elsewhere
    market | 08:00     | hall a | 08:30 | 12:00   | a zone of it is not
    hall a | 08:00     | market | 08:30 | 12:00   | nor is its whole
    café   | 08:00     | café   | 08:30 | 10:00   | nor is the same place
"""


@pytest.mark.parametrize("row", [pytest.param(row, id=row["law"]) for row in table(STAYS)])
def test_a_check_in_elsewhere_caps_the_stay_that_is_open(
    graph: Graph, intake: Intake, row: dict[str, str]
) -> None:
    intake.submit(scan_of("1", "A", row["first"], row["open from"]))
    intake.submit(scan_of("2", "A", row["then"], row["at"]))

    now = get_visit(graph, "1", datetime.now(UTC))
    assert now.left_by is not None
    assert clock(now.left_by) == row["left by"]
    assert now.left_at is None
    assert now.expected_left_at is not None
    assert now.expected_left_at <= now.left_by


def test_a_cap_is_a_new_version_and_the_old_one_is_readable_as_of_before(
    graph: Graph, intake: Intake
) -> None:
    intake.submit(scan_of("1", "A", "café", "08:00"))
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    backdate = "MATCH ()-[v:VISITED]->() SET v.recorded_at = datetime($at) RETURN count(*) AS n"
    graph.replacing("tests/backdate", backdate).write("tests/backdate", at=long_ago)

    intake.submit(scan_of("2", "A", "market", "08:30"))

    before = get_visit(graph, "1", long_ago + timedelta(minutes=1))
    assert before.left_by == at("10:00")
    assert get_visit(graph, "1", datetime.now(UTC)).left_by == at("08:30")
    assert [visit.visit_id for visit in find_visits_of(graph, "A", LATER, 10)] == []
    shown = find_visits_of(graph, "A", datetime.now(UTC), 10)
    assert [visit.visit_id for visit in shown] == ["2", "1"]


def test_a_scan_that_is_told_late_ends_no_later_than_where_the_person_was_seen_next(
    graph: Graph, intake: Intake
) -> None:
    intake.submit(scan_of("1", "A", "market", "09:00"))
    intake.submit(scan_of("2", "A", "café", "08:30"))

    assert get_visit(graph, "2", datetime.now(UTC)).left_by == at("09:00")
    assert get_visit(graph, "1", datetime.now(UTC)).left_by == at("13:00")


def test_a_tap_on_the_receipt_ends_its_visit_and_no_other(graph: Graph, intake: Intake) -> None:
    intake.submit(scan_of("1", "A", "market", "08:00"))
    intake.submit(scan_of("2", "A", "market", "08:10"))

    tap = replace(scan_of("out-1", "A", "market", "08:20"), direction="out", of_visit_id="1")
    assert told(intake.submit(tap)) == "out new 1"
    assert told(intake.submit(tap)) == "out known 1"

    assert get_visit(graph, "1", datetime.now(UTC)).left_at == at("08:20")
    assert get_visit(graph, "2", datetime.now(UTC)).left_at is None


COLOURS = """
    declared | when     | scanned | isolated | colour | declare? | alerts | law
             |          | 08:00   |          | wait   | yes      |        | R54: none was made
    go       | 08:00    | 08:00   |          | go     | no       |        | with the scan itself
    go       | D0 08:30 | 08:00   |          | go     | no       |        | less than a day ago
    go       | D0 07:59 | 08:00   |          | wait   | yes      |        | more than a day ago
    wait     | 08:00    | 08:00   |          | wait   | no       |        | R66: one of the two
    stop     | 08:00    | 08:00   |          | stop   | no       | both   | R66: both of them
    stop     | D0 09:00 | 08:00   |          | stop   | no       | both   | ... at each venue
    go       | 08:00    | 08:00   | yes      | stop   | no       | both   | R66: isolation
             |          | 08:00   | yes      | stop   | no       | both   | ... in any case
"""


@pytest.mark.parametrize("row", [pytest.param(row, id=row["law"]) for row in table(COLOURS)])
def test_the_colour_follows_from_declaration_and_isolation(
    graph: Graph, intake: Intake, row: dict[str, str]
) -> None:
    units = [
        {"unit_code": "760", "name": "Quận 1", "level": "district"},
        {"unit_code": "26734", "name": "Phường 1", "level": "ward", "parent_code": "760"},
    ]
    merge_units(graph, units, STAMP)
    merge_venues(graph, [{"venue_id": "market", "unit_code": "26734"}], STAMP)
    if row["isolated"]:
        order = {"isolation_id": "1", "person_id": "A", "venue_id": "home"}
        merge_isolations(graph, [{**order, "started_at": at("D0 08:00")}], STAMP)
    given = declared(row["declared"], row["when"]) if row["declared"] else None
    is_with_it = row["when"] == row["scanned"]
    if given and not is_with_it:
        intake.submit(scan_of("0", "A", "café", row["when"], declaration=given))

    scan = scan_of("1", "A", "market", row["scanned"], declaration=given if is_with_it else None)
    outcome = intake.submit(scan)
    again = intake.submit(scan)

    assert outcome.colour == row["colour"]
    assert outcome.needs_declaration == (row["declare?"] == "yes")
    assert (again.colour, again.needs_declaration) == (row["colour"], outcome.needs_declaration)
    assert offices_told(graph) == (
        ["commune 26734", "district_health 760"] if row["alerts"] else []
    )


def offices_told(graph: Graph) -> list[str]:
    """Return the offices that alerts at the market were sent to."""
    query = (
        "MATCH (:Venue {venue_id: 'market'})<-[:AT]-(:Alert)-[sent:SENT_TO]->(unit:Unit) "
        "RETURN sent.office + ' ' + unit.unit_code AS told ORDER BY told"
    )
    return [row["told"] for row in graph.replacing("tests/told", query).read("tests/told")]


FLAGS = """
    first  | at    | then   | at then | flags  | law
           |       | office | 08:00   |        | by day an office is usual
           |       | office | 03:00   | hours  | G5: by night it is not
    market | 08:00 | far    | 08:02   | travel | G6: 20 km in two minutes
    market | 08:00 | far    | 09:00   |        | in an hour it can be
    market | 08:00 | café   | 08:02   |        | 1.5 km may be an error of the map
    far    | 08:02 | market | 08:00   | travel | told late it shows too
"""


@pytest.mark.parametrize("row", [pytest.param(row, id=row["law"]) for row in table(FLAGS)])
def test_what_is_hard_to_believe_is_stored_and_flagged(
    graph: Graph, intake: Intake, row: dict[str, str]
) -> None:
    venue = "far" if row["then"] == "office" else row["then"]
    if row["first"]:
        intake.submit(scan_of("1", "A", row["first"], row["at"]))

    outcome = intake.submit(scan_of("2", "A", venue, row["at then"]))

    assert " ".join(outcome.flags) == row["flags"]
    assert get_visit(graph, "2", datetime.now(UTC)).arrived_at == at(row["at then"])


def test_more_people_than_a_gate_lets_in_are_flagged_and_stored(
    graph: Graph, intake: Intake
) -> None:
    scans = [scan_of(f"k{n}", f"p{n}", "market", "08:00") for n in range(130)]
    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(intake.submit, scans))

    assert sum("crowd" in outcome.flags for outcome in outcomes) == 10
    assert get_visit(graph, "k129", datetime.now(UTC)).venue_id == "market"


def test_distances_are_those_of_the_map() -> None:
    ben_thanh, can_gio = (10.7725, 106.6980), (10.4114, 106.9547)

    assert distance_km(ben_thanh, ben_thanh) == 0
    assert 48 < distance_km(ben_thanh, can_gio) < 50


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"digest": "another"}, id="another body"),
        pytest.param({"venue_id": "café", "digest": "elsewhere"}, id="another venue"),
        pytest.param({"person_id": "B", "digest": "somebody else"}, id="another person"),
    ],
)
def test_a_key_with_another_content_is_refused(
    graph: Graph, intake: Intake, other: dict[str, str]
) -> None:
    scan = scan_of("1", "A", "market", "08:00")
    intake.submit(scan)

    with pytest.raises(Refused) as refusal:
        intake.submit(replace(scan, **other))  # type: ignore[arg-type]

    assert (refusal.value.field, refusal.value.reason) == ("visit_id", OTHERWISE)
    assert get_visit(graph, "1", datetime.now(UTC)).person_id == "A"


def test_A7_one_key_from_fifty_at_once_is_new_once(graph: Graph, intake: Intake) -> None:
    start = Barrier(50)
    scan = scan_of("1", "A", "market", "08:00")

    def submit(_n: int) -> Outcome:
        start.wait(30)
        return intake.submit(scan)

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(submit, range(50)))

    assert sorted(outcome.state for outcome in outcomes) == ["known"] * 49 + ["new"]
    assert len(find_visits_of(graph, "A", datetime.now(UTC), 10)) == 1


def test_A17_what_cannot_be_stored_takes_nobody_along(graph: Graph, intake: Intake) -> None:
    """Of two hundred, one has the id of an imported visit, and one a number that is too large."""
    imported = {"visit_id": "k7", "person_id": "X", "venue_id": "café"}
    merge_visits(graph, [{**imported, "arrived_at": at("07:00"), "left_at": None}], STAMP)
    scans = [scan_of(f"k{n}", f"p{n}", "market", "08:00") for n in range(200)]
    scans[9] = replace(scans[9], clock_skew_s=2**70)

    def submit(scan: Scan) -> Outcome | Refused:
        try:
            return intake.submit(scan)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(submit, scans))

    refused = [n for n, answer in enumerate(answers) if isinstance(answer, Refused)]
    assert refused == [7, 9]
    for n in (0, 8, 199):
        assert get_visit(graph, f"k{n}", datetime.now(UTC)).person_id == f"p{n}"
    with pytest.raises(NotFound):
        get_visit(graph, "k9", datetime.now(UTC))


def test_A26_a_replay_of_what_was_withdrawn_is_known_and_does_not_bring_it_back(
    graph: Graph, intake: Intake
) -> None:
    scan = scan_of("1", "A", "market", "08:00")
    intake.submit(scan)
    retract_visits(graph, ["1"], datetime.now(UTC))

    assert intake.submit(scan).state == "known"

    with pytest.raises(NotFound):
        get_visit(graph, "1", datetime.now(UTC) + timedelta(seconds=2))


def test_somebody_who_is_not_stored_cannot_come_in_without_saying_who(intake: Intake) -> None:
    with pytest.raises(Refused) as refusal:
        intake.submit(scan_of("1", "nobody", "market", "08:00", person=None))

    assert refusal.value.reason == UNKNOWN_PERSON


def test_who_came_is_stored_with_what_identifies_them(graph: Graph, intake: Intake) -> None:
    phone = {"scheme": "phone", "blind_index": "b", "sealed": "1.AAAA"}
    intake.submit(
        scan_of(
            "1",
            "A",
            "market",
            "08:00",
            declaration=declared("go", "08:00"),
            identifiers=[phone],
        )
    )

    person = get_person(graph, "A")
    assert (person.full_name, person.birth_year, person.sex) == ("An", 1990, "female")
    links = (
        "MATCH (:Person {person_id: 'A'})-[:IDENTIFIED_BY]->(i:Identifier) "
        "MATCH (:Person {person_id: 'A'})-[:DECLARED]->(d:Declaration) "
        "RETURN i.scheme AS scheme, i.sealed AS sealed, d.risk AS risk, d.sealed AS told"
    )
    rows = graph.replacing("tests/links", links).read("tests/links")
    assert rows == [{"scheme": "phone", "sealed": "1.AAAA", "risk": "go", "told": "1.AAAA"}]


def test_the_ledger_names_whose_visits_changed(graph: Graph, intake: Intake) -> None:
    intake.submit(scan_of("1", "A", "café", "08:00"))
    before = head(graph).number
    intake.submit(scan_of("1", "A", "café", "08:00"))
    unchanged = head(graph).number
    intake.submit(scan_of("2", "A", "market", "08:30"))

    changes = find_changes(graph, before)
    assert unchanged == before
    assert [change.person_ids for change in changes] == [["A"]]


def test_an_exit_that_somebody_else_told_in_between_stands(graph: Graph, intake: Intake) -> None:
    intake.submit(scan_of("1", "A", "market", "08:00"))
    record_exit(graph, "1", at("08:10"), datetime.now(UTC))

    with pytest.raises(Refused):
        intake.submit(replace(scan_of("2", "A", "market", "08:20"), direction="out"))

    assert get_visit(graph, "1", datetime.now(UTC)).left_at == at("08:10")
