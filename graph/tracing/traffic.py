"""Normal traffic: how many visits venues, and the whole city, have on each local day.

Counted as stored now, by the degrees that the store keeps: what was recorded later or is
withdrawn is among them. It is what cases are compared with, so a few more or less matter little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from graph.changes import Head, head
from graph.database import Graph
from graph.periods import local_day
from graph.rules import TracingRule

# The sum over all venues takes seconds at 10 M visits; while a store has grown by less than
# this share since it was counted, it is not counted again.
_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class _Counted:
    """The visits by day of one store, as it was at one number of its ledger."""

    at: Head
    by_day: Mapping[int, int]

    def serves(self, now: Head, days_s: Collection[int]) -> bool:
        if now.mark == self.at.mark:
            return True
        grown = now.visit_days - self.at.visit_days
        return (
            now.store_id == self.at.store_id
            and now.number > self.at.number
            and 0 <= grown < _TOLERANCE * self.at.visit_days
            and all(day_s in self.by_day for day_s in days_s)
        )


# One store a process as a rule; what is known of the last one stays.
_counted: dict[str, _Counted] = {}
_lock = Lock()


def count_traffic(
    graph: Graph, venue_ids: Iterable[str], days_s: Iterable[int], rule: TracingRule
) -> Mapping[tuple[str, int], int]:
    """Return the visits of some venues on some days, by venue and the day's midnight.

    Midnights are seconds of the epoch. Under a rule that rolls zones up, a venue's are those
    of all its zones.
    """
    name = "count_traffic_over_zones" if rule.roll_up_zones else "count_traffic"
    days = [local_day(datetime.fromtimestamp(day_s, UTC)) for day_s in sorted(set(days_s))]
    wanted = sorted(set(venue_ids))
    if not wanted or not days:
        return {}
    [columns] = graph.read(f"tracing/{name}", venue_ids=wanted, days=days)
    keys = zip(columns["venue_id"], columns["day_s"], strict=True)
    return dict(zip(keys, columns["visits"], strict=True))


def count_city_traffic(graph: Graph, days_s: Collection[int]) -> Mapping[int, int]:
    """Return the visits of all venues together by the day's midnight, in seconds of the epoch.

    Counted anew when the store has changed by more than a hundredth, or a day is new to it.

    Args:
        days_s: midnights that the caller needs; other days may be there too.
    """
    now = head(graph)
    with _lock:
        known = _counted.get(now.store_id)
    if known is None or not known.serves(now, days_s):
        rows = graph.read("tracing/count_city_traffic")
        known = _Counted(now, {row["day_s"]: row["visits"] for row in rows})
        with _lock:
            _counted.clear()
            _counted[now.store_id] = known
    return known.by_day
