"""What every guard does, without a framework."""

import json
import logging
from typing import Any

import pytest

from claims.guards.request import Demanded, RefusedRequest, admit
from claims.limits import Limits
from claims.verify import Act, Loa, OnBehalfOf, Refused, Verifier
from claims.verifying.signed import LONGEST
from tests.support.representations import VAT
from tests.support.vectors import JWKS
from tests.vectors.tokens import ISSUER, NOW, RESOURCE, access, access_header, jws, represented

SUBMIT = Demanded(VAT, action="submit")


def a_verifier(**changes: Any) -> Verifier:
    return Verifier(**{"issuer": ISSUER, "audience": RESOURCE, "keys": JWKS, "clock": lambda: NOW, **changes})


def a_token(*said: Any, **changes: Any) -> str:
    return jws(access_header(), access(*said, **changes))


def refused(*authorizations: str, demanded: Demanded = SUBMIT, **more: Any) -> RefusedRequest:
    outcome = admit(a_verifier(), authorizations, demanded, **more)
    assert isinstance(outcome, RefusedRequest)
    return outcome


def test_a_good_token_is_answered_with_who_acts_for_whom() -> None:
    shown = admit(a_verifier(), [f"Bearer {a_token()}"], SUBMIT)

    assert isinstance(shown, OnBehalfOf)
    assert "90000456" == shown.represented.sub


def test_a_refusal_is_a_problem_document_that_holds_the_code() -> None:
    outcome = refused("Bearer nonsense")

    assert {"title": "Unauthorized", "status": 401, "code": "malformed"} == json.loads(outcome.body)
    assert "application/problem+json" == outcome.headers["Content-Type"]
    assert "no-store" == outcome.headers["Cache-Control"]


def test_without_a_token_the_challenge_names_no_error() -> None:
    for nothing in ((), ("",), ("Basic YTpi",), ("Bearer",)):
        outcome = refused(*nothing)

        assert (401, "Bearer") == (outcome.status, outcome.headers["WWW-Authenticate"])
        assert Refused.TOKEN_MISSING == outcome.code


def test_a_token_that_is_not_ours_is_an_invalid_token() -> None:
    outcome = refused(f"Bearer {a_token(exp=NOW - 10)}")

    assert (401, Refused.EXPIRED) == (outcome.status, outcome.code)
    assert 'Bearer error="invalid_token", error_description="expired"' == outcome.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("demanded", "said", "within"),
    [
        (Demanded(VAT, at_least=Loa.HIGH), {"assurances": (Loa.HIGH,)}, 'acr_values="http'),
        (Demanded(VAT, max_age=60), {}, 'max_age="60"'),
    ],
)
def test_a_login_that_is_too_weak_or_too_old_is_asked_to_step_up(
    demanded: Demanded, said: dict[str, Any], within: str
) -> None:
    outcome = refused(f"Bearer {a_token(represented('bakery', 'eva', **said))}", demanded=demanded)

    assert 401 == outcome.status
    assert outcome.headers["WWW-Authenticate"].startswith('Bearer error="insufficient_user_authentication"')
    assert within in outcome.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("demanded", "code"),
    [
        (Demanded(VAT, action="object"), Refused.ACTION_NOT_ALLOWED),
        (Demanded("https://tax.example.nl/services/other"), Refused.SERVICE_WRONG),
        (Demanded(VAT, at_least=Loa.HIGH), Refused.MANDATE_TOO_WEAK),
    ],
)
def test_a_mandate_that_does_not_reach_is_forbidden_and_no_login_is_asked_for(
    demanded: Demanded, code: Refused
) -> None:
    outcome = refused(f"Bearer {a_token()}", demanded=demanded)

    assert (403, code) == (outcome.status, outcome.code)
    assert outcome.headers["WWW-Authenticate"].startswith('Bearer error="insufficient_scope"')


def test_an_issuer_that_cannot_be_asked_lets_nobody_in() -> None:
    verifier = Verifier("http://127.0.0.1:9", RESOURCE, clock=lambda: NOW)

    outcome = admit(verifier, [f"Bearer {a_token(iss='http://127.0.0.1:9')}"], SUBMIT)

    assert isinstance(outcome, RefusedRequest)
    assert (503, "10") == (outcome.status, outcome.headers["Retry-After"])


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("other", ["Basic YTpi", "Bearer x.y.z", ""])
def test_two_values_of_authorization_are_refused_even_where_one_is_good(joined: bool, other: str) -> None:
    values = [f"Bearer {a_token()}", other]
    for both in (values, values[::-1]):
        outcome = refused(*([",".join(both)] if joined else both))

        assert (400, Refused.REQUEST_AMBIGUOUS) == (outcome.status, outcome.code)
        assert 'Bearer error="invalid_request"' in outcome.headers["WWW-Authenticate"]


def test_a_value_beyond_any_token_is_refused_before_it_is_read() -> None:
    assert Refused.MALFORMED == refused("Bearer " + "x" * LONGEST).code
    assert Refused.TOO_LARGE == refused("Bearer " + "x" * (LONGEST + 1)).code
    assert Refused.TOO_LARGE == refused("Basic " + "x," * LONGEST).code


def test_the_log_is_told_the_code_and_nothing_of_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = a_token(aud="https://secret.example")

    refused(f"Bearer {token}")

    assert "audience_wrong" in caplog.text
    for part in (*token.split("."), "secret.example", access()["sub"], "90000456"):
        assert part not in caplog.text


def test_what_the_act_is_about_is_asked_once_and_only_of_a_token_that_is_ours() -> None:
    asked = []

    def about() -> Act:
        asked.append(True)
        return Act(case="Z-2")

    limited = a_token(represented("bakery", "eva", limits=Limits(case="Z-1")))
    assert Refused.SIGNATURE_WRONG == refused(f"Bearer {limited[:-4]}AAAA", about=about).code
    assert [] == asked

    outcome = admit(a_verifier(understands=("case",)), [f"Bearer {limited}"], SUBMIT, about)

    assert isinstance(outcome, RefusedRequest)
    assert Refused.OUTSIDE_LIMITS == outcome.code
    assert [True] == asked


@pytest.mark.parametrize(
    "demand",
    [
        {"service": ""},
        {"service": None},
        {"service": VAT, "action": ""},
        {"service": VAT, "at_least": "high"},
        {"service": VAT, "at_least": 3},
        {"service": VAT, "max_age": -1},
        {"service": VAT, "max_age": True},
        {"service": VAT, "max_age": 1.5},
    ],
)
def test_a_demand_that_makes_no_sense_is_found_when_the_guard_is_made(demand: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"guard|action|at_least|max_age"):
        Demanded(**demand)
