"""Files that people open in a spreadsheet: CSV and XLSX whose cells are never formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from flask import Response

from graph.periods import LOCAL_ZONE
from importers.refusals import guarded

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDTH = 18

Rows = Iterable[Sequence[Any]]


def file_response(name: str, kind: str, headings: Sequence[str], rows: Rows) -> Response:
    """Return rows as a file to be saved; `kind` is csv or xlsx, `name` without its ending."""
    made = made_csv(headings, rows) if kind == "csv" else made_xlsx(headings, rows)
    response = Response(made, content_type=KINDS[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response


def made_csv(headings: Sequence[str], rows: Rows) -> bytes:
    """Return rows as CSV, UTF-8 with its mark; instants in ISO 8601 with +07:00."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig", errors="backslashreplace")


def made_xlsx(headings: Sequence[str], rows: Rows) -> bytes:
    """Return rows as a workbook of one sheet; instants on Vietnamese clocks."""
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet()
        strong = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.set_column(0, len(headings) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, headings, strong)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, moment)
    return made.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(LOCAL_ZONE).isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else guarded(value)


def _write(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        local = value.astimezone(LOCAL_ZONE).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, moment)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(_cell(value) if isinstance(value, bool) else value))
