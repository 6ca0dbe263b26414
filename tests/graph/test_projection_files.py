"""Files of columns: the next process maps them; what is not whole or not of this store is found."""

import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from graph.tracing import projection as facade
from graph.tracing.projection import Projection, segments
from graph.visits import merge_visits
from tests.graph.projecting import CHANGES, STAMP, WORKED, loads, told


def test_the_next_process_maps_what_was_loaded_and_reads_only_what_changed(
    worked, folder, monkeypatch, asked
):
    Projection.open(worked, folder)
    CHANGES["a visit more"](worked)
    loaded = loads(monkeypatch)
    asked.clear()

    projection = Projection.open(worked, folder)

    assert loaded == []
    assert not [name for name in asked if name.endswith(("_on", "_person", "find_meetings"))]
    assert ("N", 1) in told(worked, projection)


def test_files_are_for_their_owner_alone(worked, folder):
    Projection.open(worked, folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_day_that_did_not_change_keeps_its_file(worked, folder, monkeypatch):
    monkeypatch.setattr(facade, "MOST_UNSAVED", 0)
    Projection.open(worked, folder)
    before = {path.name for path in folder.glob("day-*")}

    CHANGES["a late exit"](worked)
    projection = Projection.open(worked, folder)

    after = {path.name for path in folder.glob("day-*")}
    assert {name[:12] for name in before - after} == {"day-20210701"}
    assert len(after) == 3
    told(worked, projection)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def older_format(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8] = 0
    path.write_bytes(bytes(content))


def swap(path: Path) -> None:
    """Put another sound file of the same kind in its place."""
    other = next(one for one in path.parent.glob("day-*") if one != path)
    path.write_bytes(other.read_bytes())


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut short": cut_short,
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "of an older format": older_format,
    "the file of another day": swap,
}

FILES = ("day-20210701", "names", "tables", "index")


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_J13_files_that_are_not_whole_are_found_and_made_again(
    worked, folder, monkeypatch, file, damage
):
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)
    (path,) = folder.glob(f"{file}*")

    damage(path)
    projection = Projection.open(worked, folder)

    assert loaded == [1]
    told(worked, projection)
    assert Projection.open(worked, folder).current() is not None
    assert loaded == [1]


@pytest.mark.parametrize("file", ["day-20210701", "tables"])
def test_J13_an_earlier_file_in_the_place_of_a_later_one_is_found(
    worked, folder, monkeypatch, file
):
    monkeypatch.setattr(facade, "MOST_UNSAVED", 0)
    Projection.open(worked, folder)
    (earlier,) = (path.read_bytes() for path in folder.glob(f"{file}*"))
    # These leave as many facts as there were.
    CHANGES["a late exit"](worked)
    CHANGES["another category"](worked)
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    for path in folder.glob(f"{file}*"):
        path.write_bytes(earlier)

    told(worked, Projection.open(worked, folder))
    assert loaded == [1]


def test_J13_a_flipped_bit_anywhere_is_found(worked, folder):
    Projection.open(worked, folder)
    (path,) = folder.glob("day-20210701*")
    whole = path.read_bytes()
    draw = Random(1)
    held = segments.Folder(folder)

    for _ in range(200):
        place = draw.randrange(len(whole))
        flip(path, place)
        try:
            held.read()
        except segments.Unsound:
            path.write_bytes(whole)
        else:
            # Between the arrays nothing is told.
            flip(path, place)
            assert whole[place] == 0
    assert held.read() is not None


def test_J13_files_of_another_store_are_thrown_away(worked, folder, monkeypatch):
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    worked.apply("MATCH (n) WHERE n:Ledger OR n:Change DETACH DELETE n")
    CHANGES["a visit more"](worked)
    projection = Projection.open(worked, folder)

    assert loaded == [1]
    assert ("N", 1) in told(worked, projection)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_J13_a_restored_backup_is_found_whatever_was_committed_since(
    worked, folder, monkeypatch, number
):
    """Changes after the backup are lost; others come, fewer, as many or more."""
    ahead = Projection.open(worked, None)
    for n in range(2):
        merge_visits(worked, [{**WORKED[0], "visit_id": f"l{n}", "person_id": f"L{n}"}], STAMP)
    assert ahead.current(within=0).number == 3
    Projection.open(worked, folder)
    loaded = loads(monkeypatch)

    worked.apply("MATCH (c:Change) WHERE c.number > 1 DELETE c")
    worked.apply("MATCH (p:Person) WHERE p.person_id STARTS WITH 'L' DETACH DELETE p")
    worked.apply(
        "MATCH (c:Change {number: 1}) MATCH (l:Ledger) "
        "SET l.number = 1, l.token = c.token, l.ids = c.ids"
    )
    for n in range(number - 1):
        merge_visits(worked, [{**WORKED[0], "visit_id": f"k{n}", "person_id": f"K{n}"}], STAMP)

    for projection in (ahead, Projection.open(worked, folder)):
        assert [name for name, _ in told(worked, projection) if name[0] in "KL"] == [
            f"K{n}" for n in range(number - 1)
        ]
    assert loaded == [1, 1]
