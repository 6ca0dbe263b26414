"""The tree of units across a reform: what a code means, what became of it, whose business it is."""

from datetime import date, timedelta

import pytest

from graph.units import Span, Succession, Unit, UnitTree
from tests.hcmc import hcmc
from tests.tables import table

REFORM = date(2025, 7, 1)
BEFORE, AFTER = REFORM - timedelta(days=1), REFORM
#: Two wards are merged under the code of one, a third is divided, the district ends.
UNITS = """
    code | name   | level    | parent | from       | until
    c    | City   | city     |        |            |
    d    | Dist   | district | c      |            | 2025-07-01
    1    | One    | ward     | d      |            | 2025-07-01
    2    | Two    | ward     | d      |            | 2025-07-01
    3    | Three  | ward     | d      |            | 2025-07-01
    1    | Merged | ward     | c      | 2025-07-01 |
    3    | Other  | ward     | c      | 2025-07-01 |
    4    | Main   | ward     | c      | 2025-07-01 |
"""
STEPS = """
    code | to | part | main
    1    | 1  |      | yes
    2    | 1  |      | yes
    3    | 3  | yes  |
    3    | 4  | yes  | yes
"""


@pytest.fixture(name="tree", scope="module")
def _tree():
    def day(text):
        return date.fromisoformat(text) if text else None

    return UnitTree(
        [
            Unit(
                row["code"],
                row["name"],
                row["level"],
                row["parent"] or None,
                day(row["from"]),
                day(row["until"]),
            )
            for row in table(UNITS)
        ],
        [
            Succession(row["code"], row["to"], REFORM, bool(row["part"]), bool(row["main"]))
            for row in table(STEPS)
        ],
    )


@pytest.mark.parametrize(
    ("code", "of", "on", "names"),
    [
        pytest.param("1", BEFORE, BEFORE, ["One"], id="the day before"),
        pytest.param("1", BEFORE, AFTER, ["Merged"], id="merged"),
        pytest.param("2", BEFORE, AFTER, ["Merged"], id="merged into another code"),
        pytest.param("2", AFTER, AFTER, ["Merged"], id="an old code told after the reform"),
        pytest.param("3", BEFORE, AFTER, ["Main", "Other"], id="divided, the main part first"),
        pytest.param("3", AFTER, AFTER, ["Other"], id="the same code after the reform"),
        pytest.param("1", AFTER, BEFORE, ["One", "Two"], id="looking back"),
        pytest.param("4", AFTER, BEFORE, ["Three"], id="looking back from a part"),
        pytest.param("d", BEFORE, AFTER, [], id="a district ends"),
        pytest.param("c", BEFORE, AFTER, ["City"], id="a city stays"),
        pytest.param("x", BEFORE, AFTER, [], id="never told"),
    ],
)
def test_a_record_is_shown_in_the_units_of_the_day_of_looking(tree, code, of, on, names):
    assert [unit.name for unit in tree.unit_on(code, of, on)] == names


#: Which desk sees which records: their code, and - for before the reform, + for after it.
SEEN = """
    desk | bound  | looks  | deep | sees
    1    | before | before |      | 1-
    2    | before | before |      | 2-
    1    | before | after  |      | 1-, 2-, 1+
    2    | before | after  |      | 1-, 2-, 1+
    3    | before | after  |      | 3-, 4+
    3    | after  | after  |      | 3+
    4    | after  | after  |      | 3-, 4+
    d    | before | before |      | d-
    d    | before | after  |      | d-
    c    | before | before | yes  | 1-, 2-, 3-, d-
    c    | before | after  | yes  | 1-, 2-, 3-, d-, 1+, 3+, 4+
    x    | before | after  |      |
"""
RECORDS = ("1-", "2-", "3-", "d-", "1+", "3+", "4+")
DAY_OF = {"before": BEFORE, "after": AFTER}


@pytest.mark.parametrize(
    "row", table(SEEN), ids=lambda row: f"{row['desk']} of {row['bound']}, {row['looks']}"
)
def test_each_record_is_one_units_business_before_and_after_a_reform(tree, row):
    spans = tree.spans(
        row["desk"], DAY_OF[row["bound"]], DAY_OF[row["looks"]], deep=bool(row["deep"])
    )

    days = {"-": BEFORE, "+": AFTER}
    known = [each for each in RECORDS if days[each[1]] <= DAY_OF[row["looks"]]]
    assert ", ".join(each for each in known if covers(spans, each[0], days[each[1]])) == row["sees"]


def covers(spans, code, day):
    """Whether a record of a day that names a code lies in one of some spans."""
    return any(
        span.unit_code == code
        and (span.start is None or span.start <= day)
        and (span.end is None or day < span.end)
        for span in spans
    )


@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_no_ward_of_the_city_is_an_orphan_or_seen_by_two(on):
    """R173, over all wards of Ho Chi Minh City and the records of the day before the reform."""
    tree = hcmc()
    desks = [unit for unit in tree.on(on) if unit.level == "ward"]
    seen = {desk.unit_code: tree.spans(desk.unit_code, on, on) for desk in desks}
    in_city = tree.spans("79", on, on, deep=True)
    by_code = {}
    for desk, spans in seen.items():
        for span in spans:
            by_code.setdefault(span.unit_code, []).append((desk, span))

    for ward in tree.on(BEFORE):
        if ward.level != "ward":
            continue
        spans = by_code.get(ward.unit_code, [])
        sees = [desk for desk, span in spans if covers([span], ward.unit_code, BEFORE)]

        assert sees == [tree.heir(ward.unit_code, BEFORE, on).unit_code]
        assert covers(in_city, ward.unit_code, BEFORE)


def test_a_unit_that_is_only_renamed_succeeds_itself():
    tree = UnitTree(
        [
            Unit("1", "Old", "ward", None, None, REFORM),
            Unit("1", "New", "ward", None, REFORM, None),
        ]
    )

    assert [unit.name for unit in tree.unit_on("1", BEFORE, AFTER)] == ["New"]
    assert tree.spans("1", BEFORE, AFTER) == [Span("1", None, None)]


def test_units_that_lie_in_each_other_end_somewhere():
    tree = UnitTree(
        [Unit("a", "A", "ward", "b", None, None), Unit("b", "B", "ward", "a", None, None)],
        [Succession("a", "a", REFORM, is_part=False, is_main=True)],
    )

    assert len(tree.chain("a", AFTER)) == 8
    assert {unit.name for unit in tree.subtree("a", AFTER)} == {"A", "B"}
    assert tree.unit_on("a", BEFORE, AFTER)[0].name == "A"
