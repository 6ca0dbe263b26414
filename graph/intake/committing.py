"""One batch of scans in one transaction: what is known and what follows, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graph.alerts import CITY, raise_alerts_step
from graph.changes import change_step
from graph.database import Graph, Row, Step
from graph.errors import Refused
from graph.identifiers import merge_identifiers_step
from graph.intake.deciding import AROUND, NOBODY, OTHERWISE, Decided, decide
from graph.intake.scans import Outcome, Scan
from graph.periods import epoch_seconds, whole_seconds
from graph.visits.laying import venue_days

BATCH = "check-in"

Answers = Mapping[str, Outcome | Refused]
_FOUND, _CITIZENS, _DAYS, _IN, _EXITS, _CAPS, _RECEIPTS = range(7)


def commit(graph: Graph, scans: Sequence[Scan]) -> Answers:
    """Store scans, each person and each key once among them; return the answers by visit_id.

    Raises:
        StoreAway: nobody knows whether they are stored; send them again.
        StoreFault: one of them cannot be stored, so none of them is.
    """
    writing = _Writing(scans, datetime.now(UTC).replace(microsecond=0))
    found = graph.write_once(*writing.steps())
    return writing.answers(found)


# The store plans a statement anew for each of these lengths of a list, and no others of a batch;
# the first is that of most batches once many wait.
LENGTHS = (11, 1, 2, 101)


def plan(graph: Graph, lengths: Iterable[int] = LENGTHS) -> None:
    """Have the store plan every statement of a commit, which a server just started does slowly."""
    now = datetime.now(UTC).replace(microsecond=0)
    for length in lengths:
        rows: list[Row] = [{}] * length
        stamped = {"rows": rows, "recorded_at": now}
        graph.plan(
            ("intake/find_receipts", {"scans": rows}),
            ("intake/find_citizens", {"scans": rows, "now": now}),
            ("venues/merge_venue_days", {"venue_days": rows}),
            ("intake/record_check_ins", {"batch_id": BATCH, **stamped}),
            *((name, stamped) for name in _OTHERS),
            ("alerts/merge_alerts", {"rows": rows, "sent_at": now, "city": CITY}),
            change_step("visits", people=[f"c{number:032x}" for number in range(length)]),
        )


_OTHERS = (
    "visits/record_exits",
    "visits/cap_stays",
    "intake/merge_receipts",
    "declarations/merge_declarations",
    "identifiers/merge_identifiers",
)


class _Writing:
    """The steps of one transaction; what they write follows from what the first one finds."""

    def __init__(self, scans: Sequence[Scan], now: datetime) -> None:
        self._scans, self._now = scans, now
        self._decided: Decided | None = None
        self._stamp = {"recorded_at": whole_seconds(now)}

    def steps(self) -> list[Step]:
        stamped = {"batch_id": BATCH, **self._stamp}
        return [
            ("intake/find_receipts", {"scans": self._questions()}),
            ("intake/find_citizens", self._citizens()),
            ("venues/merge_venue_days", self._when(_days_of, "venue_days", {})),
            ("intake/record_check_ins", self._when(_check_ins, "rows", stamped)),
            ("visits/record_exits", self._when(_exits, "rows", self._stamp)),
            ("visits/cap_stays", self._when(_caps, "rows", self._stamp)),
            ("intake/merge_receipts", self._when(_receipts, "rows", self._stamp)),
            ("declarations/merge_declarations", self._when(_declarations, "rows", self._stamp)),
            ("identifiers/merge_identifiers", self._identifiers),
            raise_alerts_step(lambda found: self._decide(found).alerts, self._now),
            change_step("visits", people=self._changed),
        ]

    def answers(self, found: Sequence[list[Row]]) -> Answers:
        """Return the answers once the transaction is committed."""
        decided = self._decide(found)
        stored = _stored(found, _IN) | _stored(found, _RECEIPTS)
        wanted = [row["visit_id"] for row in (*decided.check_ins, *decided.receipts)]
        # Another process was quicker with another content under the same key.
        late = {
            visit_id: Refused("visit_id", OTHERWISE)
            for visit_id in wanted
            if visit_id not in stored
        }
        return {**decided.answers, **late}

    def _citizens(self) -> Callable[[Sequence[list[Row]]], dict[str, Any] | None]:
        known = {scan.visit_id for scan in self._scans if not scan.is_new}
        asked = [row for row in self._questions() if row["visit_id"] in known]
        return lambda _found: {"scans": asked, "now": self._now} if asked else None

    def _questions(self) -> list[Row]:
        return [
            {
                "visit_id": scan.visit_id,
                "person_id": scan.person_id,
                "venue_id": scan.venue_id,
                "of_visit_id": scan.of_visit_id,
                "since_s": epoch_seconds(scan.at - AROUND),
                "until_s": epoch_seconds(scan.at + AROUND),
            }
            for scan in sorted(self._scans, key=lambda scan: scan.visit_id)
        ]

    def _decide(self, found: Sequence[list[Row]]) -> Decided:
        if self._decided is None:
            citizens = {
                row["visit_id"]: {**row, "is_stored": True}
                for told in found[_CITIZENS]
                for row in told["found"]
            }
            known = {
                row["visit_id"]: {**NOBODY, **citizens.get(row["visit_id"], {}), **row}
                for row in found[_FOUND][0]["found"]
            }
            self._decided = decide(self._scans, known)
        return self._decided

    def _when(
        self, part: Callable[[Decided], list[Row]], name: str, others: Mapping[str, Any]
    ) -> Callable[[Sequence[list[Row]]], dict[str, Any] | None]:
        """Return the parameters of a step that is left out where it has nothing to write."""

        def parameters(found: Sequence[list[Row]]) -> dict[str, Any] | None:
            rows = part(self._decide(found))
            return {name: rows, **others} if rows else None

        return parameters

    def _identifiers(self, found: Sequence[list[Row]]) -> Mapping[str, Any] | None:
        rows = self._decide(found).identifiers
        if not rows:
            return None
        parameters = merge_identifiers_step(rows, self._now)[1]
        assert not callable(parameters)
        return parameters

    def _changed(self, found: Sequence[list[Row]]) -> Iterable[str]:
        stored = _stored(found, _IN)
        for row in self._decide(found).check_ins:
            if row["visit_id"] in stored:
                yield row["person_id"]
        for step in (_EXITS, _CAPS):
            yield from (row["person_id"] for row in found[step])


def _stored(found: Sequence[list[Row]], step: int) -> set[str]:
    return {visit_id for row in found[step] for visit_id in row["visit_ids"]}


def _days_of(decided: Decided) -> list[Row]:
    return venue_days([*decided.check_ins, *decided.exits])


def _check_ins(decided: Decided) -> list[Row]:
    return decided.check_ins


def _exits(decided: Decided) -> list[Row]:
    return sorted(decided.exits, key=_by_visit)


def _caps(decided: Decided) -> list[Row]:
    return sorted(decided.caps, key=_by_visit)


def _receipts(decided: Decided) -> list[Row]:
    return sorted(decided.receipts, key=_by_visit)


def _declarations(decided: Decided) -> list[Row]:
    return sorted(decided.declarations, key=lambda row: str(row["declaration_id"]))


def _by_visit(row: Row) -> str:
    return str(row["visit_id"])
