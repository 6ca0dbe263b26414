"""Rows that are plainly good, told by whole columns; all others are for the reader of single rows.

A row is plainly good only if `importers.parse` would take each of its cells as it stands here, so
what this leaves out costs time and never changes an outcome.
"""

import polars

from graph.limits import LONGEST_VISIT

MICROSECONDS = 1_000_000
# Visible ASCII without outer spaces, as graph.limits has it, ...
_PLAIN_ID = r"^[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,63}$"
# ... but not what a spreadsheet makes of a long number.
_ROUNDED = r"^[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]+$"
_INSTANT = (
    r"^(?:19[1-9][0-9]|20[0-9][0-9])-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
    r"(?:[.,][0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])$"
)
# Between these no zone can make a moment's year one that is refused.
_EARLIEST_S, _LATEST_S = -1_893_456_000, 4_070_908_800


def plain_visits(columns: polars.DataFrame, named: dict[str, str]) -> polars.DataFrame:
    """Return the plainly good visits among rows, in order.

    Args:
        columns: the cells, by the header's names.
        named: the header's name of each column of the importer `visits`.

    Returns:
        place UINT32 of the row among those given; visit_id, person_id, venue_id; arrived_s and
        left_s in seconds of the epoch, left_s null for an exit that is not known.
    """
    kinds = {key: columns.schema[heading] for key, heading in named.items()}
    ids = ("visit_id", "person_id", "venue_id")
    if any(kinds[key] != polars.String for key in ids):
        return _none()
    if not all(_is_told_in_time(kinds[key]) for key in ("arrived_at", "left_at")):
        return _none()
    arrived, left = (
        _seconds(polars.col(named[key]), kinds[key]) for key in ("arrived_at", "left_at")
    )
    return (
        columns.lazy()
        .with_row_index("place")
        .filter([_is_plain_id(polars.col(named[key])) for key in ids])
        .select(
            "place",
            *(polars.col(named[key]).alias(key) for key in ids),
            arrived.alias("arrived_s"),
            left.alias("left_s"),
            _is_blank(polars.col(named["left_at"]), kinds["left_at"]).alias("is_open"),
        )
        .filter(
            polars.col("arrived_s").is_between(_EARLIEST_S, _LATEST_S),
            polars.col("is_open") | _is_within_a_stay(),
        )
        .drop("is_open")
        .collect()
    )


def _none() -> polars.DataFrame:
    texts = dict.fromkeys(("visit_id", "person_id", "venue_id"), polars.String)
    moments = dict.fromkeys(("arrived_s", "left_s"), polars.Int64)
    return polars.DataFrame(schema={"place": polars.UInt32, **texts, **moments})


def _is_plain_id(cell: polars.Expr) -> polars.Expr:
    return cell.str.contains(_PLAIN_ID) & ~cell.str.contains(_ROUNDED)


def _is_told_in_time(kind: polars.DataType) -> bool:
    if isinstance(kind, polars.Datetime):
        return kind.time_zone is not None
    return kind in (polars.String, polars.Null)


def _is_blank(cell: polars.Expr, kind: polars.DataType) -> polars.Expr:
    return cell.is_null() | (cell == "") if kind == polars.String else cell.is_null()


def _seconds(cell: polars.Expr, kind: polars.DataType) -> polars.Expr:
    """Return moments in whole seconds of the epoch, null where a cell is not plainly one."""
    if kind == polars.Null:
        return cell.cast(polars.Int64)
    if isinstance(kind, polars.Datetime):
        # Floored, as a moment's microseconds are cut off.
        return cell.dt.epoch("us") // MICROSECONDS
    plain = polars.when(cell.str.contains(_INSTANT)).then(cell)
    on_the_clock = (
        plain.str.slice(0, 19)
        .str.replace(" ", "T", literal=True)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
        .dt.epoch("us")
        // MICROSECONDS
    )
    hours = plain.str.slice(-5, 2).cast(polars.Int64, strict=False)
    minutes = plain.str.slice(-2, 2).cast(polars.Int64, strict=False)
    offset = hours * 3600 + minutes * 60
    return (
        polars.when(plain.str.ends_with("Z"))
        .then(on_the_clock)
        .when(plain.str.slice(-6, 1) == "-")
        .then(on_the_clock + offset)
        .otherwise(on_the_clock - offset)
    )


def _is_within_a_stay() -> polars.Expr:
    arrived, left = polars.col("arrived_s"), polars.col("left_s")
    longest = int(LONGEST_VISIT.total_seconds())
    return (left >= arrived) & (left <= arrived + longest)
