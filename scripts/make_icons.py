"""Draw the icons of the home screen from static/icon.svg, by Debian's Chromium.

Run it after the mark changed: .venv/bin/python scripts/make_icons.py. A maskable icon fills its
square to the edges, because phones cut it to a shape of their own; its mark keeps to the middle.
"""

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "webapp" / "static"
MARK = STATIC / "icon.svg"
#: Phones may cut away all but a circle of 80 % of the width.
MASKED_VIEW = "-4 -4 40 40"


def drawings() -> dict[str, tuple[int, str]]:
    """Return the size and the SVG of each icon, by its path."""
    mark = MARK.read_text(encoding="utf-8")
    whole = re.sub(
        r'<rect [^>]*fill="([^"]+)"/>',
        r'<rect x="-4" y="-4" width="40" height="40" fill="\1"/>',
        mark,
    )
    masked = whole.replace("0 0 32 32", MASKED_VIEW)
    return {
        "icons/192.png": (192, mark),
        "icons/512.png": (512, mark),
        "icons/maskable-512.png": (512, masked),
        # iOS cuts the corners itself and shows black where an icon is clear.
        "icons/touch-180.png": (180, masked),
    }


def main() -> None:
    """Write the icons."""
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (side, drawing) in drawings().items():
            page = browser.new_page(viewport={"width": side, "height": side})
            sized = drawing.replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
            page.set_content(f'<body style="margin:0">{sized}</body>')
            page.screenshot(path=STATIC / name, omit_background=True)
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
