"""A few rows of every kind, so that each label, type and property is in the store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from graph.accounts import add_account, disable_account
from graph.alerts import DISTRICT_HEALTH, Desk, acknowledge_alert, close_alert, raise_alerts
from graph.batches import Stamp, finish_batch, start_batch
from graph.cases import merge_cases
from graph.database import Graph
from graph.identifiers import merge_identifiers, record_verification
from graph.intake import Intake, Scan
from graph.isolations import merge_isolations, retract_isolations
from graph.meetings import merge_meetings, retract_meetings
from graph.one_time_codes import issue_code
from graph.people import merge_persons
from graph.periods import Period
from graph.registrations import (
    Actor,
    Evidence,
    correct_registration,
    find_area,
    link_venue,
    merge_round,
    move,
    pass_on,
    record_registrations,
)
from graph.registrations.lists import (
    Decision,
    decide_rows,
    find_lists,
    finish_list,
    merge_list,
    settle_rows,
)
from graph.rules import RULES
from graph.tracing import BudgetStop, trace
from graph.tracing.saved import Asked, save_trace
from graph.undoing import undo_batch
from graph.units import merge_aliases, merge_successors, merge_units
from graph.venues import merge_gate, merge_venues, rotate_gate
from graph.visits import merge_visits, retract_visits

NOON = datetime(2021, 6, 10, 5, tzinfo=UTC)
KNOWN = datetime(2021, 6, 20, tzinfo=UTC)
STAMP = Stamp("interview", "batch-1", KNOWN)


def fill(graph: Graph) -> None:
    """Store a few rows of every kind."""
    hour = timedelta(hours=1)
    merge_units(
        graph,
        [
            {"unit_code": "79", "name": "Ho Chi Minh City", "level": "city"},
            {
                "unit_code": "769",
                "name": "Thu Duc",
                "level": "district",
                "parent_code": "79",
                "valid_from": date(2021, 1, 1),
                "valid_until": date(2025, 7, 1),
            },
        ],
        STAMP,
    )
    merge_successors(
        graph,
        [
            {
                "unit_code": "769",
                "successor_code": "79",
                "effective_on": date(2025, 7, 1),
                "is_part": False,
                "is_main": True,
            }
        ],
        STAMP,
    )
    merge_aliases(
        graph,
        [
            {
                "unit_code": "769",
                "name": "Quan 9",
                "valid_from": date(2021, 1, 1),
                "valid_until": date(2025, 7, 1),
            }
        ],
        STAMP,
    )
    merge_persons(
        graph,
        [
            {
                "person_id": "p1",
                "full_name": "An",
                "birth_year": 1990,
                "sex": "female",
                "unit_code": "769",
            }
        ],
        STAMP,
    )
    merge_venues(
        graph,
        [
            {
                "venue_id": "market",
                "name": "Market",
                "category": "market",
                "unit_code": "769",
                "latitude": 10.8,
                "longitude": 106.7,
            },
            {"venue_id": "hall", "part_of": "market", "category": "market"},
        ],
        STAMP,
    )
    merge_gate(graph, "market")
    people = ("p1", "p2", "p3")
    merge_visits(
        graph,
        [
            {
                "visit_id": f"v{n}",
                "person_id": person_id,
                "venue_id": "hall",
                "arrived_at": NOON,
                "left_at": NOON + hour if n else None,
            }
            for n, person_id in enumerate(people)
        ],
        STAMP,
    )
    retract_visits(graph, ["v2"], KNOWN + hour)
    phone = {"scheme": "phone", "blind_index": "a1", "sealed": "1.x", "source": "check-in"}
    merge_identifiers(graph, [{**phone, "person_id": "p1"}], KNOWN)
    record_verification(graph, "p1", "phone", "a1", KNOWN)
    issue_code(graph, "a1", "digest", KNOWN)
    check_in_somebody(graph)
    meeting = {"person_a": "p1", "person_b": "p2", "kind": "household"}
    merge_meetings(
        graph,
        [
            {"contact_id": f"m{n}", **meeting, "started_at": NOON, "ended_at": NOON + hour}
            for n in range(2)
        ],
        STAMP,
    )
    retract_meetings(graph, ["m1"], KNOWN + hour)
    isolation = {"person_id": "p2", "venue_id": "hospital", "started_at": KNOWN}
    merge_isolations(
        graph,
        [
            {"isolation_id": "i0", **isolation, "ended_at": KNOWN + hour},
            {"isolation_id": "i1", **isolation},
        ],
        STAMP,
    )
    retract_isolations(graph, ["i1"], KNOWN + hour)
    merge_cases(
        graph,
        [
            {
                "case_id": "c1",
                "person_id": "p1",
                "classification": "confirmed",
                "onset_on": date(2021, 6, 10),
                "sampled_on": date(2021, 6, 11),
                "confirmed_at": KNOWN,
                "isolated_at": KNOWN,
            }
        ],
        STAMP,
    )
    add_account(graph, name="an", role="investigator", password_hash="$", unit_code="769")
    disable_account(graph, "an")
    batch_id = start_batch(graph, source="cases", file_name="a.csv", sha256="0", recorded_at=KNOWN)
    finish_batch(graph, batch_id, read=1, accepted=1, duplicate=0, refused=0)
    undo_batch(graph, batch_id, KNOWN + hour)
    raise_and_close_an_alert(graph)
    save_a_trace(graph)
    register_units(graph)


def register_units(graph: Graph) -> None:
    """Take in two units of which everything is known; one turns out to be the other."""
    merge_round(graph, "round", "Round", date(2021, 6, 1), date(2021, 6, 30))
    unit = {
        "unit_code": "769",
        "name": "Unit",
        "category": "market",
        "address": "1 Street",
        "tax_number": "0123456789",
        "gate_count": 2,
        "holds_code_of": "Bank",
        "note": "a note",
        "contact_sealed": "1.x",
        "phone_index": "c3",
        "has_email": True,
        "round_id": "round",
        "source": "list",
        "batch_id": "batch-1",
        "row_number": 1,
    }
    office = Actor("commune_intake", "769", "an")
    rows = [{**unit, "registration_id": f"r{n}"} for n in range(3)]
    record_registrations(graph, rows, office, KNOWN)
    pass_on(graph, ["r0"], "79", office, at=KNOWN, key="k0", reason="of another ward")
    evidence = Evidence("letter 1", "own_code", "Bank", "B-1", date(2021, 6, 1), "r2")
    told = {"at": KNOWN, "reason": "seen twice", "evidence": evidence}
    move(graph, ["r1"], "duplicate", office, key="k1", **told)
    move(graph, ["r1"], "submitted", office, key="k2", at=KNOWN, reason="it is not")
    move(graph, ["r1"], "needs_correction", office, key="k3", at=KNOWN, reason="no street")
    correct_registration(graph, "r1", unit, office, at=KNOWN, key="k4", changed=["address"])
    link_venue(graph, "r1", "market")
    keep_a_list(graph, office)


def keep_a_list(graph: Graph, office: Actor) -> None:
    """Keep a list of one row that was decided on and settled."""
    row = {
        "number": 2,
        "sealed": "1.x",
        "state": "ready",
        "registration_id": "r2",
        "unit_code": "769",
        "decision": "duplicate",
        "decision_of": "registration:r1",
        "suggestion": "ncovi",
        "suggested_by": "NCOVI",
        "fault_columns": ["phone"],
        "fault_reasons": ["is empty"],
        "notes": ["phone_repaired"],
        "candidate_ids": ["registration:r1"],
        "candidate_verdicts": ["likely"],
        "candidate_agrees": ["phone"],
        "candidate_differs": ["house"],
    }
    kept = {
        "list_id": "list",
        "batch_id": "list",
        "file_name": "units.xlsx",
        "sha256": "0" * 64,
        "unit_code": "769",
        "role": "commune_intake",
        "account_id": "an",
        "round_id": "round",
        "is_late": False,
        "uploaded_at": KNOWN,
        "headings": ["name"],
        "unread": ["other"],
    }
    merge_list(graph, kept, [row])
    decided = Decision("excluded", "registration:r1", "ncovi", "NCOVI", "N-1", date(2021, 6, 1))
    decide_rows(graph, "list", [2], decided, "an", KNOWN)
    settle_rows(graph, "list", {2: "excluded"}, KNOWN)
    (found,) = find_lists(graph, find_area(graph, office, KNOWN.date()), False)
    finish_list(graph, found, KNOWN)


def raise_and_close_an_alert(graph: Graph) -> None:
    """Raise an alert of which everything is known; the health centre closes it."""
    alert = {
        "alert_id": "a1",
        "reason": "by_hand",
        "person_id": "p1",
        "venue_id": "hall",
        "visit_id": "v1",
        "raised_at": KNOWN,
        "raised_by": "an",
        "note": "1.sealed",
    }
    raise_alerts(graph, [alert], KNOWN)
    health_centre = Desk(DISTRICT_HEALTH, "769")
    acknowledge_alert(graph, health_centre, "a1", "an", KNOWN)
    close_alert(graph, health_centre, "a1", "an", "advised", KNOWN)


def save_a_trace(graph: Graph) -> None:
    """Keep a trace of which everything is known, even where it stopped."""
    sources = {"p1": Period(NOON, KNOWN)}
    found = trace(graph, sources, RULES[0], 2, KNOWN + timedelta(minutes=1))
    stopped = replace(found, stopped=BudgetStop(2, 2, 1), seen=1)
    save_trace(graph, stopped, Asked("by_hand"), account_id="an", name="a trace")


def check_in_somebody(graph: Graph) -> None:
    """Let somebody new come in who declares, and go out again."""
    declaration = {
        "declaration_id": "d1",
        "kind": "place",
        "form_version": "1",
        "consent_hash": "hash",
        "risk": "stop",
        "made_at_s": int(KNOWN.timestamp()),
        "declared_for": "other",
        "reason": "child",
        "sealed": "1.x",
    }
    gate_code = merge_gate(graph, "market", "entrance", "Door")
    rotate_gate(graph, gate_code, epoch=0, old_until=KNOWN)
    scan = Scan(
        visit_id="scan-0000000000001",
        digest="digest",
        direction="in",
        person_id="p4",
        person={"full_name": "Bình", "name_key": "binh", "birth_year": 2015, "sex": "male"},
        is_new=True,
        venue_id="market",
        gate_code=gate_code,
        at=KNOWN,
        received_at=KNOWN,
        source="on-behalf",
        clock_skew_s=3,
        flags=("late",),
        declaration=declaration,
        identifiers=[{"scheme": "phone", "blind_index": "b2", "sealed": "1.x"}],
        account_id="an",
    )
    way_out = replace(
        scan,
        visit_id="scan-0000000000002",
        direction="out",
        of_visit_id=scan.visit_id,
        person=None,
        is_new=False,
        declaration=None,
        identifiers=(),
        at=KNOWN + timedelta(minutes=30),
    )
    # The store plans these queries for the first time, which takes it longer than anybody waits.
    intake = Intake(graph, seconds=120)
    for one in (scan, way_out):
        intake.submit(one)
    intake.close()
