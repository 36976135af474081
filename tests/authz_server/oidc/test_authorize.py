"""The authorization endpoint: what it takes, what it refuses, and where the refusal goes (conformance AE, PRM, RU)."""

import json
from urllib.parse import quote

import pytest
from flask import Flask

from claims.assurance import Loa
from tests.support.clock import Clock
from tests.support.relying_party import (
    REDIRECT,
    RelyingParty,
    a_client,
    a_representing_client,
    a_resource,
    claims_of,
    query_of,
)
from tests.support.small_world import INCOME_TAX


@pytest.fixture
def party(world: Flask) -> RelyingParty:
    """A client at which Bram has logged in."""
    party = a_client(world)
    party.log_in("p2")
    return party


def error(party: RelyingParty, **changed: str | None) -> str:
    answer = query_of(party.authorize(**changed))
    assert answer.keys() <= {"error", "error_description", "state", "iss"}
    assert "http://localhost:8000" == answer["iss"]
    description = answer.get("error_description", "")
    # AE-07: %x20-21 / %x23-5B / %x5D-7E
    assert all(" " <= sign <= "~" and sign not in '"\\' for sign in description)
    return answer["error"]


def page(party: RelyingParty, query: str) -> str:
    """The cause on a page of our own; never a redirect."""
    answer = party.browser.get(f"/authorize?{query}")
    assert 400 == answer.status_code
    assert "Location" not in answer.headers
    text = answer.get_data(as_text=True)
    assert 'id="error-message"' in text
    return text.split('data-code="')[1].split('"')[0]


def test_ae_01_state_comes_back_unchanged_in_success_and_error(party: RelyingParty) -> None:
    state = "-._~" * 32

    assert state == query_of(party.authorize(state=state))["state"]
    assert state == query_of(party.authorize(state=state, prompt="bogus"))["state"]
    assert "a b&c=d" == query_of(party.authorize(state="a b&c=d"))["state"]


def test_ae_02_no_state_sent_is_none_returned(party: RelyingParty) -> None:
    assert query_of(party.authorize(state=None)).keys() == {"code", "iss"}
    assert "state" not in query_of(party.authorize(state=None, prompt="bogus"))


def test_ae_04_codes_are_long_and_never_the_same(party: RelyingParty) -> None:
    first, second = party.code(), party.code()

    assert first != second
    assert len(first) >= 43
    assert len(set(first)) > 20


@pytest.mark.parametrize(
    ("cause", "query"),
    [
        ("missing_client_id", ""),
        ("missing_client_id", "client_id="),
        ("missing_redirect_uri", "client_id=nobody"),
        ("unregistered_redirect_uri", "client_id=nobody&redirect_uri={uri}"),
        ("unregistered_redirect_uri", "client_id=%F0%9F%92%A9&redirect_uri={uri}"),
        ("repeated_parameter", "client_id=a&client_id=b"),
        ("bad_parameter", "client_id=a%01b"),
        ("bad_parameter", "client_id=a%EF%BF%BDb"),
        ("bad_parameter", "client_id=" + "a" * 5000),
        ("missing_redirect_uri", "client_id={client}"),
        ("missing_redirect_uri", "client_id={client}&redirect_uri="),
        ("repeated_parameter", "client_id={client}&redirect_uri={uri}&redirect_uri={uri}"),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri=https%3A%2F%2Fevil.example"),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri={uri}%3Fa%3Db"),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri={uri}%23a"),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri={uri}%2F"),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri=HTTPS%3A%2F%2Frp.example.nl%2Fcb"),
        (
            "unregistered_redirect_uri",
            "client_id={client}&redirect_uri=https%3A%2F%2Frp.example.nl%3A443%2Fcb",
        ),
        ("unregistered_redirect_uri", "client_id={client}&redirect_uri=https://evil.example&request=x"),
    ],
)
def test_ru_01_ru_02_ru_05_ru_07_no_redirect_before_client_and_redirect_uri_fit(
    party: RelyingParty, cause: str, query: str
) -> None:
    filled = query.replace("{client}", party.client_id).replace("{uri}", quote(REDIRECT, safe=""))

    assert cause == page(party, filled)


def test_ru_04_the_query_of_a_registered_uri_survives(world: Flask) -> None:
    uri = "https://rp.example.nl/cb?a=1&b=%20"
    party = a_client(world, redirect_uris=[uri])
    party.log_in("p2")

    location = party.authorize(redirect_uri=uri).headers["Location"]

    assert location.startswith(uri + "&code=")
    assert "unregistered_redirect_uri" == page(
        party, f"client_id={party.client_id}&redirect_uri={quote('https://rp.example.nl/cb?a=2', safe='')}"
    )


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("invalid_request", {"response_type": None}),
        ("unsupported_response_type", {"response_type": "token"}),
        ("unsupported_response_type", {"response_type": "code id_token"}),
        ("unsupported_response_type", {"response_type": "België"}),
        ("unsupported_response_type", {"response_type": "none"}),
        ("invalid_request", {"response_mode": "fragment"}),
        ("invalid_request", {"response_mode": "form_post"}),
        ("invalid_request", {"response_mode": "bogus"}),
        ("invalid_scope", {"scope": None}),
        ("invalid_scope", {"scope": "email phone"}),
        ("request_not_supported", {"request": "eyJhbGciOiJub25lIn0.e30."}),
        ("request_uri_not_supported", {"request_uri": "https://rp.example.nl/r"}),
        ("registration_not_supported", {"registration": "{}"}),
        ("invalid_request", {"prompt": "none login"}),
        ("invalid_request", {"prompt": "create"}),
        ("invalid_request", {"prompt": "none consent select_account"}),
        ("invalid_request", {"max_age": "-1"}),
        ("invalid_request", {"max_age": "soon"}),
        ("invalid_request", {"max_age": "1e3"}),
        ("invalid_request", {"max_age": "٣"}),
        ("invalid_request", {"max_age": "9" * 40}),
        ("invalid_request", {"claims": "x"}),
        ("invalid_request", {"claims": "[]"}),
        ("invalid_request", {"claims": '{"id_token":[]}'}),
        ("invalid_request", {"claims": '{"id_token":{"sub":1}}'}),
        ("invalid_request", {"claims": '{"id_token":{"acr":{"values":"x"}}}'}),
        ("invalid_request", {"claims": '{"id_token":{},"id_token":{}}'}),
        ("invalid_request", {"id_token_hint": "x"}),
        ("invalid_request", {"id_token_hint": "a.b.c"}),
        ("invalid_target", {"resource": "https://unknown.example"}),
        ("invalid_target", {"resource": "http://localhost:8000"}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"code_challenge_method": None}),
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge": None, "code_challenge_method": None}),
        ("invalid_request", {"code_challenge": "short"}),
        ("invalid_request", {"code_challenge": "a" * 44}),
        ("login_required", {"max_age": "0", "clock": "1"}),
    ],
)
def test_ae_06_errors_go_to_the_client_with_state_and_iss(
    party: RelyingParty, clock: Clock, code: str, changed: dict[str, str | None]
) -> None:
    clock.now += int(changed.get("clock") or 0)
    changed = {name: value for name, value in changed.items() if name != "clock"}

    assert code == error(party, **changed)


def test_t1_a_challenge_without_a_method_is_not_taken_for_plain(party: RelyingParty) -> None:
    verifier = "v" * 43

    assert "invalid_request" == error(party, code_challenge=verifier, code_challenge_method=None)


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_t1_no_client_gets_a_code_without_a_challenge(world: Flask, method: str) -> None:
    party = a_client(world, token_endpoint_auth_method=method)
    party.log_in("p2")

    assert "invalid_request" == error(party, code_challenge=None, code_challenge_method=None)
    assert "invalid_request" == error(party, code_challenge_method="plain", code_challenge="v" * 43)


def test_t1_discovery_offers_s256_alone(party: RelyingParty) -> None:
    told = party.browser.get("/.well-known/openid-configuration").get_json()

    assert ["S256"] == told["code_challenge_methods_supported"]


def test_t2_iss_stands_in_login_required_too(world: Flask) -> None:
    party = a_client(world)

    assert "login_required" == error(party)


def test_t2_a_hybrid_flow_whose_iss_could_stand_in_the_wrong_place_is_not_there(party: RelyingParty) -> None:
    told = party.browser.get("/.well-known/openid-configuration").get_json()

    assert (["code"], ["query"]) == (told["response_types_supported"], told["response_modes_supported"])
    for response_type in ("code id_token", "id_token", "code token", "token", "none", "id_token code"):
        assert "unsupported_response_type" == error(party, response_type=response_type)


def test_t6_max_age_0_with_an_older_session_is_no_login(party: RelyingParty, clock: Clock) -> None:
    clock.now += 1

    assert "login_required" == error(party, max_age="0")


def test_t7_a_request_object_is_refused_and_never_ignored(party: RelyingParty) -> None:
    told = party.browser.get("/.well-known/openid-configuration").get_json()

    assert told["request_parameter_supported"] is told["request_uri_parameter_supported"] is False
    assert "request_not_supported" == error(party, request="x")
    assert "request_uri_not_supported" == error(party, request_uri="https://rp.example.nl/request")


def test_t8_a_proxy_that_speaks_http_to_us_is_no_fault(party: RelyingParty) -> None:
    answer = party.browser.get(
        "/authorize", query_string=party.request(), base_url="http://internal.example.nl:8080"
    )

    assert 302 == answer.status_code


def test_ae_09_ae_12_ae_13_what_is_unknown_or_for_the_eye_is_taken(party: RelyingParty) -> None:
    for changed in (
        {"extra": "foobar"},
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "buffy@example.com"},
        {"acr_values": "urn:mace:incommon:iap:silver 0"},
        {"scope": "openid email unheard-of"},
        {"claims": '{"id_token":{"unheard_of":{"essential":true}},"somewhere":{"x":5},"userinfo":null}'},
    ):
        assert party.code(**changed)


def test_ae_11_a_form_is_taken_as_well_and_its_address_is_not_read(party: RelyingParty) -> None:
    answer = party.browser.post("/authorize", data=party.request())
    in_address = party.browser.post("/authorize", query_string=party.request())

    assert "code" in query_of(answer)
    assert 400 == in_address.status_code
    assert 'data-code="missing_client_id"' in in_address.get_data(as_text=True)


def test_ae_16_ae_18_nonce_is_echoed_exactly_or_absent(party: RelyingParty) -> None:
    nonce = "Az09-._~" * 8

    assert nonce == claims_of(party.tokens(nonce=nonce)["id_token"])["nonce"]
    assert "nonce" not in claims_of(party.tokens(nonce=None)["id_token"])


def test_ae_19_profile_oidc_lets_a_confidential_client_with_a_nonce_leave_pkce_out(world: Flask) -> None:
    without = {"code_challenge": None, "code_challenge_method": None}
    party = a_client(world, profile="oidc")
    party.log_in("p2")
    public = a_client(world, profile="oidc", token_endpoint_auth_method="none")
    public.log_in("p2")

    form = {"grant_type": "authorization_code", "code": party.code(**without), "redirect_uri": REDIRECT}

    assert 200 == party.post("/token", form).status_code
    assert "invalid_request" == error(party, nonce=None, **without)
    assert "invalid_request" == error(public, **without)
    # a verifier where there was no challenge: PKCE was taken out on the way (RFC 9700 4.8.2)
    assert "invalid_grant" == party.redeem(party.code(**without)).get_json()["error"]
    # and PKCE that is used is checked
    assert 200 == party.redeem(party.code()).status_code
    assert "invalid_grant" == party.redeem(party.code(), code_verifier="w" * 43).get_json()["error"]


def test_prm_01_prompt_none_without_a_session_never_shows_a_page(world: Flask) -> None:
    party = a_client(world)

    answer = query_of(party.authorize())

    assert {"error": "login_required", "state": "af0ifjsldkj", "iss": "http://localhost:8000"} == answer


def test_prm_02_prm_03_prompt_none_gives_the_same_person_and_time(party: RelyingParty, clock: Clock) -> None:
    first = party.tokens()["id_token"]
    clock.now += 400  # the ID token has expired by then: as a hint it still names the person

    second = party.tokens(id_token_hint=first)["id_token"]

    for name in ("sub", "auth_time"):
        assert claims_of(first)[name] == claims_of(second)[name]


def test_prm_03_a_hint_of_somebody_else_is_no_login(party: RelyingParty) -> None:
    hint = party.tokens()["id_token"]
    party.log_in("p3")

    assert "login_required" == error(party, id_token_hint=hint)


def test_a_hint_of_another_client_is_refused(party: RelyingParty, world: Flask) -> None:
    other = a_client(world)
    other.log_in("p2")
    foreign = other.tokens()

    assert "invalid_request" == error(party, id_token_hint=foreign["id_token"])
    assert "invalid_request" == error(party, id_token_hint=foreign["access_token"])


def test_prm_05_prm_06_max_age_asks_for_a_login_that_is_recent_enough(
    party: RelyingParty, clock: Clock
) -> None:
    clock.now += 2

    assert "login_required" == error(party, max_age="1")
    assert "code" in query_of(party.authorize(max_age="2"))
    assert "code" in query_of(party.authorize(max_age="15000"))


def test_prm_07_auth_time_is_the_second_of_the_login(party: RelyingParty, clock: Clock, now: int) -> None:
    clock.now += 100

    claims = claims_of(party.tokens()["id_token"])

    assert (now, now + 100) == (claims["auth_time"], claims["iat"])


def test_essential_acr_says_the_highest_listed_level_in_profile_oidc(world: Flask) -> None:
    values = [Loa.LOW.acr, Loa.SUBSTANTIAL.acr]
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": values}}})
    namens, oidc = a_client(world), a_client(world, profile="oidc")
    for party in (namens, oidc):
        party.log_in("p2", Loa.HIGH)

    said = [claims_of(party.tokens(claims=essential)["id_token"])["acr"] for party in (namens, oidc)]

    assert [Loa.HIGH.acr, Loa.SUBSTANTIAL.acr] == said


def test_essential_acr_that_is_not_reached_is_no_login(party: RelyingParty) -> None:
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [Loa.HIGH.acr]}}})

    assert error(party, claims=essential) in {"login_required", "interaction_required"}
    assert "code" in query_of(party.authorize(acr_values=Loa.HIGH.acr))


def test_essential_acr_that_is_no_level_of_ours_is_never_met_silently_either(party: RelyingParty) -> None:
    essential = json.dumps(
        {"id_token": {"acr": {"essential": True, "values": ["urn:mace:incommon:iap:silver"]}}}
    )

    assert "login_required" == error(party, claims=essential)


def test_a_sub_that_was_asked_for_is_the_only_one_that_is_told(party: RelyingParty) -> None:
    sub = claims_of(party.tokens()["id_token"])["sub"]

    def wanting(value: object) -> str:
        return json.dumps({"id_token": {"sub": {"value": value}}})

    assert "code" in query_of(party.authorize(claims=wanting(sub)))
    assert "login_required" == error(party, claims=wanting("somebody-else"))
    assert "login_required" == error(party, claims=wanting(5))


def test_two_resources_are_no_target(party: RelyingParty, world: Flask) -> None:
    resource = a_resource(world, INCOME_TAX)
    query = [*party.request().items(), ("resource", resource.uri), ("resource", resource.uri)]

    answer = party.browser.get("/authorize?" + "&".join(f"{n}={quote(v, safe='')}" for n, v in query))

    assert "invalid_target" == query_of(answer)["error"]


def test_a_resource_of_orientation_act_is_no_target_here(party: RelyingParty, world: Flask) -> None:
    resource = a_resource(world, INCOME_TAX, orientation="act")

    assert "invalid_target" == error(party, resource=resource.uri)


def test_t5_form_post_is_refused_and_not_ignored(party: RelyingParty) -> None:
    told = party.browser.get("/.well-known/openid-configuration").get_json()

    assert ["query"] == told["response_modes_supported"]
    assert "invalid_request" == error(party, response_mode="form_post")
    assert "code" in query_of(party.authorize(response_mode="query"))


def test_a_hint_whose_grant_was_forgotten_names_nobody(party: RelyingParty, world: Flask) -> None:
    asking = a_representing_client(world, INCOME_TAX)
    asking.browser = party.browser
    plain, representing = (
        who.context.keyring.current().sign(
            {"iss": "http://localhost:8000", "aud": who.client_id, "txn": "forgotten", "sub": "x"},
            alg="ES256",
            typ="JWT",
        )
        for who in (party, asking)
    )

    assert "login_required" == error(party, id_token_hint=plain)
    assert "interaction_required" == error(asking, id_token_hint=representing)
    # where pages may be shown it goes on as if there had been no hint
    assert "code" in query_of(party.authorize(prompt=None, id_token_hint=plain))


def test_prm_with_a_representation_every_refusal_of_prompt_none_reads_the_same(
    world: Flask, clock: Clock
) -> None:
    asking = a_representing_client(world, INCOME_TAX)
    nobody = asking.authorize()
    session = asking.log_in("p2")
    hint = asking.choose(session, "p1", INCOME_TAX)
    foreign = asking.hint(session, "o1", INCOME_TAX)
    clock.now += 2

    refusals = [
        nobody,
        asking.authorize(),
        asking.authorize(id_token_hint=foreign),
        asking.authorize(id_token_hint=hint, max_age="1"),
        asking.authorize(
            id_token_hint=hint,
            claims=json.dumps({"id_token": {"acr": {"essential": True, "values": [Loa.HIGH.acr]}}}),
        ),
        asking.authorize(
            id_token_hint=hint, claims=json.dumps({"id_token": {"sub": {"value": "somebody-else"}}})
        ),
    ]

    assert "code" in query_of(asking.authorize(id_token_hint=hint))
    assert [{"error": "interaction_required", "state": "af0ifjsldkj", "iss": "http://localhost:8000"}] * len(
        refusals
    ) == [query_of(refusal) for refusal in refusals]
