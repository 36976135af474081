"""Well signed, and not for us, not now, or not what it should be."""

import json
from collections.abc import Iterator

from tests.vectors.tokens import (
    CLIENT,
    ISSUER,
    NONCE,
    NOW,
    RESOURCE,
    Json,
    a_vector,
    access,
    access_header,
    id_header,
    identity,
    jws,
    refused,
)


def hostile_claims() -> Iterator[Json]:
    def changed(name: str, code: str, claim: str, **changes: object) -> Json:
        return a_vector(name, jws(access_header(), access(**changes)), refused(code, claim))

    def without(name: str) -> Json:
        claims = access()
        del claims[name]
        return a_vector(f"no {name}", jws(access_header(), claims), refused("claim_missing", name))

    for name in ("iss", "aud", "sub", "exp", "iat", "jti", "client_id", "acr"):
        yield without(name)
    for value in (None, 1, True, [], {}, ""):
        for name in ("iss", "sub", "jti", "client_id", "acr"):
            yield changed(f"{name} {value!r}", "claim_malformed", name, **{name: value})
    for value in (None, "1790000340", 1790000340.5, True, [], {}):
        for name in ("exp", "iat", "nbf"):
            yield changed(f"{name} {value!r}", "claim_malformed", name, **{name: value})
    yield changed("auth_time as a text", "claim_malformed", "auth_time", auth_time="yesterday")
    yield changed("acr of no level", "claim_malformed", "acr", acr="http://eidas.europa.eu/LoA/highest")
    for iss in ("https://evil.example", f"{ISSUER}/", ISSUER.upper(), f"{ISSUER}.evil.example"):
        yield changed(f"the issuer {iss}", "issuer_wrong", "iss", iss=iss)
    audiences: list[object] = [
        "https://api.other.example",
        f"{RESOURCE}/",
        CLIENT,
        ISSUER,
        [],
        [RESOURCE, "https://api.other.example"],
        [RESOURCE, RESOURCE],
        [[RESOURCE]],
        {RESOURCE: True},
        None,
        1,
        True,
        "",
    ]
    for aud in audiences:
        yield changed(f"the audience {json.dumps(aud)}", "audience_wrong", "aud", aud=aud)
    yield changed("expired at this very instant, leeway and all", "expired", "exp", exp=NOW - 10)
    yield changed("expired an hour ago", "expired", "exp", exp=NOW - 3600)
    yield changed("expired before the calendar", "expired", "exp", exp=-(10**30))
    yield changed("not yet valid", "not_yet_valid", "nbf", nbf=NOW + 11)
    yield changed("made in the future", "not_yet_valid", "iat", iat=NOW + 11)

    def id_token(name: str, code: str, claim: str, *, nonce: object = NONCE, **changes: object) -> Json:
        token = jws(id_header(), identity(**changes))
        return a_vector(name, token, refused(code, claim), call="id_token", demand={"nonce": nonce})

    yield id_token("an ID token for another client", "audience_wrong", "aud", aud="other-portal")
    yield id_token("an ID token for two", "audience_wrong", "aud", aud=[CLIENT, "other-portal"])
    yield id_token("an ID token made for another client", "audience_wrong", "azp", azp="other-portal")
    yield id_token("azp null", "audience_wrong", "azp", azp=None)
    yield id_token("another nonce", "nonce_wrong", "nonce", nonce="another")
    yield id_token("a nonce where none was sent", "nonce_wrong", "nonce", nonce=None)
    yield a_vector(
        "no nonce where one was sent",
        jws(id_header(), {k: v for k, v in identity().items() if k != "nonce"}),
        refused("nonce_wrong", "nonce"),
        call="id_token",
    )
    for value in (1, ["n-0S6_WzA2Mj"], {}, True):
        claims = identity() | {"nonce": value}
        yield a_vector(
            f"the nonce {value!r}", jws(id_header(), claims), refused("nonce_wrong", "nonce"), call="id_token"
        )
