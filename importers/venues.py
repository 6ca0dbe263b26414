"""Venues and their zones, as registration lists and maps give them."""

from collections.abc import Mapping
from typing import Any

from graph.categories import CATEGORIES
from graph.venues import merge_venues
from importers.checks import Reason, different
from importers.importer import Column, Importer
from importers.parse import choice, code, codes, decimal, identifier, optional, text

KINDS = {
    word: category.code for category in CATEGORIES.values() for word in (category.vi, category.en)
}


def has_both_coordinates(row: Mapping[str, Any]) -> Reason | None:
    """A point needs both its numbers."""
    for wanted, given in (("latitude", "longitude"), ("longitude", "latitude")):
        if row[wanted] is None and row[given] is not None:
            return wanted, f"is empty where {given} is given"
    return None


VENUES = Importer(
    name="venues",
    write=merge_venues,
    columns={
        "venue_id": Column(identifier, aliases=("mã địa điểm",)),
        "name": Column(optional(text), aliases=("tên địa điểm",), required=False),
        "category": Column(
            optional(choice(KINDS)),
            aliases=("loại hình", "loại địa điểm"),
            required=False,
            codes=codes(KINDS),
        ),
        "unit_code": Column(
            optional(code), aliases=("mã đơn vị hành chính", "mã phường xã"), required=False
        ),
        "part_of": Column(
            optional(identifier), aliases=("thuộc địa điểm", "mã địa điểm cha"), required=False
        ),
        "latitude": Column(optional(decimal(-90, 90)), aliases=("vĩ độ",), required=False),
        "longitude": Column(optional(decimal(-180, 180)), aliases=("kinh độ",), required=False),
    },
    checks=(different("part_of", "venue_id"), has_both_coordinates),
)
