"""Lists of units by which offices register many at once: uploaded, looked through, taken in.

A list is read and judged when it is uploaded, and lies open until an officer has decided on every
row: a closed tab loses nothing (R102 to R105). `judging` says what a row comes to, `accepting`
takes rows in, `showing` puts them on the page, `workbooks` makes the template and what goes back.
"""

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import Length

from graph.batches import start_batch
from graph.names import sort_key
from graph.periods import local_day
from graph.registrations import Area, IntakeRound, find_rounds, round_for
from graph.registrations.lists import (
    DUPLICATE,
    EXCLUDED,
    LEFT_OUT,
    PASS_ON,
    TAKE,
    Decision,
    RegistrationList,
    RowStanding,
    count_outcomes,
    decide_rows,
    find_list_of_file,
    find_lists,
    find_rows,
    find_whole_rows,
    get_list,
    merge_list,
)
from graph.units import find_units
from importers.files import FileFault
from importers.header import HeaderFault
from importers.registration_lists import ReadList, open_list, read_list
from webapp import current, offices
from webapp.fields import DayField, not_later_than_now
from webapp.forms import PostForm
from webapp.language import _
from webapp.lists import words
from webapp.lists.accepting import accept_lot, waiting_rows
from webapp.lists.communes import Communes
from webapp.lists.judging import Office, judge, open_row
from webapp.lists.showing import VIEWS, count_views, rows_of, show_rows
from webapp.lists.workbooks import faults_workbook, template
from webapp.paging import page_number, page_of
from webapp.reasons import told
from webapp.spreadsheets import KINDS
from webapp.words import choices

blueprint = Blueprint("lists", __name__)

SOURCE = "registration-list"
LARGEST_FILE = 8 << 20
LARGEST_PIECE = 256 << 10
ENDINGS = (".xlsx", ".csv", ".tsv", ".txt")
ROWS = 50
ISSUER_LENGTH = 200


class UploadForm(PostForm):
    """A list to be looked through."""

    file = FileField(_l("File"))

    def validate_file(self, field: Any) -> None:
        """Refuse what is no spreadsheet by its name; the rest is told by reading it."""
        given = field.data
        if not isinstance(given, FileStorage) or not given.filename:
            raise ValidationError(_("Choose the file of the list."))
        if Path(given.filename).suffix.lower() not in ENDINGS:
            raise ValidationError(
                _("A list is an XLSX or CSV file; macros and old formats are not taken.")
            )


class EvidenceForm(PostForm):
    """On what an exclusion rests (R105)."""

    basis = SelectField(_l("Because it"), choices=choices(words.BASIS_WORDS))
    issuer = StringField(_l("Issued by"), [Length(max=ISSUER_LENGTH)])
    code = StringField(_l("Code"), [Length(max=64)])
    on = DayField(_l("On"), [not_later_than_now])


def raise_limit() -> None:
    """Let the one route that takes files take them: before the token is read out of the form."""
    if request.endpoint == "lists.create":
        request.max_content_length = LARGEST_FILE
        # Werkzeug reads a file in pieces of 64 KiB, each of which must fit beside the fields.
        request.max_form_memory_size = LARGEST_PIECE


def init_app(app: Flask) -> None:
    """Raise the limit of a request where a list is uploaded, and let templates tell reasons."""
    app.before_request(raise_limit)
    app.add_template_filter(told)


@blueprint.get("/registrations/lists", endpoint="list")
def list_all() -> ResponseReturnValue:
    """Show the lists of the office, the newest first, with what is left to be decided."""
    page = page_of(find_lists(current.graph(), offices.area(), _is_city()), page_number())
    return render_template("lists/list.html", page=page)


@blueprint.get("/registrations/lists/new")
def new() -> ResponseReturnValue:
    """Show the form that takes a list, and what it must look like."""
    return _form(UploadForm(), 200)


@blueprint.post("/registrations/lists")
def create() -> ResponseReturnValue:
    """Read a list, judge each row and keep all of it; the same file again is the same list."""
    form = UploadForm()
    if not form.validate():
        return _form(form, 422)
    read = _read(form)
    if read is None:
        return _form(form, 422)
    area = offices.area()
    again = find_list_of_file(current.graph(), read.sha256, area, _is_city())
    if again is not None:
        return redirect(url_for("lists.show", list_id=again.list_id, again=1), 303)
    return redirect(url_for("lists.show", list_id=_keep(read, area)), 303)


@blueprint.get("/registrations/template")
def show_template() -> ResponseReturnValue:
    """Give the workbook to be filled in, with the communes of the office."""
    area = offices.area()
    units = find_units(current.graph(), local_day(current.now()))
    names = {unit.unit_code: unit.name for unit in units}
    communes = [
        ", ".join(filter(None, (unit.name, names.get(unit.parent_code or ""))))
        for unit in units
        if unit.level == "ward" and unit.name and unit.unit_code in area
    ]
    return _file("danh-sach-don-vi", template(sorted(communes, key=sort_key)))


@blueprint.get("/registrations/lists/<id:list_id>")
def show(list_id: str) -> ResponseReturnValue:
    """Show what was read: the rows of one view, each with what speaks for and against it."""
    return _page(_list(list_id))


@blueprint.post("/registrations/lists/<id:list_id>/decisions")
def decide(list_id: str) -> ResponseReturnValue:
    """Record what was decided on one row by its button, or on the chosen ones by the bar."""
    kept = _list(list_id)
    numbers, decided = _decided(kept)
    if decided is None or not numbers:
        return _page(kept, fault=_("Choose rows, and what becomes of them.")), 422
    form = EvidenceForm()
    if decided.decision == EXCLUDED and decided.basis is None:
        if not form.validate():
            return _page(kept, form=form), 422
        decided = Decision(
            EXCLUDED,
            basis=form.basis.data,
            issuer=form.issuer.data or None,
            code=form.code.data or None,
            on=form.on.data,
        )
    account = current.officer()
    decide_rows(current.graph(), kept.list_id, numbers, decided, account.account_id, current.now())
    return redirect(_back(kept), 303)


@blueprint.post("/registrations/lists/<id:list_id>/acceptance")
def accept(list_id: str) -> ResponseReturnValue:
    """Take in a lot of the rows that are decided on; the page goes on until none waits."""
    kept = _list(list_id)
    left = accept_lot(
        current.graph(),
        current.vault(),
        kept,
        offices.actor(),
        offices.area().codes,
        current.now(),
        _chosen(),
    )
    return redirect(url_for("lists.show", list_id=list_id, left=left or None), 303)


@blueprint.get("/registrations/lists/<id:list_id>/faults.xlsx")
def faults(list_id: str) -> ResponseReturnValue:
    """Give the wrong rows back as a workbook, each with its reasons in Vietnamese."""
    kept = _list(list_id)
    wrong = rows_of("wrong", find_rows(current.graph(), list_id))
    rows = []
    for row in find_whole_rows(current.graph(), list_id, wrong):
        cells = open_row(current.vault(), row.sealed, list_id, row.number)["cells"]
        reasons = list(zip(row.fault_columns, row.fault_reasons, strict=True))
        rows.append((row.number, cells, reasons))
    return _file("dong-bi-loai", faults_workbook(kept.headings, rows))


def _is_city() -> bool:
    account = current.officer()
    return account.unit_code is None and account.role == "city_ict"


def _list(list_id: str) -> RegistrationList:
    return get_list(current.graph(), list_id, offices.area(), _is_city())


def _form(form: UploadForm, status: int) -> ResponseReturnValue:
    return (
        render_template("lists/new.html", form=form, round=_round(), now=current.now),
        status,
    )


def _round() -> IntakeRound | None:
    return round_for(find_rounds(current.graph()), local_day(current.now()))


def _read(form: UploadForm) -> ReadList | None:
    """Return the list in a file; None if it cannot be read, which the form then tells."""
    given: FileStorage = form.file.data
    ending = Path(str(given.filename)).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="truyvet-list-") as folder:
        path = Path(folder) / f"list{ending}"
        given.save(path)
        given.close()
        try:
            read = read_list(open_list(path))
        except FileFault as fault:
            # Its name is the one under which it lies here for a moment.
            form.file.errors = [told(f"{_('The file')} {fault.complaint}")]
            return None
        except HeaderFault as fault:
            form.file.errors = [told(str(fault))]
            return None
    name = secure_filename(str(given.filename)) or f"list{ending}"
    return ReadList(name, read.sha256, read.headings, read.unread, read.rows)


def _keep(read: ReadList, area: Area) -> str:
    """Judge the rows of a list and keep them; return the list's id."""
    graph, now, actor = current.graph(), current.now(), offices.actor()
    list_id = start_batch(
        graph, source=SOURCE, file_name=read.name, sha256=read.sha256, recorded_at=now
    )
    on = local_day(now)
    office = Office(area.codes, Communes(find_units(graph, on), area.codes))
    rows = judge(graph, current.vault(), read, office, list_id)
    open_round = _round()
    kept = {
        "list_id": list_id,
        "batch_id": list_id,
        "file_name": read.name,
        "sha256": read.sha256,
        "unit_code": actor.unit_code,
        "role": actor.role,
        "account_id": actor.account_id,
        "round_id": open_round.round_id if open_round else None,
        "is_late": open_round is not None and on > open_round.closes_on,
        "uploaded_at": now,
        "headings": read.headings,
        "unread": read.unread,
    }
    return merge_list(graph, kept, rows)


def _page(
    kept: RegistrationList, form: EvidenceForm | None = None, fault: str | None = None
) -> str:
    graph = current.graph()
    rows = find_rows(graph, kept.list_id)
    counts = count_views(rows)
    view = _view(counts)
    page = page_of(rows_of(view, rows), page_number(), ROWS)
    return render_template(
        "lists/show.html",
        kept=kept,
        counts=counts,
        view=view,
        page=page,
        shown=show_rows(graph, current.vault(), kept, page.rows),
        outcomes=count_outcomes(rows),
        waiting=len(waiting_rows(rows, None)),
        form=form or EvidenceForm(formdata=None),
        fault=fault,
        left=request.args.get("left", ""),
        was_there=request.args.get("again") == "1",
        is_own=_is_own(rows),
        **{name: value for name, value in vars(words).items() if name.endswith("_WORDS")},
    )


def _is_own(rows: list[RowStanding]) -> Collection[int]:
    """Return the rows that this office may take in itself."""
    area = offices.area()
    return {row.number for row in rows if row.unit_code in area}


def _view(counts: dict[str, int]) -> str:
    asked = request.values.get("view", "")
    if asked in VIEWS:
        return asked
    return next((view for view in ("open", "decided") if counts[view]), "all")


def _chosen() -> set[int] | None:
    """Return the rows chosen on the page; None where all are meant."""
    if request.form.get("which") != "chosen":
        return None
    return {int(text) for text in request.form.getlist("row") if _is_number(text)}


def _decided(kept: RegistrationList) -> tuple[list[int], Decision | None]:
    """Return the rows and what becomes of them, by the button pressed."""
    number, _space, rest = request.form.get("one", "").partition(" ")
    if _is_number(number):
        numbers = [int(number)]
        what, _space, of = rest.partition(" ")
    else:
        numbers = [int(text) for text in request.form.getlist("row") if _is_number(text)]
        what, of = request.form.get("what", ""), ""
    standing = {row.number: row for row in find_rows(current.graph(), kept.list_id)}
    numbers = [number for number in numbers if number in standing]
    if what == "suggested" and len(numbers) == 1:
        (row,) = find_whole_rows(current.graph(), kept.list_id, numbers)
        if row.suggestion:
            return numbers, Decision(EXCLUDED, basis=row.suggestion, issuer=row.suggested_by)
    if what == DUPLICATE:
        numbers = [n for n in numbers if of in standing[n].candidate_ids]
        return numbers, Decision(DUPLICATE, of=of)
    if what == "open":
        return numbers, Decision(None)
    if what in (TAKE, PASS_ON):
        return _by_office(numbers, standing, what)
    if what in (EXCLUDED, LEFT_OUT):
        return numbers, Decision(what)
    return numbers, None


def _by_office(
    numbers: list[int], standing: dict[int, RowStanding], what: str
) -> tuple[list[int], Decision]:
    """Keep to what an office may do: it takes in rows of its own area, and passes others on."""
    area = offices.area()
    return [
        number for number in numbers if (standing[number].unit_code in area) == (what == TAKE)
    ], Decision(what)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _back(kept: RegistrationList) -> str:
    view = request.form.get("view", "")
    page = request.form.get("page", "")
    return url_for(
        "lists.show",
        list_id=kept.list_id,
        view=view if view in VIEWS else None,
        page=page if _is_number(page) and page != "1" else None,
    )


def _file(name: str, made: bytes) -> Response:
    response = Response(made, content_type=KINDS["xlsx"])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response
