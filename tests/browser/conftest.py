"""Chromium before the real app over the real store, watching what the pages ask for and break."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from werkzeug.serving import WSGIRequestHandler, make_server

from graph.database import Graph
from graph.intake.committing import plan
from tests.emptying import empty
from tests.webapp.outbreak import PASSWORD, store_accounts, store_outbreak
from webapp import create_app
from webapp.settings import Settings

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; skip them where there is no Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: apt install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive Debian's Chromium, which asks nobody for anything."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*QUIET]}


@pytest.fixture(scope="module")
def outbreak(store: Graph) -> Iterator[Graph]:
    """A store with the outbreak and one account a role, once for a file of tests."""
    empty(store)
    store_accounts(store)
    store_outbreak(store)
    plan(store)
    yield store
    empty(store)


@pytest.fixture(scope="module")
def served(outbreak: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app that answers: its codes open at `address` alone."""
    app = create_app(outbreak, Settings(TRUYVET_HOME=tmp_path_factory.mktemp("browser")))
    yield app
    app.extensions["intake"].close()


@pytest.fixture(scope="module")
def address(served: Flask) -> Iterator[str]:
    """Where the app answers: a port of this machine, in a thread of this process."""
    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(WSGIRequestHandler):
    """Logs no addresses: they would bury the fault that a test reports."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class Watched:
    """A page, what it asked of other hosts, and what its content policy or scripts objected to."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to note what the page asks of others and what is objected to."""
        own = urlsplit(self.address).netloc

        def note_request(request: Request) -> None:
            if urlsplit(request.url).netloc != own:
                self.foreign.append(request.url)

        def note_message(message: ConsoleMessage) -> None:
            # That a page of a fault has a status of one is meant.
            if "Failed to load resource" not in message.text:
                self.complaints.append(message.text)

        self.page.on("request", note_request)
        self.page.on("console", note_message)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def open(self, path: str) -> Page:
        """Open a page of the app."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def sign_in(self, role: str) -> None:
        """Sign somebody in by the form."""
        self.open("/sign-in")
        self.page.get_by_label("Tên tài khoản").fill(role)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_load_state()

    def sideways(self) -> int:
        """Return by how many pixels the page can be scrolled sideways."""
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(wider))


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    """Open browsers of visitors: a phone by default; each has cookies of its own."""
    opened = []

    def start(**options: Any) -> Watched:
        context = browser.new_context(
            **{
                "viewport": PHONE,
                "locale": "vi-VN",
                "timezone_id": "Asia/Ho_Chi_Minh",
                **options,
            }
        )
        opened.append(context)
        watched = Watched(context.new_page(), address)
        watched.watch()
        return watched

    yield start
    for context in opened:
        context.close()
