"""Lists of units as offices send them: made in a sheet, uploaded by the form."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from importers.registration_lists import HEADINGS
from tests.webapp.conftest import TOKEN

HEADER = list(HEADINGS.values())
COLUMNS = list(HEADINGS)
UNIT = {
    "name": "Cơ sở mộc Tân Thành",
    "category": "cơ sở sản xuất kinh doanh",
    "address": "12 Hậu Giang",
    "commune": "Phường 13",
    "person": "Nguyễn Văn Tâm",
    "phone": "0912345678",
}


def unit(**more: Any) -> dict[str, Any]:
    """Return a row of a list, right unless something else is said."""
    return {**UNIT, **more}


def sheet_of(rows: Sequence[dict[str, Any]], header: Sequence[str] = HEADER) -> bytes:
    """Return a workbook with rows under a header, as the template has it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for at, row in enumerate(rows, 1):
            for column, key in enumerate(COLUMNS):
                if key in row:
                    sheet.write(at, column, row[key])
    return made.getvalue()


def upload(visitor: FlaskClient, made: bytes, name: str = "list.xlsx") -> TestResponse:
    """Send a file by the form."""
    token = TOKEN.search(visitor.get("/registrations/lists/new").text)
    assert token
    fields = {"csrf_token": token[1], "file": (io.BytesIO(made), name)}
    return visitor.post("/registrations/lists", data=fields)


def press(visitor: FlaskClient, page: str, address: str, **fields: Any) -> TestResponse:
    """Press a button of a page."""
    token = TOKEN.search(visitor.get(page).text)
    assert token
    return visitor.post(f"{page}{address}", data={"csrf_token": token[1], **fields})
