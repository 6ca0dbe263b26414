"""Who may ask for which page: one row a route, deny by default.

`may` is the only judge. Every request passes it before its view runs (`guard`), and
templates ask it before they show a link. A row names the argument that holds the object it
is about: a forbidden object then answers exactly like an unknown one (R195), and a scope (by
unit, by purpose) is one entry in SCOPES, without a change to any view.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Flask, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from graph.accounts import Account
from graph.venues import is_zone_of
from webapp import current
from webapp.sessions import ask_to_sign_in, signed_in_account


class RoleName(NamedTuple):
    """A role as screens call it."""

    vi: str
    en: str


# REQUIREMENTS section 2; a citizen has no account.
ROLES: Mapping[str, RoleName] = MappingProxyType(
    {
        "investigator": RoleName("cán bộ điều tra", "investigator"),
        "city_cdc": RoleName("HCDC", "city CDC"),
        "district_health": RoleName("trung tâm y tế", "district health centre"),
        "data_team": RoleName("tổ dữ liệu", "data team"),
        "city_ict": RoleName("Sở Thông tin và Truyền thông", "city ICT department"),
        "administrator": RoleName("quản trị hệ thống", "system administrator"),
        "gate_staff": RoleName("người kiểm soát", "gate staff"),
        "venue_manager": RoleName("chủ địa điểm", "venue manager"),
        "commune_intake": RoleName("cán bộ tiếp nhận xã", "commune intake"),
        "district_intake": RoleName("Phòng Văn hóa và Thông tin", "district intake"),
    }
)

EVERYONE = frozenset(ROLES)
CASE_WORK = frozenset({"investigator", "city_cdc", "district_health"})
CASE_MAKERS = frozenset({"investigator", "city_cdc"})
VENUE_DESKS = CASE_WORK | {"city_ict"}
CODE_MAKERS = frozenset({"city_ict"})
DATA_DESK = frozenset({"data_team"})
SYSTEM_DESK = frozenset({"administrator"})
# Roles of one venue, which see nothing of any other; and roles of one administrative unit.
OF_A_VENUE = frozenset({"gate_staff", "venue_manager"})
OF_A_UNIT = frozenset({"commune_intake", "district_intake", "district_health"})
GATES = OF_A_VENUE
ALERT_DESKS = frozenset({"commune_intake", "district_health", "city_cdc"})
# The chain of offices of a registration: each sees its own area, see graph/registrations.
REGISTRATION_DESKS = frozenset({"commune_intake", "district_intake", "city_ict"})
INTAKE_DESKS = frozenset({"commune_intake", "district_intake"})
VENUE_OWNERS = frozenset({"venue_manager"})


@dataclass(frozen=True, slots=True)
class Permit:
    """Which roles may use a route.

    Args:
        roles: those who may; `public` also lets in whoever is not signed in.
        of: the route's argument that names the object it is about, if any.
    """

    roles: frozenset[str] = frozenset()
    is_public: bool = False
    of: str | None = None


PUBLIC = Permit(EVERYONE, is_public=True)
SIGNED_IN = Permit(EVERYONE)

POLICY: Mapping[str, Permit] = MappingProxyType(
    {
        "static": PUBLIC,
        "health.show": PUBLIC,
        "health.ready": PUBLIC,
        # What phones and gates send: the body says who, or the citizen's own cookie.
        "api.show_code": PUBLIC,
        "api.create_check_in": PUBLIC,
        "languages.choose": PUBLIC,
        "sessions.new": PUBLIC,
        "sessions.create": PUBLIC,
        "sessions.delete": SIGNED_IN,
        "home.show": SIGNED_IN,
        # A citizen holds the printed code, or the signed link of the own receipt.
        "checkins.new": PUBLIC,
        "checkins.create": PUBLIC,
        "checkins.show": PUBLIC,
        "checkins.leave": PUBLIC,
        # Own records: what the browser has proven decides, see webapp/mine.py.
        "mine.show": PUBLIC,
        "mine.verify": PUBLIC,
        "mine.send": PUBLIC,
        "mine.ask_code": PUBLIC,
        "mine.check_code": PUBLIC,
        "mine.ask_name": PUBLIC,
        "mine.claim": PUBLIC,
        "mine.close": PUBLIC,
        "mine.card": PUBLIC,
        "corrections.edit": PUBLIC,
        "corrections.correct": PUBLIC,
        "about.show": PUBLIC,
        "about.show_personal": PUBLIC,
        # Names of administrative units, as everybody knows them.
        "units.list": PUBLIC,
        # What a phone keeps, and how it finds a venue's page: nobody's data.
        "modules.show": PUBLIC,
        "installable.show": PUBLIC,
        "installable.manifest": PUBLIC,
        "installable.worker": PUBLIC,
        "scanning.show": PUBLIC,
        "scanning.choose": PUBLIC,
        "cases.list": Permit(CASE_WORK),
        "cases.new": Permit(CASE_MAKERS),
        "cases.new_of_person": Permit(CASE_MAKERS, of="person_id"),
        "cases.create": Permit(CASE_MAKERS),
        "cases.show": Permit(CASE_WORK, of="case_id"),
        "cases.new_report": Permit(CASE_WORK, of="case_id"),
        "cases.create_report": Permit(CASE_WORK, of="case_id"),
        "traces.show": Permit(CASE_WORK, of="case_id"),
        "sources.show": Permit(CASE_WORK, of="case_id"),
        # Whom these are about stands in the form: the views ask `may` for each of them.
        "sources.common": Permit(CASE_WORK),
        "clusters.list": Permit(CASE_WORK),
        "paths.show": Permit(CASE_WORK),
        "saved_traces.list": Permit(CASE_WORK, of="case_id"),
        "saved_traces.create": Permit(CASE_WORK, of="case_id"),
        "saved_traces.show": Permit(CASE_WORK, of="case_id"),
        "saved_traces.compare": Permit(CASE_WORK, of="case_id"),
        "worklists.show": Permit(CASE_WORK, of="case_id"),
        "worklists.export": Permit(CASE_WORK, of="case_id"),
        "traces.city": Permit(CASE_MAKERS),
        "people.show": Permit(CASE_WORK, of="person_id"),
        "venues.list": Permit(VENUE_DESKS),
        "venues.show": Permit(VENUE_DESKS | VENUE_OWNERS, of="venue_id"),
        # Who was there on a day: persons, so only for those who work on cases.
        "venues.day": Permit(CASE_WORK, of="venue_id"),
        "qr.show": Permit(VENUE_DESKS | VENUE_OWNERS, of="venue_id"),
        "posters.show": Permit(VENUE_DESKS | VENUE_OWNERS, of="venue_id"),
        "posters.add_gate": Permit(CODE_MAKERS | VENUE_OWNERS, of="venue_id"),
        "posters.put_up": Permit(CODE_MAKERS | VENUE_OWNERS, of="venue_id"),
        "posters.new_code": Permit(CODE_MAKERS, of="venue_id"),
        "posters.replace_code": Permit(CODE_MAKERS, of="venue_id"),
        # The data team sees how many, those who work on cases also whom.
        "quality.list": Permit(CASE_WORK | DATA_DESK),
        "quality.show": Permit(CASE_WORK),
        # Lists of units: each office sees its own, the views keep to its area.
        "lists.list": Permit(REGISTRATION_DESKS),
        "lists.new": Permit(REGISTRATION_DESKS),
        "lists.create": Permit(REGISTRATION_DESKS),
        "lists.show_template": Permit(REGISTRATION_DESKS),
        "lists.show": Permit(REGISTRATION_DESKS, of="list_id"),
        "lists.decide": Permit(REGISTRATION_DESKS, of="list_id"),
        "lists.accept": Permit(REGISTRATION_DESKS, of="list_id"),
        "lists.faults": Permit(REGISTRATION_DESKS, of="list_id"),
        "alerts.list": Permit(ALERT_DESKS),
        "alerts.rows": Permit(ALERT_DESKS),
        "alerts.show": Permit(ALERT_DESKS, of="alert_id"),
        "alerts.reveal": Permit(ALERT_DESKS, of="alert_id"),
        "alerts.acknowledge": Permit(ALERT_DESKS, of="alert_id"),
        "alerts.close": Permit(ALERT_DESKS, of="alert_id"),
        # At the gate: what an officer scans, and nothing of what was scanned before.
        "gate.show": Permit(GATES),
        "gate.create": Permit(GATES),
        "gate.scan": Permit(GATES),
        "gate.declare": Permit(GATES),
        "gate.undo": Permit(GATES),
        "gate.raise_alert": Permit(GATES),
        "gate.closing": Permit(GATES),
        "gate.close_all": Permit(GATES),
        "gate.reopen_all": Permit(GATES),
        "gate.paper": Permit(GATES),
        "gate.create_paper": Permit(GATES),
        "gate.card": Permit(GATES),
        "gate.create_card": Permit(GATES),
        "gate.code": Permit(GATES),
        "gate.code_image": Permit(GATES),
        # A unit registers itself; who holds the signed link sees and corrects that one.
        "register.new": PUBLIC,
        "register.create": PUBLIC,
        "register.show": PUBLIC,
        "register.edit": PUBLIC,
        "register.correct": PUBLIC,
        "registrations.list": Permit(REGISTRATION_DESKS),
        "registrations.export": Permit(REGISTRATION_DESKS),
        "registrations.funnel": Permit(REGISTRATION_DESKS),
        # Which ones stand in the form: the query that moves them judges each.
        "registrations.move": Permit(REGISTRATION_DESKS),
        "registrations.take_back": Permit(REGISTRATION_DESKS),
        "registrations.new": Permit(INTAKE_DESKS),
        "registrations.create": Permit(INTAKE_DESKS),
        "registrations.show": Permit(REGISTRATION_DESKS, of="registration_id"),
        "registrations.edit": Permit(INTAKE_DESKS, of="registration_id"),
        "registrations.correct": Permit(INTAKE_DESKS, of="registration_id"),
        "batches.list": Permit(DATA_DESK),
        "accounts.list": Permit(SYSTEM_DESK),
    }
)


def sees_venue(account: Account, venue_id: str) -> bool:
    """Say whether an account may see a venue: one of a venue's own sees that and its zones."""
    if account.role not in OF_A_VENUE:
        return True
    if account.venue_id is None:
        return False
    return venue_id == account.venue_id or is_zone_of(current.graph(), venue_id, account.venue_id)


#: What else decides about one object (its unit, the purpose), by the argument that names it.
SCOPES: dict[str, Callable[[Account, str], bool]] = {"venue_id": sees_venue}


def may(account: Account | None, endpoint: str | None, view_args: Mapping[str, Any]) -> bool:
    """Say whether somebody may use a route for the object that its arguments name.

    A route without a row is for nobody.
    """
    permit = POLICY.get(endpoint or "")
    if permit is None:
        return False
    if permit.is_public:
        return True
    if account is None or account.role not in permit.roles:
        return False
    scope = SCOPES.get(permit.of or "")
    return scope is None or scope(account, view_args[str(permit.of)])


def sees_persons(account: Account | None) -> bool:
    """Say whether a page may name people to this officer, or only count them."""
    return account is not None and account.role in CASE_WORK


def role_name(role: str) -> str:
    """Return a role's name in the language of the page."""
    name = ROLES[role]
    return name.vi if str(get_locale()) == "vi" else name.en


def guard() -> ResponseReturnValue | None:
    """Stop a request that nobody, or not this officer, may make."""
    if request.endpoint is None:
        return None
    permit = POLICY.get(request.endpoint)
    if permit is not None and permit.is_public:
        return None
    account = g.account = signed_in_account()
    if account is None and permit is not None:
        return ask_to_sign_in()
    if not may(account, request.endpoint, request.view_args or {}):
        abort(404 if permit is None or permit.of else 403)
    return None


def init_app(app: Flask) -> None:
    """Put the guard before every view, and `may` into templates."""
    app.before_request(guard)

    app.add_template_filter(role_name)

    @app.context_processor
    def _judges() -> dict[str, Any]:
        account = current.account()
        return {
            "account": account,
            "may": lambda endpoint, **view_args: may(account, endpoint, view_args),
            "now": current.now,
        }
