"""How unlikely it is that so many cases met a venue by chance; pure, in columns.

Under the null model each visit of a case on a day goes to a venue with the venue's share of
all the city's visits of that day, whatever else it did. A case then meets the venue with
p = 1 - prod(1 - share) over its visits, and how many cases do is Poisson-binomial.

Source: Y. Hong, On computing the distribution function for the Poisson binomial distribution,
Computational Statistics & Data Analysis 59 (2013) 41-51, section 2.3 (the recursion).
"""

from __future__ import annotations

from math import inf, log, log10

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A venue that had all visits of a day would make the logarithm of what is left infinite.
_LARGEST_SHARE = 1 - 1e-12
# Cells of the recursion that are held at once: 8 MB.
_CELLS = 1_000_000
_SMALLEST = 1e-290


def chances(shares: Floats, visits: Floats) -> Floats:
    """Return with what probability each case meets each venue by chance, a row a venue.

    Args:
        shares: a row a venue, a column a day: its part of all visits of that day, 0 to 1.
        visits: a row a case, a column a day: how many it made.
    """
    missed: Floats = np.log1p(-np.clip(shares, 0.0, _LARGEST_SHARE)) @ visits.T
    met: Floats = -np.expm1(missed)
    return met


def scores(met: Floats, seen: NDArray[np.int64]) -> Floats:
    """Return -log10 P(X >= seen) of each venue, X being how many cases meet it by chance.

    Exact: every term is added and none taken away, so that the smallest tails keep their
    digits; infinity where it cannot be.

    Args:
        met: a row a venue, a column a case, as `chances` gives it.
        seen: how many cases were seen at each venue.
    """
    found = np.zeros(len(seen))
    order = np.argsort(seen, kind="stable")
    at = 0
    while at < len(order):
        # Venues of about as many cases go together: the recursion is as wide as the most.
        many = max(1, min(len(order) - at, _CELLS // (int(seen[order[at]]) + 1)))
        while many > 1 and int(seen[order[at + many - 1]]) > 2 * int(seen[order[at]]) + 8:
            many //= 2
        some = order[at : at + many]
        found[some] = _scores(met[some], seen[some])
        at += many
    return found


def _scores(met: Floats, seen: NDArray[np.int64]) -> Floats:
    """Go case by case: what was the chance of k so far, for k below `seen`, and of more."""
    width = int(seen.max())
    fewer = np.zeros((len(seen), width + 1))
    fewer[:, 0] = 1.0
    # At `seen` chances stay: whoever comes after changes nothing any more.
    is_open = np.arange(width + 1)[None, :] < seen[:, None]
    for chance in met.T:
        moved = np.where(is_open, fewer * chance[:, None], 0.0)
        fewer -= moved
        fewer[:, 1:] += moved[:, :-1]
    tails = fewer[np.arange(len(seen)), seen]
    found: Floats = np.maximum(0.0, -np.log10(np.maximum(tails, _SMALLEST)))
    for row in np.flatnonzero(tails <= _SMALLEST):
        found[row] = _score_by_logarithms(met[row], int(seen[row]))
    return found


def _score_by_logarithms(met: Floats, seen: int) -> float:
    """Do the same for one venue whose chance is smaller than a float can be."""
    fewer = np.full(seen + 1, -inf)
    fewer[0] = 0.0
    with np.errstate(divide="ignore"):
        comes, stays_away = np.log(met), np.log1p(-met)
    for come, stay in zip(comes, stays_away, strict=True):
        moved = fewer[:-1] + come
        fewer[:-1] += stay
        fewer[1:] = np.logaddexp(fewer[1:], moved)
    return float(-fewer[seen] / log(10))


def line(compared: int, significance: float) -> float:
    """Return the score past which one of so many venues is unlikely (Bonferroni's correction)."""
    return log10(max(1, compared) / significance) if significance > 0 else inf
