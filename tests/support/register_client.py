"""A client of the register's API, which holds every answer that it gets against the description of the API."""

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from authz_server.context import Context
from authz_server.oidc import clients
from authz_server.oidc.register_api import Scope
from tests.support.settings import ISSUER

ALL = tuple(Scope)


@cache
def description() -> dict[str, Any]:
    """The description, as it is served."""
    from authz_server.api.describing import described
    from authz_server.api.operations import EVERY

    document: dict[str, Any] = json.loads(json.dumps(described(ISSUER, EVERY)))
    return document


@cache
def _validator(path: str, method: str, status: int) -> Draft202012Validator | None:
    told = description()["paths"].get(path, {}).get(method.lower())
    if told is None:
        return None
    assert str(status) in told["responses"], f"{method} {path} answers {status}, of which nothing is said"
    (content,) = told["responses"][str(status)]["content"].values()
    return Draft202012Validator({**content["schema"], "components": description()["components"]})


@dataclass
class RegisterClient:
    """One registered client. Its tokens are fetched when they are needed."""

    app: Flask
    client_id: str
    secret: str | None
    browser: FlaskClient = field(init=False)
    _keys: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()

    @property
    def context(self) -> Context:
        context: Context = self.app.extensions["namens"]
        return context

    def ask(self, **form: str) -> TestResponse:
        """At the token endpoint, by `client_secret_basic`."""
        credentials = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        return self.browser.post(
            "/token",
            data={"grant_type": "client_credentials", **form},
            headers={"Authorization": f"Basic {credentials}"},
        )

    def token(self, *scopes: str) -> str:
        """A token with these scopes; with none of them named, all that the client has."""
        answer = self.ask(**({"scope": " ".join(scopes)} if scopes else {}))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return str(answer.get_json()["access_token"])

    def get(self, address: str, token: str | None = None) -> TestResponse:
        shown = {"Authorization": f"Bearer {token or self.token()}"}
        return self.checked(self.browser.get(address, headers=shown), "GET", address)

    def post(
        self, address: str, document: Any, *, key: str | None = None, token: str | None = None
    ) -> TestResponse:
        """With a key of its own for each request, unless one is given."""
        headers = {
            "Authorization": f"Bearer {token or self.token()}",
            "Idempotency-Key": key or f"key-{next(self._keys)}",
        }
        answer = self.browser.post(
            address, data=json.dumps(document), headers=headers, content_type="application/json"
        )
        return self.checked(answer, "POST", address)

    def checked(self, answer: TestResponse, method: str, address: str) -> TestResponse:
        """The answer, if it is one that the description tells of."""
        if (rule := self.path_of(urlsplit(address).path, method)) is not None:
            validator = _validator(rule, method, answer.status_code)
            assert validator is not None
            faults = [fault.message for fault in validator.iter_errors(answer.get_json())]
            assert not faults, (answer.status_code, faults, answer.get_json())
        kind = "application/json" if answer.status_code == 200 else "application/problem+json"
        assert kind == answer.content_type
        assert "no-store" == answer.headers["Cache-Control"]
        return answer

    def path_of(self, path: str, method: str) -> str | None:
        """The path of the description that this is."""
        rule, _ = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        return str(rule.rule).replace("<opaque:", "{").replace(">", "}")


def a_register_client(app: Flask, *scopes: str, **members: Any) -> RegisterClient:
    """A client that the operator registered for the API, with these scopes."""
    context: Context = app.extensions["namens"]
    document = {
        "client_name": "Helpdesk",
        "grant_types": ["client_credentials"],
        "scope": " ".join(scopes or ALL),
        **members,
    }
    with context.database.writing() as db:
        made = clients.register(db, document, by_operator=True, now=context.clock())
    return RegisterClient(app, made.client.client_id, made.secret)
