"""`python -m graph.server fetch` brings Neo4j into the user's cache, ready for quick starts."""

import sys

from graph.server import ServerFault, fetch_jars
from graph.server.archive import make_archive


def tell(sentence: str) -> None:
    """Say how far it is, on stderr."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def main() -> int:
    """Fetch what is missing; 0 when all is there, 1 with a sentence when it cannot be had."""
    if sys.argv[1:] != ["fetch"]:
        tell("usage: python -m graph.server fetch")
        return 2
    try:
        make_archive(fetch_jars(tell), tell)
    except ServerFault as fault:
        tell(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
