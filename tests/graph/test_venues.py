"""Venues, their zones and their printed codes."""

import unicodedata
from functools import partial

import pytest

from graph.batches import Merged, Stamp
from graph.errors import NotFound
from graph.units import merge_units
from graph.venues import (
    CODE_LENGTH,
    CODE_LETTERS,
    Venue,
    find_names,
    find_venues,
    find_zones,
    get_gate,
    get_venue,
    merge_gate,
    merge_venues,
)
from tests.graph.contents import contents, rows_of
from tests.graph.threads import at_once
from tests.tables import at, records

STAMP = Stamp("registration", "batch-1", at("D3 08:00"))
CIRCLE = "makes the venue a part of itself"


def part_of(text):
    """Return rows of `part>whole` words."""
    pairs = (word.split(">") for word in text.split())
    return [{"venue_id": part, "part_of": whole} for part, whole in pairs]


def wholes(graph):
    """Return what is part of what, as stored, in words."""
    rows = rows_of(
        graph,
        "MATCH (a:Venue)-[:PART_OF]->(b:Venue) RETURN a.venue_id AS part, b.venue_id AS whole",
    )
    return sorted(f"{row['part']}>{row['whole']}" for row in rows)


def test_a_venue_is_read_back_with_its_unit_and_its_whole(graph):
    merge_units(graph, [{"unit_code": "760", "name": "Quận 1", "level": "district"}], STAMP)
    merge_venues(graph, [{"venue_id": "market", "name": "Chợ Bến Thành"}], STAMP)
    hall = {
        "venue_id": "hall",
        "name": "Hall",
        "category": "market",
        "unit_code": "760",
        "part_of": "market",
        "latitude": 10.77,
        "longitude": 106.69,
    }

    merge_venues(graph, [hall], STAMP)

    expected = Venue(
        **hall,
        unit_name="Quận 1",
        part_of_name="Chợ Bến Thành",
        listed_at=STAMP.recorded_at,
    )
    assert get_venue(graph, "hall") == expected
    assert find_zones(graph, "market") == [expected]
    assert find_zones(graph, "hall") == []
    assert get_venue(graph, "market").category == "unknown"


def test_there_is_no_venue_of_another_id(graph):
    for get in (get_venue, merge_gate, get_gate):
        with pytest.raises(NotFound) as missing:
            get(graph, "CANARY")
        assert "CANARY" not in str(missing.value)


def test_a_venue_moves_to_another_whole_or_unit_and_is_in_one_only(graph):
    merge_venues(graph, [{"venue_id": "a", "part_of": "b", "unit_code": "1"}], STAMP)

    assert merge_venues(
        graph, [{"venue_id": "a", "part_of": "c", "unit_code": "2"}], STAMP
    ) == Merged(1, 0)

    moved = get_venue(graph, "a")
    assert (moved.part_of, moved.unit_code) == ("c", "2")
    assert wholes(graph) == ["a>c"]
    assert find_zones(graph, "b") == []


@pytest.mark.parametrize(
    ("stored", "row"),
    [
        pytest.param("", "a>a", id="itself"),
        pytest.param("a>b", "b>a", id="one floor up"),
        pytest.param("a>b b>c c>d", "d>a", id="three floors up"),
        pytest.param(
            " ".join(f"z{n}>z{n + 1}" for n in range(12)), "z12>z0", id="twelve floors up"
        ),
        pytest.param("", "a>b b>a", id="both in one call"),
        pytest.param("", "a>b b>c c>a", id="three in one call"),
        pytest.param("b>c", "a>b c>a", id="half stored"),
        pytest.param("b>c d>e", "a>b c>d e>a", id="stored and new by turns"),
    ],
)
def test_a_venue_is_no_part_of_itself_at_any_remove(graph, stored, row):
    merge_venues(graph, part_of(stored), STAMP)
    before = contents(graph)

    merged = merge_venues(graph, part_of(row), STAMP)

    assert merged.accepted + merged.duplicate == 0
    assert {(one.column, one.reason) for one in merged.refused} == {("part_of", CIRCLE)}
    assert len(merged.refused) == len(row.split())
    assert contents(graph) == before


@pytest.mark.parametrize(
    ("stored", "row"),
    [
        pytest.param("a>b", "b>c", id="a new top"),
        pytest.param("a>b b>c", "a>c", id="past the middle"),
        pytest.param("a>b", "a>c b>a", id="what it was a part of becomes its part"),
        pytest.param("a>b c>b", "d>b", id="several parts of one whole"),
    ],
)
def test_what_is_no_circle_is_taken(graph, stored, row):
    merge_venues(graph, part_of(stored), STAMP)

    assert merge_venues(graph, part_of(row), STAMP) == Merged(len(row.split()), 0)
    assert set(row.split()) <= set(wholes(graph))


def test_a_row_with_two_faults_is_refused_once(graph):
    row = {"venue_id": "a", "part_of": "a", "category": "none"}

    merged = merge_venues(graph, [row, {"venue_id": "b"}], STAMP)

    assert (merged.accepted, [one.column for one in merged.refused]) == (1, ["category"])


def test_a_venue_is_found_by_any_part_of_its_name_or_id_whatever_the_case(graph):
    merge_venues(
        graph,
        records("""
            venue_id | name
            v3       | Chợ Bến Thành
            v1       | Bệnh viện
            v2       | chợ An Đông
            CHỢ-4    |
        """),
        STAMP,
    )

    def found(text, limit=10, offset=0):
        return [venue.venue_id for venue in find_venues(graph, text, limit, offset)]

    assert found("") == ["v1", "v3", "v2", "CHỢ-4"]
    assert found("chợ") == ["v3", "v2", "CHỢ-4"]
    assert found(" ĐÔNG ") == ["v2"]
    assert found(unicodedata.normalize("NFD", "đông")) == ["v2"]
    assert found("V1") == ["v1"]
    assert found("", limit=2, offset=1) == ["v3", "v2"]
    assert found("nowhere") == []


def test_a_gate_has_one_printed_code_made_when_it_is_first_asked_for(graph):
    merge_venues(graph, [{"venue_id": "a", "name": "Café"}, {"venue_id": "b"}], STAMP)

    code = merge_gate(graph, "a")

    assert merge_gate(graph, "a") == code
    assert merge_gate(graph, "b") != code
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    gate = get_gate(graph, code.lower())
    assert (gate.code, gate.kind, gate.venue) == (code, "entrance", get_venue(graph, "a"))


def test_first_questions_at_once_get_one_code(graph):
    merge_venues(graph, [{"venue_id": f"v{n}"} for n in range(5)], STAMP)

    for n in range(5):
        codes = at_once([partial(merge_gate, graph, f"v{n}")] * 6)
        assert len(set(codes)) == 1

    (counted,) = rows_of(graph, "MATCH (g:Gate)-[:OF]->(:Venue) RETURN count(g) AS gates")
    assert counted["gates"] == 5


def test_a_zone_is_named_with_the_venue_that_it_is_a_part_of(graph):
    rows = [
        {"venue_id": "market", "name": "Binh Tay Market"},
        {"venue_id": "hall", "name": "Dry goods", "part_of": "market"},
        {"venue_id": "stall", "part_of": "hall"},
    ]
    merge_venues(graph, rows, STAMP)

    assert find_names(graph, ["market", "hall", "stall", "nowhere"]) == {
        "market": "Binh Tay Market",
        "hall": "Dry goods, Binh Tay Market",
    }
