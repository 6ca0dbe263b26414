"""Batches account for every row, and repeated keys of one call are judged before the store is."""

import pytest

from graph.batches import REPEATED, Merged, Refusal, find_batches, finish_batch, sift, start_batch
from tests.tables import at


def test_a_row_that_repeats_a_key_with_other_content_is_refused_and_the_first_stays():
    rows = [
        {"key": "b", "name": "first"},
        {"key": "a", "name": None},
        {"key": "b", "name": "CANARY"},
        {"key": "a"},
        {"key": "b", "name": "first"},
    ]

    sifted = sift(rows, "key", ["name"])

    assert sifted.rows == [
        {"key": "a", "name": None, "index": 1},
        {"key": "b", "name": "first", "index": 0},
    ]
    assert sifted.merged(0) == Merged(2, 2, (Refusal(2, "key", REPEATED),))


def test_a_batch_is_listed_with_what_became_of_its_rows_the_newest_first(graph):
    first = start_batch(
        graph, source="visits", file_name="a.csv", sha256="00", recorded_at=at("08:00")
    )
    finish_batch(graph, first, read=4, accepted=2, duplicate=1, refused=1)
    second = start_batch(
        graph, source="cases", file_name=None, sha256=None, recorded_at=at("09:00")
    )

    batches = {batch.batch_id: batch for batch in find_batches(graph)}

    done, broken_off = batches[first], batches[second]
    assert (done.read, done.accepted, done.duplicate, done.refused) == (4, 2, 1, 1)
    assert (done.source, done.file_name, done.sha256) == ("visits", "a.csv", "00")
    assert done.finished_at >= done.started_at
    assert (broken_off.finished_at, broken_off.read) == (None, None)
    started = [batch.started_at for batch in find_batches(graph)]
    assert started == sorted(started, reverse=True)


def test_a_batch_whose_rows_do_not_add_up_is_not_finished(graph):
    batch_id = start_batch(
        graph, source="visits", file_name=None, sha256=None, recorded_at=at("08:00")
    )

    with pytest.raises(ValueError, match="do not add up"):
        finish_batch(graph, batch_id, read=4, accepted=2, duplicate=1, refused=0)

    assert [batch.finished_at for batch in find_batches(graph)] == [None]
