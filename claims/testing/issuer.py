"""An issuer that stands in for the real one: its tokens are written by the same functions, and signed with a key of its own."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.jwk import ECKey

from claims.assurance import Loa
from claims.formats import Pairwise, Recipient, members, own_members
from claims.formats.act import to_act
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.representation import AT_DESK, Representation, RepresentedLink
from claims.testing.served import LocalIssuer, served
from claims.verify import VerificationRefused, Verifier
from claims.verifying.signed import signed_claims
from keys.published import PublicKeys

__all__ = ["Party", "Saying", "ServedIssuer", "StandInIssuer", "served_issuer"]

_LIVES: Final = 300
_YEAR: Final = 365 * 24 * 3600
_ES256: Final = "ES256"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is represented or stands between: `id` is the register's, and never in a token.

    An organisation is named to a service by one of its numbers, a person and a sole trader by a pairwise value.
    """

    id: str
    name: str
    kind: Literal["person", "organisation"] = "organisation"
    kvk: str | None = None
    rsin: str | None = None
    is_sole_trader: bool = False

    @property
    def numbers(self) -> Mapping[str, str]:
        """Its numbers, by scheme."""
        given = {"kvk": self.kvk, "rsin": self.rsin}
        return {scheme: number for scheme, number in given.items() if number is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a token is to say: who acts, for whom, by what.

    `path` are the parties between the represented one, who comes first, and the acting `person` (any id); none for
    somebody who acts for themself. `links` are the levels of the mandates, one for each party of the path or one for all.
    `until` is when the mandate ends, a year from now where it is left out. `schemes` are the numbers that the service
    reads, `person_names` whether it gets the names of people. `orientation` is what the API is registered for.
    ValueError for a path that no register gives.
    """

    service: str
    actions: tuple[str, ...]
    person: str = "person-1"
    path: tuple[Party, ...] = ()
    login: Loa = Loa.SUBSTANTIAL
    links: Loa | tuple[Loa, ...] = Loa.SUBSTANTIAL
    logged_in_ago: int = 60
    branch: str | None = None
    limits: Limits = NO_LIMITS
    until: Instant | None = None
    at_desk: bool = False
    schemes: tuple[str, ...] = ("kvk", "rsin")
    person_names: bool = False
    orientation: Literal["represents", "act"] = "represents"

    def __post_init__(self) -> None:
        if not self.service or not self.actions:
            raise ValueError("a token is for a service and at least one action")
        if isinstance(self.links, tuple) and len(self.links) != len(self.path):
            raise ValueError("give a level for each party of the path, or one for all")
        if self.at_desk and len(self.path) != 1:
            raise ValueError("at a desk the one who came there is represented, and nobody stands between")


class StandInIssuer:
    """An issuer for tests. Nothing is fetched: `verifier(…)` is given its keys and its clock.

    `now` is its clock, the machine's when it was made; a test may move it, and its verifiers see that.
    """

    def __init__(self, url: str = "https://issuer.test", *, now: Instant | None = None) -> None:
        self.url: Final = url
        self.now: Instant = int(time.time()) if now is None else now  # noqa: TID251 - a test is an edge
        self.key: Final = ECKey.generate_key("P-256", {"use": "sig", "alg": _ES256}, auto_kid=True)
        self._pairwise: Final = Pairwise(self._digest)
        self._ids: Final = count(1)
        self._ended: Final[set[str]] = set()

    @property
    def jwks(self) -> dict[str, Any]:
        """Its key set, as it publishes it: for a `Verifier(keys=…)`, or for a verifier of your own."""
        return {"keys": [{**self.key.as_dict(private=False), "kid": self.kid}]}

    @property
    def kid(self) -> str:
        """The id of its key."""
        return str(self.key.kid)

    def verifier(self, audience: str, **settings: Any) -> Verifier:
        """A verifier of its tokens for this audience; `settings` are those of `Verifier`."""
        given: dict[str, Any] = {"keys": self.jwks, "clock": lambda: self.now, **settings}
        return Verifier(self.url, audience, **given)

    def sub(self, audience: str, id: str) -> str:
        """By which value this audience knows the person `id`."""
        return self._pairwise.sub(_sector(audience), id)

    def access_token(self, audience: str, saying: Saying, **changes: object) -> str:
        """An access token (RFC 9068) for the API `audience`. `changes` are claims to be other than they are."""
        return self.sign(self.access_claims(audience, saying) | changes)

    def access_claims(self, audience: str, saying: Saying) -> dict[str, Any]:
        """The claims of such a token, to change and sign."""
        client = {"client_id": "a-client", "azp": "a-client", "scope": "openid"}
        return self._oriented({**self._login(audience, saying), **client}, saying)

    def id_token(self, client_id: str, saying: Saying, *, nonce: str | None = None, **changes: object) -> str:
        """An ID token for the site that is registered as `client_id`."""
        said = {"nonce": nonce} if nonce is not None else {}
        claims = {**self._login(client_id, saying), **said, "sid": self._digest("sid", client_id)}
        return self.sign(self._oriented(claims, saying) | changes, typ="JWT")

    def sign(self, claims: Mapping[str, object], *, typ: str | None = "at+jwt", **header: object) -> str:
        """Any claims at all as a token of this issuer; `header` adds to its header, or changes it."""
        names: dict[str, Any] = {"alg": _ES256, "kid": self.kid, "typ": typ, **header}
        made = {name: value for name, value in names.items() if value is not None}
        registry = jws.JWSRegistry(algorithms=[_ES256], strict_check_header=False)
        return jws.serialize_compact(made, json.dumps(claims), self.key, registry=registry)

    def end(self, token: str) -> None:
        """From now on the issuer says of this token that it holds no longer, as when its mandate was ended."""
        self._ended.add(token)

    def introspected(self, token: str) -> dict[str, object]:
        """What it answers who asks about `token` (RFC 7662 2.2)."""
        try:
            claims = signed_claims(
                token, types=("at+jwt",), algorithms=(_ES256,), keys=lambda _: PublicKeys(self.jwks)
            )
        except VerificationRefused:
            return {"active": False}
        expires = claims.get("exp")
        if token in self._ended or not isinstance(expires, int) or self.now >= expires:
            return {"active": False}
        return {**claims, "active": True, "token_type": "Bearer"}

    def _login(self, audience: str, saying: Saying) -> dict[str, Any]:
        return {
            "iss": self.url,
            "aud": audience,
            "sub": self.sub(audience, saying.person),
            "iat": self.now,
            "nbf": self.now,
            "exp": self.now + _LIVES,
            "jti": f"token-{next(self._ids)}",
            "txn": self._digest("txn", audience, saying.person),
            "acr": saying.login.acr,
            "auth_time": self.now - saying.logged_in_ago,
            **self._members(audience, saying),
        }

    def _members(self, audience: str, saying: Saying) -> dict[str, object]:
        if not saying.path:
            return own_members(saying.service, saying.actions)
        return members(
            self._representation(saying),
            parties={party.id: party for party in saying.path},
            identifiers={party.id: party.numbers for party in saying.path},
            service_uri=saying.service,
            register=f"{self.url}/mandate-register",
            recipient=Recipient(
                issuer=self.url,
                sector=_sector(audience),
                schemes=saying.schemes,
                person_names=saying.person_names,
            ),
            pairwise=self._pairwise,
        )

    def _representation(self, saying: Saying) -> Representation:
        given = saying.links if isinstance(saying.links, tuple) else (saying.links,) * len(saying.path)
        ids = [*(party.id for party in saying.path), saying.person]
        links = tuple(
            RepresentedLink(
                id=f"{represented}/{representative}",
                basis=AT_DESK if saying.at_desk else "mandate",
                represented=represented,
                representative=representative,
                assurance=level,
                recorded_at=self.now - _YEAR,
            )
            for represented, representative, level in zip(ids, ids[1:], given, strict=False)
        )
        assurance = min(given)
        return Representation(
            acting=saying.person,
            service=saying.service,
            links=links,
            branch=saying.branch,
            actions=saying.actions,
            assurance=assurance,
            effective_assurance=min(assurance, saying.login),
            step_up=None,
            other_means=False,
            until=self.now + _YEAR if saying.until is None else saying.until,
            limits=saying.limits,
        )

    def _oriented(self, claims: dict[str, Any], saying: Saying) -> dict[str, Any]:
        return to_act(claims) if saying.orientation == "act" else claims

    def _digest(self, *parts: str) -> str:
        raw = hmac.digest(self.url.encode(), "\n".join(parts).encode(), hashlib.sha256)
        return urlsafe_b64encode(raw).rstrip(b"=").decode()


class ServedIssuer(StandInIssuer):
    """A stand-in on a loopback port, for code that fetches keys or asks about tokens itself. `server` is what is asked."""

    def __init__(self, server: LocalIssuer, *, now: Instant | None = None) -> None:
        super().__init__(server.url, now=now)
        self.server: Final = server
        server.jwks = self.jwks
        server.introspect = lambda form: self.introspected(form.get("token", ""))

    def verifier(self, audience: str, **settings: Any) -> Verifier:
        """A verifier that fetches the keys here, over HTTP, as it would from the real issuer."""
        return super().verifier(audience, **{"keys": None, **settings})


@contextmanager
def served_issuer(*, now: Instant | None = None) -> Iterator[ServedIssuer]:
    """An issuer with discovery, keys and introspection on a loopback port, as long as the block lasts."""
    with served() as server:
        yield ServedIssuer(server, now=now)


def _sector(audience: str) -> str:
    return urlsplit(audience).hostname or audience
