"""Accounts: who signs in, in which role; the store holds hashes of passwords alone."""

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from graph.database import Graph
from graph.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Account:
    """A login bound to one role; a session of another `session_version` is over.

    Args:
        unit_code: of the office it works for, if it is bound to one.
        venue_id: of the only venue that it sees, if it is that venue's.
        bound_at: since when it is of that unit or venue.
    """

    account_id: str
    name: str
    role: str
    unit_code: str | None
    venue_id: str | None
    bound_at: datetime
    password_hash: str = field(repr=False)
    session_version: int
    created_at: datetime
    disabled_at: datetime | None


def add_account(
    graph: Graph,
    *,
    name: str,
    role: str,
    password_hash: str,
    unit_code: str | None = None,
    venue_id: str | None = None,
) -> str:
    """Store a new account; return its id.

    Raises:
        Refused: the name is taken.
    """
    account_id = uuid4().hex
    rows = graph.write(
        "accounts/merge_account",
        account_id=account_id,
        name=folded(name),
        role=role,
        unit_code=unit_code,
        venue_id=venue_id,
        password_hash=password_hash,
        created_at=datetime.now(UTC).replace(microsecond=0),
    )
    if rows[0]["account_id"] != account_id:
        raise Refused("name", "is taken by another account")
    return account_id


def get_account(graph: Graph, name: str) -> Account:
    """Return the account of a name, whatever its case and however its marks are sent.

    Raises:
        NotFound: there is none.
    """
    return _one(graph.read("accounts/get_account", name=folded(name)))


def get_account_by_id(graph: Graph, account_id: str) -> Account:
    """Return the account of an id.

    Raises:
        NotFound: there is none.
    """
    return _one(graph.read("accounts/get_account_by_id", account_id=account_id))


def find_accounts(graph: Graph) -> list[Account]:
    """Return every account, by name."""
    return [Account(**row) for row in graph.read("accounts/find_accounts")]


def disable_account(graph: Graph, name: str) -> None:
    """End an account and its sessions.

    Raises:
        NotFound: there is none of this name.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    if not graph.write("accounts/disable_account", name=folded(name), disabled_at=now):
        raise NotFound("account")


def change_password(graph: Graph, name: str, password_hash: str) -> None:
    """Give an account another password, and end its sessions.

    Raises:
        NotFound: there is none of this name.
    """
    rows = graph.write("accounts/change_password", name=folded(name), password_hash=password_hash)
    if not rows:
        raise NotFound("account")


def bind_account(
    graph: Graph, name: str, *, unit_code: str | None = None, venue_id: str | None = None
) -> None:
    """Bind an account to a unit or a venue, or to none, and end its sessions.

    Raises:
        NotFound: there is none of this name.
    """
    bound = {"unit_code": unit_code, "venue_id": venue_id}
    now = datetime.now(UTC).replace(microsecond=0)
    if not graph.write("accounts/bind_account", name=folded(name), bound_at=now, **bound):
        raise NotFound("account")


def folded(name: str) -> str:
    """Return a name as it is stored: keyboards send one marked letter as one or two characters."""
    return unicodedata.normalize("NFC", name).lower()


def _one(rows: list[dict[str, object]]) -> Account:
    if not rows:
        raise NotFound("account")
    return Account(**rows[0])  # type: ignore[arg-type]
