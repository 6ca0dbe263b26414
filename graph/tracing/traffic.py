"""Normal traffic: how many visits venues, and the whole city, have on each local day.

Counted as stored now, by the degrees that the store keeps: what was recorded later or is
withdrawn is among them. It is what cases are compared with, so a few more or less matter little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from threading import Lock

from graph.changes import head
from graph.database import Graph
from graph.periods import local_day
from graph.rules import TracingRule

# The sum over all venues takes a second at 10 M visits, and is the same until something changes.
_known: dict[tuple[str, int, str], Mapping[int, int]] = {}
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


def count_city_traffic(graph: Graph) -> Mapping[int, int]:
    """Return the visits of all venues together by the day's midnight, in seconds of the epoch.

    Counted anew only after a change in the ledger.
    """
    state = head(graph)
    key = (state.store_id, state.number, state.token)
    with _lock:
        known = _known.get(key)
    if known is None:
        known = {row["day_s"]: row["visits"] for row in graph.read("tracing/count_city_traffic")}
        with _lock:
            _known.clear()
            _known[key] = known
    return known
