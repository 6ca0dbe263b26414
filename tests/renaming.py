"""The same outbreak, and the same rows, under other ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.facts import World
from tests.oracle import Row
from tests.worlds import Outbreak


@dataclass(frozen=True)
class Variant:
    """An outbreak changed by a law; `renaming` leads from old ids to its own."""

    outbreak: Outbreak
    renaming: Mapping[str, str] = field(default_factory=dict)


def people_of(outbreak: Outbreak) -> list[str]:
    """Return everyone whom an outbreak names."""
    world = outbreak.world
    facts = (*world.visits, *world.isolations, *world.cases)
    people = {fact.person_id for fact in facts} | set(outbreak.sources)
    for meeting in world.meetings:
        people |= {meeting.person_a, meeting.person_b}
    return sorted(people)


def venues_of(outbreak: Outbreak) -> list[str]:
    """Return every venue of an outbreak."""
    return sorted(venue.venue_id for venue in outbreak.world.venues)


ID_FIELDS = frozenset(
    {
        "person_id",
        "person_a",
        "person_b",
        "venue_id",
        "part_of",
        "visit_id",
        "contact_id",
        "case_id",
    }
)


def with_prefix(outbreak: Outbreak, prefix: str) -> Variant:
    """Return an outbreak all of whose ids begin otherwise, so that one store holds both."""
    facts = [fact for kind in vars(outbreak.world).values() for fact in kind]
    ids = {vars(fact)[name] for fact in facts for name in ID_FIELDS & set(vars(fact))}
    renaming = {name: prefix + name for name in (ids | set(outbreak.sources)) - {None}}
    return Variant(renamed(outbreak, renaming), renaming)


def renamed(outbreak: Outbreak, renaming: Mapping[str, str]) -> Outbreak:
    """Return an outbreak under other ids; those not named stay."""

    def rename(fact):
        names = ID_FIELDS & set(vars(fact))
        return replace(
            fact,
            **{name: renaming.get(getattr(fact, name), getattr(fact, name)) for name in names},
        )

    world = World(
        **{kind: tuple(map(rename, facts)) for kind, facts in vars(outbreak.world).items()}
    )
    sources = {renaming.get(key, key): period for key, period in outbreak.sources.items()}
    return replace(outbreak, world=world, sources=sources)


def renamed_rows(rows: Sequence[Row], renaming: Mapping[str, str]) -> list[Row]:
    """Return rows under other ids."""

    def name(old: str | None) -> str | None:
        return renaming.get(old, old) if old else old

    return [
        replace(
            row,
            person_id=name(row.person_id),
            via=name(row.via),
            path=tuple(
                replace(
                    step,
                    from_person=name(step.from_person),
                    to_person=name(step.to_person),
                    venue_id=name(step.venue_id),
                )
                for step in row.path
            ),
        )
        for row in rows
    ]


def inverse(renaming: Mapping[str, str]) -> dict[str, str]:
    """Return the way back from new ids to old ones."""
    return {new: old for old, new in renaming.items()}
