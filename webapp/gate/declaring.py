"""A declaration made at the gate on behalf of somebody without a phone (R58, R61)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from graph.intake import Outcome
from graph.scans import ScanKept
from webapp import current
from webapp.arrivals import CheckInGiven, arrive
from webapp.doors import Door
from webapp.questions import QUESTIONS, SYMPTOM

SOURCE = "on-behalf"
# So long after the scan can be declared for whoever stands there (inferred).
OFFERED = timedelta(minutes=30)
#: The box that answers a group of questions with no, by whether they ask for symptoms.
NONE_OF = {True: "no_symptoms", False: "no_contacts"}


def read_answers(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form of the gate declares, as the contract of a check-in takes it.

    Boxes are ticked for yes. A question is answered no only where the box for none of its group
    is ticked, or another of the group is.
    """
    answers: dict[str, bool] = {}
    for is_symptom, none in NONE_OF.items():
        group = [one.code for one in QUESTIONS if (one.kind == SYMPTOM) is is_symptom]
        ticked = {code for code in group if form.get(code)}
        # Both none and one of them: nobody knows what was meant, so nothing is answered.
        if bool(ticked) != bool(form.get(none)):
            answers |= {code: code in ticked for code in group}
    declaration = {"answers": answers, "consent": form.get("consent", "")}
    if travelled_to := form.get("travelled_to", "").strip():
        declaration["travelled_to"] = travelled_to
    return {
        "visit_id": form.get("visit_id", ""),
        "declaration": declaration,
        "on_behalf": {
            "declarer_name": current.officer().name,
            "reason": form.get("reason", ""),
        },
    }


def declare_for(scan: ScanKept, told: Mapping[str, Any], door: Door) -> Outcome:
    """Store a declaration for whoever was scanned in; it belongs to that visit.

    Raises:
        ValidationError: an answer is missing.
        IntakeFull, StoreAway: as `Intake.submit`.
    """
    given = CheckInGiven.model_validate(
        {**told, "code": door.code, "direction": "in", "scanned_at": scan.scanned_at}
    )
    return arrive(
        given,
        door,
        person_id=scan.person_id,
        source=SOURCE,
        account_id=scan.account_id,
        direction="in",
    )
