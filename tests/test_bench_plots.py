"""The page of the benchmarks: its table and its plots come from the kept runs alone."""

import pytest

from tests.bench.plots import BEGIN, END, draw, table, write_page

FIGURES = {
    **{
        f"{engine}_{hops}{what}_ms": 10.0**hops
        for engine in ("projection", "cypher", "duckdb")
        for hops in (1, 2)
        for what in ("", "_p95")
    },
    "cypher_times_1": 66.4,
    "map_s": 0.14,
    "load_s": None,
}


@pytest.fixture
def runs():
    """Two kept runs of the benchmark."""
    machine = {"cores": 2, "processor": "a processor", "memory_gib": 24, "load_1min": 0.1}
    return {
        visits: {
            "parameters": {"visits": visits},
            "figures": FIGURES,
            "machine": machine,
            "started_at": "2026-11-22T12:00:00Z",
            "commit": "abc",
        }
        for visits in (1_000_000, 10_000_000)
    }


def test_the_table_has_what_was_measured_and_a_dash_for_the_rest(runs):
    rows = table(runs).splitlines()

    assert "| Cypher, 1 hops (ms) | 25 | 10 | 10 | 10 |" in rows
    assert "| map from day segments (s) | 2 | 0.3 | 0.14 | – |" in rows
    assert "| load from Neo4j (s) | 40 | 15 | – | – |" in rows
    assert "| 100 M visits, 3 hops (ms) | 1,500 | 400 | – | – |" in rows
    assert any("66.4 times" in row for row in rows)


def test_the_page_keeps_its_words_and_gets_the_table(runs, tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")

    write_page(runs, page)
    once = page.read_text(encoding="utf-8")
    write_page(runs, page)

    assert once == page.read_text(encoding="utf-8")
    assert once.startswith(f"before\n{BEGIN}\n| ")
    assert once.endswith(f"{END}\nafter\n")
    assert "old" not in once


def test_the_same_runs_draw_the_same_pictures(runs, tmp_path):
    first = [file.read_bytes() for file in draw(runs, tmp_path)]
    again = [file.read_bytes() for file in draw(runs, tmp_path)]

    assert first == again
    assert len(first) == 2
