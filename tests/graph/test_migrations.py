"""The schema: applied once, in order, and never over one that this program does not know."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import pytest

from graph import units
from graph.database import Graph
from graph.errors import StoreFault
from graph.migrations import all_migrations, migrate, pending
from tests.graph.contents import rows_of
from tests.graph.threads import at_once
from tests.servers import CHECKOUT

VERSIONS = [migration.version for migration in all_migrations()]
MIGRATE = """
import json, sys
from graph.database import Graph
from graph.migrations import migrate
from graph.server import Connection
with Graph.connect(Connection(**json.load(sys.stdin))) as graph:
    migrate(graph)
"""


def constraints(graph):
    return {row["name"] for row in rows_of(graph, "SHOW CONSTRAINTS YIELD name")}


@pytest.fixture
def bare(graph: Graph) -> Iterator[Graph]:
    """A store that has never been migrated; afterwards it is again as other tests want it."""
    forget(graph)
    yield graph
    forget(graph)
    migrate(graph)


def forget(graph):
    graph.apply("MATCH (n:Migration) DETACH DELETE n")
    for name in sorted(constraints(graph)):
        graph.apply(f"DROP CONSTRAINT {name}")


def remembered(graph):
    return rows_of(
        graph,
        "MATCH (m:Migration) RETURN m.version AS version, m.checksum AS checksum ORDER BY version",
    )


def test_a_new_store_gets_every_migration_in_order_and_again_none(bare):
    assert pending(bare) == VERSIONS

    assert migrate(bare) == VERSIONS

    before = constraints(bare)
    assert remembered(bare) == [
        {"version": one.version, "checksum": one.checksum} for one in all_migrations()
    ]
    assert pending(bare) == migrate(bare) == []
    assert constraints(bare) == before
    stated = "".join(migration.text for migration in all_migrations())
    assert set(re.findall(r"CREATE CONSTRAINT (\w+)", stated)) == before


def test_migrations_are_numbered_without_a_gap():
    assert [f"V{n:04}" for n in range(len(VERSIONS))] == VERSIONS


def test_a_migration_that_broke_off_is_completed(bare):
    migrate(bare)
    last_key = re.findall(r"CREATE CONSTRAINT (\w+)", all_migrations()[-1].text)[-1]
    bare.apply(f"DROP CONSTRAINT {last_key}")
    bare.apply(f"MATCH (m:Migration {{version: '{VERSIONS[-1]}'}}) DELETE m")

    assert migrate(bare) == VERSIONS[-1:]
    assert last_key in constraints(bare)


COUNT = "RETURN count(p) AS n"
UNITS_OF_OLD = """
    CREATE (city:Unit {unit_code: '79', name: 'City', level: 'city', source: 'units',
        batch_id: 'b', recorded_at: datetime('2021-06-20T00:00Z')})
    CREATE (ward:Unit {unit_code: '1', name: 'Ward', level: 'ward', source: 'units',
        batch_id: 'b', recorded_at: datetime('2021-06-20T00:00Z'),
        valid_from: date('2021-01-01'), valid_until: date('2025-07-01')})-[:PART_OF]->(city)
    CREATE (:Unit {unit_code: 'bare'})
    CREATE (:Person {person_id: 'p'})-[:LIVES_IN]->(ward)
"""


def test_units_of_a_store_of_before_become_terms_and_again_the_same(bare):
    bare.apply(UNITS_OF_OLD)

    for _time in range(2):
        migrate(bare)
        units.forget(bare)
        tree = units.unit_tree(bare)
        assert list(tree.terms()) == [
            units.Unit("1", "Ward", "ward", "79", date(2021, 1, 1), date(2025, 7, 1)),
            units.Unit("79", "City", "city", None, None, None),
            units.Unit("bare", None, None, None, None, None),
        ]
        assert rows_of(bare, "MATCH (:Unit)-[part:PART_OF]->() RETURN count(part) AS n") == [
            {"n": 0}
        ]
        whose = (
            "MATCH (:Person)-[:LIVES_IN]->(unit) RETURN unit.unit_code AS code, unit.name AS name"
        )
        assert rows_of(bare, whose) == [{"code": "1", "name": "Ward"}]
        bare.apply("MATCH (n:Migration) DELETE n")
    units.forget(bare)


@pytest.mark.parametrize(
    ("change", "version"),
    [
        pytest.param("SET m.checksum = '0'", "V0001", id="with another text"),
        pytest.param("SET m.version = 'V9999'", "V9999", id="of a newer program"),
    ],
)
def test_a_store_of_another_program_is_left_alone(bare, change, version):
    migrate(bare)
    bare.apply(f"MATCH (m:Migration {{version: 'V0001'}}) {change}")
    before = remembered(bare)

    for ask in (pending, migrate):
        with pytest.raises(StoreFault, match=f"another version of truyvet: see {version}"):
            ask(bare)

    assert remembered(bare) == before


def test_threads_that_migrate_at_once_do_no_harm(bare, connection):
    def migrated():
        with Graph.connect(connection) as graph:
            return migrate(graph)

    applied = at_once([migrated] * 4)

    assert all(set(versions) <= set(VERSIONS) for versions in applied)
    assert [row["version"] for row in remembered(bare)] == VERSIONS
    assert pending(bare) == []
    assert len(constraints(bare)) > len(VERSIONS)


def test_programs_that_migrate_at_once_do_no_harm(bare, connection):
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE],
            cwd=CHECKOUT,
            env=os.environ,
            stdin=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for program in programs:
        # They wait for where to connect, so that all begin when they have been told.
        program.stdin.write(json.dumps(asdict(connection)))
    for program in programs:
        program.stdin.close()

    assert [program.wait(timeout=120) for program in programs] == [0, 0, 0]
    assert [row["version"] for row in remembered(bare)] == VERSIONS
    assert pending(bare) == []
