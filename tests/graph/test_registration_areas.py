"""Whose business a registration is, before and after a reform that gives a code to another unit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from graph.batches import Stamp
from graph.database import Graph
from graph.registrations import (
    Actor,
    DeskFilter,
    count_desk,
    find_area,
    find_desk,
    move,
    record_registrations,
)
from graph.registrations.lists import find_lists, merge_list
from graph.units import merge_successors, merge_units
from tests.emptying import empty

pytestmark = pytest.mark.server

REFORM = date(2025, 7, 1)
BEFORE, AFTER = datetime(2021, 6, 23, 5, tzinfo=UTC), datetime(2026, 6, 23, 5, tzinfo=UTC)
STAMP = Stamp("test", "test", BEFORE)
ALWAYS, UNTIL = (date(2021, 1, 1), None), (date(2021, 1, 1), REFORM)
#: Code, level, what it lies in, when it stood. Since the reform `a` is what `b` was.
UNITS = (
    ("79", "city", None, ALWAYS),
    ("d", "district", "79", UNTIL),
    ("e", "district", "79", UNTIL),
    ("a", "ward", "d", UNTIL),
    ("b", "ward", "e", UNTIL),
    ("a", "ward", "79", (REFORM, None)),
    ("c", "ward", "79", (REFORM, None)),
)
BECAME = (("a", "c"), ("b", "a"))
#: Named by the unit that it told of, and when.
TOLD = {"a of 2021": ("a", BEFORE), "b of 2021": ("b", BEFORE), "a of 2026": ("a", AFTER)}


@pytest.fixture(scope="module")
def reformed(store: Graph) -> Iterator[Graph]:
    """A city before and after its reform, with a registration of each kind."""
    empty(store)
    for code, level, parent, (start, end) in UNITS:
        row = {"unit_code": code, "name": code, "level": level, "parent_code": parent}
        merge_units(store, [{**row, "valid_from": start, "valid_until": end}], STAMP)
    steps = [
        {"unit_code": old, "successor_code": new, "effective_on": REFORM} for old, new in BECAME
    ]
    merge_successors(store, [{**step, "is_part": False, "is_main": True} for step in steps], STAMP)
    for key, (code, at) in TOLD.items():
        row = {"registration_id": key, "unit_code": code, "name": key, "category": "market"}
        whole = {**row, "contact_sealed": "1.x", "source": "officer"}
        assert record_registrations(store, [whole], Actor("city_ict"), at).accepted == 1
        merge_list(store, kept(key, code, at), [])
    yield store
    empty(store)


def kept(key: str, code: str, at: datetime) -> dict[str, object]:
    """A list without rows that an office has uploaded."""
    blank = dict.fromkeys(("round_id",))
    told = {"list_id": key, "batch_id": key, "file_name": "x", "sha256": "0", "unit_code": code}
    by = {"role": "commune_intake", "account_id": "x", "is_late": False, "uploaded_at": at}
    return {**blank, **told, **by, "headings": [], "unread": []}


OFFICES = [
    pytest.param(Actor("commune_intake", "a"), BEFORE, {"a of 2021"}, id="a ward"),
    pytest.param(Actor("commune_intake", "b"), BEFORE, {"b of 2021"}, id="another ward"),
    pytest.param(Actor("district_intake", "d"), BEFORE, {"a of 2021"}, id="a district"),
    pytest.param(Actor("commune_intake", "c"), AFTER, {"a of 2021"}, id="the heir"),
    pytest.param(
        Actor("commune_intake", "a"), AFTER, {"b of 2021", "a of 2026"}, id="who got its code"
    ),
    pytest.param(
        Actor("commune_intake", "a", bound_on=BEFORE.date()),
        AFTER,
        {"a of 2021"},
        id="an office bound before the reform follows its unit",
    ),
    pytest.param(
        Actor("district_intake", "d"),
        AFTER,
        {"a of 2021"},
        id="a district that ended",
    ),
    pytest.param(Actor("district_intake", "x"), AFTER, set(), id="a unit that never was"),
    pytest.param(Actor("commune_intake"), AFTER, set(), id="bound to no unit"),
    pytest.param(Actor("city_ict"), AFTER, set(TOLD), id="the city"),
    pytest.param(Actor("city_ict", "79"), AFTER, set(TOLD), id="the city by its code"),
]


@pytest.mark.parametrize(("actor", "at", "seen"), OFFICES)
def test_an_office_sees_counts_and_moves_what_is_its_business_on_the_day(
    reformed: Graph, actor: Actor, at: datetime, seen: set[str]
) -> None:
    area, everything = find_area(reformed, actor, at.date()), DeskFilter(show="all")

    listed = {
        row.registration_id for row in find_desk(reformed, actor, area, everything, at, limit=9)
    }
    counted = sum(one.count for one in count_desk(reformed, actor, area, everything, at))
    # No way leads there from where they are: what is known at all is told apart from what is not.
    moved = move(reformed, TOLD, "qr_live", actor, at=at, key="k")

    # The day of a look lies before what was told later: it is not hidden by that alone.
    listed -= {key for key, (_code, told) in TOLD.items() if told > at}
    assert listed == seen
    assert counted >= len(seen)
    known = {one.registration_id for one in moved if one.outcome != "unknown"}
    assert known & {key for key, (_code, told) in TOLD.items() if told <= at} == seen


@pytest.mark.parametrize(("actor", "at", "seen"), [one for one in OFFICES if AFTER in one.values])
def test_an_office_sees_the_lists_that_its_own_units_uploaded(
    reformed: Graph, actor: Actor, at: datetime, seen: set[str]
) -> None:
    found = find_lists(reformed, find_area(reformed, actor, at.date()), is_city=False)

    assert {one.list_id for one in found} == seen


@pytest.mark.parametrize(
    ("within", "seen"), [("c", {"a of 2021"}), ("a", {"b of 2021", "a of 2026"}), ("79", set(TOLD))]
)
def test_a_part_of_an_area_is_what_lies_in_both(
    reformed: Graph, within: str, seen: set[str]
) -> None:
    city = Actor("city_ict", "79")
    area = find_area(reformed, city, AFTER.date(), within)

    rows = find_desk(reformed, city, area, DeskFilter(show="all"), AFTER, limit=9)

    assert {row.registration_id for row in rows} == seen
    assert find_area(reformed, Actor("commune_intake", "c"), AFTER.date(), "a").spans == {}
