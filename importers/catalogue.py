"""Every importer by its name."""

from collections.abc import Mapping
from types import MappingProxyType

from importers.cases import CASES
from importers.importer import Importer
from importers.isolations import ISOLATIONS
from importers.meetings import MEETINGS
from importers.persons import PERSONS
from importers.units import UNIT_ALIASES, UNIT_SUCCESSORS, UNITS
from importers.venues import VENUES
from importers.visits import VISITS

IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {
        importer.name: importer
        for importer in (
            *(PERSONS, VENUES, VISITS, MEETINGS, CASES, ISOLATIONS),
            *(UNITS, UNIT_SUCCESSORS, UNIT_ALIASES),
        )
    }
)
