"""Which cases can have exposed which: the sweep equals every pair looked at, one by one."""

import random
from datetime import UTC, datetime

import pytest

from graph.cases import Case
from graph.quality.links import CaseStays, Link, Stay, find_links
from graph.rules import get_rule
from tests.tables import at, on

RULE = get_rule("2021-12")
LEAST_S = 15 * 60


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def some_cases(seed: int) -> list[CaseStays]:
    """A few cases of fewer people, crowded into two venues over three days."""
    chance = random.Random(seed)
    start = int(at("00:00").timestamp())
    people = [f"p{n}" for n in range(4)]
    cases = []
    for number in range(5):
        stays = []
        for _ in range(chance.randrange(5)):
            begins = start + 300 * chance.randrange(864)
            ends = begins + 300 * chance.randrange(36)
            stays.append(Stay(chance.choice(["v", "w"]), begins, ends))
        person_id = people[number % 4]
        isolated = at(f"D{chance.randrange(2, 5)} 08:00") if chance.random() < 0.5 else None
        onset = on(f"D{chance.randrange(1, 6)}")
        case = Case(
            f"c{number}", person_id, None, 1, at("D9 00:00"), "confirmed", onset, None, None,
            isolated, "test",
        )  # fmt: skip
        other = chance.choice([one for one in people if one != person_id])
        met = Stay(None, start + 300 * chance.randrange(864), start + 260000)
        meetings = [(other, met)] if chance.random() < 0.3 else []
        cases.append(CaseStays(case, stays, meetings))
    return cases


def every_pair(cases: list[CaseStays]) -> set[tuple[str, str, str | None, datetime]]:
    """Return the same as `find_links`, by trying everything."""
    found: dict[tuple[str, str], list[tuple[int, bool, str]]] = {}
    for source in cases:
        onset = source.case.onset_on
        assert onset is not None
        opens = int(at(f"D{(onset - on('D1')).days + 1 - 2} 00:00").timestamp())
        closes = source.case.isolated_at.timestamp() if source.case.isolated_at else float("inf")
        for contact in cases:
            if contact.case.person_id == source.case.person_id:
                continue
            key = (source.case.case_id, contact.case.case_id)
            for a in source.visits:
                for b in contact.visits:
                    starts = max(a.starts_s, b.starts_s, opens)
                    if (
                        a.venue_id == b.venue_id
                        and min(a.ends_s, b.ends_s, closes) - starts >= LEAST_S
                    ):
                        found.setdefault(key, []).append((starts, False, str(a.venue_id)))
            for person_id, met in source.meetings:
                starts = max(met.starts_s, opens)
                if person_id == contact.case.person_id and min(met.ends_s, closes) > starts:
                    found.setdefault(key, []).append((starts, True, ""))
    return {
        (*key, None if is_met else venue_id, moment(starts))
        for key, times in found.items()
        for starts, is_met, venue_id in [min(times)]
    }


def cells(link: Link) -> tuple[str, str, str | None, datetime]:
    return (link.source.case_id, link.contact.case_id, link.venue_id, link.started_at)


@pytest.mark.parametrize("seed", range(100))
def test_the_sweep_finds_every_pair_and_the_first_time_of_each(seed: int) -> None:
    cases = some_cases(seed)

    found = [cells(link) for link in find_links(cases, RULE)]

    assert set(found) == every_pair(cases)
    assert [one[:2] for one in found] == sorted(one[:2] for one in found)
