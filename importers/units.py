"""Administrative units with the days from which and until which they hold."""

from graph.units import merge_units
from importers.checks import after, different
from importers.importer import Column, Importer
from importers.parse import choice, code, codes, day, optional, text

LEVELS = {
    "tỉnh": "city",
    "thành phố": "city",
    "quận": "district",
    "huyện": "district",
    "quận huyện": "district",
    "phường": "ward",
    "xã": "ward",
    "thị trấn": "ward",
    "phường xã": "ward",
}

UNITS = Importer(
    name="units",
    write=merge_units,
    columns={
        "unit_code": Column(code, aliases=("mã", "mã đơn vị hành chính")),
        "name": Column(text, aliases=("tên",)),
        "level": Column(choice(LEVELS), aliases=("cấp",), codes=codes(LEVELS)),
        "parent_code": Column(optional(code), aliases=("mã cha",), required=False),
        "valid_from": Column(optional(day), aliases=("hiệu lực từ",), required=False),
        "valid_until": Column(optional(day), aliases=("hiệu lực đến",), required=False),
    },
    checks=(different("parent_code", "unit_code"), after("valid_until", "valid_from")),
)
