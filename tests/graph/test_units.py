"""Administrative units on a day, and the people who live in them."""

import pytest

from graph.batches import Merged, Stamp
from graph.errors import NotFound
from graph.people import Person, get_person, merge_persons
from graph.units import Unit, find_units, merge_units
from tests.graph.contents import rows_of
from tests.tables import at, on

STAMP = Stamp("registry", "batch-1", at("D3 08:00"))
CITY = {"unit_code": "79", "name": "Thành phố Hồ Chí Minh", "level": "city"}
OLD = {
    "unit_code": "769",
    "name": "Thủ Đức",
    "level": "district",
    "parent_code": "79",
    "valid_until": on("D5"),
}
NEW = {
    "unit_code": "26800",
    "name": "Linh Xuân",
    "level": "ward",
    "parent_code": "79",
    "valid_from": on("D5"),
}


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        pytest.param("D-3000", ["769", "79"], id="long before"),
        pytest.param("D4", ["769", "79"], id="the last day of the old one"),
        pytest.param("D5", ["26800", "79"], id="the first day of the new one"),
        pytest.param("D3000", ["26800", "79"], id="long after"),
    ],
)
def test_a_unit_exists_from_its_first_day_until_the_excluded_end(graph, day, codes):
    merge_units(graph, [CITY, OLD, NEW], STAMP)

    assert [unit.unit_code for unit in find_units(graph, on(day))] == codes


def test_a_unit_is_read_back_with_its_parent(graph):
    merge_units(graph, [OLD], STAMP)

    assert find_units(graph, on("D1")) == [
        Unit("769", "Thủ Đức", "district", "79", None, on("D5")),
        # A parent that was never listed is a bare code.
        Unit("79", None, None, None, None, None),
    ]


def test_a_unit_moves_to_another_parent_and_has_one_only(graph):
    merge_units(graph, [OLD], STAMP)

    assert merge_units(graph, [{**OLD, "parent_code": "74"}], STAMP) == Merged(1, 0)
    assert merge_units(graph, [{**OLD, "parent_code": None}], STAMP) == Merged(0, 1)

    parents = {unit.unit_code: unit.parent_code for unit in find_units(graph, on("D1"))}
    assert parents == {"769": "74", "74": None, "79": None}


def test_a_unit_that_is_renamed_keeps_its_code_and_its_days_are_those_last_told(graph):
    merge_units(graph, [OLD], STAMP)

    merge_units(graph, [{**OLD, "name": "Thủ Đức cũ", "valid_until": None}], STAMP)

    (unit,) = [unit for unit in find_units(graph, on("D3000")) if unit.unit_code == "769"]
    assert (unit.name, unit.valid_until) == ("Thủ Đức cũ", None)


def test_a_person_is_read_back_with_the_unit_they_live_in(graph):
    merge_units(graph, [CITY], STAMP)
    row = {
        "person_id": "p1",
        "full_name": "Nguyễn Văn An",
        "birth_year": 1990,
        "sex": "male",
        "unit_code": "79",
    }

    merge_persons(graph, [row], STAMP)

    assert get_person(graph, "p1") == Person(
        **row, unit_name="Thành phố Hồ Chí Minh", told_at=STAMP.recorded_at
    )


def test_a_person_who_moves_lives_in_one_unit_only(graph):
    for code in ("79", "74", "79"):
        row = {"person_id": "p1", "unit_code": code}
        assert merge_persons(graph, [row], STAMP) == Merged(1, 0)

    homes = rows_of(graph, "MATCH (:Person)-[:LIVES_IN]->(u:Unit) RETURN u.unit_code AS code")
    assert homes == [{"code": "79"}]


@pytest.mark.parametrize(
    ("field", "value"),
    [("full_name", "An"), ("birth_year", 1990), ("sex", "other"), ("unit_code", "79")],
)
def test_what_is_newly_known_of_a_person_fills_what_was_empty(graph, field, value):
    merge_persons(graph, [{"person_id": "p1"}], STAMP)

    assert merge_persons(graph, [{"person_id": "p1", field: value}], STAMP) == Merged(1, 0)
    assert merge_persons(graph, [{"person_id": "p1", field: value}], STAMP) == Merged(0, 1)
    assert getattr(get_person(graph, "p1"), field) == value


def test_nobody_has_an_id_that_is_not_stored(graph):
    with pytest.raises(NotFound) as missing:
        get_person(graph, "CANARY")

    assert str(missing.value) == "no such person"
