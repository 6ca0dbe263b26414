"""How contacts are weighed for the order of work: dated, named data with its source; pure.

A weighting ranks people who are exposed already; it decides nobody's class. The one in
force on the day of a trace applies, and every list names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from graph.categories import CATEGORIES, UNKNOWN

#: What venues of a kind have in common, and the kinds; every other kind is `indoors`.
_AIRS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "care": ("hospital", "health_facility", "apartments"),
        "crowded": ("entertainment", "public_transport", "waiting_hall"),
        "airy": ("mall", "supermarket", "station", "bus_station"),
        "open": ("market", "wholesale_market", "pier"),
    }
)


@dataclass(frozen=True, slots=True)
class Weighting:
    """What makes an exposure stronger or weaker, and when a trace is too large to mean much.

    Args:
        name: of the set; in_force_from: the first local day on which it applies.
        settings: the factor of a kind of venue, by its category's code.
        meeting: the factor of a contact that was told in an interview.
        unknown_zone: a further factor where a venue has zones and the contact names none.
        half_life_days: in how many days since the exposure its factor falls by half.
        oldest_days: exposures longer ago weigh no less.
        certainties: the factor of a certain, probable or possible contact.
        fan_out_cap: how many people one venue may have exposed before that warns.
        most_of_city: the share of the people known past which a trace warns, 0 to 1.
        source: where the figures come from; what no source states is marked (inferred).
    """

    name: str
    in_force_from: date
    settings: Mapping[str, float]
    meeting: float
    unknown_zone: float
    half_life_days: float
    oldest_days: int
    certainties: Mapping[str, float]
    fan_out_cap: int
    most_of_city: float
    source: str

    def setting(self, category: str | None) -> float:
        """Return the factor of a kind of venue; of no venue, that of a meeting."""
        if category is None:
            return self.meeting
        return self.settings.get(category, self.settings[UNKNOWN])

    def recency(self, days: int) -> float:
        """Return the factor of an exposure so many local days ago: 1 today, half a half-life ago.

        It is 0.5 to the power of days / half-life, of no less than 0 and no more than the
        oldest days.
        """
        factor: float = 0.5 ** (min(max(0, days), self.oldest_days) / self.half_life_days)
        return factor


def _settings(factors: Mapping[str, float]) -> Mapping[str, float]:
    """Return the factor of every category, from those of what they have in common."""
    air_of = {code: air for air, codes in _AIRS.items() for code in codes}
    return MappingProxyType(
        {code: factors.get(air_of.get(code, "indoors"), 1.0) for code in CATEGORIES}
    )


# In the order in which they came into force. Source: REQUIREMENTS R119, R130.
WEIGHTINGS: tuple[Weighting, ...] = (
    Weighting(
        name="2020-12",
        in_force_from=date(2020, 12, 3),
        settings=_settings({"care": 1.5, "crowded": 1.5, "airy": 0.7, "open": 0.5}),
        meeting=2.0,
        unknown_zone=0.5,
        half_life_days=5,
        oldest_days=21,
        certainties=MappingProxyType({"certain": 1.0, "probable": 0.8, "possible": 0.5}),
        fan_out_cap=500,
        most_of_city=0.25,
        source="the order of the settings after Nishiura et al. 2020 (closed places infect more "
        "than open ones, doi:10.1101/2020.02.28.20029272) and Thompson et al. 2021 (people who "
        "know each other more than casual contacts, doi:10.1093/cid/ciab100); the half-life after "
        "the median incubation of 5.1 days, Lauer et al. 2020 (doi:10.7326/M20-0504); the oldest "
        "days after the longest quarantine, 21 days; all factors, the cap and the share (inferred)",
    ),
)


def weighting_in_force(on: date) -> Weighting:
    """Return the weighting in force on a local day; before the first one, the first."""
    in_force = [weighting for weighting in WEIGHTINGS if weighting.in_force_from <= on]
    return in_force[-1] if in_force else WEIGHTINGS[0]
