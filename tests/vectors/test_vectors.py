"""Tokens made once, read for ever: what was good stays good, what was refused stays refused, by the same code."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from claims.verify import Refused
from tests.support.vectors import FILES, FOLDER, JWKS, vectors, verdict
from tests.vectors import make


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["name"]) for vector in vectors()])
def test_the_verdict_on_every_vector_is_the_one_that_stands_beside_it(vector: Any) -> None:
    assert vector["expect"] == verdict(vector)


@pytest.mark.parametrize("file", FILES)
def test_the_files_are_what_the_script_makes(file: str) -> None:
    assert (FOLDER / f"{file}.json").read_text() == make.text_of(file), (
        "a format or a verdict has changed; if it was meant to, run python -m tests.vectors.make"
    )


def test_every_refusal_of_a_token_by_itself_has_a_vector() -> None:
    found = {vector["expect"].get("refused") for vector in vectors()} - {None}

    of_requests = {Refused.TOKEN_MISSING, Refused.REQUEST_AMBIGUOUS}
    assert {*Refused} - of_requests - {Refused.INACTIVE, Refused.ISSUER_UNAVAILABLE} == found


# Every attack that must stand here, and the code that tells what was tried.
THE_LIST: Final[dict[str, dict[str, str]]] = {
    "wrong issuer": {
        "the issuer https://evil.example": "issuer_wrong",
        "ID token: another issuer": "issuer_wrong",
    },
    "wrong audience": {
        'the audience "https://api.other.example"': "audience_wrong",
        'the audience ["https://api.tax.example.nl", "https://api.other.example"]': "audience_wrong",
        "an ID token for another client": "audience_wrong",
    },
    "wrong typ": {
        "typ 'JWT' for an access token": "type_wrong",
        "typ 'mandate-statement+jwt' for an access token": "type_wrong",
    },
    "no typ": {
        "no typ for an access token": "type_wrong",
        "no typ for an ID token": "type_wrong",
    },
    "an ID token as an access token": {
        "an ID token as an access token": "type_wrong",
        "an ID token whose header was made that of an access token": "signature_wrong",
    },
    "an access token as an ID token": {
        "an access token as an ID token": "type_wrong",
        "ID token: an access token for this very client": "type_wrong",
    },
    "alg: none": {
        "alg 'none', without a signature": "algorithm_forbidden",
        "alg 'nOnE', without a signature": "algorithm_forbidden",
        "ID token: alg none": "algorithm_forbidden",
    },
    "HS256 with the public key": {
        "HS256 with the public key as the secret": "algorithm_forbidden",
        "ID token: HS256 with the public key as the secret": "algorithm_forbidden",
    },
    "crit": {
        'crit ["exp"] in the header': "header_forbidden",
        "crit [] in the header": "header_forbidden",
        "crit that names b64, and b64 false over the bare text": "header_forbidden",
    },
    "jku": {'jku "https://evil.exampl in the header': "header_forbidden"},
    "jwk": {'jwk {"kty": "EC", "kid": in the header': "header_forbidden"},
    "x5u": {'x5u "https://evil.exampl in the header': "header_forbidden"},
    "b64: false": {"b64 false in the header": "header_forbidden"},
    "an ES256 signature of zeros": {
        "a signature of zeros": "signature_wrong",
        "ID token: a signature of zeros": "signature_wrong",
    },
    "two keys with one kid": {
        "two keys with one kid": "key_ambiguous",
        "one key twice": "key_ambiguous",
    },
    "expired": {
        "expired at this very instant, leeway and all": "expired",
        "ID token: expired": "expired",
    },
    "not yet valid": {
        "not yet valid": "not_yet_valid",
        "made in the future": "not_yet_valid",
        "ID token: not yet valid": "not_yet_valid",
    },
    "not_after passed with exp ahead": {
        "the mandate ended at this very instant, with exp ahead": "mandate_ended",
        "ID token: not_after passed, with exp ahead": "mandate_ended",
    },
    "repeated members": {
        "alg twice": "malformed",
        "sub twice": "malformed",
        "sub twice, once spelt with an escape": "malformed",
        "represents twice": "malformed",
        "authorization_details twice": "malformed",
        "a member of a member twice": "malformed",
    },
    "altered represents": {
        "altered after signing: the represented party, in both places": "signature_wrong",
        "altered after signing: the intermediary": "signature_wrong",
        "altered after signing: represents taken out": "signature_wrong",
        "the represented party exchanged": "representation_inconsistent",
        "the intermediary left out": "representation_inconsistent",
    },
    "represents without authorization_details": {
        "represents without details": "representation_inconsistent",
        "ID token: represents without details": "representation_inconsistent",
    },
    "act beside represents": {
        'act {"sub": "x", "iss": "https://login.example.nl"} beside represents': "orientation_wrong",
        "act null beside represents": "orientation_wrong",
        "ID token: act beside represents": "orientation_wrong",
    },
    "a flipped token at a reader of represents": {
        "a flipped token at a reader of represents": "orientation_wrong",
        "ID token: flipped": "orientation_wrong",
    },
    "a token for oneself at another service": {
        "a token for oneself at another service": "service_wrong",
        "ID token: for oneself at another service": "service_wrong",
    },
    "more links than parties": {"more links than parties": "representation_inconsistent"},
    "links reversed": {
        "nesting turned round": "representation_inconsistent",
        "altered after signing: links reversed": "signature_wrong",
        "a flipped token turned round": "representation_inconsistent",
    },
    "represented unlike the deepest": {
        "represented is the intermediary, not the deepest": "representation_inconsistent",
    },
    "effective above lowest": {
        "effective above the lowest link": "representation_inconsistent",
        "effective above the login": "representation_inconsistent",
    },
    "two details objects": {
        "two details objects": "representation_malformed",
        "a details object for oneself beside one for a party": "representation_malformed",
        "ID token: two details objects": "representation_malformed",
    },
    "represents nested seven deep": {
        "represents nested 7 deep": "representation_inconsistent",
        "a whole path of seven links, with as many parties": "representation_inconsistent",
        "act nested seven deep": "representation_inconsistent",
    },
    "too low": {
        "the mandate too weak": "mandate_too_weak",
        "the login too weak": "login_too_weak",
        "the login too weak for oneself": "login_too_weak",
    },
    "wrong service": {
        "another service": "service_wrong",
        "a service that begins alike": "service_wrong",
    },
    "wrong action": {
        "an action not allowed": "action_not_allowed",
        "an action that is part of one": "action_not_allowed",
    },
}
BADLY_SIGNED: Final = {"malformed", "too_large", "algorithm_forbidden", "signature_wrong"}
"""The codes of tokens that may be badly signed; every other one is refused although the issuer signed it."""


@pytest.mark.parametrize("attack", THE_LIST)
def test_every_attack_of_the_list_stands_in_the_folder_and_is_refused_by_the_telling_code(
    attack: str,
) -> None:
    found = {vector["name"]: vector for vector in vectors()}
    codes = {name: found[name]["expect"].get("refused") for name in THE_LIST[attack] if name in found}

    assert THE_LIST[attack] == codes
    assert THE_LIST[attack] == {name: verdict(found[name])["refused"] for name in codes}


def test_no_two_vectors_have_one_name() -> None:
    names = [vector["name"] for vector in vectors()]

    assert len(names) == len(set(names))


def test_the_files_that_are_read_are_those_of_the_folder() -> None:
    lists = {path.stem for path in FOLDER.glob("*.json")} - {"jwks", "keys"}

    assert lists == set(FILES) == set(make.FILES)


def test_every_file_is_told_of() -> None:
    told = (Path(__file__).parents[2] / "docs" / "verifying.md").read_text()

    for path in FOLDER.glob("*.json"):
        assert f"`{path.name}`" in told


def test_a_vector_holds_all_that_another_verifier_needs_and_the_document_names_every_member() -> None:
    told = (Path(__file__).parents[2] / "docs" / "verifying.md").read_text()
    members = {"name", "call", "now", "verifier", "demand", "jwks", "token", "expect"}
    for vector in vectors():
        assert members == vector.keys()
        expected = vector["expect"].keys()
        assert {"refused", "claim"} == expected or {"case", "person", "actions"} <= expected
        members_within = {*vector["verifier"], *vector["demand"], *expected}
        assert not [name for name in members | members_within if f"`{name}`" not in told]
        assert isinstance(vector["now"], int)


def test_a_token_is_badly_signed_only_where_that_is_what_is_tried() -> None:
    """Read without our own verifier, so that no vector is refused for another reason than its own."""
    other_keys = {vector["name"] for vector in json.loads((FOLDER / "hostile_algorithms.json").read_text())}
    tried = [
        vector
        for vector in vectors()
        if vector["expect"].get("refused") not in BADLY_SIGNED
        and "crit that names b64" not in vector["name"]
        and vector["name"] not in other_keys
    ]

    assert len(tried) > 300
    # with the key that the token was made with, whatever key set its vector brings
    assert not [vector["name"] for vector in tried if not _is_signed(vector["token"])]


def _is_signed(token: str) -> bool:
    head, body, seal = token.split(".")
    message = f"{head}.{body}".encode()
    alg = json.loads(_bytes(head))["alg"]
    key = next(one for one in JWKS["keys"] if one["alg"] == alg)
    try:
        if alg == "RS256":
            _rsa(key).verify(_bytes(seal), message, padding.PKCS1v15(), hashes.SHA256())
        elif alg == "PS256":
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
            _rsa(key).verify(_bytes(seal), message, pss, hashes.SHA256())
        elif alg == "Ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(_bytes(key["x"])).verify(_bytes(seal), message)
        else:
            r, s = (int.from_bytes(half) for half in (_bytes(seal)[:32], _bytes(seal)[32:]))
            _ec(key).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _ec(key: dict[str, str]) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(_bytes(key[name])) for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _rsa(key: dict[str, str]) -> rsa.RSAPublicKey:
    e, n = (int.from_bytes(_bytes(key[name])) for name in ("e", "n"))
    return rsa.RSAPublicNumbers(e, n).public_key()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
