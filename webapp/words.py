"""The words that screens use for codes (REQUIREMENTS section 12); no synonyms."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import SelectChoice

Words = Mapping[str, LazyString]

CLASSIFICATIONS: Words = MappingProxyType(
    {
        "suspected": _l("suspected case"),
        "probable": _l("probable case"),
        "confirmed": _l("confirmed case"),
        "discarded": _l("discarded"),
    }
)
CERTAINTIES: Words = MappingProxyType(
    {"certain": _l("certain"), "probable": _l("probable"), "possible": _l("possible")}
)
SEXES: Words = MappingProxyType({"male": _l("male"), "female": _l("female"), "other": _l("other")})
DECLARED_FOR: Words = MappingProxyType({"self": _l("myself"), "other": _l("somebody else")})
ON_BEHALF_REASONS: Words = MappingProxyType(
    {
        "no_phone": _l("has no phone"),
        "child": _l("is a child"),
        "elderly": _l("is elderly"),
        "disabled": _l("has a disability"),
    }
)
ID_KINDS: Words = MappingProxyType(
    {
        "cccd": _l("citizen identity card (CCCD)"),
        "cmnd": _l("identity card (CMND)"),
        "passport": _l("passport"),
    }
)
#: The numbers on cards, in short.
CARD_SCHEMES: Words = MappingProxyType(
    {
        "cccd": _l("CCCD"),
        "cmnd": _l("CMND"),
        "passport": _l("passport"),
        "bhyt": _l("health insurance card"),
        "bhxh": _l("social insurance number"),
        "qid": _l("national code"),
    }
)
GATES: Words = MappingProxyType(
    {"entrance": _l("entry gate"), "exit": _l("exit gate"), "both": _l("entry and exit gate")}
)
EXITS: Words = MappingProxyType(
    {
        "recorded": _l("only known check-outs"),
        "estimated": _l("typical stay if not checked out"),
        "latest": _l("latest possible check-out"),
    }
)
ZONES: Words = MappingProxyType(
    {
        "apart": _l("each zone by itself"),
        "together": _l("all zones of a venue together"),
    }
)
#: How somebody differs between two traces.
CHANGES: Words = MappingProxyType(
    {
        "added": _l("added"),
        "withdrawn": _l("withdrawn"),
        "reclassed": _l("class changed"),
        "moved": _l("moment changed"),
    }
)
#: The kinds of source that rows are stamped with; a file's is the name of its importer.
PROVENANCES: Words = MappingProxyType(
    {
        "check-in": _l("check-in by code"),
        "venue-scan": _l("scanned at a gate"),
        "on-behalf": _l("declared on behalf"),
        "paper": _l("typed from paper"),
        "command-line": _l("command line"),
        "sample": _l("sample data"),
        "web": _l("entered by an officer"),
        "cases": _l("file of cases"),
        "isolations": _l("file of isolations"),
        "meetings": _l("file of meetings"),
        "persons": _l("file of persons"),
        "registration-list": _l("list of units"),
        "unit_aliases": _l("file of other names of units"),
        "unit_successors": _l("file of successors of units"),
        "units": _l("file of units"),
        "venues": _l("file of venues"),
        "visits": _l("file of visits"),
    }
)
#: The words of the colours at a gate (LOOK.md), as its officers read them.
GATE_WORDS: Words = MappingProxyType(
    {"go": _l("You may enter"), "wait": _l("Wait"), "stop": _l("Stop")}
)
#: How it stands with an alert, by its rank: style, shape, word.
ALERT_STATES: Mapping[int, tuple[str, str, LazyString]] = MappingProxyType(
    {
        0: ("overdue", "▲", _l("overdue")),
        1: ("new", "●", _l("new")),
        2: ("open", "○", _l("acknowledged")),
        3: ("closed", "✓", _l("closed")),
    }
)
ALERT_REASONS: Words = MappingProxyType(
    {
        "declaration": _l("symptom and contact declared"),
        "isolation": _l("is under isolation"),
        "by_hand": _l("raised by hand at the gate"),
    }
)
OFFICE_NAMES: Words = MappingProxyType(
    {
        "commune": _l("commune/ward committee"),
        "district_health": _l("district health centre"),
        "city_cdc": _l("city CDC"),
    }
)
OUTCOME_WORDS: Words = MappingProxyType(
    {
        "advised": _l("advised"),
        "sampled": _l("sampled"),
        "isolated": _l("isolated"),
        "unreachable": _l("cannot be reached"),
        "unfounded": _l("unfounded"),
    }
)
#: The states of a registration (R88 to R99): style, shape, word.
REGISTRATION_STATES: Mapping[str, tuple[str, str, LazyString]] = MappingProxyType(
    {
        "draft": ("begun", "○", _l("draft")),
        "submitted": ("begun", "●", _l("submitted")),
        "needs_correction": ("asked", "▲", _l("needs correction")),
        "accepted": ("going", "◔", _l("accepted by the commune")),
        "consolidated": ("going", "◑", _l("consolidated by the district")),
        "forwarded": ("going", "◑", _l("sent to the city ICT department")),
        "account_issued": ("going", "◕", _l("account issued")),
        "handed_over": ("going", "◕", _l("account handed over")),
        "active": ("going", "◕", _l("activated")),
        "qr_live": ("done", "✓", _l("code in use")),
        "first_scan": ("done", "✓", _l("scanned")),
        "excluded": ("out", "✕", _l("excluded")),
        "duplicate": ("out", "✕", _l("duplicate")),
        "rejected": ("out", "✕", _l("rejected")),
        "suspended": ("out", "✕", _l("suspended")),
        "closed": ("out", "✕", _l("closed")),
    }
)
#: What an office does that moves a registration into a state.
REGISTRATION_ACTIONS: Words = MappingProxyType(
    {
        "submitted": _l("Submit again"),
        "needs_correction": _l("Ask for a correction"),
        "accepted": _l("Accept"),
        "consolidated": _l("Consolidate"),
        "forwarded": _l("Send to the city ICT department"),
        "account_issued": _l("Record the account as issued"),
        "handed_over": _l("Record the account as handed over"),
        "excluded": _l("Exclude"),
        "duplicate": _l("Mark as duplicate"),
        "rejected": _l("Reject"),
        "suspended": _l("Suspend"),
        "closed": _l("Close"),
        "pass_on": _l("Pass on to the right desk"),
    }
)
#: Several states that a list shows together.
REGISTRATION_GROUPS: Words = MappingProxyType(
    {
        "intake": _l("in intake"),
        "out": _l("excluded, duplicate or rejected"),
        "stopped": _l("suspended or closed"),
    }
)
EXCLUSION_BASES: Words = MappingProxyType(
    {
        "own_code": _l("has a code from its superior body or sector"),
        "health_code": _l("has a code from the district's health office"),
        "ncovi": _l("is on NCOVI"),
        "other": _l("another reason"),
    }
)
#: Why a list moved a registration, where no officer wrote a reason.
REASONS_OF_LISTS: Words = MappingProxyType(
    {
        "seen_twice": _l("the same unit is registered already"),
        "listed_elsewhere": _l("listed elsewhere already"),
    }
)
#: Who moved a registration without an account; officers are told by their role.
REGISTRATION_MOVERS: Words = MappingProxyType(
    {"unit": _l("the unit itself"), "system": _l("by itself")}
)
REGISTRATION_SOURCES: Words = MappingProxyType(
    {"form": _l("public form"), "officer": _l("entered by an officer"), "list": _l("from a list")}
)
#: What was told anew of a unit.
UNIT_FIELDS: Words = MappingProxyType(
    {
        "name": _l("name"),
        "category": _l("kind"),
        "address": _l("address"),
        "gate_count": _l("entrances and exits"),
        "tax_number": _l("tax number"),
        "holds_code_of": _l("who gave its code"),
        "is_on_ncovi": _l("NCOVI"),
        "note": _l("note"),
        "representative": _l("person to contact"),
        "title": _l("position"),
        "phone": _l("phone"),
        "email": _l("e-mail"),
    }
)
#: What two registrations have in common.
ALIKE: Words = MappingProxyType(
    {"name": _l("same name"), "phone": _l("same phone"), "tax_number": _l("same tax number")}
)
#: Why a registration was not moved.
NOT_MOVED: Words = MappingProxyType(
    {
        "unknown": _l("is not in your area, or is not known"),
        "illegal": _l("was moved by somebody else, or this step does not follow from its state"),
        "no_reason": _l("needs a reason"),
        "no_original": _l("the unit that it is said to repeat is not known"),
    }
)
#: Why a check-in is hard to believe (R199); it is stored all the same.
FLAGS: Words = MappingProxyType(
    {
        "travel": _l("too far from where the same person was"),
        "hours": _l("at an hour at which nobody comes to such a place"),
        "burst": _l("one person at too many places within minutes"),
        "crowd": _l("more people within a minute than the gate lets in"),
        "late": _l("sent more than 72 hours later"),
        "clock": _l("by a clock that cannot be right"),
    }
)
#: What a form offers first: to leave a term as it is.
AS_RULE: Words = MappingProxyType({"": _l("as the rule set says")})
#: Shape and style of a class: colour alone never tells it. Past F3 the shape stays F3's.
SHAPES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {0: ("●", "case"), 1: ("▲", "f1"), 2: ("■", "f2"), 3: ("◆", "f3")}
)


def choices(words: Mapping[str, LazyString | str]) -> list[SelectChoice]:
    """Return words as what a form offers to choose from."""
    return [SelectChoice(value=code, label=word) for code, word in words.items()]


def shape_of(hop: int) -> tuple[str, str]:
    """Return the shape and the style of a class by its hop; 0 is a case."""
    return SHAPES[min(hop, max(SHAPES))]


def provenance(source: str) -> LazyString | str:
    """Return the word for a kind of source; one that is not known stays as it is."""
    return PROVENANCES.get(source, source)


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(
        ALERT_REASONS=ALERT_REASONS,
        ALERT_STATES=ALERT_STATES,
        OFFICE_NAMES=OFFICE_NAMES,
        OUTCOME_WORDS=OUTCOME_WORDS,
        CARD_SCHEMES=CARD_SCHEMES,
        GATE_WORDS=GATE_WORDS,
        ON_BEHALF_REASONS=ON_BEHALF_REASONS,
        CHANGES=CHANGES,
        CLASSIFICATIONS=CLASSIFICATIONS,
        CERTAINTIES=CERTAINTIES,
        SEXES=SEXES,
        GATES=GATES,
        EXITS=EXITS,
        FLAGS=FLAGS,
        REGISTRATION_STATES=REGISTRATION_STATES,
        REGISTRATION_GROUPS=REGISTRATION_GROUPS,
        UNIT_FIELDS=UNIT_FIELDS,
        REGISTRATION_ACTIONS=REGISTRATION_ACTIONS,
        REGISTRATION_MOVERS=REGISTRATION_MOVERS,
        REGISTRATION_SOURCES=REGISTRATION_SOURCES,
        EXCLUSION_BASES=EXCLUSION_BASES,
        REASONS_OF_LISTS=REASONS_OF_LISTS,
        NOT_MOVED=NOT_MOVED,
    )
    app.add_template_global(shape_of)
    app.add_template_filter(provenance)
