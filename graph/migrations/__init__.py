"""The schema, applied once, in order: files `V0001__name.cypher`, each with a checksum.

A statement ends with a semicolon at the end of a line and can be run again without
harm (`IF NOT EXISTS`), so two processes that migrate at once do no harm either.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files

from graph.database import Graph
from graph.errors import StoreFault
from graph.model import LABELS, RELATIONSHIPS


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of schema statements; `checksum` is the sha256 of its text, in hex."""

    version: str
    text: str
    checksum: str


def all_migrations() -> list[Migration]:
    """Return every migration that this program knows, in order."""
    found = []
    for file in files("graph.migrations").iterdir():
        if file.name.endswith(".cypher"):
            text = file.read_text(encoding="utf-8")
            version = file.name.partition("__")[0]
            found.append(Migration(version, text, sha256(text.encode()).hexdigest()))
    return sorted(found, key=lambda migration: migration.version)


def pending(graph: Graph) -> list[str]:
    """Return the versions that the store has not seen yet, in order.

    Raises:
        StoreFault: the store has seen a version that this program does not know, or
            with another text: it belongs to a newer or a changed program.
    """
    known = {migration.version: migration.checksum for migration in all_migrations()}
    seen = {row["version"]: row["checksum"] for row in graph.read("migrations/find_migrations")}
    for version, checksum in seen.items():
        if known.get(version) != checksum:
            raise StoreFault(f"the store was made by another version of truyvet: see {version}")
    return sorted(known.keys() - seen.keys())


def migrate(graph: Graph) -> list[str]:
    """Bring the store to the newest schema; return the versions applied now, in order.

    A store that lost one of its keys gets it back: then every version is applied again.

    Raises:
        StoreFault: as `pending`, or a statement failed; what was applied stays.
    """
    wanted = set(pending(graph))
    has_lost_keys = not wanted and bool(missing_keys(graph))
    applied = []
    for migration in all_migrations():
        if migration.version not in wanted and not has_lost_keys:
            continue
        for statement in _statements(migration.text):
            graph.apply(statement)
        graph.write(
            "migrations/record_migration",
            version=migration.version,
            checksum=migration.checksum,
            applied_at=datetime.now(UTC),
        )
        applied.append(migration.version)
    return applied


def missing_keys(graph: Graph) -> list[str]:
    """Return the labels and types whose key nothing in the store holds to be unique, sorted.

    Without a key a retried write could exist twice, so this is empty in a sound store.
    """
    rows = graph.read("migrations/find_constraints")
    unique = {(row["kind"], tuple(row["properties"])) for row in rows}
    keys = [(kind, label.key) for kind, label in LABELS.items()]
    keys += [(kind, edge.key) for kind, edge in RELATIONSHIPS.items() if edge.key]
    return sorted(kind for kind, key in keys if (kind, key) not in unique)


def _statements(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(";\n")) if part]
