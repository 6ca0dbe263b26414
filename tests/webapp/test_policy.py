"""Who may ask for what: every route has a row, and every row holds (R195)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.database import Graph
from graph.venues import merge_gate
from tests.tables import table
from tests.webapp.conftest import TOKEN, door_of
from tests.webapp.outbreak import ALERT, CASE, DAY, LIST, REGISTRATION, SAVED, SOURCE, VENUE
from webapp import policy
from webapp.policy import POLICY, ROLES, may

# y: answered; -: refused. Written from REQUIREMENTS section 2, not from the policy.
MATRIX = """
    endpoint             | nobody | inv | cdc | district | data | ict | admin | gate | mgr | commune
    static               | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    health.show          | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    languages.choose     | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    sessions.new         | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    sessions.create      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    sessions.delete      | -      | y   | y   | y        | y    | y   | y     | y    | y   | y
    home.show            | -      | y   | y   | y        | y    | y   | y     | y    | y   | y
    checkins.new         | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    checkins.create      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    checkins.show        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    checkins.leave       | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.show            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.verify          | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.send            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.ask_code        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.check_code      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.ask_name        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.claim           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.close           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.card            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    corrections.edit     | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    corrections.correct  | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    about.show_personal  | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    about.show           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    modules.show         | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    installable.show     | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    installable.manifest | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    installable.worker   | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    scanning.show        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    scanning.choose      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    units.list           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    health.ready         | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    api.show_code        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    api.create_check_in  | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.show            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.verify          | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.send            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.ask_code        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.check_code      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.ask_name        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.claim           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.close           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    mine.card            | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    corrections.edit     | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    corrections.correct  | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    about.show           | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    cases.list           | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    cases.new            | -      | y   | y   | -        | -    | -   | -     | -    | -   | -
    cases.new_of_person  | -      | y   | y   | -        | -    | -   | -     | -    | -   | -
    cases.create         | -      | y   | y   | -        | -    | -   | -     | -    | -   | -
    cases.show           | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    cases.new_report     | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    cases.create_report  | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    traces.show          | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    sources.show         | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    sources.common       | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    clusters.list        | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    paths.show           | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    saved_traces.list    | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    saved_traces.create  | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    saved_traces.show    | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    saved_traces.compare | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    traces.city          | -      | y   | y   | -        | -    | -   | -     | -    | -   | -
    worklists.show       | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    worklists.export     | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    quality.list         | -      | y   | y   | y        | y    | -   | -     | -    | -   | -
    quality.show         | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    people.show          | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    venues.list          | -      | y   | y   | y        | -    | y   | -     | -    | -   | -
    venues.show          | -      | y   | y   | y        | -    | y   | -     | -    | y   | -
    venues.day           | -      | y   | y   | y        | -    | -   | -     | -    | -   | -
    qr.show              | -      | y   | y   | y        | -    | y   | -     | -    | y   | -
    posters.show         | -      | y   | y   | y        | -    | y   | -     | -    | y   | -
    posters.add_gate     | -      | -   | -   | -        | -    | y   | -     | -    | y   | -
    posters.new_code     | -      | -   | -   | -        | -    | y   | -     | -    | -   | -
    posters.replace_code | -      | -   | -   | -        | -    | y   | -     | -    | -   | -
    batches.list         | -      | -   | -   | -        | y    | -   | -     | -    | -   | -
    accounts.list        | -      | -   | -   | -        | -    | -   | y     | -    | -   | -
    alerts.list          | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    alerts.rows          | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    alerts.show          | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    alerts.reveal        | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    alerts.acknowledge   | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    alerts.close         | -      | -   | y   | y        | -    | -   | -     | -    | -   | y
    lists.list           | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.new            | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.create         | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.show_template  | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.show           | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.decide         | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.accept         | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    lists.faults         | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    gate.show            | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.create          | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.scan            | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.declare         | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.undo            | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.raise_alert     | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.closing         | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.close_all       | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.reopen_all      | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.paper           | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.create_paper    | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.card            | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.create_card     | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.code            | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    gate.code_image      | -      | -   | -   | -        | -    | -   | -     | y    | y   | -
    register.new         | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    register.create      | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    register.show        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    register.edit        | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    register.correct     | y      | y   | y   | y        | y    | y   | y     | y    | y   | y
    registrations.list   | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.export | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.funnel | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.move   | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.take_back | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.show   | -      | -   | -   | -        | -    | y   | -     | -    | -   | y
    registrations.new    | -      | -   | -   | -        | -    | -   | -     | -    | -   | y
    registrations.create | -      | -   | -   | -        | -    | -   | -     | -    | -   | y
    registrations.edit   | -      | -   | -   | -        | -    | -   | -     | -    | -   | y
    registrations.correct | -      | -   | -   | -        | -    | -   | -     | -    | -   | y
    posters.put_up       | -      | -   | -   | -        | -    | y   | -     | -    | y   | -
"""
#: What R36 adds for the district's intake to what is open to everybody, or to everybody signed in:
#: no health data, no visits.
DISTRICT_INTAKE = {
    *("sessions.delete", "home.show"),
    *(f"registrations.{name}" for name in ("list", "export", "funnel", "move", "take_back")),
    *(f"registrations.{name}" for name in ("show", "new", "create", "edit", "correct")),
    *(f"lists.{name}" for name in ("list", "new", "create", "show_template")),
    *(f"lists.{name}" for name in ("show", "decide", "accept", "faults")),
}
ROWS = [
    {**row, "intake": "y" if row["nobody"] == "y" or row["endpoint"] in DISTRICT_INTAKE else "-"}
    for row in table(MATRIX)
]
COLUMNS = {
    None: "nobody",
    "investigator": "inv",
    "city_cdc": "cdc",
    "district_health": "district",
    "data_team": "data",
    "city_ict": "ict",
    "administrator": "admin",
    "gate_staff": "gate",
    "venue_manager": "mgr",
    "commune_intake": "commune",
    "district_intake": "intake",
}
OBJECTS = {
    "case_id": CASE,
    "person_id": SOURCE,
    "venue_id": VENUE,
    "day": DAY.isoformat(),
    "trace_id": SAVED,
    "alert_id": ALERT,
    "list_id": LIST,
    "registration_id": REGISTRATION,
    "visit_id": "no-such-scan-0001",
    "code": "vi",
    "kind": "csv",
    "name": "missing_dates",
    "token": "not-signed",
    "filename": "css/tokens.css",
    "release": "old",
    "module": "js/main.js",
}
TITLE = re.compile(r"<h1>.*?</h1>", re.S)


def address_of(app: Flask, endpoint: str, **changed: str) -> tuple[str, str]:
    """Return the method and the address of a route, for an object of the outbreak."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    with app.test_request_context():
        values = {name: {**OBJECTS, **changed}[name] for name in rule.arguments}
        return method, app.url_for(endpoint, **values)


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert routes == set(POLICY)
    assert routes == {row["endpoint"] for row in ROWS}
    assert set(COLUMNS) - {None} == set(ROLES)


def test_a_route_without_a_row_is_for_nobody(sign_in: Callable[[str], FlaskClient]) -> None:
    visitor = sign_in("investigator")
    visitor.application.view_functions["cases.forgotten"] = lambda: "open"
    visitor.application.url_map.add(
        visitor.application.url_rule_class("/forgotten", endpoint="cases.forgotten")
    )

    assert visitor.get("/forgotten").status_code == 404
    assert visitor.application.test_client().get("/forgotten").status_code == 404
    assert not may(None, "cases.forgotten", {})
    assert not may(None, None, {})


@pytest.mark.parametrize("role", COLUMNS)
def test_the_matrix_of_routes_and_roles_holds(
    app: Flask, sign_in: Callable[[str], FlaskClient], role: str | None
) -> None:
    visitor = app.test_client() if role is None else sign_in(role)
    token = TOKEN.search(visitor.get("/sign-in").text)
    assert token
    wrong = []
    for row in ROWS:
        if row["endpoint"] == "sessions.delete":
            continue
        method, address = address_of(app, row["endpoint"])
        status = visitor.open(
            address, method=method, headers={"X-CSRFToken": token.group(1)}, buffered=True
        ).status_code
        permit = POLICY[row["endpoint"]]
        is_sent_to_sign_in = status == 302 and role is None and not permit.is_public
        refused = status in (401, 403) or is_sent_to_sign_in
        if permit.of and role is not None:
            refused = status == 404
        if status >= 500 or refused == (row[COLUMNS[role]] == "y"):
            wrong.append((row["endpoint"], status))

    assert not wrong


def test_an_unknown_object_and_a_forbidden_one_answer_alike(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    allowed, forbidden = sign_in("investigator"), sign_in("data_team")

    for endpoint, permit in POLICY.items():
        if permit.of is None:
            continue
        method, known = address_of(app, endpoint)
        if method == "POST":
            continue
        _, unknown = address_of(app, endpoint, **{permit.of: "nobody-knows"})
        answers = {
            (answer.status_code, title(answer.text))
            for answer in (allowed.get(unknown), forbidden.get(unknown), forbidden.get(known))
        }
        assert len(answers) == 1, endpoint
        assert answers.pop()[0] == 404, endpoint


def title(page: str) -> str:
    """Return the heading of a page."""
    found = TITLE.search(page)
    return found.group() if found else ""


def test_a_scope_forbids_one_object_everywhere_without_a_change_to_a_view(
    monkeypatch: pytest.MonkeyPatch, sign_in: Callable[[str], FlaskClient]
) -> None:
    visitor = sign_in("investigator")
    monkeypatch.setitem(policy.SCOPES, "case_id", lambda _account, case_id: case_id != CASE)

    inside = visitor.get("/cases/case-2")
    outside = [visitor.get(f"/cases/{CASE}{part}") for part in ("", "/trace", "/reports/new")]

    assert inside.status_code == 200
    assert [answer.status_code for answer in outside] == [404, 404, 404]


def test_whoever_sees_no_persons_reads_counts_only_from_five_up(
    outbreak: Graph, sign_in: Callable[[str], FlaskClient]
) -> None:
    page = sign_in("city_ict").get(f"/venues/{VENUE}").text

    assert "dưới 5" in page
    assert ">3<" not in page
    assert "/days/" not in page
    assert ">3<" in sign_in("investigator").get(f"/venues/{VENUE}").text


def test_a_link_is_shown_only_to_whoever_may_follow_it(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    assert "/cases/new" in sign_in("investigator").get("/cases").text
    assert "/cases/new" not in sign_in("district_health").get("/cases").text
    assert "/cases" not in sign_in("city_ict").get("/venues").text


def test_a_printed_code_opens_for_everybody(
    outbreak: Graph, client: FlaskClient, questions: list[str]
) -> None:
    door = door_of(client.application, merge_gate(outbreak, VENUE))
    questions.clear()

    assert client.get(door).status_code == 200
    assert questions == ["venues/get_gate", "venues/get_venue"]
