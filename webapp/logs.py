"""What a serving process logs, on stderr: events of the program, never of a person."""

import logging

from webapp.settings import Settings

# At their finer levels these write queries with parameters, and addresses of pages with ids.
TALKATIVE = ("neo4j", "werkzeug", "urllib3", "asyncio")


def start_logging(settings: Settings) -> None:
    """Log from the level that is set; libraries that repeat what they are sent, only warnings."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
