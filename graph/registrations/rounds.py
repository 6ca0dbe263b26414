"""Intake rounds: until when lists are taken, and which chain of offices they pass (R29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graph.database import Graph
from graph.errors import Refused
from graph.periods import day_bounds
from graph.registrations.workflow import CHAINS, chain_on


@dataclass(frozen=True, slots=True)
class IntakeRound:
    """A round of intake; `closes_on` is its last local day, `chain` the offices that it passes."""

    round_id: str
    name: str
    opens_on: date
    closes_on: date
    chain: str


def merge_round(
    graph: Graph,
    round_id: str,
    name: str,
    opens_on: date,
    closes_on: date,
    chain: str | None = None,
) -> None:
    """Store an intake round, or its newer name, days and chain.

    Without a chain it has the one in force on the day that it opens.

    Raises:
        Refused: it closes before it opens, or there is no such chain.
    """
    if closes_on < opens_on:
        raise Refused("closes_on", "is before the day on which the round opens")
    if chain is not None and chain not in CHAINS:
        raise Refused("chain", "is no chain of offices")
    graph.write(
        "registrations/merge_round",
        round_id=round_id,
        name=name,
        opens_on=opens_on,
        closes_on=closes_on,
        closes_at=day_bounds(closes_on).end,
        chain=chain or chain_on(opens_on),
    )


def find_rounds(graph: Graph) -> list[IntakeRound]:
    """Return every intake round, the newest first."""
    return [IntakeRound(**row) for row in graph.read("registrations/find_rounds")]


def round_for(rounds: Sequence[IntakeRound], day: date) -> IntakeRound | None:
    """Return the round that a unit received on a day belongs to, None where none has begun.

    It is the newest that has opened; what comes after its last day is taken, and late.

    Args:
        rounds: the newest first.
    """
    return next((one for one in rounds if one.opens_on <= day), None)
