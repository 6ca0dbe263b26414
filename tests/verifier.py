"""An independent judge of evidence paths (J11): it reads facts and a row, and no engine.

A path is right if it is `class` contacts long, leads from a source to the person, consists of
contacts that the facts bear out, none before its person could infect, and explains the
moment of exposure and the certainty that the row states.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.facts import Visit
from tests.oracle import Row, Step
from tests.worlds import Outbreak

WEAKER = {"certain": 0, "probable": 1, "possible": 2}


def complaints(outbreak: Outbreak, row: Row) -> Iterator[str]:
    """Yield what is wrong with the path of a row."""
    if len(row.path) != row.hop:
        yield "not as many contacts as the class says"
        return
    people = [step.from_person for step in row.path] + [row.path[-1].to_person]
    if people[0] not in outbreak.sources or people[-1] != row.person_id:
        yield "does not lead from a source to the person"
    if row.via != people[-2] or len(set(people)) != len(people):
        yield "goes in a circle, or via somebody else"
    if any(
        one.to_person != two.from_person for one, two in zip(row.path, row.path[1:], strict=False)
    ):
        yield "is broken"
    yield from complaints_along(outbreak, row)


def complaints_along(outbreak: Outbreak, row: Row) -> Iterator[str]:
    """Yield what is wrong with the contacts of a path, in their order."""
    infectious_from = outbreak.sources[row.path[0].from_person][0]
    exposed_at = infectious_from
    weakest = "certain"
    for step in row.path:
        if step.started_at < infectious_from:
            yield "a contact before its person was infectious"
        found = stated_by(outbreak, step, infectious_from)
        if found is None:
            yield "a contact that no facts bear out"
        else:
            weakest = max(weakest, found, key=WEAKER.__getitem__)
        if step.minutes != int((step.ended_at - step.started_at).total_seconds()) // 60:
            yield "wrong minutes of a contact"
        counted_from = timedelta(0) if step.venue_id is None else outbreak.rule.least
        exposed_at = step.started_at + counted_from
        infectious_from = exposed_at + outbreak.rule.latent
    if exposed_at != row.exposed_at:
        yield "does not end at exposed_at"
    if weakest != row.certainty:
        yield "is not as certain as stated"


def stated_by(outbreak: Outbreak, step: Step, since: datetime) -> str | None:
    """Return how certain the facts make a contact, None if they do not make it."""
    until = infectious_until(outbreak, step.from_person)
    if step.venue_id is None:
        for meeting in outbreak.world.meetings:
            known = is_known(meeting.recorded_at, meeting.retracted_at, outbreak.as_of)
            pair = {meeting.person_a, meeting.person_b} == {step.from_person, step.to_person}
            begun, ended = max(meeting.started_at, since), least_of(meeting.ended_at, until)
            if known and pair and (begun, ended) == (step.started_at, step.ended_at):
                return "certain" if ended > begun else None
        return None
    found = [
        certainty
        for a in stays_of(outbreak, step.from_person, step.venue_id)
        for b in stays_of(outbreak, step.to_person, step.venue_id)
        if (certainty := shared(outbreak, a, b, step, since, until)) is not None
    ]
    return min(found, key=WEAKER.__getitem__, default=None)


def shared(
    outbreak: Outbreak,
    a: Visit,
    b: Visit,
    step: Step,
    since: datetime,
    until: datetime | None,
) -> str | None:
    """Return how certain two visits make a contact, None if they make another or none."""
    ends = [final_end(outbreak, visit) for visit in (a, b)]
    if None in ends or max(a.arrived_at, b.arrived_at, since) != step.started_at:
        return None
    if least_of(*ends, until) != step.ended_at:
        return None
    if step.ended_at - step.started_at < outbreak.rule.least:
        return None
    open_ones = [visit for visit in (a, b) if not exit_known(outbreak, visit)]
    if not open_ones:
        return "certain"
    guessed = least_of(
        *(visit.left_at if visit not in open_ones else visit.expected_left_at for visit in (a, b)),
        until,
    )
    return "probable" if guessed - step.started_at >= outbreak.rule.least else "possible"


def stays_of(outbreak: Outbreak, person_id: str, venue_id: str) -> list[Visit]:
    """Return what was known of a person's stays at the venue that a step names."""
    rule = outbreak.rule
    parents = {venue.venue_id: venue.part_of for venue in outbreak.world.venues}
    categories = {venue.venue_id: venue.category for venue in outbreak.world.venues}
    if rule.categories is not None and (categories[venue_id] or "unknown") not in rule.categories:
        return []

    def lies_in(place: str) -> bool:
        if not rule.roll_up_zones:
            return place == venue_id
        while parents[place] is not None:
            place = parents[place]
        return place == venue_id

    return [
        visit
        for visit in outbreak.world.visits
        if visit.person_id == person_id
        and lies_in(visit.venue_id)
        and is_known(visit.recorded_at, visit.retracted_at, outbreak.as_of)
    ]


def is_known(recorded_at: datetime, retracted_at: datetime | None, as_of: datetime) -> bool:
    """Tell whether a fact stood at a moment."""
    return recorded_at <= as_of and not (retracted_at is not None and retracted_at <= as_of)


def exit_known(outbreak: Outbreak, visit: Visit) -> bool:
    """Tell whether the end of a visit was known."""
    return visit.left_recorded_at is not None and visit.left_recorded_at <= outbreak.as_of


def final_end(outbreak: Outbreak, visit: Visit) -> datetime | None:
    """Return the end that the rule gives a visit."""
    if exit_known(outbreak, visit):
        return visit.left_at
    by_rule = {"estimated": visit.expected_left_at, "latest": visit.left_by}
    return by_rule.get(outbreak.rule.exits)


def least_of(*moments: datetime | None) -> datetime:
    """Return the earliest of moments, leaving out those that never come."""
    return min(moment for moment in moments if moment is not None)


def infectious_until(outbreak: Outbreak, person_id: str) -> datetime | None:
    """Return when somebody stops infecting others."""
    if person_id in outbreak.sources:
        return outbreak.sources[person_id][1]
    world, as_of = outbreak.world, outbreak.as_of
    ends = [
        isolation.started_at
        for isolation in world.isolations
        if isolation.person_id == person_id
        and is_known(isolation.recorded_at, isolation.retracted_at, as_of)
    ]
    known = [report for report in world.cases if report.recorded_at <= as_of]
    for report in known:
        newer = any(r.case_id == report.case_id and r.number > report.number for r in known)
        if report.person_id == person_id and report.isolated_at and not newer:
            ends.append(report.isolated_at)
    return min(ends, default=None)
