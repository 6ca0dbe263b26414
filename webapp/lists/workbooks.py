"""The workbook that a list is written in, and the one in which wrong rows come back (R102)."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from flask_babel import force_locale

from graph.categories import CATEGORIES, UNKNOWN
from importers.registration_lists import GUIDE_SHEET, HEADINGS, LIST_SHEET, WORDS_SHEET
from webapp.language import LANGUAGES, N_, _
from webapp.reasons import told

#: As many rows of the template have dropdowns and cells of text.
ROWS = 5_000
REQUIRED = ("name", "category", "address", "commune", "person", "phone")
YES, NO = "có", "không"
_WIDTHS = {"name": 38, "category": 26, "address": 38, "commune": 22, "person": 24, "note": 24}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

#: What each column wants, in both languages on the sheet of the guide.
GUIDE: Mapping[str, str] = {
    "stt": N_("A running number; it is not read."),
    "name": N_("The full name as on the sign or the licence."),
    "category": N_("One of the list; usual short forms are understood too."),
    "address": N_("House number and street."),
    "commune": N_("Commune, town or ward; with the district if the name is not the only one."),
    "person": N_("Who answers for the unit."),
    "position": N_("May be empty."),
    "phone": N_("Vietnamese number with its zero; the cells are text, so that the zero stays."),
    "email": N_("The account is sent here; without one it comes by the district."),
    "tax_number": N_("10 digits, or 13 for a branch; may be empty."),
    "gate_count": N_("How many gates get a code of their own; 1 if empty."),
    "holds_code_of": N_("Who gave the unit a QR code already; empty if nobody did."),
    "is_on_ncovi": N_("yes if the unit already uses NCOVI."),
    "note": N_("May be empty."),
}
GUIDE_TITLE = N_("How to fill in the list of units")
GUIDE_LINES = (
    N_("Write one unit a row on the sheet Danh sách. Do not merge cells or add a second header."),
    N_("Marked columns are needed. The others may stay empty or be taken out."),
    N_("Upload the file: it shows what was read before anything is registered."),
)


def template(communes: Sequence[str]) -> bytes:
    """Return the workbook to be filled in, with the communes of the office to choose from."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        sheet = book.add_worksheet(LIST_SHEET)
        guide = book.add_worksheet(GUIDE_SHEET)
        words = book.add_worksheet(WORDS_SHEET)
        _write_list(book, sheet)
        kinds = [one.vi for one in CATEGORIES.values() if one.code != UNKNOWN]
        choices = {"category": kinds, "commune": list(communes), "is_on_ncovi": [YES, NO]}
        for column, (key, offered) in enumerate(choices.items()):
            words.write_string(0, column, HEADINGS[key])
            for row, word in enumerate(offered, 1):
                words.write_string(row, column, word)
            if offered:
                letter = "ABC"[column]
                at = list(HEADINGS).index(key)
                source = f"='{WORDS_SHEET}'!${letter}$2:${letter}${len(offered) + 1}"
                # What is understood goes beyond the list, so another word warns and no more.
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, at, ROWS, at, rule)
        words.hide()
        _write_guide(book, guide)
        sheet.activate()
    return made.getvalue()


def faults_workbook(
    headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str], Sequence[tuple[str, str]]]]
) -> bytes:
    """Return the wrong rows as they were, each behind its number, column, code and what is wrong.

    Args:
        headings: of the file.
        rows: number, cells as written, and the columns at fault with their reasons.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book, force_locale("vi"):
        sheet = book.add_worksheet(LIST_SHEET)
        strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        marked = book.add_format({"num_format": "@", "bg_color": "#fde8e8", "valign": "top"})
        head = ["Dòng", "Cột", "Mã lỗi", "Lý do", *headings]
        sheet.write_row(0, 0, head, strong)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 2, 18)
        sheet.set_column(3, 3, 44)
        sheet.set_column(4, len(head), 22)
        sheet.freeze_panes(1, 1)
        for at, (number, cells, faults) in enumerate(rows, 1):
            sheet.write_number(at, 0, number)
            columns = "; ".join(column_word(column) for column, _reason in faults)
            sheet.write_string(at, 1, columns, text)
            sheet.write_string(at, 2, "; ".join(column for column, _reason in faults), text)
            sheet.write_string(at, 3, "; ".join(told(reason) for _c, reason in faults), marked)
            for column, cell in enumerate(cells, 4):
                sheet.write_string(at, column, cell, text)
    return made.getvalue()


def column_word(column: str) -> str:
    """Return what a column is called in the template; its own name if it is none of them."""
    return HEADINGS.get(column, column)


def _write_list(book: Any, sheet: Any) -> None:
    needed = book.add_format({"bold": True, "bg_color": "#dbe7f6", "border": 1, "text_wrap": True})
    free = book.add_format({"bold": True, "bg_color": "#f5f7fb", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    for column, (key, heading) in enumerate(HEADINGS.items()):
        sheet.set_column(column, column, _WIDTHS.get(key, 16), text)
        sheet.write_string(0, column, heading, needed if key in REQUIRED else free)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 2)


def _write_guide(book: Any, sheet: Any) -> None:
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    at = 0
    for language in LANGUAGES:
        with force_locale(language):
            sheet.write_string(at, 0, _(GUIDE_TITLE), strong)
            for line in GUIDE_LINES:
                at += 1
                sheet.write_string(at, 1, _(line), wrapped)
            for key, line in GUIDE.items():
                at += 1
                mark = " *" if key in REQUIRED else ""
                sheet.write_string(at, 0, HEADINGS[key] + mark, strong)
                sheet.write_string(at, 1, _(line), wrapped)
        at += 2
