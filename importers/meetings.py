"""Meetings that somebody named in an interview; neither end is the giver."""

from graph.limits import LONGEST_VISIT
from graph.meetings import merge_meetings
from importers.checks import after, different, not_before
from importers.importer import Column, Importer
from importers.parse import identifier, instant, optional, text

MEETINGS = Importer(
    name="meetings",
    write=merge_meetings,
    columns={
        "contact_id": Column(identifier, aliases=("mã tiếp xúc",)),
        "person_a": Column(identifier, aliases=("người thứ nhất",)),
        "person_b": Column(identifier, aliases=("người thứ hai",)),
        "started_at": Column(instant, aliases=("bắt đầu",)),
        "ended_at": Column(instant, aliases=("kết thúc",)),
        "kind": Column(
            optional(text), aliases=("loại tiếp xúc", "hình thức tiếp xúc"), required=False
        ),
    },
    checks=(
        different("person_b", "person_a"),
        not_before("ended_at", "started_at", longest=LONGEST_VISIT),
        # A meeting without length would expose nobody, and nobody would notice.
        after("ended_at", "started_at"),
    ),
)
