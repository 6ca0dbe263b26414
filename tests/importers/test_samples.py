"""The samples: what they hold, and that nothing of their sources is lost.

Loading all of them takes half a minute, so what the store holds then is looked at where the demo
has loaded them: tests/webapp/test_cli_server.py.
"""

from datetime import timedelta
from functools import cache

import pytest

from graph.categories import CATEGORIES, UNKNOWN
from importers.catalogue import IMPORTERS
from importers.importer import run
from importers.samples import load_samples, mers
from importers.samples.city import make_city
from importers.samples.loading import SAMPLES, Sample
from tests.importers.found_in_samples import source_rows, town

UNITS, MERS, CITY = SAMPLES


@pytest.fixture(name="town")
def _town():
    """The made city."""
    return town()


@cache
def parts(sample):
    """Return the files of a sample, made once for all tests."""
    return sample.make()


def parts_of(sample, importer):
    """Return the rows that a sample has for an importer, in the order in which they come."""
    return [row for part in parts(sample) if part.importer.name == importer for row in part.rows]


@pytest.mark.parametrize("sample", SAMPLES, ids=["units", "MERS", "city"])
def test_every_row_of_a_sample_passes_every_check(sample):
    for part in parts(sample):
        report = run(part.importer, part.rows, None, dry_run=True)

        assert [str(row) for row in report.refused] == [], part.name
        assert report.accepted == len(part.rows)


@pytest.mark.parametrize("sample", [MERS, CITY], ids=["MERS", "city"])
def test_nothing_is_known_before_it_happened(sample):
    for part in parts(sample):
        for row in part.rows:
            for name in ("arrived_at", "left_at", "confirmed_at", "isolated_at", "started_at"):
                if cell := row.get(name):
                    parse = IMPORTERS[part.importer.name].columns[name].parse

                    assert parse(cell) <= part.recorded_at, (part.name, name)


@pytest.mark.parametrize("sample", SAMPLES, ids=["units", "MERS", "city"])
def test_the_files_of_a_sample_come_in_order_and_the_last_one_last(sample):
    files = parts(sample)
    moments = [part.recorded_at for part in files]

    assert moments == sorted(moments)
    assert len({part.name for part in files}) == len(files)
    assert files[-1].name == sample.last


def test_all_260_rows_of_mers_are_accounted_for():
    """ACCEPTANCE D15: 162 lines are persons and cases, 98 pairs are meetings."""
    lines, pairs = source_rows("linelist.csv"), source_rows("contacts.csv")
    ids = [line["id"] for line in lines]

    assert len(lines) + len(pairs) == 260
    assert [row["person_id"] for row in parts_of(MERS, "persons")] == ids
    assert {row["case_id"] for row in parts_of(MERS, "cases")} == set(ids)
    assert {(row["person_a"], row["person_b"]) for row in parts_of(MERS, "meetings")} == {
        (pair["from"], pair["to"]) for pair in pairs
    }
    assert {line["loc_hosp"] for line in lines} == set(mers.HOSPITALS)


def test_a_line_without_a_window_in_korea_has_no_exposure():
    visits = parts_of(MERS, "visits")
    exposed = {row["person_id"] for row in visits if row["visit_id"].endswith("-exposed")}
    without = {line["id"] for line in source_rows("linelist.csv")} - exposed

    assert without == {"SK_1", "SK_43", "SK_91", "SK_95", "SK_107", "SK_162"}
    assert len(exposed) == 156


def test_a_window_is_whole_days_of_korea_told_on_the_morning_after():
    [part] = [part for part in parts(MERS) if part.name == "mers/visits-2015-05-21.csv"]
    rows = {row["visit_id"]: row for row in part.rows}

    assert part.recorded_at.isoformat() == "2015-05-21T09:00:00+09:00"
    assert rows["SK_2-exposed"]["arrived_at"] == "2015-05-15T00:00:00+09:00"
    assert rows["SK_2-exposed"]["left_at"] == "2015-05-21T00:00:00+09:00"


def test_a_pair_meets_in_the_window_and_during_the_illness():
    lines = mers.read_lines()
    pairs = {(p.infector.id, p.infectee.id): p for p in mers.read_pairs(lines)}
    outside = [key for key, pair in pairs.items() if not pair.is_during_illness]

    assert [moment.isoformat() for moment in pairs["SK_16", "SK_38"].period] == [
        "2015-05-17T00:00:00+09:00",  # three days before SK_16's onset
        "2015-06-01T00:00:00+09:00",  # the end of SK_38's window
    ]
    assert outside == [("SK_16", "SK_107"), ("SK_87", "SK_107"), ("SK_14", "SK_133")]


def test_a_seed_gives_one_city(town):
    assert make_city() == town
    assert make_city(seed=1).stays != town.stays


def test_the_made_city_is_as_large_as_it_says(town):
    venues = [place for place in town.places.every if place.part_of is None]

    assert len(town.people) == 3_000
    assert len(venues) == 152
    assert {place.category for place in town.places.every} == set(CATEGORIES) - {UNKNOWN}
    assert 50_000 < len(town.stays) < 60_000
    assert 0.14 < sum(stay.is_forgotten for stay in town.stays) / len(town.stays) < 0.2


def test_the_people_of_the_city_are_in_one_place_at_a_time(town):
    left = {}
    for stay in town.stays:
        assert left.get(stay.person_id, stay.arrived_at) <= stay.arrived_at < stay.left_at
        left[stay.person_id] = stay.left_at


def test_nobody_of_the_city_goes_out_while_isolated(town):
    away = town.outbreak.away()
    assert len(away) > 20

    for stay in town.stays:
        for start, end in away.get(stay.person_id, ()):
            assert stay.left_at <= start or stay.arrived_at >= end


def test_some_stay_past_midnight_and_some_for_days(town):
    lengths = [stay.left_at - stay.arrived_at for stay in town.stays]

    assert sum(length > timedelta(days=1) for length in lengths) >= 20
    assert any(stay.person_id and stay.place.category == "plant" and is_night(stay)
               for stay in town.stays)  # fmt: skip


def is_night(stay):
    """Whether a stay lasts past local midnight, which is 17:00 UTC."""
    return stay.arrived_at.hour < 17 < stay.left_at.hour


def test_a_sample_that_broke_off_is_completed(graph):
    def broken():
        yield from parts(MERS)[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_samples(graph, samples=[Sample("MERS", broken, MERS.last)])
    short = Sample("MERS", lambda: [*parts(MERS)[:5], parts(MERS)[-1]], MERS.last)
    summary = load_samples(graph, samples=[short])

    assert summary.read == len(parts(MERS)[4].rows) + 162
    assert load_samples(graph, samples=[short]).present == ("MERS",)
