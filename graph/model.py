"""The names of the graph: labels, relationship types, properties; the one table of them.

Migrations, queries and the README are held against it by tests; nothing else spells a
name that is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PROVENANCE = ("source", "batch_id", "recorded_at")


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of node: the properties that identify one, and the others it may have."""

    key: tuple[str, ...]
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relationship:
    """A kind of edge: the labels that it joins, its key if it has one, its properties."""

    joins: tuple[tuple[str, str], ...]
    key: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


LABELS: Mapping[str, Label] = {
    "Person": Label(("person_id",), ("full_name", "name_key", "birth_year", "sex", *PROVENANCE)),
    # A phone, a card, a personal code: sealed, found by a keyed digest, never by itself.
    "Identifier": Label(("scheme", "blind_index"), ("sealed",)),
    "OneTimeCode": Label(
        ("blind_index",),
        ("digest", "expires_at", "tries", "sent_at", "forget_at"),
    ),
    "Declaration": Label(
        ("declaration_id",),
        (
            "kind",
            "form_version",
            "consent_hash",
            "risk",
            "made_at",
            "declared_for",
            "reason",
            "sealed",
            "source",
            "recorded_at",
        ),
    ),
    "Venue": Label(("venue_id",), ("name", "category", "latitude", "longitude", *PROVENANCE)),
    "VenueDay": Label(("venue_id", "day"), ("starts_at", "ends_at")),
    "Gate": Label(("code",), ("kind", "name", "epoch", "old_until")),
    # Its name and level are those of its newest term; how it stood on a day is in its terms.
    "Unit": Label(("unit_code",), ("name", "level")),
    # An unknown beginning is 0001-01-01, because a key has no gaps.
    "UnitTerm": Label(("unit_code", "valid_from"), ("name", "level", "valid_until", *PROVENANCE)),
    "UnitAlias": Label(("unit_code", "name"), ("valid_from", "valid_until", *PROVENANCE)),
    "Case": Label(("case_id",)),
    "CaseReport": Label(
        ("case_id", "number"),
        (
            "classification",
            "onset_on",
            "sampled_on",
            "confirmed_at",
            "isolated_at",
            *PROVENANCE,
        ),
    ),
    "Account": Label(
        ("account_id",),
        (
            "name",
            "role",
            "unit_code",
            "venue_id",
            "bound_at",
            "password_hash",
            "session_version",
            "created_at",
            "disabled_at",
        ),
    ),
    "Batch": Label(
        ("batch_id",),
        (
            "source",
            "file_name",
            "sha256",
            "recorded_at",
            "started_at",
            "finished_at",
            "read",
            "accepted",
            "duplicate",
            "refused",
            "undo_started_at",
            "undone_at",
        ),
    ),
    # What was asked and by which rule; whole, and to be seen, once it has `saved_at`.
    "Trace": Label(
        ("trace_id",),
        (
            "name",
            "starts_from",
            "case_ids",
            "rule",
            "terms",
            "as_of",
            "hops",
            "complete_hops",
            "stopped_hop",
            "estimated_visits",
            "budget",
            "engine",
            "ms",
            "seen",
            "begun_at",
            "saved_at",
            "saved_by",
        ),
    ),
    # One for each scan that was acknowledged, under the key that its sender made.
    "Receipt": Label(
        ("visit_id",),
        (
            "digest",
            "person_id",
            "venue_id",
            "direction",
            "of_visit_id",
            "colour",
            "needs_declaration",
            "gate_code",
            "account_id",
            "clock_skew_s",
            "flags",
            "flagged_at",
            "scanned_at",
            "recorded_at",
        ),
    ),
    # What it says of a person is sealed (`note`); why it was raised is a word.
    "Alert": Label(("alert_id",), ("raised_at", "reason", "visit_id", "raised_by", "note")),
    # A unit that is to get a venue of its own; whom to call is sealed (`contact_sealed`).
    "Registration": Label(
        ("registration_id",),
        (
            "digest",
            "name",
            "name_key",
            "category",
            "address",
            "address_key",
            "tax_number",
            "gate_count",
            "holds_code_of",
            "is_on_ncovi",
            "note",
            "contact_sealed",
            "phone_index",
            "has_email",
            "state",
            "entered_at",
            "due_at",
            "received_at",
            "is_late",
            "source",
            "row_number",
            "batch_id",
            "step_count",
        ),
    ),
    # Only ever added to: who moved a registration, for which office, when, and why.
    "RegistrationStep": Label(
        ("step_id",),
        (
            "number",
            "from_state",
            "to_state",
            "at",
            "after_s",
            "account_id",
            "role",
            "office",
            "reason",
            "letter",
            "is_back",
            "changed",
            "from_unit",
            "to_unit",
            "basis",
            "issuer",
            "issued_code",
            "issued_on",
        ),
    ),
    "IntakeRound": Label(("round_id",), ("name", "opens_on", "closes_on", "closes_at", "chain")),
    # A file of units to be registered, and its rows until each is decided on; cells are sealed.
    "RegistrationList": Label(
        ("list_id",),
        (
            "file_name",
            "sha256",
            "batch_id",
            "unit_code",
            "role",
            "uploaded_by",
            "round_id",
            "is_late",
            "uploaded_at",
            "headings",
            "unread",
            "row_count",
            "finished_at",
        ),
    ),
    "ListRow": Label(
        ("list_id", "number"),
        (
            "sealed",
            "state",
            "registration_id",
            "unit_code",
            "suggestion",
            "suggested_by",
            "decision",
            "decision_of",
            "decision_basis",
            "decision_issuer",
            "decision_code",
            "decision_on",
            "decided_by",
            "decided_at",
            "outcome",
            "settled_at",
            "fault_columns",
            "fault_reasons",
            "notes",
            "candidate_ids",
            "candidate_verdicts",
            "candidate_agrees",
            "candidate_differs",
        ),
    ),
    "Ledger": Label(("name",), ("store_id", "number", "token", "ids", "kept_from")),
    "Change": Label(
        ("number",),
        ("token", "ids", "recorded_at", "kind", "person_ids", "venue_ids", "days"),
    ),
    "Migration": Label(("version",), ("checksum", "applied_at")),
}

RELATIONSHIPS: Mapping[str, Relationship] = {
    "VISITED": Relationship(
        (("Person", "VenueDay"),),
        ("visit_id", "day", "version"),
        (
            "arrived_at",
            "left_at",
            "left_recorded_at",
            "expected_left_at",
            "left_by",
            "retracted_at",
            *PROVENANCE,
        ),
    ),
    "AT": Relationship((("VenueDay", "Venue"), ("Alert", "Venue"))),
    # With when it was told: after a reform a code means another unit.
    "IN": Relationship((("Venue", "Unit"), ("Registration", "Unit")), properties=("recorded_at",)),
    "OF_ROUND": Relationship((("Registration", "IntakeRound"),)),
    "WENT": Relationship((("Registration", "RegistrationStep"),)),
    "FOR": Relationship((("Registration", "Venue"),)),
    "SAME_AS": Relationship(
        (("Registration", "Registration"),),
        properties=("step_id", "evidence", "recorded_at", "retracted_at"),
    ),
    "PART_OF": Relationship((("Venue", "Venue"), ("UnitTerm", "Unit"))),
    "STOOD_AS": Relationship((("Unit", "UnitTerm"),)),
    "CALLED": Relationship((("Unit", "UnitAlias"),)),
    "SUCCEEDED_BY": Relationship(
        (("Unit", "Unit"),), properties=("effective_on", "is_part", "is_main", *PROVENANCE)
    ),
    "LIVES_IN": Relationship((("Person", "Unit"),), properties=("recorded_at",)),
    "IDENTIFIED_BY": Relationship(
        (("Person", "Identifier"),), properties=("source", "recorded_at", "verified_at")
    ),
    "DECLARED": Relationship((("Person", "Declaration"),)),
    "OF": Relationship((("Gate", "Venue"),)),
    "MET": Relationship(
        (("Person", "Person"),),
        ("contact_id",),
        ("started_at", "ended_at", "kind", "retracted_at", *PROVENANCE),
    ),
    "HAS_CASE": Relationship((("Person", "Case"),)),
    "STATED_BY": Relationship((("Case", "CaseReport"),)),
    "ISOLATED": Relationship(
        (("Person", "Venue"),),
        ("isolation_id",),
        ("started_at", "ended_at", "retracted_at", *PROVENANCE),
    ),
    "ABOUT": Relationship((("Alert", "Person"),)),
    # Each office acknowledges and closes an alert on its own.
    "SENT_TO": Relationship(
        (("Alert", "Unit"),),
        properties=(
            "office",
            "sent_at",
            "acknowledged_at",
            "acknowledged_by",
            "closed_at",
            "closed_by",
            "outcome",
        ),
    ),
    # A path names people by their number in the trace: who is erased is gone from it too.
    "STARTED_FROM": Relationship(
        (("Trace", "Person"),), properties=("number", "infectious_from", "infectious_until")
    ),
    "FOUND": Relationship(
        (("Trace", "Person"),),
        properties=(
            "number",
            "hop",
            "exposed_at",
            "earliest_at",
            "minutes",
            "certainty",
            "is_case",
            "path_from",
            "path_venue_ids",
            "path_started_at",
            "path_ended_at",
            "path_certainties",
        ),
    ),
}
