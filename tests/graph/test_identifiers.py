"""What identifies people: one phone may serve a family, and being linked proves nothing."""

from datetime import timedelta

import pytest

from graph.batches import Stamp
from graph.database import Graph
from graph.errors import NotFound
from graph.identifiers import (
    find_identifiers_of,
    find_persons_of,
    find_verified_persons,
    merge_identifiers,
    record_verification,
)
from graph.people import merge_persons
from tests.graph.sample import KNOWN

PHONE = {"scheme": "phone", "blind_index": "a1", "sealed": "1.xx", "source": "check-in"}
LATER = KNOWN + timedelta(hours=1)


@pytest.fixture
def family(graph: Graph) -> Graph:
    """Mother and child, both linked with one phone."""
    people = [
        {"person_id": "mother", "full_name": "Trần Thị Hoa", "birth_year": 1980},
        {"person_id": "child", "full_name": "Lê An", "birth_year": 2010},
    ]
    merge_persons(graph, people, Stamp("check-in", "check-in", KNOWN))
    merge_identifiers(graph, [{**PHONE, "person_id": who["person_id"]} for who in people], KNOWN)
    return graph


@pytest.mark.server
def test_a_phone_is_linked_with_everybody_who_gave_it_and_has_verified_none_of_them(family):
    assert [
        (who.person_id, who.full_name, who.birth_year, who.verified_at)
        for who in find_persons_of(family, "phone", "a1")
    ] == [("child", "Lê An", 2010, None), ("mother", "Trần Thị Hoa", 1980, None)]
    assert find_verified_persons(family, "phone", "a1") == []


@pytest.mark.server
def test_one_of_a_family_who_verifies_the_phone_verifies_nobody_else(family):
    record_verification(family, "mother", "phone", "a1", LATER)

    verified = find_verified_persons(family, "phone", "a1")
    assert [(who.person_id, who.verified_at) for who in verified] == [("mother", LATER)]


@pytest.mark.server
def test_a_link_told_again_keeps_its_first_source_time_and_verification(family):
    record_verification(family, "child", "phone", "a1", LATER)
    again = {**PHONE, "person_id": "child", "sealed": "2.yy", "source": "paper"}
    merge_identifiers(family, [again], LATER)

    assert record_verification(family, "child", "phone", "a1", LATER + timedelta(days=1)) == LATER
    (known,) = find_identifiers_of(family, "child")
    assert (known.sealed, known.source, known.recorded_at) == ("1.xx", "check-in", KNOWN)
    assert known.verified_at == LATER


@pytest.mark.server
@pytest.mark.parametrize(
    ("scheme", "blind_index"),
    [
        pytest.param("phone", "b2", id="another number"),
        pytest.param("cccd", "a1", id="the same digest of another scheme"),
    ],
)
def test_what_a_person_is_not_linked_with_is_never_verified(family, scheme, blind_index):
    with pytest.raises(NotFound):
        record_verification(family, "mother", scheme, blind_index, LATER)

    assert find_persons_of(family, scheme, blind_index) == []


@pytest.mark.server
def test_an_identifier_shown_as_text_does_not_repeat_what_was_sealed(family):
    (known,) = find_identifiers_of(family, "mother")

    assert "1.xx" not in repr(known)
