"""First page: what a newcomer's phone fetches, and how soon it can check in at 400 kbit/s.

Chromium, with nothing kept, opens the page of a gate over a line of 400 kbit/s with 150 ms to
each answer. Bytes are what travelled, headers among them; the page is usable when it is painted,
all of it is there and its button can be pressed. What the service worker keeps afterwards for
days without network is not of the page and not counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from graph.batches import Stamp
from graph.database import Graph
from graph.venues import merge_gate, merge_venues
from tests.bench.benchmark import Measured, Options, instance_folder
from tests.browser.conftest import CHROMIUM, PHONE, QUIET
from tests.webapp.conftest import door_of
from webapp import create_app
from webapp.settings import Settings
from webapp.store import open_graph

RUNS, WARM_UP = 5, 1
LINE = {"kbit_per_s": 400, "latency_ms": 150}
TIMES = """() => ({
  painted_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  complete_ms: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  settled_ms: performance.getEntriesByType("navigation")[0].loadEventEnd,
})"""


class Silent(WSGIRequestHandler):
    """Keeps a connection for more requests, as in service, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def measure(options: Options) -> Measured:
    """Open the page of a gate some times as somebody new."""
    with (
        instance_folder(options) as home,
        open_graph(Settings(TRUYVET_HOME=home, NEO4J_URI=None), options.tell) as graph,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET]) as browser,
    ):
        app = create_app(graph, Settings(TRUYVET_HOME=home))
        with served(app) as address:
            page = address + door_of(app, market_gate(graph))
            runs = [visit(browser, page) for _ in range(WARM_UP + RUNS)][WARM_UP:]
    figures = {name: round(median(run[name] for run in runs), 1) for name in runs[0]}
    return Measured({"runs": RUNS, **LINE}, figures)


def watch_bytes(page: Page, **line: float) -> dict[str, int]:
    """Begin to count what a page fetches, nothing from a cache: bytes by address, as they come.

    Args:
        line: `kbit_per_s` and `latency_ms` of the line to imitate; none for loopback as it is.
    """
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    fetched: dict[str, int] = {}

    def note_request(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def note_end(event: dict[str, Any]) -> None:
        address = addresses[event["requestId"]]
        fetched[address] = fetched.get(address, 0) + int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", note_request)
    session.on("Network.loadingFinished", note_end)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if line:
        speed = line["kbit_per_s"] * 1000 / 8
        limits = {"downloadThroughput": speed, "uploadThroughput": speed}
        limits |= {"latency": line["latency_ms"], "offline": False}
        session.send("Network.emulateNetworkConditions", limits)
    return fetched


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Open the page in a new browser; return its bytes by kind and its moments."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", service_workers="block")
    page = context.new_page()
    fetched = watch_bytes(page, **LINE)
    page.goto(address, wait_until="domcontentloaded")
    expect(page.locator(".citizen .button.primary:visible")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    times = page.evaluate(TIMES)
    context.close()
    by_kind = {"page": 0, "style": 0, "fonts": 0, "scripts": 0, "other": 0}
    for url, count in fetched.items():
        by_kind[kind_of(urlsplit(url).path)] += count
    return {
        "bytes": sum(fetched.values()),
        **{f"{kind}_bytes": count for kind, count in by_kind.items()},
        "requests": len(fetched),
        "usable_ms": max(times["painted_ms"], times["complete_ms"]),
        **times,
    }


def kind_of(path: str) -> str:
    """Say what an address holds, by its ending."""
    endings = {"css": "style", "woff2": "fonts", "js": "scripts"}
    if path.startswith("/c/"):
        return "page"
    return endings.get(path.rpartition(".")[2], "other")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Have an app answer on a port of loopback for the length of a block."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["intake"].close()


def market_gate(graph: Graph) -> str:
    """Store a market with a gate; return the gate's code."""
    venue = {"venue_id": "market", "name": "Chợ Bình Tây", "category": "market"}
    merge_venues(graph, [venue], Stamp("bench", "bench", datetime.now(UTC)))
    return str(merge_gate(graph, "market"))
