"""What the people of a trace tell of themselves without their rows, held to the rows."""

from graph.tracing import ListedPeople, People


def told_alike(people: People, listed: ListedPeople) -> None:
    """See that counts and choices are those of the same people with every row made."""
    assert len(people) == len(listed)
    assert people.by_class() == listed.by_class()
    assert people.by_certainty() == listed.by_certainty()
    assert people.by_venue() == listed.by_venue()
    assert people.cases() == listed.cases()
    assert list(people[1:4]) == list(listed[1:4])
    for hop in (None, 1, 2):
        assert people.by_venue(hop) == listed.by_venue(hop)
        for certainty in (None, "certain", "probable", "possible"):
            chosen = people.select(hop, certainty)
            assert list(chosen) == list(listed.select(hop, certainty))
            assert chosen.by_class() == listed.select(hop, certainty).by_class()
    for person in listed:
        assert people.find(person.person_id) == person
    assert people.find("nobody") is None
