"""Everything that the store holds, to see that a call changed nothing."""

from typing import Any

from graph.database import Graph

_EVERYTHING = """
MATCH (n) WHERE NOT n:Migration
RETURN labels(n) AS kinds, properties(n) AS held, null AS origin, null AS target
UNION ALL
MATCH (a)-[r]->(b)
RETURN [type(r)] AS kinds, properties(r) AS held, properties(a) AS origin, properties(b) AS target
"""


def contents(graph: Graph) -> list[str]:
    """Return every node and edge with its properties, as sorted text, provenance included."""
    rows = rows_of(graph, _EVERYTHING)
    return sorted(repr([_sorted(value) for value in row.values()]) for row in rows)


def rows_of(graph: Graph, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return what a query of a test finds, where no reading function can tell."""
    return graph.replacing("tests/query", query).read("tests/query", **parameters)


def _sorted(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, dict) else value
