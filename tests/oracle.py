"""The brute-force reference that judges every tracing engine.

Written from DESIGN.md section 3 and nothing else: slow, plain, loops over pairs, nothing
pruned, nothing of ours imported but the bare data of `tests/facts.py`. Where section 3 leaves
room, the reading is the one that DECISIONS.md records. Instants are aware UTC, whole seconds;
periods exclude their end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import product

from tests.facts import (
    CaseReport,
    Infectious,
    Isolation,
    Meeting,
    Rule,
    Venue,
    Visit,
    World,
)

#: Local time of every page and every local day: Vietnam has kept +07:00 since 1975.
HO_CHI_MINH = timezone(timedelta(hours=7))

#: From the strongest certainty to the weakest.
CERTAINTIES = ("certain", "probable", "possible")


@dataclass(frozen=True)
class Contact:
    """One contact of an infectious person with another, and when it exposes the other."""

    from_person: str
    to_person: str
    venue_id: str | None
    started_at: datetime
    ended_at: datetime
    exposes_at: datetime
    certainty: str


@dataclass(frozen=True)
class Step:
    """One contact of an evidence path; `venue_id` is None for a meeting."""

    from_person: str
    to_person: str
    venue_id: str | None
    started_at: datetime
    ended_at: datetime
    minutes: int


@dataclass(frozen=True)
class Row:
    """What is reported of one person; `hop` is its class."""

    person_id: str
    hop: int
    exposed_at: datetime
    earliest_at: datetime
    minutes: int
    certainty: str
    is_case: bool
    via: str
    path: tuple[Step, ...]


# --- what was known -------------------------------------------------------------------------


def was_known(fact: Visit | Meeting | Isolation, as_of: datetime) -> bool:
    """Tell whether a fact was recorded by then and not retracted by then."""
    if fact.recorded_at > as_of:
        return False
    return fact.retracted_at is None or fact.retracted_at > as_of


def exit_was_known(visit: Visit, as_of: datetime) -> bool:
    """Tell whether the end of a visit had been recorded by then."""
    if visit.left_at is None or visit.left_recorded_at is None:
        return False
    return visit.left_recorded_at <= as_of


def end_of(visit: Visit, exits: str, as_of: datetime) -> datetime | None:
    """Return when a visit ended, None where the rule leaves the visit out."""
    if exit_was_known(visit, as_of):
        return visit.left_at
    return {"recorded": None, "estimated": visit.expected_left_at, "latest": visit.left_by}[exits]


def newest_reports(world: World, as_of: datetime) -> dict[str, CaseReport]:
    """Return the newest report of each case that had been recorded by then."""
    newest: dict[str, CaseReport] = {}
    for report in world.cases:
        if report.recorded_at > as_of:
            continue
        known = newest.get(report.case_id)
        moment = (report.recorded_at, report.number)
        if known is None or (known.recorded_at, known.number) < moment:
            newest[report.case_id] = report
    return newest


def is_confirmed_case(world: World, person_id: str, as_of: datetime) -> bool:
    """Tell whether a person had a case that was confirmed as then known."""
    return any(
        report.person_id == person_id and report.classification == "confirmed"
        for report in newest_reports(world, as_of).values()
    )


def isolated_from(world: World, person_id: str, as_of: datetime) -> datetime | None:
    """Return the earliest isolation of somebody who is no source, None if never."""
    moments = [
        isolation.started_at
        for isolation in world.isolations
        if isolation.person_id == person_id and was_known(isolation, as_of)
    ]
    moments += [
        report.isolated_at
        for report in newest_reports(world, as_of).values()
        if report.person_id == person_id and report.isolated_at is not None
    ]
    return min(moments) if moments else None


# --- venues ---------------------------------------------------------------------------------


def venue_that_counts(world: World, venue_id: str, rule: Rule) -> tuple[str, str]:
    """Return the id and category of the venue that a visit counts for under the rule."""
    venues = {venue.venue_id: venue for venue in world.venues}
    venue = venues.get(venue_id, Venue(venue_id))
    while rule.roll_up_zones and venue.part_of is not None:
        venue = venues.get(venue.part_of, Venue(venue.part_of))
    return venue.venue_id, venue.category or "unknown"


# --- contacts -------------------------------------------------------------------------------


def shared_stays(
    world: World,
    r: str,
    q: str,
    since: datetime,
    until: datetime | None,
    rule: Rule,
    as_of: datetime,
) -> Iterator[Contact]:
    """Yield the shared stays of r, infectious in [since, until), with q."""
    for a, b in product(world.visits, world.visits):
        if a.person_id != r or b.person_id != q:
            continue
        if not was_known(a, as_of) or not was_known(b, as_of):
            continue
        venue_id, category = venue_that_counts(world, a.venue_id, rule)
        if venue_that_counts(world, b.venue_id, rule)[0] != venue_id:
            continue
        if rule.categories is not None and category not in rule.categories:
            continue
        start = max(a.arrived_at, b.arrived_at, since)
        end = shared_end(a, b, until, rule.exits, as_of)
        if end is None or end - start < rule.least:
            continue
        certainty = certainty_of(a, b, start, until, rule, as_of)
        yield Contact(r, q, venue_id, start, end, start + rule.least, certainty)


def shared_end(
    a: Visit, b: Visit, until: datetime | None, exits: str, as_of: datetime
) -> datetime | None:
    """Return when two visits stop sharing, None where the rule leaves one of them out."""
    a_left, b_left = end_of(a, exits, as_of), end_of(b, exits, as_of)
    if a_left is None or b_left is None:
        return None
    return min(a_left, b_left) if until is None else min(a_left, b_left, until)


def certainty_of(
    a: Visit, b: Visit, start: datetime, until: datetime | None, rule: Rule, as_of: datetime
) -> str:
    """Return how sure a shared stay is that counts under the rule."""
    if exit_was_known(a, as_of) and exit_was_known(b, as_of):
        return "certain"
    estimated_end = shared_end(a, b, until, "estimated", as_of)
    if estimated_end is not None and estimated_end - start >= rule.least:
        return "probable"
    return "possible"


def meetings_between(
    world: World, r: str, q: str, since: datetime, until: datetime | None, as_of: datetime
) -> Iterator[Contact]:
    """Yield the meetings of r, infectious in [since, until), with q; no least length applies."""
    for meeting in world.meetings:
        if (meeting.person_a, meeting.person_b) not in ((r, q), (q, r)):
            continue
        if not was_known(meeting, as_of):
            continue
        start = max(meeting.started_at, since)
        end = meeting.ended_at if until is None else min(meeting.ended_at, until)
        if end > start:
            yield Contact(r, q, None, start, end, start, "certain")


def tie_order(contact: Contact) -> tuple[str, bool, str, datetime, int]:
    """Return what decides between contacts that expose at one moment; the lowest wins."""
    return (
        contact.from_person,
        contact.venue_id is None,
        contact.venue_id or "",
        contact.ended_at,
        CERTAINTIES.index(contact.certainty),
    )


# --- levels ---------------------------------------------------------------------------------


@dataclass
class Level:
    """After h hops: when each person was exposed, by what, and by all contacts of this hop.

    `A` leaves out people who were not reached (infinity). `evidence` holds the contact of
    those whose moment improved at this hop, `contacts` everybody's.
    """

    A: dict[str, datetime]
    evidence: dict[str, Contact]
    contacts: dict[str, list[Contact]]


def everybody(world: World) -> list[str]:
    """Return everyone whom a visit or a meeting names."""
    people = {visit.person_id for visit in world.visits}
    for meeting in world.meetings:
        people |= {meeting.person_a, meeting.person_b}
    return sorted(people)


def levels_of(
    world: World, sources: Mapping[str, Infectious], rule: Rule, hops: int, as_of: datetime
) -> list[Level]:
    """Return level 0 (the sources alone) to level `hops`."""
    levels = [Level({s: start for s, (start, _) in sources.items()}, {}, {})]
    for _ in range(hops):
        levels.append(next_level(world, sources, rule, as_of, levels[-1].A))
    return levels


def next_level(
    world: World,
    sources: Mapping[str, Infectious],
    rule: Rule,
    as_of: datetime,
    before: Mapping[str, datetime],
) -> Level:
    """Return A_h from A_(h-1): the least of what was and what any contact gives now."""
    level = Level(dict(before), {}, {})
    for q in everybody(world):
        if q in sources:
            continue
        contacts = contacts_of(world, sources, rule, as_of, before, q)
        level.contacts[q] = contacts
        if not contacts:
            continue
        moment = min(contact.exposes_at for contact in contacts)
        if q not in before or moment < before[q]:
            level.A[q] = moment
            tied = [contact for contact in contacts if contact.exposes_at == moment]
            level.evidence[q] = min(tied, key=tie_order)
    return level


def contacts_of(
    world: World,
    sources: Mapping[str, Infectious],
    rule: Rule,
    as_of: datetime,
    before: Mapping[str, datetime],
    q: str,
) -> list[Contact]:
    """Return all contacts of q with people exposed by the level before, each from its T_h."""
    contacts: list[Contact] = []
    for r in before:
        if r == q:
            continue
        if r in sources:
            since, until = before[r], sources[r][1]
        else:
            since, until = before[r] + rule.latent, isolated_from(world, r, as_of)
        contacts += shared_stays(world, r, q, since, until, rule, as_of)
        contacts += meetings_between(world, r, q, since, until, as_of)
    return contacts


# --- the answer -----------------------------------------------------------------------------


def whole_minutes(length: timedelta) -> int:
    """Return a length in whole minutes, rounded down."""
    return length // timedelta(minutes=1)


def evidence_path(levels: list[Level], q: str, hop: int) -> list[Contact]:
    """Return the contact recorded for q at a level, after those that lead to it."""
    if hop == 0:
        return []
    last = levels[hop].evidence[q]
    return [*evidence_path(levels, last.from_person, hop - 1), last]


def row_of(world: World, levels: list[Level], q: str, as_of: datetime) -> Row:
    """Return what is reported of one person whom the last level reached."""
    hop = min(h for h, level in enumerate(levels) if q in level.A)
    contacts = levels[hop].contacts[q]
    total = sum((contact.ended_at - contact.started_at for contact in contacts), timedelta(0))
    path = evidence_path(levels, q, hop)
    return Row(
        person_id=q,
        hop=hop,
        exposed_at=levels[hop].A[q],
        earliest_at=levels[-1].A[q],
        minutes=whole_minutes(total),
        certainty=max((contact.certainty for contact in path), key=CERTAINTIES.index),
        is_case=is_confirmed_case(world, q, as_of),
        via=path[-1].from_person,
        path=tuple(step_of(contact) for contact in path),
    )


def step_of(contact: Contact) -> Step:
    """Return a contact as a step of a path."""
    return Step(
        contact.from_person,
        contact.to_person,
        contact.venue_id,
        contact.started_at,
        contact.ended_at,
        whole_minutes(contact.ended_at - contact.started_at),
    )


def trace(
    world: World, sources: Mapping[str, Infectious], rule: Rule, hops: int, as_of: datetime
) -> list[Row]:
    """Return everyone whom the sources exposed, by class, moment of exposure and id."""
    levels = levels_of(world, sources, rule, hops, as_of)
    rows = [row_of(world, levels, q, as_of) for q in levels[-1].A if q not in sources]
    return sorted(rows, key=lambda row: (row.hop, row.exposed_at, row.person_id))


# --- sources --------------------------------------------------------------------------------


def sources_of(
    world: World, case_ids: list[str], rule: Rule, as_of: datetime
) -> dict[str, Infectious]:
    """Return the infectious period of each person behind the cases.

    Somebody with several of the cases is infectious from the earliest to the latest; a case
    that had no report by then gives nobody.
    """
    periods: dict[str, list[Infectious]] = {}
    for case_id, report in newest_reports(world, as_of).items():
        if case_id in case_ids:
            periods.setdefault(report.person_id, []).append(infectious_period(report, rule))
    return {person_id: joined(found) for person_id, found in periods.items()}


def infectious_period(report: CaseReport, rule: Rule) -> Infectious:
    """Return when a case can infect: the rule's days before its anchor date to isolation."""
    if report.onset_on is not None:
        anchor = report.onset_on
    elif report.sampled_on is not None:
        anchor = report.sampled_on
    else:
        anchor = (report.confirmed_at or report.recorded_at).astimezone(HO_CHI_MINH).date()
    first_day = anchor - timedelta(days=rule.days_before)
    midnight = datetime.combine(first_day, time(), tzinfo=HO_CHI_MINH)
    return midnight.astimezone(UTC), report.isolated_at


def joined(periods: list[Infectious]) -> Infectious:
    """Return the earliest beginning and the latest end; one open end leaves it open."""
    ends = [until for _, until in periods]
    latest = None if None in ends else max(until for until in ends if until is not None)
    return min(start for start, _ in periods), latest
