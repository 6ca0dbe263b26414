"""What a world of the oracle is made of: facts as they were recorded, and a rule.

Instants are aware UTC, whole seconds; periods exclude their end. The standard library alone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

#: A source's infectious period: from, until (None: open).
Infectious = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Venue:
    """A place, or a zone of one (`part_of`)."""

    venue_id: str
    category: str | None = None
    part_of: str | None = None


@dataclass(frozen=True)
class Visit:
    """One stay of one person; `left_at` is None while its exit is unknown."""

    visit_id: str
    person_id: str
    venue_id: str
    arrived_at: datetime
    left_at: datetime | None
    expected_left_at: datetime | None
    left_by: datetime | None
    recorded_at: datetime
    left_recorded_at: datetime | None
    retracted_at: datetime | None = None


@dataclass(frozen=True)
class Meeting:
    """Two people named together in an interview; it has no direction."""

    contact_id: str
    person_a: str
    person_b: str
    started_at: datetime
    ended_at: datetime
    recorded_at: datetime
    retracted_at: datetime | None = None


@dataclass(frozen=True)
class Isolation:
    """A person was isolated or quarantined from `started_at`."""

    person_id: str
    started_at: datetime
    recorded_at: datetime
    retracted_at: datetime | None = None


@dataclass(frozen=True)
class CaseReport:
    """What was stated of a case at one time; the last recorded is the newest."""

    case_id: str
    person_id: str
    number: int
    recorded_at: datetime
    classification: str
    onset_on: date | None = None
    sampled_on: date | None = None
    confirmed_at: datetime | None = None
    isolated_at: datetime | None = None


@dataclass(frozen=True)
class World:
    """Everything that was ever recorded."""

    visits: tuple[Visit, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    isolations: tuple[Isolation, ...] = ()
    cases: tuple[CaseReport, ...] = ()
    venues: tuple[Venue, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What counts as a contact; `categories` None counts every venue category."""

    least: timedelta
    latent: timedelta = timedelta(0)
    exits: str = "recorded"
    roll_up_zones: bool = False
    categories: frozenset[str] | None = None
    days_before: int = 2
