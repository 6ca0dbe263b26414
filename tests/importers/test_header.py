"""Which column is which, and what a header is refused for."""

import pytest

from importers.catalogue import IMPORTERS
from importers.header import HeaderFault, match_header
from importers.visits import VISITS

NAMES = list(VISITS.columns)


def test_columns_are_found_by_their_names_and_vietnamese_aliases():
    header = ["VISIT ID", "mã người", "Ma dia diem", "Thời gian vào", "giờ về"]

    assert match_header(VISITS.columns, header) == dict(zip(NAMES, header, strict=True))


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        pytest.param([*NAMES, "phone"], "column not known: phone", id="one unknown"),
        pytest.param([*NAMES, "phone", "note"], "columns not known: phone, note", id="two unknown"),
        pytest.param(NAMES[1:], "column missing: visit_id", id="one missing"),
        pytest.param([*NAMES, "left_at"], "column there twice: left_at", id="the same name twice"),
        pytest.param([*NAMES, "Giờ về"], "column there twice: left_at", id="a name and its alias"),
        pytest.param(
            ["a", *NAMES[1:]],
            "column missing: visit_id; column not known: a",
            id="renamed: everything is told at once",
        ),
        pytest.param(
            [*NAMES[:2], "", *NAMES[2:]],
            "column not known: (a column without a name)",
            id="no name",
        ),
        pytest.param(
            [*NAMES, "x\x00" * 5_000], f"column not known: {'x?' * 30}", id="10,000 characters"
        ),
    ],
)
def test_a_header_is_refused_by_its_names(header, complaint):
    with pytest.raises(HeaderFault) as refusal:
        match_header(VISITS.columns, header)

    assert str(refusal.value) == complaint


def test_unknown_columns_pass_if_that_is_asked_for():
    found = match_header(VISITS.columns, [*NAMES, "phone"], ignore_extra=True)

    assert list(found) == NAMES


@pytest.mark.parametrize("importer", IMPORTERS.values(), ids=IMPORTERS)
def test_no_two_columns_of_an_importer_share_a_name(importer):
    """Each alias leads to its own column, so that none is shadowed by another."""
    for key, column in importer.columns.items():
        others = [name for name, other in importer.columns.items() if other.required]
        for word in (key, *column.aliases):
            header = [word, *(name for name in others if name != key)]

            assert match_header(importer.columns, header)[key] == word
