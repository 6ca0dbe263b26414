"""Made-up units of Ho Chi Minh City, near-namesakes among them, and planted duplicates.

Written from how such lists look, apart from the finder's tables: it knows nothing of
`graph/registrations/writing.py`. Who is whom is kept in `entity`, so that any pair can be judged.
Streets, wards and sorts of names are real; every unit is invented.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations


def _words(text: str) -> list[str]:
    """Return what stands between bars, however its lines are broken."""
    return [word.strip() for word in text.replace("\n", "").strip().split("|")]


WARDS = [
    *((f"275{n:02d}", f"Phường {n}", "Quận 5") for n in range(1, 15)),
    *((f"271{n:02d}", f"Phường {n}", "Quận 3") for n in range(1, 13)),
    *((f"272{n:02d}", f"Phường {n}", "Quận 10") for n in range(1, 13)),
    ("26734", "Phường Bến Nghé", "Quận 1"),
    ("26740", "Phường Đa Kao", "Quận 1"),
    ("26743", "Phường Bến Thành", "Quận 1"),
    ("26794", "Phường Linh Trung", "Thành phố Thủ Đức"),
    ("27664", "Thị trấn Cần Thạnh", "Huyện Cần Giờ"),
    ("27667", "Xã Bình Khánh", "Huyện Cần Giờ"),
    ("27673", "Xã An Thới Đông", "Huyện Cần Giờ"),
    ("27679", "Xã Long Hòa", "Huyện Cần Giờ"),
]
STREETS = _words(
    """
    Nguyễn Trãi|Trần Hưng Đạo|Lê Hồng Phong|An Dương Vương|Nguyễn Tri Phương|Ngô Gia Tự|
    Lý Thường Kiệt|Ba Tháng Hai|Cách Mạng Tháng Tám|Điện Biên Phủ|Võ Văn Tần|
    Nguyễn Thị Minh Khai|Nam Kỳ Khởi Nghĩa|Hai Bà Trưng|Pasteur|Lê Lợi|Nguyễn Huệ|Đồng Khởi|
    Tôn Đức Thắng|Lê Thánh Tôn|Xô Viết Nghệ Tĩnh|Hoàng Văn Thụ|Cộng Hòa|Trường Chinh|Âu Cơ|
    Lạc Long Quân|Hồng Bàng|Hậu Giang|Châu Văn Liêm|Tản Đà|Rừng Sác|Duyên Hải|Lương Văn Nho|
    Đặng Văn Kiều|Phan Đức|Tắc Xuất|Kha Vạn Cân|Võ Văn Ngân|Phan Xích Long|Bùi Viện|
    Phạm Ngũ Lão|Cống Quỳnh|Sư Vạn Hạnh|Thành Thái|Tô Hiến Thành|Bà Hom|Nguyễn Kiệm|
    Quang Trung|Lê Văn Sỹ|Trần Quang Diệu|Kỳ Đồng|Bà Huyện Thanh Quan|Trương Định|
    Nguyễn Đình Chiểu|Cao Thắng
    """
)
FIRST = _words(
    """
    An|Bảo|Bình|Cát|Châu|Đại|Đông|Đức|Gia|Hải|Hoàng|Hồng|Hùng|Hưng|Khải|Kim|Lâm|Long|Minh|Nam|
    Ngọc|Nhật|Phú|Phúc|Phương|Quang|Quốc|Sao|Tâm|Tân|Thái|Thanh|Thành|Thiên|Thịnh|Thuận|Tiến|
    Toàn|Trí|Trung|Trường|Tường|Uyên|Vạn|Việt|Vĩnh|Vũ|Xuân|Ý|Yến|Ánh|Bích|Cẩm|Diệu|Hà|Hạnh|
    Hòa|Khang|Kiến|Lan|Linh|Lộc|Mai|Mỹ|Nghĩa|Nhân
    """
)
SECOND = _words(
    """
    An|Anh|Châu|Dương|Đạt|Giang|Hà|Hải|Hân|Hiệp|Hoa|Hòa|Huy|Hưng|Khang|Khánh|Kiên|Lâm|Lợi|
    Long|Mỹ|Nam|Nguyên|Nhiên|Phát|Phong|Phú|Phúc|Phước|Quân|Quý|Sơn|Tài|Tân|Thái|Thành|Thắng|
    Thịnh|Thọ|Thủy|Tiến|Tín|Trang|Trí|Tuấn|Tường|Uy|Vân|Vinh|Vượng|Xuân|Yên
    """
)
THIRD = [
    "",
    "",
    "",
    "",
    "",
    "Sài Gòn",
    "Việt Nam",
    "Á Châu",
    "Phương Nam",
    "Miền Đông",
    "Group",
    "Toàn Cầu",
]
BUSINESS = _words(
    """
    Thương mại|Dịch vụ|Thương mại Dịch vụ|Sản xuất|Xây dựng|Xuất nhập khẩu|Vận tải|Du lịch|
    Thực phẩm|Sản xuất Thương mại|Đầu tư|Tư vấn Thiết kế|Cơ khí|May mặc|Nội thất|Thủy sản|
    Dược phẩm|In ấn|Điện lạnh||
    """
)
FORMS = ["TNHH", "TNHH", "TNHH Một thành viên", "Cổ phần"]
HEROES = _words(
    """
    Nguyễn Du|Lê Quý Đôn|Trần Quốc Toản|Kim Đồng|Nguyễn Thái Học|Lương Thế Vinh|
    Nguyễn Viết Xuân|Lê Văn Tám|Võ Thị Sáu|Nguyễn Bỉnh Khiêm|Hùng Vương|Bàu Sen|Minh Đạo|
    Chính Nghĩa|Phan Đăng Lưu|Trần Bội Cơ|Mạch Kiếm Hùng|Ba Đình|Lý Phong|Hoa Lư|Bình Khánh|
    Cần Thạnh|Đoàn Thị Điểm|Trưng Vương|Marie Curie|Nguyễn Khuyến
    """
)
SCHOOLS = ["Mầm non", "Tiểu học", "THCS", "THPT"]
LONG_SCHOOLS = {"THCS": "Trung học cơ sở", "THPT": "Trung học phổ thông"}
CHAINS = [
    "Circle K",
    "Bách Hóa Xanh",
    "GS25",
    "Highlands Coffee",
    "Pharmacity",
    "FamilyMart",
    "Phúc Long",
    "Co.op Food",
]
HOUSEHOLDS = [
    "Quán ăn",
    "Quán cà phê",
    "Nhà thuốc",
    "Tạp hóa",
    "Cửa hàng",
    "Tiệm vàng",
    "Tiệm bánh",
    "Salon tóc",
    "Quán phở",
]
KIN = ["Cô", "Chú", "Bà", "Ông", "Anh", "Chị", "Út", "Dì"]
GIVEN = _words(
    """
    Ba|Tư|Năm|Sáu|Bảy|Tám|Hai|Mười|Hoa|Lan|Huệ|Mai|Thu|Đào|Sang|Tuyết|Hạnh|Hương|Thảo|Dung|
    Loan|Yến|Nga|Kim|Cúc
    """
)
BODIES = [
    "UBND",
    "Công an",
    "Trạm Y tế",
    "Đảng ủy",
    "Hội Liên hiệp Phụ nữ",
    "Ủy ban Mặt trận Tổ quốc",
    "Ban Chỉ huy Quân sự",
]
HOSPITALS = ["Bệnh viện", "Trung tâm Y tế", "Phòng khám Đa khoa"]


@dataclass(frozen=True, slots=True)
class MadeUnit:
    """A row of a list; rows of one `entity` are the same unit."""

    entity: int
    name: str
    kind: str
    street: str
    house: str
    ward_code: str
    ward: str
    district: str
    tax_number: str
    phone: str
    person: str
    address: str = ""
    planted: str = ""


class Maker:
    """Makes units by a seed; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.entities = 0

    def units(self, number: int) -> list[MadeUnit]:
        """Return units that all differ, a fifth of them close to another one of them."""
        made: list[MadeUnit] = []
        while len(made) < number:
            found = self.sisters() if self.dice.random() < 0.12 else [self.single()]
            made += found
        return [self.addressed(unit) for unit in made[:number]]

    def with_duplicates(self, number: int, planted: int) -> list[MadeUnit]:
        """Return a list of `number` rows, `planted` of which are others of them once more."""
        units = self.units(number - planted)
        again = [self.disguised(unit) for unit in self.dice.sample(units, planted)]
        rows = [*units, *again]
        self.dice.shuffle(rows)
        return rows

    # -- what units are called ------------------------------------------------------------

    def single(self) -> MadeUnit:
        """Return one unit of any sort."""
        sorts: list[Callable[[], MadeUnit]] = [
            *[self.company] * 8,
            *[self.household] * 8,
            *[self.shop] * 2,
            self.school,
            self.body,
            self.hospital,
        ]
        return self.dice.choice(sorts)()

    def brand(self) -> str:
        """Return a name as companies choose it."""
        pick = self.dice.choice
        return " ".join(filter(None, [pick(FIRST), pick(SECOND), pick(THIRD)]))

    def company(self) -> MadeUnit:
        """Return a company."""
        pick = self.dice.choice
        words = ["Công ty", pick(FORMS), pick(BUSINESS), self.brand()]
        return self.placed(" ".join(filter(None, words)), "công ty", taxed=0.7)

    def household(self) -> MadeUnit:
        """Return a small shop that is called by who runs it."""
        pick = self.dice.choice
        called = f"{pick(KIN)} {pick(GIVEN)}" if self.dice.random() < 0.5 else self.brand()
        return self.placed(f"{pick(HOUSEHOLDS)} {called}", "cửa hàng dịch vụ thiết yếu", taxed=0.25)

    def shop(self) -> MadeUnit:
        """Return a shop of a chain."""
        name = self.dice.choice(CHAINS)
        return self.placed(f"{name} {self.dice.randint(1, 400)}", "siêu thị", taxed=0.5)

    def school(self) -> MadeUnit:
        """Return a school."""
        sort = self.dice.choice(SCHOOLS)
        return self.placed(f"Trường {sort} {self.dice.choice(HEROES)}", "trường học", taxed=0.3)

    def body(self) -> MadeUnit:
        """Return an office of a ward."""
        unit = self.placed("", "cơ quan nhà nước", taxed=0.1)
        return replace(unit, name=f"{self.dice.choice(BODIES)} {unit.ward}")

    def hospital(self) -> MadeUnit:
        """Return a house of health."""
        name = f"{self.dice.choice(HOSPITALS)} {self.brand()}"
        return self.placed(name, "bệnh viện", taxed=0.5)

    # -- near-namesakes that are not duplicates -------------------------------------------

    def sisters(self) -> list[MadeUnit]:
        """Return a few units that are easily taken for each other, and are not one."""
        return self.dice.choice(
            [
                self._chain_on_one_street,
                self._chain_without_numbers,
                self._school_in_two_wards,
                self._school_levels,
                self._company_and_branch,
                self._one_letter_apart,
                self._one_owner,
                self._one_house,
                self._number_two,
                self._forms_apart,
                self._offices_of_a_ward,
                self._namesakes_on_one_street,
            ]
        )()

    def _chain_on_one_street(self) -> list[MadeUnit]:
        one, number = self.shop(), self.dice.randint(1, 300)
        chain = one.name.rsplit(" ", 1)[0]
        return [
            replace(self.beside(one), name=f"{chain} {n}", tax_number=one.tax_number)
            for n in (number, number + self.dice.choice([1, 2, 10]))
        ]

    def _chain_without_numbers(self) -> list[MadeUnit]:
        one = self.shop()
        chain = one.name.rsplit(" ", 1)[0]
        shops = [self.beside(one) for _ in range(2)] + [self.moved_ward(one)]
        return [replace(shop, name=chain, tax_number=one.tax_number) for shop in shops]

    def _school_in_two_wards(self) -> list[MadeUnit]:
        one = self.school()
        return [one, replace(self.moved_ward(one), name=one.name)]

    def _school_levels(self) -> list[MadeUnit]:
        one, hero = self.school(), self.dice.choice(HEROES)
        first, second = self.dice.sample(SCHOOLS, 2)
        other = self.beside(one)
        return [
            replace(one, name=f"Trường {first} {hero}"),
            replace(other, name=f"Trường {second} {hero}"),
        ]

    def _company_and_branch(self) -> list[MadeUnit]:
        one = self.company()
        other = self.moved_ward(one) if self.dice.random() < 0.5 else self.beside(one)
        suffix = self.dice.choice(["Chi nhánh 2", "Chi nhánh Sài Gòn", "Chi nhánh 1"])
        name = f"{one.name} - {suffix}" if self.dice.random() < 0.6 else f"{suffix} {one.name}"
        tax = f"{one.tax_number}-001" if one.tax_number else ""
        phone = one.phone if self.dice.random() < 0.3 else other.phone
        return [one, replace(other, name=name, tax_number=tax, phone=phone)]

    def _one_letter_apart(self) -> list[MadeUnit]:
        pairs = [
            ("Minh", "Linh"),
            ("Phát", "Phước"),
            ("Hòa", "Hoa"),
            ("Tâm", "Tân"),
            ("Thanh", "Thành"),
            ("Lan", "Lân"),
        ]
        one, (mine, theirs) = self.company(), self.dice.choice(pairs)
        tail = self.dice.choice(SECOND)
        head = one.name.rsplit(" ", 2)[0]
        return [
            replace(one, name=f"{head} {mine} {tail}"),
            replace(self.beside(one), name=f"{head} {theirs} {tail}"),
        ]

    def _one_owner(self) -> list[MadeUnit]:
        one, other = self.household(), self.household()
        return [
            one,
            replace(
                other,
                phone=one.phone,
                person=one.person,
                ward_code=one.ward_code,
                ward=one.ward,
                district=one.district,
            ),
        ]

    def _one_house(self) -> list[MadeUnit]:
        one = self.company()
        others = [self.company() for _ in range(2)]
        return [
            one,
            *(
                replace(
                    other,
                    house=one.house,
                    street=one.street,
                    ward_code=one.ward_code,
                    ward=one.ward,
                    district=one.district,
                )
                for other in others
            ),
        ]

    def _number_two(self) -> list[MadeUnit]:
        one = self.household()
        return [
            one,
            replace(
                self.beside(one),
                name=f"{one.name} 2",
                person=one.person,
                phone=one.phone if self.dice.random() < 0.4 else self.phone(),
            ),
        ]

    def _forms_apart(self) -> list[MadeUnit]:
        one, brand = self.company(), self.brand()
        return [
            replace(one, name=f"Công ty TNHH {brand}"),
            replace(self.beside(one), name=f"Công ty Cổ phần {brand}"),
        ]

    def _offices_of_a_ward(self) -> list[MadeUnit]:
        one = self.body()
        first, second = self.dice.sample(BODIES, 2)
        other = replace(self.beside(one), house=one.house)
        return [
            replace(one, name=f"{first} {one.ward}"),
            replace(other, name=f"{second} {one.ward}"),
        ]

    def _namesakes_on_one_street(self) -> list[MadeUnit]:
        one = self.household()
        sort, called = (
            self.dice.choice(HOUSEHOLDS[:4]),
            f"{self.dice.choice(KIN)} {self.dice.choice(GIVEN)}",
        )
        near = self.dice.choice([f"{self.dice.choice(KIN)} {self.dice.choice(GIVEN)}", called])
        other_sort = self.dice.choice([each for each in HOUSEHOLDS if each != sort])
        name = f"{other_sort} {called}" if near == called else f"{sort} {near}"
        return [replace(one, name=f"{sort} {called}"), replace(self.beside(one), name=name)]

    # -- where they are, and who answers --------------------------------------------------

    def placed(self, name: str, kind: str, taxed: float) -> MadeUnit:
        """Return a unit of a name at a place of its own."""
        self.entities += 1
        code, ward, district = self.dice.choice(WARDS)
        return MadeUnit(
            self.entities,
            name,
            kind,
            self.dice.choice(STREETS),
            self.house(),
            code,
            ward,
            district,
            self.tax_number() if self.dice.random() < taxed else "",
            self.phone(),
            self.person(),
        )

    def beside(self, one: MadeUnit) -> MadeUnit:
        """Return another unit of the same street, under a phone and a number of its own."""
        self.entities += 1
        return replace(
            one,
            entity=self.entities,
            house=self.house(),
            phone=self.phone(),
            person=self.person(),
            tax_number=self.tax_number() if one.tax_number else "",
        )

    def moved_ward(self, one: MadeUnit) -> MadeUnit:
        """Return another unit of another ward."""
        code, ward, district = self.dice.choice(
            [each for each in WARDS if each[0] != one.ward_code]
        )
        return replace(
            self.beside(one),
            ward_code=code,
            ward=ward,
            district=district,
            street=self.dice.choice(STREETS),
        )

    def house(self) -> str:
        """Return a house number as the city has them."""
        number = str(self.dice.randint(1, 900))
        shape = self.dice.random()
        if shape < 0.2:
            return f"{number}/{self.dice.randint(1, 60)}"
        return number + self.dice.choice("ABC") if shape < 0.3 else number

    def tax_number(self) -> str:
        """Return a number with its check digit."""
        digits = [0, 3, *(self.dice.randint(0, 9) for _ in range(7))]
        rest = (
            sum(w * d for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), digits, strict=True)) % 11
        )
        return self.tax_number() if rest == 0 else "".join(map(str, digits)) + str(10 - rest)

    def phone(self) -> str:
        """Return a mobile's number."""
        prefix = self.dice.choice(
            ["090", "091", "093", "097", "098", "086", "077", "038", "035", "070"]
        )
        return prefix + "".join(self.dice.choice("0123456789") for _ in range(7))

    def person(self) -> str:
        """Return a name of somebody."""
        family = self.dice.choice(
            ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Ngô"]
        )
        middle = self.dice.choice(["Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hoàng"])
        return f"{family} {middle} {self.dice.choice(SECOND)}"

    def addressed(self, unit: MadeUnit) -> MadeUnit:
        """Return a unit with its address as one of many hands would write it."""
        street = f"{unit.house} {unit.street}"
        ways = (
            street,
            street,
            f"{unit.house} đường {unit.street}",
            f"Số {unit.house} {unit.street}",
            f"{street}, {unit.ward}, {unit.district}",
            f"{street}, {unit.ward}, {unit.district}, TP.HCM",
            f"{street}, {_short_area(unit.ward)}, {_short_area(unit.district)}",
            f"{unit.house} Đ. {unit.street}, {_short_area(unit.ward)}",
        )
        return replace(unit, address=self.dice.choice(ways))

    # -- the same unit once more ----------------------------------------------------------

    def disguised(self, unit: MadeUnit) -> MadeUnit:
        """Return a unit as another hand lists it: one or two things other, at random."""
        changes = [self.misspelt, self.without_marks, self.abbreviated, self.moved_house]
        chosen = self.dice.sample(changes, 1 if self.dice.random() < 0.6 else 2)
        other = replace(unit, planted="+".join(change.__name__ for change in chosen))
        # Another hand also leaves out or changes what is not the point.
        if self.dice.random() < 0.3:
            other = replace(other, tax_number="")
        if self.dice.random() < 0.3:
            other = replace(other, phone=self.phone(), person=self.person())
        moved = self.moved_house in chosen
        if moved:
            other = self.moved_house(other)
        other = self.addressed(other)
        for change in chosen:
            if change != self.moved_house:
                other = change(other)
        return other

    def moved_house(self, unit: MadeUnit) -> MadeUnit:
        """Give it another house number of the street, near the old one or not."""
        number = "".join(filter(str.isdigit, unit.house.split("/")[0]))
        near = str(max(1, int(number) + self.dice.choice([-4, -2, 2, 4, 20])))
        return replace(
            unit,
            house=self.dice.choice([near, f"{number}/{self.dice.randint(1, 9)}", self.house()]),
        )

    def misspelt(self, unit: MadeUnit) -> MadeUnit:
        """Put one slip, sometimes two, into the words of the name."""
        words = unit.name.split()
        for _ in range(1 if self.dice.random() < 0.8 else 2):
            able = [
                n
                for n, word in enumerate(words)
                if len(word) > 2 and word.isalpha() and not word.isupper()
            ]
            if able:
                at = self.dice.choice(able)
                words[at] = self.slip(words[at])
        return replace(unit, name=" ".join(words))

    def slip(self, word: str) -> str:
        """Return a word with one letter wrong."""
        at = self.dice.randrange(1, len(word))
        neighbour = dict(
            zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True)
        )
        kinds = [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + neighbour.get(plain(word[at]).lower(), "e") + word[at + 1 :],
        ]
        return self.dice.choice(kinds)

    def without_marks(self, unit: MadeUnit) -> MadeUnit:
        """Take the marks off: of everything, of the name, of a word; often in capitals."""
        shape = self.dice.random()
        if shape < 0.4:
            return replace(unit, name=plain(unit.name).upper(), address=plain(unit.address).upper())
        if shape < 0.8:
            return replace(unit, name=plain(unit.name), address=plain(unit.address))
        words = unit.name.split()
        at = self.dice.randrange(len(words))
        return replace(unit, name=" ".join(plain(w) if n == at else w for n, w in enumerate(words)))

    def abbreviated(self, unit: MadeUnit) -> MadeUnit:
        """Shorten words of the name, as typists do; or spell out what is short."""
        name = unit.name
        for long, shorts in ABBREVIATIONS:
            if long in name and self.dice.random() < 0.8:
                name = name.replace(long, self.dice.choice(shorts), 1)
        if name == unit.name:
            for short, long in LONG_SCHOOLS.items() | {
                ("UBND", "Ủy ban nhân dân"),
                ("TNHH", "Trách nhiệm hữu hạn"),
            }:
                name = name.replace(short, long)
        return replace(unit, name=name)


ABBREVIATIONS: list[tuple[str, list[str]]] = [
    ("Công ty", ["Cty", "CTY", "C.ty", "Cty."]),
    ("Một thành viên", ["MTV", "1TV", "1 TV"]),
    ("Cổ phần", ["CP", "C.P"]),
    ("Thương mại Dịch vụ", ["TMDV", "TM-DV", "TM DV", "TM & DV"]),
    ("Sản xuất Thương mại", ["SXTM", "SX-TM", "SX & TM"]),
    ("Thương mại", ["TM"]),
    ("Dịch vụ", ["DV", "D.Vụ"]),
    ("Sản xuất", ["SX"]),
    ("Xây dựng", ["XD"]),
    ("Xuất nhập khẩu", ["XNK"]),
    ("Đầu tư", ["ĐT"]),
    ("Tư vấn Thiết kế", ["TVTK", "TV-TK"]),
    ("Tiểu học", ["TH"]),
    ("Mầm non", ["MN", "M.Non"]),
    ("Trường", ["Tr.", "Trg"]),
    ("Bệnh viện", ["BV"]),
    ("Phòng khám Đa khoa", ["PKĐK", "PK Đa khoa"]),
    ("Trung tâm Y tế", ["TTYT", "TT Y tế"]),
    ("Trạm Y tế", ["TYT", "Trạm YT"]),
    ("Cửa hàng", ["CH", "C.hàng"]),
    ("Nhà thuốc", ["NT", "Nhà thuốc tây"]),
    ("Quán cà phê", ["Cafe", "Quán cafe", "Cà phê", "Coffee"]),
    ("Hội Liên hiệp Phụ nữ", ["Hội LHPN", "Hội Phụ nữ"]),
    ("Ủy ban Mặt trận Tổ quốc", ["UBMTTQ", "MTTQ"]),
    ("Ban Chỉ huy Quân sự", ["BCHQS", "BCH Quân sự"]),
    ("Phường", ["P.", "P", "F."]),
    ("Sài Gòn", ["SG"]),
    ("Việt Nam", ["VN"]),
]


def plain(text: str) -> str:
    """Return a text without its marks."""
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _short_area(name: str) -> str:
    for long, short in (
        ("Phường ", "P."),
        ("Quận ", "Q."),
        ("Thị trấn ", "TT "),
        ("Huyện ", "H."),
        ("Thành phố ", "TP "),
    ):
        name = name.replace(long, short)
    return name


def true_pairs(rows: Sequence[MadeUnit]) -> set[frozenset[int]]:
    """Return the pairs of rows, by their places, that are one unit."""
    places: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        places.setdefault(row.entity, []).append(at)
    return {frozenset(pair) for at in places.values() for pair in combinations(at, 2)}


def seeds(number: int) -> Iterator[int]:
    """Give the seeds of a measurement."""
    yield from range(2021, 2021 + number)
