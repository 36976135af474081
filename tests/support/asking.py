"""Authorization requests and logins for tests of the steps between them."""

from typing import Any

from authz_server.asking import Ask, AuthorizationRequest
from authz_server.login.sessions import Login
from claims.assurance import Loa
from claims.representation import Representation, RepresentedLink

NOON = 1_764_072_000


def an_ask(**members: Any) -> Ask:
    given: dict[str, Any] = {
        "mode": "required",
        "service": "income-tax",
        "service_uri": "https://tax.example.nl/services/income-tax",
        "actions": ("view",),
    }
    return Ask(**given | members)


def a_request(**members: Any) -> AuthorizationRequest:
    given: dict[str, Any] = {
        "client_id": "tax-portal",
        "redirect_uri": "http://localhost:8001/callback",
        "parameters": {"client_id": "tax-portal", "response_type": "code"},
        "scopes": ("openid",),
    }
    return AuthorizationRequest(**given | members)


def a_login(**members: Any) -> Login:
    given: dict[str, Any] = {
        "person": "bram",
        "authenticator": "bram-eid",
        "assurance": Loa.SUBSTANTIAL,
        "auth_time": NOON,
    }
    return Login(**given | members)


def an_answer(**members: Any) -> Representation:
    link = RepresentedLink("m1", "mandate", "anna", "bram", Loa.SUBSTANTIAL, NOON)
    given: dict[str, Any] = {
        "acting": "bram",
        "service": "income-tax",
        "links": (link,),
        "branch": None,
        "actions": ("view",),
        "assurance": Loa.SUBSTANTIAL,
        "effective_assurance": Loa.SUBSTANTIAL,
        "step_up": None,
        "other_means": False,
        "until": None,
    }
    return Representation(**given | members)
