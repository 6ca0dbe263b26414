"""Personal values as the store holds them: sealed by keys that it does not have, and blind indexes.

Source: REQUIREMENTS R194. A sealed value opens only for the field and owner that it was sealed
for; a blind index finds equal values, and tells nothing without its key. Both keys lie in
`<home>/secrets`: whoever copies the store alone can read neither phones nor answers.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.keys import keep, new_key
from webapp.settings import Settings

NONCE_BYTES = 12


class Unsealable(ValueError):
    """A sealed value was changed, belongs to another owner, or its key is not here."""


class Vault:
    """Seals and opens values; finds them by blind index.

    Args:
        field_keys: by their ids; the last one seals, all of them open.
        index_key: of the blind indexes, one for all schemes, from which each derives its own.
    """

    def __init__(self, field_keys: Mapping[str, bytes], index_key: bytes) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in field_keys.items()}
        self._newest = list(field_keys)[-1]
        self._index_key = index_key
        self._scheme_keys: dict[str, bytes] = {}

    def seal(self, text: str, field: str, owner: str) -> str:
        """Return a text sealed for one field of one owner, as `<key id>.<base64>`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), _bound_to(field, owner))
        return f"{self._newest}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, field: str, owner: str) -> str:
        """Return the text that was sealed for this field of this owner.

        Raises:
            Unsealable: it was changed, was sealed for another, or by a key that is not here.
        """
        key_id, _dot, encoded = sealed.partition(".")
        try:
            raw = urlsafe_b64decode(encoded)
            cipher = self._ciphers[key_id]
            opened = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(field, owner))
        except (KeyError, ValueError, InvalidTag):
            raise Unsealable("a sealed value does not open") from None
        return opened.decode()

    def blind_index(self, scheme: str, text: str) -> str:
        """Return 128 bits, in hex, that are equal for equal texts of one scheme alone."""
        if scheme not in self._scheme_keys:
            self._scheme_keys[scheme] = _hmac(self._index_key, f"index {scheme}")
        return _hmac(self._scheme_keys[scheme], text).hex()[:32]


def open_vault(settings: Settings) -> Vault:
    """Return the vault of an instance; its keys are made at the first start.

    `secrets/field-keys` holds a line `<id> <base64>` a key, the newest last: to change it, add a
    line. The key of blind indexes stays, because all that is stored is found by it.
    """
    lines = keep(settings, "field-keys", lambda: f"1 {new_key()}").splitlines()
    field_keys = {
        key_id: urlsafe_b64decode(encoded) for key_id, encoded in (line.split() for line in lines)
    }
    return Vault(field_keys, urlsafe_b64decode(keep(settings, "index-key", new_key)))


def _bound_to(field: str, owner: str) -> bytes:
    return f"{field}/{owner}".encode()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
