"""Why two traces differ, in sentences for pages and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from graph.batches import Batch
from graph.tracing.causes import Cause
from webapp.language import N_, _

STATED: Mapping[str, str] = MappingProxyType(
    {
        "classification": N_("classification"),
        "onset_on": N_("onset date"),
        "sampled_on": N_("sample date"),
        "confirmed_at": N_("time of confirmation"),
        "isolated_at": N_("time of isolation"),
    }
)
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "visit_recorded": N_(
            "The visit of %(person)s to %(venue)s at %(happened)s became known at %(known)s."
        ),
        "visit_withdrawn": N_(
            "The visit of %(person)s to %(venue)s at %(happened)s was withdrawn at %(known)s."
        ),
        "exit_learnt": N_(
            "It became known at %(known)s when %(person)s left %(venue)s, entered at %(happened)s."
        ),
        "meeting_recorded": N_(
            "The meeting of %(person)s and %(other)s at %(happened)s became known at %(known)s."
        ),
        "meeting_withdrawn": N_(
            "The meeting of %(person)s and %(other)s at %(happened)s was withdrawn at %(known)s."
        ),
        "isolation_recorded": N_(
            "The isolation of %(person)s from %(happened)s on became known at %(known)s."
        ),
        "isolation_withdrawn": N_(
            "The isolation of %(person)s from %(happened)s on was withdrawn at %(known)s."
        ),
        "case_confirmed": N_(
            "%(person)s turned positive: case %(case)s was confirmed by a report of %(known)s."
        ),
        "case_discarded": N_(
            "Case %(case)s of %(person)s is no longer confirmed, by a report of %(known)s."
        ),
        "case_changed": N_(
            "A report of %(known)s on case %(case)s of %(person)s changed: %(stated)s."
        ),
        "sources": N_("%(person)s was asked about as a source in one of the two traces only."),
        "rule": N_("The two traces follow different rules."),
        "hops": N_("The other trace follows fewer hops."),
        "stopped": N_("The other trace stopped at its budget before this hop."),
        "erased": N_("The data of somebody on the way was erased."),
        "unexplained": N_(
            "No single fact tells: the kind or the zones of a venue may have been changed."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells causes in the language asked for; people and venues by what these functions say."""

    person: Callable[[str], str]
    venue: Callable[[str], str]
    moment: Callable[[datetime], str]
    batches: Mapping[str, Batch]

    def sentence(self, cause: Cause) -> str:
        """Return a cause as a sentence, with the import that brought the fact or was undone."""
        told = _(
            SENTENCES[cause.kind],
            person=self._named(self.person, cause.person_id),
            other=self._named(self.person, cause.other_id),
            venue=self._named(self.venue, cause.venue_id),
            happened="" if cause.happened_at is None else self.moment(cause.happened_at),
            known="" if cause.known_at is None else self.moment(cause.known_at),
            case=cause.case_id or "",
            stated=", ".join(_(STATED[name]) for name in cause.stated),
        )
        batch = self.batches.get(cause.batch_id or "")
        if batch is None:
            return told
        name = batch.file_name or batch.batch_id
        if cause.is_undone:
            return f"{told} " + _("Its import, %(file)s, was undone.", file=name)
        return f"{told} " + _("It came with the import %(file)s.", file=name)

    def through(self, cause: Cause) -> str | None:
        """Return through whom a cause reaches the person changed, None where directly."""
        if cause.through is None:
            return None
        return _("Through %(person)s:", person=self.person(cause.through))

    def _named(self, name: Callable[[str], str], key: str | None) -> str:
        return "" if key is None else name(key)
