"""The same question put to DuckDB as a plain join of visits by venue and day, a join a hop.

What an analyst would write: whoever shares a bucket with somebody infectious for long enough, the
earliest moment and the summed length of each. It enumerates the pairs, which is the point of it.
Visits have recorded exits; no meeting, no zone, no isolation but the sources', no latent time.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import duckdb
import numpy as np

from graph.tracing.projection.facts import NEVER
from tests.bench.city_columns import midnight_s, rows_of
from tests.bench.made_city import City
from tests.bench.plain_columns import Found

MEMORY = "6GB"
_TABLE = (
    "CREATE TABLE visits (person UINTEGER, venue UINTEGER, day INTEGER, starts INTEGER,"
    " ends INTEGER, arrived INTEGER, departed INTEGER)"
)
#: One hop: from people whose moment improved, each from and until, to whom they expose.
_HOP = """
CREATE TEMP TABLE exposed AS
SELECT
    b.person,
    min(greatest(a.arrived, b.arrived, f.since)) + $least AS moment,
    sum(least(a.departed, b.departed, f.until) - greatest(a.arrived, b.arrived, f.since)) AS seconds
FROM frontier f
JOIN visits a ON a.person = f.person
JOIN visits b ON b.venue = a.venue AND b.day = a.day AND b.person <> a.person
WHERE least(a.departed, b.departed, f.until) - greatest(a.arrived, b.arrived, f.since) >= $least
  -- A stay past midnight is in two buckets; sharing counts where it starts.
  AND greatest(a.arrived, b.arrived, f.since) >= a.starts
  AND greatest(a.arrived, b.arrived, f.since) < a.ends
GROUP BY b.person
"""
_IMPROVED = """
CREATE TEMP TABLE improved AS
SELECT e.person, e.moment, e.seconds, l.person IS NULL AS is_new
FROM exposed e LEFT JOIN level l USING (person)
WHERE l.person IS NULL OR (e.moment < l.moment AND l.hop > 0)
"""
_LEVEL = """
CREATE TEMP TABLE next_level AS
SELECT person, hop, exposed, least(l.moment, coalesce(i.moment, l.moment)) AS moment, l.seconds
FROM level l LEFT JOIN improved i USING (person)
UNION ALL
SELECT person, $hop, moment, moment, seconds FROM improved WHERE is_new
"""

#: `until` of those who are never isolated: the greatest second that a column holds.
_FRONTIER = """
CREATE TEMP TABLE frontier AS SELECT person, moment AS since, 2147483647 AS until FROM improved
"""


class Joined:
    """A city in DuckDB, in memory, with the same edges as the projection."""

    def __init__(self, city: City) -> None:
        self.database = duckdb.connect(":memory:", config={"memory_limit": MEMORY})
        self.database.execute(_TABLE)
        for day, rows in rows_of(city):
            known = rows.left != NEVER
            size = int(known.sum())
            columns = {  # noqa: F841 - DuckDB reads it by its name
                "person": rows.person[known],
                "venue": rows.venue[known],
                "day": np.full(size, day, np.int32),
                "starts": np.full(size, midnight_s(day), np.int32),
                "ends": np.full(size, midnight_s(day + 1), np.int32),
                "arrived": rows.arrived[known],
                "departed": rows.left[known],
            }
            self.database.execute("INSERT INTO visits SELECT * FROM columns")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.database.close()

    def trace(
        self, sources: Mapping[int, tuple[int, int | None]], least_s: int, hops: int
    ) -> Found:
        """Return whom the sources expose; see `PlainColumns.trace`."""
        ask = self.database.execute
        ask("CREATE OR REPLACE TEMP TABLE frontier (person UINTEGER, since INTEGER, until INTEGER)")
        for person, (since, until) in sources.items():
            ask("INSERT INTO frontier VALUES (?, ?, ?)", [person, since, until or NEVER])
        ask(
            "CREATE OR REPLACE TEMP TABLE level AS SELECT person, 0 AS hop, since AS exposed,"
            " since AS moment, 0::HUGEINT AS seconds FROM frontier"
        )
        for hop in range(1, hops + 1):
            ask("DROP TABLE IF EXISTS exposed")
            ask(_HOP, {"least": least_s})
            ask("DROP TABLE IF EXISTS improved")
            ask(_IMPROVED)
            ask("DROP TABLE IF EXISTS next_level")
            ask(_LEVEL, {"hop": hop})
            ask("DROP TABLE level")
            ask("ALTER TABLE next_level RENAME TO level")
            ask("DROP TABLE frontier")
            ask(_FRONTIER)
        rows = ask(
            "SELECT person, hop, exposed, moment, seconds::BIGINT // 60 FROM level WHERE hop > 0"
        ).fetchall()
        return {person: (hop, exposed, at, minutes) for person, hop, exposed, at, minutes in rows}
