"""What becomes of rows whose visit_id stands more than once in a file; pure.

They are judged by what judges the rows of an import, in the same batches, beside what the rows
before them have left in the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from graph.batches import Refusal, sift
from graph.visits.judging import CONTENT, exits_told_apart, judge
from importers.importer import BATCH_SIZE


@dataclass(slots=True)
class Settled:
    """What is left of repeated visits.

    Args:
        kept: places in the file of the rows that begin a visit.
        exits: of those, whose exit a later row tells, with that exit.
        accepted, duplicate: how many rows.
        refused: rows by their place in the file, with the column and the reason.
    """

    kept: set[int] = field(default_factory=set)
    exits: dict[int, Any] = field(default_factory=dict)
    accepted: int = 0
    duplicate: int = 0
    refused: list[Refusal] = field(default_factory=list)


def settle(rows: Sequence[Mapping[str, Any]]) -> Settled:
    """Judge repeated visits.

    Args:
        rows: visits with their `place` in the file, by it.
    """
    settled = Settled()
    stored: dict[str, dict[str, Any]] = {}
    for _batch, lot in groupby(rows, lambda row: int(row["place"]) // BATCH_SIZE):
        _settle_batch(list(lot), stored, settled)
    settled.refused.sort(key=lambda refusal: refusal.index)
    return settled


def _settle_batch(
    rows: list[Mapping[str, Any]], stored: dict[str, dict[str, Any]], settled: Settled
) -> None:
    """Judge the rows of one batch, as `graph.visits.merge_visits` does."""
    told = [{key: row[key] for key in ("visit_id", *CONTENT, "left_at")} for row in rows]
    late = set(exits_told_apart(told))
    for part in ([p for p in range(len(rows)) if p not in late], sorted(late)):
        sifted = sift([told[p] for p in part], "visit_id")
        judged = judge(sifted.rows, stored)
        for row in judged.fresh:
            place = rows[part[row["index"]]]["place"]
            stored[row["visit_id"]] = {**row, "is_retracted": False, "place": place}
            settled.kept.add(place)
        for row in judged.exits:
            known = stored[row["visit_id"]]
            known["left_at"] = settled.exits[known["place"]] = row["left_at"]
        settled.accepted += len(judged.fresh) + len(judged.exits)
        settled.duplicate += sifted.duplicate + judged.unchanged
        settled.refused += [
            Refusal(rows[part[refusal.index]]["place"], refusal.column, refusal.reason)
            for refusal in (*sifted.refused, *judged.refused)
        ]
