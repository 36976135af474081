"""How the account is chained: each entry's hash covers the entry before it, so that none can change unnoticed.

A hash covers ids, and a salted digest of what the entry says in words of somebody (a record's content, a reason).
Whoever erases those and the salt leaves the chain whole, and nobody can guess from the digest what they were. Hashes
and digests are SHA-256 over compact JSON, in base64 without padding (43 characters).
"""

import os
import re
from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import orjson

__all__ = ["BEFORE_THE_FIRST", "content_of", "digest", "hash_after", "salt"]

BEFORE_THE_FIRST: Final = ""  # what stands for the hash of an entry before the first one
_SALT_BYTES: Final = 16
_NUMBERS: Final = re.compile(r',"(?:sealed_identifiers":"[^"]*"|identifiers":\{[^{}]*\})')


def salt() -> str:
    """A new salt: 128 random bits."""
    return b2a_base64(os.urandom(_SALT_BYTES), newline=False)[:22].decode()


def content_of(body: str) -> str:
    """What a version says as the chain covers it: with the keyed digests of a party's numbers, without the numbers.

    Those are sealed anew when a business turns out to be somebody's own.
    """
    return _NUMBERS.sub("", body, count=1) if 'identifiers":' in body else body


def digest(salt: str, *said: str | None) -> str:
    """The salted digest of what was said."""
    return b2a_base64(sha256(orjson.dumps((salt, *said))).digest(), newline=False)[:43].decode()


def hash_after(previous: str, members: Sequence[object]) -> str:
    """The hash of the entry with these members that comes after the entry with the hash `previous`."""
    return b2a_base64(sha256(orjson.dumps((previous, *members))).digest(), newline=False)[:43].decode()
