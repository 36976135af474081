"""The whole flow, from a request to tokens, UserInfo and introspection."""

from flask import Flask

from claims.assurance import Loa
from tests.support.relying_party import a_client, a_representing_client, claims_of, header_of, query_of
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
