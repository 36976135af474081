import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import get_args

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from keys.algorithms import SIGNATURE_ALGORITHMS, SignatureAlgorithm
from keys.keyring import KeyEntry, Keyring, NoKeyFor, NotOurs
from keys.lifecycle import Life
from keys.material import Material, private_key, thumbprint

NOW = 1000
MATERIALS: dict[SignatureAlgorithm, Material] = {alg: Material.new(alg) for alg in SIGNATURE_ALGORITHMS}
OTHER = Material.new("ES256")


def entry(material: Material, life: Life) -> KeyEntry:
    return KeyEntry(
        material.kid, material.alg, life, material.public, private_key(material.private_der, material.alg)
    )


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([entry(material, Life(0, 0)) for material in MATERIALS.values()], NOW)


def _changed(token: str, part: int, **members: object) -> str:
    parts = token.split(".")
    document = json.loads(urlsafe_b64decode(parts[part] + "==")) | members
    parts[part] = urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
    return ".".join(parts)


def test_every_algorithm_of_the_type_is_in_the_list() -> None:
    assert get_args(SignatureAlgorithm) == SIGNATURE_ALGORITHMS


@pytest.mark.parametrize("alg", SIGNATURE_ALGORITHMS)
def test_others_verify_what_it_signs_with_what_it_publishes(
    keyring: Keyring, alg: SignatureAlgorithm
) -> None:
    token = keyring.sign({"sub": "é", "n": 1}, alg=alg, typ="at+jwt")

    keys = KeySet.import_key_set(json.loads(keyring.jwks_bytes))
    read = jwt.decode(token, keys, algorithms=[alg])

    assert {"alg": alg, "kid": MATERIALS[alg].kid, "typ": "at+jwt"} == read.header
    assert {"sub": "é", "n": 1} == read.claims


@pytest.mark.parametrize("alg", SIGNATURE_ALGORITHMS)
def test_its_own_check_takes_what_it_signed_and_nothing_under_another_algorithm_of_that_key(
    keyring: Keyring, alg: SignatureAlgorithm
) -> None:
    token = keyring.sign({"n": 1}, alg=alg, typ="JWT")

    assert {"n": 1} == keyring.verify(token, typ={"JWT"})
    header, body, signature = token.split(".")
    flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
    hostile = [_changed(token, 0, alg=other) for other in (*SIGNATURE_ALGORITHMS, "EdDSA") if other != alg]
    for one in [*hostile, f"{header}.{body}.{flipped}"]:
        with pytest.raises(NotOurs):
            keyring.verify(one, typ={"JWT"})


def test_for_an_algorithm_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(NoKeyFor, match="PS256"):
        Keyring([entry(MATERIALS["RS256"], Life(0, 0))], NOW).sign({}, alg="PS256", typ="JWT")


def test_bytes_are_signed_as_they_are(keyring: Keyring) -> None:
    token = keyring.sign(b'{"a":  1}', alg="ES256", typ="JWT")

    assert b'{"a":  1}' == urlsafe_b64decode(token.split(".")[1] + "==")


def test_the_jwks_holds_exactly_the_public_members(keyring: Keyring) -> None:
    published = {jwk["alg"]: jwk for jwk in keyring.jwks()["keys"]}

    assert set(SIGNATURE_ALGORITHMS) == set(published)
    assert {"kty", "crv", "x", "y", "kid", "use", "alg"} == set(published["ES256"])
    assert {"kty", "crv", "x", "kid", "use", "alg"} == set(published["Ed25519"])
    for alg in ("RS256", "PS256"):
        assert {"kty", "n", "e", "kid", "use", "alg"} == set(published[alg])
        assert ("RSA", "AQAB", "sig") == tuple(published[alg][name] for name in ("kty", "e", "use"))
    assert ("EC", "P-256", "sig") == tuple(published["ES256"][name] for name in ("kty", "crv", "use"))
    assert ("OKP", "Ed25519", "sig") == tuple(published["Ed25519"][name] for name in ("kty", "crv", "use"))
    assert all("=" not in value for jwk in published.values() for value in jwk.values())


def test_changing_the_jwks_that_was_given_changes_nothing(keyring: Keyring) -> None:
    keyring.jwks()["keys"][0]["kid"] = "changed"

    assert "changed" not in keyring.jwks_bytes.decode()
    assert "changed" != keyring.jwks()["keys"][0]["kid"]


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    """The example of RFC 7638 section 3.1."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4"
        "n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0z"
        "gdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw"
    )

    assert "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" == thumbprint({"kty": "RSA", "n": n, "e": "AQAB"})
    assert ECKey.import_key(dict(OTHER.public)).thumbprint() == OTHER.kid


def test_the_one_that_signs_stands_first_and_the_announced_one_does_not_sign() -> None:
    ours = MATERIALS["ES256"]
    keyring = Keyring([entry(OTHER, Life(900, 1100)), entry(ours, Life(0, 0, 1100, 2000))], NOW)

    token = keyring.sign({}, alg="ES256", typ="JWT")

    assert [ours.kid, OTHER.kid] == [jwk["kid"] for jwk in keyring.jwks()["keys"]]
    assert {"ES256": ours.kid} == keyring.signing_kids
    assert {} == keyring.verify(token, typ=None)


def test_one_that_only_verifies_checks_and_does_not_sign() -> None:
    ours = MATERIALS["ES256"]
    token = Keyring([entry(ours, Life(0, 0))], 0).sign({"a": 1}, alg="ES256", typ="JWT")
    keyring = Keyring([entry(OTHER, Life(0, 500)), entry(ours, Life(0, 0, 500, 2000))], NOW)

    assert {"a": 1} == keyring.verify(token, typ={"JWT"})
    assert {"ES256": OTHER.kid} == keyring.signing_kids


def test_a_key_that_is_gone_neither_verifies_nor_stands_in_the_jwks() -> None:
    ours = MATERIALS["ES256"]
    token = Keyring([entry(ours, Life(0, 0))], 0).sign({"a": 1}, alg="ES256", typ="JWT")
    keyring = Keyring([entry(OTHER, Life(0, 500)), entry(ours, Life(0, 0, 500, NOW))], NOW)

    with pytest.raises(NotOurs):
        keyring.verify(token, typ=None)
    assert ours.kid not in keyring.jwks_bytes.decode()


def test_with_a_clock_behind_the_first_key_signs_all_the_same() -> None:
    keyring = Keyring([entry(OTHER, Life(NOW + 2, NOW + 2))], NOW)

    assert {} == keyring.verify(keyring.sign({}, alg="ES256", typ="JWT"), typ={"JWT"})


def test_a_token_of_another_type_is_not_taken(keyring: Keyring) -> None:
    token = keyring.sign({}, alg="ES256", typ="at+jwt")

    with pytest.raises(NotOurs):
        keyring.verify(token, typ={"JWT"})


def test_what_was_changed_or_signed_by_others_is_not_ours(keyring: Keyring) -> None:
    token = keyring.sign({"sub": "a"}, alg="ES256", typ="JWT")
    theirs = Keyring([entry(OTHER, Life(0, 0))], NOW).sign({}, alg="ES256", typ="JWT")
    header, body, signature = token.split(".")
    hostile = [
        _changed(token, 1, sub="b"),
        _changed(token, 0, alg="none"),
        _changed(token, 0, alg="RS256"),
        _changed(token, 0, alg="HS256"),
        _changed(token, 0, kid=7),
        _changed(token, 0, kid=MATERIALS["RS256"].kid),
        _changed(token, 0, jwk=dict(OTHER.public)),
        _changed(token, 0, crit=["x"], x=1),
        _changed(token, 0, typ=["JWT"]),
        theirs,
        f"{header}.{body}.",
        f"{header}.{body}",
        f"{header}.{body}.{signature}.x",
        "",
        "...",
        "é.é.é",
        "a" * 20_000,
        f"{urlsafe_b64encode(b'[' * 10_002).decode()}.{body}.{signature}",
        f"{header}.{body}.{signature[:-1]}",
        f"{header}.{body}.{signature}A",
        f"{header}.{body}.{signature[:-1]}\n",
        f"{header}.{body}.{urlsafe_b64encode(bytes(64)).decode().rstrip('=')}",
        keyring.sign(b"[]", alg="ES256", typ="JWT"),
        keyring.sign(b"\xff", alg="ES256", typ="JWT"),
    ]

    for one in hostile:
        with pytest.raises(NotOurs):
            keyring.verify(one, typ={"JWT"})


def test_what_is_no_json_is_not_signed(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="JSON"):
        keyring.sign({"n": float("nan")}, alg="ES256", typ="JWT")


def test_the_thumbprint_of_an_ed25519_key_is_that_of_rfc_8037() -> None:
    """The example of RFC 8037 appendix A.3."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    assert "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" == thumbprint(
        {"kty": "OKP", "crv": "Ed25519", "x": x}
    )


def test_a_private_key_for_another_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="RS256"):
        private_key(OTHER.private_der, "RS256")


def test_no_repr_shows_a_private_key() -> None:
    assert "private" not in repr(OTHER) + repr(entry(OTHER, Life(0, 0)))
