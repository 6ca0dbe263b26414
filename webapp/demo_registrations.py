"""Registrations of the demo: made-up units in every state, so that every desk has something to do.

Their ids and content are always the same, and so are their histories, counted back from the first
start: a start later finds them as they were left.
"""

import json
from collections.abc import Iterator, Sequence
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
    SYSTEM,
    WITH_DISTRICTS,
    needs_reason,
)
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
#: The way to each state, by who goes it; what is said where a reason is needed is one sentence.
_TO_CITY = (("accepted", COMMUNE), ("consolidated", DISTRICT), ("forwarded", DISTRICT))
_TO_ACCOUNT = (*_TO_CITY, ("account_issued", CITY))
_TO_LIVE = (
    *_TO_ACCOUNT,
    ("handed_over", CITY),
    ("active", SYSTEM),
    ("qr_live", SYSTEM),
)
HISTORIES: Sequence[tuple[tuple[str, str], ...]] = (
    (),
    (("needs_correction", COMMUNE),),
    (("excluded", COMMUNE),),
    (("duplicate", COMMUNE),),
    (("rejected", COMMUNE),),
    _TO_CITY[:1],
    _TO_CITY[:2],
    _TO_CITY,
    _TO_ACCOUNT,
    (*_TO_ACCOUNT, ("handed_over", CITY)),
    _TO_LIVE[:-1],
    _TO_LIVE,
    (*_TO_LIVE, ("first_scan", SYSTEM)),
    (*_TO_LIVE, ("suspended", CITY)),
    (*_TO_LIVE, ("first_scan", SYSTEM), ("closed", CITY)),
)
# So long before the first start: with the clocks of the workflow some are late, some are not.
AGES = (timedelta(hours=5), timedelta(days=4), timedelta(days=9))
STEP = timedelta(hours=3)
WHY = "Dữ liệu minh hoạ"


def store_demo_registrations(graph: Graph, settings: Settings, ward: str, district: str) -> None:
    """Take in the demo's units in a ward of a district and walk each to its state, once."""
    now = datetime.now(UTC)
    try:
        get_registration(graph, _id_of(0), find_area(graph, Actor(CITY)), now)
    except NotFound:
        _store(graph, open_vault(settings), (ward, district), now)


def _store(graph: Graph, vault: Vault, places: tuple[str, str], now: datetime) -> None:
    ward, district = places
    today = local_day(now)
    opens_on, closes_on = today - timedelta(days=14), today + timedelta(days=5)
    merge_round(graph, ROUND, "Đợt minh hoạ", opens_on, closes_on, WITH_DISTRICTS)
    offices = {
        COMMUNE: Actor(COMMUNE, ward),
        DISTRICT: Actor(DISTRICT, district),
        CITY: Actor(CITY),
        SYSTEM: Actor(SYSTEM, own=[ward]),
    }
    for number, (age, history) in enumerate(_plan()):
        received_at = now - age
        row = _row(vault, number, ward)
        record_registrations(graph, [row], offices[COMMUNE], received_at)
        at = received_at
        for to_state, role in history:
            is_official = row["category"] in ("mass_org", "state_body")
            by = DISTRICT if role == COMMUNE and is_official else role
            at = min(at + STEP, now)
            _walk(graph, str(row["registration_id"]), to_state, offices[by], at)


def _walk(graph: Graph, registration_id: str, to_state: str, actor: Actor, at: datetime) -> None:
    shown = Evidence(basis="ncovi", letter="01/MINH-HOA") if to_state == "excluded" else None
    reason = WHY if needs_reason("submitted", to_state) else None
    key = f"demo-{to_state}"
    move(graph, [registration_id], to_state, actor, at=at, key=key, reason=reason, evidence=shown)


def _plan() -> Iterator[tuple[timedelta, tuple[tuple[str, str], ...]]]:
    for age in AGES:
        for history in HISTORIES:
            yield age, history


def _row(vault: Vault, number: int, ward: str) -> dict[str, object]:
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
        "round_id": ROUND,
        "source": ("list", "form", "officer")[number % 3],
        "digest": "demo",
    }


def _id_of(number: int) -> str:
    return f"demo{number:028}"
