"""The register signs with keys of its own: no endpoint and no verifier takes one ring's key for the other's."""

import json
from urllib.parse import urlsplit

import pytest
from flask import Flask

from authz_server.context import Context
from claims.verify import VerificationRefused, Verifier
from keys.archive import Archive
from keys.keyring import NotOurs
from keys.rings import REGISTER
from tests.support.relying_party import a_client, a_representing_client, claims_of
from tests.support.small_world import VAT_RETURN

DETAILS = json.dumps([{"type": "representation", "service": VAT_RETURN, "actions": ["view", "prepare"]}])


def test_the_register_tells_who_it_is_and_publishes_its_own_keys(app: Flask) -> None:
    browser = app.test_client()
    provider = browser.get("/.well-known/openid-configuration").get_json()

    told = browser.get(urlsplit(provider["mandate_register"]).path).get_json()
    keys = browser.get(urlsplit(told["jwks_uri"]).path)

    assert provider["mandate_register"] == told["mandate_register"]
    assert told["jwks_uri"] == told["mandate_register"] + "/jwks"
    assert told["signing_alg_values_supported"] == [key["alg"] for key in keys.get_json()["keys"]]
    assert "public, max-age=300" == keys.headers["Cache-Control"]
    ours = {key["kid"] for key in browser.get(urlsplit(provider["jwks_uri"]).path).get_json()["keys"]}
    assert not ours & {key["kid"] for key in keys.get_json()["keys"]}


def test_a_token_that_the_register_s_key_signed_is_refused_everywhere(world: Flask) -> None:
    context: Context = world.extensions["namens"]
    party = a_representing_client(world, VAT_RETURN)
    session = party.log_in("p3")
    hint = party.choose(session, "o1", VAT_RETURN, ("view", "prepare"))
    tokens = party.tokens(id_token_hint=hint, authorization_details=DETAILS)
    forged = {
        name: context.register_keys.current().sign(
            dict(claims_of(tokens[f"{name}_token"])), alg="ES256", typ=typ
        )
        for name, typ in (("id", "JWT"), ("access", "at+jwt"))
    }

    asked = party.browser.get("/userinfo", headers={"Authorization": f"Bearer {forged['access']}"})
    introspected = party.introspect(forged["access"])
    silent = party.authorize(id_token_hint=forged["id"])
    verifier = Verifier(
        issuer=context.settings.issuer,
        audience=claims_of(tokens["access_token"])["aud"],
        keys=json.loads(context.keyring.current().jwks_bytes),
        clock=context.clock,
    )

    assert 401 == asked.status_code
    assert {"active": False} == introspected
    assert "error=invalid_request" in silent.headers["Location"]
    with pytest.raises(VerificationRefused) as refused:
        verifier.verify_access_token(forged["access"], service=VAT_RETURN, action="view")
    assert "key_unknown" == refused.value.code
    verifier.verify_access_token(tokens["access_token"], service=VAT_RETURN, action="view")


def test_the_register_s_keys_do_not_prove_what_the_provider_signed(world: Flask) -> None:
    context: Context = world.extensions["namens"]
    party = a_client(world)
    party.log_in("p2")
    tokens = party.tokens()

    with pytest.raises(NotOurs):
        context.register_keys.current().verify(tokens["id_token"], typ=None)
    with context.database.reading() as db:
        archive = Archive(db, context.register_keys.sealer, REGISTER)
    assert archive.prove(tokens["id_token"], typ="JWT") is None
