"""Registrations of the demo: made-up units in every state, so that every desk has something to do.

Their ids and content are always the same, and so are their histories, counted back from the first
start: a start later finds them as they were left.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from graph.database import Graph
from graph.errors import NotFound
from graph.periods import local_day
from graph.registrations import (
    Actor,
    Evidence,
    find_area,
    get_registration,
    merge_round,
    move,
    record_registrations,
)
from graph.registrations.workflow import (
    CITY,
    COMMUNE,
    DISTRICT,
    OFFICIAL_KINDS,
    SYSTEM,
    needs_reason,
)
from graph.units import unit_tree
from webapp.registration_forms import CONTACT_FIELD, PHONE_SCHEME
from webapp.sealing import Vault, open_vault
from webapp.settings import Settings

ROUND = "demo"
NAMES = (
    ("Tạp hoá Bà Sáu", "essential_shop"),
    ("Trường Tiểu học Minh Hoạ", "school"),
    ("Công ty May Thử Nghiệm", "company"),
    ("Siêu thị Ví Dụ", "supermarket"),
    ("Nhà thuốc Số Bảy", "essential_shop"),
    ("Xưởng cơ khí Anh Tư", "production"),
    ("Hội Phụ nữ phường (mẫu)", "mass_org"),
    ("Ban Quản lý chợ (mẫu)", "state_body"),
)
_Way = tuple[tuple[str, str], ...]


def _ways(*to_city: tuple[str, str]) -> dict[str, _Way]:
    """Return the way to each state, by who goes it, on the chain of offices that is told."""
    account = (*to_city, ("account_issued", CITY))
    handed = (*account, ("handed_over", CITY))
    live = (*handed, ("active", SYSTEM), ("qr_live", SYSTEM))
    scanned = (*live, ("first_scan", SYSTEM))
    return {
        "submitted": (),
        **{
            state: ((state, COMMUNE),)
            for state in ("needs_correction", "excluded", "duplicate", "rejected", "accepted")
        },
        "forwarded": to_city,
        "account_issued": account,
        "handed_over": handed,
        "active": live[:-1],
        "qr_live": live,
        "first_scan": scanned,
        "suspended": (*live, ("suspended", CITY)),
        "closed": (*scanned, ("closed", CITY)),
    }


#: The offices of today, and those of June 2021, when the district stood between.
HISTORIES = _ways(("accepted", COMMUNE), ("forwarded", COMMUNE))
FORMER = _ways(("accepted", COMMUNE), ("consolidated", DISTRICT), ("forwarded", DISTRICT))
#: What can have become of a unit by now that was registered in 2021.
ENDED = ("first_scan", "excluded", "duplicate", "closed", "first_scan", "rejected", "first_scan")
FORMER_ROUND, FORMER_DAY = "demo-2021", datetime(2021, 6, 18, 2, tzinfo=UTC)
# So long before the first start: with the clocks of the workflow some are late, some are not.
AGES = (timedelta(hours=5), timedelta(days=4), timedelta(days=9))
STEP = timedelta(hours=3)
WHY = "Dữ liệu minh hoạ"


def store_demo_registrations(graph: Graph, settings: Settings, ward: str, district: str) -> None:
    """Take in units of a ward of today, and of a district of 2021; walk each to its state, once."""
    now = datetime.now(UTC)
    try:
        get_registration(graph, _id_of(0), find_area(graph, Actor(CITY), local_day(now)), now)
    except NotFound:
        _store(graph, open_vault(settings), (ward, district), now)


def _store(graph: Graph, vault: Vault, places: tuple[str, str], now: datetime) -> None:
    ward, district = places
    today = local_day(now)
    opens_on, closes_on = today - timedelta(days=14), today + timedelta(days=5)
    merge_round(graph, ROUND, "Đợt minh hoạ", opens_on, closes_on)
    offices = {COMMUNE: Actor(COMMUNE, ward), CITY: Actor(CITY), SYSTEM: Actor(SYSTEM, own=[ward])}
    plan = [(now - age, history) for age in AGES for history in HISTORIES.values()]
    for number, (received_at, history) in enumerate(plan):
        row = _row(vault, number, ward, ROUND)
        _take_in(graph, row, history, offices, received_at, now)
    day = local_day(FORMER_DAY)
    merge_round(graph, FORMER_ROUND, "Đợt 6/2021", day, day + timedelta(days=7))
    wards = [unit for unit in unit_tree(graph).subtree(district, day) if unit.level == "ward"]
    for number, state in enumerate(ENDED, len(plan)):
        ward = wards[number % len(wards)].unit_code if wards else ward
        offices = {
            COMMUNE: Actor(COMMUNE, ward, bound_on=day),
            DISTRICT: Actor(DISTRICT, district, bound_on=day),
            CITY: Actor(CITY),
            SYSTEM: Actor(SYSTEM, own=[ward]),
        }
        row = _row(vault, number, ward, FORMER_ROUND)
        _take_in(graph, row, FORMER[state], offices, FORMER_DAY, now)


def _take_in(
    graph: Graph,
    row: dict[str, object],
    history: _Way,
    offices: Mapping[str, Actor],
    received_at: datetime,
    now: datetime,
) -> None:
    record_registrations(graph, [row], offices[COMMUNE], received_at)
    at = received_at
    for to_state, role in history:
        is_official = DISTRICT in offices and row["category"] in OFFICIAL_KINDS
        by = DISTRICT if role == COMMUNE and is_official else role
        at = min(at + STEP, now)
        _walk(graph, str(row["registration_id"]), to_state, offices[by], at)


def _walk(graph: Graph, registration_id: str, to_state: str, actor: Actor, at: datetime) -> None:
    shown = Evidence(basis="ncovi", letter="01/MINH-HOA") if to_state == "excluded" else None
    reason = WHY if needs_reason("submitted", to_state) else None
    key = f"demo-{to_state}"
    move(graph, [registration_id], to_state, actor, at=at, key=key, reason=reason, evidence=shown)


def _row(vault: Vault, number: int, ward: str, round_id: str) -> dict[str, object]:
    name, category = NAMES[number % len(NAMES)]
    registration_id = _id_of(number)
    # A block of numbers that nobody has: 0900 000 0xx.
    phone = f"+849000000{number:02}"
    contact = {"representative": f"Người Liên Hệ {number + 1}", "phone": phone}
    if number % 2:
        contact["email"] = f"donvi{number + 1}@example.vn"
    return {
        "registration_id": registration_id,
        "unit_code": ward,
        "name": f"{name} {number + 1}",
        "category": category,
        "address": f"{number + 1} Đường Minh Hoạ",
        "gate_count": 1 + number % 3,
        "is_on_ncovi": number % 15 == 2,
        "note": WHY,
        "contact_sealed": vault.seal(
            json.dumps(contact, ensure_ascii=False), CONTACT_FIELD, registration_id
        ),
        "phone_index": vault.blind_index(PHONE_SCHEME, phone),
        "has_email": "email" in contact,
        "round_id": round_id,
        "source": ("list", "form", "officer")[number % 3],
        "digest": "demo",
    }


def _id_of(number: int) -> str:
    return f"demo{number:028}"
