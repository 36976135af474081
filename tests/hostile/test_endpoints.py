"""Endpoints for programs under hostile requests: an error of OAuth's, never of ours, and nothing granted or changed.

`NAMENS_FUZZ` is how many requests each way is tried with.
"""

import base64
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from authz_server.app import create_app
from authz_server.context import Context
from keys.storage import connect
from tests.hostile.answers import sane
from tests.hostile.attacks import Attack, Target, attacks
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
from tests.hostile.migrated import migrated
from tests.hostile.values import JSON, NAMES
from tests.hostile.wire import Seen, send
from tests.support.assertions import JWKS, assertion, shown
from tests.support.clock import Clock
from tests.support.relying_party import (
    REDIRECT,
    VERIFIER,
    RelyingParty,
    a_client,
    a_representing_client,
    a_resource,
)
from tests.support.settings import settings_with
from tests.support.small_world import INCOME_TAX, lay

REFRESHING = {"grant_types": ["authorization_code", "refresh_token"]}
BYE = "https://rp.example.nl/bye"
DETAILS = f'[{{"type":"representation","service":"{INCOME_TAX}","actions":["view"]}}]'
HOMES = (REDIRECT, BYE, "/login/", "/portal/", "http://localhost:8000/")
FREE = frozenset(["state", "nonce", "display", "login_hint", "ui_locales", "claims_locales", "unheard_of"])
FREE_ASKING = FREE | {"claims", "acr_values", "max_age"}
LEFT_OUT = FREE_ASKING | {
    "authorization_details",
    "resource",
    "response_mode",
    "id_token_hint",
    "request",
    "request_uri",
    "registration",
}


def basic(name: str, secret: str | None) -> dict[str, str]:
    joined = f"{quote(name, safe='')}:{secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(joined).decode()}"}


class Prey:
    """The provider with clients of every kind, somebody logged in, and whatever a good request needs at the moment."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app, self.clock = app, clock
        self.party = a_client(app, **REFRESHING, post_logout_redirect_uris=[BYE])
        self.posting = a_client(app, **REFRESHING, token_endpoint_auth_method="client_secret_post")
        self.public = a_client(app, **REFRESHING, token_endpoint_auth_method="none")
        self.keyed = a_client(app, **REFRESHING, token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
        self.asking = a_representing_client(app, INCOME_TAX)
        self.resource = a_resource(app, INCOME_TAX)
        session = self.party.log_in("p2")
        for other in (self.posting, self.public, self.keyed, self.asking):
            other.browser = self.party.browser
        self.hint = self.asking.choose(session, "p1", INCOME_TAX, ("view",))
        cookie = self.party.browser.get_cookie("namens_session")
        assert cookie is not None
        self.cookie = {"Cookie": f"namens_session={cookie.value}"}
        self.made: dict[str, Target] = {}
        self.attacks = attacks({name: self.target(name) for name in TARGETS})

    def target(self, name: str) -> Target:
        """A good request, of codes and tokens that stand."""
        if name not in self.made or name in _ONCE:
            self.made[name] = TARGETS[name](self)
        return self.made[name]

    def spoiled(self) -> None:
        """Something was granted or used: from now on others."""
        self.made.clear()

    def authorize(
        self, party: RelyingParty, place: str, *, free: frozenset[str] = FREE_ASKING, **changed: str | None
    ) -> Target:
        pairs = tuple((name, quote(value, safe="")) for name, value in party.request(**changed).items())
        method = "GET" if place == "query" else "POST"
        # without its nonce a request is as good: the challenge is there
        return Target(method, "/authorize", pairs, place, self.cookie, free, LEFT_OUT)

    def form(
        self,
        path: str,
        form: dict[str, str],
        headers: dict[str, str],
        free: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
    ) -> Target:
        pairs = tuple((name, quote(value, safe="")) for name, value in form.items())
        return Target(
            "POST",
            path,
            pairs,
            "form",
            headers,
            frozenset(free) | {"unheard_of"},
            frozenset(optional) | set(free),
        )

    def code_form(self, party: RelyingParty) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": party.code(),
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }

    def refresh_form(self, party: RelyingParty) -> dict[str, str]:
        if party is self.public or party is self.posting:
            form = self.code_form(party) | {"client_id": party.client_id}
            if party.secret:
                form["client_secret"] = party.secret
            tokens = party.browser.post("/token", data=form).get_json()
        elif party is self.keyed:
            proof = shown(assertion(party.client_id, now=self.clock.now))
            tokens = party.browser.post("/token", data=self.code_form(party) | proof).get_json()
        else:
            tokens = party.tokens()
        return {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    def registration(self, method: str, whose: RelyingParty) -> Target:
        """Asked for, or deleted, by who registered itself; the operator's clients show no such token."""
        own = whose if whose.registration_token else a_client(self.app, by_operator=False)
        headers = {"Authorization": f"Bearer {own.registration_token}"}
        return Target(method, f"/register/{whose.client_id}", (("x", "y"),), headers=headers)

    def proof(self) -> dict[str, str]:
        return shown(assertion(self.keyed.client_id, now=self.clock.now))

    def access_token(self) -> str:
        return str(self.party.tokens()["access_token"])


# An assertion is used up by a request that is refused after it: each time another.
_ONCE = {"token by assertion", "introspect by assertion"}


def _hinted(prey: Prey) -> dict[str, str]:
    return {
        "id_token_hint": str(prey.party.tokens()["id_token"]),
        "client_id": prey.party.client_id,
        "post_logout_redirect_uri": BYE,
        "state": "x",
    }


def _reading(path: str) -> Callable[[Prey], Target]:
    return lambda prey: Target("GET", path, (("x", "y"),), "query", prey.cookie, frozenset(["x"]))


TARGETS: dict[str, Callable[[Prey], Target]] = {
    "authorize": lambda prey: prey.authorize(prey.party, "query"),
    "authorize by form": lambda prey: prey.authorize(prey.party, "form"),
    "authorize with a page": lambda prey: prey.authorize(prey.party, "query", prompt=None),
    "authorize for somebody": lambda prey: prey.authorize(
        prey.asking,
        "query",
        free=FREE | {"acr_values", "max_age"},
        id_token_hint=prey.hint,
        authorization_details=DETAILS,
        resource=prey.resource.uri,
        claims='{"id_token":{"acr":null}}',
        max_age="3600",
        ui_locales="nl",
        acr_values="",
    ),
    "token": lambda prey: prey.form(
        "/token",
        prey.code_form(prey.party),
        basic(prey.party.client_id, prey.party.secret),
        ("scope", "refresh_token"),  # of no concern to this grant
        ("resource", "client_id", "authorization_details", "client_secret"),
    ),
    "token of a public client": lambda prey: prey.form(
        "/token",
        prey.code_form(prey.public) | {"client_id": prey.public.client_id},
        {},
        ("scope",),
        ("resource", "authorization_details", "client_secret", "client_assertion", "client_assertion_type"),
    ),
    "token by refresh": lambda prey: prey.form(
        "/token",
        prey.refresh_form(prey.posting)
        | {
            "client_id": prey.posting.client_id,
            "client_secret": prey.posting.secret or "",
            "scope": "openid",
        },
        {},
        ("code", "redirect_uri", "code_verifier"),
        ("scope", "resource", "authorization_details"),
    ),
    "token by assertion": lambda prey: prey.form(
        "/token", prey.code_form(prey.keyed) | prey.proof(), {}, ("scope",), ("client_id", "resource")
    ),
    "userinfo": lambda prey: Target(
        "GET", "/userinfo", (("x", "y"),), "query", {"Authorization": f"Bearer {prey.access_token()}"}
    ),
    "userinfo by form": lambda prey: prey.form("/userinfo", {"access_token": prey.access_token()}, {}),
    "introspect": lambda prey: prey.form(
        "/introspect",
        {"token": prey.access_token(), "token_type_hint": "access_token"},
        basic(prey.party.client_id, prey.party.secret),
    ),
    "introspect by a resource": lambda prey: prey.form(
        "/introspect", {"token": prey.access_token()}, basic(prey.resource.uri, prey.resource.secret)
    ),
    "introspect by assertion": lambda prey: prey.form(
        "/introspect", {"token": prey.access_token(), **prey.proof()}, {}
    ),
    "revoke": lambda prey: prey.form(
        "/revoke",
        {"token": prey.access_token(), "token_type_hint": "access_token"},
        basic(prey.party.client_id, prey.party.secret),
        ("token_type_hint",),
        ("client_id",),
    ),
    "logout": lambda prey: Target(
        "GET",
        "/logout",
        tuple((name, quote(value, safe="")) for name, value in _hinted(prey).items()),
        "query",
        prey.cookie,
    ),
    "logout by form": lambda prey: prey.form("/logout", _hinted(prey), prey.cookie),
    "logout done": lambda prey: prey.form("/logout/done", {**_hinted(prey), "answer": "yes"}, prey.cookie),
    "register": lambda prey: Target(
        "POST",
        "/register",
        place="json",
        document={"redirect_uris": [REDIRECT], "client_name": "Proef", "jwks": JWKS, "default_max_age": 60},
        free=frozenset(["client_name", "unheard_of"]),
    ),
    "its registration": lambda prey: prey.registration("GET", a_client(prey.app, by_operator=False)),
    "another's registration": lambda prey: prey.registration("DELETE", prey.party),
    "language": lambda prey: prey.form("/language", {"language": "nl", "back": "/portal/"}, prey.cookie),
} | {
    path: _reading(path)
    for path in (
        "/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/mandate-register",
        "/schemas/representation-asked.json",
        "/schemas/representation-granted.json",
        "/health/live",
        "/health/ready",
        "/static/namens.css",
        "/",
        "/login/finished",
    )
}


@pytest.fixture(scope="module", params=["sqlite", "sqlite by Flask's views", "postgresql"])
def way(request: pytest.FixtureRequest) -> str:
    """Which database, and which way: past Flask (`authz_server.shortcut`), or by its views alone."""
    way: str = request.param
    return way


@pytest.fixture(scope="module")
def hunted(way: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Prey, Guard]]:
    clock = Clock(1_764_028_800)
    with migrated(way.split()[0], Path(tmp_path_factory.mktemp("prey"))) as url:
        settings = settings_with(url, limits={"per_network": 0, "per_client": 0})
        app = create_app(settings, clock=clock, demo=True, shortcut=not way.endswith("views"))
        app.testing = True  # what nobody caught fails the test, with where it came from
        context: Context = app.extensions["namens"]
        context.keyring.tend()
        with context.database.writing() as db:
            lay(db, context.vault, now=clock.now)
        prey = Prey(app, clock)
        observer = connect(url)
        guard = Guard(observer)
        yield prey, guard
        guard.close()
        observer.dispose()
        context.database.engine.dispose()


def tried(prey: Prey, guard: Guard, attack: Attack, target: Target) -> Seen:
    guard.changed()  # making the good request changed something
    seen = send(prey.app, attack.on_its_way(target))
    changed = guard.changed()
    if changed:
        prey.spoiled()
    assert not changed or attack.may_pass(target), (changed, seen.status, seen.text[:300], seen.headers)
    sane(seen, homes=HOMES)
    return seen


def test_every_good_request_is_good(hunted: tuple[Prey, Guard]) -> None:
    prey, guard = hunted
    for name in TARGETS:
        seen = send(prey.app, prey.target(name).wire())
        prey.spoiled()
        sane(seen, homes=HOMES)
        # forms of a person without their token, a client that is not one's own, a page that is told so
        refused = {"logout done": 400, "language": 400, "another's registration": 401, "/login/finished": 410}
        assert seen.status in {refused.get(name)} | (
            {200, 201, 302, 303} if name not in refused else set()
        ), (
            name,
            seen.status,
            seen.text,
        )
        assert "error=" not in (seen.header("Location") or ""), (name, seen.headers)
    guard.changed()


@over_requests
@given(data=st.data())
def test_no_request_upsets_an_endpoint_or_gets_what_it_should_not(
    hunted: tuple[Prey, Guard], data: st.DataObject
) -> None:
    prey, guard = hunted
    attack = data.draw(prey.attacks)

    tried(prey, guard, attack, prey.target(attack.on))


@over_requests
@given(data=st.data())
def test_no_assertion_of_a_client_upsets_an_endpoint(hunted: tuple[Prey, Guard], data: st.DataObject) -> None:
    """The client signs it with its own key: what stands in it is as hostile as any parameter."""
    prey, guard = hunted
    member = data.draw(
        st.sampled_from(["iss", "sub", "aud", "jti", "iat", "exp", "nbf"]) | st.sampled_from(NAMES)
    )
    value = data.draw(JSON)
    claims = {"jti": secrets.token_urlsafe(12), member: value}
    try:
        made = assertion(prey.keyed.client_id, now=prey.clock.now, **claims)
    except Exception:  # what cannot be made cannot be sent
        return
    path = data.draw(st.sampled_from(["/introspect", "/revoke", "/token"]))
    form = {"token": "x", "grant_type": "refresh_token", "refresh_token": "x", **shown(made)}
    target = prey.form(path, form, {})

    guard.changed()
    seen = send(prey.app, target.wire())

    assert [] == guard.changed()
    sane(seen, homes=HOMES)
