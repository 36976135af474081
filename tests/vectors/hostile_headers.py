"""Headers, keys and signatures that must not get through (RFC 8725)."""

import json
from collections.abc import Iterator

from tests.vectors.tokens import (
    CLIENT,
    KEYS,
    NONCE,
    RESOURCE,
    Json,
    a_vector,
    access,
    access_header,
    b64,
    id_header,
    identity,
    jwks,
    jws,
    public,
    refused,
)


def hostile_headers() -> Iterator[Json]:
    claims = access()
    signed = jws(access_header(), claims)
    head, body, seal = signed.split(".")
    forged = b64(json.dumps(claims | {"sub": "somebody-else"}).encode())

    for alg in ("none", "None", "nOnE", ""):
        yield a_vector(
            f"alg {alg!r}, without a signature",
            jws(access_header(alg=alg), claims, alg=""),
            refused("algorithm_forbidden", "alg"),
        )
    yield a_vector(
        "HS256 with the public key as the secret",
        jws(access_header(alg="HS256"), claims, alg="HS256"),
        refused("algorithm_forbidden", "alg"),
    )
    for alg in (None, 7, ["ES256"], {"ES256": 1}, True, "ES384"):
        yield a_vector(
            f"alg {alg!r}", jws(access_header(alg=alg), claims), refused("algorithm_forbidden", "alg")
        )
    extensions: list[tuple[str, object]] = [
        ("crit", ["exp"]),
        ("crit", []),
        ("b64", False),
        ("jku", "https://evil.example/jwks"),
        ("jwk", public("es256")),
        ("x5u", "https://evil.example/x5u"),
        ("x5c", ["MIIB"]),
        ("jku", "https://login.example.nl/jwks"),
    ]
    for member, value in extensions:
        yield a_vector(
            f"{member} {json.dumps(value)[:20]} in the header",
            jws(access_header(**{member: value}), claims),
            refused("header_forbidden", member),
        )
    yield a_vector(
        "crit that names b64, and b64 false over the bare text",
        f"{b64(json.dumps(access_header(crit=['b64'], b64=False)).encode())}.{body}.{seal}",
        refused("header_forbidden", "crit"),
    )
    yield a_vector("a signature of zeros", f"{head}.{body}.{b64(bytes(64))}", refused("signature_wrong"))
    yield a_vector("an empty signature", f"{head}.{body}.", refused("signature_wrong"))
    yield a_vector("half a signature", f"{head}.{body}.{b64(bytes(32))}", refused("signature_wrong"))
    yield a_vector(
        "a signature with a byte more", f"{head}.{body}.{b64(bytes(65))}", refused("signature_wrong")
    )
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    yield a_vector(
        "a signature of the curve's order",
        f"{head}.{body}.{b64(order.to_bytes(32, 'big') * 2)}",
        refused("signature_wrong"),
    )
    yield a_vector("an altered payload", f"{head}.{forged}.{seal}", refused("signature_wrong"))
    yield a_vector(
        "an ES256 token that names the RS256 key",
        jws(access_header(kid="rs256"), claims),
        refused("key_unfit", "kid"),
    )
    yield a_vector(
        "another typ's signature",
        f"{b64(json.dumps(access_header(kid='es256')).encode())}.{body}.{b64(b'x' * 64)}",
        refused("signature_wrong"),
    )
    for kid in ("unknown", "", None, 1, ["es256"], "../../etc/passwd", "es256\u0000"):
        yield a_vector(f"kid {kid!r}", jws(access_header(kid=kid), claims), refused("key_unknown", "kid"))
    yield a_vector("no kid", jws({"alg": "ES256", "typ": "at+jwt"}, claims), refused("key_unknown", "kid"))
    yield a_vector(
        "two keys with one kid",
        signed,
        refused("key_ambiguous", "kid"),
        keys=jwks(public("es256"), public("rs256", kid="es256")),
    )
    yield a_vector(
        "one key twice",
        signed,
        refused("key_ambiguous", "kid"),
        keys=jwks(public("es256"), public("es256")),
    )
    yield a_vector(
        "a key and a broken one with the same kid",
        signed,
        refused("key_ambiguous", "kid"),
        keys=jwks(public("es256"), {"kid": "es256", "kty": "oct"}),
    )
    unfit: list[tuple[str, Json]] = [
        ("for encryption", public("es256", use="enc")),
        ("for another algorithm", public("es256", alg="ES384")),
        ("that may only sign", public("es256", key_ops=["sign"])),
        ("off its curve", public("es256", y=KEYS["es256"]["x"])),
        ("with numbers for coordinates", public("es256", x=1, y=2)),
        ("that is symmetric", {"kid": "es256", "kty": "oct"}),
        ("of no known type", {"kid": "es256", "kty": ["EC"]}),
    ]
    for what, key in unfit:
        yield a_vector(f"a key {what}", signed, refused("key_unfit", "kid"), keys=jwks(key))
    for typ in ("JWT", "jwt", "logout+jwt", "mandate-statement+jwt", "at+jwt ", "", None, 1, ["at+jwt"]):
        yield a_vector(
            f"typ {typ!r} for an access token",
            jws(access_header(typ=typ), claims),
            refused("type_wrong", "typ"),
        )
    yield a_vector(
        "no typ for an access token",
        jws({"alg": "ES256", "kid": "es256"}, claims),
        refused("type_wrong", "typ"),
    )
    yield a_vector(
        "an ID token as an access token",
        jws(id_header(), identity(aud=RESOURCE, client_id=CLIENT)),
        refused("type_wrong", "typ"),
    )
    yield a_vector(
        "an access token as an ID token",
        jws(access_header(), access(aud=CLIENT, nonce=NONCE)),
        refused("type_wrong", "typ"),
        call="id_token",
    )
    yield a_vector(
        "no typ for an ID token",
        jws({"alg": "ES256", "kid": "es256"}, identity()),
        refused("type_wrong", "typ"),
        call="id_token",
    )
