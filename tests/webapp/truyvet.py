"""The command line as a test calls it: arguments in, status and both streams out."""

import json
from collections.abc import Mapping
from typing import Any

from click.testing import CliRunner, Result

from webapp.cli import cli


class Truyvet:
    """Runs commands in one environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def __call__(
        self, *arguments: object, typed: str | None = None, language: str = "en"
    ) -> Result:
        """Run a command; what it raises beyond an exit status is the test's fault to see."""
        environment = {**self.environment, "TRUYVET_LANGUAGE": language}
        return CliRunner().invoke(
            cli,
            [str(one) for one in arguments],
            input=typed,
            env=environment,
            prog_name="truyvet",
            catch_exceptions=False,
        )

    def json(self, *arguments: object, status: int = 0) -> Any:
        """Run a command with --json and return its answer."""
        ran = self(*arguments, "--json")
        assert ran.exit_code == status, ran.stderr
        return json.loads(ran.stdout)


def refused(ran: Result, *words: str, status: int = 1) -> None:
    """Assert that a command ended with a status and one clear sentence, and nothing on stdout."""
    assert ran.exit_code == status, ran.output
    assert "Traceback" not in ran.output
    assert not ran.stdout
    for word in words:
        assert word in ran.stderr
