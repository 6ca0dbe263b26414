"""What a cell means, kind by kind, and what it is refused for."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from importers import parse
from importers.parse import Fault, folded

LOCAL = timezone(timedelta(hours=7))
LEVELS = parse.choice({"quận": "district", "phường": "ward"})
YEARS = parse.integer(1900, 2100)
DEGREES = parse.decimal(-90, 90)

ROUNDED = "a number whose last digits are lost: format the column as text"
LONG = "is longer than 64 characters"
HIDDEN = "holds a control or invisible character"
NO_OFFSET = "not a time with an offset"
NO_DATE = "not a date as year-month-day, 2021-06-24"
AT_EIGHT = datetime(2021, 6, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "cell", "meaning"),
    [
        pytest.param(parse.identifier, "BN-0042", "BN-0042", id="an id"),
        pytest.param(parse.identifier, " BN-0042 ", "BN-0042", id="spaces around an id"),
        pytest.param(parse.identifier, "0912", "0912", id="an id with a zero in front"),
        pytest.param(parse.identifier, 42.0, "42", id="a whole number of a sheet as an id"),
        pytest.param(parse.identifier, 42, "42", id="an integer of Parquet as an id"),
        pytest.param(parse.identifier, "e\u0301", "é", id="an id that is not composed"),
        pytest.param(parse.identifier, "x" * 64, "x" * 64, id="the longest id"),
        pytest.param(parse.code, "00001", "00001", id="a code keeps its zeros"),
        pytest.param(parse.text, " Nguyễn  Văn\u00a0An ", "Nguyễn Văn An", id="spaces of a name"),
        pytest.param(parse.text, "Hoa\u0300", "Hoà", id="a name that is not composed"),
        pytest.param(parse.text, 12.0, "12", id="a number as a name, as of a district"),
        pytest.param(parse.instant, "2021-06-24T08:00:00+07:00", AT_EIGHT, id="a local time"),
        pytest.param(parse.instant, "2021-06-24 08:00+0700", AT_EIGHT, id="short forms"),
        pytest.param(parse.instant, "2021-06-24 08:00:00 +07:00", AT_EIGHT, id="a space between"),
        pytest.param(parse.instant, "2021-06-24 08:00:00+07", AT_EIGHT, id="an offset of hours"),
        pytest.param(parse.instant, "2021-06-24T01:00:00Z", AT_EIGHT, id="UTC"),
        pytest.param(parse.instant, "2021-06-24T01:00:00.999999999Z", AT_EIGHT, id="cut off"),
        pytest.param(
            parse.instant, datetime(2021, 6, 24, 8, 0, 0, 7, LOCAL), AT_EIGHT, id="of Parquet"
        ),
        pytest.param(parse.day, "2021-06-24", date(2021, 6, 24), id="a date"),
        pytest.param(parse.day, date(2021, 6, 24), date(2021, 6, 24), id="a date of a sheet"),
        pytest.param(
            parse.day, datetime.combine(date(2021, 6, 24), time()), date(2021, 6, 24), id="midnight"
        ),
        pytest.param(YEARS, "1975", 1975, id="a whole number"),
        pytest.param(YEARS, 1975.0, 1975, id="a whole number of a sheet"),
        pytest.param(DEGREES, "10.7769", 10.7769, id="a decimal number"),
        pytest.param(DEGREES, -90, -90.0, id="the least number"),
        pytest.param(LEVELS, "QUAN", "district", id="a word without marks"),
        pytest.param(LEVELS, "Ward", "ward", id="a code is a word for itself"),
        pytest.param(parse.optional(parse.day), "", None, id="nothing"),
        pytest.param(parse.optional(parse.day), " \u00a0", None, id="spaces are nothing"),
        pytest.param(parse.optional(parse.day), None, None, id="a missing cell"),
    ],
)
def test_a_cell_means(kind, cell, meaning):
    found = kind(cell)

    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        pytest.param(parse.identifier, "x" * 65, LONG, id="65 characters"),
        pytest.param(parse.identifier, "x" * 10_000, LONG, id="10,000 characters"),
        pytest.param(parse.identifier, "a\x00b", HIDDEN, id="NUL in an id"),
        pytest.param(parse.identifier, "a\tb", HIDDEN, id="TAB in an id"),
        pytest.param(parse.identifier, "ab\n", "starts or ends with a space", id="a line's end"),
        pytest.param(parse.identifier, "a\u202eb", HIDDEN, id="right to left"),
        pytest.param(parse.identifier, "a\u200bb", HIDDEN, id="no width"),
        pytest.param(parse.identifier, "a\ud800", HIDDEN, id="half a character"),
        pytest.param(parse.identifier, "1.09303E+11", ROUNDED, id="rounded by a spreadsheet"),
        pytest.param(parse.identifier, "1,09303e11", ROUNDED, id="rounded, with a comma"),
        pytest.param(parse.identifier, 2.0**53, ROUNDED, id="too large to be exact"),
        pytest.param(parse.identifier, float("nan"), ROUNDED, id="not a number"),
        pytest.param(parse.identifier, 1.5, "not a whole number", id="a broken number as an id"),
        pytest.param(parse.identifier, True, "not text", id="a truth value as an id"),
        pytest.param(parse.identifier, Decimal(1), "not text", id="a decimal of Parquet as an id"),
        pytest.param(parse.identifier, b"id", "not text", id="bytes as an id"),
        pytest.param(
            parse.code,
            1.0,
            "a number, which may have lost its first zeros: format the column as text",
            id="a number as a code",
        ),
        pytest.param(parse.text, "x" * 201, "is longer than 200 characters", id="a long name"),
        pytest.param(parse.text, "x" * 10_000, "is longer than 200 characters", id="10,000 of it"),
        pytest.param(parse.text, "An\nBình", HIDDEN, id="a line break in a name"),
        pytest.param(parse.text, "\u3000", "is empty", id="wide spaces alone"),
        pytest.param(parse.text, date(2021, 6, 24), "not text", id="a date as a name"),
        pytest.param(parse.instant, "2021-06-24T08:00:00", NO_OFFSET, id="a time without offset"),
        pytest.param(parse.instant, "2021-06-24", NO_OFFSET, id="a date as a time"),
        pytest.param(parse.instant, datetime(2021, 6, 24), NO_OFFSET, id="a sheet's time"),  # noqa: DTZ001
        pytest.param(parse.instant, date(2021, 6, 24), NO_OFFSET, id="a sheet's date"),
        pytest.param(parse.instant, 44371.3, NO_OFFSET, id="a serial number"),
        pytest.param(parse.instant, "2021-06-31T08:00:00Z", NO_OFFSET, id="31 June"),
        pytest.param(parse.instant, "2021-06-24T24:00:00Z", NO_OFFSET, id="24 hours"),
        pytest.param(parse.instant, "2021-06-24T08:00:60Z", NO_OFFSET, id="a leap second"),
        pytest.param(parse.instant, "2021-W25-4T08:00:00Z", NO_OFFSET, id="a week date"),
        pytest.param(parse.instant, "2021-06-24x08:00:00Z", NO_OFFSET, id="another sign between"),
        pytest.param(parse.instant, "2021-06-24T08:00:00+15:00", NO_OFFSET, id="no such offset"),
        pytest.param(parse.instant, "0912345678", NO_OFFSET, id="a phone number"),
        pytest.param(parse.instant, "x" * 10_000, NO_OFFSET, id="10,000 characters"),
        pytest.param(parse.instant, "٢٠٢١-06-24T08:00:00Z", NO_OFFSET, id="other digits"),
        pytest.param(
            parse.instant,
            "1899-12-31T08:00:00Z",
            "not between the years 1900 and 2100",
            id="before 1900",
        ),
        pytest.param(
            parse.instant,
            "2101-01-01T08:00:00Z",
            "not between the years 1900 and 2100",
            id="after 2100",
        ),
        pytest.param(parse.day, "03/04/2021", NO_DATE, id="a date that two countries read apart"),
        pytest.param(parse.day, "20210624", NO_DATE, id="a date without dashes"),
        pytest.param(parse.day, "2021-6-24", NO_DATE, id="a short month"),
        pytest.param(parse.day, 44371.0, NO_DATE, id="a serial number as a date"),
        pytest.param(parse.day, "2021-02-29", "not a day of the calendar", id="29 February"),
        pytest.param(parse.day, AT_EIGHT, "a moment where a date is wanted", id="a moment"),
        pytest.param(YEARS, "75", "not between 1900 and 2100", id="a short year"),
        pytest.param(YEARS, "1975.0", "not a whole number", id="a decimal as a whole number"),
        pytest.param(YEARS, "9" * 10_000, "not a whole number", id="10,000 digits"),
        pytest.param(DEGREES, "10,77", "not a number with a decimal point", id="a comma"),
        pytest.param(DEGREES, "nan", "not a number with a decimal point", id="the word nan"),
        pytest.param(DEGREES, float("nan"), "not between -90 and 90", id="not-a-number"),
        pytest.param(DEGREES, "91", "not between -90 and 90", id="beyond the pole"),
        pytest.param(LEVELS, "village", "not one of district, ward", id="an unknown word"),
        pytest.param(LEVELS, 1.0, "not one of district, ward", id="a number as a word"),
    ],
)
def test_a_cell_is_refused_without_being_repeated(kind, cell, reason):
    with pytest.raises(Fault) as refusal:
        kind(cell)

    assert str(refusal.value) == reason
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Thời gian vào", "THOI  GIAN VAO", id="marks, case and spaces"),
        pytest.param("Giờ đến", "gio den", id="đ"),
        pytest.param("person_id", "Person ID", id="underscores"),
    ],
)
def test_words_are_compared_folded(one, other):
    assert folded(one) == folded(other)
