"""The warnings of a trace in words, for pages and the command line alike."""

from collections.abc import Callable

from graph.tracing.warnings import TraceWarning
from webapp.language import _, ngettext

Write = Callable[[float], str]


def told(warning: TraceWarning, number: Write) -> str:
    """Return a warning as sentences; `number` writes a number in the language asked for."""
    values = {
        "people": number(warning.people),
        "of": number(warning.of),
        "share": number(round(100 * warning.share)),
        "limit": number(warning.limit or 0),
        **{code: number(people) for code, people in warning.by_certainty.items()},
    }
    if warning.kind == "large_venues":
        return ngettext(
            "%(num)d venue exposed more than %(limit)s people, %(people)s in all: too many to mean "
            "much. Follow zones and hours there, and rank by strength.",
            "%(num)d venues exposed more than %(limit)s people each, %(people)s in all: too many "
            "to mean much. Follow zones and hours there, and rank by strength.",
            warning.venues_in_all,
            **values,
        )
    if warning.kind == "most_of_city":
        return _(
            "This trace covers %(people)s of the %(of)s people known (%(share)s %%): too much of "
            "the city to mean much. Past hop 2 rank by minutes.",
            **values,
        )
    if warning.kind == "guessed_exits":
        return _(
            "%(people)s of %(of)s people (%(share)s %%) rest on a check-out that is assumed: "
            "%(probable)s probable, %(possible)s possible.",
            **values,
        )
    return _(
        "%(people)s of %(of)s people were exposed at a venue that has zones, and in which zone "
        "is not known: these contacts are weaker.",
        **values,
    )
