"""How one member of a registration is read: each function gives the value, or ValueError with what would be right."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from authz_server.config import is_loopback
from keys.algorithms import ACCEPTED_ALGORITHMS, KEY_TYPES
from keys.published import NotAKeySet, PublicKeys

__all__ = [
    "Reader",
    "a_flag",
    "a_number",
    "a_redirect_uri",
    "a_text",
    "a_uri",
    "an_https_uri",
    "key_set",
    "list_of",
    "one_of",
    "some_of",
]

Reader = Callable[[object], Any]

_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
_MOST: Final = 100
_ANSWERED: Final = frozenset({"code", "error", "error_description", "iss", "state"})


def a_text(longest: int = 255) -> Reader:
    """A text of 1 to `longest` characters without control characters, nor the one that stands for a broken one."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= longest or not _legible(value):
            raise ValueError(f"must be a text of 1 to {longest} printable characters")
        return value

    return read


def _legible(text: str) -> bool:
    return text.isprintable() and "\ufffd" not in text


def a_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def a_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**9:
        raise ValueError("must be a whole number of seconds, 0 or more")
    return value


def one_of(*words: str) -> Reader:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read


def list_of(reader: Reader, *, least: int = 0) -> Reader:
    """A list without repetitions, of at least `least` values that `reader` reads."""

    def read(value: object) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= _MOST:
            raise ValueError(f"must be a list of {least} to {_MOST} values")
        read_values = [reader(one) for one in value]
        if any(one in read_values[:index] for index, one in enumerate(read_values)):
            raise ValueError("names a value twice")
        return read_values

    return read


def some_of(words: Iterable[str]) -> Reader:
    return list_of(one_of(*words))


def a_uri(value: object) -> str:
    """An absolute URI of visible ASCII signs, without fragment."""
    if not isinstance(value, str) or len(value) > 2000 or not _VISIBLE.fullmatch(value):
        raise ValueError("must be an absolute URI of at most 2000 visible ASCII characters")
    parts = _split(value)
    if not parts.scheme or not (parts.netloc or parts.path):
        raise ValueError("must be an absolute URI")
    if "#" in value:
        raise ValueError("must have no fragment")
    return value


def an_https_uri(value: object) -> str:
    """An https URL; http only on this very machine."""
    uri = a_uri(value)
    parts = _split(uri)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or parts.username is not None:
        raise ValueError("must be an https URL with a host (http only on localhost)")
    return uri


def a_redirect_uri(value: object) -> str:
    """https anywhere, http on loopback (RFC 8252 7.3), or an app's own scheme with a dot in it (RFC 8252 7.1).

    Without the parameters of an answer in its query: none is to come twice (RFC 6749 3.1).
    """
    uri = a_uri(value)
    parts = _split(uri)
    if _ANSWERED.intersection(parse_qs(parts.query, keep_blank_values=True)):
        raise ValueError(f"must not have {', '.join(sorted(_ANSWERED))} in its query: they are in answers")
    if parts.scheme in {"http", "https"}:
        return an_https_uri(value)
    if not _SCHEME.fullmatch(parts.scheme) or "." not in parts.scheme:
        raise ValueError("must be https, http on localhost, or an app's own scheme such as nl.example.app:/")
    return uri


def key_set(value: object) -> dict[str, Any]:
    """A JWK set of 1 to 20 public keys, with each of which signatures of an algorithm that we accept can be checked."""
    try:
        PublicKeys(value)
    except NotAKeySet as wrong:
        raise ValueError(str(wrong).replace("`", "")) from None
    assert isinstance(value, dict)  # noqa: S101 - a key set is one
    keys = value["keys"]
    if not 1 <= len(keys) <= 20:
        raise ValueError("must hold 1 to 20 keys")
    for place, jwk in enumerate(keys):
        if len(PublicKeys({"keys": [jwk]})) == 0:
            raise ValueError(
                f"keys[{place}] must be a public key for signatures: EC P-256, OKP Ed25519, or RSA of 2048 to 8192 bits"
            )
        fitting = [alg for alg in ACCEPTED_ALGORITHMS if KEY_TYPES[alg] == jwk["kty"]]
        if jwk.get("alg", fitting[0]) not in fitting:
            raise ValueError(
                f"keys[{place}].alg must be {' or '.join(fitting)} beside kty {jwk['kty']}, or left out"
            )
    return {"keys": keys}


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        raise ValueError("must be an absolute URI") from None
    return parts
