"""The oracle keeps the laws of tracing (J2-J11) on random worlds, in the counts of tier F."""

from dataclasses import replace
from random import Random

import pytest

from tests import oracle
from tests.laws import LAWS
from tests.oracle import Level, Row
from tests.renaming import inverse, renamed_rows
from tests.verifier import complaints
from tests.worlds import Outbreak, random_outbreak, random_outbreaks, told

COUNTS = {"J2": 200, "J3": 50, "J4": 100, "J6": 30, "J7": 100, "J8": 50, "J10": 100}
PATHS = 100


@pytest.mark.parametrize("name", LAWS)
def test_the_oracle_keeps(name):
    law, changes, kept = LAWS[name], 0, 0
    for seed in range(COUNTS[name.split()[0]]):
        outbreak = random_outbreak(seed)
        variant = law.vary(outbreak, Random(seed))
        if variant is None:
            continue
        before = outbreak.answer()
        after = renamed_rows(variant.outbreak.answer(), inverse(variant.renaming))
        found = list(law.judge(outbreak, before, variant.outbreak, after))
        assert not found, f"{found}\n{told(outbreak)}\n{told(variant.outbreak)}"
        kept += bool(before)
        changes += before != after

    # A law about nothing proves nothing.
    assert kept >= 10
    assert changes >= 3 or name.startswith(("J6", "J8 other order", "J4")), changes


def test_J11_every_path_of_the_oracle_is_borne_out_by_the_facts():
    judged = 0
    for outbreak in random_outbreaks(PATHS):
        for row in outbreak.answer():
            judged += 1
            found = list(complaints(outbreak, row))
            assert not found, f"{found}\n{row}\n{told(outbreak)}"

    assert judged > PATHS


def single_parents(outbreak: Outbreak) -> list[Row]:
    """Return rows whose paths follow one parent a person, the newest (defect S43)."""
    levels = oracle.levels_of(
        outbreak.world, outbreak.sources, outbreak.rule, outbreak.hops, outbreak.as_of
    )
    newest: dict[str, oracle.Contact] = {}
    for level in levels:
        newest.update(level.evidence)
    flat = [levels[0], *(Level(level.A, newest, level.contacts) for level in levels[1:])]
    return [
        replace(row, path=path, via=path[-1].from_person)
        for row in outbreak.answer()
        if (path := followed(flat, row))
    ]


def followed(levels: list[Level], row: Row) -> tuple[oracle.Step, ...]:
    """Return a path by newest parents, as far as it leads to a source."""
    person_id, steps = row.person_id, []
    while person_id in levels[-1].evidence and len(steps) <= row.hop:
        contact = levels[-1].evidence[person_id]
        steps.insert(0, oracle.step_of(contact))
        person_id = contact.from_person
    return tuple(steps)


def test_J11_the_verifier_sees_a_single_parent_array():
    wrong = [
        complaint
        for outbreak in random_outbreaks(PATHS)
        for row in single_parents(outbreak)
        for complaint in complaints(outbreak, row)
    ]

    assert wrong
