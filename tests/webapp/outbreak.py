"""A small outbreak that pages show: the worked example of DESIGN section 3, with names."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import uuid4

from graph.accounts import add_account
from graph.alerts import CITY_CDC, Desk, acknowledge_alert, raise_alerts
from graph.batches import Stamp, finish_batch, start_batch
from graph.cases import merge_cases
from graph.database import Graph
from graph.isolations import merge_isolations
from graph.meetings import merge_meetings
from graph.people import merge_persons
from graph.periods import local_day
from graph.registrations import Actor, merge_round, record_registrations
from graph.registrations.lists import merge_list
from graph.registrations.workflow import WITH_DISTRICTS
from graph.rules import rule_in_force
from graph.tracing import find_sources, trace
from graph.tracing.saved import Asked, save_trace
from graph.units import merge_units
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.tables import at, records
from webapp.passwords import hash_password
from webapp.policy import ROLES

PASSWORD = "mật khẩu để thử 1234"
CASE, SOURCE, VENUE, ZONE = "case-1", "S", "market", "market/a"
#: The trace of CASE that was saved on the 21st day.
SAVED = "0" * 32
#: An alert about SOURCE, raised just now at VENUE; the city CDC has it too.
ALERT = "a" * 32
#: A list of units that the commune of VENUE uploaded; it has no rows.
LIST = "d" * 32
#: A unit of WARD that waits for an answer, and one that is overdue.
REGISTRATION, OVERDUE = "b" * 32, "c" * 32
DAY = date(2021, 7, 1)
WARD, DISTRICT = "27343", "775"
#: What the accounts of a venue or a unit are bound to.
BOUND = {
    "gate_staff": {"venue_id": VENUE},
    "venue_manager": {"venue_id": VENUE},
    "commune_intake": {"unit_code": WARD},
    "district_health": {"unit_code": DISTRICT},
    "district_intake": {"unit_code": DISTRICT},
}
#: What must never get into a log or onto a page of a fault.
PERSONAL = ("Nguyễn Thị Minh Khai", "Trần Văn Ẩn", "person-canary-7391")

VISITS = """
    visit_id | person_id | venue_id | arrived_at | left_at
    1        | S         | café     | 08:00      | 09:00
    2        | A         | café     | 08:50      | 09:00
    3        | B         | café     | 08:30      | 08:50
    4        | B         | bus      | 09:00      | 09:30
    5        | A         | bus      | 09:00      | 09:30
    6        | C         | bus      | 09:10      | 09:24
    7        | S         | market   | 10:00      | 11:00
    8        | A         | market   | 10:30      | 11:30
    9        | D         | market   | 10:45      |
"""


def store_outbreak(graph: Graph) -> None:
    """Store people, venues, visits, a meeting, two cases, an isolation and a batch."""
    stamp = Stamp("test", "test", at("D20 00:00"))
    units = [
        {"unit_code": "79", "name": "Thành phố Hồ Chí Minh", "level": "city"},
        {"unit_code": DISTRICT, "name": "Quận 6", "level": "district", "parent_code": "79"},
        {"unit_code": WARD, "name": "Phường 13", "level": "ward", "parent_code": DISTRICT},
    ]
    merge_units(graph, units, stamp)
    venues = [
        {"venue_id": "café", "name": "Cà phê Góc Phố", "category": "essential_shop"},
        {"venue_id": "bus", "name": "Xe buýt số 8", "category": "public_transport"},
        {"venue_id": VENUE, "name": "Chợ Bình Tây", "category": "market", "unit_code": "27343"},
        {"venue_id": ZONE, "name": "Khu A", "category": "market", "part_of": VENUE},
    ]
    merge_venues(graph, venues, stamp)
    people = [
        {"person_id": "S", "full_name": PERSONAL[0], "birth_year": 1980, "unit_code": "27343"},
        {"person_id": "A", "full_name": PERSONAL[1], "birth_year": 1991, "sex": "male"},
    ]
    merge_persons(graph, people, stamp)
    merge_visits(graph, records(VISITS), stamp)
    merge_meetings(graph, records(MEETINGS), stamp)
    merge_cases(graph, records(CASES), stamp)
    isolation = {"isolation_id": "1", "person_id": "A", "venue_id": "home"}
    merge_isolations(graph, [{**isolation, "started_at": at("D3 08:00")}], stamp)
    batch = start_batch(
        graph, source="visits", file_name="july.csv", sha256="0" * 64, recorded_at=at("D20 00:00")
    )
    finish_batch(graph, batch, read=1234, accepted=1200, duplicate=30, refused=4)
    as_of, rule = at("D21 00:00"), rule_in_force(DAY)
    found = trace(graph, find_sources(graph, [CASE], rule, as_of), rule, 2, as_of)
    save_trace(graph, found, Asked("cases", (CASE,)), name="Ngày 21", trace_id=SAVED)
    store_alert(graph)
    store_list(graph)
    store_registrations(graph)


def store_registrations(graph: Graph) -> None:
    """Take in two units in a round of the chain with districts, one long ago."""
    today = local_day(datetime.now(UTC))
    long_ago = today - timedelta(days=40)
    merge_round(graph, "round", "Đợt 1", long_ago, today + timedelta(days=9), WITH_DISTRICTS)
    unit = {"unit_code": WARD, "category": "market", "contact_sealed": "1.x", "source": "list"}
    clerk = Actor("commune_intake", WARD)
    now = datetime.now(UTC)
    for key, name, received_at in (
        (REGISTRATION, "Chợ Phú Lâm", now),
        (OVERDUE, "Tiệm tạp hoá Bà Sáu", now - timedelta(days=9)),
    ):
        row = {**unit, "registration_id": key, "name": name, "round_id": "round"}
        record_registrations(graph, [row], clerk, received_at)


def store_list(graph: Graph) -> None:
    """Keep a list of units that says nothing."""
    kept = {
        "list_id": LIST,
        "batch_id": LIST,
        "file_name": "units.xlsx",
        "sha256": "1" * 64,
        "unit_code": WARD,
        "role": "commune_intake",
        "account_id": "commune_intake",
        "round_id": None,
        "is_late": False,
        "uploaded_at": at("D20 00:00"),
        "headings": ["Tên đơn vị"],
        "unread": [],
    }
    merge_list(graph, kept, [])


def store_alert(graph: Graph) -> None:
    """Raise an alert that has been lying for twenty minutes, so that the city took it up."""
    now = datetime.now(UTC).replace(microsecond=0)
    alert = {"alert_id": ALERT, "reason": "declaration", "person_id": SOURCE, "venue_id": VENUE}
    sent_at = now - timedelta(minutes=20)
    raise_alerts(graph, [{**alert, "raised_at": sent_at}], sent_at)
    acknowledge_alert(graph, Desk(CITY_CDC, None), ALERT, "city_cdc", now)


MEETINGS = """
    contact_id | person_a | person_b           | started_at | ended_at
    1          | S        | person-canary-7391 | 19:00      | 20:00
"""
CASES = """
    case_id | person_id | classification | onset_on | sampled_on | confirmed_at | isolated_at
    case-1  | S         | confirmed      | D2       | D3         | D3 09:00     | D3 12:00
    case-2  | A         | confirmed      | D4       |            | D5 09:00     |
"""


def store_accounts(graph: Graph) -> None:
    """Store one account a role, named like it, all with one password."""
    for role in ROLES:
        bound = BOUND.get(role, {})
        add_account(graph, name=role, role=role, password_hash=hashed(), **bound)


@cache
def hashed() -> str:
    """Return the hash of the one password, made once: that is slow on purpose."""
    return hash_password(PASSWORD)


def new_visit_id() -> str:
    """Return an id as the page makes one."""
    return uuid4().hex
