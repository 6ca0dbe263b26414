"""Static files: what others made is what it claims to be, and one file holds the colours."""

import hashlib
import re
import tomllib

from webapp.assets import STATIC, STYLE_SHEETS

VENDOR = STATIC / "vendor"
LITERAL_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")
LITERAL_SIZE = re.compile(r"(?<![\w.-])\d*\.?\d+(?:px|rem|em|pt)\b")
#: Sizes that mean "hidden", follow the type, or are of paper.
ALLOWED_SIZES = {"1px", "0.2em", "15mm", "60rem", "45rem", "15rem", "11rem"}


def test_every_vendored_file_is_listed_with_its_sum_licence_and_version() -> None:
    listed = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    files = {name: sha256 for part in listed.values() for name, sha256 in part["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }

    assert found == files
    for part in listed.values():
        assert part["version"]
        assert part["licence"]
        assert (VENDOR / part["licence_file"]).is_file()


def test_every_style_sheet_is_linked_and_every_link_has_its_sheet() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(STYLE_SHEETS)


def test_only_the_tokens_hold_colours_and_sizes() -> None:
    for name in STYLE_SHEETS:
        if name in ("tokens", "fonts"):
            continue
        text = (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")
        assert not LITERAL_COLOUR.findall(text), name
        assert not set(LITERAL_SIZE.findall(text)) - ALLOWED_SIZES, name


def test_no_static_file_asks_another_host() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".css", ".js", ".svg"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http:" not in text, path.name
            assert "https:" not in text, path.name
