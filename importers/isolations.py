"""Isolation of cases and quarantine of contacts, as the lists of the places give them."""

from graph.isolations import merge_isolations
from importers.checks import after
from importers.importer import Column, Importer
from importers.parse import identifier, instant, optional

ISOLATIONS = Importer(
    name="isolations",
    write=merge_isolations,
    columns={
        "isolation_id": Column(identifier, aliases=("mã cách ly",)),
        "person_id": Column(identifier, aliases=("mã người",)),
        "venue_id": Column(identifier, aliases=("mã nơi cách ly", "mã địa điểm")),
        "started_at": Column(instant, aliases=("ngày vào", "thời gian vào")),
        "ended_at": Column(optional(instant), aliases=("ngày ra", "thời gian ra"), required=False),
    },
    checks=(after("ended_at", "started_at"),),
)
