"""Every query file keeps its contract: its header, the model, and what the planner says of it."""

import re

import pytest

from graph.database import Graph, query_names, query_text
from graph.migrations import migrate, missing_keys
from graph.model import LABELS, RELATIONSHIPS
from tests.graph.sample import fill

NAMES = query_names()
TITLE = re.compile(r"// (?P<name>[a-z_]+/[a-z_]+): .+\.")
PARAMETER = re.compile(r"// \$(?P<name>\w+) +(?P<type>[A-Z][A-Z<> ]*[A-Z>])  +\S")
COLUMN = re.compile(r"//   (?P<names>\w+(?:, \w+)*,?) +(?P<type>[A-Z][A-Z<> ]*[A-Z>])(?:  +|$)")
# Success, no data, omitted result, and "a parameter is missing", which EXPLAIN always is.
EXPECTED_NOTICES = {"00000", "00001", "02000", "01N60"}


def header(name: str) -> list[str]:
    lines = query_text(name).splitlines()
    end = next(n for n, line in enumerate(lines) if not line.startswith("//"))
    return lines[:end]


def body(name: str) -> str:
    """The statement without its comments and without what stands in quotes."""
    lines = [line for line in query_text(name).splitlines() if not line.strip().startswith("//")]
    return re.sub(r"'[^']*'", "''", "\n".join(lines))


def declared_columns(name: str) -> list[str]:
    lines = header(name)
    start = next(n for n, line in enumerate(lines) if line.startswith("// Returns"))
    columns: list[str] = []
    for line in lines[start + 1 :]:
        if found := COLUMN.match(line):
            columns += [column for column in found["names"].split(", ") if column]
    return columns


@pytest.mark.parametrize("name", NAMES)
def test_a_query_begins_with_its_name_and_one_sentence(name):
    assert TITLE.match(query_text(name))["name"] == name


@pytest.mark.parametrize("name", NAMES)
def test_a_query_declares_just_the_parameters_that_it_uses(name):
    declared = [found["name"] for line in header(name) if (found := PARAMETER.match(line))]

    assert len(declared) == len(set(declared))
    assert set(declared) == set(re.findall(r"\$(\w+)", body(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_how_many_rows_it_returns(name):
    returns = [line for line in header(name) if line.startswith("// Returns")]

    assert len(returns) == 1
    assert re.match(r"// Returns (0|1|0\.\.1|0\.\.n) rows?[;:,. ]", returns[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_query_names_only_what_the_model_knows(name):
    text = body(name)
    types = {kind for group in re.findall(r"\[\w*:([A-Z_|]+)", text) for kind in group.split("|")}
    labels = set(re.findall(r"\(\w*:(\w+)", text)) | set(re.findall(r"\w+:([A-Z][a-z]\w+)", text))

    assert types <= RELATIONSHIPS.keys()
    assert labels <= LABELS.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_query_that_returns_rows_returns_them_in_a_stated_order(name):
    if declared_columns(name):
        tail = body(name)[body(name).rindex("RETURN") :]

        assert "ORDER BY" in tail


@pytest.mark.server
def test_every_query_returns_its_declared_columns_and_the_planner_notices_nothing(graph: Graph):
    fill(graph)

    planned = {name: graph.explain(name) for name in NAMES}

    assert {name: sorted(columns) for name, (columns, _) in planned.items()} == {
        name: sorted(declared_columns(name)) for name in NAMES
    }
    noticed = {name: set(notices) - EXPECTED_NOTICES for name, (_, notices) in planned.items()}
    assert {name: notices for name, notices in noticed.items() if notices} == {}


@pytest.mark.server
def test_the_store_holds_only_properties_that_the_model_knows(graph: Graph):
    fill(graph)

    for label, names in stored_properties(graph).items():
        known = LABELS.get(label) or RELATIONSHIPS[label]
        assert names <= {*known.key, *known.properties}, label


def stored_properties(graph: Graph) -> dict[str, set[str]]:
    query = (
        "MATCH (n) UNWIND labels(n) AS kind RETURN kind, collect(DISTINCT keys(n)) AS names "
        "UNION MATCH ()-[r]->() RETURN type(r) AS kind, collect(DISTINCT keys(r)) AS names"
    )
    rows = graph.replacing("tests/properties", query).read("tests/properties")
    return {row["kind"]: {name for names in row["names"] for name in names} for row in rows}


@pytest.mark.server
def test_a_key_of_the_model_that_lost_its_constraint_is_missed_and_made_again(graph: Graph):
    assert missing_keys(graph) == []

    graph.apply("DROP CONSTRAINT visited_key")

    assert missing_keys(graph) == ["VISITED"]
    migrate(graph)
    assert missing_keys(graph) == []
