"""Arrays in a file that says itself whether it is whole: mapped, not read, by the next process.

A file is MAGIC, the format's version, the length and the crc32 of a header in JSON, the header,
and the arrays it lists, each at a multiple of 64 bytes and with a crc32 of its own. It is written
whole or not at all, for its owner alone.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

MAGIC = b"truyvet\0"
VERSION = 1
_FRONT = struct.Struct("<8sIII")
_ALIGNED = 64


class Unsound(Exception):
    """A file is missing, cut short, changed, or of another format: make it again."""


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """A file as read: what its header tells, its arrays as read-only views, and its own mark.

    `mark` is the crc32 of the header, which holds those of the arrays: equal marks, equal files.
    """

    about: Mapping[str, Any]
    arrays: Arrays
    mark: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Arrays ready to be written: equal contents, equal arrays."""

    arrays: tuple[NDArray[Any], ...]
    listed: tuple[Mapping[str, Any], ...]
    size: int

    @property
    def content(self) -> int:
        """The crc32 of the arrays' names, kinds, lengths and own checksums."""
        return zlib.crc32(json.dumps(self.listed).encode())


def drafted(arrays: Arrays) -> Draft:
    """Return arrays with their checksums and places in a file."""
    listed, offset = [], 0
    ready = tuple(np.ascontiguousarray(array) for array in arrays.values())
    for name, array in zip(arrays, ready, strict=True):
        listed.append(
            {
                "name": name,
                "type": array.dtype.str,
                "length": len(array),
                "offset": offset,
                "crc32": zlib.crc32(array.view(np.uint8).data),
            }
        )
        offset += _padded(array.nbytes)
    return Draft(ready, tuple(listed), offset)


def write_arrays(path: Path, about: Mapping[str, Any], draft: Draft) -> int:
    """Write a file whole or not at all; return its mark.

    Args:
        about: what the header tells besides the arrays; plain data for JSON.
    """
    header = json.dumps({"about": about, "arrays": draft.listed, "bytes": draft.size}).encode()
    mark = zlib.crc32(header)
    beside = path.with_name(f"{path.name}.{os.getpid()}.draft")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_FRONT.pack(MAGIC, VERSION, len(header), mark))
        file.write(header)
        file.write(bytes(_padded(file.tell()) - file.tell()))
        for array in draft.arrays:
            file.write(array.view(np.uint8).data)
            file.write(bytes(_padded(array.nbytes) - array.nbytes))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return mark


def map_arrays(path: Path) -> ArrayFile:
    """Return what a file holds, its arrays mapped into memory and checked.

    Raises:
        Unsound: it is not a whole file of this format.
    """
    try:
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, version, length, mark = _FRONT.unpack_from(held)
        header = held[_FRONT.size : _FRONT.size + length]
        if (magic, version, zlib.crc32(header)) != (MAGIC, VERSION, mark):
            raise Unsound("not a file of this format, or its header was changed")
        told = json.loads(header)
        start = _padded(_FRONT.size + length)
        if len(held) != start + told["bytes"]:
            raise Unsound("a file is cut short or too long")
        arrays = {one["name"]: _array(held, start, one) for one in told["arrays"]}
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        raise Unsound("a file is missing or cannot be read") from None
    return ArrayFile(told["about"], arrays, mark)


def _array(held: mmap.mmap, start: int, told: Mapping[str, Any]) -> NDArray[Any]:
    kind = np.dtype(told["type"])
    array = np.frombuffer(held, kind, told["length"], start + told["offset"])
    # Without the interpreter's lock: two threads check two files.
    if zlib.crc32(array.view(np.uint8).data) != told["crc32"]:
        raise Unsound("an array was changed")
    return array


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def as_texts(array: NDArray[np.uint8]) -> list[str]:
    """Return the texts of an array that `from_texts` made.

    Raises:
        Unsound: they are not text.
    """
    try:
        text = array.tobytes().decode()
    except UnicodeDecodeError:
        raise Unsound("names that are not text") from None
    return text.split("\n")[:-1]


def from_texts(texts: list[str]) -> NDArray[np.uint8]:
    """Return texts as one array of bytes, each with a line feed behind it, which no id holds."""
    joined = "".join(f"{text}\n" for text in texts)
    if joined.count("\n") != len(texts):
        raise ValueError("an id holds a line feed")
    return np.frombuffer(joined.encode(), np.uint8)
