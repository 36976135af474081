from typing import Any

import pytest

from keys.material import Material
from keys.published import NotAKeySet, PublicKeys

EC = dict(Material.new("ES256").public)
RSA = dict(Material.new("RS256").public)
OKP = dict(Material.new("Ed25519").public)


def without(jwk: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if name not in names}


def test_a_key_is_found_by_its_id_and_algorithm() -> None:
    keys = PublicKeys({"keys": [EC, RSA, OKP]})

    assert OKP["x"] == keys.matching(OKP["kid"], "Ed25519")[0].as_dict()["x"]
    assert EC["x"] == keys.matching(EC["kid"], "ES256")[0].as_dict()["x"]
    assert RSA["n"] == keys.matching(RSA["kid"], "RS256")[0].as_dict()["n"]


@pytest.mark.parametrize(
    ("kid", "alg"),
    [
        (RSA["kid"], "ES256"),
        (EC["kid"], "RS256"),
        ("other", "ES256"),
        (EC["kid"], "none"),
        (EC["kid"], "HS256"),
        (RSA["kid"], "PS256"),
        (EC["kid"], "Ed25519"),
        (OKP["kid"], "ES256"),
        (OKP["kid"], "EdDSA"),
        (OKP["kid"], "Ed448"),
        ("", "ES256"),
    ],
    # the ids of these keys are made anew each time: workers must still collect the same tests
    ids=[
        "rsa-ES256",
        "ec-RS256",
        "other-ES256",
        "ec-none",
        "ec-HS256",
        "rsa-PS256",
        "ec-Ed25519",
        "okp-ES256",
        "okp-EdDSA",
        "okp-Ed448",
        "no-kid",
    ],
)
def test_no_key_is_given_for_another_id_or_algorithm(kid: str, alg: str) -> None:
    assert [] == PublicKeys({"keys": [EC, RSA, OKP]}).matching(kid, alg)


def test_a_token_without_a_key_id_may_be_of_any_key_that_fits_its_algorithm() -> None:
    anonymous = without(RSA, "kid", "alg")
    keys = PublicKeys({"keys": [EC, anonymous]})

    assert 1 == len(keys.matching(None, "PS256"))
    assert 1 == len(keys.matching(None, "RS256"))
    assert [] == keys.matching("named", "RS256")


@pytest.mark.parametrize(
    "odd",
    [
        7,
        {},
        {"kty": "oct"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        OKP | {"crv": "X25519"},
        OKP | {"crv": "Ed448"},
        EC | {"crv": "P-384"},
        EC | {"x": "AAAA"},
        EC | {"x": EC["y"]},
        EC | {"use": "enc"},
        EC | {"key_ops": ["sign"]},
        EC | {"key_ops": "verify"},
        EC | {"kid": 7},
        EC | {"alg": ["ES256"]},
        EC | {"x": 7},
        without(EC, "y"),
        RSA | {"n": "AAAA"},
        without(RSA, "n"),
        RSA | {"n": RSA["n"][:171]},  # 1024 bits
        RSA | {"n": RSA["n"] * 8},  # 16384 bits
        RSA | {"e": RSA["n"]},  # takes a twentieth of a second to verify with
    ],
)
def test_a_key_that_we_cannot_use_is_passed_over(odd: Any) -> None:
    assert 1 == len(PublicKeys({"keys": [odd, EC | {"kid": "good"}]}))


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"keys": {}},
        {"keys": "x"},
        {"keys": [EC] * 101},
        {"keys": [EC | {"d": "AA"}]},
        {"keys": [{"kty": "oct", "k": "AA"}]},
    ],
)
def test_what_is_no_key_set_or_holds_secrets_is_refused(document: Any) -> None:
    with pytest.raises(NotAKeySet):
        PublicKeys(document)
