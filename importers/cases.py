"""Cases, one line of a line list each; a later file with other content is a newer report."""

from collections.abc import Mapping
from typing import Any

from graph.cases import merge_cases
from graph.periods import local_day
from importers.checks import Reason
from importers.importer import Column, Importer
from importers.parse import choice, codes, day, identifier, instant, optional

CLASSIFICATIONS = {
    "nghi ngờ": "suspected",
    "ca nghi ngờ": "suspected",
    "có thể": "probable",
    "xác định": "confirmed",
    "ca xác định": "confirmed",
    "loại trừ": "discarded",
    "đã loại trừ": "discarded",
    "probable": "probable",
}


def is_sampled_before_confirmed(row: Mapping[str, Any]) -> Reason | None:
    """No case is confirmed before the day of the sample that confirms it."""
    sampled_on, confirmed_at = row["sampled_on"], row["confirmed_at"]
    if sampled_on is None or confirmed_at is None or sampled_on <= local_day(confirmed_at):
        return None
    return "confirmed_at", "before sampled_on"


CASES = Importer(
    name="cases",
    write=merge_cases,
    columns={
        "case_id": Column(identifier, aliases=("mã ca bệnh", "mã BN")),
        "person_id": Column(identifier, aliases=("mã người",)),
        "classification": Column(
            choice(CLASSIFICATIONS), aliases=("phân loại", "loại ca"), codes=codes(CLASSIFICATIONS)
        ),
        "onset_on": Column(optional(day), aliases=("ngày khởi phát",), required=False),
        "sampled_on": Column(optional(day), aliases=("ngày lấy mẫu",), required=False),
        "confirmed_at": Column(optional(instant), aliases=("thời điểm xác định",), required=False),
        "isolated_at": Column(optional(instant), aliases=("thời điểm cách ly",), required=False),
    },
    checks=(is_sampled_before_confirmed,),
)
