"""What the provider hands out, read by what service providers install, over HTTP."""

import re
import runpy
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import ECKey

from claims.assurance import Loa
from claims.verify import (
    OnBehalfOf,
    OwnBehalf,
    Refused,
    VerificationRefused,
    Verifier,
    authentication_context,
)
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.relying_party import RelyingParty, a_client, a_representing_client, a_resource
from tests.support.served import end_the_mandate, issuer_of, served_provider
from tests.support.small_world import INCOME_TAX, VAT_RETURN

API = "https://api.tax.example.nl"


@pytest.fixture
def served(database: Database, clock: Clock) -> Iterator[Flask]:
    with served_provider(database, clock) as app:
        yield app


def eva_for_the_bakery(party: RelyingParty, **changed: str) -> dict[str, str]:
    session = party.log_in("p3")
    hint = party.choose(session, "o1", VAT_RETURN, ("view", "prepare"))
    details = '[{"type":"representation","service":"' + VAT_RETURN + '","actions":["view","prepare"]}]'
    tokens: dict[str, str] = party.tokens(id_token_hint=hint, authorization_details=details, **changed)
    return tokens


def test_an_id_token_of_ours_is_read_with_keys_found_at_the_issuer(served: Flask, clock: Clock) -> None:
    party = a_representing_client(served, VAT_RETURN)
    tokens = eva_for_the_bakery(party)

    verifier = Verifier(issuer_of(served), party.client_id, clock=clock)
    shown = verifier.verify_id_token(
        tokens["id_token"],
        nonce="n-0S6_WzA2Mj",
        service=VAT_RETURN,
        action="prepare",
        at_least=Loa.SUBSTANTIAL,
    )

    assert isinstance(shown, OnBehalfOf)
    assert "Bakkerij De Korenbloem B.V." == shown.represented.name
    assert ["Accountants Peeters B.V."] == [party.name for party in shown.intermediaries]
    assert "90000123" == authentication_context(shown)["authorizee"]["legalSubject"]["identifier"]  # type: ignore[index]


def test_an_access_token_of_ours_is_read_at_its_resource_and_nowhere_else(
    served: Flask, clock: Clock
) -> None:
    party = a_representing_client(served, VAT_RETURN)
    a_resource(served, VAT_RETURN)
    token = eva_for_the_bakery(party, resource=API)["access_token"]

    shown = Verifier(issuer_of(served), API, clock=clock).verify_access_token(token, service=VAT_RETURN)
    assert isinstance(shown, OnBehalfOf)
    assert "90000456" == shown.represented.sub
    for audience in (party.client_id, issuer_of(served), "https://other.example"):
        with pytest.raises(VerificationRefused) as refused:
            Verifier(issuer_of(served), audience, clock=clock).verify_access_token(token, service=VAT_RETURN)
        assert Refused.AUDIENCE_WRONG == refused.value.code


def test_a_resource_that_asks_at_each_call_refuses_at_once_what_was_ended(
    served: Flask, clock: Clock
) -> None:
    party = a_representing_client(served, VAT_RETURN)
    server = a_resource(served, VAT_RETURN)
    token = eva_for_the_bakery(party, resource=API)["access_token"]
    assert server.secret is not None
    verifier = Verifier(
        issuer_of(served), API, status="introspect", credentials=(API, server.secret), clock=clock
    )

    assert isinstance(verifier.verify_access_token(token, service=VAT_RETURN, action="prepare"), OnBehalfOf)
    end_the_mandate(served, "m2", clock())
    with pytest.raises(VerificationRefused) as refused:
        verifier.verify_access_token(token, service=VAT_RETURN, action="prepare")
    assert Refused.INACTIVE == refused.value.code


def test_a_resource_can_ask_with_a_key_instead_of_a_secret(served: Flask, clock: Clock) -> None:
    key = ECKey.generate_key("P-256", {"kid": "api-1"})
    public = key.as_dict(private=False) | {"use": "sig", "alg": "ES256"}
    a_resource(served, VAT_RETURN, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [public]})
    token = eva_for_the_bakery(a_representing_client(served, VAT_RETURN), resource=API)["access_token"]
    verifier = Verifier(issuer_of(served), API, status="introspect", credentials=(API, key), clock=clock)

    for _ in range(2):
        assert isinstance(verifier.verify_access_token(token, service=VAT_RETURN), OnBehalfOf)


def test_a_relying_party_asks_about_its_own_access_token(served: Flask, clock: Clock) -> None:
    party = a_representing_client(served, VAT_RETURN)
    token = eva_for_the_bakery(party)["access_token"]
    assert party.secret is not None
    verifier = Verifier(
        issuer_of(served), party.client_id, credentials=(party.client_id, party.secret), clock=clock
    )

    assert isinstance(verifier.introspect(token, service=VAT_RETURN, action="view"), OnBehalfOf)
    end_the_mandate(served, "m3", clock())
    with pytest.raises(VerificationRefused, match="inactive"):
        verifier.introspect(token, service=VAT_RETURN, action="view")


def test_acting_for_oneself_is_read_as_that_and_for_that_service_alone(served: Flask, clock: Clock) -> None:
    party = a_representing_client(served, INCOME_TAX)
    session = party.log_in("p1")
    tokens = party.tokens(id_token_hint=party.choose(session, None, INCOME_TAX))
    verifier = Verifier(issuer_of(served), party.client_id, clock=clock)

    shown = verifier.verify_id_token(tokens["id_token"], nonce="n-0S6_WzA2Mj", service=INCOME_TAX)
    assert isinstance(shown, OwnBehalf)
    with pytest.raises(VerificationRefused) as refused:
        verifier.verify_id_token(tokens["id_token"], nonce="n-0S6_WzA2Mj", service=VAT_RETURN)
    assert Refused.SERVICE_WRONG == refused.value.code


def test_a_login_said_lower_than_it_was_does_not_contradict_itself(served: Flask, clock: Clock) -> None:
    """Profile `oidc` says the highest level that was listed and reached (OIDC Core 5.5.1.1), not the one reached."""
    party = a_representing_client(served, VAT_RETURN, profile="oidc")
    asked = '{"id_token":{"acr":{"essential":true,"values":["http://eidas.europa.eu/LoA/low"]}}}'
    tokens = eva_for_the_bakery(party, claims=asked)

    shown = Verifier(issuer_of(served), party.client_id, clock=clock).verify_id_token(
        tokens["id_token"], nonce="n-0S6_WzA2Mj", service=VAT_RETURN
    )
    assert isinstance(shown, OnBehalfOf)
    assert (Loa.LOW, Loa.LOW) == (shown.person.assurance, shown.mandate.effective_assurance)


def of_example(name: str) -> dict[str, Any]:
    """What one of the examples defines."""
    return runpy.run_path(str(Path(__file__).parents[3] / "examples" / f"{name}.py"))


@pytest.fixture(params=["relying_party"])
def example(request: pytest.FixtureRequest) -> Iterator[ThreadingHTTPServer]:
    """`examples/relying_party.py`, or the plain one, listening; its relying party is still to be set."""
    running: ThreadingHTTPServer = of_example(request.param)["server"](0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def seen(example: ThreadingHTTPServer, path: str, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", example.server_port, timeout=10)
    connection.request("GET", path, headers={"Cookie": cookie})
    return connection.getresponse()


def test_the_smallest_relying_party_logs_in_acts_and_is_stopped_when_the_mandate_ends(
    served: Flask, clock: Clock, example: ThreadingHTTPServer
) -> None:
    address = f"http://localhost:{example.server_port}"
    party = a_representing_client(served, VAT_RETURN, redirect_uris=[f"{address}/callback"])
    made = of_example("relying_party")["RelyingParty"](
        issuer_of(served), party.client_id, party.secret, VAT_RETURN, address, clock=clock
    )
    example.party = made  # type: ignore[attr-defined]

    away = seen(example, "/login")
    cookie = (away.headers["Set-Cookie"] or "").partition(";")[0]
    asked = dict(parse_qsl(urlsplit(away.headers["Location"] or "").query))
    hint = party.choose(party.log_in("p3"), "o1", VAT_RETURN, ("view", "prepare"))
    # the pages in between are walked in other tests: here she has chosen before
    details = asked["authorization_details"].replace(
        '"required"', '"required", "actions": ["view", "prepare"]'
    )
    chosen = asked | {"prompt": "none", "id_token_hint": hint, "authorization_details": details}
    back = party.browser.get("/authorize", query_string=chosen).headers["Location"]

    callback = back.removeprefix(address)
    welcome = seen(example, callback, cookie).read().decode()
    assert "You act for Bakkerij De Korenbloem B.V., through Accountants Peeters B.V." in welcome
    assert "belongs to no login of yours" in seen(example, callback, "login=another").read().decode()
    login = re.findall(r"login=([\w-]+)", welcome)[0]

    def act(action: str, login: str = login) -> str:
        return seen(example, f"/act?action={action}&login={login}", cookie).read().decode()

    assert "Done: prepare" in act("prepare")
    assert "Not allowed: action_not_allowed" in act("submit")
    # a page that was drawn for another login, in another tab, acts for nobody
    for other in ("", "of-another-tab"):
        assert "Nothing was done" in act("prepare", other)
    end_the_mandate(served, "m2", clock())
    assert "Not allowed: inactive" in act("prepare")


@pytest.mark.parametrize("example", ["plain_relying_party"], indirect=True)
def test_a_plain_relying_party_logs_in_and_hears_of_nobody_else(
    served: Flask, clock: Clock, example: ThreadingHTTPServer
) -> None:
    address = f"http://localhost:{example.server_port}"
    party = a_client(served, redirect_uris=[f"{address}/callback"])
    kind = of_example("plain_relying_party")["RelyingParty"]
    example.party = kind(issuer_of(served), party.client_id, party.secret, address, now=clock)  # type: ignore[attr-defined]
    party.log_in("p3")

    def came_back(**changed: str) -> tuple[str, str]:
        away = seen(example, "/login")
        cookie = (away.headers["Set-Cookie"] or "").partition(";")[0]
        asked = dict(parse_qsl(urlsplit(away.headers["Location"] or "").query))
        back = party.browser.get("/authorize", query_string=asked | changed).headers["Location"]
        return seen(example, back.removeprefix(address), cookie).read().decode(), cookie

    welcome, cookie = came_back()
    assert re.search(r"You are [\w-]{20,}\.", welcome)
    login = re.findall(r"login=([\w-]+)", welcome)[0]
    done = seen(example, f"/act?action=view&login={login}", cookie).read().decode()
    assert "Done: view. You are " in done
    assert "Nothing was done" in seen(example, "/act?action=view&login=other", cookie).read().decode()
    # an ID token that answers another request than this browser's
    assert "No login: InvalidClaimError" in came_back(nonce="another")[0]
