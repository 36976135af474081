"""One service, guarded in Flask, Django and FastAPI: the same requests, the same answers."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from fastapi import Depends, FastAPI
from flask import Flask
from flask import Request as FlaskRequest

from claims.formats import own_members
from claims.guards import django, fastapi, flask
from claims.guards.request import Shown
from claims.limits import Limits
from claims.testing import HOSTILE, Party, Saying, StandInIssuer
from claims.verify import Act, Loa, OnBehalfOf, OwnBehalf, Verifier
from tests.support.guarded import Answered, asked_by_asgi, asked_by_django, asked_by_wsgi, django_site
from tests.support.representations import VAT
from tests.support.vectors import JWKS
from tests.vectors.tokens import ISSUER, NOW, RESOURCE, access, access_header, jws, represented

VERIFIER = Verifier(ISSUER, RESOURCE, keys=JWKS, clock=lambda: NOW, understands=("case",))
DEMAND: dict[str, Any] = {"action": "submit", "at_least": Loa.SUBSTANTIAL, "max_age": 3600}


def in_words(shown: Shown) -> str:
    match shown:
        case OwnBehalf():
            return "self"
        case OnBehalfOf(_, represented, _, _):
            return represented.sub


def in_flask(verifier: Verifier = VERIFIER) -> Flask:
    app, guard = Flask("guarded"), flask.Guard(verifier)

    def about(request: FlaskRequest) -> Act:
        return Act(case=(request.view_args or {})["case"])

    @app.post("/vat/<case>")
    @guard.requires(VAT, about=about, **DEMAND)
    def submit(shown: Shown, case: str) -> str:
        return f"{in_words(shown)} {case}"

    return app


def in_flask_async(verifier: Verifier = VERIFIER) -> Flask:
    app, guard = Flask("guarded"), flask.Guard(verifier)

    @app.post("/vat/<case>")
    @guard.requires(VAT, about=lambda request: Act(case=request.path.rpartition("/")[2]), **DEMAND)
    async def submit(shown: Shown, case: str) -> str:
        return f"{in_words(shown)} {case}"

    return app


def of_the_case(request: HttpRequest) -> Act:
    return Act(case=request.resolver_match.kwargs["case"])


def in_django(verifier: Verifier = VERIFIER) -> Any:
    @django.Guard(verifier).requires(VAT, about=of_the_case, **DEMAND)
    def submit(request: HttpRequest, shown: Shown, case: str) -> HttpResponse:
        return HttpResponse(f"{in_words(shown)} {case}")

    return django_site(path("vat/<case>", submit))


def in_django_by_class(verifier: Verifier = VERIFIER) -> Any:
    guarded = django.Guard(verifier).requires(VAT, about=of_the_case, **DEMAND)

    @method_decorator(guarded, name="dispatch")
    class Submit(View):
        def post(self, request: HttpRequest, shown: Shown, case: str) -> HttpResponse:
            return HttpResponse(f"{in_words(shown)} {case}")

    return django_site(path("vat/<case>", Submit.as_view()))


def in_django_async(verifier: Verifier = VERIFIER) -> Any:
    @django.Guard(verifier).requires(VAT, about=of_the_case, **DEMAND)
    async def submit(request: HttpRequest, shown: Shown, case: str) -> HttpResponse:
        return HttpResponse(f"{in_words(shown)} {case}")

    return django_site(path("vat/<case>", submit))


def in_fastapi(verifier: Verifier = VERIFIER) -> FastAPI:
    app, guard = FastAPI(), fastapi.Guard(verifier)
    fastapi.answer_refusals(app)
    required = guard.requires(VAT, about=lambda request: Act(case=request.path_params["case"]), **DEMAND)

    @app.post("/vat/{case}")
    def submit(shown: Annotated[Shown, Depends(required)], case: str) -> str:
        return f"{in_words(shown)} {case}"

    return app


Asking = Callable[..., Answered]
MADE: dict[str, tuple[Callable[[Verifier], Any], Asking]] = {
    "Flask": (in_flask, asked_by_wsgi),
    "Flask, async": (in_flask_async, asked_by_wsgi),
    "Django": (in_django, asked_by_django),
    "Django, by class": (in_django_by_class, asked_by_django),
    "Django, async": (in_django_async, asked_by_django),
    "FastAPI": (in_fastapi, asked_by_asgi),
}


@pytest.fixture(params=MADE)
def asked(request: pytest.FixtureRequest) -> Callable[..., Answered]:
    """Sends a request with these values of Authorization to the service."""
    make, ask = MADE[request.param]
    return lambda *values, case="Z-1", verifier=VERIFIER: ask(
        make(verifier), f"/vat/{case}", [("Authorization", value) for value in values]
    )


def a_token(*said: Any, **changes: Any) -> str:
    return jws(access_header(), access(*said, **changes))


def test_the_view_is_handed_who_acts_for_whom(asked: Callable[..., Answered]) -> None:
    for_another = asked(f"Bearer {a_token()}")
    for_oneself = asked(f"Bearer {a_token(own_members(VAT, ('submit',)))}")

    assert (200, "90000456 Z-1") == (for_another.status, for_another.body.decode().strip('"'))
    assert (200, "self Z-1") == (for_oneself.status, for_oneself.body.decode().strip('"'))


@pytest.mark.parametrize(
    ("values", "status", "code", "challenge"),
    [
        ((), 401, "token_missing", "Bearer"),
        (("Bearer nonsense",), 401, "malformed", 'Bearer error="invalid_token"'),
        ((f"Bearer {a_token()}é",), 401, "malformed", 'Bearer error="invalid_token"'),
        ((f"Bearer {a_token(exp=NOW - 10)}",), 401, "expired", 'Bearer error="invalid_token"'),
        ((f"Bearer {a_token()}", f"Bearer {a_token()}"), 400, "request_ambiguous", 'error="invalid_request"'),
        ((f"Bearer {a_token()}", "Basic YTpi"), 400, "request_ambiguous", 'error="invalid_request"'),
        (
            (f"Bearer {a_token(represented('bakery', 'eva', login=Loa.LOW), acr=Loa.LOW.acr)}",),
            401,
            "login_too_weak",
            'error="insufficient_user_authentication", error_description="a stronger login is needed", acr_values=',
        ),
        (
            (f"Bearer {a_token(auth_time=NOW - 4000)}",),
            401,
            "login_too_old",
            'error="insufficient_user_authentication", error_description="a more recent login is needed", max_age="3600"',
        ),
        (
            (f"Bearer {a_token(represented('bakery', 'eva', actions=('prepare',)))}",),
            403,
            "action_not_allowed",
            'error="insufficient_scope"',
        ),
        (
            (f"Bearer {a_token(represented('bakery', 'eva', branch='000012345678'))}",),
            403,
            "restriction_not_understood",
            'error="insufficient_scope"',
        ),
    ],
)
def test_what_does_not_suffice_is_answered_as_the_standards_say(
    asked: Callable[..., Answered], values: tuple[str, ...], status: int, code: str, challenge: str
) -> None:
    answered = asked(*values)

    assert (status, code) == (answered.status, answered.json["code"])
    assert challenge in answered.headers["www-authenticate"]
    assert "application/problem+json" == answered.headers["content-type"]
    assert "no-store" == answered.headers["cache-control"]


def test_no_hostile_token_reaches_a_view(asked: Callable[..., Answered]) -> None:
    issuer = StandInIssuer(ISSUER, now=NOW)
    issuers = Verifier(ISSUER, RESOURCE, keys=issuer.jwks, clock=lambda: NOW)
    saying = Saying(service=VAT, actions=("submit",), path=(Party("bakery", "Bakkerij", kvk="90000456"),))

    answers = {
        kind: asked(f"Bearer {hostile.token(issuer, RESOURCE, saying)}", verifier=issuers)
        for kind, hostile in HOSTILE.items()
    }

    assert {kind: hostile.refused for kind, hostile in HOSTILE.items()} == {
        kind: answer.json["code"] for kind, answer in answers.items()
    }
    assert {401, 403} == {answer.status for answer in answers.values()}
    assert 200 == asked(f"Bearer {issuer.access_token(RESOURCE, saying)}", verifier=issuers).status


def test_a_mandate_for_one_case_is_for_that_case(asked: Callable[..., Answered]) -> None:
    token = a_token(represented("bakery", "eva", limits=Limits(case="Z-1")))

    assert 200 == asked(f"Bearer {token}").status
    assert (403, "outside_limits") == (
        (answered := asked(f"Bearer {token}", case="Z-2")).status,
        answered.json["code"],
    )


def test_nothing_of_a_token_is_logged(
    asked: Callable[..., Answered], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [a_token(), a_token(exp=NOW - 10), a_token(aud="https://other.example"), "nonsense.token.x"]

    for token in tokens:
        asked(f"Bearer {token}")

    assert "expired" in caplog.text
    for token in tokens:
        assert not [part for part in token.split(".") if len(part) > 1 and part in caplog.text]


def test_a_token_in_the_address_or_in_a_form_is_none() -> None:
    app = in_flask()

    answered = app.test_client().post(f"/vat/Z-1?access_token={a_token()}", data={"access_token": a_token()})

    assert (401, "Bearer") == (answered.status_code, answered.headers["WWW-Authenticate"])


def test_in_flask_a_guard_in_the_wrong_place_lets_nobody_in() -> None:
    app, guard = Flask("guarded"), flask.Guard(VERIFIER)

    @guard.requires(VAT)
    @app.post("/vat")
    def submit(shown: Shown) -> str:
        return in_words(shown)

    app.logger.disabled = True
    assert 500 == asked_by_wsgi(app, "/vat", []).status


def test_in_fastapi_a_refusal_is_one_without_the_handler_too() -> None:
    app = FastAPI()

    @app.post("/vat")
    def submit(shown: Annotated[Shown, Depends(fastapi.Guard(VERIFIER).requires(VAT))]) -> str:
        return in_words(shown)

    answered = asked_by_asgi(app, "/vat", [("Authorization", "Bearer nonsense")])

    assert (401, {"detail": {"code": "malformed"}}) == (answered.status, answered.json)
    assert 'error="invalid_token"' in answered.headers["www-authenticate"]


def test_in_fastapi_the_token_stands_in_the_description_and_the_answer_does_not() -> None:
    described = in_fastapi().openapi()

    assert {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"} == described["components"][
        "securitySchemes"
    ]["namens"]
    operation = described["paths"]["/vat/{case}"]["post"]
    assert [{"namens": []}] == operation["security"]
    assert ["case"] == [parameter["name"] for parameter in operation["parameters"]]


@pytest.mark.parametrize("module", [flask, django, fastapi])
def test_a_demand_that_makes_no_sense_is_found_when_the_program_starts(module: Any) -> None:
    with pytest.raises(ValueError, match="one service"):
        module.Guard(VERIFIER).requires("")


@pytest.mark.parametrize("make", [in_flask, in_django, in_fastapi])
def test_a_guarded_view_keeps_its_name(make: Callable[[], Any]) -> None:
    app = make()

    if isinstance(app, Flask):
        assert "submit" in app.view_functions
    elif isinstance(app, FastAPI):
        assert "submit" in {getattr(route, "name", "") for route in app.routes}
    else:
        assert "submit" == app.urlpatterns[0].callback.__name__
