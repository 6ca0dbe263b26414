#!/usr/bin/env python3
"""Write static/vendor/be-vietnam-pro-phone: one small file a weight, for citizen and gate pages.

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools==4.68.0 brotli==1.2.1
    /tmp/fonts/bin/python scripts/make_phone_fonts.py

A phone that opens its first page would fetch four files of 67 kB. Of these this keeps the letters
that Vietnamese and the names of countries are written with, and their kerning, in two of 20 kB.
What goes are letters of other languages, which the whole files still serve, and hints for coarse
screens.
Prints the lines for vendor.toml and the unicode-range for css/fonts-phone.css.
"""

import hashlib
import tempfile
from itertools import groupby
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger

VENDOR = Path(__file__).parent.parent / "webapp" / "static" / "vendor"
WHOLE = VENDOR / "be-vietnam-pro"
PHONE = VENDOR / "be-vietnam-pro-phone"
WEIGHTS = (400, 600)
#: By the file of the package that draws them.
LETTERS = {
    "latin": {
        *range(0x20, 0x7F),
        *map(ord, "\u00a0«»°·×–—‘’“”•…"),
        *map(ord, "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"),
        # Of countries: Åland, Curaçao, Türkiye. A list to choose from draws them all.
        *map(ord, "ÅåÇçÜü"),
    },
    "vietnamese": {
        *map(ord, "ĂăĐđĨĩŨũƠơƯư₫"),
        *(0x300, 0x301, 0x303, 0x309, 0x323),
        *range(0x1EA0, 0x1EFA),
    },
}
# No marks: each letter with its marks is drawn as one, and browsers put those together.
FEATURES = ["ccmp", "kern", "liga"]


def cut(source: Path, letters: set[int], target: Path) -> None:
    """Write the part of a typeface that draws some letters, without hints."""
    options = subset.Options(
        hinting=False,
        layout_features=FEATURES,
        glyph_names=False,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = subset.load_font(str(source), options)
    font.flavor = None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.save(target)


def make(weight: int, target: Path) -> None:
    """Write the one file of a weight."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for name, letters in LETTERS.items():
            parts.append(Path(folder) / f"{name}.ttf")
            cut(WHOLE / f"{name}-{weight}.woff2", letters, parts[-1])
        merged = Merger().merge([str(part) for part in parts])
    # The moment it was made would change the file without changing a letter.
    merged["head"].created = merged["head"].modified = 0
    merged.recalcTimestamp = False
    merged.flavor = "woff2"
    merged.save(target)


def ranges(letters: set[int]) -> str:
    """Return letters as CSS writes them."""
    runs = groupby(enumerate(sorted(letters)), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _place, code in run] for _key, run in runs]
    return ", ".join(
        f"U+{span[0]:04X}-{span[-1]:04X}" if len(span) > 1 else f"U+{span[0]:04X}" for span in spans
    )


def main() -> None:
    """Write the files and print what lists them."""
    PHONE.mkdir(exist_ok=True)
    for weight in WEIGHTS:
        target = PHONE / f"vietnamese-{weight}.woff2"
        make(weight, target)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        print(f'"be-vietnam-pro-phone/{target.name}" = "{digest}"  # {target.stat().st_size} bytes')
    print("unicode-range:", ranges(set.union(*LETTERS.values())))


if __name__ == "__main__":
    main()
