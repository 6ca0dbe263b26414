"""A sample as what really arrives: files of several sources, each known from a moment on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from importers.importer import Importer


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one importer that became known together, as its file would hold them.

    Args:
        name: what the batch calls its file.
        recorded_at: when the rows became known; aware.
    """

    importer: Importer
    name: str
    recorded_at: datetime
    rows: Sequence[dict[str, Any]]
