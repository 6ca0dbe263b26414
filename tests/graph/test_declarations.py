"""Declarations are read newest first, and nothing but a text that cannot be read is stored."""

from datetime import timedelta

from graph.batches import Stamp
from graph.declarations import find_declarations_of
from graph.people import merge_persons
from tests.graph.sample import KNOWN

STAMP = Stamp("check-in", "check-in", KNOWN)


def declared(graph, declaration_id, person_id, after):
    """Store a declaration, as the intake does."""
    made_at_s = int((KNOWN + timedelta(minutes=after)).timestamp())
    row = {
        "declaration_id": declaration_id,
        "person_id": person_id,
        "kind": "place",
        "form_version": "1",
        "consent_hash": "0" * 64,
        "risk": "wait",
        "made_at_s": made_at_s,
        "declared_for": "self",
        "reason": None,
        "sealed": f"1.{declaration_id}",
        "source": "check-in",
    }
    graph.write("declarations/merge_declarations", rows=[row], recorded_at=KNOWN)


def test_own_declarations_are_read_newest_first_up_to_a_limit(graph):
    merge_persons(graph, [{"person_id": "A"}, {"person_id": "B"}], STAMP)
    for declaration_id, person_id, after in (("1", "A", 0), ("2", "A", 9), ("3", "B", 5)):
        declared(graph, declaration_id, person_id, after)

    found = find_declarations_of(graph, "A", 10)

    assert [one.declaration_id for one in found] == ["2", "1"]
    assert [one.sealed for one in found] == ["1.2", "1.1"]
    assert [one.made_at - KNOWN for one in found] == [timedelta(minutes=9), timedelta(0)]
    assert [one.declaration_id for one in find_declarations_of(graph, "A", 1)] == ["2"]
    assert find_declarations_of(graph, "nobody", 10) == []
    assert "1.2" not in repr(found[0])


def test_a_declaration_sent_again_stays_as_it_is(graph):
    merge_persons(graph, [{"person_id": "A"}], STAMP)
    declared(graph, "1", "A", 0)

    declared(graph, "1", "A", 30)

    (one,) = find_declarations_of(graph, "A", 10)
    assert one.made_at == KNOWN
