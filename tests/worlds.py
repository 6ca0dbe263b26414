"""Random small outbreaks, seeded, for the oracle to judge engines on.

They are made crowded on purpose: visits copy, nest, touch and repeat one another, cross
midnight for one day or several, have no length or no known exit; exits are learnt and facts
retracted before and after the moment that is asked about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from tests.facts import CaseReport, Infectious, Isolation, Meeting, Rule, Venue, Visit, World
from tests.oracle import Row, sources_of, trace
from tests.tables import FIRST_DAY, LOCAL, at

#: Names whose order by code point is neither that of letters nor that of UTF-16.
NAMES = ("a", "B", "c", "Đ", "e", "é", "h", "\ufb01", "\U0001d538")
PLACES = ("x", "Chợ", "y", "ỷ", "z")
CATEGORIES = ("market", "school", "hospital", None)

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)

#: When facts are written down: four times a day, so that a store is filled in few calls.
WRITING_TIMES = tuple(at("D1 00:00") + n * 6 * HOUR for n in range(44))
LATEST = WRITING_TIMES[-1]


@dataclass(frozen=True)
class Outbreak:
    """A world and what is asked of it; `case_ids` are empty where sources came by hand."""

    seed: int
    world: World
    sources: dict[str, Infectious]
    case_ids: tuple[str, ...]
    rule: Rule
    hops: int
    as_of: datetime

    def answer(self) -> list[Row]:
        """Return what the oracle says."""
        return trace(self.world, self.sources, self.rule, self.hops, self.as_of)


def random_outbreak(seed: int, prefix: str = "") -> Outbreak:
    """Return the outbreak of a seed; a prefix keeps its ids apart from others'."""
    return Maker(seed, prefix).outbreak()


def random_outbreaks(count: int, first_seed: int = 0) -> Iterator[Outbreak]:
    """Yield outbreaks whose ids do not meet, so that one store holds them all."""
    for seed in range(first_seed, first_seed + count):
        yield random_outbreak(seed, f"w{seed}-")


def written_after(moment: datetime) -> datetime:
    """Return the first time of writing at or after a moment."""
    return next((time for time in WRITING_TIMES if time >= moment), LATEST)


class Maker:
    """Makes one outbreak; each method draws a part of it."""

    def __init__(self, seed: int, prefix: str) -> None:
        """Draw what everything else depends on."""
        self.seed, self.rng = seed, Random(seed)
        rng = self.rng
        self.prefix = prefix
        # Quiet: hardly anything but chains, so that they run deep.
        self.is_quiet = rng.random() < 0.3
        count = rng.randint(5 if self.is_quiet else 3, 9)
        self.people = [prefix + name for name in rng.sample(NAMES, count)]
        # Most chains start with this person, and most questions with it as a source.
        self.index = rng.choice(self.people)
        self.venues = self.draw_venues(rng.randint(2, 5))
        self.days = rng.randint(2, 4)
        self.rule = self.draw_rule()
        self.least = self.rule.least
        # Bulk: everything imported at the end. Live: written down soon after it happened.
        self.is_live = rng.random() < 0.5
        self.open_share = rng.choice((0.0, 0.1, 0.5))
        self.retracted_share = 0.0 if self.is_quiet else rng.choice((0.0, 0.0, 0.2))
        self.visits: list[Visit] = []

    def chance(self, share: float) -> bool:
        """Tell true in this share of draws."""
        return self.rng.random() < share

    def draw_venues(self, count: int) -> list[Venue]:
        """Return venues, some a zone of an earlier one, some a zone of a zone."""
        venues: list[Venue] = []
        for name in self.rng.sample(PLACES, count):
            inside = self.rng.choice(venues).venue_id if venues and self.chance(0.4) else None
            category = self.rng.choice(CATEGORIES)
            venues.append(Venue(self.prefix + name, category, inside))
        return venues

    # --- moments ----------------------------------------------------------------------------

    def draw_moment(self) -> datetime:
        """Return a moment, most often on a coarse grid in the morning or near midnight."""
        day = self.rng.randrange(self.days)
        hour = self.rng.choice((8, 8, 9, 10, 22, 23, 23, 24))
        minute = self.rng.choice((0, 5, 10, 15, 30, 45, self.rng.randrange(60)))
        second = self.rng.randrange(60) if self.chance(0.15) else 0
        length = timedelta(days=day, hours=hour, minutes=minute, seconds=second)
        return at("D1 00:00") + length

    def draw_length(self) -> timedelta:
        """Return how long a stay is: none, about the least, minutes, hours, days."""
        return self.rng.choice(
            (
                timedelta(0),
                self.least,
                max(self.least - SECOND, timedelta(0)),
                self.rng.randint(2, 24) * 5 * MINUTE,
                self.rng.randint(2, 24) * 5 * MINUTE,
                self.rng.randint(1, 180) * MINUTE,
                self.rng.randint(2, 10) * HOUR,
                self.rng.choice((4, 24, 40, 60)) * HOUR,
            )
        )

    def draw_written(self, happened: datetime) -> datetime:
        """Return when something that happened was written down."""
        if not self.is_live:
            return self.rng.choice(WRITING_TIMES[36:40])
        late = self.rng.choice((0, 0, 0, 0, 6, 24, 48)) * HOUR
        return written_after(happened + late)

    def draw_retracted(self, recorded_at: datetime) -> datetime | None:
        """Return when a fact was retracted, None for most."""
        if not self.chance(self.retracted_share):
            return None
        later = [time for time in WRITING_TIMES if time > recorded_at]
        return self.rng.choice(later) if later else None

    # --- visits -----------------------------------------------------------------------------

    def draw_visits(self) -> None:
        """Draw the stays of everyone, most of them beside another's."""
        crowd = 0 if self.is_quiet else self.rng.choice((1, 2, 2, 3, 6))
        for _ in range(crowd * len(self.people) // 2 + 2):
            person_id = self.index if self.chance(0.15) else self.rng.choice(self.people)
            if self.visits and self.chance(0.7):
                venue_id, start, end = self.draw_stay_beside(self.rng.choice(self.visits))
            else:
                venue_id = self.rng.choice(self.venues).venue_id
                start = self.draw_moment()
                end = start + self.draw_length()
            self.add_visit(person_id, venue_id, start, end)
        for _ in range(1 if self.is_quiet else self.rng.choice((0, 1, 1, 2))):
            self.draw_relay()

    def draw_stay_beside(self, other: Visit) -> tuple[str, datetime, datetime]:
        """Return a stay that is the same as another, or nests, touches or just overlaps."""
        venue_id = self.rng.choice(self.venues).venue_id if self.chance(0.2) else other.venue_id
        start = other.arrived_at
        end = other.left_at or other.left_by or start
        length = self.draw_length()
        choices = [
            (start, end),
            (start + (end - start) / 4, end - (end - start) / 4),
            (end, end + length),
            (start - length, start),
            (end - self.least, end - self.least + length),
            (start - length, start + self.least),
            (end - self.least + SECOND, end + length),
            (start - length, end + length),
            (start + (end - start) / 2, end + length),
            (start, end + length),
        ]
        begun, ended = self.rng.choice(choices)
        begun, ended = begun.replace(microsecond=0), ended.replace(microsecond=0)
        return venue_id, begun, max(begun, ended)

    def draw_relay(self) -> None:
        """Draw a chain that reaches its last person before the first one meets it directly."""
        others = [person_id for person_id in self.people if person_id != self.index]
        chain = [self.index, *self.rng.sample(others, self.rng.randint(2, len(others)))]
        venue_id = self.rng.choice(self.venues).venue_id
        start = self.draw_moment()
        if self.chance(0.7):
            # In the quiet of the afternoon few others come between.
            start = at(f"D{self.rng.randint(1, self.days)} 12:00") + self.rng.randint(0, 7) * HOUR
        length = self.least + self.rng.choice((0, 0, 1, 5, 40)) * MINUTE
        for one, other in pairwise(chain):
            self.add_visit(one, venue_id, start, start + length)
            self.add_visit(other, venue_id, start, start + length)
            if self.chance(0.3):
                # Somebody who is there with them makes a tie at the next step.
                self.add_visit(self.rng.choice(chain), venue_id, start, start + length)
            start += length + self.rule.latent
            if self.chance(0.3):
                start += self.rng.choice((1, 2, 12)) * HOUR
                venue_id = self.rng.choice(self.venues).venue_id
        start += self.rng.randint(0, 60) * MINUTE
        for person_id in self.rng.choice(((), (), (chain[0], chain[-1]), (chain[0], chain[-2]))):
            self.add_visit(person_id, venue_id, start, start + length)
        self.add_visit(chain[-1], venue_id, start, start + length)

    def add_visit(self, person_id: str, venue_id: str, start: datetime, end: datetime) -> None:
        """Add a stay, its exit known at once, learnt later, or never."""
        visit = Visit(
            visit_id=f"{self.prefix}v{len(self.visits)}",
            person_id=person_id,
            venue_id=venue_id,
            arrived_at=start,
            left_at=end,
            expected_left_at=None,
            left_by=None,
            recorded_at=self.draw_written(end),
            left_recorded_at=None,
        )
        visit = replace(visit, left_recorded_at=visit.recorded_at)
        if self.chance(self.open_share):
            visit = self.opened(visit)
        retracted_at = self.draw_retracted(visit.left_recorded_at or visit.recorded_at)
        self.visits.append(replace(visit, retracted_at=retracted_at))

    def opened(self, visit: Visit) -> Visit:
        """Return a visit as an entry without exit, or with one that was learnt later."""
        end = visit.left_at or visit.arrived_at
        recorded_at = self.draw_written(visit.arrived_at)
        expected = max(
            visit.arrived_at, end + self.rng.choice((-120, -30, -5, 0, 0, 5, 20, 90)) * MINUTE
        )
        left_by = expected + self.rng.choice((0, 15, 60, 300, 600)) * MINUTE
        learnt = [time for time in WRITING_TIMES if time > max(recorded_at, end)]
        learnt_at = self.rng.choice(learnt[:8]) if learnt and self.chance(0.4) else None
        return replace(
            visit,
            left_at=end if learnt_at else None,
            expected_left_at=expected,
            left_by=left_by,
            recorded_at=recorded_at,
            left_recorded_at=learnt_at,
        )

    # --- the rest ---------------------------------------------------------------------------

    def draw_meetings(self) -> Iterator[Meeting]:
        """Yield meetings: short, long, repeated, touching."""
        for number in range(self.rng.choice((0, 0, 1, 2, 4))):
            one, other = self.rng.sample(self.people, 2)
            start = self.draw_moment()
            if self.chance(0.5):
                start = self.rng.choice(self.visits).arrived_at
            end = start + max(SECOND, self.draw_length())
            recorded_at = self.draw_written(end)
            retracted_at = self.draw_retracted(recorded_at)
            meeting_id = f"{self.prefix}m{number}"
            yield Meeting(meeting_id, one, other, start, end, recorded_at, retracted_at)

    def draw_isolations(self) -> Iterator[Isolation]:
        """Yield isolations, some in the middle of a stay."""
        for _ in range(self.rng.choice((0, 0, 0, 1, 2))):
            start = self.draw_moment()
            if self.chance(0.6):
                visit = self.rng.choice(self.visits)
                start = visit.arrived_at + self.rng.randint(0, 60) * MINUTE
            recorded_at = self.draw_written(start)
            retracted_at = self.draw_retracted(recorded_at)
            yield Isolation(self.rng.choice(self.people), start, recorded_at, retracted_at)

    def draw_reports(self) -> Iterator[CaseReport]:
        """Yield the reports of up to three cases, each report saying something new."""
        for case in range(self.rng.choice((0, 1, 2, 3))):
            person_id = self.index if self.chance(0.5) else self.rng.choice(self.people)
            written = sorted(self.draw_written(self.draw_moment()) for _ in range(3))
            said = None
            for number, recorded_at in enumerate(written[: self.rng.randint(1, 3)], start=1):
                report = self.draw_report(f"{self.prefix}case{case}", person_id, number)
                if replace(report, number=0) != said:
                    yield replace(report, recorded_at=recorded_at)
                said = replace(report, number=0)

    def draw_report(self, case_id: str, person_id: str, number: int) -> CaseReport:
        """Return one report; its number and time of writing are the caller's to settle."""
        rng = self.rng
        day = FIRST_DAY + timedelta(days=rng.choice((0, 0, 1, 1, 2, 4)))
        return CaseReport(
            case_id=case_id,
            person_id=person_id,
            number=number,
            recorded_at=LATEST,
            classification=rng.choice(("suspected", "probable", "confirmed", "confirmed")),
            onset_on=day if self.chance(0.5) else None,
            sampled_on=day + timedelta(days=1) if self.chance(0.5) else None,
            confirmed_at=self.draw_moment() if self.chance(0.8) else None,
            isolated_at=self.draw_moment() + 24 * HOUR if self.chance(0.3) else None,
        )

    def draw_rule(self) -> Rule:
        """Return a rule; most count every category."""
        rng = self.rng
        counted = {"unknown", *rng.sample(CATEGORIES[:3], 2)} - {rng.choice(("unknown", ""))}
        return Rule(
            least=rng.choice((SECOND, MINUTE, 15 * MINUTE)),
            latent=rng.choice((0, 0, 0, 1, 2, 12)) * HOUR,
            exits=rng.choice(("recorded", "estimated", "latest", "latest", "latest")),
            roll_up_zones=self.chance(0.5),
            categories=frozenset(counted) if self.chance(0.2) else None,
            days_before=rng.randint(0, 3),
        )

    def draw_sources(self) -> dict[str, Infectious]:
        """Return one to three sources given by hand."""
        sources = {}
        more = 0 if self.is_quiet else self.rng.choice((0, 0, 1, 2))
        drawn = self.rng.sample(self.people, more)
        for person_id in sorted({self.index, *drawn}):
            start = at("D1 00:00") if self.chance(0.9) else self.draw_moment()
            until = start + self.rng.randint(12, 80) * HOUR if self.chance(0.3) else None
            sources[person_id] = (start, until)
        return sources

    def outbreak(self) -> Outbreak:
        """Return the whole."""
        self.draw_visits()
        world = World(
            visits=tuple(self.visits),
            meetings=tuple(self.draw_meetings()),
            isolations=tuple(self.draw_isolations()),
            cases=tuple(self.draw_reports()),
            venues=tuple(self.venues),
        )
        rule = self.rule
        written = sorted({visit.recorded_at for visit in world.visits})
        as_of = LATEST if self.chance(0.6) else self.rng.choice(written[len(written) // 2 :])
        case_ids = tuple(sorted({report.case_id for report in world.cases}))
        sources = sources_of(world, list(case_ids), rule, as_of) if self.chance(0.4) else {}
        if not sources:
            case_ids, sources = (), self.draw_sources()
        hops = self.rng.choice((3, 4, 5, 6) if self.is_quiet else (1, 2, 2, 3, 3, 4))
        return Outbreak(self.seed, world, sources, case_ids, rule, hops, as_of)


def as_known(world: World, as_of: datetime) -> World:
    """Return the world as it stood: what was recorded by then, retracted facts gone."""

    def still(fact: Visit | Meeting | Isolation) -> bool:
        return fact.recorded_at <= as_of and not (fact.retracted_at and fact.retracted_at <= as_of)

    visits = [
        visit
        if visit.left_recorded_at and visit.left_recorded_at <= as_of
        else replace(visit, left_at=None, left_recorded_at=None)
        for visit in world.visits
        if still(visit)
    ]
    return replace(
        world,
        visits=tuple(replace(visit, retracted_at=None) for visit in visits),
        meetings=tuple(replace(m, retracted_at=None) for m in world.meetings if still(m)),
        isolations=tuple(replace(i, retracted_at=None) for i in world.isolations if still(i)),
        cases=tuple(report for report in world.cases if report.recorded_at <= as_of),
    )


def told(outbreak: Outbreak) -> str:
    """Return an outbreak as lines to read: what is asked, then every fact."""

    def local(value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(LOCAL).strftime("%dT%H:%M:%S")
        return str(value)

    def line(fact: object) -> str:
        cells = (f"{name}={local(value)}" for name, value in vars(fact).items())
        return f"  {type(fact).__name__}: " + ", ".join(cells)

    world = outbreak.world
    facts = (*world.venues, *world.visits, *world.meetings, *world.isolations, *world.cases)
    periods = {
        person_id: tuple(local(moment) for moment in period)
        for person_id, period in outbreak.sources.items()
    }
    asked = f"seed {outbreak.seed}: {outbreak.hops} hops as of {local(outbreak.as_of)}"
    sources = f"  sources {periods} by {outbreak.case_ids or 'hand'}"
    return "\n".join([asked, sources, line(outbreak.rule), *map(line, facts)])
