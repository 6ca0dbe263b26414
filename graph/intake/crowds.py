"""Gates through which more come in than can (R199): counted in this process, minute by minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from graph.intake.scans import Scan
from graph.periods import epoch_seconds

# Two people a second, all the time, is more than one gate lets in (inferred).
MOST_A_MINUTE = 120
FLAG = "crowd"
# Minutes that are counted at the same time: late scans belong to earlier ones.
MOST_MINUTES = 100_000


class Crowds:
    """How many came in by each gate in each minute."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()

    def marked(self, scan: Scan) -> Scan:
        """Return a scan, flagged if its gate has let in too many in that minute."""
        if scan.direction == "out" or scan.gate_code is None:
            return scan
        if len(self._counts) > MOST_MINUTES:
            self._counts.clear()
        minute = (scan.gate_code, _minute(scan.at))
        self._counts[minute] += 1
        if self._counts[minute] <= MOST_A_MINUTE or FLAG in scan.flags:
            return scan
        return replace(scan, flags=(*scan.flags, FLAG))


def _minute(at: datetime) -> int:
    return epoch_seconds(at) // 60
