"""Administrative units: how they stood on a day, what became of them, how people call them.

A unit is a code. What it was called, what it belonged to and from when until when is a term of
it: a reform may end a code, or give it another name and other bounds, so that a code alone says
which unit is meant only together with a day (R172).
"""

from graph.units.finding import Candidate, find, recognise
from graph.units.reading import find_units, forget, unit_tree
from graph.units.storing import LEVELS, merge_aliases, merge_successors, merge_units
from graph.units.terms import Alias, Span, Succession, Unit
from graph.units.tree import UnitTree

__all__ = [
    "LEVELS",
    "Alias",
    "Candidate",
    "Span",
    "Succession",
    "Unit",
    "UnitTree",
    "find",
    "find_units",
    "forget",
    "merge_aliases",
    "merge_successors",
    "merge_units",
    "recognise",
    "unit_tree",
]
