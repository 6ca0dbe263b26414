"""The door to Neo4j: what goes through, what comes back, and what is never repeated."""

import logging
import socket
import traceback
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from graph import database
from graph.batches import Stamp
from graph.database import Graph
from graph.errors import StoreAway, StoreFault, TooMuch
from graph.people import merge_persons
from graph.reports import count_store
from graph.server import Connection
from tests.graph.contents import contents, rows_of
from tests.graph.threads import at_once
from tests.tables import at

CANARY = "0912345678"
STAMP = Stamp("interview", "batch-1", at("D3 08:00"))
MOMENT = datetime(2021, 7, 1, 1, 0, 0, tzinfo=UTC)
NOWHERE = Connection("bolt://127.0.0.1:1", "neo4j", CANARY)


def sent(graph, value):
    """Return what the store makes of a value, and the value as it comes back."""
    (row,) = rows_of(graph, "RETURN toString($value) AS told, $value AS back", value=value)
    return row["told"], row["back"]


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(MOMENT, id="UTC"),
        pytest.param(MOMENT.astimezone(timezone(timedelta(hours=7))), id="a fixed offset"),
        pytest.param(MOMENT.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")), id="Ho Chi Minh City"),
        pytest.param(MOMENT.astimezone(ZoneInfo("Europe/Berlin")), id="a zone with summer time"),
        pytest.param(MOMENT.astimezone(ZoneInfo("America/St_Johns")), id="a half hour"),
    ],
)
def test_an_instant_of_any_zone_arrives_in_the_store_as_the_same_instant_in_utc(graph, moment):
    told, back = sent(graph, moment)

    assert told == "2021-07-01T01:00:00Z"
    assert back == MOMENT
    assert back.tzinfo is UTC


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_arrives_as_the_one_that_is_meant(graph, fold):
    moment = datetime(2021, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)

    assert sent(graph, moment)[0] == f"2021-10-31T0{fold}:30:00Z"


@pytest.mark.parametrize(
    ("value", "back"),
    [
        pytest.param(None, None, id="null"),
        pytest.param(True, True, id="a flag"),
        pytest.param(-(2**63), -(2**63), id="the least integer"),
        pytest.param(1.5, 1.5, id="a fraction"),
        pytest.param("Nguyễn Văn 🦠", "Nguyễn Văn 🦠", id="text"),
        pytest.param(date(2021, 7, 1), date(2021, 7, 1), id="a date"),
        pytest.param(("a", "b"), ["a", "b"], id="a tuple"),
    ],
)
def test_a_value_comes_back_as_it_was_sent(graph, value, back):
    (row,) = rows_of(graph, "RETURN $value AS back", value=value)

    assert row == {"back": back}


def test_times_in_lists_and_maps_are_turned_too(graph):
    local = MOMENT.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))

    (row,) = rows_of(
        graph,
        "RETURN $rows[0].times[0] = datetime('2021-07-01T01:00:00Z') AS is_same, $rows AS back",
        rows=[{"times": [local], "day": date(2021, 7, 1)}],
    )

    assert row == {"is_same": True, "back": [{"times": [MOMENT], "day": date(2021, 7, 1)}]}


@pytest.mark.parametrize(
    "length", [timedelta(minutes=15), timedelta(days=14), timedelta(seconds=1), timedelta(0)]
)
def test_a_length_of_time_is_added_as_it_is(graph, length):
    (row,) = rows_of(graph, "RETURN $at + $length AS ends_at", at=MOMENT, length=length)

    assert row["ends_at"] == MOMENT + length


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(datetime(1987, 6, 5, 4), id="alone"),  # noqa: DTZ001
        pytest.param([datetime(1987, 6, 5, 4)], id="in a list"),  # noqa: DTZ001
        pytest.param([{"born": [datetime(1987, 6, 5, 4)]}], id="in a map in a list"),  # noqa: DTZ001
    ],
)
def test_a_time_without_an_offset_is_refused_and_not_repeated(graph, caplog, value):
    with pytest.raises(ValueError, match="without an offset") as refused:
        sent(graph, value)

    assert "1987" not in f"{refused.value} {caplog.text}"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(int(CANARY) * 10**20, id="an integer of more than 64 bits"),
        pytest.param(CANARY + "\ud800", id="half a character"),
        pytest.param(complex(CANARY), id="nothing that the store knows"),
    ],
)
def test_a_value_that_the_store_cannot_hold_is_refused_and_not_repeated(graph, caplog, value):
    with pytest.raises((ValueError, TypeError)) as refused:
        sent(graph, value)

    assert CANARY not in "".join(traceback.format_exception(refused.value)).replace(repr(value), "")
    assert CANARY not in caplog.text
    assert sent(graph, "after it") == ("after it", "after it")


@pytest.fixture
def everything_logged(caplog):
    """The logs of a program that has been set to tell everything."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_a_failed_statement_tells_its_query_and_code_and_no_value(graph, everything_logged):
    merge_persons(graph, [{"person_id": CANARY, "full_name": CANARY}], STAMP)
    create = graph.replacing("tests/create", "CREATE (:Person {person_id: $id}) RETURN 1 AS one")

    with pytest.raises(StoreFault) as failed:
        create.write("tests/create", id=CANARY)

    assert str(failed.value) == ("tests/create: Neo.ClientError.Schema.ConstraintValidationFailed")
    told = "".join(traceback.format_exception(failed.value, chain=True))
    assert CANARY not in told
    assert CANARY not in everything_logged.text


def test_what_is_read_and_written_is_in_no_log(graph, everything_logged):
    merge_persons(graph, [{"person_id": CANARY}], STAMP)
    rows = rows_of(graph, "MATCH (p:Person {person_id: $id}) RETURN p.nowhere AS x", id=CANARY)

    assert rows == [{"x": None}]
    assert CANARY not in everything_logged.text


def test_queries_that_are_written_together_are_all_stored_or_none(graph):
    merge_persons(graph, [{"person_id": "p1"}], STAMP)
    before = contents(graph)
    create = graph.replacing("tests/create", "CREATE (:Person {person_id: $id}) RETURN $id AS id")

    with pytest.raises(StoreFault):
        create.write_together(("tests/create", {"id": "p2"}), ("tests/create", {"id": "p1"}))
    assert contents(graph) == before

    assert create.write_together(
        ("tests/create", {"id": "p2"}), ("tests/create", {"id": "p3"})
    ) == [[{"id": "p2"}], [{"id": "p3"}]]
    assert count_store(graph).persons == 3


def test_a_read_that_writes_is_refused(graph):
    create = graph.replacing("tests/create", "CREATE (n:Person {person_id: 'x'}) RETURN 1 AS one")

    with pytest.raises(StoreFault, match=r"tests/create: Neo\.ClientError\.Statement\.AccessMode"):
        create.read("tests/create")

    assert contents(graph) == []


def test_a_statement_that_takes_too_long_is_stopped(graph, monkeypatch):
    monkeypatch.setattr(database, "STATEMENT_TIMEOUT_SECONDS", 1.0)

    with pytest.raises(TooMuch, match="tests/query: stopped after 1 seconds"):
        rows_of(graph, "UNWIND range(1, 100000000000) AS n RETURN max(n % 7) AS most")


def test_a_statement_that_takes_too_much_memory_is_stopped_and_the_server_is_not_away(graph):
    with pytest.raises(TooMuch, match="tests/query: needs more memory"):
        rows_of(graph, "UNWIND range(1, 100000000) AS n RETURN size(collect(toString(n))) AS long")


def test_a_query_that_is_not_one_is_a_fault_of_the_statement(graph):
    with pytest.raises(StoreFault, match=r"tests/query: Neo\.ClientError\.Statement\.SyntaxError"):
        rows_of(graph, "RETURN THIS IS NONE")


def test_a_wrong_password_is_told_as_such_and_not_repeated(connection, everything_logged):
    with (
        Graph.connect(replace(connection, password=CANARY)) as stranger,
        pytest.raises(StoreAway, match="refuses the user name or password"),
    ):
        count_store(stranger)

    assert CANARY not in everything_logged.text


# Not a measurement: the driver by itself would try for half a minute.
@pytest.mark.timeout(20)
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_where_nobody_listens_the_store_is_soon_said_to_be_away(scheme, everything_logged):
    nowhere = replace(NOWHERE, uri=f"{scheme}://127.0.0.1:1")

    with Graph.connect(nowhere) as graph:
        for ask in (partial(count_store, graph), graph.version):
            with pytest.raises(StoreAway, match="does not answer"):
                ask()

    assert CANARY not in everything_logged.text


@pytest.mark.timeout(20)
def test_a_server_that_takes_calls_and_says_nothing_is_away(monkeypatch, everything_logged):
    monkeypatch.setattr(database, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"bolt://127.0.0.1:{silent.getsockname()[1]}"

        with (
            Graph.connect(replace(NOWHERE, uri=address)) as graph,
            pytest.raises(StoreAway, match="does not answer"),
        ):
            count_store(graph)

    assert CANARY not in everything_logged.text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost",
        "127.0.0.1:7687",
        "http://127.0.0.1:7474",
        "https://127.0.0.1",
        "bolt://127.0.0.1:1?canary=0912345678",
        "neo4j+x://127.0.0.1",
        "bolt://127.0.0.1:port",
    ],
)
def test_an_address_that_cannot_be_used_is_told_before_anything_is_asked(address):
    with pytest.raises(StoreAway, match="see NEO4J_URI") as refused:
        Graph.connect(replace(NOWHERE, uri=address))

    assert CANARY not in "".join(traceback.format_exception(refused.value, chain=True))


def test_many_threads_share_one_graph(graph):
    merges = [
        partial(merge_persons, graph, [{"person_id": f"p{n}"}, {"person_id": "all"}], STAMP)
        for n in range(8)
    ]

    at_once(merges)

    assert count_store(graph).persons == 9


def test_what_was_written_is_read_by_the_next_question(graph):
    for n in range(20):
        merge_persons(graph, [{"person_id": f"p{n}"}], STAMP)
        assert count_store(graph).persons == n + 1


def test_the_names_of_queries_are_told_in_the_order_in_which_they_are_asked(graph, asked):
    count_store(graph)
    merge_persons(graph, [], STAMP)

    assert asked == ["reports/count_store", "people/merge_persons"]


def test_a_replaced_query_is_another_graph_s_alone(graph):
    other = graph.replacing("reports/count_store", "RETURN 7 AS seven")

    assert other.read("reports/count_store") == [{"seven": 7}]
    assert graph.read("reports/count_store")[0]["persons"] == 0


def test_the_server_says_which_version_it_is(graph):
    assert graph.version().startswith("Neo4j/20")
