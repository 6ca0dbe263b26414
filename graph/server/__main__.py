"""`python -m graph.server fetch` brings the jars of Neo4j into the user's cache."""

import sys

from graph.server import ServerFault, fetch_jars


def tell(sentence: str) -> None:
    """Say how far it is, on stderr."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def main() -> int:
    """Fetch the jars; 0 when all are there, 1 with a sentence when they cannot be had."""
    if sys.argv[1:] != ["fetch"]:
        tell("usage: python -m graph.server fetch")
        return 2
    try:
        fetch_jars(tell)
    except ServerFault as fault:
        tell(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
