"""Who may be a client of the register's API: whoever an operator registers for it, and for nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from authz_server.oidc import clients
from authz_server.oidc.client_metadata import canonical
from authz_server.oidc.metadata_faults import MetadataRefused
from tests.support.assertions import JWKS
from tests.support.clock import Clock
from tests.support.commands import run_namens
from tests.support.register_client import RegisterClient
from tests.support.relying_party import REDIRECT

GOOD: dict[str, Any] = {"grant_types": ["client_credentials"], "scope": "register:read register:support"}


def faults(document: object, *, by_operator: bool = True) -> set[str]:
    with pytest.raises(MetadataRefused) as refused:
        canonical(document, by_operator=by_operator, own_members=True)
    return {fault.member for fault in refused.value.faults}


def test_a_client_of_the_api_has_no_way_for_people() -> None:
    members = canonical(GOOD, by_operator=True, own_members=True)

    assert ([], [], "none") == (
        members["redirect_uris"],
        members["response_types"],
        members["representation"],
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("redirect_uris", [REDIRECT]),
        ("post_logout_redirect_uris", [REDIRECT]),
        ("response_types", ["code"]),
        ("representation", "optional"),
        ("representation", "none"),
        ("representation_services", ["https://tax.example.nl/services/income-tax"]),
        ("person_names", "to greet people"),
        ("profile", "oidc"),
        ("sector", "tax"),
        ("client_name#nl", None),
    ],
)
def test_it_declares_nothing_that_is_for_people(member: str, value: object) -> None:
    if value is None:
        assert canonical(GOOD | {member: "Balie"}, by_operator=True, own_members=True)
    else:
        assert {member} == faults(GOOD | {member: value})


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        ({"grant_types": ["client_credentials", "authorization_code"]}, "grant_types"),
        ({"grant_types": ["client_credentials", "refresh_token"]}, "grant_types"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"scope": None}, "scope"),
        ({"scope": "openid"}, "scope"),
        ({"scope": "register:read openid"}, "scope"),
        ({"scope": "register:everything"}, "scope"),
    ],
)
def test_it_proves_who_it_is_and_names_its_scopes(changed: dict[str, Any], member: str) -> None:
    assert {member} == faults(GOOD | changed)


def test_a_client_that_people_log_in_with_never_gets_a_scope_of_the_api() -> None:
    assert {"scope"} == faults({"redirect_uris": [REDIRECT], "scope": "openid register:read"})


def test_nobody_registers_for_the_api_by_themselves() -> None:
    assert {"grant_types"} == faults(GOOD, by_operator=False)


def test_the_demo_where_clients_register_themselves_refuses_too(settings: Settings, clock: Clock) -> None:
    app = create_app(settings, clock=clock, demo=True)
    answer = app.test_client().post("/register", json=GOOD)

    assert (400, "invalid_client_metadata") == (answer.status_code, answer.get_json()["error"])
    app.extensions["namens"].database.engine.dispose()


def test_a_key_instead_of_a_secret_will_do(world: Flask) -> None:
    context: Context = world.extensions["namens"]
    document = GOOD | {"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS}
    with context.database.writing() as db:
        made = clients.register(db, document, by_operator=True, now=context.clock())

    assert made.client.calls_the_register
    assert made.secret is None


def test_an_operator_registers_it_by_command_and_applies_it_by_file(
    world: Flask, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "helpdesk.json"
    file.write_text(json.dumps(GOOD | {"client_id": "helpdesk"}))
    table = tmp_path / "clients.toml"
    table.write_text(
        '[[clients]]\nclient_id = "helpdesk"\ngrant_types = ["client_credentials"]\nscope = "register:read"\n'
    )

    made = run_namens("clients", "register", str(file), "--json", settings=settings).json
    narrowed = run_namens("clients", "apply", str(table), "--json", settings=settings).json
    again = run_namens("clients", "apply", str(table), "--json", settings=settings).json

    assert ("helpdesk", True) == (made["client_id"], bool(made["client_secret"]))
    assert [{"client_id": "helpdesk"}] == narrowed["changed"]
    assert ([], ["helpdesk"]) == (again["changed"], [one["client_id"] for one in again["unchanged"]])
    client = RegisterClient(world, "helpdesk", made["client_secret"])
    world.extensions["namens"].database.engine.dispose()
    assert 200 == client.get("/api/v1/services").status_code
    assert "invalid_scope" == client.ask(scope="register:support").get_json()["error"]
