"""The projection engine gives the oracle's rows, in its order, whichever way it takes (J1)."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

import numpy as np
import pytest

from graph.periods import Period
from graph.tracing.answer import ListedPeople
from graph.tracing.projection.columns import CannotHold, Columns, Rows, Segment, make_segment
from graph.tracing.projection.facts import NEVER, Isolations, Meetings, Reports, nothing
from graph.tracing.projection.people import ColumnPeople
from graph.tracing.projection.ranks import ranks_of, ranks_with_more
from graph.tracing.projection.spreading import TUNING, Tuning, spread
from tests import projected
from tests.facts import Rule, Visit, World
from tests.graph.test_engines import difference, differing
from tests.oracle import Row
from tests.peoples import told_alike
from tests.planted_kernels import COPY, DEFECTS, planted
from tests.projected import (
    Lay,
    answer,
    by_parts,
    changed_columns,
    columns_of,
    folded_columns,
    moment,
)
from tests.stored import tracing_rule
from tests.tables import at
from tests.worlds import LATEST, WRITING_TIMES, Outbreak, random_outbreaks

OUTBREAKS, FEWER, FOR_A_DEFECT = 320, 160, 320
MINUTE = timedelta(minutes=1)

SWEEP, PUSH = -1.0, 2.0
WAYS = {
    "every cell, few": Tuning(few=10**6, sweep_share=SWEEP, threads=1),
    "every cell, many": Tuning(few=0, sweep_share=SWEEP, threads=1),
    "touched cells, few": Tuning(few=10**6, sweep_share=PUSH, threads=1),
    "touched cells, many": Tuning(few=0, sweep_share=PUSH, threads=1),
    "every cell, two threads": Tuning(few=2, sweep_share=SWEEP, threads=2, alone=0, chunk=1),
    "touched cells, two threads": Tuning(few=2, sweep_share=PUSH, threads=2, alone=0, chunk=1),
}


@pytest.fixture(scope="module")
def outbreaks() -> list[Outbreak]:
    return list(random_outbreaks(OUTBREAKS))


def agree(outbreaks: Sequence[Outbreak], given: Callable[[Outbreak], list[Row]]) -> None:
    """Fail with the smallest outbreak that is answered otherwise than by the oracle."""
    wrong = differing(outbreaks, given)
    assert not wrong, f"{len(wrong)} of {len(outbreaks)}\n{difference(wrong[0], given)}"


def test_J1_the_projection_answers_as_the_oracle_does(outbreaks: list[Outbreak]) -> None:
    agree(outbreaks, answer)


@pytest.mark.parametrize("way", WAYS)
def test_J1_whichever_way_it_takes(outbreaks: list[Outbreak], way: str) -> None:
    agree(outbreaks[:FEWER], partial(answer, tuning=WAYS[way]))


@pytest.mark.parametrize(
    ("lay", "way"),
    [
        pytest.param(changed_columns, "every cell, two threads", id="changed since, every cell"),
        pytest.param(changed_columns, "touched cells, many", id="changed since, touched cells"),
        pytest.param(folded_columns, "every cell, few", id="changed and folded"),
    ],
)
def test_J1_however_the_columns_came_to_be(outbreaks: list[Outbreak], lay: Lay, way: str) -> None:
    agree(outbreaks[:FEWER], partial(answer, lay=lay, tuning=WAYS[way]))


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_J1_in_parts_that_are_merged(outbreaks: list[Outbreak], parts: int) -> None:
    agree(outbreaks[:FEWER], partial(by_parts, parts=parts))


def test_J1_one_snapshot_answers_for_every_moment(outbreaks: list[Outbreak]) -> None:
    for outbreak in outbreaks[:40]:
        columns = columns_of(outbreak.world)
        moments = [WRITING_TIMES[n] for n in (6, 12, 38, 12, 43, 6)]

        asked = [replace(outbreak, as_of=as_of) for as_of in moments]

        agree(asked, partial(answer, lay=lambda _world, columns=columns: columns))


def test_J1_traces_that_run_at_once_do_not_mix(outbreaks: list[Outbreak]) -> None:
    """People share one set of columns; eight traces run at a time, more than there is room for."""
    outbreak = max(outbreaks, key=lambda one: len(one.world.visits))
    columns = columns_of(outbreak.world)
    people = sorted({visit.person_id for visit in outbreak.world.visits})
    asked = [
        replace(outbreak, sources={person: (at("D1 00:00"), None)}, hops=4) for person in people
    ]

    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(partial(answer, lay=lambda _: columns), asked * 6))

    assert given == [one.answer() for one in asked] * 6


def test_J1_every_planted_defect_is_seen(outbreaks: list[Outbreak]) -> None:
    expected = [(outbreak, outbreak.answer()) for outbreak in outbreaks[:FOR_A_DEFECT]]

    seen = {name: defect_shows(name, expected) for name in DEFECTS}

    assert seen == dict.fromkeys(DEFECTS, True)


def test_what_no_defect_is_planted_in_answers_as_the_oracle_does(
    outbreaks: list[Outbreak],
) -> None:
    """The interpreter runs the kernels and checks what compiled code does not: every place."""
    expected = [(outbreak, outbreak.answer()) for outbreak in outbreaks[:FOR_A_DEFECT]]

    assert not defect_shows(None, expected)


def defect_shows(name: str | None, expected: Sequence[tuple[Outbreak, list[Row]]]) -> bool:
    """Tell whether some outbreak tells a defective copy from the oracle."""
    with planted(DEFECTS[name] if name else {}) as people, pytest.MonkeyPatch.context() as patch:
        spreading = sys.modules[f"{COPY}.spreading"]
        patch.setattr(projected, "Columns", sys.modules[f"{COPY}.columns"].Columns)
        patch.setattr(projected, "spread", spreading.spread)
        patch.setattr(projected, "ColumnPeople", people.ColumnPeople)
        return any(
            wrongly_answered(outbreak, rows, lay, spreading.Tuning(few=few, threads=1))
            for few in (10**6, 0)
            for lay in (columns_of, changed_columns)
            for outbreak, rows in expected
        )


def wrongly_answered(outbreak: Outbreak, rows: list[Row], lay: Lay, tuning: Tuning) -> bool:
    """Tell whether an answer differs, or cannot be given."""
    try:
        return answer(outbreak, lay, tuning) != rows
    except IndexError:
        return True


# --- the people of an answer -----------------------------------------------------------------


def found_people(outbreaks: Sequence[Outbreak]) -> Iterator[tuple[ColumnPeople, ListedPeople]]:
    """Yield answers as the engine gives them, and the same with every row made."""
    for outbreak in outbreaks:
        sources = {key: Period(*period) for key, period in outbreak.sources.items()}
        rule = tracing_rule(outbreak.rule)
        reached = spread(columns_of(outbreak.world), sources, rule, outbreak.hops, outbreak.as_of)
        people = ColumnPeople(reached)
        yield people, ListedPeople(list(people))


def test_counts_and_choices_are_those_of_the_rows(outbreaks: list[Outbreak]) -> None:
    for people, listed in found_people(outbreaks[:FEWER]):
        told_alike(people, listed)


# --- a crowd ------------------------------------------------------------------------------------


def crowd(size: int, seed: int = 1) -> World:
    """Return a world of one venue with everybody in it, some since the day before."""
    random = Random(seed)
    visits = []
    for number in range(size):
        start = at("D2 00:00") + random.randint(-3, 20) * 60 * MINUTE
        start += random.randint(0, 3599) * timedelta(seconds=1)
        end = start + random.choice((5, 15, 40, 90, 600)) * MINUTE
        visits.append(
            Visit(
                visit_id=f"v{number}",
                person_id=f"p{number * 7919 % (size * 3 // 4):05d}",
                venue_id="stadium",
                arrived_at=start,
                left_at=None if number % 20 == 0 else end,
                expected_left_at=end,
                left_by=end + 30 * MINUTE,
                recorded_at=WRITING_TIMES[0],
                left_recorded_at=None if number % 20 == 0 else WRITING_TIMES[0],
            )
        )
    return World(visits=tuple(visits))


def one_hop_by_pairs(
    world: World, infectious: Mapping[str, int], least: int
) -> dict[str, tuple[int, int]]:
    """Return whom people infect, sooner than known: from when, and how long together; by pairs."""
    exposed: dict[str, tuple[int, int]] = {}
    stays = [
        (
            visit.person_id,
            moment(visit.arrived_at),
            moment(visit.left_at or visit.left_by),
        )
        for visit in world.visits
    ]
    for r, a_from, a_to in stays:
        if r not in infectious:
            continue
        opens = max(a_from, infectious[r])
        for q, b_from, b_to in stays:
            start, end = max(opens, b_from), min(a_to, b_to)
            if q != r and end - start >= least:
                first, total = exposed.get(q, (NEVER, 0))
                exposed[q] = min(first, start + least), total + end - start
    return exposed


@pytest.mark.parametrize("few", [0, TUNING.few, 10**6])
def test_a_crowd_of_two_thousand_is_as_pairs_say(few: int) -> None:
    world = crowd(2000)
    rule = tracing_rule(Rule(least=15 * MINUTE, exits="latest"))
    sources = {f"p{n:05d}": Period(at("D1 00:00"), None) for n in range(5)}

    reached = spread(columns_of(world), sources, rule, 2, LATEST, Tuning(few=few))

    people = {person.person_id: person for person in ColumnPeople(reached)}
    beginning = moment(at("D1 00:00"))
    first = one_hop_by_pairs(world, dict.fromkeys(sources, beginning), 900)
    since = {q: found[0] for q, found in first.items()} | dict.fromkeys(sources, beginning)
    second = one_hop_by_pairs(world, since, 900)
    expected = {q: (1, *found) for q, found in first.items() if q not in sources}
    expected |= {
        q: (2, *found) for q, found in second.items() if q not in sources and q not in first
    }
    assert {
        q: (person.hop, moment(person.exposed_at), person.minutes) for q, person in people.items()
    } == {q: (hop, at_moment, total // 60) for q, (hop, at_moment, total) in expected.items()}


def test_a_crowd_of_two_hundred_thousand_takes_no_pairs() -> None:
    """By pairs it would take minutes: the test's time limit is the assertion."""
    size = 200_000
    start = np.sort(np.random.default_rng(1).integers(-40_000, 60_000, size))
    arrived = (moment(at("D2 00:00")) + start).astype(np.int32)
    columns = columns_of_rows(size, arrived, arrived + np.int32(50_000))
    sources = {"p0000000": Period(at("D1 00:00"), None)}
    rule = tracing_rule(Rule(least=15 * MINUTE))

    reached = spread(columns, sources, rule, 6, LATEST)

    assert len(ColumnPeople(reached)) == size - 1


def columns_of_rows(size: int, arrived: np.ndarray, left: np.ndarray) -> Columns:
    """Return columns of one visit each of so many people at one venue on one day."""
    day, recorded = 18_810, np.full(size, moment(WRITING_TIMES[0]), np.int32)
    never = np.full(size, NEVER, np.int32)
    rows = Rows(
        person=np.arange(size, dtype=np.uint32),
        venue=np.zeros(size, np.uint32),
        day=np.full(size, day, np.int32),
        arrived=arrived.astype(np.int32),
        left=left.astype(np.int32),
        recorded=recorded,
        expected=never,
        left_by=never,
        left_recorded=recorded,
        retracted=never,
    )
    starts = moment(at("D2 00:00"))
    return Columns.assemble(
        [f"p{number:07d}" for number in range(size)],
        projected.Venues(["stadium"], ["unknown"], np.zeros(1, np.uint32)),
        [make_segment(day, starts, starts + 86_400, rows)] if size else [],
        nothing(Meetings),
        nothing(Isolations),
        nothing(Reports),
    )


# --- what is hardly there ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize("source", ["p0000000", "never seen"])
def test_nobody_is_exposed_where_nobody_else_is(size: int, source: str) -> None:
    arrived = np.full(size, moment(at("D2 08:00")), np.int32)
    columns = columns_of_rows(size, arrived, arrived + np.int32(3600))
    rule = tracing_rule(Rule(least=15 * MINUTE))

    reached = spread(columns, {source: Period(at("D1 00:00"), None)}, rule, 6, LATEST)

    assert list(ColumnPeople(reached)) == []
    assert ColumnPeople(reached).by_class() == {}


@pytest.mark.parametrize(
    ("left", "exposed"),
    [
        pytest.param(-60, False, id="left before arrival"),
        pytest.param(0, False, id="without length"),
        pytest.param(899, False, id="a second less than the least"),
        pytest.param(900, True, id="the least"),
    ],
)
def test_a_visit_counts_from_the_least_on(left: int, exposed: bool) -> None:
    arrived = np.full(2, moment(at("D2 08:00")), np.int32)
    columns = columns_of_rows(2, arrived, arrived + np.array([3600, left]))
    rule = tracing_rule(Rule(least=15 * MINUTE))

    reached = spread(columns, {"p0000000": Period(at("D1 00:00"), None)}, rule, 2, LATEST)

    assert len(ColumnPeople(reached)) == exposed


@pytest.mark.parametrize(
    "period",
    [
        pytest.param(Period(at("D1 00:00") - timedelta(days=20_000), None), id="from 1966"),
        pytest.param(Period(at("D1 00:00"), at("D1 00:00") + timedelta(days=30_000)), id="to 2103"),
    ],
)
def test_sources_may_be_infectious_before_and_after_what_columns_hold(period: Period) -> None:
    arrived = np.full(2, moment(at("D2 08:00")), np.int32)
    columns = columns_of_rows(2, arrived, arrived + np.int32(3600))
    rule = tracing_rule(Rule(least=15 * MINUTE))

    [person] = ColumnPeople(spread(columns, {"p0000000": period}, rule, 1, LATEST))

    assert person.exposed_at == at("D2 08:15")


@pytest.mark.parametrize("moment_s", [-1, NEVER - 1])
def test_moments_out_of_bounds_are_refused(moment_s: int) -> None:
    arrived = np.array([moment_s], np.int64).astype(np.int32)

    with pytest.raises(CannotHold):
        columns_of_rows(1, arrived, arrived)


def test_a_segment_is_in_order_whatever_the_order_of_its_rows(outbreaks: list[Outbreak]) -> None:
    for outbreak in outbreaks[:20]:
        laid = projected.Laid(outbreak.world)
        for segment in laid.segments(outbreak.world.visits):
            rows = laid.rows(outbreak.world.visits)
            rows = rows.chosen(rows.day == segment.day)
            order = np.random.default_rng(outbreak.seed).permutation(len(rows))
            bounds = segment.day, segment.starts, segment.ends

            shuffled = make_segment(*bounds, rows.chosen(order))

            for name in ("venue", "first", "person", "arrived"):
                assert np.array_equal(getattr(shuffled, name), getattr(segment, name))
            assert is_ordered(shuffled)


def is_ordered(segment: Segment) -> bool:
    """Tell whether edges stand by venue, then arrival, then person."""
    venue = np.repeat(segment.venue, np.diff(segment.first))
    keys = list(zip(venue, segment.arrived, segment.person, strict=True))
    return keys == sorted(keys)


def test_a_visit_takes_21_bytes_and_a_person_12() -> None:
    size = 300_000
    arrived = (moment(at("D2 00:00")) + np.arange(size) % 80_000).astype(np.int32)

    columns = columns_of_rows(size, arrived, arrived + np.int32(3600))

    # 21 of the visit itself; here each person, with 12 of ranks and index, has just one.
    assert columns.bytes / columns.rows < 21 + 12 + 1


def test_rows_are_counted_with_those_that_changed(outbreaks: list[Outbreak]) -> None:
    for outbreak in outbreaks[:40]:
        plain, changed = columns_of(outbreak.world), changed_columns(outbreak.world)

        assert changed.rows == plain.rows
        assert set(changed.days) >= set(plain.days)
        assert changed.overlay_rows == plain.rows
        folded = folded_columns(outbreak.world)
        assert (folded.rows, folded.days, folded.overlay_rows) == (plain.rows, plain.days, 0)


def test_people_who_come_later_are_ranked_among_those_before() -> None:
    random = Random(3)
    for size in range(12):
        ids = ["".join(random.choices("aéB\ufb01\U0001d538", k=3)) + str(n) for n in range(size)]
        known = random.randint(0, size)

        rank, by_rank = ranks_with_more(ids, ranks_of(ids[:known])[1])

        assert [ids[number] for number in by_rank] == sorted(ids)
        assert [int(by_rank[place]) for place in rank] == list(range(size))
