"""What can go wrong before a server runs: each is one sentence that says what to do."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.server import ServerFault, ServerOptions, archive, jars, ports, running, status, stop
from graph.server.faults import explained
from graph.server.instance import Instance, Running
from graph.server.jars import Jar, cache_folder, fetch_jars, read_lock
from graph.server.java import settings
from graph.server.processes import Process, process

# Three small jars stand for all 230: what is fetched and checked is the same for each.
FEW = read_lock().jars[:3]
LONG_AGO = datetime(2026, 11, 22, tzinfo=UTC)


def told(_sentence: str) -> None:
    """Listen to nobody."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this user's jars, on a machine without a network or a Maven folder."""
    good = fetch_jars(told)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "maven"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    folder = cache_folder(read_lock())
    folder.mkdir(parents=True)
    for jar in read_lock().jars:
        (folder / jar.file_name).hardlink_to(good / jar.file_name)
    return folder


def in_maven(jar: Jar, maven: Path) -> Path:
    """Return where a Maven folder has a jar."""
    folder = maven.joinpath(*jar.group.split("."), jar.artifact, jar.version)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / jar.file_name


def flip_a_byte(path: Path) -> None:
    """Damage a file as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_I8_a_complete_cache_starts_without_a_network(cache):
    assert fetch_jars(told) == cache


def test_I8_one_flipped_byte_is_refused(cache, tmp_path):
    flip_a_byte(cache / FEW[0].file_name)

    with pytest.raises(ServerFault, match=f"{FEW[0].file_name} could not be fetched .*: check the"):
        fetch_jars(told)
    with pytest.raises(ServerFault), running(tmp_path / "instance"):
        pass


def test_a_broken_download_is_taken_up_where_it_ended(cache, tmp_path):
    broken, missing, _ = (cache / jar.file_name for jar in FEW)
    for jar in FEW:
        shutil.copyfile(cache / jar.file_name, in_maven(jar, tmp_path / "maven"))
    kept = (cache / FEW[2].file_name).stat().st_ino
    half = broken.read_bytes()[:1000]
    broken.unlink()
    broken.write_bytes(half)
    missing.unlink()
    sentences: list[str] = []

    assert fetch_jars(sentences.append) == cache

    assert jars.unsound_jars(cache, read_lock().jars) == []
    assert (cache / FEW[2].file_name).stat().st_ino == kept
    assert "230 of 230 jars" in sentences[-1]
    assert in_maven(FEW[0], tmp_path / "maven").exists()


def test_a_jar_that_comes_with_other_bytes_is_not_installed(cache, tmp_path):
    (cache / FEW[0].file_name).unlink()
    in_maven(FEW[0], tmp_path / "maven").write_bytes(b"something else")

    with pytest.raises(ServerFault):
        fetch_jars(told)

    assert not (cache / FEW[0].file_name).exists()


def test_a_damaged_archive_is_left_out_and_nothing_else_changes(tmp_path):
    archive.archive_file(tmp_path).write_bytes(b"what Java learnt")
    written = hashlib.sha256(b"what Java learnt").hexdigest()
    archive.sum_file(tmp_path).write_text(written, encoding="ascii")
    whole = archive.archive_flags(tmp_path)

    flip_a_byte(archive.archive_file(tmp_path))

    assert whole[0] == f"-XX:AOTCache={archive.archive_file(tmp_path)}"
    assert archive.archive_flags(tmp_path) == ()


def test_a_disk_too_small_is_said_before_anything_is_fetched(tmp_path):
    enormous = Jar("a", "b", "1", "0" * 64, 10**18)

    with pytest.raises(ServerFault, match=r"is full: Neo4j needs \d+ MB"):
        jars.check_room(tmp_path, [enormous])


def test_a_full_disk_is_one_sentence():
    full = Path("/dev/full")

    with pytest.raises(ServerFault, match="is full: free some space"), explained(full):
        full.write_text("x", encoding="utf-8")


def test_a_cache_that_cannot_be_made_is_one_sentence(cache, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(ServerFault, match="cannot be used"):
        fetch_jars(told)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_I3_a_password_that_others_can_read_is_refused(tmp_path, mode):
    instance = Instance(tmp_path)
    instance.prepare()
    instance.password()
    instance.password_file.chmod(mode)

    with pytest.raises(ServerFault, match=r"chmod 600") as refused:
        instance.password()

    assert instance.password_file.read_text(encoding="utf-8") not in str(refused.value)


def test_a_lost_password_is_not_replaced_by_one_that_the_store_does_not_know(tmp_path):
    instance = Instance(tmp_path)
    instance.prepare()
    instance.mark_initialised()

    with pytest.raises(ServerFault, match="put the file back"):
        instance.password()


def test_a_taken_port_is_left_to_its_owner():
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        assert ports.pick(None, remembered=taken) != taken
        with pytest.raises(ServerFault, match=f"Port {taken} is taken .*TRUYVET_NEO4J_PORT"):
            ports.pick(taken, remembered=None)


def test_a_remembered_port_is_taken_again():
    chosen = ports.pick(None, None)

    assert ports.pick(None, remembered=chosen) == chosen


def test_a_machine_without_loopback_is_told_so():
    # A new network of its own has a loopback device that is down.
    made = subprocess.run(
        ["unshare", "--net", "--map-root-user", sys.executable, "-c", NO_LOOPBACK],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in made.stderr:
        pytest.skip("not run: this machine does not let a test take its loopback away")

    assert "no loopback address" in made.stdout


NO_LOOPBACK = """
from graph.server import ServerFault, ports
try:
    print(ports.pick(None, None))
except ServerFault as fault:
    print(fault)
"""


def test_a_size_that_is_none_names_its_variable():
    with pytest.raises(ServerFault, match="TRUYVET_NEO4J_HEAP is not a size"):
        settings(20_000, ServerOptions(heap="lots"))


def test_a_reused_process_id_is_never_signalled(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        now = process(stranger.pid)
        assert now is not None
        before = Process(now.pid, now.started - 1)
        instance = Instance(tmp_path)
        instance.prepare()
        instance.announce(Running(before, before, 1, "2026.09.0", LONG_AGO))
        handle = instance.take_lock()
        assert handle is not None
        (tmp_path / "server.lock").write_text(f"{before.pid} {before.started}", encoding="ascii")

        with pytest.raises(ServerFault):
            stop(tmp_path, timeout=0.2)
        assert status(tmp_path).state == "stale"
        os.close(handle)

        assert not before.is_alive()
        assert stranger.poll() is None
        stranger.kill()
