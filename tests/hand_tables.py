"""Outbreaks worked out by hand from DESIGN section 3 (J9): the oracle and every engine agree.

S is infectious from 08:00 and a contact is 15 minutes, unless a table says else. A path is
written as people and venues in turn, `-` for a meeting: `S café B bus A`.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

from tests.facts import CaseReport, Infectious, Isolation, Meeting, Rule, Venue, Visit, World
from tests.oracle import Row
from tests.tables import LATER, at, records, shown, table
from tests.worlds import Outbreak

RULE = Rule(least=timedelta(minutes=15))
S: dict[str, Infectious] = {"S": (at("08:00"), None)}


def facts(kind: type, text: str, **given: Any) -> tuple[Any, ...]:
    """Return the facts of a table; they are known from the second day unless a cell says else."""
    named = {one.name for one in fields(kind)}
    made = []
    for number, row in enumerate(records(text)):
        filled = {"recorded_at": at("D2 00:00"), **given, **row}
        if kind is Visit:
            known = filled["recorded_at"] if filled["left_at"] else None
            empty = {"expected_left_at": None, "left_by": None, "left_recorded_at": known}
            filled = {"visit_id": str(number), **empty, **filled}
        if kind is Meeting:
            filled = {"contact_id": str(number), **filled}
        made.append(kind(**{name: value for name, value in filled.items() if name in named}))
    return tuple(made)


@dataclass(frozen=True)
class Hand:
    """One table: what happened, what is asked, and the rows that follow."""

    expected: str
    visits: str = ""
    meetings: str = ""
    isolations: str = ""
    cases: str = ""
    venues: tuple[Venue, ...] = ()
    rule: Rule = RULE
    hops: int = 1
    as_of: Any = LATER
    sources: dict[str, Infectious] = field(default_factory=lambda: S)

    def outbreak(self) -> Outbreak:
        """Return the table as an outbreak."""
        world = World(
            visits=facts(Visit, self.visits),
            meetings=facts(Meeting, self.meetings),
            isolations=facts(Isolation, self.isolations),
            cases=facts(CaseReport, self.cases),
            venues=self.venues or tuple(map(Venue, sorted(self.places()))),
        )
        return Outbreak(0, world, self.sources, (), self.rule, self.hops, self.as_of)

    def places(self) -> set[str]:
        """Return the venues that are named."""
        return {row["venue_id"] for row in records(self.visits)}

    def wanted(self) -> list[dict[str, str]]:
        """Return the rows that should be found."""
        return table(self.expected)

    def found(self, rows: list[Row]) -> list[dict[str, str]]:
        """Return rows in the columns of this table."""
        columns = self.expected.strip().splitlines()[0].replace("|", " ")
        return [shown(replace_path(row), columns) for row in rows]


@dataclass(frozen=True)
class Told(Row):
    """A row whose path is one line."""

    path: str  # type: ignore[assignment]


def replace_path(row: Row) -> Told:
    """Return a row with its path as people and venues in turn."""
    words = [row.path[0].from_person]
    for step in row.path:
        words += [step.venue_id or "-", step.to_person]
    return Told(**{**vars(row), "path": " ".join(words)})


WORKED_EXAMPLE = """
    person_id | venue_id | arrived_at | left_at
    S         | café     | 08:00      | 09:00
    A         | café     | 08:50      | 09:00
    B         | café     | 08:30      | 08:50
    B         | bus      | 09:00      | 09:30
    A         | bus      | 09:00      | 09:30
    C         | bus      | 09:10      | 09:24
    S         | market   | 10:00      | 11:00
    A         | market   | 10:30      | 11:30
    D         | market   | 10:45      | 11:30
"""
RELAY = """
    person_id | venue_id | arrived_at | left_at
    S         | café     | 08:00      | 09:00
    A         | café     | 08:00      | 09:00
    A         | bus      | 09:00      | 11:00
    B         | bus      | 09:00      | 11:00
"""
LEARNT_LATER = """
    person_id | venue_id | arrived_at | left_at | expected_left_at | left_by | left_recorded_at
    S         | café     | 08:00      | 08:40   | 09:00            | 10:00   | D4 00:00
    A         | café     | 08:00      | 12:00   |                  |         | D2 00:00
"""
OPEN = """
    person_id | venue_id | arrived_at | left_at | expected_left_at | left_by
    S         | café     | 08:00      |         | 09:00            | 10:00
    A         | café     | 08:30      | 09:30   |                  |
    B         | café     | 09:00      | 09:20   |                  |
    B         | bus      | 10:00      | 11:00   |                  |
    C         | bus      | 10:00      | 11:00   |                  |
"""
RETRACTED = """
    person_id | venue_id | arrived_at | left_at | retracted_at
    S         | café     | 08:00      | 09:00   |
    A         | café     | 08:00      | 09:00   | D3 00:00
"""
ZONES = (Venue("mall", "mall"), Venue("east", None, "mall"), Venue("stall", "market", "east"))
BESIDE = """
    person_id | venue_id | arrived_at | left_at
    S         | stall    | 08:00      | 09:00
    A         | mall     | 08:00      | 09:00
    B         | east     | 08:00      | 09:00
    C         | stall    | 08:00      | 09:00
"""
ALL_IN_MALL = """
    person_id | path
    A         | S mall A
    B         | S mall B
    C         | S mall C
"""
ONLY_C = "person_id | path\nC | S stall C"
NOBODY = "person_id | hop"
TIED_VISITS = """
    person_id | venue_id | arrived_at | left_at
    S         | café     | 08:00      | 09:00
    R         | café     | 08:00      | 09:00
    A         | café     | 08:00      | 09:00
    A         | café     | 08:00      | 08:30
    S         | bus      | 08:00      | 09:00
    A         | bus      | 08:00      | 08:50
"""
TIED_MEETINGS = """
    person_a | person_b | started_at | ended_at
    S        | A        | 08:15      | 08:16
    S        | B        | 08:15      | 08:16
    R        | B        | 08:15      | 08:20
"""


def beside(arrived_at: str, left_at: str, minutes: int | None) -> Hand:
    """Return somebody's stay beside one of S from 08:00 to 09:00."""
    expected = f"person_id | minutes\nA | {minutes}" if minutes is not None else NOBODY
    return Hand(
        visits=f"""
            person_id | venue_id | arrived_at   | left_at
            S         | café     | 08:00        | 09:00
            A         | café     | {arrived_at} | {left_at}
        """,
        expected=expected,
    )


def ruled(**terms: Any) -> Rule:
    """Return the rule of these tables with other terms."""
    if "categories" in terms:
        terms["categories"] = frozenset(terms["categories"])
    return replace(RULE, **terms)


HANDS: dict[str, Hand] = {
    "the worked example with one hop": Hand(
        visits=WORKED_EXAMPLE,
        expected="""
            person_id | hop | exposed_at | earliest_at | minutes
            B         | 1   | 08:45      | 08:45       | 20
            A         | 1   | 10:45      | 10:45       | 30
            D         | 1   | 11:00      | 11:00       | 15
        """,
    ),
    "the worked example with two hops": Hand(
        visits=WORKED_EXAMPLE,
        hops=2,
        expected="""
            person_id | hop | exposed_at | earliest_at | minutes | path
            B         | 1   | 08:45      | 08:45       | 20      | S café B
            A         | 1   | 10:45      | 09:15       | 30      | S market A
            D         | 1   | 11:00      | 11:00       | 15      | S market D
        """,
    ),
    "a path follows the contact recorded at each level": Hand(
        visits=WORKED_EXAMPLE + "    C | tram | 09:30 | 10:00\n    A | tram | 09:30 | 10:00\n",
        hops=3,
        expected="""
            person_id | hop | exposed_at | earliest_at | minutes | path
            B         | 1   | 08:45      | 08:45       | 20      | S café B
            A         | 1   | 10:45      | 09:15       | 30      | S market A
            D         | 1   | 11:00      | 11:00       | 15      | S market D
            C         | 3   | 09:45      | 09:45       | 30      | S café B bus A tram C
        """,
    ),
    "exactly the least": beside("08:45", "09:15", 15),
    "one second less than the least": beside("08:45:01", "09:15", None),
    "touching after": beside("09:00", "09:30", None),
    "touching before": beside("07:30", "08:00", None),
    "a visit without length": beside("08:30", "08:30", None),
    "a visit around the other": beside("07:00", "10:00", 60),
    "seconds are cut off": beside("08:10", "08:40:59", 30),
    "2 h are 120 min and minutes are rounded once": Hand(
        visits="""
            person_id | venue_id | arrived_at | left_at
            S         | café     | 08:00      | 12:00
            A         | café     | 09:00      | 11:00
            B         | café     | 09:00      | 09:20:30
            B         | café     | 10:00      | 10:20:30
        """,
        expected="""
            person_id | minutes
            A         | 120
            B         | 41
        """,
    ),
    "recorded exits leave an open stay out": Hand(
        visits=OPEN, rule=ruled(exits="recorded"), hops=2, expected=NOBODY
    ),
    "estimated exits end an open stay as expected": Hand(
        visits=OPEN,
        rule=ruled(exits="estimated"),
        hops=2,
        expected="""
            person_id | hop | minutes | certainty
            A         | 1   | 30      | probable
            B         | 2   | 20      | probable
        """,
    ),
    "latest exits end an open stay as late as possible, and a path is as sure as its weakest": Hand(
        visits=OPEN,
        rule=ruled(exits="latest"),
        hops=2,
        expected="""
            person_id | minutes | certainty
            A         | 60      | probable
            B         | 20      | possible
            C         | 60      | possible
        """,
    ),
    "before an exit is learnt": Hand(
        visits=LEARNT_LATER,
        rule=ruled(exits="latest"),
        as_of=at("D3 23:59:59"),
        expected="person_id | minutes | certainty\nA | 120 | probable",
    ),
    "once an exit is learnt": Hand(
        visits=LEARNT_LATER,
        rule=ruled(exits="latest"),
        as_of=at("D4 00:00"),
        expected="person_id | minutes | certainty\nA | 40 | certain",
    ),
    "before anything was recorded": Hand(
        visits=LEARNT_LATER, rule=ruled(exits="latest"), as_of=at("D1 23:59:59"), expected=NOBODY
    ),
    "before a visit is retracted": Hand(
        visits=RETRACTED, as_of=at("D2 23:59:59"), expected="person_id | minutes\nA | 60"
    ),
    "once a visit is retracted": Hand(visits=RETRACTED, as_of=at("D3 00:00"), expected=NOBODY),
    "isolated midway; of a source only its given period counts": Hand(
        visits=RELAY,
        isolations="""
            person_id | started_at
            A         | 09:30
            A         | 10:00
            S         | 08:01
        """,
        hops=2,
        expected="""
            person_id | hop | minutes
            A         | 1   | 60
            B         | 2   | 30
        """,
    ),
    "isolated within the least": Hand(
        visits=RELAY,
        isolations="person_id | started_at\nA | 09:14:59",
        hops=2,
        expected="person_id | hop | minutes\nA | 1 | 60",
    ),
    "a retracted isolation": Hand(
        visits=RELAY,
        isolations="person_id | started_at | retracted_at\nA | 09:10 | D5 00:00",
        hops=2,
        expected="""
            person_id | hop | minutes
            A         | 1   | 60
            B         | 2   | 120
        """,
    ),
    "the newest case report isolates whoever is no source": Hand(
        visits=RELAY,
        cases="""
            case_id | person_id | number | classification | isolated_at
            1       | A         | 1      | suspected      | 09:05
            1       | A         | 2      | confirmed      | 09:30
        """,
        hops=2,
        expected="""
            person_id | minutes | is_case
            A         | 60      | True
            B         | 30      | False
        """,
    ),
    "a source given until 08:40": Hand(
        visits=RELAY,
        sources={"S": (at("08:00"), at("08:40"))},
        hops=2,
        expected="""
            person_id | hop | minutes
            A         | 1   | 40
            B         | 2   | 120
        """,
    ),
    "meetings under the least, touching and late": Hand(
        meetings="""
            person_a | person_b | started_at | ended_at
            S        | A        | 08:30      | 08:31:30
            B        | S        | 07:00      | 08:00:01
            S        | C        | 07:00      | 08:00
            A        | D        | 08:30      | 08:40
        """,
        hops=2,
        expected="""
            person_id | hop | exposed_at | minutes | path
            B         | 1   | 08:00      | 0       | S - B
            A         | 1   | 08:30      | 1       | S - A
            D         | 2   | 08:30      | 10      | S - A - D
        """,
    ),
    "past midnight once, and twenty days like a coffee": Hand(
        visits="""
            person_id | venue_id | arrived_at | left_at
            S         | ward     | D1 20:00   | D21 20:00
            A         | ward     | D1 23:50   | D2 00:10
            B         | ward     | D3 12:00   | D23 12:00
            C         | ward     | D21 19:45  | D22 00:00
        """,
        expected="""
            person_id | hop | exposed_at | earliest_at | minutes
            A         | 1   | D2 00:05   | D2 00:05    | 20
            B         | 1   | D3 12:15   | D3 12:15    | 26400
            C         | 1   | D21 20:00  | D21 20:00   | 15
        """,
    ),
    "07:00 here is midnight UTC, where no day ends": Hand(
        visits="""
            person_id | venue_id | arrived_at | left_at
            S         | café     | D2 06:50   | D2 07:10
            A         | café     | D2 06:55   | D2 07:10
        """,
        expected="person_id | exposed_at | minutes\nA | D2 07:10 | 15",
    ),
    "zones apart": Hand(visits=BESIDE, venues=ZONES, expected=ONLY_C),
    "zones rolled up": Hand(
        visits=BESIDE, venues=ZONES, rule=ruled(roll_up_zones=True), expected=ALL_IN_MALL
    ),
    "a zone does not have its venue's category": Hand(
        visits=BESIDE, venues=ZONES, rule=ruled(categories={"mall"}), expected=NOBODY
    ),
    "a zone has its own category": Hand(
        visits=BESIDE, venues=ZONES, rule=ruled(categories={"market"}), expected=ONLY_C
    ),
    "rolled up, the zone's category does not count": Hand(
        visits=BESIDE,
        venues=ZONES,
        rule=ruled(roll_up_zones=True, categories={"market"}),
        expected=NOBODY,
    ),
    "rolled up, the venue's category counts": Hand(
        visits=BESIDE,
        venues=ZONES,
        rule=ruled(roll_up_zones=True, categories={"mall"}),
        expected=ALL_IN_MALL,
    ),
    "a venue without category is unknown": Hand(
        visits=BESIDE.replace("stall", "east"),
        venues=ZONES,
        rule=ruled(categories={"unknown"}),
        expected="person_id | path\nB | S east B\nC | S east C",
    ),
    "latent time delays everyone but sources": Hand(
        visits="""
            person_id | venue_id | arrived_at | left_at
            S         | café     | 08:00      | 08:30
            A         | café     | 08:00      | 08:30
            A         | bus      | 08:30      | 11:00
            B         | bus      | 08:30      | 11:00
        """,
        rule=ruled(latent=timedelta(hours=2)),
        hops=2,
        expected="""
            person_id | hop | exposed_at | minutes
            A         | 1   | 08:15      | 30
            B         | 2   | 10:30      | 45
        """,
    ),
    "ties go to the lower venue, a meeting last": Hand(
        visits=TIED_VISITS,
        meetings=TIED_MEETINGS,
        expected="""
            person_id | minutes | path
            A         | 141     | S bus A
            B         | 1       | S - B
            R         | 60      | S café R
        """,
    ),
    "ties go to the lower person": Hand(
        visits=TIED_VISITS,
        meetings=TIED_MEETINGS,
        sources={"S": (at("08:00"), None), "R": (at("08:00"), None)},
        expected="""
            person_id | minutes | path
            A         | 231     | R café A
            B         | 6       | R - B
        """,
    ),
    "ties go to the earlier end, then to the more certain contact": Hand(
        visits="""
            person_id | venue_id | arrived_at | left_at | expected_left_at | left_by
            S         | café     | 08:00      | 09:00   |                  |
            A         | café     | 08:00      | 08:50   |                  |
            A         | café     | 08:00      |         | 08:30            | 08:30
            A         | café     | 08:00      | 08:30   |                  |
            B         | café     | 08:00      | 08:50   |                  |
            B         | café     | 08:00      |         | 08:30            | 08:30
        """,
        rule=ruled(exits="latest"),
        expected="""
            person_id | certainty | minutes
            A         | certain   | 110
            B         | probable  | 80
        """,
    ),
}
