"""The house itself: what is installed, what is shipped, what the two commands say."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.server.jars import read_lock

CHECKOUT = Path(__file__).parent.parent
PACKAGES = ("graph", "importers", "webapp")
# Written in parts, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("maven", "org"),
        ("maven", "apache", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]


def own_files() -> list[Path]:
    """Return the files of the project: what git knows, or would take."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return [CHECKOUT / name for name in names if name and (CHECKOUT / name).is_file()]


def requirements(name: str) -> set[str]:
    """Return the packages that a requirements file names, as the registry spells them."""
    lines = (CHECKOUT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("-"))
    return {found[0].lower().replace("_", "-") for found in names if found}


def make(
    *arguments: str, path: Path | None = None, before: Sequence[str] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run make in the checkout, perhaps with other programs at hand, or inside another one."""
    return subprocess.run(
        [*before, "make", "--no-print-directory", *arguments],
        cwd=CHECKOUT,
        env=os.environ if path is None else {"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["core", "dev"])
def test_a_lock_has_every_package_that_is_asked_for(name):
    assert requirements(f"{name}.in") - requirements(f"{name}.txt") == set()


@pytest.mark.parametrize("name", ["core", "dev"])
def test_a_lock_pins_each_package_to_one_release_and_its_hashes(name):
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())

    assert len(pins) == len(requirements(f"{name}.txt"))
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+==\S+ \\\n(\s+--hash=sha256:[0-9a-f]{64}( \\)?\n?)+", pin)


def test_the_two_locks_agree():
    core, dev = (
        dict(
            re.findall(
                r"(?m)^([a-z0-9._-]+)==(\S+)",
                (CHECKOUT / "requirements" / name).read_text(encoding="utf-8"),
            )
        )
        for name in ("core.txt", "dev.txt")
    )

    assert {name for name in core.keys() & dev.keys() if core[name] != dev[name]} == set()


def test_no_registry_is_named_anywhere():
    texts = {path: path.read_bytes().decode(errors="replace") for path in own_files()}

    named = [
        f"{path.relative_to(CHECKOUT)}: {host}"
        for path, text in texts.items()
        for host in REGISTRIES
        if host in text
    ]
    assert named == []


def test_every_jar_is_pinned_by_its_sha256_under_a_name_of_its_own():
    jars = read_lock().jars

    assert len({jar.file_name for jar in jars}) == len(jars) == 230
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in jars)


def test_a_wheel_carries_everything_that_lies_in_the_packages(tmp_path):
    source = tmp_path / "source"
    for path in own_files():
        name = path.relative_to(CHECKOUT)
        if name.parts[0] in PACKAGES or len(name.parts) == 1:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    build += ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), "."]
    subprocess.run(build, cwd=source, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("truyvet-*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(CHECKOUT).as_posix()
        for path in own_files()
        if path.relative_to(CHECKOUT).parts[0] in PACKAGES
    }
    assert wanted - carried == set()


def test_a_machine_without_python_3_11_is_told_what_to_install(tmp_path):
    told = make(
        "--always-make", "PYTHON=", f"VENV={tmp_path / 'venv'}", f"{tmp_path}/venv/python.stamp"
    )

    assert told.returncode != 0
    assert told.stderr.startswith("truyvet needs Python 3.11: apt-get install")


def test_a_machine_without_chromium_is_told_what_to_install(tmp_path):
    for program in ("make", "sh", "id"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    # In a user namespace of its own even root can be somebody else.
    unshare = [str(shutil.which("unshare")), "--map-user=1000", "--map-group=1000"]
    somebody = unshare if os.geteuid() == 0 else []

    told = make("debian", path=tmp_path, before=somebody)

    if told.stderr.startswith("unshare:"):
        pytest.skip("not run: this machine does not let root be somebody else")
    assert told.returncode != 0
    assert "Run: sudo apt-get install chromium libatomic1" in told.stderr


def test_a_build_machine_runs_the_tests_of_everybody():
    script = CHECKOUT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert "exec make test" in script.read_text(encoding="utf-8")
