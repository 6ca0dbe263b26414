"""What can go wrong with the embedded server, each as one sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})

# What Neo4j says before it gives up, and what an operator can do about it.
ENDINGS = (
    (
        "No space left on device",
        "The disk that holds {home} is full: free some space, then start again.",
    ),
    (
        "Could not reserve enough space",
        "There is not enough memory for the store: lower TRUYVET_NEO4J_HEAP.",
    ),
    ("insufficient memory", "There is not enough memory for the store: lower TRUYVET_NEO4J_HEAP."),
    ("Invalid maximum heap size", "TRUYVET_NEO4J_HEAP is not a size: write it as 1g or 512m."),
    ("Error evaluating value for setting", "Neo4j refuses a setting: see {log}."),
    ("Permission denied", "A file in {home} belongs to another user: see {log}."),
    ("AccessDeniedException", "A file in {home} belongs to another user: see {log}."),
)
TAKEN = ("Address already in use", "BindException")


class ServerFault(Exception):
    """What is wrong with the embedded server, in a sentence that says what to do."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an error of the file system into a sentence about `path`.

    Raises:
        ServerFault: the disk is full, the folder cannot be written, or whatever it was.
    """
    try:
        yield
    except OSError as error:
        raise ServerFault(disk_sentence(error, path)) from error


def disk_sentence(error: OSError, path: Path) -> str:
    """Return what an operator should know of a disk error."""
    if error.errno in FULL:
        return f"The disk that holds {path} is full: free some space, then start again."
    if error.errno in FORBIDDEN:
        return (
            f"This user may not read or write {path}: change its owner, or choose another folder."
        )
    return f"{path} cannot be used ({error.strerror}): mend that, or choose another folder."


def ending_sentence(output: str, home: Path, log: Path) -> str:
    """Return why Neo4j ended before it was ready, from what it printed."""
    for sign, sentence in ENDINGS:
        if sign in output:
            return sentence.format(home=home, log=log)
    return f"Neo4j ended before it was ready: the reason stands at the end of {log}."


def is_port_taken(output: str) -> bool:
    """Say whether Neo4j ended because somebody else listens on its port."""
    return any(sign in output for sign in TAKEN)
