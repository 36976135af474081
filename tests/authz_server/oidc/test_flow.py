"""The whole flow, from a request to tokens, UserInfo and introspection."""

import base64
import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet

from authz_server.context import Context
from authz_server.oidc.metadata_faults import MetadataRefused
from claims.assurance import Loa
from claims.register import uses
from claims.verify import VerificationRefused, Verifier
from keys import rotation
from keys.algorithms import SIGNATURE_ALGORITHMS
from tests.support.relying_party import (
    a_client,
    a_representing_client,
    a_resource,
    claims_of,
    header_of,
    query_of,
)
from tests.support.small_world import INCOME_TAX, VAT_RETURN


def test_a_login_without_representation_gives_tokens_that_name_the_person_alone(world: Flask) -> None:
    party = a_client(world)
    party.log_in("p2", Loa.HIGH)

    answer = query_of(party.authorize())
    tokens = party.redeem(answer["code"]).get_json()

    assert answer["iss"] == "http://localhost:8000"
    assert answer["state"] == "af0ifjsldkj"
    claims = claims_of(tokens["id_token"])
    assert claims["aud"] == party.client_id
    assert claims["acr"] == Loa.HIGH.acr
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert not claims.keys() & {"represents", "authorization_details", "act", "amr"}
    assert header_of(tokens["access_token"])["typ"] == "at+jwt"
    assert party.userinfo(tokens["access_token"]).get_json() == {"sub": claims["sub"]}


def test_a_direct_mandate_stands_in_every_token(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX)
    session = party.log_in("p2")
    hint = party.choose(session, "p1", INCOME_TAX)

    tokens = party.tokens(id_token_hint=hint)

    claims = claims_of(tokens["id_token"])
    members = {name: claims[name] for name in ("represents", "authorization_details")}
    assert members["authorization_details"][0]["actions"] == ["view", "submit"]
    for reader in (
        claims_of(tokens["access_token"]),
        tokens,
        party.userinfo(tokens["access_token"]).get_json(),
        party.introspect(tokens["access_token"]),
    ):
        assert {name: reader[name] for name in members} == members


def test_a_chain_nests_the_represented_party_deepest(world: Flask) -> None:
    party = a_representing_client(world, VAT_RETURN)
    session = party.log_in("p3")
    hint = party.choose(session, "o1", VAT_RETURN, ("view", "prepare"))

    details = '[{"type":"representation","service":"' + VAT_RETURN + '","actions":["view","prepare"]}]'
    tokens = party.tokens(id_token_hint=hint, authorization_details=details)

    represents = claims_of(tokens["id_token"])["represents"]
    assert represents["sub"] == "90000123"
    assert represents["represents"]["sub"] == "90000456"


@pytest.mark.parametrize("algorithm", SIGNATURE_ALGORITHMS)
def test_t4_idt_04_idt_06_idt_07_the_id_token_is_signed_as_registered_and_bound_to_its_access_token(
    world: Flask, algorithm: str
) -> None:
    party = a_client(world, id_token_signed_response_alg=algorithm)
    party.log_in("p2")

    tokens = party.tokens()

    keys = KeySet.import_key_set(party.browser.get("/jwks").get_json())
    read = jwt.decode(tokens["id_token"], keys, algorithms=[algorithm])
    hashed = (hashlib.sha512 if algorithm == "Ed25519" else hashlib.sha256)(tokens["access_token"].encode())
    half = hashed.digest()[: hashed.digest_size // 2]
    assert {"alg": algorithm, "typ": "JWT"}.items() <= read.header.items()
    assert base64.urlsafe_b64encode(half).rstrip(b"=").decode() == read.claims["at_hash"]
    # one key fits, since each names its own id (JWK-05); the access token is ES256 always
    assert 1 == sum(key.kid == read.header["kid"] for key in keys)
    assert "ES256" == jwt.decode(tokens["access_token"], keys, algorithms=["ES256"]).header["alg"]


def test_t4_no_algorithm_is_offered_for_which_at_hash_would_be_left_out(world: Flask) -> None:
    party = a_client(world)
    told = party.browser.get("/.well-known/openid-configuration").get_json()

    assert ["ES256", "Ed25519", "PS256", "RS256"] == sorted(told["id_token_signing_alg_values_supported"])
    for algorithm in ("EdDSA", "Ed448", "ES256K", "HS256", "none"):
        with pytest.raises(MetadataRefused):
            a_client(world, id_token_signed_response_alg=algorithm)


@pytest.mark.parametrize("algorithm", SIGNATURE_ALGORITHMS)
def test_a_relying_party_verifies_the_id_token_with_the_key_that_it_names_alone(
    world: Flask, algorithm: str
) -> None:
    party = a_client(world, id_token_signed_response_alg=algorithm)
    party.log_in("p2")
    token = party.tokens()["id_token"]
    keys = json.loads(world.extensions["namens"].keyring.current().jwks_bytes)

    def refusal(keys: dict[str, Any]) -> str:
        clock = world.extensions["namens"].clock
        verifier = Verifier(issuer="http://localhost:8000", audience=party.client_id, keys=keys, clock=clock)
        with pytest.raises(VerificationRefused) as refused:
            verifier.verify_id_token(token, nonce="n-0S6_WzA2Mj", service=INCOME_TAX)
        return refused.value.code

    assert "representation_missing" == refusal(keys)  # signed well; it tells of a person alone
    for other in {"ES256", "RS256", "PS256", "Ed25519", "EdDSA"} - {algorithm}:
        # the same key, said to be for another algorithm: the header does not overrule it
        relabelled = [key | {"alg": other} for key in keys["keys"]]
        assert "key_unfit" == refusal({"keys": relabelled})


def test_keys_that_no_client_asks_for_are_not_made(world: Flask) -> None:
    browser = world.test_client()
    before = {key["alg"] for key in browser.get("/jwks").get_json()["keys"]}
    party = a_client(world, id_token_signed_response_alg="Ed25519")
    party.log_in("p2")

    party.tokens()

    after = [key["alg"] for key in browser.get("/jwks").get_json()["keys"]]
    assert {"ES256", "RS256"} == before
    assert ["ES256", "Ed25519", "RS256"] == sorted(after)


def test_t15_one_key_signs_and_it_is_the_same_each_time(world: Flask) -> None:
    run_rotation(world)
    party = a_client(world)
    party.log_in("p2")

    kids = {header_of(party.tokens()[name])["kid"] for name in ("id_token", "access_token") for _ in range(5)}

    assert 1 == len(kids)


def run_rotation(world: Flask) -> None:
    """Announce a second key for each algorithm, so that there is something to choose wrongly from."""
    context: Context = world.extensions["namens"]
    rotation.rotate(
        context.database,
        context.keyring.sealer,
        now=context.clock(),
        policy=context.keyring.policy,
        algorithms=("ES256",),
    )


def test_a_resource_gets_values_of_its_own_sector(world: Flask) -> None:
    party, resource = a_representing_client(world, VAT_RETURN), a_resource(world, VAT_RETURN)
    session = party.log_in("p3")
    details = '[{"type":"representation","service":"' + VAT_RETURN + '","actions":["view","prepare"]}]'
    hint = party.choose(session, "o1", VAT_RETURN, ("view", "prepare"))

    tokens = party.tokens(id_token_hint=hint, authorization_details=details, resource=resource.uri)

    access, ident = claims_of(tokens["access_token"]), claims_of(tokens["id_token"])
    assert resource.uri == access["aud"]
    # organisations are named by number to both, the person by another value to each
    assert access["represents"] == ident["represents"]
    assert access["sub"] != ident["sub"]
    assert not {link["id"] for link in access["authorization_details"][0]["links"]} & {
        link["id"] for link in ident["authorization_details"][0]["links"]
    }


def test_without_prompt_none_the_browser_is_sent_to_a_page(world: Flask) -> None:
    party = a_client(world)
    party.log_in("p2")
    other = a_client(world)

    known = party.authorize(prompt="login")
    unknown = other.authorize(prompt=None)

    for answer in (known, unknown):
        assert answer.status_code in {302, 303}
        assert answer.headers["Location"].startswith("/login/")


def test_a_request_that_cannot_end_well_shows_no_page(world: Flask) -> None:
    party = a_client(world)

    answer = query_of(party.authorize(prompt=None, code_challenge=None, code_challenge_method=None))

    assert "invalid_request" == answer["error"]


def test_tok_01_tok_02_tok_12_tok_13_the_shape_of_a_token_response(world: Flask) -> None:
    party = a_client(world, grant_types=["authorization_code", "refresh_token"])
    party.log_in("p2")

    answer = party.redeem(party.code())
    tokens = answer.get_json()

    assert (200, "application/json") == (answer.status_code, answer.mimetype)
    assert ("no-store", "no-cache") == (answer.headers["Cache-Control"], answer.headers["Pragma"])
    assert {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"} == tokens.keys()
    assert ("Bearer", 900, "openid") == (tokens["token_type"], tokens["expires_in"], tokens["scope"])
    assert len(tokens["refresh_token"]) >= 43
    access = claims_of(tokens["access_token"])
    assert {
        "iss",
        "aud",
        "sub",
        "client_id",
        "azp",
        "iat",
        "nbf",
        "exp",
        "jti",
        "txn",
        "acr",
        "auth_time",
        "scope",
    } == access.keys()
    assert "http://localhost:8000" == access["aud"]


def test_each_login_on_behalf_of_somebody_is_told_to_them(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX, grant_types=["authorization_code", "refresh_token"])
    session = party.log_in("p2")
    tokens = party.tokens(id_token_hint=party.choose(session, "p1", INCOME_TAX))
    party.refresh(tokens["refresh_token"])

    with party.context.database.reading() as db:
        (use,) = uses.of(db, "p1").uses

    assert ("p2", "s1", party.client_id, ("m1",)) == (use.acting, use.service, use.client, use.path)
