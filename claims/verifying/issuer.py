"""The issuer as a verifier knows it: where its keys are, which they are now, and what it says of a token now."""

import re
import threading
from collections.abc import Collection, Mapping
from typing import Final, Protocol

from claims.instants import Instant
from claims.strict_json import parse
from claims.verifying.fetching import Answer, Origin, Unreachable
from claims.verifying.keyset import Candidate, KeySet, read_key_set
from claims.verifying.refusal import Refused, VerificationRefused

__all__ = ["FixedKeys", "Issuer", "Keys"]

_SHORTEST_LIFE: Final = 60
_USUAL_LIFE: Final = 300
_LONGEST_LIFE: Final = 3600
"""Seconds that a key set may be used before it is asked for again, within what its `Cache-Control` says."""
_STALE: Final = 3600
"""Seconds beyond that, where the issuer does not answer: a withdrawn key must not live on a broken line."""
_COOL_DOWN: Final = 30
"""Seconds between two fetches, so that tokens with invented key ids cannot make us hammer the issuer."""


class Keys(Protocol):
    """Where a verifier finds the issuer's keys."""

    def named(self, kid: str, now: Instant) -> Collection[Candidate]:
        """Every key published under `kid`. VerificationRefused (`issuer_unavailable`) where that is not known."""


class FixedKeys:
    """A key set that the caller has and looks after; ValueError where `document` is no JWK Set."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._keys: Final = read_key_set(document)

    def named(self, kid: str, now: Instant) -> Collection[Candidate]:
        return self._keys.get(kid, ())


class Issuer:
    """The issuer at its URL. Its metadata (RFC 8414, OpenID Connect Discovery 4) must name that very URL."""

    def __init__(self, url: str) -> None:
        self._url: Final = url
        self._origin: Final = Origin(url)
        self._lock: Final = threading.Lock()
        self._keys: KeySet = {}
        self._fetched: Instant | None = None
        self._tried: Instant | None = None
        self._life = _USUAL_LIFE
        self._metadata: tuple[Instant, Mapping[str, object]] | None = None

    def named(self, kid: str, now: Instant) -> Collection[Candidate]:
        """The keys under `kid`; fetched anew when the set is old, or (after a pause) when it knows no such key."""
        if not self._is_fresh(now) or kid not in self._keys:
            with self._lock:  # who waited here finds the work done, or the pause not over
                if (not self._is_fresh(now) or kid not in self._keys) and self._may_try(now):
                    self._fetch(now)
        if self._fetched is None or abs(now - self._fetched) > self._life + _STALE:
            raise VerificationRefused(Refused.ISSUER_UNAVAILABLE, "the issuer's keys cannot be fetched")
        return self._keys.get(kid, ())

    def introspect(self, token: str, credentials: tuple[str, str], now: Instant) -> Mapping[str, object]:
        """What the issuer says of `token` now (RFC 7662); refused where it says nothing, or that it is not active."""
        form = {"token": token, "token_type_hint": "access_token"}
        try:
            endpoint = self._address("introspection_endpoint", now)
            answer = _members(self._origin.post_form(endpoint, form, credentials=credentials))
        except Unreachable as failure:
            raise VerificationRefused(Refused.ISSUER_UNAVAILABLE, str(failure)) from None
        if answer.get("active") is not True:
            raise VerificationRefused(
                Refused.INACTIVE, "the issuer says that it holds no longer", claim="active"
            )
        return answer

    def _is_fresh(self, now: Instant) -> bool:
        return self._fetched is not None and 0 <= now - self._fetched < self._life

    def _may_try(self, now: Instant) -> bool:
        return self._tried is None or not 0 <= now - self._tried < _COOL_DOWN

    def _fetch(self, now: Instant) -> None:
        self._tried = now
        try:
            answer = self._origin.get(self._address("jwks_uri", now))
            keys = read_key_set(_members(answer))
        except (Unreachable, ValueError):
            return  # what we have may still do; `named` decides
        self._keys, self._fetched, self._life = keys, now, _life(answer)

    def _address(self, member: str, now: Instant) -> str:
        """Where the issuer's metadata say that `member` is; they are kept for as long as a key set at most."""
        kept = self._metadata
        if kept is None or not 0 <= now - kept[0] < _LONGEST_LIFE:
            kept = self._metadata = (now, self._discovered())
        address = kept[1].get(member)
        if not isinstance(address, str):
            raise Unreachable(f"the issuer's metadata name no {member}")
        return address

    def _discovered(self) -> Mapping[str, object]:
        metadata = _members(self._origin.get(f"{self._url.rstrip('/')}/.well-known/openid-configuration"))
        if metadata.get("issuer") != self._url:
            raise Unreachable("the metadata found there are another issuer's")
        return metadata


def _members(answer: Answer) -> Mapping[str, object]:
    if answer.status != 200:
        raise Unreachable(f"the issuer answers with status {answer.status}")
    try:
        value = parse(answer.body.decode("utf-8"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Unreachable("the issuer's answer is no JSON object")
    return value


def _life(answer: Answer) -> int:
    found = re.search(r"(?:^|[\s,])max-age=(\d{1,9})", answer.headers.get("cache-control", ""))
    return min(max(int(found[1]), _SHORTEST_LIFE), _LONGEST_LIFE) if found else _USUAL_LIFE
