"""Administrative units: their terms, what became of them, and what else they are called."""

from graph.units import merge_aliases, merge_successors, merge_units
from importers.checks import after, different
from importers.importer import Column, Importer
from importers.parse import choice, code, codes, day, flag, optional, text

LEVELS = {
    "tỉnh": "city",
    "thành phố": "city",
    "quận": "district",
    "huyện": "district",
    "quận huyện": "district",
    "phường": "ward",
    "xã": "ward",
    "thị trấn": "ward",
    "đặc khu": "ward",
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

UNIT_SUCCESSORS = Importer(
    name="unit_successors",
    write=merge_successors,
    columns={
        "unit_code": Column(code, aliases=("mã cũ",)),
        "successor_code": Column(code, aliases=("mã mới",)),
        "effective_on": Column(day, aliases=("hiệu lực từ",)),
        "is_part": Column(flag, aliases=("một phần",)),
        "is_main": Column(flag, aliases=("phần chính",)),
    },
)

UNIT_ALIASES = Importer(
    name="unit_aliases",
    write=merge_aliases,
    columns={
        "unit_code": Column(code, aliases=("mã", "mã đơn vị hành chính")),
        "name": Column(text, aliases=("tên", "tên khác")),
        "valid_from": Column(optional(day), aliases=("hiệu lực từ",), required=False),
        "valid_until": Column(optional(day), aliases=("hiệu lực đến",), required=False),
    },
    checks=(after("valid_until", "valid_from"),),
)
