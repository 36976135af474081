"""The description tells of every route, and of no other; and it is well made."""

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator

from authz_server.api.access import Evaluation
from authz_server.api.giving import Giving
from authz_server.api.operations import EVERY
from authz_server.api.refusing import Refusal
from authz_server.oidc.client_metadata import canonical
from authz_server.oidc.register_api import Scope
from claims.identifiers import Scheme
from tests.support.register_client import description


def routes(app: Flask) -> set[tuple[str, str]]:
    """Method and path of every operation that is answered."""
    return {
        (method, re.sub(r"<opaque:(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/access/")) and rule.rule != "/api/openapi.json"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def told() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


def parts(node: object) -> list[Any]:
    found = [node]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        found += parts(child)
    return found


def test_every_route_is_told_of_and_everything_told_of_is_a_route(app: Flask) -> None:
    assert len(EVERY) == len(told())
    assert routes(app) == set(told())


def test_it_is_served_to_everybody_as_it_was_made(app: Flask) -> None:
    answer = app.test_client().get("/api/openapi.json")

    assert (200, "application/json") == (answer.status_code, answer.content_type)
    assert description() == answer.get_json()
    assert (
        304
        == app.test_client()
        .get("/api/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
        .status_code
    )


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    schemas = description()["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    references = {part["$ref"] for part in parts(description()) if isinstance(part, dict) and "$ref" in part}
    assert references <= {f"#/components/schemas/{name}" for name in schemas}
    assert {
        f"#/components/schemas/{name}" for name in schemas
    } <= references  # and none is told of for nothing


def test_an_operation_says_whose_it_is_what_it_takes_and_what_comes_of_it() -> None:
    names = [operation["operationId"] for operation in told().values()]
    assert len(names) == len(set(names))
    scopes = description()["components"]["securitySchemes"]["register"]["flows"]["clientCredentials"][
        "scopes"
    ]
    assert set(Scope) == set(scopes)
    for (method, path), operation in told().items():
        [security] = operation["security"]
        assert set(security["register"]) <= set(scopes)
        assert {"200", "400", "401", "403", "429", "503"} <= set(operation["responses"])
        in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert set(re.findall(r"\{(\w+)\}", path)) == in_path
        assert ("requestBody" in operation) == (method == "POST")
        assert operation["summary"].endswith((".", "?", ")"))
        for status, response in operation["responses"].items():
            [kind] = response["content"]
            assert kind == ("application/json" if status == "200" else "application/problem+json")


def test_what_changes_something_wants_a_key_and_nothing_else_does() -> None:
    changing = {one.name for one in EVERY if one.changes}
    wanting = {
        operation["operationId"]
        for operation in told().values()
        if any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
    }

    scopes = {one.scope for one in EVERY if one.changes}
    assert changing == wanting
    assert {Scope.SUPPORT, Scope.GRANT} == scopes
    assert all(one.changes for one in EVERY if one.scope is Scope.SUPPORT)
    # what changes nothing is a GET, or sends in a body what stands in no address
    asking = {one.name for one in EVERY if one.method == "POST" and one.path.startswith("/api/")} - changing
    assert {"findParty", "findClients", "findPeople", "previewList", "resolve", "explain"} == asking


def test_no_personal_number_has_a_place_in_an_address() -> None:
    for operation in told().values():
        for parameter in operation["parameters"]:
            assert parameter["name"] in {
                *("party", "mandate", "offer", "service", "team", "appointment", "person", "client", "visit"),
                *("limit", "cursor", "from", "until", "Idempotency-Key"),
            }


def test_every_scheme_of_numbers_can_be_asked_for() -> None:
    number = description()["components"]["schemas"]["Number"]

    assert list(Scheme) == number["properties"]["scheme"]["enum"]


def test_what_goes_wrong_before_an_operation_is_a_problem_too(app: Flask) -> None:
    browser = app.test_client()
    problem = Draft202012Validator(description()["components"]["schemas"]["Problem"])
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/", 404),
        ("DELETE", "/api/v1/services", 405),
        ("GET", "/access/v1/evaluation", 405),
        ("POST", "/access/v1/search/nothing", 404),
    ):
        answer = browser.open(path, method=method)
        assert (status, "application/problem+json") == (answer.status_code, answer.content_type)
        problem.validate(answer.get_json())


def test_the_documentation_tells_of_every_operation_and_scope_and_what_it_shows_is_taken() -> None:
    page = (Path(__file__).parents[3] / "docs/register-api.md").read_text(encoding="utf-8")
    client, offer, question = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", page, re.DOTALL))

    assert canonical(client, by_operator=True, own_members=True)
    assert Giving.model_validate(offer, strict=True)
    assert Evaluation.model_validate(question, strict=True)
    assert all(f"| `{scope}` |" in page for scope in Scope)
    for one in EVERY:
        last = one.path.removeprefix("/api/v1").removeprefix("/access/v1").removeprefix("/parties/{party}")
        last = last.removeprefix("/mandates/{mandate}/")
        assert last.strip("/").partition("/")[0] in page, one.path


def test_every_refusal_has_a_status_of_its_kind() -> None:
    assert all(400 <= refusal.status < 600 for refusal in Refusal)
