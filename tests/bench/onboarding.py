"""Onboarding: a list of 5,000 units uploaded, looked through and taken in, and who is whom in it.

The list goes in by the form and comes out by the buttons of its page, over the real Neo4j, beside
20,000 units that are registered already, after a small one has warmed the server up. Before it
is taken in every row that is open is decided on, duplicates as the finder proposes them. The
finder's precision and recall are those of pairs that it calls likely, among 2,000 units with 300
planted duplicates, over several seeds; the lowest of them are told too.
"""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import xlsxwriter
from flask.testing import FlaskClient

from graph.accounts import add_account
from graph.batches import Stamp
from graph.database import Graph
from graph.registrations import Actor, record_registrations
from graph.registrations.likeness import LIKELY, Unit, find_candidates
from graph.registrations.lists import count_outcomes, find_rows, find_whole_rows
from graph.units import merge_units
from importers.registration_lists import HEADINGS
from tests.bench.benchmark import Measured, Options, instance_folder, median_of
from tests.bench.made_units import WARDS, MadeUnit, Maker, true_pairs
from webapp import create_app
from webapp.passwords import hash_password
from webapp.sealing import Vault
from webapp.settings import Settings
from webapp.store import open_graph

ROWS, PLANTED, STORED = 5_000, 300, 20_000
SEEDS = range(2021, 2026)
SEEDED_UNITS, SEEDED_DUPLICATES = 2_000, 300
PASSWORD = "a password of the bench 2021"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def measure(options: Options) -> Measured:
    """Upload a list, decide on it, take it in; and judge the finder."""
    precision, recall = judge_finder()
    options.tell(f"finder: precision {precision}, recall {recall}")
    with (
        instance_folder(options) as home,
        open_graph(Settings(TRUYVET_HOME=home, NEO4J_URI=None), options.tell) as graph,
    ):
        app = create_app(graph, Settings(TRUYVET_HOME=home))
        try:
            figures = onboard(app.test_client(), graph, app.extensions["vault"], options)
        finally:
            app.extensions["intake"].close()
    figures["duplicate_precision"] = median_of(precision, 4)
    figures["duplicate_recall"] = median_of(recall, 4)
    figures["duplicate_precision_lowest"] = min(precision)
    figures["duplicate_recall_lowest"] = min(recall)
    parameters = {
        "rows": ROWS,
        "stored": STORED,
        "seeds": len(SEEDS),
        "seeded_units": SEEDED_UNITS,
        "seeded_duplicates": SEEDED_DUPLICATES,
    }
    return Measured(parameters, figures)


def judge_finder() -> tuple[list[float], list[float]]:
    """Return precision and recall of the pairs called likely, by seed."""
    precision, recall = [], []
    for seed in SEEDS:
        rows = Maker(seed).with_duplicates(SEEDED_UNITS, SEEDED_DUPLICATES)
        units = [unit_of(str(at), row) for at, row in enumerate(rows)]
        likely = {
            frozenset((int(one.key), int(one.other)))
            for one in find_candidates(units)
            if one.verdict == LIKELY
        }
        truth = true_pairs(rows)
        precision.append(round(len(likely & truth) / len(likely), 4))
        recall.append(round(len(likely & truth) / len(truth), 4))
    return precision, recall


def unit_of(key: str, row: MadeUnit) -> Unit:
    """Return a made unit as the finder takes it."""
    return Unit(key, row.name, row.address, row.ward_code, row.tax_number, row.phone)


def onboard(visitor: FlaskClient, graph: Graph, vault: Vault, options: Options) -> dict[str, Any]:
    """Send a list by the form and take it in by the buttons; return how long both took."""
    maker = Maker(1)
    rows = maker.with_duplicates(ROWS, PLANTED)
    store(graph, vault, maker.units(STORED))
    options.tell(f"{STORED} units are registered")
    officer = {"role": "commune_intake", "unit_code": "79"}
    add_account(graph, name="intake", password_hash=hash_password(PASSWORD), **officer)
    send(visitor, "/sign-in", "/sign-in", name="intake", password=PASSWORD)
    warm_up(visitor, graph)
    made = sheet_of(rows)
    with timed() as preview:
        page = send(
            visitor, "/registrations/lists/new", "/registrations/lists", file=(made, "list.xlsx")
        )
        assert visitor.get(page).status_code == 200
    options.tell(f"preview: {preview[0]:.1f} s")
    list_id = page.rpartition("/")[2]
    decide(visitor, graph, page, list_id)
    with timed() as accept:
        step = page
        while True:
            step = send(visitor, page, f"{page}/acceptance")
            if "left=" not in step:
                break
    counts = count_outcomes(find_rows(graph, list_id))
    options.tell(f"accepted in {accept[0]:.1f} s: {counts}")
    return {
        "preview_s": round(preview[0], 2),
        "accept_s": round(accept[0], 2),
        "unaccounted": ROWS - sum(counts.values()),
        **{f"{outcome}_rows": count for outcome, count in counts.items()},
    }


def warm_up(visitor: FlaskClient, graph: Graph) -> None:
    """Take in a small list first, so that statements are planned and code is loaded."""
    made = sheet_of(Maker(2).with_duplicates(60, 10))
    form, address = "/registrations/lists/new", "/registrations/lists"
    page = send(visitor, form, address, file=(made, "small.xlsx"))
    visitor.get(page)
    decide(visitor, graph, page, page.rpartition("/")[2])
    send(visitor, page, f"{page}/acceptance")


def decide(visitor: FlaskClient, graph: Graph, page: str, list_id: str) -> None:
    """Decide on every open row: a likely duplicate is one, what may be excluded is, else take."""
    open_rows = [row for row in find_rows(graph, list_id) if row.decision is None]
    token = TOKEN.search(visitor.get(page).text)
    assert token
    taken: list[int] = []
    for row in open_rows:
        if row.candidate_verdicts[:1] == (LIKELY,):
            button = f"{row.number} duplicate {row.candidate_ids[0]}"
            fields = {"csrf_token": token[1], "one": button}
            visitor.post(f"{page}/decisions", data=fields)
        else:
            taken.append(row.number)
    for at in range(0, len(taken), 500):
        fields = {"csrf_token": token[1], "what": "take", "row": taken[at : at + 500]}
        visitor.post(f"{page}/decisions", data=fields)
    still = [row.number for row in find_rows(graph, list_id) if row.decision is None]
    assert not still, len(find_whole_rows(graph, list_id, still))


def store(graph: Graph, vault: Vault, units: Sequence[MadeUnit]) -> None:
    """Store the communes, and units that are registered already."""
    stamp = Stamp("bench", "bench", datetime.now(UTC))
    districts = sorted({district for _code, _name, district in WARDS})
    codes = {district: f"7{at:02}" for at, district in enumerate(districts, 60)}
    rows: list[dict[str, Any]] = [{"unit_code": "79", "name": "Hồ Chí Minh", "level": "city"}]
    rows += [
        {"unit_code": codes[name], "name": name, "level": "district", "parent_code": "79"}
        for name in districts
    ]
    rows += [
        {"unit_code": code, "name": name, "level": "ward", "parent_code": codes[district]}
        for code, name, district in WARDS
    ]
    merge_units(graph, rows, stamp)
    ready = [
        {
            "registration_id": f"stored-{at}",
            "unit_code": one.ward_code,
            "name": one.name,
            "category": "company",
            "address": one.address,
            "tax_number": one.tax_number or None,
            "contact_sealed": "none",
            "phone_index": vault.blind_index("phone", f"+84{one.phone[1:]}"),
            "source": "list",
        }
        for at, one in enumerate(units)
    ]
    for at in range(0, len(ready), 2_000):
        lot = ready[at : at + 2_000]
        record_registrations(graph, lot, Actor("city_ict"), datetime.now(UTC))


def sheet_of(rows: Sequence[MadeUnit]) -> io.BytesIO:
    """Return the rows as a workbook under the template's header."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(HEADINGS.values()))
        for at, row in enumerate(rows, 1):
            told = (at, row.name, row.kind, row.address, f"{row.ward}, {row.district}", row.person)
            told += ("", row.phone, "", row.tax_number)
            for column, cell in enumerate(told):
                sheet.write_string(at, column, str(cell))
    made.seek(0)
    return made


def send(visitor: FlaskClient, form: str, address: str, **fields: Any) -> str:
    """Fill in the form of a page and send it; return where it leads."""
    token = TOKEN.search(visitor.get(form).text)
    assert token, form
    answer = visitor.post(address, data={"csrf_token": token[1], **fields})
    assert answer.status_code == 303, answer.status_code
    return str(answer.location)


@contextmanager
def timed() -> Iterator[list[float]]:
    """Yield a list that holds, after the block, how many seconds it took."""
    taken: list[float] = []
    begun = perf_counter()
    yield taken
    taken.append(perf_counter() - begun)
