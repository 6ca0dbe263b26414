"""A tracing rule as one text with all its terms, so that a saved trace can be run again; pure."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from graph.rules import TracingRule


def as_terms(rule: TracingRule) -> str:
    """Return every term of a rule as JSON: lengths in seconds, days as ISO 8601, sets sorted."""
    terms = {field.name: _written(getattr(rule, field.name)) for field in fields(rule)}
    return json.dumps(terms, ensure_ascii=False, sort_keys=True)


def rule_of(terms: str) -> TracingRule:
    """Return the rule of a text that `as_terms` wrote.

    A term that the rule did not have when it was written is what the rule sets give by
    themselves; one that rules no longer have is left out.
    """
    told = json.loads(terms)
    known = {field.name for field in fields(TracingRule)}
    return TracingRule(**{name: _read(value) for name, value in told.items() if name in known})


def _written(value: Any) -> Any:
    if isinstance(value, timedelta):
        return {"seconds": int(value.total_seconds())}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    return value


def _read(value: Any) -> Any:
    match value:
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"set": members}:
            return frozenset(members)
    return value
