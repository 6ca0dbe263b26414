"""How often one address may ask: counted in memory, so in one process, as `truyvet serve` is."""

import hashlib
import math
import time

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from graph.accounts import folded

WRONG_SIGN_INS = "5 per minute"
WRONG_SIGN_INS_OF_ADDRESS = "60 per minute"
# A whole market may stand behind one address of a mobile network.
CHECK_INS = "1200 per minute"
UNKNOWN_CODES = "120 per minute"

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


def init_app(app: Flask) -> None:
    """Count requests of the routes that carry a limit."""
    app.config["RATELIMIT_HEADERS_ENABLED"] = False
    limiter.init_app(app)


def seconds_to_wait() -> int:
    """Return how long until the limit that this request met admits another."""
    met = next((limit for limit in limiter.current_limits if limit.breached), None)
    return max(1, math.ceil(met.window[0] - time.time())) if met else 60
