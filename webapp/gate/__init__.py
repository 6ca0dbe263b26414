"""The gate of a venue: its officers scan people in and out, declare for them, raise alerts.

One scan is one answer: colour, word, direction and given name, then nothing of that person any
more (R33, R61, R62). Whatever is scanned ends at `webapp.arrivals`, like a citizen's own scan.
"""

from webapp.gate import cards, closing, display, paper, scans, screen
from webapp.gate.parts import blueprint

__all__ = ["blueprint", "cards", "closing", "display", "paper", "scans", "screen"]
