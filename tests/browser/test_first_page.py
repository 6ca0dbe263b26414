"""What a newcomer's phone fetches before somebody can check in: little, and the rest after that."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from graph.database import Graph
from graph.venues import merge_gate
from tests.bench.first_page import watch_bytes
from tests.browser.conftest import Watched
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import VENUE
from webapp.assets import EVERY, assets, sheets_of, style_sheet

Visit = Callable[..., Watched]
#: Issue 5: what may travel for a first page, headers and typefaces among it.
MOST_BYTES = 60_000
#: What somebody presses, with script or without.
BUTTON = ".citizen .button.primary:visible"
LETTERS = (
    "".join(map(chr, range(0x21, 0x7F)))
    + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
    + "ÅåÇçÜü"
    + "".join(map(chr, range(0x1EA0, 0x1EFA)))
)
WIDTHS = """async ([whole, small, weight, letters, pairs]) => {
  const range = face => face.unicodeRange;
  const brush = document.createElement("canvas").getContext("2d");
  const widths = [];
  for (const [name, files] of [["whole", whole], ["small", small]]) {
    for (const [path, unicodeRange] of files) {
      const face = new FontFace(name, `url(${path})`, { weight, unicodeRange });
      document.fonts.add(await face.load());
    }
    brush.font = `${weight} 200px ${name}, monospace`;
    widths.push(Object.fromEntries(
      [...letters, ...pairs].map(text => [text, brush.measureText(text).width])
    ));
  }
  const [a, b] = widths;
  return Object.keys(a).filter(text => Math.abs(a[text] - b[text]) > 0.01);
}"""

RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map(rule => rule.cssText.replaceAll(", ", ","));
}"""
DIGEST = re.compile(r'\?v=[0-9a-f]+"')


@pytest.fixture
def door(outbreak: Graph, served: Flask) -> str:
    """The path in the code of the market."""
    return door_of(served, merge_gate(outbreak, VENUE))


def test_a_first_page_is_small(visit: Visit, door: str) -> None:
    watched = visit(service_workers="block")
    fetched = watch_bytes(watched.page)

    page = watched.open(door)
    page.wait_for_load_state("networkidle")

    expect(page.locator(BUTTON)).to_be_enabled()
    by_path = {urlsplit(url).path: count for url, count in fetched.items()}
    assert sum(by_path.values()) <= MOST_BYTES, by_path
    # ... and what was counted is the page: it, its style sheet, its typefaces.
    assert door in by_path
    assert "/static/frames/citizen.css" in by_path
    assert sum(path.endswith(".woff2") for path in by_path) <= 2


def test_a_first_page_waits_for_neither_typefaces_nor_scripts(visit: Visit, door: str) -> None:
    watched = visit(service_workers="block")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for kind in ("woff2", "js"):
        watched.page.route(f"**/*.{kind}*", hold)

    watched.page.goto(f"{watched.address}{door}", wait_until="commit")

    expect(watched.page.locator(BUTTON)).to_be_enabled()
    watched.page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint').length === 1"
    )
    assert held
    for route in held:
        route.abort()


@pytest.mark.parametrize("frame", sorted(EVERY))
def test_a_sheet_means_what_its_files_mean(visit: Visit, frame: str) -> None:
    page = visit().open("/sign-in")
    files = [assets()[f"css/{name}.css"].body.decode() for name in sheets_of(frame)]
    sent = assets()[style_sheet(frame)].body.decode()

    rules = [page.evaluate(RULES, text) for text in ("\n".join(files), DIGEST.sub('"', sent))]

    assert rules[0] == rules[1]
    assert len(rules[0]) > 50


@pytest.mark.parametrize("weight", ["400", "600"])
def test_the_small_typeface_draws_as_wide_as_the_whole_one(visit: Visit, weight: str) -> None:
    page = visit().open("/sign-in")

    assert differing(page, weight) == []


def differing(page: Page, weight: str) -> list[str]:
    """Return the letters, and pairs that are kerned, whose width differs between both."""
    folder = "/static/vendor/be-vietnam-pro"
    whole = [
        [f"{folder}/vietnamese-{weight}.woff2", "U+0102-01B0, U+1EA0-1EF9"],
        [f"{folder}/latin-{weight}.woff2", "U+0000-00FF"],
    ]
    small = [[f"{folder}-phone/vietnamese-{weight}.woff2", "U+0000-1EF9"]]
    pairs = ["To", "AV", "Tr", "Vâ", "LT", "Yê", "P.", "fi", "ff"]
    return list(page.evaluate(WIDTHS, [whole, small, weight, LETTERS, pairs]))
