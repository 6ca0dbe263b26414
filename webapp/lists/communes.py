"""Which commune a cell of a list means: by its name in any usual spelling, or by its code; pure."""

import re
from collections.abc import Collection, Iterable, Sequence

from graph.names import fold
from graph.units import Unit
from importers.registration_lists import SEVERAL_COMMUNES, UNKNOWN_COMMUNE

_SORTS = {
    "phuong": "phuong",
    "p": "phuong",
    "f": "phuong",
    "xa": "xa",
    "x": "xa",
    "thi tran": "thitran",
    "tt": "thitran",
    "dac khu": "dackhu",
    "ward": "phuong",
    "commune": "xa",
}
_SORT = re.compile(r"^(phuong|thi tran|dac khu|ward|commune|xa|tt|p|f|x)\s*(?=[0-9]|\s)\s*(.+)$")


class Communes:
    """The communes of a day, to be found by what lists call them."""

    def __init__(self, units: Sequence[Unit], area: Collection[str]) -> None:
        wards = [unit for unit in units if unit.level == "ward" and unit.name]
        names = {unit.unit_code: fold(unit.name or "") for unit in units}
        self._codes = {unit.unit_code for unit in wards}
        self._area = frozenset(area)
        self._around = {unit.unit_code: names.get(unit.parent_code or "", "") for unit in wards}
        self._by_name: dict[str, list[tuple[str | None, str]]] = {}
        for unit in wards:
            sort, bare = _apart(fold(unit.name or ""))
            self._by_name.setdefault(bare, []).append((sort, unit.unit_code))
        self._found: dict[str, str] = {}

    def find(self, written: str) -> str:
        """Return the code of the commune that is meant; among namesakes the office's own.

        Raises:
            ValueError: none is meant, or more than one may be; the text says which.
        """
        if written not in self._found:
            self._found[written] = self._find(written)
        return self._found[written]

    def _find(self, written: str) -> str:
        if written.strip() in self._codes:
            return written.strip()
        first, _comma, rest = written.partition(",")
        sort, bare = _apart(fold(first))
        named = self._by_name.get(bare, [])
        fitting = [code for each, code in named if sort in (None, each)]
        for narrower in (self._within(fitting, fold(rest)), fitting):
            own = [code for code in narrower if code in self._area]
            for found in (own, narrower):
                if len(found) == 1:
                    return found[0]
        raise ValueError(SEVERAL_COMMUNES if fitting else UNKNOWN_COMMUNE)

    def _within(self, codes: Iterable[str], district: str) -> list[str]:
        """Return the communes whose district is named beside them; none if none is."""
        if not district:
            return []
        return [code for code in codes if _is_named(self._around[code], district)]


def _apart(name: str) -> tuple[str | None, str]:
    """Return the sort of a commune, None where it is not told, and its bare name."""
    found = _SORT.match(name)
    if found is None:
        return None, name
    bare = found[2].strip()
    return _SORTS[found[1]], bare.lstrip("0") if bare.isdigit() else bare


def _is_named(district: str, text: str) -> bool:
    """Say whether a district, as `quan 5`, is named by a text, as `q5` or `can gio`."""
    bare = re.sub(r"^(?:quan|huien|thanh pho|thi xa)\s+", "", district)
    words = re.sub(r"^(?:quan|huien|thanh pho|thi xa|tp|q|h)\s*(?=[0-9]|\s)\s*", "", text)
    return bool(bare) and (words == bare or words.startswith(f"{bare} ") or bare in words)
