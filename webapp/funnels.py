"""The funnel as a table: one row a unit or a kind, one column a step; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.registrations import FunnelCell
from graph.registrations.workflow import COURSE
from webapp.desk_forms import GROUPS

#: The columns, in the order of the course: states, and groups of them.
COLUMNS = (
    "intake",
    *(state for state in COURSE if state not in GROUPS["intake"]),
    "out",
    "stopped",
)


@dataclass(slots=True)
class FunnelRow:
    """How many registrations of one unit, one kind, or both are at each step.

    Args:
        unit_code, category: what the row is about; None for all of them.
    """

    unit_code: str | None
    unit_name: str | None
    category: str | None
    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0
    overdue: int = 0

    def add(self, cell: FunnelCell) -> None:
        """Count one cell in."""
        self.total += cell.count
        self.overdue += cell.overdue
        self.counts[cell.state] = self.counts.get(cell.state, 0) + cell.count

    def at(self, column: str) -> int:
        """Return how many are in a state or a group of states."""
        return sum(self.counts.get(state, 0) for state in states_of(column))


def states_of(column: str) -> Sequence[str]:
    """Return the states that a column counts."""
    return GROUPS.get(column, (column,))


def rows_of(cells: Iterable[FunnelCell], by: str) -> tuple[list[FunnelRow], FunnelRow]:
    """Return the rows by unit, by kind or by both, in the order of the cells, and their sum."""
    rows: dict[tuple[str | None, str | None], FunnelRow] = {}
    whole = FunnelRow(None, None, None)
    for cell in cells:
        unit = cell.unit_code if by in ("unit", "both") else None
        kind = cell.category if by in ("kind", "both") else None
        name = cell.unit_name if unit else None
        row = rows.setdefault((unit, kind), FunnelRow(unit, name, kind))
        row.add(cell)
        whole.add(cell)
    ordered = sorted(rows, key=lambda key: (key[0] or "", key[1] or ""))
    return [rows[key] for key in ordered], whole


def overdue_of(cells: Iterable[FunnelCell]) -> Mapping[str, int]:
    """Return how many are overdue in each state."""
    found: dict[str, int] = {}
    for cell in cells:
        found[cell.state] = found.get(cell.state, 0) + cell.overdue
    return found
