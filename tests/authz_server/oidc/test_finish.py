"""What may never be granted is refused at the end too, whatever led there (B19)."""

from dataclasses import replace

import pytest
from flask import Flask

from authz_server.asking import Ask, AuthorizationRequest
from authz_server.oidc import clients
from authz_server.oidc.finish import complete
from authz_server.outcome import Denied, Granted, Outcome
from claims.assurance import Loa
from claims.representation import Representation, RepresentedLink
from tests.support.relying_party import RelyingParty, a_client, a_representing_client, query_of
from tests.support.small_world import INCOME_TAX

ANNA = Representation(
    acting="p2",
    service="s1",
    links=(RepresentedLink("m1", "mandate", "p1", "p2", Loa.SUBSTANTIAL, 1_700_000_000),),
    branch=None,
    actions=("view", "submit"),
    assurance=Loa.SUBSTANTIAL,
    effective_assurance=Loa.SUBSTANTIAL,
    step_up=None,
    other_means=False,
    until=None,
)
FOR_ANNA = Granted("session", "p2", Loa.SUBSTANTIAL, "p2-eid", 1_764_028_800, ("openid",), ANNA)
FOR_ONESELF = replace(FOR_ANNA, representation=None, for_oneself=True, actions=("view",))
NOTHING_SAID = replace(FOR_ANNA, representation=None)
OPTIONAL = Ask("optional", "s1", INCOME_TAX, ("view", "submit"))
REQUIRED = replace(OPTIONAL, mode="required")


def answer(party: RelyingParty, ask: Ask | None, outcome: Outcome) -> dict[str, str]:
    context = party.context
    parameters = party.request()
    request = AuthorizationRequest(
        client_id=party.client_id,
        redirect_uri=parameters["redirect_uri"],
        parameters=parameters,
        scopes=("openid",),
        state=parameters["state"],
        ask=ask,
    )
    with party.app.test_request_context(), context.database.writing() as db:
        response = complete(context, db, request, outcome, now=context.clock())
        return query_of(response)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "ask", "outcome"),
    [
        ("server_error", None, FOR_ANNA),
        ("server_error", None, FOR_ONESELF),
        ("access_denied", OPTIONAL, NOTHING_SAID),
        ("access_denied", REQUIRED, FOR_ONESELF),
        ("access_denied", OPTIONAL, replace(FOR_ONESELF, actions=())),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, acting="p3")),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, representation=replace(ANNA, service="s2"))),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, representation=replace(ANNA, step_up=Loa.HIGH))),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, representation=replace(ANNA, other_means=True))),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, representation=replace(ANNA, actions=()))),
        ("access_denied", OPTIONAL, replace(FOR_ANNA, representation=replace(ANNA, branch="000012345678"))),
        ("unmet_authentication_requirements", OPTIONAL, Denied("unmet_authentication_requirements")),
    ],
)
def test_what_may_not_be_granted_is_refused(
    world: Flask, error: str, ask: Ask | None, outcome: Outcome
) -> None:
    party = a_representing_client(world, INCOME_TAX)

    told = answer(party, ask, outcome)

    assert error == told["error"]
    assert "code" not in told
    assert {"state": "af0ifjsldkj", "iss": "http://localhost:8000"}.items() <= told.items()


def test_what_may_be_granted_is(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX, representation_restrictions=["branch"])
    at_a_branch = replace(ANNA, branch="000012345678")

    for outcome in (FOR_ANNA, FOR_ONESELF, replace(FOR_ANNA, representation=at_a_branch)):
        assert "code" in answer(party, OPTIONAL, outcome)
    assert "code" in answer(party, None, NOTHING_SAID)


def test_b19_a_client_that_does_not_understand_is_given_none_by_any_outcome(world: Flask) -> None:
    party = a_client(world)

    for outcome in (FOR_ANNA, FOR_ONESELF):
        for ask in (OPTIONAL, REQUIRED, None):
            assert "server_error" == answer(party, ask, outcome)["error"]


def cause_on_a_page(party: RelyingParty) -> str:
    context, parameters = party.context, party.request()
    request = AuthorizationRequest(party.client_id, parameters["redirect_uri"], parameters, ("openid",))
    with party.app.test_request_context(), context.database.writing() as db:
        response = complete(context, db, request, NOTHING_SAID, now=context.clock())
    assert 400 == response.status_code
    assert "Location" not in response.headers
    return response.get_data(as_text=True).split('data-code="')[1].split('"')[0]


def test_a_client_that_was_removed_while_somebody_logged_in_gets_no_answer(world: Flask) -> None:
    party = a_client(world)
    context = party.context
    with context.database.writing() as db:
        clients.remove(context, db, party.client_id, now=context.clock())

    assert "unknown_client" == cause_on_a_page(party)


def test_a_redirect_uri_that_was_taken_away_while_somebody_logged_in_gets_no_answer(world: Flask) -> None:
    party = a_client(world)
    context = party.context
    client = clients.find(context, None, party.client_id)
    assert client is not None
    with context.database.writing() as db:
        members = dict(client.metadata) | {"redirect_uris": ["https://rp.example.nl/other"]}
        clients.replace(context, db, client, members)

    assert "unregistered_redirect_uri" == cause_on_a_page(party)
