"""What must hold between two traces, whatever the world (ACCEPTANCE J2-J10).

A law changes an outbreak in a way whose effect section 3 fixes, and complains about what it
finds instead. It knows no engine and not the oracle: it is told rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from tests.facts import Isolation, Meeting, Visit
from tests.judges import (
    Judge,
    nothing_gained,
    nothing_lost,
    one_more_hop,
    same_but_ties,
    same_rows,
    shifted_back,
)
from tests.renaming import Variant, people_of, renamed, venues_of
from tests.worlds import LATEST, WRITING_TIMES, Outbreak, as_known

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHIFTS = (MINUTE, 90 * MINUTE, 7 * HOUR, DAY, 30 * DAY)

Vary = Callable[[Outbreak, Random], Variant | None]


@dataclass(frozen=True)
class Law:
    """`vary` returns None where the outbreak gives nothing to change."""

    vary: Vary
    judge: Judge


def changed(outbreak: Outbreak, **facts) -> Outbreak:
    """Return an outbreak whose world holds other facts of some kinds."""
    return replace(
        outbreak,
        world=replace(outbreak.world, **{kind: tuple(some) for kind, some in facts.items()}),
    )


def add_meeting(outbreak: Outbreak, rng: Random) -> Variant:
    """Add a meeting of two people who are there."""
    world = outbreak.world
    one, other = rng.sample(sorted({visit.person_id for visit in world.visits} | {"new"}), 2)
    start = rng.choice(world.visits).arrived_at + rng.randint(-60, 60) * MINUTE
    meeting = Meeting(
        f"{world.visits[0].visit_id}-meeting",
        one,
        other,
        start,
        start + rng.randint(1, 90) * MINUTE,
        WRITING_TIMES[0],
    )
    return Variant(changed(outbreak, meetings=(*world.meetings, meeting)))


def add_visit(outbreak: Outbreak, rng: Random) -> Variant:
    """Add a visit whose exit is known, at the time and place of another."""
    world = outbreak.world
    beside = rng.choice(world.visits)
    end = beside.left_at or beside.left_by or beside.arrived_at
    added = Visit(
        visit_id=f"{world.visits[0].visit_id}-visit",
        person_id=rng.choice(world.visits).person_id,
        venue_id=beside.venue_id,
        arrived_at=beside.arrived_at - rng.randint(0, 30) * MINUTE,
        left_at=end + rng.randint(0, 30) * MINUTE,
        expected_left_at=None,
        left_by=None,
        recorded_at=WRITING_TIMES[0],
        left_recorded_at=WRITING_TIMES[0],
    )
    return Variant(changed(outbreak, visits=(*world.visits, added)))


def shift(by: timedelta) -> Vary:
    """Move all that happened; when it was written down stays."""

    def vary(outbreak: Outbreak, _: Random) -> Variant:
        world = outbreak.world
        return Variant(
            replace(
                changed(
                    outbreak,
                    visits=moved(world.visits, by, "arrived_at left_at expected_left_at left_by"),
                    meetings=moved(world.meetings, by, "started_at ended_at"),
                    isolations=moved(world.isolations, by, "started_at"),
                    cases=moved(world.cases, by, "isolated_at"),
                ),
                sources={
                    person_id: (start + by, until and until + by)
                    for person_id, (start, until) in outbreak.sources.items()
                },
            )
        )

    return vary


def moved(facts, by: timedelta, names: str):
    """Return facts with some of their times moved."""
    return tuple(
        replace(
            fact,
            **{
                name: getattr(fact, name) + by
                for name in names.split()
                if getattr(fact, name) is not None
            },
        )
        for fact in facts
    )


def follow_further(outbreak: Outbreak, _: Random) -> Variant | None:
    """Ask for one hop more."""
    return Variant(replace(outbreak, hops=outbreak.hops + 1)) if outbreak.hops < 6 else None


def forget_later_facts(outbreak: Outbreak, _: Random) -> Variant:
    """Keep what was known at as_of, as if nothing had been written down since."""
    return Variant(replace(outbreak, world=as_known(outbreak.world, outbreak.as_of)))


def ask_for_more_minutes(outbreak: Outbreak, rng: Random) -> Variant:
    """Raise the least length of a shared stay."""
    least = outbreak.rule.least + rng.choice((1, 60, 600)) * timedelta(seconds=1)
    return Variant(replace(outbreak, rule=replace(outbreak.rule, least=least)))


def ask_for_more_latency(outbreak: Outbreak, rng: Random) -> Variant:
    """Raise the latent time."""
    latent = outbreak.rule.latent + rng.choice((MINUTE, HOUR, 10 * HOUR))
    return Variant(replace(outbreak, rule=replace(outbreak.rule, latent=latent)))


def shorten_a_source(outbreak: Outbreak, rng: Random) -> Variant:
    """Let a source's period begin later or end earlier."""
    person_id = rng.choice(sorted(outbreak.sources))
    start, until = outbreak.sources[person_id]
    visited = rng.choice(outbreak.world.visits).arrived_at
    later, earlier = max(start, visited + 5 * MINUTE), min(until or LATEST, visited + 20 * MINUTE)
    shorter = (later, until) if rng.random() < 0.5 else (start, earlier)
    return Variant(replace(outbreak, sources={**outbreak.sources, person_id: shorter}))


def isolate_somebody(outbreak: Outbreak, rng: Random) -> Variant:
    """Isolate somebody early, in the midst of a visit."""
    world = outbreak.world
    visit = rng.choice(world.visits)
    isolation = Isolation(visit.person_id, visit.arrived_at + 10 * MINUTE, WRITING_TIMES[0])
    return Variant(changed(outbreak, isolations=(*world.isolations, isolation)))


def follow_less_far(outbreak: Outbreak, _: Random) -> Variant | None:
    """Ask for one hop less."""
    return Variant(replace(outbreak, hops=outbreak.hops - 1)) if outbreak.hops > 1 else None


def count_fewer_exits(outbreak: Outbreak, rng: Random) -> Variant | None:
    """Go from latest to estimated to recorded exits."""
    stricter = {"latest": ("estimated", "recorded"), "estimated": ("recorded",), "recorded": ()}
    choices = stricter[outbreak.rule.exits]
    if not choices:
        return None
    return Variant(replace(outbreak, rule=replace(outbreak.rule, exits=rng.choice(choices))))


def shuffle_rows(outbreak: Outbreak, rng: Random) -> Variant:
    """Give the same facts in another order."""
    world = outbreak.world
    kinds = ("visits", "meetings", "venues")
    return Variant(
        changed(
            outbreak,
            **{kind: rng.sample(getattr(world, kind), len(getattr(world, kind))) for kind in kinds},
        )
    )


def rename_everything(outbreak: Outbreak, rng: Random) -> Variant:
    """Let people and venues change names among themselves."""
    renaming = {}
    for names in (people_of(outbreak), venues_of(outbreak)):
        renaming.update(zip(names, rng.sample(names, len(names)), strict=True))
    return Variant(renamed(outbreak, renaming), renaming)


def cut_a_visit(outbreak: Outbreak, rng: Random) -> Variant | None:
    """Cut a visit in two, where its exit was known at once."""
    visits = list(outbreak.world.visits)
    whole = [
        index
        for index, visit in enumerate(visits)
        if visit.left_at and visit.left_recorded_at == visit.recorded_at
    ]
    if not whole:
        return None
    visit = visits.pop(rng.choice(whole))
    seconds = int((visit.left_at - visit.arrived_at).total_seconds())
    middle = visit.arrived_at + timedelta(seconds=rng.randint(0, seconds))
    visits.append(replace(visit, left_at=middle))
    visits.append(replace(visit, visit_id=f"{visit.visit_id}-rest", arrived_at=middle))
    return Variant(changed(outbreak, visits=tuple(visits)))


LAWS: dict[str, Law] = {
    "J2 a meeting more": Law(add_meeting, nothing_lost),
    "J2 a visit more": Law(add_visit, nothing_lost),
    **{f"J3 all moved by {by}": Law(shift(by), shifted_back) for by in SHIFTS},
    "J4 one hop more": Law(follow_further, one_more_hop),
    "J6 as known then": Law(forget_later_facts, same_rows),
    "J7 more minutes": Law(ask_for_more_minutes, nothing_gained),
    "J7 more latency": Law(ask_for_more_latency, nothing_gained),
    "J7 a shorter source": Law(shorten_a_source, nothing_gained),
    "J7 isolated earlier": Law(isolate_somebody, nothing_gained),
    "J7 a hop less": Law(follow_less_far, nothing_gained),
    "J7 fewer exits": Law(count_fewer_exits, nothing_gained),
    "J8 other order": Law(shuffle_rows, same_rows),
    "J8 other names": Law(rename_everything, same_but_ties),
    "J10 a visit cut in two": Law(cut_a_visit, nothing_gained),
}
