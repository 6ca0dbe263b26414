"""A visitor's phone in tests: its network, its clock, what it keeps."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Route

from tests.browser.conftest import Watched

NAME, PHONE = "Nguyễn Thị Kim Ngân", "0912345678"
CHECK_INS = "**/api/v1/check-ins"
BUSY = {
    "status": 503,
    "headers": {"Retry-After": "1", "Content-Type": "application/problem+json"},
    "body": json.dumps({"status": 503, "title": "busy"}),
}
IS_TAKEN = """async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
        await new Promise((taken) =>
            navigator.serviceWorker.addEventListener("controllerchange", taken));
}"""
IS_ANOTHER_WAITING = "async () => Boolean((await navigator.serviceWorker.ready).waiting)"
OPEN_STORE = """const db = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("truyvet");
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = reject;
    });
    const all = (name) => new Promise((resolve) => {
        const asking = db.transaction(name).objectStore(name).getAll();
        asking.onsuccess = () => resolve(asking.result);
    });"""
ENTRIES = f"""async () => {{
    {OPEN_STORE}
    const entries = await all("entries");
    db.close();
    return entries.map(({{ visit_id, state, kept_at }}) => ({{ visit_id, state, kept_at }}));
}}"""
#: Every byte in IndexedDB, local and session storage, and all caches, as text.
EVERYTHING = f"""async () => {{
    {OPEN_STORE}
    const read = (value) => {{
        if (value instanceof CryptoKey) return `key extractable: ${{value.extractable}}`;
        if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
            return ["utf-8", "utf-16le"].map((name) => new TextDecoder(name).decode(value)).join();
        if (value && typeof value === "object")
            return Object.entries(value).map(([name, held]) => `${{name}}=${{read(held)}}`).join();
        return String(value);
    }};
    const kept = {{ entries: read(await all("entries")), kept: read(await all("kept")) }};
    db.close();
    kept.storage = JSON.stringify([{{...localStorage}}, {{...sessionStorage}}]);
    kept.caches = "";
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            kept.caches += `${{name}} ${{new URL(request.url).pathname}}\\n`;
    return kept;
}}"""
SHIFT = """{
    const shift = %d, Real = Date;
    globalThis.Date = class extends Real {
        constructor(...told) { told.length ? super(...told) : super(Real.now() + shift); }
        static now() { return Real.now() + shift; }
    };
}"""


def wait_until(page: Page, is_so: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so in the browser.

    Playwright's own waiting for what a script says evaluates text, which our policy forbids.
    """
    latest = time.monotonic() + seconds
    while True:
        try:
            if is_so():
                return
        except Error as fault:
            # What a page would tell is lost while it goes to another page.
            if "navigat" not in str(fault) and "destroyed" not in str(fault):
                raise
        assert time.monotonic() < latest, f"not so after {seconds} s"
        page.wait_for_timeout(50)


@dataclass
class Phone:
    """One browser with its own storage; `page` is the tab in front."""

    watched: Watched
    sent: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The tab in front."""
        return self.watched.page

    @property
    def context(self) -> BrowserContext:
        """All tabs."""
        return self.page.context

    def shift_clock(self, shift: timedelta) -> None:
        """Have pages opened from now on believe in another time."""
        self.context.add_init_script(SHIFT % (shift.total_seconds() * 1000))

    def install(self, path: str) -> None:
        """Open a page, and wait until the service worker answers for it."""
        self.watched.open(path)
        self.page.evaluate(IS_TAKEN)

    def lose_network(self) -> None:
        """Be without network from now on."""
        self.context.set_offline(True)

    def find_network(self) -> None:
        """Be online from now on."""
        self.context.set_offline(False)

    def stop_older_worker(self) -> None:
        """Stop a service worker that another one waits for, as browsers do unless watched."""
        if not self.page.evaluate(IS_ANOTHER_WAITING):
            return
        watching = self.context.new_cdp_session(self.page)
        watching.send("ServiceWorker.enable")
        watching.send("ServiceWorker.stopAllWorkers")
        watching.detach()

    def kill_tabs(self) -> None:
        """Close every tab; what is stored stays."""
        for page in self.context.pages:
            page.close()

    def new_tab(self, path: str) -> Page:
        """Open another tab, and look at that one from now on."""
        self.watched.page = self.context.new_page()
        self.watched.watch()
        return self.watched.open(path)

    def answer_check_ins(self, answer: Callable[[Route], Any]) -> None:
        """Have something else answer check-ins, until `let_check_ins_through`."""
        self.context.route(CHECK_INS, answer)

    def let_check_ins_through(self) -> None:
        """Have the server answer check-ins again."""
        self.context.unroute(CHECK_INS)

    def note_check_ins(self) -> None:
        """Note the id of each check-in that the server takes, in `sent`."""

        def note(route: Route) -> None:
            answer = route.fetch()
            if answer.ok:
                self.sent.append(answer.json()["visit_id"])
            route.fulfill(response=answer)

        self.context.route(CHECK_INS, note)

    def fill_in(self, name: str = NAME, phone: str = PHONE) -> None:
        """Fill in the form of somebody new who is well, step by step; do not send it."""
        self.page.get_by_label("Họ và tên", exact=True).fill(name)
        self.page.locator("#birth").fill("1980")
        self.page.get_by_text("Nữ", exact=True).click()
        self.page.locator("#phone").fill(phone)
        self.page.locator("main [data-part=next]").click()
        self.page.locator("label:has(#no_signs)").click()
        self.page.locator("main [data-part=next]").click()
        self.page.locator("label:has(#consent)").click()

    def send(self) -> None:
        """Press the button of the form."""
        self.page.locator("main [data-part=send]").click()

    def check_in(self, path: str, **told: str) -> None:
        """Check in where the server cannot be reached: as somebody new, or by one tap."""
        self.watched.open(path)
        self.page.locator("main form.form").wait_for()
        if self.page.locator("#full_name").count():
            self.fill_in(**told)
        self.send()
        self.page.locator("#waiting").wait_for()

    def entries(self) -> list[dict[str, Any]]:
        """Return id, state and time of each entry, the oldest first; the time aware UTC."""
        found = self.page.evaluate(ENTRIES)
        for entry in found:
            entry["kept_at"] = datetime.fromtimestamp(entry["kept_at"] / 1000, UTC)
        return sorted(found, key=lambda entry: entry["kept_at"])

    def states(self) -> list[str]:
        """Return the state of each entry, the oldest first."""
        return [entry["state"] for entry in self.entries()]

    def wait_for_states(self, *states: str) -> None:
        """Wait until the entries are in these states, the oldest first."""
        self.wait_until(lambda: self.states() == list(states))

    def wait_until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so in the browser."""
        wait_until(self.page, is_so)

    def everything(self) -> dict[str, str]:
        """Return all that this browser holds, as text; of caches what they are asked for."""
        found: dict[str, str] = self.page.evaluate(EVERYTHING)
        return found
