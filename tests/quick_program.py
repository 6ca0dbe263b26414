"""`truyvet` as tests start it as a program of its own: its Java compiles once, and plainly.

With TRUYVET_SABOTEUR in the environment it runs with one of the defects of
`tests/crash/saboteurs.py`, to see that a test finds it.
"""

import os
import sys

from tests.servers import be_quick

#: Followed by the arguments of a command.
COMMAND = (sys.executable, "-m", "tests.quick_program")


def main() -> None:
    """Run a command."""
    be_quick()
    if name := os.environ.get("TRUYVET_SABOTEUR"):
        from tests.crash.saboteurs import plant

        plant(name)
    from webapp.cli import main as command

    command()


if __name__ == "__main__":
    main()
