"""Planted defects of the projection: copies of its modules that are wrong in one known way.

A copy is changed text, run by the interpreter instead of compiled; each defect insists on
finding what it changes. The copies stand under a name of their own and leave the others alone.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

import graph.tracing.projection.columns as original

PACKAGE = original.__package__
COPY = "planted_projection"

#: By module, what is changed into what.
Changes = Mapping[str, Mapping[str, str]]

INTERPRETED: Changes = {
    "compiling": {
        "return cast(Kernel, njit(**_OPTIONS)(function))": "return function",
        "return cast(Kernel, njit(forceinline=True, **_OPTIONS)(function))": "return function",
        # The setting is the process's, not the copy's.
        'vars(config)["CACHE_LOCATOR_CLASSES"] =': "_SETTING =",
    }
}

DEFECTS: dict[str, Changes] = {
    "visited set": {
        "kernels": {"is_early = (known & 1) & (known >> 1 <": "is_early = (known & 1) & (0 <"}
    },
    "more than the least, not the least": {
        "kernels": {"if length >= least and": "if length > least and"}
    },
    "no midnight rule": {
        "kernels": {
            "if length >= least and shared >= group.starts:": "if length >= least:",
        }
    },
    "counted on the day after too": {"kernels": {" or opens >= group.ends": ""}},
    "forgotten until": {"kernels": {"closes = min(left, wide(room.until[at]))": "closes = left"}},
    "isolated people infect": {
        "spreading": {
            "until=question.view.until[found.person]": (
                "until=np.full(len(found), NEVER, np.int32)"
            )
        }
    },
    "single parent array": {
        "collecting": {
            "place[person[i]] = i": "place[person[i]] = i if place[person[i]] < 0 else 0"
        }
    },
    "more than the least, past many": {
        "crowds": {"latest_end >= arrived + least": "latest_end > arrived + least"}
    },
    "those who left before count as minutes, past many": {
        "crowds": {"room.sum_ends[over] - room.sum_ends[gone]": "room.sum_ends[over]"}
    },
    "minutes rounded contact by contact": {
        "kernels": {"total += length": "total += length // 60 * 60"}
    },
    "dead visits count": {
        "hopping": {"self._settle(overlay.people[: overlay.moved])": "pass"},
        "columns": {"nodes[found] = place[found] + self.base.people": "pass"},
    },
    "stale view": {
        "columns": {"key = (max(-1, min(as_of, self.last_event)), exits)": "key = (0, exits)"}
    },
    "retracted facts count": {"views": {"(late.retracted <= as_of) | ": ""}},
    "latent time forgotten": {"spreading": {" + question.latent": ""}},
    "a tie goes to the higher person": {
        "kernels": {
            "if rank > lowest or": "if (rank < lowest and lowest < FAR) or",
            "if rank < lowest or closes": "if rank > lowest or lowest == FAR or closes",
        }
    },
    "estimates are certain": {
        "kernels": {"    return 1 if least_end": "    return 0 if least_end"}
    },
}


class _Copies(MetaPathFinder, Loader):
    """Finds the package's modules under another name, with changes."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        """Return where a module of the copy comes from."""
        if name == COPY:
            return spec_from_loader(name, self, is_package=True)
        return spec_from_loader(name, self) if name.startswith(f"{COPY}.") else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text of a module."""
        if module.__name__ == COPY:
            return
        name = module.__name__.removeprefix(f"{COPY}.")
        file = Path(original.__file__).with_name(f"{name}.py")
        text = file.read_text(encoding="utf-8")
        for right, wrong in {**INTERPRETED.get(name, {}), **self._changes.get(name, {})}.items():
            assert right in text, f"{name} does not hold what the defect changes"
            text = text.replace(right, wrong)
        exec(compile(text.replace(PACKAGE, COPY), str(file), "exec"), vars(module))  # noqa: S102


@contextmanager
def planted(changes: Changes) -> Iterator[ModuleType]:
    """Give the copy's `spreading` module, and with it all others, for the length of a block."""
    finder = _Copies(changes)
    sys.meta_path.insert(0, finder)
    try:
        yield import_module(f"{COPY}.people")
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] == COPY]:
            del sys.modules[name]
