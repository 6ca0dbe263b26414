"""Passwords of accounts: hashed with argon2id, checked a few at a time, never logged.

Source of the parameters: OWASP Password Storage Cheat Sheet, Argon2id, 19 MiB, t=2, p=1. Source
of the length: NIST SP 800-63B-4, section 3.1.1.2, for a password that is the only factor.
"""

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from webapp.language import N_

HASHER = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
SHORTEST = 15
LONGEST = 256
# A burst of sign-ins waits here instead of taking the memory and the cores of everyone else.
_AT_ONCE = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return a salted hash that names its own parameters."""
    with _AT_ONCE:
        return HASHER.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the one of a hash; None, for nobody, takes as long."""
    with _AT_ONCE:
        try:
            HASHER.verify(password_hash or _of_nobody(), password)
        except (Argon2Error, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _of_nobody() -> str:
    """Return what an unknown account's password is compared with, so that it takes as long."""
    return HASHER.hash(secrets.token_hex(16))


def make_password() -> str:
    """Return a random password of 20 letters and digits in groups: 100 bits."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def password_fault(password: str) -> str | None:
    """Return why a password is not taken, as a text of the catalogue, or None if it is."""
    if len(password) < SHORTEST:
        return N_("a password has at least 15 characters")
    if len(password) > LONGEST:
        return N_("a password has at most 256 characters")
    if len(set(password)) < 5:
        return N_("a password has at least 5 different characters")
    if not password.isprintable():
        return N_("a password has no control characters")
    return None
