"""The words of paths: what comes first, and why some are missing; for pages and commands alike."""

from collections.abc import Mapping
from types import MappingProxyType

from webapp.language import N_

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "fewest": N_("fewest contacts first"),
        "strongest": N_("strongest weakest contact first"),
        "earliest": N_("earliest arrival first"),
    }
)
STOPS: Mapping[str, str] = MappingProxyType(
    {
        "visits": N_("a further step would read more visits than TRUYVET_TRACE_BUDGET allows"),
        "links": N_("the people on the way share more stays than one question may bring in"),
        "chains": N_("there are too many chains to look through them all"),
    }
)
