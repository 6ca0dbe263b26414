"""The venues of the made city: a few large ones by name, and the same small ones in every ward."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

# About 300 m: venues lie around the middle of their ward.
_SPREAD_DEGREES = 0.003
_SHOPS = ("Nhà thuốc An Khang Đường", "Cửa hàng tiện lợi Sớm Mai")
#: Where contacts are quarantined; nobody works or shops there.
QUARANTINE_PLACE = "Ký túc xá Hướng Dương (khu cách ly)"
_STALLS = ("Khu thực phẩm tươi", "Khu hàng khô")


@dataclass(frozen=True, slots=True)
class Place:
    """A venue, or a zone of one (`part_of`); nothing lies outside the wards of the table."""

    venue_id: str
    name: str
    category: str
    ward: str
    part_of: str | None
    latitude: float
    longitude: float

    def row(self) -> dict[str, Any]:
        """Return the place as a row of the importer `venues`."""
        return {
            "venue_id": self.venue_id,
            "name": self.name,
            "category": self.category,
            "unit_code": self.ward,
            "part_of": self.part_of or "",
            "latitude": f"{self.latitude:.6f}",
            "longitude": f"{self.longitude:.6f}",
        }


@dataclass(frozen=True, slots=True)
class Places:
    """Every venue and zone, and where people really stand: in a zone, if the venue has any."""

    every: tuple[Place, ...]
    wards: tuple[str, ...]

    def rooms(self, *categories: str, ward: str | None = None) -> list[Place]:
        """Return the zones of such venues, and such venues as have none."""
        split = {place.part_of for place in self.every}
        wanted = {place.venue_id for place in self.every if place.category in categories}
        return [
            place
            for place in self.every
            if (place.venue_id in wanted or place.part_of in wanted)
            and place.venue_id not in split
            and ward in (None, place.ward)
        ]

    def named(self, name: str) -> Place:
        """Return the place with this name."""
        return next(place for place in self.every if place.name == name)


def make_places(random: Random) -> Places:
    """Return the venues of the city, those of the list first, then ward by ward."""
    wards = read_table("wards.csv")
    middle = {row["unit_code"]: row for row in wards}
    made: list[Place] = []
    for line in [*read_table("venues.csv"), *_small_ones(wards)]:
        whole = _place(random, middle, line, line["name"], line["category"], None, len(made))
        made.append(whole)
        for zone in filter(None, line["zones"].split("|")):
            kind = line["zone_category"] or line["category"]
            made.append(_place(random, middle, line, zone, kind, whole.venue_id, len(made)))
    return Places(tuple(made), tuple(middle))


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that lies beside this module."""
    text = files("importers.samples.city").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _small_ones(wards: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Give what every ward has: a market, two shops, a health station, an office and more."""
    for number, ward in enumerate(wards):
        name = ward["short_name"]
        kinds = [
            ("market", f"Chợ {name}", "|".join(_STALLS)),
            *(("essential_shop", f"{shop} {name}", "") for shop in _SHOPS),
            ("essential_shop", f"Tạp hoá Cô Ba {name}", ""),
            ("health_facility", f"Trạm y tế {name}", ""),
            ("state_body", f"Uỷ ban nhân dân {name}", ""),
            ("supermarket", f"Siêu thị Ruộng Xanh {name}", ""),
        ]
        if number % 2:
            kinds.append(("production", f"Cơ sở may gia công {name}", ""))
        else:
            kinds.append(("company", f"Công ty Dịch vụ {name}", ""))
        for category, title, zones in kinds:
            yield {
                "category": category,
                "name": title,
                "ward": ward["unit_code"],
                "zones": zones,
                "zone_category": "",
            }


def _place(
    random: Random,
    middle: Mapping[str, Mapping[str, str]],
    line: Mapping[str, str],
    name: str,
    category: str,
    part_of: str | None,
    before: int,
) -> Place:
    ward = middle[line["ward"]]
    return Place(
        venue_id=f"HCM-L-{before + 1:04}",
        name=name,
        category=category,
        ward=line["ward"],
        part_of=part_of,
        latitude=round(float(ward["latitude"]) + random.uniform(-1, 1) * _SPREAD_DEGREES, 6),
        longitude=round(float(ward["longitude"]) + random.uniform(-1, 1) * _SPREAD_DEGREES, 6),
    )
