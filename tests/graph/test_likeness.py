"""Which units may be one: what is found, what is told apart, and how often that is right."""

import pytest

from graph.registrations.likeness import LIKELY, POSSIBLE, Unit, find_candidates
from graph.registrations.spelling import read_address, read_name, slips
from tests.bench.made_units import Maker, true_pairs

WARD = "27301"


def unit(key: str, name: str, address: str = "12 Nguyễn Trãi", **more: str) -> Unit:
    return Unit(key, name, address, **{"unit_code": WARD, **more})


def verdict(one: Unit, other: Unit) -> str | None:
    found = find_candidates([one, other])
    return found[0].verdict if found else None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Thương mại Dịch vụ Minh Phát", "Cty TNHH TM-DV MINH PHAT"),
        ("Công ty Cổ phần Đầu tư Xây dựng Hoàng Gia", "C.ty CP ĐTXD Hoàng Gia"),
        ("Trường Tiểu học Nguyễn Du", "TH Nguyễn Du"),
        ("Trường Trung học phổ thông Hùng Vương", "Trg. THPT Hung Vuong"),
        ("Bệnh viện Hồng Đức", "BV Hồng Đức"),
        ("UBND Phường 5", "Ủy ban nhân dân P.5"),
        ("Cửa hàng Bách Hợp", "CH Bách Hợp"),
        ("Quán cà phê Góc Phố", "Quan Cafe Goc Pho"),
        ("Nhà thuốc Minh Châu", "Nhà thuôcs Minh Chấu"),
        ("Công ty TNHH Sài Gòn Xanh", "Cty TNHH Saigon Xanh"),
        ("Công ty TNHH Nguyễn Phát", "Công ty TNHH Nguyeenx Phát"),
    ],
)
def test_one_unit_under_two_spellings_is_likely_one(one, other):
    assert verdict(unit("1", one), unit("2", other)) == LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Circle K 12", "Circle K 14", id="shops of a chain"),
        pytest.param("Trường Tiểu học Nguyễn Du", "Trường THCS Nguyễn Du", id="levels of schools"),
        pytest.param("Công ty An Phát", "Công ty An Phát - Chi nhánh 2", id="a branch"),
        pytest.param("Công ty TNHH Hoàng Hà", "Công ty Cổ phần Hoàng Hà", id="legal forms"),
        pytest.param("Quán ăn Cô Ba", "Quán ăn Cô Bảy", id="people"),
        pytest.param("Nhà thuốc Minh Châu", "Quán ăn Minh Châu", id="kinds"),
        pytest.param("Quán ăn Hòa", "Quán ăn Hoa", id="marks alone"),
    ],
)
def test_namesakes_on_one_street_are_not_taken_for_one(one, other):
    found = verdict(unit("1", one, "12 Nguyễn Trãi"), unit("2", other, "80 Nguyễn Trãi"))

    assert found != LIKELY


def test_a_school_of_the_same_name_in_another_ward_is_another_school():
    one = unit("1", "Trường Tiểu học Nguyễn Du")
    other = unit("2", "Trường Tiểu học Nguyễn Du", "90 Lê Lợi", unit_code="26740")

    assert verdict(one, other) is None


def test_a_moved_house_number_is_told_and_still_likely_one():
    (found,) = find_candidates(
        [
            unit("1", "Cơ khí Tân Thành", "12/3 Lê Lai", phone="+84912345678"),
            unit("2", "Co khi Tan Thanh", "16 Lê Lai", phone="+84912345678"),
        ]
    )

    assert (found.key, found.other, found.verdict) == ("2", "1", LIKELY)
    assert found.agrees == ("phone", "name", "street")
    assert found.differs == ("house",)


def test_one_phone_alone_makes_no_duplicate_of_two_shops_of_one_owner():
    one = unit("1", "Quán ăn Cô Ba", phone="+84912345678")
    other = unit("2", "Tiệm vàng Kim Sơn", "3 Lê Lợi", phone="+84912345678")

    assert verdict(one, other) in (None, POSSIBLE)


def test_a_known_unit_in_another_ward_is_found_by_its_tax_number():
    known = [unit("k", "Công ty TNHH Hải Sơn", "1 Lê Lợi", tax_number="0301234567")]
    row = unit("1", "Cty Hải Sơn", "99 Pasteur", unit_code="26740", tax_number="0301234567")

    (found,) = find_candidates([row], known)

    assert (found.other, found.verdict) == ("k", LIKELY)
    assert found.agrees[0] == "tax_number"


def test_nothing_is_like_a_list_of_nothing():
    assert find_candidates([]) == []
    assert find_candidates([unit("1", ""), unit("2", "")]) == []


@pytest.mark.parametrize(
    ("text", "house", "street"),
    [
        ("123/4 Nguyễn Trãi, P.5, Q.5", "123/4", "nguien trai"),
        ("Số 123/4 đường Nguyễn Trãi phường 5 quận 5", "123/4", "nguien trai"),
        ("12 Đường 3/2, Phường 11", "12", "3 thang 2"),
        ("12A đường 3 tháng 2", "12a", "3 thang 2"),
        ("Tầng 3, 45 Lê Lợi", "45", "le loi"),
        ("Ấp Bình Mỹ, xã Bình Khánh", "", "ap binh mi"),
    ],
)
def test_an_address_is_read_whatever_stands_around_it(text, house, street):
    found = read_address(text)

    assert (found.house, " ".join(found.street)) == (house, street)


def test_a_name_keeps_apart_what_is_its_own():
    found = read_name("CN 2 - Cty TNHH MTV TM Hòa Bình")

    assert found.words == ("hoa", "binh")
    assert found.is_branch
    assert found.numbers == {"2"}
    assert found.forms == {"congti", "tnhh", "mtv"}


@pytest.mark.parametrize(
    ("one", "other", "most", "found"),
    [
        ("minh", "minh", 1, 0),
        ("minh", "mnih", 1, 1),
        ("minh", "mih", 1, 1),
        ("minh", "linh", 1, 1),
        ("minh", "lanh", 1, None),
        ("abcdef", "abdcfe", 2, 2),
        ("abc", "abcdef", 2, None),
    ],
)
def test_slips_are_counted_up_to_a_bound(one, other, most, found):
    assert slips(one, other, most) == found
    assert slips(other, one, most) == found


@pytest.mark.parametrize("seed", [11, 12])
def test_duplicates_are_found_and_namesakes_are_not(seed):
    rows = Maker(seed).with_duplicates(400, 60)
    units = [
        Unit(str(at), row.name, row.address, row.ward_code, row.tax_number, row.phone)
        for at, row in enumerate(rows)
    ]

    likely = {
        frozenset((int(one.key), int(one.other)))
        for one in find_candidates(units)
        if one.verdict == LIKELY
    }

    right = likely & true_pairs(rows)
    assert len(right) / len(likely) >= 0.96
    assert len(right) / 60 >= 0.93
