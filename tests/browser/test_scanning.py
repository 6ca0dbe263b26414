"""Codes in the browser: by camera under the strict policy, photo, typing, a scanner (R53, R62)."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import qrcode
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserType, Page, expect
from qrcode.constants import ERROR_CORRECT_Q

from graph.database import Graph
from graph.venues import get_gate, merge_gate
from tests.browser.conftest import PHONE, QUIET, Watched
from tests.browser.phone import wait_until
from tests.browser.test_every_page import violations
from tests.webapp.conftest import door_of
from tests.webapp.outbreak import VENUE
from webapp import current
from webapp.doors import short_code

Visit = Callable[..., Watched]
NAME = "Chợ Bình Tây"
FRAME = (640, 480)
#: As a good phone takes it.
PHOTO = (3000, 4000)
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
IS_ON = "Boolean(document.querySelector('video').srcObject?.active)"
#: What a scanner sends after a code.
ENTER = "\n"


@pytest.fixture
def door(outbreak: Graph, served: Flask) -> str:
    """The path in the code of the market."""
    return door_of(served, merge_gate(outbreak, VENUE))


@pytest.fixture
def typed(outbreak: Graph, served: Flask) -> str:
    """What stands under that code."""
    with served.app_context():
        return short_code(get_gate(current.graph(), merge_gate(outbreak, VENUE)))


def picture(text: str, size: tuple[int, int] = FRAME) -> Image.Image:
    """Return a code as a camera sees it: somewhat small, in the middle, on grey."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(text)
    drawn = code.make_image().get_image().convert("RGB")
    side = min(size) * 3 // 4
    seen = Image.new("RGB", size, (96, 96, 96))
    seen.paste(drawn.resize((side, side)), ((size[0] - side) // 2, (size[1] - side) // 2))
    return seen


def jpeg(seen: Image.Image) -> bytes:
    """Return a picture as a camera writes it."""
    file = io.BytesIO()
    seen.save(file, "JPEG", quality=85)
    return file.getvalue()


@pytest.fixture
def film(
    browser_type: BrowserType, address: str, tmp_path: Path
) -> Iterator[Callable[..., Watched]]:
    """Open a browser that was allowed to use its camera, which sees a code."""
    opened: list[Browser] = []

    def start(text: str, **options: Any) -> Watched:
        file = tmp_path / "camera.mjpeg"
        file.write_bytes(jpeg(picture(text)) * 3)
        camera = (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={file}")
        browser = browser_type.launch(
            executable_path=shutil.which("chromium"), args=[*QUIET, *camera]
        )
        opened.append(browser)
        context = browser.new_context(viewport=PHONE, locale="vi-VN", **options)
        watched = Watched(context.new_page(), address)
        watched.watch()
        return watched

    yield start
    for browser in opened:
        browser.close()


def heading(page: Page) -> str:
    """Return the heading of the page."""
    return page.get_by_role("heading", level=1).inner_text()


def test_the_camera_finds_the_venue_under_the_strict_policy(
    film: Callable[..., Watched], address: str, door: str
) -> None:
    watched = film(address + door)
    page = watched.open("/scan")
    answer = page.request.get(f"{address}/scan")

    page.wait_for_url(f"**{door}")
    assert heading(page) == NAME
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert not watched.foreign
    assert not watched.complaints


def test_a_code_of_somebody_else_is_named_so_and_the_camera_goes_on(
    film: Callable[..., Watched], address: str
) -> None:
    watched = film("https://evil.example/c/")
    page = watched.open("/scan")

    page.get_by_text("Đây không phải mã QR địa điểm.").wait_for()
    assert page.url == f"{address}/scan"
    assert page.evaluate(IS_ON)
    assert not watched.foreign


def test_the_camera_is_off_while_the_page_is_hidden_and_after_closing(
    film: Callable[..., Watched],
) -> None:
    watched = film("nothing of ours")
    page = watched.open("/scan")
    page.get_by_text("Đây không phải mã QR địa điểm.").wait_for()
    page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")

    hide = """(isHidden) => {
        Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    assert page.evaluate("window.track.readyState") == "ended"
    page.evaluate(hide, False)
    wait_until(page, lambda: page.evaluate(IS_ON))
    page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")
    page.get_by_role("button", name="Tắt máy ảnh").click()
    assert page.evaluate("window.track.readyState") == "ended"
    page.get_by_role("button", name="Mở máy ảnh").click()
    wait_until(page, lambda: page.evaluate(IS_ON))


def test_a_refused_camera_leaves_the_other_ways(visit: Visit, door: str, typed: str) -> None:
    watched = visit(permissions=[])
    page = watched.open("/scan")
    page.get_by_role("button", name="Mở máy ảnh").click()

    page.locator("[role=alert] .notice:visible").wait_for()
    assert not violations(watched)
    page.get_by_label("Mã ở cửa").fill(typed)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=NAME).wait_for()


def test_a_photo_is_read_in_the_browser_and_never_sent(
    visit: Visit, address: str, door: str
) -> None:
    watched = visit()
    sent: list[str] = []
    watched.page.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url))
    page = watched.open("/scan")
    photo = {
        "name": "a.jpg",
        "mimeType": "image/jpeg",
        "buffer": jpeg(picture(address + door, PHOTO)),
    }
    page.locator("input[type=file]").set_input_files(photo)

    page.wait_for_url(f"**{door}")
    assert heading(page) == NAME
    assert not sent
    assert not watched.foreign
    assert not watched.complaints


@pytest.mark.parametrize("picture_of", ["nothing", "no picture"])
def test_a_photo_without_a_code_says_what_to_do(visit: Visit, picture_of: str) -> None:
    grey = jpeg(Image.new("RGB", FRAME, (96, 96, 96)))
    page = visit().open("/scan")
    photo = {
        "name": "a.jpg",
        "mimeType": "image/jpeg",
        "buffer": grey if picture_of == "nothing" else b"0912345678",
    }
    page.locator("input[type=file]").set_input_files(photo)

    page.get_by_text("Không tìm thấy mã trong ảnh này.").wait_for()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_typed_code_leads_to_its_venue_and_another_is_told_so(
    visit: Visit, typed: str, has_script: bool
) -> None:
    page = visit(java_script_enabled=has_script).open("/scan")
    page.get_by_label("Mã ở cửa").fill("0123 456")
    page.get_by_role("button", name="Đến địa điểm").click()
    page.get_by_text("Đây không phải mã QR địa điểm.").wait_for()

    page.get_by_label("Mã ở cửa").fill(typed.lower().replace("-", " "))
    page.get_by_role("button", name="Đến địa điểm").click()
    page.get_by_role("heading", name=NAME).wait_for()


def test_an_empty_code_is_asked_for_and_focused(visit: Visit) -> None:
    page = visit().open("/scan")
    page.get_by_role("button", name="Đến địa điểm").click()

    page.get_by_text("Hãy nhập mã ở cửa.").wait_for()
    assert page.evaluate("document.activeElement.id") == "code"


@pytest.mark.parametrize("typed_by", ["a scanner", "a scanner with Caps Lock on"])
def test_a_scanner_types_into_the_page_as_it_opens(
    visit: Visit, address: str, door: str, typed_by: str
) -> None:
    page = visit().open("/scan")
    expect(page.locator("#code")).to_be_focused()
    text = address + door
    page.keyboard.type((text.swapcase() if "Caps" in typed_by else text) + ENTER)

    page.get_by_role("heading", name=NAME).wait_for()


def test_without_network_the_camera_leads_to_the_page_that_the_phone_keeps(
    film: Callable[..., Watched], address: str, door: str
) -> None:
    watched = film(address + door)
    page = watched.open("/scan")
    page.wait_for_url(f"**{door}")
    page.evaluate("navigator.serviceWorker.ready")
    # The decoder is kept once it was used under the service worker, and so is a venue's name.
    watched.open("/scan")
    page.wait_for_url(f"**{door}")
    page.wait_for_function(f"caches.match('/api/v1/codes/{door.removeprefix('/c/')}')")
    page.context.set_offline(True)

    watched.open("/scan")

    page.wait_for_url(f"**{door}")
    page.locator("main form.form").wait_for()
    assert heading(page) == NAME
    assert not watched.foreign
