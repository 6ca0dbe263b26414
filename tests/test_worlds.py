"""The random worlds are rich enough to tell right engines from wrong ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.facts import World
from tests.oracle import Row
from tests.worlds import LATEST, WRITING_TIMES, Outbreak, random_outbreak, random_outbreaks

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def crosses_midnight(row: Row) -> bool:
    """Tell whether a step of a path is a stay over local midnight."""
    return any(
        (step.started_at + 7 * HOUR).date() != (step.ended_at + 7 * HOUR - SECOND).date()
        for step in row.path
        if step.venue_id is not None
    )


SHARES: dict[str, tuple[float, Callable[[Outbreak, list[Row]], bool]]] = {
    "somebody is exposed": (0.7, lambda _, rows: bool(rows)),
    "two classes": (0.2, lambda _, rows: len({row.hop for row in rows}) >= 2),
    "three classes": (0.03, lambda _, rows: any(row.hop >= 3 for row in rows)),
    "sooner at a higher hop": (
        0.1,
        lambda _, rows: any(row.earliest_at < row.exposed_at for row in rows),
    ),
    "past midnight": (0.1, lambda _, rows: any(map(crosses_midnight, rows))),
    "a meeting on a path": (
        0.1,
        lambda _, rows: any(s.venue_id is None for row in rows for s in row.path),
    ),
    "certain": (0.5, lambda _, rows: any(row.certainty == "certain" for row in rows)),
    "probable": (0.08, lambda _, rows: any(row.certainty == "probable" for row in rows)),
    "possible": (0.05, lambda _, rows: any(row.certainty == "possible" for row in rows)),
    "a case among contacts": (0.05, lambda _, rows: any(row.is_case for row in rows)),
    "sources by case": (0.15, lambda outbreak, _: bool(outbreak.case_ids)),
    "several sources": (0.2, lambda outbreak, _: len(outbreak.sources) > 1),
    "an earlier moment asked": (0.15, lambda outbreak, _: outbreak.as_of < LATEST),
    "minutes of several contacts": (
        0.2,
        lambda _, rows: any(row.minutes > row.path[-1].minutes for row in rows),
    ),
    "a tie": (0.1, lambda outbreak, _: tie_matters(outbreak)),
}


def tie_matters(outbreak: Outbreak) -> bool:
    """Tell whether ties that went the other way would change a path."""
    renamed = replace(
        outbreak,
        world=renamed_world(outbreak.world),
        sources={swapped(key): period for key, period in outbreak.sources.items()},
    )
    paths = {row.person_id: row.path for row in outbreak.answer()}
    others = {swapped(row.person_id): row.path for row in renamed.answer()}
    return any(
        [swapped(step.from_person) for step in others[key]]
        != [step.from_person for step in paths[key]]
        for key in paths
    )


def swapped(name: str) -> str:
    """Return a name whose order among such names is the reverse; its own inverse."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in name)


def renamed_world(world: World) -> World:
    """Return a world whose people sort the other way round."""
    return replace(
        world,
        visits=tuple(replace(v, person_id=swapped(v.person_id)) for v in world.visits),
        meetings=tuple(
            replace(m, person_a=swapped(m.person_a), person_b=swapped(m.person_b))
            for m in world.meetings
        ),
        isolations=tuple(replace(i, person_id=swapped(i.person_id)) for i in world.isolations),
        cases=tuple(replace(c, person_id=swapped(c.person_id)) for c in world.cases),
    )


@pytest.fixture(scope="module")
def answered():
    """Return 300 random outbreaks with the oracle's answers."""
    return [(outbreak, outbreak.answer()) for outbreak in random_outbreaks(300)]


@pytest.mark.parametrize("name", SHARES)
def test_random_worlds_are_rich(name, answered):
    least, holds = SHARES[name]

    share = sum(holds(outbreak, rows) for outbreak, rows in answered) / len(answered)

    assert share >= least


def test_random_worlds_obey_what_every_store_may_assume(answered):
    for outbreak, _ in answered:
        for visit in outbreak.world.visits:
            end = visit.left_at
            assert end is None or visit.arrived_at <= end
            assert (end is None) == (visit.left_recorded_at is None)
            if visit.expected_left_at is not None:
                assert visit.left_by is not None
                assert visit.arrived_at <= visit.expected_left_at <= visit.left_by
            written = [visit.recorded_at, visit.left_recorded_at, visit.retracted_at]
            assert [time for time in written if time] == sorted(filter(None, written))
            assert set(filter(None, written)) <= set(WRITING_TIMES)


def test_a_seed_gives_the_same_outbreak_again():
    assert random_outbreak(7, "x-") == random_outbreak(7, "x-")
    assert random_outbreak(7) != random_outbreak(8)
