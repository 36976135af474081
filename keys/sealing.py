"""Secrets at rest: sealed so that they can be opened again, or digested so that they can only be found again.

Both take a key of 32 random bytes that the operator keeps outside the database. What is sealed is bound to
the place where it stands: a value that is copied to another row, column or table does not open there.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["KEY_BYTES", "Altered", "KeyNotGiven", "KeyedDigest", "Sealer", "Unsealable"]

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORM: Final = "s1"


class Unsealable(Exception):
    """A sealed value does not open: another key, another place, or changed. The text never holds the value."""


class KeyNotGiven(Unsealable):
    """It says to be sealed under a key that is not among those given."""


class Altered(Unsealable):
    """A row says something else than what we sealed of it: who wrote that had no key to seal it with."""


class Sealer:
    """Seals with AES-256-GCM (NIST SP 800-38D) under `key`, and opens what `key` or a former key sealed.

    A sealed value is `<form>.<key id>.<nonce, ciphertext and tag in base64url>`: the form tells values under the
    operator's secret (`s1`) from those under other keys. A random nonce of 96 bits is safe
    for 2^32 values under one key (SP 800-38D section 8.3): far above what one register holds.
    """

    __slots__ = ("_ciphers", "_form", "key_id", "prefix")

    def __init__(self, key: bytes, *, former: Iterable[bytes] = (), form: str = _FORM) -> None:
        self.key_id: Final = _key_id(key)
        self.prefix: Final = f"{form}.{self.key_id}."  # begins whatever this one seals
        self._form: Final = form
        self._ciphers: Final = {**{_key_id(one): AESGCM(one) for one in former}, self.key_id: AESGCM(key)}

    def __repr__(self) -> str:
        return f"Sealer(key_id={self.key_id!r})"

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of the keys of which it opens what they sealed."""
        return frozenset(self._ciphers)

    def seal(self, plain: bytes, *, context: str) -> str:
        """`plain`, sealed for the place `context` (table, row and column, as the caller names them)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.key_id].encrypt(nonce, plain, f"{self.prefix}{context}".encode())
        return self.prefix + urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, context: str) -> bytes:
        """What was sealed for this very `context`; Unsealable otherwise."""
        form, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if form != self._form:
            raise Unsealable("not a sealed value")
        if (cipher := self._ciphers.get(key_id)) is None:
            raise KeyNotGiven(f"sealed under the key {key_id}, which is not among the keys given")
        try:
            blob = urlsafe_b64decode(body)
            return cipher.decrypt(
                blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], f"{form}.{key_id}.{context}".encode()
            )
        except (InvalidTag, NotBase64, ValueError) as failure:
            raise Unsealable(f"a value sealed under the key {key_id} is damaged or was moved") from failure


class KeyedDigest:
    """HMAC-SHA256 (RFC 2104) over parts, each with its length, so that no two lists of parts read the same."""

    __slots__ = ("_keyed", "key_id")

    def __init__(self, key: bytes) -> None:
        self.key_id: Final = _key_id(key)
        self._keyed: Final = hmac.new(
            key, digestmod="sha256"
        )  # copied for each digest: half the work is done

    def __repr__(self) -> str:
        return f"KeyedDigest(key_id={self.key_id!r})"

    def of(self, *parts: str) -> str:
        """The digest in base64url, 43 characters."""
        keyed = self._keyed.copy()
        keyed.update(b"".join([len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts)]))
        return urlsafe_b64encode(keyed.digest()).rstrip(b"=").decode()


def _key_id(key: bytes) -> str:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key is {KEY_BYTES} bytes long, this one {len(key)}")
    return urlsafe_b64encode(hashlib.sha256(b"namens key id\0" + key).digest()[:6]).decode()
