"""Visits: the plain door for bulk data, used by other programs and by the benchmarks."""

from graph.limits import LONGEST_VISIT
from graph.visits import merge_visits
from importers.checks import not_before
from importers.importer import Column, Importer
from importers.parse import identifier, instant, optional

VISITS = Importer(
    name="visits",
    write=merge_visits,
    columns={
        "visit_id": Column(identifier, aliases=("mã lượt vào ra",)),
        "person_id": Column(identifier, aliases=("mã người",)),
        "venue_id": Column(identifier, aliases=("mã địa điểm",)),
        "arrived_at": Column(instant, aliases=("thời gian vào", "giờ đến")),
        "left_at": Column(optional(instant), aliases=("thời gian ra", "giờ về")),
    },
    checks=(not_before("left_at", "arrived_at", longest=LONGEST_VISIT),),
)
