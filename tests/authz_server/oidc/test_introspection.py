"""Introspection and revocation: to whom a token is a concern, and what each is told (`claims.md` 2 and 3)."""

from typing import Any

import pytest
from flask import Flask

from tests.support.relying_party import RelyingParty, a_client, a_representing_client, a_resource, claims_of
from tests.support.small_world import INCOME_TAX

REFRESHING = {"grant_types": ["authorization_code", "refresh_token"]}
INACTIVE = {"active": False}


@pytest.fixture
def bram(world: Flask) -> RelyingParty:
    return a_representing_client(world, INCOME_TAX, **REFRESHING)


def tokens_of(party: RelyingParty, **changed: str) -> dict[str, Any]:
    session = party.log_in("p2")
    return party.tokens(id_token_hint=party.choose(session, "p1", INCOME_TAX), **changed)


def test_a_token_without_resource_is_its_clients_concern_alone(bram: RelyingParty, world: Flask) -> None:
    token = tokens_of(bram)["access_token"]
    other, resource = a_client(world), a_resource(world, INCOME_TAX)

    told = bram.introspect(token)

    assert INACTIVE == other.introspect(token) == resource.introspect(token)
    claims = claims_of(token)
    assert {name: claims[name] for name in ("sub", "txn", "jti", "represents", "authorization_details")} == {
        name: told[name] for name in ("sub", "txn", "jti", "represents", "authorization_details")
    }
    assert {"iss": "http://localhost:8000", "token_type": "Bearer", "scope": "openid"}.items() <= told.items()


def test_a_token_for_a_resource_is_told_to_both_each_in_its_own_words(
    bram: RelyingParty, world: Flask
) -> None:
    resource, elsewhere = (
        a_resource(world, INCOME_TAX),
        a_resource(world, INCOME_TAX, uri="https://other.example.nl"),
    )
    tokens = tokens_of(bram, resource=resource.uri)
    token = tokens["access_token"]

    to_client, to_resource = bram.introspect(token), resource.introspect(token)

    assert INACTIVE == elsewhere.introspect(token)
    assert claims_of(token)["sub"] == to_resource["sub"]
    assert claims_of(tokens["id_token"])["sub"] == to_client["sub"]
    assert tokens["represents"] == to_client["represents"]
    assert claims_of(token)["represents"] == to_resource["represents"]


def values(document: object, place: str = "") -> dict[str, object]:
    """Every value by the place where it stands."""
    if isinstance(document, dict):
        return {k: v for name, one in document.items() for k, v in values(one, f"{place}.{name}").items()}
    if isinstance(document, list):
        return {
            k: v for index, one in enumerate(document) for k, v in values(one, f"{place}[{index}]").items()
        }
    return {place: document}


def test_one_mandate_for_two_sectors_shares_only_what_may_be_shared(world: Flask) -> None:
    first = a_representing_client(world, INCOME_TAX)
    second = a_representing_client(world, INCOME_TAX, sector="other.example.nl")
    session = first.log_in("p2")
    second.browser = first.browser

    told = [
        values(
            claims_of(
                party.tokens(id_token_hint=party.choose(session, "p1", INCOME_TAX), nonce=nonce)["id_token"]
            )
        )
        for party, nonce in ((first, "a"), (second, "b"))
    ]

    equal = {place for place in told[0] if told[0][place] == told[1].get(place)}
    details = ".authorization_details[0]"
    assert equal == {
        ".iss",
        ".iat",
        ".nbf",
        ".exp",
        ".acr",
        ".auth_time",
        ".represents.iss",
        ".represents.sub_id_type",
        f"{details}.type",
        f"{details}.service",
        f"{details}.actions[0]",
        f"{details}.actions[1]",
        f"{details}.represented.iss",
        f"{details}.represented.sub_id_type",
        f"{details}.assurance_level",
        f"{details}.effective_assurance_level",
        f"{details}.not_after",
        f"{details}.branch",
        f"{details}.register",
        f"{details}.links[0].basis",
        f"{details}.links[0].assurance_level",
        f"{details}.links[0].recorded_at",
    }


def test_two_clients_of_one_sector_know_a_person_by_the_same_name(world: Flask) -> None:
    parties = [a_client(world), a_client(world)]
    for party in parties:
        party.log_in("p2")

    subs, sids = zip(
        *((claims["sub"], claims["sid"]) for claims in (claims_of(p.tokens()["id_token"]) for p in parties)),
        strict=True,
    )

    assert 1 == len(set(subs))
    assert 2 == len(set(sids))


def test_every_token_of_a_grant_has_one_txn_and_a_jti_of_its_own(bram: RelyingParty) -> None:
    first = tokens_of(bram)
    second = bram.refresh(first["refresh_token"]).get_json()
    every = [claims_of(one[name]) for one in (first, second) for name in ("id_token", "access_token")]

    assert 1 == len({claims["txn"] for claims in every})
    assert 4 == len({claims["jti"] for claims in every})
    assert claims_of(tokens_of(bram)["id_token"])["txn"] != every[0]["txn"]


def test_a_refresh_token_is_told_to_its_client_alone(bram: RelyingParty, world: Flask) -> None:
    token = tokens_of(bram)["refresh_token"]

    told = bram.introspect(token)

    assert told["active"]
    assert INACTIVE == a_client(world).introspect(token)
    assert bram.refresh(token).status_code == 200
    assert INACTIVE == bram.introspect(token)


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "💩", "eyJhbGciOiJub25lIn0.e30.", "0" * 16000])
def test_t14_what_is_no_token_is_inactive(bram: RelyingParty, token: str) -> None:
    assert INACTIVE == bram.introspect(token)


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
def test_t14_every_token_gets_an_answer_whatever_its_hint(bram: RelyingParty, path: str) -> None:
    for token in ("opaque", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        for hint in ("access_token", "refresh_token", "id_token", "unheard_of"):
            answer = bram.post(path, {"token": token, "token_type_hint": hint})
            assert (200, {"active": False} if path == "/introspect" else {}) == (
                answer.status_code,
                answer.get_json(),
            )


def test_an_id_token_and_a_code_are_no_tokens(bram: RelyingParty) -> None:
    tokens = tokens_of(bram)
    session = bram.log_in("p2")
    code = bram.code(id_token_hint=bram.choose(session, "p1", INCOME_TAX))

    assert INACTIVE == bram.introspect(tokens["id_token"]) == bram.introspect(code)


def test_a_public_client_cannot_ask(world: Flask) -> None:
    public = a_client(world, token_endpoint_auth_method="none")

    assert 401 == public.post("/introspect", {"token": "x"}).status_code
    assert 401 == public.browser.post("/introspect", data={"token": "x"}).status_code


def test_who_asks_about_nothing_is_told_so(bram: RelyingParty) -> None:
    for path in ("/introspect", "/revoke"):
        answer = bram.post(path, {})
        assert (400, "invalid_request") == (answer.status_code, answer.get_json()["error"])


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_revoking_an_access_token_ends_it_alone(bram: RelyingParty, hint: str | None) -> None:
    tokens = tokens_of(bram)

    answer = bram.post(
        "/revoke", {"token": tokens["access_token"], **({"token_type_hint": hint} if hint else {})}
    )

    assert 200 == answer.status_code
    assert INACTIVE == bram.introspect(tokens["access_token"])
    assert 401 == bram.userinfo(tokens["access_token"]).status_code
    assert 200 == bram.refresh(tokens["refresh_token"]).status_code


def test_revoking_a_refresh_token_ends_everything(bram: RelyingParty) -> None:
    tokens = tokens_of(bram)

    bram.post("/revoke", {"token": tokens["refresh_token"]})

    assert INACTIVE == bram.introspect(tokens["access_token"])
    assert "invalid_grant" == bram.refresh(tokens["refresh_token"]).get_json()["error"]


def test_revoking_what_is_another_clients_or_nobodys_changes_nothing(
    bram: RelyingParty, world: Flask
) -> None:
    tokens, other = tokens_of(bram), a_client(world)

    for token in (tokens["access_token"], tokens["refresh_token"], "x"):
        assert 200 == other.post("/revoke", {"token": token}).status_code

    assert bram.introspect(tokens["access_token"])["active"]
    assert bram.introspect(tokens["refresh_token"])["active"]


def test_a_public_client_gives_its_tokens_back(world: Flask) -> None:
    public = a_client(world, token_endpoint_auth_method="none")
    public.log_in("p2")
    token = public.tokens()["access_token"]

    assert 200 == public.post("/revoke", {"token": token}).status_code

    assert 401 == public.userinfo(token).status_code


def test_a_resource_in_a_refresh_must_be_the_granted_one(bram: RelyingParty, world: Flask) -> None:
    resource = a_resource(world, INCOME_TAX)
    tokens = tokens_of(bram, resource=resource.uri)

    other = bram.refresh(tokens["refresh_token"], resource="https://other.example.nl")
    same = bram.refresh(tokens["refresh_token"], resource=resource.uri)

    assert (400, "invalid_target") == (other.status_code, other.get_json()["error"])
    assert resource.uri == claims_of(same.get_json()["access_token"])["aud"]


def test_ref_02_a_refresh_may_narrow_the_scope_and_never_widen_it(world: Flask) -> None:
    party = a_client(world, person_names="To greet people", **REFRESHING)
    party.log_in("p2")
    token = party.tokens(scope="openid profile")["refresh_token"]

    narrowed = party.refresh(token, scope="openid").get_json()
    whole = party.refresh(narrowed["refresh_token"]).get_json()
    wider = party.refresh(whole["refresh_token"], scope="openid representation")

    assert ("openid", "openid profile") == (narrowed["scope"], whole["scope"])
    assert "name" in party.userinfo(whole["access_token"]).get_json()
    assert "name" not in party.userinfo(narrowed["access_token"]).get_json()
    assert "invalid_scope" == wider.get_json()["error"]


def test_refresh_tokens_live_six_hours_idle_and_a_day_in_all(world: Flask, clock: Any) -> None:
    party = a_client(world, **REFRESHING)
    party.log_in("p2")
    # the session is looked at too: let it live as long
    lifetimes = party.context.settings.lifetimes
    token = party.tokens()["refresh_token"]

    told = party.introspect(token)

    assert clock.now + lifetimes.refresh_idle == told["exp"]
    assert 6 * 3600 == lifetimes.refresh_idle
    clock.now += lifetimes.refresh_idle
    assert INACTIVE == party.introspect(token)
