"""One-time codes that prove who holds a number: short lived, tried a few times, used once (R63).

The store holds digests alone, made with a key that it does not have. Codes are sent one after the
other, and tried one after the other for each number, however many ask at the same moment.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph.database import Graph, Row
from graph.periods import whole_seconds

# Source of all these: R63.
LASTS = timedelta(minutes=10)
MOST_TRIES = 5
SOON, MOST_SOON = timedelta(minutes=10), 3
LONG, MOST_LONG = timedelta(days=1), 10

FORGOTTEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Issued:
    """Whether a code may be sent now; if not, `again_at` is when the next one may."""

    is_allowed: bool
    again_at: datetime | None = None


def issue_code(graph: Graph, blind_index: str, digest: str, at: datetime) -> Issued:
    """Keep a new code for a number in place of the one before, if one may be sent to it now.

    What this keeps of numbers goes a day after the last code: each call deletes some.

    Args:
        digest: of the number and the code together, by a key that the store does not have.
    """
    now = whole_seconds(at)
    code = {
        "blind_index": blind_index,
        "digest": digest,
        "now": now,
        "expires_at": now + LASTS,
        "forget_at": now + LONG,
        "soon": now - SOON,
        "most_soon": MOST_SOON,
        "long": now - LONG,
        "most_long": MOST_LONG,
    }
    _, (row,), _ = graph.write_together(
        ("one_time_codes/lock_numbers", {}),
        ("one_time_codes/issue_code", code),
        ("one_time_codes/delete_forgotten", {"now": now, "limit": FORGOTTEN_AT_ONCE}),
    )
    if row["is_allowed"]:
        return Issued(True)
    return Issued(False, _again_at(row["sent_at"]))


def take_code(graph: Graph, blind_index: str, digest: str, at: datetime) -> bool:
    """Try a code once, and use it up if it is right; say whether it was.

    A number without a code, a code that has ended, was used or was tried too often, and a wrong
    one are all the same to the caller.
    """

    def spend(found: Sequence[list[Row]]) -> Mapping[str, Any] | None:
        [tries] = found
        is_right = bool(tries) and hmac.compare_digest(str(tries[0]["digest"]), digest)
        return {"blind_index": blind_index} if is_right else None

    _, spent = graph.write_together(
        (
            "one_time_codes/count_try",
            {"blind_index": blind_index, "now": whole_seconds(at), "most_tries": MOST_TRIES},
        ),
        ("one_time_codes/spend_code", spend),
    )
    return bool(spent)


def _again_at(sent_at: Sequence[datetime]) -> datetime:
    """Return when both limits admit another send, given the sends of the last day in order."""
    ends = []
    if len(sent_at) >= MOST_SOON:
        ends.append(sent_at[-MOST_SOON] + SOON)
    if len(sent_at) >= MOST_LONG:
        ends.append(sent_at[-MOST_LONG] + LONG)
    return max(ends)
