"""People, as other systems list them under ids of their own."""

from graph.people import merge_persons
from importers.importer import Column, Importer
from importers.parse import choice, code, codes, identifier, integer, optional, text

SEXES = {
    "nam": "male",
    "m": "male",
    "nữ": "female",
    "f": "female",
    "khác": "other",
}

PERSONS = Importer(
    name="persons",
    write=merge_persons,
    columns={
        "person_id": Column(identifier, aliases=("mã người",)),
        "full_name": Column(
            optional(text), aliases=("họ tên", "họ và tên", "name"), required=False
        ),
        "birth_year": Column(optional(integer(1900, 2100)), aliases=("năm sinh",), required=False),
        "sex": Column(
            optional(choice(SEXES)), aliases=("giới tính",), required=False, codes=codes(SEXES)
        ),
        "unit_code": Column(
            optional(code), aliases=("mã đơn vị hành chính", "mã phường xã"), required=False
        ),
    },
)
