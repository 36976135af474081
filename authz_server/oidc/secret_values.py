"""Random values that are handed out once and kept as digests: client secrets, codes, tokens."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

__all__ = ["digest", "matches", "new_identifier", "new_secret"]


def new_secret() -> str:
    """256 random bits in base64url: no sign in it needs encoding anywhere (RFC 6749 appendix B)."""
    return secrets.token_urlsafe(32)


def new_identifier() -> str:
    """128 random bits in base64url, 22 signs, the first no hyphen: a command would take it for an option."""
    while (made := secrets.token_urlsafe(16))[0] == "-":
        pass
    return made


def digest(value: str) -> str:
    """SHA-256 in base64url, 43 signs. For values with at least 128 random bits: no salt, no slowness needed."""
    return urlsafe_b64encode(hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest())[:43].decode()


def matches(shown: str, kept: str | None) -> bool:
    """Whether `shown` is the value whose digest is `kept`, in constant time."""
    return kept is not None and hmac.compare_digest(digest(shown), kept)
