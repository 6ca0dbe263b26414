"""How much of the acceptance catalogue a run takes: TRUYVET_TESTS=nightly takes the N tier."""

import os
from random import SystemRandom


def is_nightly() -> bool:
    """Say whether this run has a night."""
    return os.environ.get("TRUYVET_TESTS") == "nightly"


def seed() -> int:
    """Return the seed of this run, and print it; TRUYVET_SEED plays one again."""
    found = int(os.environ.get("TRUYVET_SEED") or SystemRandom().randrange(10**6))
    print(f"seed {found}: TRUYVET_SEED={found} plays it again")  # noqa: T201
    return found
