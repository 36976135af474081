"""A relying party that speaks to the provider over HTTP, and a browser with somebody logged in."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from authz_server.asking import Ask
from authz_server.context import Context
from authz_server.login import remembered, sessions
from authz_server.login.sessions import Login, Session
from authz_server.oidc import clients, resources
from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, resolving
from claims.representation import Representation
from tests.support.small_world import PATHS

REDIRECT = "https://rp.example.nl/cb"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BASIC = "client_secret_basic"


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, unchecked."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def header_of(token: str) -> dict[str, Any]:
    head = token.split(".")[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return header


def query_of(response: TestResponse) -> dict[str, str]:
    """What a redirect brings the client; no parameter twice."""
    assert response.status_code in {302, 303}, response.get_data(as_text=True)
    pairs = parse_qsl(urlsplit(response.headers["Location"]).query, keep_blank_values=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


@dataclass
class RelyingParty:
    """One registered client and its ways to ask."""

    app: Flask
    client_id: str
    secret: str | None
    registration_token: str | None = None
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()

    @property
    def context(self) -> Context:
        context: Context = self.app.extensions["namens"]
        return context

    def request(self, **changed: str | None) -> dict[str, str]:
        """The parameters of a good request; None takes one away."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "scope": "openid",
            "state": "af0ifjsldkj",
            "nonce": "n-0S6_WzA2Mj",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "prompt": "none",
        }
        parameters |= changed
        return {name: value for name, value in parameters.items() if value is not None}

    def authorize(self, **changed: str | None) -> TestResponse:
        return self.browser.get("/authorize", query_string=self.request(**changed))

    def code(self, **changed: str | None) -> str:
        """A code for whoever is logged in, without a page."""
        answer = query_of(self.authorize(**changed))
        assert "code" in answer, answer
        return answer["code"]

    def post(self, path: str, form: dict[str, str], *, secret: str | None = None) -> TestResponse:
        """As this client, by `client_secret_basic`; a public client names itself."""
        shown = secret or self.secret
        if shown is None:
            return self.browser.post(path, data={"client_id": self.client_id, **form})
        credentials = base64.b64encode(f"{self.client_id}:{shown}".encode()).decode()
        return self.browser.post(path, data=form, headers={"Authorization": f"Basic {credentials}"})

    def redeem(self, code: str, **changed: str) -> TestResponse:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return self.post("/token", form | changed)

    def refresh(self, token: str, **changed: str) -> TestResponse:
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token} | changed)

    def tokens(self, **changed: str | None) -> dict[str, Any]:
        """The whole flow without a page."""
        answer = self.redeem(self.code(**changed))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def userinfo(self, access_token: str) -> TestResponse:
        return self.browser.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    def introspect(self, token: str) -> dict[str, Any]:
        answer = self.post("/introspect", {"token": token})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def log_in(self, person: str, level: Loa = Loa.SUBSTANTIAL) -> Session:
        """Somebody logged in with this browser, as the login pages leave it."""
        context = self.context
        login = Login(person, f"{person}-eid", level, context.clock())
        with context.database.writing() as db:
            session, key = sessions.start(db, login)
        secure = context.settings.secure
        self.browser.set_cookie("__Host-namens_session" if secure else "namens_session", key)
        return session

    def choose(
        self,
        session: Session,
        represented: str | None,
        service_uri: str,
        actions: tuple[str, ...] | None = None,
    ) -> str:
        """A choice that this person made here before (None: for themself), and an ID token hint of it."""
        context = self.context
        now = context.clock()
        with context.database.writing() as db:
            service = lookup.service_by_uri(db, service_uri)
            assert service is not None
            ask = Ask("optional", service.id, service.uri, actions or service.actions)
            chosen: Representation | None = None
            if represented is not None:
                login = session.login
                question = Question(
                    login.person, service, now, login.assurance, login.authenticator, ask.actions
                )
                found = resolving.stands(
                    db, question, represented=represented, branch=None, path=PATHS[represented]
                )
                assert isinstance(found, Representation), found
                chosen = found
            remembered.remember(
                db,
                session=session.id,
                client=self.client_id,
                service=ask.service,
                actions=ask.actions,
                chosen=chosen,
                now=now,
            )
        return self.hint(session, represented, service_uri)

    def hint(self, session: Session, represented: str | None, service_uri: str) -> str:
        """An ID token that names person and party, as an earlier login left it."""
        from authz_server.oidc import handed_out
        from authz_server.oidc.authorization import Authorization, Mandated

        context = self.context
        now = context.clock()
        grant_id = handed_out.new_grant_id()
        granted = Authorization(
            grant_id=grant_id,
            client_id=self.client_id,
            session_id=session.id,
            acting=session.login.person,
            login=session.login.assurance,
            authenticator=session.login.authenticator,
            auth_time=session.login.auth_time,
            acr=session.login.assurance.acr,
            scopes=("openid",),
            created_at=now,
            mandated=Mandated("-", service_uri, (), None, represented),
        )
        keyring = context.keyring.current()
        with context.database.writing() as db:
            handed_out.add_grant(
                db,
                granted,
                code_digest="-",
                code_expires_at=now,
                redirect_uri=REDIRECT,
                code_challenge=None,
                expires_at=now,
            )
        claims = {"iss": context.settings.issuer, "aud": self.client_id, "txn": grant_id}
        return keyring.sign(claims, alg="ES256", typ="JWT")


def a_client(app: Flask, *, by_operator: bool = True, **members: Any) -> RelyingParty:
    """A client that the operator registered, with PKCE and a secret unless `members` say otherwise."""
    context: Context = app.extensions["namens"]
    metadata = {"redirect_uris": [REDIRECT], "client_name": "Proefbalie", **members}
    with context.database.writing() as db:
        made = clients.register(
            db, metadata, by_operator=by_operator, now=context.clock(), demo=not by_operator
        )
    return RelyingParty(app, made.client.client_id, made.secret, made.registration_token)


def a_representing_client(app: Flask, service: str, **members: Any) -> RelyingParty:
    """A client that declared that it understands representation, for one service, and remembers choices."""
    return a_client(
        app,
        **{
            "representation": "optional",
            "representation_services": [service],
            "representation_remember": True,
            **members,
        },
    )


@dataclass
class ResourceServer:
    """A registered resource that introspects the tokens that it is shown."""

    app: Flask
    uri: str
    secret: str | None

    def introspect(self, token: str) -> dict[str, Any]:
        from urllib.parse import quote

        credentials = base64.b64encode(f"{quote(self.uri, safe='')}:{self.secret}".encode()).decode()
        answer = self.app.test_client().post(
            "/introspect", data={"token": token}, headers={"Authorization": f"Basic {credentials}"}
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())


def a_resource(app: Flask, service: str, **members: Any) -> ResourceServer:
    """A registered resource for one service, in a sector of its own."""
    context: Context = app.extensions["namens"]
    document = {"uri": "https://api.tax.example.nl", "provider": "o9", "services": [service], **members}
    with context.database.writing() as db:
        made = resources.register(db, document, now=context.clock())
    return ResourceServer(app, made.resource.uri, made.secret)


def parameters_of(response: TestResponse) -> dict[str, list[str]]:
    return parse_qs(urlsplit(response.headers["Location"]).query)
