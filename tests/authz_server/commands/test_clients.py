import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from authz_server.config import Settings
from authz_server.context import Context
from tests.support.commands import Ran, run_namens
from tests.support.small_world import INCOME_TAX, lay

GOOD: dict[str, Any] = {"redirect_uris": ["https://rp.example.nl/cb"]}
TWO_HOSTS = ["https://a.example/cb", "https://b.example/cb"]
# where the fault lies in another member, which is missing
_ALSO_NEEDED = {"private_key_jwt": ("jwks",), str(TWO_HOSTS): ("sector",)}


@pytest.fixture(autouse=True)
def _world(app: Flask, now: int) -> None:
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        lay(db, context.vault, now=now)


def register(settings: Settings, folder: Path, document: object, what: str = "clients") -> Ran:
    file = folder / "registration.json"
    file.write_text(json.dumps(document))
    return run_namens(what, "register", str(file), "--json", settings=settings)


def test_a_registration_prints_the_secret_once(settings: Settings, tmp_path: Path) -> None:
    made = register(settings, tmp_path, GOOD).json

    shown = run_namens("clients", "show", made["client_id"], "--json", settings=settings).json

    assert len(made["client_secret"]) >= 43
    assert "client_secret" not in shown
    assert {"representation": "none", "profile": "namens", "sector": "rp.example.nl"}.items() <= shown.items()
    assert "ES256" == shown["id_token_signed_response_alg"]


def test_an_unknown_member_is_refused_by_name(settings: Settings, tmp_path: Path) -> None:
    ran = register(settings, tmp_path, {**GOOD, "tls_client_auth_subject_dn": "x"})

    assert 1 == ran.status
    assert "tls_client_auth_subject_dn" in json.loads(ran.err)["message"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("profile", "fapi2"),
        ("representation", "always"),
        ("representation_services", [INCOME_TAX]),
        ("representation_actions", ["view"]),
        ("representation_restrictions", ["branch"]),
        ("representation_remember", "yes"),
        ("organisation_identifiers", ["bsn"]),
        ("person_names", ""),
        ("sector", "a b"),
        ("redirect_uris", ["http://rp.example.nl/cb"]),
        ("redirect_uris", ["https://rp.example.nl/cb#part"]),
        ("redirect_uris", []),
        ("redirect_uris", [1]),
        ("redirect_uris", TWO_HOSTS),
        ("redirect_uris", ["javascript:alert(1)"]),
        ("redirect_uris", ["https://user:pass@rp.example.nl/cb"]),
        ("redirect_uris", ["https://[bad/cb"]),
        ("redirect_uris", ["https://rp.example.nl/cb?a=b&state=1"]),
        ("client_name#", "X"),
        ("grant_types", ["password"]),
        ("response_types", ["token"]),
        ("token_endpoint_auth_method", "client_secret_jwt"),
        ("token_endpoint_auth_method", "private_key_jwt"),
        ("jwks", {"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}]}),
        ("jwks", "x"),
        ("id_token_signed_response_alg", "none"),
        ("subject_type", "public"),
        ("scope", "openid email"),
        ("default_max_age", -1),
        ("default_acr_values", ["urn:mace:incommon:iap:silver"]),
        ("client_name", "a\u0000b"),
        ("client_id", "a"),
        ("contacts", "me"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_member(
    settings: Settings, tmp_path: Path, member: str, value: object
) -> None:
    ran = register(settings, tmp_path, {**GOOD, member: value})

    assert (1, "") == (ran.status, ran.out)
    told = json.loads(ran.err)
    assert told["error"] in {"invalid_client_metadata", "invalid_redirect_uri"}
    assert told["message"].startswith((member, *_ALSO_NEEDED.get(str(value), ())))


def test_a_service_and_its_actions_must_be_in_the_register(settings: Settings, tmp_path: Path) -> None:
    asks = {**GOOD, "representation": "optional"}

    unknown = register(settings, tmp_path, {**asks, "representation_services": ["https://nowhere.example"]})
    action = register(
        settings,
        tmp_path,
        {**asks, "representation_services": [INCOME_TAX], "representation_actions": ["fly"]},
    )

    assert "representation_services[0]" in json.loads(unknown.err)["message"]
    assert "representation_actions" in json.loads(action.err)["message"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"redirect_uris": [], "redirect_uris": []}', "null"])
def test_a_file_that_is_no_registration_is_refused(settings: Settings, tmp_path: Path, text: str) -> None:
    file = tmp_path / "registration.json"
    file.write_text(text)

    ran = run_namens("clients", "register", str(file), settings=settings)

    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith(("file_not_json", "invalid_client_metadata"))


def test_an_absent_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    assert run_namens("clients", "register", str(tmp_path / "none"), settings=settings).err.startswith(
        "file_unreadable"
    )


def test_apply_makes_the_clients_equal_to_the_file(settings: Settings, tmp_path: Path) -> None:
    old = register(settings, tmp_path, GOOD).json["client_id"]
    file = tmp_path / "clients.toml"
    file.write_text('[[clients]]\nclient_id = "portal"\nredirect_uris = ["https://rp.example.nl/cb"]\n')

    first = run_namens("clients", "apply", str(file), "--json", settings=settings).json
    again = run_namens("clients", "apply", str(file), settings=settings).out
    file.write_text(file.read_text() + 'client_name = "Portaal"\n')
    changed = run_namens("clients", "apply", str(file), "--json", settings=settings).json

    assert [{"client_id": old}] == first["removed"]
    assert "portal" == first["added"][0]["client_id"]
    assert len(first["added"][0]["client_secret"]) >= 43
    assert "Nothing changed." == again.strip()
    assert [{"client_id": "portal"}] == changed["changed"]
    assert ["portal"] == [
        client["client_id"]
        for client in run_namens("clients", "list", "--json", settings=settings).json["clients"]
    ]


def test_a_faulty_file_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    old = register(settings, tmp_path, GOOD).json["client_id"]
    file = tmp_path / "clients.toml"
    file.write_text(
        '[[clients]]\nclient_id = "portal"\nredirect_uris = ["https://rp.example.nl/cb"]\nfoo = 1\n'
    )

    ran = run_namens("clients", "apply", str(file), settings=settings)

    assert 1 == ran.status
    assert "clients[0].foo" in ran.err
    assert old in run_namens("clients", "list", settings=settings).out


def test_removing_is_refused_for_an_unknown_client(settings: Settings, tmp_path: Path) -> None:
    made = register(settings, tmp_path, GOOD).json["client_id"]

    assert 0 == run_namens("clients", "remove", made, settings=settings).status
    assert run_namens("clients", "remove", made, settings=settings).err.startswith("client_unknown")
    assert run_namens("clients", "show", made, settings=settings).err.startswith("client_unknown")


RESOURCE = {"uri": "https://api.tax.example.nl", "provider": "o9", "services": [INCOME_TAX]}


def test_a_resource_is_registered_listed_and_removed(settings: Settings, tmp_path: Path) -> None:
    made = register(settings, tmp_path, RESOURCE, "resources").json

    listed = run_namens("resources", "list", "--json", settings=settings).json["resources"]

    assert {"sector": "api.tax.example.nl", "orientation": "represents"}.items() <= made.items()
    assert len(made["client_secret"]) >= 43
    assert [made["uri"]] == [resource["uri"] for resource in listed]
    assert 0 == run_namens("resources", "remove", made["uri"], settings=settings).status
    assert 1 == run_namens("resources", "show", made["uri"], settings=settings).status


def test_another_secret_takes_the_place_of_the_one_that_was_lost(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    client = register(settings, tmp_path, GOOD).json
    resource = register(settings, tmp_path, RESOURCE, "resources").json

    other = run_namens("clients", "secret", client["client_id"], "--json", settings=settings).json
    others = run_namens("resources", "secret", resource["uri"], "--json", settings=settings).json

    for made, again, of in ((client, other, "client_id"), (resource, others, "uri")):
        assert made[of] == again[of]
        assert len(again["client_secret"]) >= 43
        assert 200 == introspecting(app, made[of], again["client_secret"])
        assert 401 == introspecting(app, made[of], made["client_secret"])


def introspecting(app: Flask, name: str, secret: str) -> int:
    shown = b64encode(f"{quote(name, safe='')}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {shown}"}
    return app.test_client().post("/introspect", data={"token": "x"}, headers=headers).status_code


def test_what_has_no_secret_is_given_none(settings: Settings, tmp_path: Path) -> None:
    public = register(settings, tmp_path, {**GOOD, "token_endpoint_auth_method": "none"}).json

    for words, code in (
        (("clients", "secret", public["client_id"]), "no_secret"),
        (("clients", "secret", "nobody"), "client_unknown"),
        (("resources", "secret", "https://nobody.example"), "resource_unknown"),
    ):
        ran = run_namens(*words, "--json", settings=settings)
        assert 1 == ran.status
        assert code == json.loads(ran.err)["error"]
    assert (
        "client_secret"
        not in run_namens("clients", "show", public["client_id"], "--json", settings=settings).json
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("uri", "no-uri"),
        ("uri", "https://api.tax.example.nl#x"),
        ("provider", "o404"),
        ("services", ["https://nowhere.example"]),
        ("services", "all"),
        ("orientation", "sideways"),
        ("sector", ""),
        ("token_endpoint_auth_method", "none"),
        ("jwks", {"keys": []}),
        ("colour", "red"),
    ],
)
def test_a_wrong_resource_is_refused_by_the_name_of_its_member(
    settings: Settings, tmp_path: Path, member: str, value: object
) -> None:
    ran = register(settings, tmp_path, {**RESOURCE, member: value}, "resources")

    assert (1, "") == (ran.status, ran.out)
    assert json.loads(ran.err)["message"].startswith((f"{member}: ", f"{member}["))


def test_apply_makes_the_resources_equal_to_the_file(settings: Settings, tmp_path: Path) -> None:
    register(settings, tmp_path, RESOURCE, "resources")
    file = tmp_path / "resources.toml"
    file.write_text(
        f'[[resources]]\nuri = "https://other.example.nl"\nprovider = "o9"\nservices = ["{INCOME_TAX}"]\n'
    )

    report = run_namens("resources", "apply", str(file), "--json", settings=settings).json

    assert ["https://other.example.nl"] == [told["uri"] for told in report["added"]]
    assert [RESOURCE["uri"]] == [told["uri"] for told in report["removed"]]


def test_the_example_of_the_docs_can_be_applied(settings: Settings, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs/relying-parties.md").read_text(encoding="utf-8")
    file = tmp_path / "clients.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0])

    report = run_namens("clients", "apply", str(file), "--json", settings=settings).json

    assert ["tax-portal"] == [told["client_id"] for told in report["added"]]
    assert [] == run_namens("clients", "apply", str(file), "--json", settings=settings).json["changed"]
