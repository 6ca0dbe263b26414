"""What a store holds once all samples are loaded, as README says it; asked of the demo's store."""

import csv
from collections import Counter
from functools import cache
from importlib import resources

from graph.database import Graph
from graph.meetings import find_meetings_of
from graph.rules import get_rule
from graph.tracing import People, find_sources, trace
from importers.samples.city import City, make_city
from tests.tables import LATER

RULE = get_rule("2021-07")


@cache
def town() -> City:
    """Return the made city."""
    return make_city()


def source_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a source file as it came."""
    text = (
        resources.files("importers.samples")
        .joinpath("mers_korea_2015", name)
        .read_text(encoding="utf-8")
    )
    return list(csv.DictReader(text.splitlines()))


def pairs_told() -> set[frozenset[str]]:
    """Return the pairs of people that the source names."""
    return {frozenset((pair["from"], pair["to"])) for pair in source_rows("contacts.csv")}


def pairs_met(graph: Graph) -> set[frozenset[str]]:
    """Return the pairs of people whom meetings of the infectors join."""
    infectors = {pair["from"] for pair in source_rows("contacts.csv")}
    return {
        frozenset((met.person_a, met.person_b))
        for infector in infectors
        for met in find_meetings_of(graph, infector, LATER)
    }


def found(graph: Graph, case_id: str) -> People:
    """Return the people of a two-hop trace of a case."""
    return trace(graph, find_sources(graph, [case_id], RULE, LATER), RULE, 2, LATER).people


def classes(graph: Graph, case_id: str) -> Counter[int]:
    """Return how many people each class of a two-hop trace has."""
    return Counter(person.hop for person in found(graph, case_id))


def linked(graph: Graph, case_id: str) -> dict[str, tuple[int, str]]:
    """Return the class and certainty of each confirmed case among the contacts of another."""
    case_of = {one.person.person_id: one.case_id for one in town().outbreak.illnesses}
    return {
        case_of[person.person_id]: (person.hop, person.certainty)
        for person in found(graph, case_id)
        if person.is_case
    }
