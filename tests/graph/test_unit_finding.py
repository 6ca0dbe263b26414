"""Finding a unit by what people type (R170); pure, over the units of Ho Chi Minh City."""

from datetime import date

import pytest

from graph.units import find, recognise
from tests.hcmc import hcmc
from tests.tables import table

DAYS = {"2021": date(2021, 6, 24), "2025": date(2025, 3, 1), "2026": date(2026, 11, 27)}

#: The first unit that is found, and how many more there are: one, several, or none at all.
PICKED = """
    day  | typed                          | first                                    | found
    2021 | q1                             | 760 Quận 1                               | several
    2021 | Q.1                            | 760 Quận 1                               | several
    2021 | quận 01                        | 760 Quận 1                               | several
    2021 | can gio                        | 787 Huyện Cần Giờ                        | several
    2021 | CẦN GIỜ                        | 787 Huyện Cần Giờ                        | several
    2021 | cangio                         | 787 Huyện Cần Giờ                        | several
    2021 | phuong 15 tan binh             | 27007 Phường 15                          | one
    2021 | P15 TB                         | 27007 Phường 15                          | one
    2021 | P.15, Q. Tân Bình, TP.HCM      | 27007 Phường 15                          | one
    2021 | tan binh p15                   | 27007 Phường 15                          | one
    2021 | phường 3 quận 3                | 27154 Phường 03                          | one
    2021 | p 10 q 3                       | 27145 Phường 10                          | one
    2021 | tp.hcm                         | 79 Thành phố Hồ Chí Minh                 | one
    2021 | TPHCM                          | 79 Thành phố Hồ Chí Minh                 | one
    2021 | hcm                            | 79 Thành phố Hồ Chí Minh                 | one
    2021 | sai gon                        | 79 Thành phố Hồ Chí Minh                 | one
    2021 | thu duc                        | 769 Thành phố Thủ Đức                    | several
    2021 | quan 2                         | 769 Thành phố Thủ Đức                    | several
    2021 | Quận 9                         | 769 Thành phố Thủ Đức                    | several
    2021 | quan thu duc                   | 769 Thành phố Thủ Đức                    | several
    2021 | an phu q2                      | 27091 Phường An Phú                      | one
    2021 | phuong 6 quan 3                | 27139 Phường Võ Thị Sáu                  | one
    2021 | ly nhon                        | 27682 Xã Lý Nhơn                         | one
    2021 | lí nhơn                        | 27682 Xã Lý Nhơn                         | one
    2021 | ben ngh                        | 26740 Phường Bến Nghé                    | one
    2021 | phường 15                      | 27163 Phường 15                          | several
    2021 | phuong 99                      |                                          | none
    2021 | quan 15                        |                                          | none
    2021 | phuong 15 ha noi               |                                          | none
    2021 | tan son                        | 27010 Phường Tân Sơn Nhì                 | several
    2025 | phuong 1 go vap                | 26890 Phường 1                           | one
    2025 | phuong 4 go vap                | 26890 Phường 1                           | one
    2025 | rach ong                       | 27397 Phường Rạch Ông                    | one
    2026 | tan son                        | 27007 Phường Tân Sơn                     | several
    2026 | phuong 15 tan binh             | 27007 Phường Tân Sơn                     | several
    2026 | thu duc                        | 26824 Phường Thủ Đức                     | several
    2026 | can gio                        | 27664 Xã Cần Giờ                         | several
    2026 | phường 3 quận 3                | 27154 Phường Bàn Cờ                      | one
    2026 | sai gon                        | 26740 Phường Sài Gòn                     | several
    2026 | con dao                        | 26732 Đặc khu Côn Đảo                    | one
    2026 | q1                             | 26740 Phường Sài Gòn                     | several
"""


@pytest.mark.parametrize("row", table(PICKED), ids=lambda row: f"{row['typed']}, {row['day']}")
def test_what_people_type_finds_the_unit_that_they_mean_first(row):
    found = find(hcmc(), row["typed"], DAYS[row["day"]])

    first = found[0].unit if found else None
    assert row["first"] == (f"{first.unit_code} {first.name}" if first else "")
    assert row["found"] == {0: "none", 1: "one"}.get(len(found), "several")


@pytest.mark.parametrize("typed", ["", "  ", "phường", "q.", "?", "x" * 10_000, "\0", "15" * 40])
def test_what_names_no_unit_finds_none(typed):
    assert find(hcmc(), typed, DAYS["2021"]) == []
    assert recognise(hcmc(), typed, DAYS["2021"]) is None


def test_a_number_alone_finds_every_ward_of_that_number_by_its_district():
    found = find(hcmc(), "phuong 15", DAYS["2021"])

    wards = {(each.unit.name, each.around[0].name) for each in found}
    assert {name for name, _ in wards} == {"Phường 15", "Phường 12"}
    # That of district 5 was merged into another one on 1 January 2021.
    assert ("Phường 12", "Quận 5") in wards
    assert len({district for _, district in wards}) == len(found) > 5


def test_a_unit_that_has_ended_is_told_with_what_it_was():
    found = find(hcmc(), "P15 TB", DAYS["2026"])

    assert [(each.unit.name, each.was.name, each.was_around[0].name) for each in found] == [
        ("Phường Tân Sơn", "Phường 15", "Quận Tân Bình"),
        ("Phường Tân Bình", "Phường 15", "Quận Tân Bình"),
    ]


@pytest.mark.parametrize(
    ("day", "typed", "code"),
    [
        pytest.param("2021", "27343", "27343", id="a code"),
        pytest.param("2021", "99999", None, id="a code of nothing"),
        pytest.param("2026", "760", None, id="a code that has ended"),
        pytest.param("2021", "P15 TB", "27007", id="one ward"),
        pytest.param("2021", "phường 15", None, id="many wards"),
        pytest.param("2026", "P15 TB", None, id="a ward that was divided"),
        pytest.param("2026", "phuong 4 go vap", "26890", id="a ward that was merged"),
        pytest.param("2026", "Phường Tân Sơn, TP.HCM", "27007", id="with its city"),
        pytest.param("2026", "tan son nh", None, id="unfinished"),
        pytest.param("2026", "tp thu duc", None, id="a city that is none any more"),
        pytest.param("2021", "tp thu duc", "769", id="a city that was one"),
        pytest.param("2021", "quan 2", "769", id="another name"),
        pytest.param("2021", "quan 3", "770", id="a district, not its ward of that number"),
        pytest.param("2021", "hoc mon", None, id="a district and its town"),
    ],
)
def test_a_unit_is_recognised_only_where_nobody_can_doubt_it(day, typed, code):
    found = recognise(hcmc(), typed, DAYS[day])

    assert (found and found.unit_code) == code


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_unit_is_recognised_by_the_name_under_which_it_is_picked(day):
    for unit in hcmc().on(day):
        around = hcmc().chain(unit.unit_code, day)
        typed = ", ".join(each.name for each in around)

        assert recognise(hcmc(), typed, day) == unit, typed
