"""The words of the pages of lists."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

Words = Mapping[str, LazyString]

VIEW_WORDS: Words = MappingProxyType(
    {
        "open": _l("to be decided"),
        "wrong": _l("wrong"),
        "alike": _l("may be duplicates"),
        "excludable": _l("may be excluded"),
        "elsewhere": _l("of another office"),
        "decided": _l("decided, not taken in yet"),
        "settled": _l("done"),
        "all": _l("all rows"),
    }
)
DECISION_WORDS: Words = MappingProxyType(
    {
        "take": _l("take in"),
        "pass_on": _l("pass on to its own office"),
        "duplicate": _l("duplicate"),
        "excluded": _l("excluded"),
        "left_out": _l("leave out"),
        "refused": _l("rejected row"),
    }
)
OUTCOME_WORDS: Words = MappingProxyType(
    {
        "accepted": _l("taken in"),
        "passed_on": _l("passed on"),
        "duplicate": _l("duplicate"),
        "excluded": _l("excluded"),
        "left_out": _l("left out"),
        "refused": _l("rejected row"),
    }
)
VERDICT_WORDS: Words = MappingProxyType(
    {
        "likely": _l("likely a duplicate"),
        "possible": _l("possibly a duplicate"),
        "same": _l("exactly the same"),
    }
)
LIKENESS_WORDS: Words = MappingProxyType(
    {
        "tax_number": _l("tax number"),
        "phone": _l("phone"),
        "name": _l("name"),
        "address": _l("address"),
        "house": _l("house number"),
        "street": _l("street"),
        "ward": _l("ward"),
        "number": _l("number in the name"),
        "branch": _l("branch"),
        "kind": _l("kind"),
        "form": _l("legal form or line of business"),
    }
)
BASIS_WORDS: Words = MappingProxyType(
    {
        "own_code": _l("has a QR code from its superior body"),
        "health_code": _l("has a QR code from the health office or centre"),
        "ncovi": _l("is on NCOVI"),
        "other": _l("another reason"),
    }
)
NOTE_WORDS: Words = MappingProxyType(
    {
        "phone_repaired": _l("the zero of the phone was given back"),
        "tax_repaired": _l("the zero of the tax number was given back"),
    }
)
COLUMN_WORDS: Words = MappingProxyType(
    {
        "row": _l("row"),
        "stt": _l("running number"),
        "name": _l("name of the unit"),
        "category": _l("kind of venue"),
        "address": _l("address"),
        "commune": _l("commune"),
        "person": _l("representative"),
        "position": _l("position"),
        "phone": _l("phone"),
        "email": _l("e-mail"),
        "tax_number": _l("tax number"),
        "gate_count": _l("number of gates"),
        "holds_code_of": _l("has a QR code (given by)"),
        "is_on_ncovi": _l("is on NCOVI"),
        "note": _l("note"),
    }
)
