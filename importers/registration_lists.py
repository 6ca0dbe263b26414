"""The list by which offices register units: the columns of R103, and what is wrong in a row.

Every cell at fault is told, not the first alone: a commune sends its list back once. Which commune
is meant, and whether a phone rings, is judged by whoever knows units and phones.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importers.files import FileFault, Sheet, read_rows
from importers.header import match_header
from importers.importer import SURPLUS, Column
from importers.old_fonts import old_font_fault
from importers.parse import Fault, Parse, choice, codes, folded, is_empty, optional, text
from importers.registration_kinds import recognise_kind
from importers.rows import Row, Rows

#: The sheets of the template, by which it is known again.
LIST_SHEET, GUIDE_SHEET, WORDS_SHEET = "Danh sách", "Hướng dẫn", "Danh mục"
MOST_GATES = 50
MOST_ROWS = 20_000
#: What is judged of a row by who knows phones and units.
PHONE_FAULT = "is not a phone number that a person answers"
UNKNOWN_COMMUNE = "is not a known commune"
SEVERAL_COMMUNES = "may be several communes: write the district too"
_NO_CODE = frozenset({"", "khong", "khong co", "chua", "chua co", "no", "none", "0", "x", "-"})
_EMAIL = re.compile(r"[^@\s,;]{1,64}@[^@\s,;.]+(?:\.[^@\s,;.]+)+")
_TAX = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_GATES = re.compile(r"([0-9]{1,2})(?:\s*(?:vào|vao)?\s*[/,+]\s*([0-9]{1,2})\s*(?:ra)?)?")


def words_of(parse: Parse = text) -> Parse:
    """Return a parser of text that refuses what a font without Unicode has left behind."""

    def read(cell: Any) -> Any:
        if isinstance(cell, str) and (fault := old_font_fault(cell)):
            raise Fault(fault)
        return parse(cell)

    return read


def kind(cell: Any) -> str:
    """Return the code of a kind of venue, by any of its usual names."""
    found = recognise_kind(text(cell))
    if found is None:
        raise Fault("is not a known kind of venue")
    return found


def phone_text(cell: Any) -> str:
    """Return a phone as it is written; of a number whose zero a spreadsheet took, its digits."""
    written = text(cell)
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", written, re.IGNORECASE):
        raise Fault("a number whose last digits are lost: format the column as text")
    return written


def tax_number(cell: Any) -> str:
    """Return a tax number of 10 digits, or of 13 for a branch as 0301234567-001.

    A zero that a spreadsheet took away is given back where the check digit then fits.

    Source: the check digit of Vietnamese tax numbers: 10 less the weighted sum of the nine digits
    before it, modulo 11.
    """
    written = re.sub(r"[\s.]", "", text(cell))
    if re.fullmatch(r"[0-9]{9}|[0-9]{12}", written) and checks_out("0" + written):
        written = "0" + written
    found = _TAX.fullmatch(written)
    if found is None:
        raise Fault("not a tax number: 10 digits, or 13 for a branch")
    if not checks_out(written):
        raise Fault("not a tax number: its check digit does not fit")
    main, branch = found.groups()
    return f"{main}-{branch}" if branch else main


def checks_out(digits: str) -> bool:
    """Say whether the check digit of a tax number fits."""
    numbers = [int(digit) for digit in digits[:10]]
    total = sum(w * n for w, n in zip(_TAX_WEIGHTS, numbers[:9], strict=True))
    return 10 - total % 11 == numbers[9]


def gates(cell: Any) -> int:
    """Return how many gates: a whole number, or those in and those out as 2/1."""
    found = _GATES.fullmatch(text(cell).casefold())
    number = sum(int(part) for part in found.groups() if part) if found else 0
    if not 1 <= number <= MOST_GATES:
        raise Fault(f"not between 1 and {MOST_GATES}")
    return number


def email(cell: Any) -> str:
    """Return an e-mail address as it is written."""
    written = text(cell)
    if not _EMAIL.fullmatch(written):
        raise Fault("not an e-mail address")
    return written


def code_holder(cell: Any) -> str | None:
    """Return who gave the unit its QR code, None for nobody."""
    written = text(cell)
    return None if folded(written) in _NO_CODE else written


YES_NO = {
    **dict.fromkeys(("có", "yes", "x", "rồi", "đang dùng", "đã dùng", "1", "true"), "yes"),
    **dict.fromkeys(("không", "no", "chưa", "0", "-", "không dùng", "false"), "no"),
}


COLUMNS: Mapping[str, Column] = {
    "stt": Column(lambda cell: None, ("số thứ tự", "tt", "no", "no."), required=False),
    "name": Column(
        words_of(),
        ("tên đơn vị", "tên đơn vị/cơ sở", "đơn vị", "tên cơ sở", "tên", "tên công ty"),
    ),
    "category": Column(
        words_of(kind), ("loại hình", "loại", "loại hình đơn vị", "lĩnh vực", "kind")
    ),
    "address": Column(words_of(), ("địa chỉ", "địa chỉ đơn vị", "địa chỉ trụ sở", "số nhà, đường")),
    "commune": Column(
        words_of(),
        (
            *("xã/thị trấn", "xã, thị trấn", "xã thị trấn", "phường/xã", "phường, xã"),
            *("phường xã", "xã/phường/thị trấn", "phường/xã/thị trấn", "xã", "phường"),
            *("địa bàn", "ward"),
        ),
    ),
    "person": Column(
        words_of(),
        (
            *("người đại diện", "họ tên người đại diện", "đại diện", "người liên hệ"),
            *("người đại diện pháp luật", "họ và tên", "representative", "contact"),
        ),
    ),
    "position": Column(optional(words_of()), ("chức vụ", "chức danh"), required=False),
    "phone": Column(
        phone_text,
        ("điện thoại", "số điện thoại", "sđt", "đt", "điện thoại liên hệ", "di động", "tel"),
    ),
    "email": Column(
        optional(email), ("thư điện tử", "địa chỉ email", "e-mail", "mail"), required=False
    ),
    "tax_number": Column(
        optional(tax_number), ("mã số thuế", "mst", "mã số doanh nghiệp"), required=False
    ),
    "gate_count": Column(
        optional(gates),
        ("số cổng vào/ra", "số cổng", "số cổng vào ra", "cổng vào/ra", "gates"),
        required=False,
    ),
    "holds_code_of": Column(
        optional(words_of(code_holder)),
        (
            *("đã có mã qr (đơn vị cấp)", "đã có mã qr", "mã qr (đơn vị cấp)"),
            *("đơn vị cấp mã qr", "đã được cấp mã qr", "qr"),
        ),
        required=False,
    ),
    "is_on_ncovi": Column(
        optional(choice(YES_NO)),
        ("đang dùng ncovi", "sử dụng ncovi", "ncovi", "đã dùng ncovi"),
        required=False,
        codes=codes(YES_NO),
    ),
    "note": Column(optional(words_of()), ("ghi chú", "ghi chu", "remarks"), required=False),
}
#: The columns as the template heads them, in the order of R103.
HEADINGS: Mapping[str, str] = {
    "stt": "STT",
    "name": "Tên đơn vị",
    "category": "Loại hình",
    "address": "Địa chỉ",
    "commune": "Xã/Thị trấn",
    "person": "Người đại diện",
    "position": "Chức vụ",
    "phone": "Điện thoại",
    "email": "Email",
    "tax_number": "Mã số thuế",
    "gate_count": "Số cổng vào/ra",
    "holds_code_of": "Đã có mã QR (đơn vị cấp)",
    "is_on_ncovi": "Đang dùng NCOVI",
    "note": "Ghi chú",
}


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list.

    Args:
        number: of the row in the sheet, the header being 1.
        cells: as written, in the order of the header.
        values: what they mean, by column; what is at fault is missing.
        faults: the column at fault and why, one a cell.
    """

    number: int
    cells: tuple[str, ...]
    values: Mapping[str, Any]
    faults: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as it was read: its header as written, which of it is not read, and every row."""

    name: str
    sha256: str
    headings: tuple[str, ...]
    unread: tuple[str, ...]
    rows: tuple[ListedRow, ...]


def open_list(path: Path) -> Sheet:
    """Return the sheet of a file that holds the list; the template's other sheets are its own.

    Raises:
        FileFault: the file cannot be read, several sheets hold something, or it is too long.
    """
    try:
        sheet = read_rows(path)
    except FileFault as fault:
        own = f"({LIST_SHEET}, {GUIDE_SHEET}, {WORDS_SHEET})"
        if own not in str(fault):
            raise
        sheet = read_rows(path, LIST_SHEET)
    if sheet.total is not None and sheet.total > MOST_ROWS:
        raise FileFault(path, f"has more than {MOST_ROWS} rows: split it")
    return sheet


def read_list(rows: Rows) -> ReadList:
    """Read every row of a list, each with all that is at fault in it.

    Raises:
        HeaderFault: a column that is needed is missing, or one is there twice.
    """
    named = match_header(COLUMNS, rows.columns, ignore_extra=True)
    unread = tuple(name for name in rows.columns if name and name not in named.values())
    read = tuple(_read_row(number, cells, named, rows.columns) for number, cells in rows)
    if rows.total not in (None, len(read)):
        raise FileFault(rows.name or "the list", "changed while it was read: import it again")
    return ReadList(rows.name or "", rows.sha256 or "", tuple(rows.columns), unread, read)


def _read_row(
    number: int, cells: Row, named: Mapping[str, str], header: Sequence[str]
) -> ListedRow:
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for key, column in COLUMNS.items():
        cell = cells[named[key]] if key in named else None
        try:
            if is_empty(cell) and column.required:
                raise Fault("is empty")
            values[key] = column.parse(cell) if key in named and not is_empty(cell) else None
        except Fault as fault:
            faults.append((key, str(fault)))
    if None in cells:
        faults.append(SURPLUS)
    written = tuple(shown(cells.get(name)) for name in header)
    return ListedRow(number, written, values, tuple(faults))


def shown(cell: Any) -> str:
    """Return a cell as it is shown and given back; a whole number without its point."""
    if cell is None:
        return ""
    if type(cell) is float and cell.is_integer():
        return str(int(cell))
    return str(cell)
