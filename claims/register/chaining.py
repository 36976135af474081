"""How the account is chained: each entry's hash covers the entry before it, so that none can change unnoticed.

A hash covers ids, and a salted digest of what the entry says in words of somebody (a record's content, a reason).
Whoever erases those and the salt leaves the chain whole, and nobody can guess from the digest what they were. Hashes
and digests are SHA-256 over compact JSON, in base64url without padding (43 characters).
"""

import hashlib
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

import orjson

__all__ = ["BEFORE_THE_FIRST", "content_of", "digest", "hash_after", "salt"]

BEFORE_THE_FIRST: Final = ""  # what stands for the hash of an entry before the first one
_SALT_BYTES: Final = 16
_NUMBERS: Final = re.compile(r',"(?:sealed_identifiers":"[^"]*"|identifiers":\{[^{}]*\})')


def salt() -> str:
    """A new salt: 128 random bits."""
    return _base64url(os.urandom(_SALT_BYTES))


def content_of(body: str) -> str:
    """What a version says as the chain covers it: with the keyed digests of a party's numbers, without the numbers.

    Those are sealed anew when a business turns out to be somebody's own.
    """
    return _NUMBERS.sub("", body, count=1) if 'identifiers":' in body else body


def digest(salt: str, *said: str | None) -> str:
    """The salted digest of what was said."""
    return _base64url(hashlib.sha256(orjson.dumps((salt, *said))).digest())


def hash_after(previous: str, members: Sequence[object]) -> str:
    """The hash of the entry with these members that comes after the entry with the hash `previous`."""
    return _base64url(hashlib.sha256(orjson.dumps((previous, *members))).digest())


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
