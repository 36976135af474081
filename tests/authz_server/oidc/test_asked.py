"""Every way of asking for representation, and which goes before which (`claims.md` 4)."""

import json
from typing import Any

import pytest
from flask import Flask

from authz_server.asking import Ask
from authz_server.oidc import requests
from authz_server.oidc.refusing import OAuthError
from claims.assurance import Loa
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.clock import Clock
from tests.support.relying_party import (
    RelyingParty,
    a_client,
    a_representing_client,
    a_resource,
    claims_of,
    query_of,
)
from tests.support.small_world import INCOME_TAX, VAT_RETURN

REQUIRED_CLAIM = {"claims": '{"id_token":{"represents":{"essential":true}}}'}
VOLUNTARY_CLAIM = {"claims": '{"id_token":{"represents":null}}'}


FORGET = Statement("DELETE FROM oidc_grants WHERE id = :id")


def asked(party: RelyingParty, **changed: str | None) -> Ask | None:
    """What `party`'s request comes to."""
    context = party.context
    parameters = party.request(**changed)
    target = requests.target(context, None, parameters, None)
    with context.database.reading() as db:
        return requests.checked(context, db, target, parameters, context.keyring.current()).ask


def refusal(party: RelyingParty, **changed: str | None) -> str:
    with pytest.raises(OAuthError) as refused:
        asked(party, **changed)
    return refused.value.error


def details(service: str = INCOME_TAX, **members: Any) -> dict[str, str]:
    return {"authorization_details": json.dumps([{"type": "representation", "service": service, **members}])}


def test_nothing_means_what_the_registration_says(world: Flask) -> None:
    optional = a_representing_client(world, INCOME_TAX)
    required = a_representing_client(world, INCOME_TAX, representation="required")

    assert Ask("optional", "s1", INCOME_TAX, ("view", "submit")) == asked(optional)
    assert Ask("required", "s1", INCOME_TAX, ("view", "submit")) == asked(required)


def test_nothing_means_nobody_where_no_default_service_is_registered(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX, representation_services=[INCOME_TAX, VAT_RETURN])

    assert asked(party) is None
    assert "invalid_authorization_details" == refusal(party, scope="openid representation")
    assert "invalid_authorization_details" == refusal(party, **VOLUNTARY_CLAIM)
    assert "s2" == getattr(asked(party, **details(VAT_RETURN)), "service", None)


@pytest.mark.parametrize(
    ("how", "mode"),
    [
        ({"scope": "openid representation"}, "optional"),
        (VOLUNTARY_CLAIM, "optional"),
        ({"claims": '{"userinfo":{"represents":{"essential":false}}}'}, "optional"),
        (REQUIRED_CLAIM, "required"),
        ({"claims": '{"userinfo":{"represents":{"essential":true}}}'}, "required"),
        (details(), "optional"),
        (details(representation="optional"), "optional"),
        (details(representation="required"), "required"),
        # the tightest word wins, wherever it stands
        ({**details(representation="optional"), **REQUIRED_CLAIM}, "required"),
        ({**details(representation="required"), **VOLUNTARY_CLAIM}, "required"),
    ],
)
def test_a_request_says_how_much_it_wants_it(world: Flask, how: dict[str, str], mode: str) -> None:
    party = a_representing_client(world, INCOME_TAX)

    assert mode == getattr(asked(party, **how), "mode", None)


@pytest.mark.parametrize(
    "how", [{"scope": "openid representation"}, VOLUNTARY_CLAIM, details(representation="optional")]
)
def test_a_request_never_loosens_what_is_required(world: Flask, how: dict[str, str]) -> None:
    party = a_representing_client(world, INCOME_TAX, representation="required")

    assert "required" == getattr(asked(party, **how), "mode", None)


def test_details_name_service_actions_minimum_and_hint(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX, representation_services=[INCOME_TAX, VAT_RETURN])
    hint = {"iss": "http://localhost:8000/identifiers/kvk", "sub": "90000456"}

    found = asked(
        party,
        **details(
            VAT_RETURN,
            actions=["submit", "view"],
            minimum_assurance_level="high",
            representation="required",
            represented_hint=hint,
        ),
    )

    # in the order of the service
    assert (
        Ask("required", "s2", VAT_RETURN, ("view", "submit"), Loa.HIGH, (hint["iss"], hint["sub"])) == found
    )


def test_the_clients_actions_are_meant_where_a_request_names_none(world: Flask) -> None:
    party = a_representing_client(world, VAT_RETURN, representation_actions=["prepare", "view"])

    assert ("view", "prepare") == getattr(asked(party), "actions", None)
    assert ("view",) == getattr(asked(party, **details(VAT_RETURN, actions=["view"])), "actions", None)
    assert "invalid_authorization_details" == refusal(party, **details(VAT_RETURN, actions=["submit"]))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "{}",
        "[]",
        "null",
        json.dumps([{"type": "representation", "service": INCOME_TAX}] * 2),
        json.dumps([{"type": "openbanking", "service": INCOME_TAX}]),
        json.dumps([{"type": "representation"}]),
        json.dumps([{"type": "representation", "service": VAT_RETURN}]),
        json.dumps([{"type": "representation", "service": "https://nowhere.example"}]),
        json.dumps([{"type": "representation", "service": INCOME_TAX, "colour": "red"}]),
        json.dumps([{"type": "representation", "service": INCOME_TAX, "actions": ["fly"]}]),
        json.dumps([{"type": "representation", "service": INCOME_TAX, "minimum_assurance_level": "EH3"}]),
        json.dumps([{"type": "representation", "service": INCOME_TAX, "representation": "none"}]),
        json.dumps(
            [
                {
                    "type": "representation",
                    "service": INCOME_TAX,
                    "represented_hint": {
                        "iss": "http://localhost:8000/identifiers/bsn",
                        "sub": "999990019",
                    },
                }
            ]
        ),
        '[{"type":"representation","type":"representation","service":"' + INCOME_TAX + '"}]',
        "[" * 5000,
    ],
)
def test_what_cannot_be_granted_is_refused_by_its_own_code(world: Flask, text: str) -> None:
    party = a_representing_client(world, INCOME_TAX)

    answer = query_of(party.authorize(authorization_details=text))

    assert "invalid_authorization_details" == answer["error"]
    assert "999990019" not in str(answer)


def test_b19_a_client_that_did_not_declare_gets_none_whatever_it_sends(world: Flask) -> None:
    party = a_client(world)

    assert "invalid_scope" == refusal(party, scope="openid representation")
    assert "invalid_scope" == refusal(a_client(world, scope="openid"), scope="openid representation")
    assert "invalid_authorization_details" == refusal(party, **details())
    assert asked(party, **REQUIRED_CLAIM) is None
    assert asked(party) is None


def test_b19_the_claim_alone_gives_such_a_client_plain_tokens(world: Flask) -> None:
    understands, party = a_representing_client(world, INCOME_TAX), a_client(world)
    session = understands.log_in("p2")
    understands.choose(session, "p1", INCOME_TAX)
    party.browser = understands.browser

    tokens = party.tokens(**REQUIRED_CLAIM)

    for reader in (
        tokens,
        claims_of(tokens["id_token"]),
        claims_of(tokens["access_token"]),
        party.userinfo(tokens["access_token"]).get_json(),
    ):
        assert not reader.keys() & {"represents", "authorization_details", "act"}


def test_a_resource_is_for_its_services_only(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX, representation_services=[INCOME_TAX, VAT_RETURN])
    resource = a_resource(world, VAT_RETURN)

    assert "invalid_target" == refusal(party, resource=resource.uri, **details(INCOME_TAX))
    assert "s2" == getattr(asked(party, resource=resource.uri, **details(VAT_RETURN)), "service", None)


def hinting(iss: str, sub: str) -> dict[str, str]:
    return details(represented_hint={"iss": iss, "sub": sub})


def test_a_personal_number_cannot_be_hinted_at(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX)
    context = party.context
    trader = {
        "id": "o5",
        "kind": "organisation",
        "name": "Klusbedrijf Bos",
        "legal_form": "eenmanszaak",
        "identifiers": {"kvk": "90000111"},
    }
    owned = trader | {"id": "o6", "legal_form": "BV", "identifiers": {"kvk": "90000222"}}
    owner = {"id": "l1", "basis": "owner", "represented": "o6", "representative": "p2"}
    power = {"services": "*", "actions": "*", "assurance": "high", "from": "2020-01-01T00:00:00Z"}
    document = {"parties": [trader, owned], "legal_relations": [owner | power]}
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())
    ours = "http://localhost:8000"

    for iss, sub in [
        (f"{ours}/identifiers/bsn", "999990019"),
        ("urn:nl-eid-gdi:1.0:id:legacy-BSN", "999990019"),
        ("https://elsewhere.example", "999990019"),
        (f"{ours}/identifiers/kvk", "90000111"),
        (f"{ours}/identifiers/kvk", "90000222"),
        # in the same words as a sole trader's: which numbers are theirs is nobody's to find out
        (f"{ours}/identifiers/kvk", "99999999"),
        (f"{ours}/identifiers/rsin", "not-a-number"),
    ]:
        assert "invalid_authorization_details" == refusal(party, prompt=None, **hinting(iss, sub))
    for iss, sub in [
        (f"{ours}/identifiers/kvk", "90000456"),
        (ours, "RKyLpEVr1L"),
    ]:
        found = asked(party, prompt=None, **hinting(iss, sub))
        assert (iss, sub) == getattr(found, "represented_hint", None)


def test_asking_silently_gets_one_refusal_whatever_the_reason(world: Flask, clock: Clock) -> None:
    party = a_representing_client(world, INCOME_TAX)
    session = party.log_in("p2")
    chosen = party.choose(session, "p1", INCOME_TAX)
    never_chosen = party.hint(session, None, INCOME_TAX)
    forgotten = party.hint(session, "p1", INCOME_TAX)
    with party.context.database.writing() as db:
        db.run(FORGET, {"id": claims_of(forgotten)["txn"]})
    assert "code" in query_of(party.authorize(id_token_hint=chosen))
    clock.now += 2

    answers = [
        query_of(party.authorize(**asking))
        for asking in (
            {},
            {"id_token_hint": never_chosen},
            {"id_token_hint": forgotten},
            {"id_token_hint": chosen, "max_age": "1"},
            {"id_token_hint": chosen, "claims": '{"id_token":{"sub":{"value":"somebody-else"}}}'},
            {"id_token_hint": chosen, "claims": '{"id_token":{"acr":{"essential":true,"value":"none"}}}'},
            {"id_token_hint": chosen, **details(actions=["view"])},
        )
    ]

    first = answers[0]
    assert "interaction_required" == first["error"]
    assert [first] * len(answers) == answers


@pytest.mark.parametrize(
    "other",
    [
        {"service": VAT_RETURN},
        {"actions": ["view"]},
        {"actions": ["view", "submit", "prepare"]},
        {"minimum_assurance_level": "high"},
        {"represented_hint": {"iss": "http://localhost:8000", "sub": "RKyLpEVr1L"}},
        {"unknown": 1},
    ],
    ids=str,
)
def test_other_details_than_those_granted_are_refused_at_the_token_endpoint_and_consume_nothing(
    world: Flask, other: dict[str, Any]
) -> None:
    party = a_representing_client(world, INCOME_TAX, grant_types=["authorization_code", "refresh_token"])
    hint = party.choose(party.log_in("p2"), "p1", INCOME_TAX)
    code = party.code(id_token_hint=hint)

    refused = party.redeem(code, **details(**other))
    assert (400, "invalid_authorization_details") == (refused.status_code, refused.get_json()["error"])
    tokens = party.redeem(code, **details()).get_json()
    refused = party.refresh(tokens["refresh_token"], **details(**other))
    assert (400, "invalid_authorization_details") == (refused.status_code, refused.get_json()["error"])

    same = details(actions=["submit", "view"], representation="required", minimum_assurance_level="basic")
    refreshed = party.refresh(tokens["refresh_token"], **same).get_json()
    assert tokens["authorization_details"] == refreshed["authorization_details"]


def test_details_are_refused_at_the_token_endpoint_where_none_or_only_oneself_were_granted(
    world: Flask,
) -> None:
    plain = a_client(world)
    plain.log_in("p2")
    refused = plain.redeem(plain.code(), **details())
    assert "invalid_authorization_details" == refused.get_json()["error"]

    party = a_representing_client(world, INCOME_TAX)
    code = party.code(id_token_hint=party.choose(party.log_in("p2"), None, INCOME_TAX))
    refused = party.redeem(code, **details(representation="required"))
    assert "invalid_authorization_details" == refused.get_json()["error"]
    assert "self" == party.redeem(code, **details()).get_json()["authorization_details"][0]["represented"]
