"""How the kernels are compiled: by Numba, without the interpreter's lock, once a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import config, njit
from numba.core.caching import InTreeCacheLocator, UserWideCacheLocator
from numpy.typing import NDArray

Kernel = TypeVar("Kernel", bound=Callable[..., object])

# What the columns hold. A NumPy scalar is an int to a reader, so kernels say int for both.
Numbers = NDArray[np.uint32]
Moments = NDArray[np.int32]
Sums = NDArray[np.int64]
Flags = NDArray[np.uint8]


@cache
def _stamp() -> str:
    """Return a digest of every file that kernels stand in."""
    texts = [file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py"))]
    return sha256(b"\0".join(text for text in texts if b"compiled" in text)).hexdigest()


class InTree(InTreeCacheLocator):
    """Keeps compiled kernels beside their source, until any kernel's source changes.

    Numba itself looks at the caller's file alone: what is called from another file would
    stay as it was compiled (numba issue 6972).
    """

    def get_source_stamp(self) -> str:
        """Return what must be the same for a kept kernel to be used."""
        return _stamp()


class UserWide(UserWideCacheLocator):
    """Does so in the user's cache, where the source's folder cannot be written."""

    def get_source_stamp(self) -> str:
        """Return what must be the same for a kept kernel to be used."""
        return _stamp()


# Numba's own setting, which stands in no stub.
vars(config)["CACHE_LOCATOR_CLASSES"] = f"{__name__}.InTree,{__name__}.UserWide"

# Kernels make no arrays, so they need not count references to those that they hand on: that
# would take most of their time.
_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}

#: Makes 64 bits of what a column holds, so that sums and differences do not overflow.
wide = cast(Callable[[Any], int], np.int64)


def compiled(function: Kernel) -> Kernel:
    """Return a function that is compiled when it is first called, and kept on disk."""
    return cast(Kernel, njit(**_OPTIONS)(function))


def inlined(function: Kernel) -> Kernel:
    """Return a function for kernels alone, compiled into each that calls it.

    For what is done for each visit or cell: a call would copy the dozens of arrays handed on.
    """
    return cast(Kernel, njit(forceinline=True, **_OPTIONS)(function))
