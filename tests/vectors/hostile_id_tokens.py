"""The same attacks at a site that people log in to: it reads ID tokens (OpenID Connect Core 3.1.3.7)."""

import json
from collections.abc import Callable, Iterator

from claims.formats import own_members
from claims.formats.act import to_act
from tests.support.representations import INCOME
from tests.vectors.tokens import (
    CLIENT,
    ISSUER,
    NOW,
    Json,
    a_vector,
    access,
    access_header,
    b64,
    id_header,
    identity,
    jws,
    refused,
)

_DETAILS = "authorization_details"


def hostile_id_tokens() -> Iterator[Json]:
    def vector(name: str, token: str, code: str, claim: str | None = None) -> Json:
        return a_vector(f"ID token: {name}", token, refused(code, claim), call="id_token")

    def changed(name: str, change: Callable[[Json], object], code: str, claim: str) -> Json:
        claims = identity()
        change(claims)
        return vector(name, jws(id_header(), claims), code, claim)

    def the(claims: Json) -> Json:
        found: Json = claims[_DETAILS][0]
        return found

    head, body, _ = jws(id_header(), identity()).split(".")
    yield vector("alg none", jws(id_header(alg="none"), identity(), alg=""), "algorithm_forbidden", "alg")
    yield vector(
        "HS256 with the public key as the secret",
        jws(id_header(alg="HS256"), identity(), alg="HS256"),
        "algorithm_forbidden",
        "alg",
    )
    yield vector("a signature of zeros", f"{head}.{body}.{b64(bytes(64))}", "signature_wrong")
    yield vector(
        "an access token for this very client",
        jws(access_header(), access(aud=CLIENT)),
        "type_wrong",
        "typ",
    )
    yield vector("a logout token", jws(id_header(typ="logout+jwt"), identity()), "type_wrong", "typ")
    yield changed("another issuer", lambda c: c.update(iss="https://evil.example"), "issuer_wrong", "iss")
    yield changed("expired", lambda c: c.update(exp=NOW - 10), "expired", "exp")
    yield changed("not yet valid", lambda c: c.update(nbf=NOW + 11), "not_yet_valid", "nbf")
    yield changed(
        "not_after passed, with exp ahead",
        lambda c: the(c).update(not_after="2026-09-21T14:15:00Z"),
        "mandate_ended",
        _DETAILS,
    )
    yield changed(
        "represents without details", lambda c: c.pop(_DETAILS), "representation_inconsistent", _DETAILS
    )
    yield changed(
        "act beside represents",
        lambda c: c.update(act={"sub": "x", "iss": ISSUER}),
        "orientation_wrong",
        "act",
    )
    yield vector("flipped", jws(id_header(), to_act(identity())), "orientation_wrong", "act")
    yield changed(
        "two details objects", lambda c: c[_DETAILS].append(the(c)), "representation_malformed", _DETAILS
    )
    yield vector(
        "for oneself at another service",
        jws(id_header(), identity(own_members(INCOME, ("view",)))),
        "service_wrong",
        _DETAILS,
    )
    claims = json.dumps(identity())
    yield vector(
        "nonce twice",
        jws(id_header(), (claims[:-1] + ', "nonce": "another"}').encode()),
        "malformed",
    )
