"""A key taken for one of another algorithm, and signatures that a key lets anybody make (RFC 8725 sections 2.1, 3.1)."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Final

from tests.support.edwards import SMALL_ORDER
from tests.vectors.tokens import (
    Json,
    a_vector,
    access,
    access_header,
    b64,
    jwks,
    jws,
    public,
    refused,
    without_alg,
)

_UNFIT: Final = refused("key_unfit", "kid")
_WRONG: Final = refused("signature_wrong")
_ORDER: Final = (
    2**252 + 27742317777372353535851937790883648493
)  # of Ed25519's base point (RFC 8032 section 5.1)


def hostile_algorithms() -> Iterator[Json]:
    yield from _of_rsa()
    yield from _of_another_type()
    yield from _by_another_name()
    yield from _of_edwards()


def _signed(alg: str, kid: str, *, alg_said: str | None = None, **more: object) -> str:
    return jws(access_header(alg=alg_said or alg, kid=kid), access(), alg=alg, **more)


def _of_rsa() -> Iterator[Json]:
    yield a_vector("PS256 by the key for RS256", _signed("PS256", "rs256", by="rs256"), _UNFIT)
    yield a_vector("RS256 by the key for PS256", _signed("RS256", "ps256", by="ps256"), _UNFIT)
    yield a_vector(
        "a signature of RS256 that says PS256, by a key for either",
        _signed("RS256", "rs256", alg_said="PS256"),
        _WRONG,
        keys=jwks(without_alg("rs256")),
    )
    yield a_vector(
        "a signature of PS256 that says RS256, by a key for either",
        _signed("PS256", "ps256", alg_said="RS256"),
        _WRONG,
        keys=jwks(without_alg("ps256")),
    )
    for salt in (0, 20):
        yield a_vector(f"PS256 with a salt of {salt} bytes", _signed("PS256", "ps256", salt=salt), _WRONG)
    yield a_vector(
        "an RSA key of 1024 bits",
        _signed("RS256", "rs1024", by="rs1024"),
        _UNFIT,
        keys=jwks(public("rs1024")),
    )
    yield a_vector(
        "an RSA key of 1024 bits, for PS256",
        _signed("PS256", "rs1024", by="rs1024"),
        _UNFIT,
        keys=jwks(public("rs1024", alg="PS256")),
    )


def _of_another_type() -> Iterator[Json]:
    for alg, kid in (("ES256", "ed25519"), ("RS256", "ed25519"), ("Ed25519", "es256"), ("Ed25519", "rs256")):
        yield a_vector(f"{alg} in the header, the key {kid}", _signed(alg, kid), _UNFIT)
    yield a_vector(
        "an Ed25519 key that says it is for ES256",
        _signed("Ed25519", "ed25519", alg_said="ES256"),
        _UNFIT,
        keys=jwks(public("ed25519", alg="ES256")),
    )
    for curve in ("X25519", "Ed448", "X448", "P-256", "ed25519"):
        yield a_vector(
            f"an OKP key of curve {curve}",
            _signed("Ed25519", "ed25519"),
            _UNFIT,
            keys=jwks(public("ed25519", crv=curve)),
        )


def _by_another_name() -> Iterator[Json]:
    for name in ("EdDSA", "ed25519", "ED25519", "Ed448", "Ed25519ph", "PS384", "RS512"):
        yield a_vector(
            f"a signature of Ed25519 that says {name}",
            _signed("Ed25519", "ed25519", alg_said=name),
            refused("algorithm_forbidden", "alg"),
        )
    yield a_vector(
        "a key that says it is for EdDSA",
        _signed("Ed25519", "ed25519"),
        _UNFIT,
        keys=jwks(public("ed25519", alg="EdDSA")),
    )


def _of_edwards() -> Iterator[Json]:
    signed = _signed("Ed25519", "ed25519")
    message, _, seal = signed.rpartition(".")
    raw = urlsafe_b64decode(seal + "==")
    again = int.from_bytes(raw[32:], "little") + _ORDER
    for what, signature in (
        ("of zeros", bytes(64)),
        ("of half its length", raw[:32]),
        ("with a byte more", raw + b"\0"),
        ("with the order of the base point added", raw[:32] + again.to_bytes(32, "little")),
        ("of the neutral point", _anybodys()),
    ):
        yield a_vector(f"a signature of Ed25519 {what}", f"{message}.{b64(signature)}", _WRONG)
    for point in SMALL_ORDER:
        yield a_vector(
            f"a public key of small order, {point.hex()[:6]}…{point.hex()[-2:]}",
            f"{message}.{b64(_anybodys())}",
            _UNFIT,
            keys=jwks(public("ed25519", x=b64(point))),
        )
    for what, x in (("short", b64(bytes([9]) * 31)), ("long", b64(bytes([9]) * 33)), ("empty", "")):
        yield a_vector(f"a {what} public key of Ed25519", signed, _UNFIT, keys=jwks(public("ed25519", x=x)))


def _anybodys() -> bytes:
    """The signature over everything of a key that is the neutral point: no private key is needed for it."""
    return (1).to_bytes(32, "little") + bytes(32)
