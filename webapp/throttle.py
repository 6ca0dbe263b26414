"""How often one address may ask: counted in memory, so in one process, as `truyvet serve` is."""

import hashlib
import logging
import math
import time

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import TooManyRequests

from graph.accounts import folded

WRONG_SIGN_INS = "5 per minute"
WRONG_SIGN_INS_OF_ADDRESS = "60 per minute"
# A whole market may stand behind one address of a mobile network.
CHECK_INS_PER_MINUTE = 1200
CHECK_INS = f"{CHECK_INS_PER_MINUTE} per minute"
UNKNOWN_CODES = "120 per minute"
# One-time codes, beside the limits of each number (R63): a mobile network shows few addresses to
# many people, and nobody pays for messages without end.
CODES_OF_ADDRESS = "30 per 10 minutes; 300 per day"
CODES_OF_ALL_PER_10_MINUTES = 1000
WRONG_CODES = "30 per minute"
# An office may enter its units by the public form, one after the other.
REGISTRATIONS_OF_ADDRESS = "30 per hour; 200 per day"
NAMES_OF_NUMBER = "10 per hour"

logger = logging.getLogger("truyvet.web")

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window")


def name_and_address() -> str:
    """Return the account name tried and the address it is tried from, shortened to a digest."""
    # Folded as the store does it: another way to type a name is no other account.
    name = folded(request.form.get("name", "").strip())
    tried = f"{get_remote_address()} {name}"
    return hashlib.sha256(tried.encode()).hexdigest()


def is_wrong(response: Response) -> bool:
    """Say whether an answer tells of a failure; only those use up a limit."""
    return response.status_code >= 400


def codes_of_all() -> str:
    """Return the limit of one-time codes to all numbers together."""
    return f"{CODES_OF_ALL_PER_10_MINUTES} per 10 minutes"


def sound_alarm(limit: RequestLimit) -> None:
    """Log that a limit for all visitors together is met: somebody may be pumping messages."""
    logger.error("%s: the limit for all together is met: %s", request.endpoint, limit.limit)


class Buckets:
    """A limit for each address that costs a microsecond, where the limiter starts a thread a hit.

    An address may send `per_minute`, and as many at once after a pause of a minute.
    """

    MOST = 100_000

    def __init__(self, per_minute: int) -> None:
        self._a_second, self._most = per_minute / 60, float(per_minute)
        self._left: dict[str, tuple[float, float]] = {}

    def seconds_until_free(self, address: str) -> int:
        """Take one of an address's requests, and return 0; or in how many seconds it may come."""
        now = time.monotonic()
        left, since = self._left.get(address, (self._most, now))
        left = min(self._most, left + (now - since) * self._a_second)
        if left < 1:
            return math.ceil((1 - left) / self._a_second)
        if len(self._left) >= self.MOST:
            self._left.clear()
        self._left[address] = (left - 1, now)
        return 0


def require_free(address: str) -> None:
    """Refuse a check-in from an address that has sent too many.

    Raises:
        TooManyRequests: it carries in how many seconds the next one is taken.
    """
    buckets: Buckets = current_app.extensions["check_in_buckets"]
    if seconds := buckets.seconds_until_free(address):
        raise TooManyRequests(retry_after=seconds)


def init_app(app: Flask) -> None:
    """Count requests of the routes that carry a limit."""
    app.extensions["check_in_buckets"] = Buckets(CHECK_INS_PER_MINUTE)
    app.config["RATELIMIT_HEADERS_ENABLED"] = False
    before = list(app.before_request_funcs.get(None, ()))
    limiter.init_app(app)
    # Every limit stands at its view and is counted there: that the limiter looks for others
    # before each request would cost a tenth of a check-in.
    app.before_request_funcs[None] = before


def seconds_to_wait() -> int:
    """Return how long until the limit that this request met admits another."""
    met = next((limit for limit in limiter.current_limits if limit.breached), None)
    return max(1, math.ceil(met.window[0] - time.time())) if met else 60
