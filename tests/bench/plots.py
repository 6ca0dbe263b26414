"""The page docs/benchmarks.md and its plots, made from the runs kept in docs/benchmarks/*.json.

`python -m tests.bench.plots` draws what tracing costs against visits and against hops, and writes
the measured table between the two marks of the page. A run is what `truyvet bench trace --json`
printed, one file a size of city: `trace-10000000.json`.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

DOCS = Path(__file__).parents[2] / "docs"
RUNS = DOCS / "benchmarks"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
ENGINES = {"projection": ("o", "-"), "cypher": ("s", "--"), "duckdb": ("^", ":")}
NAMES = {"projection": "projection", "cypher": "Cypher", "duckdb": "DuckDB join"}
HOPS = (1, 2, 3, 4)
#: What the table holds against what was asked: figure, words, unit, floor, reach; of which city.
ASKED = (
    *(
        (f"cypher_{hops}_ms", f"Cypher, {hops} hops", "ms", floor, reach, 10_000_000)
        for hops, floor, reach in ((1, 25, 10), (2, 600, 250))
    ),
    *(
        (f"projection_{hops}_ms", f"projection, {hops} hops", "ms", floor, reach, 10_000_000)
        for hops, floor, reach in ((1, 1, 0.2), (2, 5, 2), (3, 60, 25), (4, 160, 60))
    ),
    ("all_cases_ms", "1,000 cases at once, 3 hops", "ms", 1000, 200, 10_000_000),
    ("load_s", "load from Neo4j", "s", 40, 15, 10_000_000),
    ("map_s", "map from day segments", "s", 2, 0.3, 10_000_000),
    ("bytes_per_visit", "memory a visit", "bytes", 40, 24, 10_000_000),
    ("hundred_million_3_ms", "100 M visits, 3 hops", "ms", 1500, 400, 100_000_000),
    ("common_sources_ms", "common sources of 50 cases", "ms", 2000, 300, 10_000_000),
    ("fill_rows_per_s", "`db fill`, visits a second", "1/s", 50_000, 150_000, 10_000_000),
)
Runs = Mapping[int, Mapping[str, Any]]


def read_runs(folder: Path = RUNS) -> dict[int, dict[str, Any]]:
    """Return the kept runs of `truyvet bench trace` by their number of visits, ascending."""
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("trace-*.json")]
    return {run["parameters"]["visits"]: run for run in sorted(runs, key=_visits)}


def table(runs: Runs) -> str:
    """Return the measured table as Markdown; what no run has measured yet is a dash."""
    lines = ["| | asked: floor | reach | measured | p95 |", "|---|---:|---:|---:|---:|"]
    for figure, words, unit, floor, reach, visits in ASKED:
        figures = runs.get(visits, {}).get("figures", {})
        tail = figures.get(f"{figure.removesuffix('_ms')}_p95_ms")
        lines.append(
            f"| {words} ({unit}) | {floor:,} | {reach:,} | {_shown(figures.get(figure))} "
            f"| {_shown(tail)} |"
        )
    return "\n".join([*lines, "", *_ratios(runs), "", *map(_told, runs.values())])


def draw(runs: Runs, folder: Path = RUNS) -> list[Path]:
    """Draw cost against visits and against hops; return the files."""
    largest = max((visits for visits in runs if _has(runs[visits], "cypher_1_ms")), default=None)
    files = [_draw_by_visits(runs, folder / "by-visits.svg")]
    if largest is not None:
        files.append(_draw_by_hops(runs[largest], folder / "by-hops.svg"))
    return files


def write_page(runs: Runs, page: Path = DOCS / "benchmarks.md") -> None:
    """Put the measured table between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    head, _mark, rest = text.partition(BEGIN)
    _old, _mark, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{table(runs)}\n{END}{tail}", encoding="utf-8")


def _draw_by_visits(runs: Runs, file: Path) -> Path:
    """A panel for each number of hops: ms against visits, a line an engine."""

    def fill(axes: Sequence[Any]) -> None:
        for hops, panel in zip(HOPS, axes, strict=True):
            for engine, (marker, line) in ENGINES.items():
                figure = f"{engine}_{hops}_ms"
                points = [
                    (n, run["figures"][figure]) for n, run in runs.items() if _has(run, figure)
                ]
                if points:
                    panel.plot(*zip(*points, strict=True), marker + line, label=NAMES[engine])
            panel.set(xscale="log", yscale="log", xlabel="visits", title=f"{hops} hops")
        axes[0].set_ylabel("median of 20 cases, ms")
        axes[0].legend()

    return _drawn(file, len(HOPS), fill)


def _draw_by_hops(run: Mapping[str, Any], file: Path) -> Path:
    """One panel: ms against hops, a line an engine, with p95 above as a thin one."""

    def fill(axes: Sequence[Any]) -> None:
        (panel,) = axes
        for engine, (marker, line) in ENGINES.items():
            hops = [hop for hop in HOPS if _has(run, f"{engine}_{hop}_ms")]
            medians = [run["figures"][f"{engine}_{hop}_ms"] for hop in hops]
            tails = [run["figures"][f"{engine}_{hop}_p95_ms"] for hop in hops]
            (drawn,) = panel.plot(hops, medians, marker + line, label=NAMES[engine])
            panel.plot(hops, tails, line, color=drawn.get_color(), linewidth=0.7)
        visits = run["parameters"]["visits"]
        panel.set(yscale="log", xlabel="hops", xticks=HOPS, title=f"{visits:,} visits")
        panel.set_ylabel("ms: median, thin p95")
        panel.legend()

    return _drawn(file, 1, fill)


def _drawn(file: Path, panels: int, fill: Callable[[Sequence[Any]], None]) -> Path:
    """Draw panels side by side; the same runs give the same bytes."""
    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "truyvet", "svg.fonttype": "none"}):
        figure, axes = plt.subplots(
            1, panels, figsize=(4 * panels, 4), sharey=True, squeeze=False, layout="constrained"
        )
        fill(list(axes[0]))
        for panel in axes[0]:
            panel.grid(visible=True, which="major", linewidth=0.3)
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
    return file


def _ratios(runs: Runs) -> list[str]:
    """Return how many times as long as the projection the others take, a line a city."""
    lines = []
    for visits, run in runs.items():
        told = [
            f"{NAMES[engine]} over {hops} hops {run['figures'][f'{engine}_times_{hops}']:g} times"
            for engine in ("cypher", "duckdb")
            for hops in HOPS
            if _has(run, f"{engine}_times_{hops}")
        ]
        if told:
            lines.append(f"At {visits:,} visits, beside the projection: {', '.join(told)} as long.")
    return lines


def _told(run: Mapping[str, Any]) -> str:
    machine, visits = run["machine"], run["parameters"]["visits"]
    return (
        f"* {visits:,} visits: {run['started_at'][:10]}, commit {run['commit']}, "
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']:g} GiB, "
        f"load {machine['load_1min']:g} at the end."
    )


def _has(run: Mapping[str, Any], figure: str) -> bool:
    return run["figures"].get(figure) is not None


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:,g}" if value < 1000 else f"{value:,.0f}"


def _visits(run: Mapping[str, Any]) -> int:
    return int(run["parameters"]["visits"])


def main() -> int:
    """Draw the plots and write the table; 1 if no run is kept."""
    runs = read_runs()
    if not runs:
        return 1
    draw(runs)
    write_page(runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
