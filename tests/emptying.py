"""An empty store, whatever a test has left in it."""

from graph.database import Graph
from graph.units import forget

# Edges first, in small transactions: a whole city at once is more than a test's server has memory.
STATEMENTS = (
    "MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 5000 ROWS",
    "MATCH (n) WHERE NOT n:Migration CALL (n) { DELETE n } IN TRANSACTIONS OF 5000 ROWS",
)


def empty(store: Graph) -> None:
    """Take everything but the schema out of a store."""
    store.recorder = None
    for statement in STATEMENTS:
        store.apply(statement)
    forget(store)
