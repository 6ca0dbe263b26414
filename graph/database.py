"""The door to Neo4j: named queries in, plain rows out; nothing else imports the driver.

A query is a file, `graph/queries/<area>/<name>.cypher`, sent as it stands. Reads
are declared as reads, so that a cluster may answer them from a follower.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, TransientError
from neo4j.time import Date as StoredDate
from neo4j.time import DateTime as StoredDateTime
from neo4j.time import Duration as StoredDuration

from graph.errors import Deadlocked, StoreAway, StoreFault, TooMuch
from graph.server import Connection

Row = dict[str, Any]
# What a step of a transaction sends: it may depend on the rows of the steps before it, one
# list a step, and None leaves the step out.
Parameters = Mapping[str, Any] | Callable[[Sequence[list[Row]]], Mapping[str, Any] | None]
Step = tuple[str, Parameters]
Answer = TypeVar("Answer")
# The driver would log every notice of the planner with the whole query, and whatever it
# sends, ids and names included, for a program whose own loggers are set to DEBUG.
logging.getLogger("neo4j.notifications").disabled = True
logging.getLogger("neo4j").setLevel(logging.ERROR)
# One transaction may take this long; a trace stops by its budget long before.
STATEMENT_TIMEOUT_SECONDS = 120.0
# One that others wait for may take this long.
LOCKED_SECONDS = 10.0
# How long a deadlock or a server that does not answer is tried again: a page waits for it.
RETRY_SECONDS = 2.0
# How long a server may take to answer a call at all; the driver calls twice.
ANSWER_SECONDS = 10.0
SCHEMA_ATTEMPTS = 20
SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})


def query_names() -> list[str]:
    """Return the names of all queries, sorted."""
    areas = (area for area in files("graph").joinpath("queries").iterdir() if area.is_dir())
    return sorted(
        f"{area.name}/{file.name.removesuffix('.cypher')}"
        for area in areas
        for file in area.iterdir()
    )


@cache
def query_text(name: str) -> str:
    """Return the text of a named query, `<area>/<name>`."""
    area, _, query = name.partition("/")
    return files("graph").joinpath("queries", area, f"{query}.cypher").read_text(encoding="utf-8")


class Reader(Protocol):
    """What queries are read by: a graph, or one transaction of it."""

    def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Return the rows of a query that only reads."""
        ...


class Graph:
    """One Neo4j database, asked by the names of queries.

    Safe to share between threads; made after a fork, never before.
    """

    def __init__(self, driver: neo4j.Driver, database: str) -> None:
        self._driver = driver
        self._database = database
        self._replaced: dict[str, str] = {}
        self.recorder: Callable[[str], None] | None = None

    @classmethod
    def connect(cls, connection: Connection) -> Graph:
        """Open a pool of connections; the server is asked for the first time by a query.

        Raises:
            StoreAway: the address is not one that the driver can use.
        """
        try:
            _check_address(connection.uri)
            driver = neo4j.GraphDatabase.driver(
                connection.uri,
                auth=(connection.user, connection.password),
                telemetry_disabled=True,
                notifications_min_severity="OFF",
                connection_timeout=5,
                connection_acquisition_timeout=ANSWER_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                initial_retry_delay=0.1,
                user_agent="truyvet",
            )
        except (DriverError, ValueError):
            raise StoreAway("the address of Neo4j cannot be used: see NEO4J_URI") from None
        return cls(driver, connection.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._driver.close()

    def replacing(self, name: str, text: str) -> Graph:
        """Return this graph with one query's text changed, to show that a test sees a defect."""
        other = Graph(self._driver, self._database)
        other._replaced = {**self._replaced, name: text}
        return other

    def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Return the rows of a query that only reads.

        Raises:
            ValueError: a time has no offset, or a value is none that the store can hold.
            StoreAway: the server does not answer.
            StoreFault: the server refuses the statement, or it took too long or too much memory.
        """
        return self._run([(name, parameters)], neo4j.READ_ACCESS)[0]

    def read_plain(self, name: str, /, **parameters: Any) -> list[Row]:
        """Return rows of texts, whole numbers and lists of these, just as they come.

        Millions of numbers in lists take a fifth of the time that `read` takes to look for
        moments among them; a query that returns a moment or a day is not for this.

        Raises:
            StoreAway, StoreFault: as `read`.
        """
        ready = _sendable(parameters)

        @neo4j.unit_of_work(timeout=STATEMENT_TIMEOUT_SECONDS)
        def work(transaction: neo4j.ManagedTransaction) -> list[Row]:
            result = transaction.run(self.text(name), ready)
            keys = result.keys()
            return [dict(zip(keys, record, strict=True)) for record in result]

        def ask(session: neo4j.Session) -> list[Row]:
            return session.execute_read(work)

        if self.recorder is not None:
            self.recorder(name)
        answer: list[Row] = self._ask(ask, neo4j.READ_ACCESS, name)
        return answer

    def read_together(self, work: Callable[[Reader], Answer]) -> Answer:
        """Return what `work` makes of several queries that one transaction reads.

        Each transaction of its own costs two more calls to the server: what is asked in
        steps within milliseconds is asked together. `work` runs again if the server gives
        way, so it changes nothing outside itself.

        Raises:
            StoreAway, StoreFault: as `read`; the limit of time is for the whole.
        """

        return self._together(work, neo4j.READ_ACCESS, STATEMENT_TIMEOUT_SECONDS)

    def read_locked(self, work: Callable[[Reader], Answer]) -> Answer:
        """Return what `work` makes of several queries while the locks of the first ones hold.

        Others who want these locks wait for it, so it is for what takes some milliseconds.

        Raises:
            StoreAway, StoreFault: as `write`; the limit of time for the whole is short.
        """
        return self._together(work, neo4j.WRITE_ACCESS, LOCKED_SECONDS)

    def _together(self, work: Callable[[Reader], Answer], access: str, seconds: float) -> Answer:
        @neo4j.unit_of_work(timeout=seconds)
        def together(transaction: neo4j.ManagedTransaction) -> Answer:
            return work(_Transaction(self, transaction))

        def ask(session: neo4j.Session) -> Answer:
            if access == neo4j.READ_ACCESS:
                return session.execute_read(together)
            return session.execute_write(together)

        answer: Answer = self._ask(ask, access, "several queries")
        return answer

    def write(self, name: str, /, **parameters: Any) -> list[Row]:
        """Return the rows of a query that writes, after its commit.

        Raises:
            StoreAway: the server does not answer; whether it wrote is unknown, so
                send it again: every write is idempotent.
            StoreFault: the server refuses the statement; nothing was written.
        """
        return self._run([(name, parameters)], neo4j.WRITE_ACCESS)[0]

    def write_together(self, *steps: Step) -> list[list[Row]]:
        """Return the rows of several writing queries that commit together or not at all.

        A step is a query's name and its parameters, or a function that gives them for the rows
        of the steps before; where it gives None, the step is left out and has no rows.
        """
        return self._run(steps, neo4j.WRITE_ACCESS)

    def write_once(self, *steps: Step) -> list[list[Row]]:
        """Return what `write_together` does, and say at once where that tries again for seconds.

        For a caller that has others waiting, and tries again itself.

        Raises:
            Deadlocked: it gave way to another transaction.
            StoreAway, StoreFault: as `write`.
        """
        work = _in_steps(self, steps)

        def ask(session: neo4j.Session) -> list[list[Row]]:
            with session.begin_transaction(timeout=LOCKED_SECONDS) as transaction:
                found = work(transaction)
                transaction.commit()
                return found

        answer: list[list[Row]] = self._ask(ask, neo4j.WRITE_ACCESS, _names(steps))
        return answer

    def apply(self, statement: str) -> None:
        """Run a schema statement of a migration, in a transaction of its own.

        Two programs that change the schema at once lock each other out, so it tries again:
        the statement must be harmless when it is run twice.
        """

        def ask(session: neo4j.Session) -> None:
            for attempt in range(1, SCHEMA_ATTEMPTS):
                try:
                    session.run(statement).consume()
                except TransientError:
                    time.sleep(0.05 * attempt)
                except ClientError as fault:
                    # Another program made the same in between: IF NOT EXISTS finds it now.
                    if not (fault.code or "").endswith("AlreadyExists"):
                        raise
                else:
                    return
            session.run(statement).consume()

        self._ask(ask, neo4j.WRITE_ACCESS, "migration")

    def explain(self, name: str) -> tuple[list[str], list[str]]:
        """Return a named query's columns and the planner's notices on it; it is not run."""
        with self._driver.session(
            database=self._database, notifications_min_severity="INFORMATION"
        ) as session:
            result = session.run(f"EXPLAIN {self.text(name)}")
            columns = list(result.keys())
            return columns, [status.gql_status for status in result.consume().gql_status_objects]

    def plan(self, *steps: Step) -> None:
        """Have the server plan statements for parameters like these; none of them is run.

        It keeps a plan for each order of magnitude of a list's length: 1, to 10, to 100 and so
        on. A step that depends on those before it gets no rows of theirs.

        Raises:
            StoreAway, StoreFault: as `write`.
        """

        def ask(session: neo4j.Session) -> None:
            for name, given in steps:
                values = given([]) if callable(given) else given
                session.run(f"EXPLAIN {self.text(name)}", _sendable(values)).consume()

        self._ask(ask, neo4j.WRITE_ACCESS, _names(steps))

    def version(self) -> str:
        """Return what the server calls itself, as `Neo4j/2026.09.0`."""
        try:
            return str(self._driver.get_server_info().agent)
        except (DriverError, Neo4jError) as fault:
            raise _away_or_fault("version", fault) from None

    def text(self, name: str) -> str:
        """Return the text of a query as this graph sends it."""
        return self._replaced.get(name) or query_text(name)

    def _run(self, steps: Sequence[Step], access: str) -> list[list[Row]]:
        work = neo4j.unit_of_work(timeout=STATEMENT_TIMEOUT_SECONDS)(_in_steps(self, steps))

        def ask(session: neo4j.Session) -> list[list[Row]]:
            if access == neo4j.READ_ACCESS:
                return session.execute_read(work)
            return session.execute_write(work)

        answer: list[list[Row]] = self._ask(ask, access, _names(steps))
        return answer

    def _ask(self, ask: Callable[[neo4j.Session], Any], access: str, names: str) -> Any:
        try:
            with self._driver.session(
                database=self._database,
                default_access_mode=access,
                bookmark_manager=self._driver.execute_query_bookmark_manager,
            ) as session:
                return ask(session)
        except (DriverError, Neo4jError) as fault:
            raise _away_or_fault(names, fault) from None
        except (OverflowError, UnicodeError):
            # Its own words would repeat the value.
            raise ValueError(f"{names}: a value is too large or is no text") from None


class _Transaction:
    """What `Graph.read_together` gives to read by."""

    def __init__(
        self, graph: Graph, transaction: neo4j.ManagedTransaction | neo4j.Transaction
    ) -> None:
        self._graph, self._transaction = graph, transaction

    def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Return the rows of a query that only reads, within the transaction."""
        if self._graph.recorder is not None:
            self._graph.recorder(name)
        return _rows(self._transaction.run(self._graph.text(name), _sendable(parameters)))


def _in_steps(
    graph: Graph, steps: Sequence[Step]
) -> Callable[[neo4j.ManagedTransaction | neo4j.Transaction], list[list[Row]]]:
    """Return what runs steps one after the other within a transaction."""

    def work(transaction: neo4j.ManagedTransaction | neo4j.Transaction) -> list[list[Row]]:
        within = _Transaction(graph, transaction)
        found: list[list[Row]] = []
        for name, given in steps:
            values = given(found) if callable(given) else given
            found.append([] if values is None else within.read(name, **values))
        return found

    return work


def _names(steps: Sequence[Step]) -> str:
    return " and ".join(name for name, _ in steps)


def _check_address(uri: str) -> None:
    """Refuse what the driver would take, and only fail by later, or speak another protocol to.

    Raises:
        ValueError: it is no address of Neo4j's own protocol.
    """
    parts = urlsplit(uri)
    # Reading the port says whether it is a number.
    if parts.scheme not in SCHEMES or not parts.hostname or parts.port == 0:
        raise ValueError("not an address of Neo4j")


def _away_or_fault(names: str, fault: DriverError | Neo4jError) -> StoreAway | StoreFault:
    """Tell a server that is away from a statement that it refuses; its own words may hold ids."""
    if isinstance(fault, AuthError):
        return StoreAway("Neo4j refuses the user name or password")
    if isinstance(fault, DriverError):
        return StoreAway("Neo4j does not answer")
    if "TransactionTimedOut" in (fault.code or ""):
        return TooMuch(f"{names}: stopped after {STATEMENT_TIMEOUT_SECONDS:.0f} seconds")
    # The driver calls this retryable; who asks again gets the same answer.
    if "OutOfMemory" in (fault.code or ""):
        return TooMuch(f"{names}: needs more memory than the server gives one transaction")
    if "DeadlockDetected" in (fault.code or ""):
        return Deadlocked("Neo4j let another transaction go first")
    # What it cannot begin or commit, as with a disk that fails, is no fault of the statement.
    is_down = (fault.code or "").startswith(
        ("Neo.DatabaseError.Transaction", "Neo.DatabaseError.General")
    )
    if fault.is_retryable() or is_down:
        return StoreAway("Neo4j does not answer")
    if isinstance(fault, ClientError) or fault.code:
        return StoreFault(f"{names}: {fault.code}")
    return StoreFault(names)


def _rows(result: neo4j.Result) -> list[Row]:
    keys = result.keys()
    return [dict(zip(keys, map(_received, record), strict=True)) for record in result]


# What travels as it is; of rows of thousands of values nearly all are such.
_PLAIN = frozenset({type(None), str, int, float, bool})


def _received(value: Any) -> Any:
    """Turn the driver's times into Python's, in lists and maps too."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, StoredDateTime):
        return value.to_native().astimezone(UTC)
    if isinstance(value, StoredDate):
        return value.to_native()
    if isinstance(value, list):
        return [_received(one) for one in value]
    if isinstance(value, dict):
        return {key: _received(one) for key, one in value.items()}
    return value


def _sendable(value: Any) -> Any:
    """Turn every aware time into UTC (CPython issue 125318 makes ZoneInfo times unsafe to send).

    Raises:
        ValueError: a time has no offset; the text does not repeat it.
    """
    if type(value) in _PLAIN or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError("a time without an offset is not sent to the store")
        return value.astimezone(UTC)
    if isinstance(value, timedelta):
        return StoredDuration(
            days=value.days, seconds=value.seconds, microseconds=value.microseconds
        )
    if isinstance(value, date):
        return value
    if isinstance(value, Mapping):
        return {key: _sendable(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [_sendable(one) for one in value]
    raise TypeError(f"a {type(value).__name__} is not sent to the store")
